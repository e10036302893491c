package io.huoshui.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import io.huoshui.sandbox.Sandbox;
import io.huoshui.server.Huoshui;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A call campaign from the journey to the report: the platform is the sandbox, which repeats and
/// delays what it tells; every talk is led turn by turn over HTTP.
class CallsTest {
  private static final int PEOPLE = 80;

  /// Two in the afternoon where the lines are, a quarter to noon for the brand.
  private static final Instant START = Instant.parse("2026-07-01T06:00:00Z");

  private static final String SECRET = "0123456789abcdef0123456789abcd";

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir static Path folder;
  private static Sandbox sandbox;
  private static Huoshui.Running server;
  private static String base = "";
  private static String admin = "";

  /// What was reported when the campaign had ended: a test erases somebody.
  private static Json report = new Json.Null();

  @BeforeAll
  static void campaign() throws Exception {
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    Path secrets = folder.resolve("secrets.json");
    Files.writeString(
        secrets,
        Json.object(
                "callbackToken",
                Json.of("told-to-nobody-else"),
                "call",
                Json.object(
                    "accessKeyId", Json.of("LTAI0000000000000001"),
                    "accessKeySecret", Json.of(SECRET),
                    "instanceId", Json.of("instance"),
                    "scriptId", Json.of("script")))
            .write());
    sandbox =
        Sandbox.start(
            List.of(
                "--data", folder.resolve("sandbox").toString(),
                "--server", "http://127.0.0.1:" + port,
                "--start", START.toString(),
                "--people", "0",
                "--secrets", secrets.toString()));
    server =
        Huoshui.start(
            Huoshui.settings(
                List.of(
                    "--port",
                    "" + port,
                    "--data-dir",
                    folder.resolve("server").toString(),
                    "--virtual-from",
                    START.toString(),
                    "--zone",
                    "Asia/Kathmandu")),
            false);
    admin = server.firstToken();
    base = "http://127.0.0.1:" + port;
    account("robot", "LTAI0000000000000001", "instance", "script", "");
    String key = text(post("/api/v1/sources", "{\"name\":\"crm\"}"), "writeKey");
    var events = new ArrayList<String>();
    for (int i = 0; i < PEOPLE; i++) {
      events.add(event("n" + i, "profile_updated", i, "{\"name\":\"钟灵" + i + "\"}"));
      // Two never said yes to calls, two said no.
      if (i >= 2) {
        events.add(event("c" + i, "consent_given", i, "{\"channel\":\"call\"}"));
      }
      if (i == 2 || i == 3) {
        events.add(event("w" + i, "consent_withdrawn", i, "{\"channel\":\"call\"}"));
      }
    }
    ok(send("POST", "/api/v1/events", key, "[" + String.join(",", events) + "]"));
    post("/api/v1/gate-policy", "{\"quietFrom\":\"04:00\",\"quietTo\":\"04:01\",\"caps\":[]}");
    post("/api/v1/call-flows", Files.readString(Path.of("../examples/calls/wake_up.json")));
    post(
        "/api/v1/templates",
        "{\"name\":\"wake\",\"channel\":\"call\",\"sender\":\"wake_up\","
            + "\"text\":\"name={name|您}\",\"costFen\":30}");
    post("/api/v1/segments", "{\"name\":\"all\",\"text\":\"did profile_updated\"}");
    post("/api/v1/audiences", "{\"name\":\"all\",\"segment\":\"all\"}");
    post(
        "/api/v1/journeys",
        "{\"journey\":\"wake\",\"entry\":{\"audience\":\"all\"},\"steps\":[{\"send\":\"wake\"}]}");
    platform("/sandbox/call/faults", "{\"duplicates\":0.5,\"late\":0.3}");
    post("/api/v1/journeys/wake/launch", "{}");
    // A day and a half, by the half hour: redials, nights, results that come late.
    for (int step = 0; step <= 72; step++) {
      String to = "{\"to\":\"" + START.plusSeconds(60 + 1_800L * step) + "\"}";
      post("/api/v1/clock", to);
      platform("/sandbox/clock", to);
      if (step == 8) {
        // The platform goes on with the former token, and no talk or result is lost.
        post(
            "/api/v1/accounts/robot/rotate",
            "{\"credentials\":{\"callbackToken\":\"the-next-token\"},\"graceHours\":1}");
      }
    }
    report = at(get("/api/v1/call-flows/wake_up/report"), "report");
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
    sandbox.close();
  }

  /// Sets the calling robot's account up over the API.
  private static void account(
      String name, String keyId, String instance, String script, String numbers) throws Exception {
    Json settings =
        Json.object(
            "url", Json.of(sandbox.url()),
            "keyId", Json.of(keyId),
            "instanceId", Json.of(instance),
            "scriptId", Json.of(script),
            "callingNumbers", Json.of(numbers));
    Json credentials =
        Json.object("keySecret", Json.of(SECRET), "callbackToken", Json.of("told-to-nobody-else"));
    Json wish =
        Json.object("kind", Json.of("call"), "settings", settings, "credentials", credentials);
    ok(send("PUT", "/api/v1/accounts/" + name, admin, wish.write()));
  }

  /// Each step of the connect check with its state.
  private static String check(String name) throws Exception {
    var states = new ArrayList<String>();
    for (Json step : list(post("/api/v1/accounts/" + name + "/connect", ""), "steps")) {
      states.add(text(step, "id") + " " + text(step, "state"));
      if (text(step, "state").equals("failed")) {
        assertThat(text(step, "nextZh")).matches("(?s).*\\p{IsHan}.*");
        assertThat(text(step, "nextEn")).isNotBlank();
      }
    }
    return String.join(", ", states);
  }

  @Test
  void theCheckSaysWhatTheAccountLacks() throws Exception {
    assertThat(check("robot"))
        .isEqualTo(
            "address passed, clock passed, token passed, permission passed, instance passed, scene"
                + " passed, numbers passed, callback passed, quota passed, serving passed");
    account("other", "LTAI0000000000000002", "instance", "script", "");
    assertThat(check("other")).contains("token failed, permission skipped", "serving skipped");
    account("other", "LTAI0000000000000001", "nowhere", "script", "");
    assertThat(check("other")).contains("token passed, permission passed, instance failed");
    account("other", "LTAI0000000000000001", "instance", "nothing", "");
    assertThat(check("other")).contains("instance passed, scene failed, numbers skipped");
    account("other", "LTAI0000000000000001", "instance", "script", "057100000000, 01088888888");
    assertThat(check("other")).contains("scene passed, numbers failed");
    platform("/sandbox/call/faults", "{\"draft\":true}");
    assertThat(check("robot")).contains("scene failed, numbers passed");
    platform("/sandbox/call/faults", "{\"duplicates\":0.5,\"late\":0.3}");
    assertThat(get("/api/v1/accounts").write()).doesNotContain(SECRET).doesNotContain("told-to");
    HttpResponse<String> used = send("DELETE", "/api/v1/accounts/robot", admin, "");
    assertThat(used.statusCode()).isEqualTo(409);
    assertThat(used.body()).contains("template 'wake'");
    ok(send("DELETE", "/api/v1/accounts/other", admin, ""));
  }

  private static String phone(int person) {
    return "139" + (10_000_000 + person);
  }

  private static String event(String id, String name, int person, String properties) {
    return String.format(
        Locale.ROOT,
        "{\"id\":\"%s\",\"name\":\"%s\",\"time\":\"2026-06-30T0%s:00:00Z\",\"identifiers\":[{\"kind\":\"phone\",\"value\":\"%s\"}],\"properties\":%s}",
        id,
        name,
        id.startsWith("n") ? "7" : id.startsWith("c") ? "8" : "9",
        phone(person),
        properties);
  }

  private static HttpResponse<String> send(String method, String path, String token, String body)
      throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(path.startsWith("http") ? path : base + path))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + token)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static Json ok(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    return Json.parse(answer.body());
  }

  private static Json post(String path, String body) throws Exception {
    return ok(send("POST", path, admin, body));
  }

  private static Json get(String path) throws Exception {
    return ok(send("GET", path, admin, ""));
  }

  private static Json platform(String path, String body) throws Exception {
    return ok(send(body.isEmpty() ? "GET" : "POST", sandbox.url() + path, "", body));
  }

  private static Json at(Json json, String... path) {
    Json at = json;
    for (String key : path) {
      at =
          at instanceof Json.Obj object && object.get(key) instanceof Json next
              ? next
              : new Json.Null();
    }
    return at;
  }

  private static String text(Json json, String... path) {
    return at(json, path) instanceof Json.Str(String text) ? text : "";
  }

  private static long number(Json json, String... path) {
    return at(json, path) instanceof Json.Num number ? number.number().longValue() : -1;
  }

  private static List<Json> list(Json json, String... path) {
    return at(json, path) instanceof Json.Arr(List<Json> items) ? items : List.of();
  }

  private static List<Json> tasks() throws Exception {
    var tasks = new ArrayList<Json>();
    for (Json job : list(platform("/sandbox/call/jobs", ""))) {
      tasks.addAll(list(job, "tasks"));
    }
    return tasks;
  }

  @Test
  void everyCallIsCountedOnceAndNoneAgainstALimit() throws Exception {
    List<Json> tasks = tasks();
    assertThat(number(report, "calls")).isEqualTo(tasks.size());
    assertThat(number(report, "people")).isEqualTo(PEOPLE - 4);
    long answered = number(report, "answered", "count");
    assertThat(answered)
        .isEqualTo(
            tasks.stream()
                .filter(
                    task ->
                        text(task, "Status").startsWith("Succeeded")
                            && !text(task, "Status").contains("Intercept"))
                .count());
    assertThat(sum(report, "failed") + answered).isEqualTo(number(report, "calls"));
    assertThat(sum(report, "outcomes")).isEqualTo(answered);
    assertThat(sum(report, "levels")).isEqualTo(answered);
    assertThat(number(report, "costFen")).isGreaterThanOrEqualTo(30 * answered);
    // Redials happened, and nobody was called more often than platforms dial.
    assertThat(tasks.size()).isGreaterThan(PEOPLE);
    Json limits = platform("/sandbox/limits", "");
    assertThat(limits.write()).contains("call.botPerDay").contains("call AssignJobs");
    // The brand's people live two hours west of the lines: when these close, what is to be called
    // there waits, and no callee's limit is touched.
    assertThat(at(limits, "violations").write())
        .doesNotContain("PerDay")
        .doesNotContain("TooManyJobs");
  }

  private static long sum(Json report, String of) {
    return list(report, of).stream().mapToLong(one -> number(one, "part", "count")).sum();
  }

  @Test
  void theFunnelOfLinesNeverWidens() {
    long heardFirst = -1;
    for (Json line : list(report, "lines")) {
      long reached = number(line, "reached", "count");
      heardFirst = heardFirst < 0 ? reached : heardFirst;
      assertThat(reached).isLessThanOrEqualTo(heardFirst);
      assertThat(number(line, "replied", "count")).isLessThanOrEqualTo(reached);
      assertThat(number(line, "hungUp", "count")).isLessThanOrEqualTo(reached);
      if (reached == 0) {
        assertThat(at(line, "hungUp", "share")).as("no base").isInstanceOf(Json.Null.class);
      }
    }
    assertThat(heardFirst).isEqualTo(number(report, "answered", "count"));
  }

  @Test
  void eachNumberOpensItsPeople() throws Exception {
    Json now = at(get("/api/v1/call-flows/wake_up/report"), "report");
    Json opened =
        post("/api/v1/call-flows/wake_up/audience", "{\"cell\":\"answered\",\"name\":\"talked\"}");
    // Nobody who was spoken with is called again, so calls are people here.
    assertThat(number(opened, "people")).isEqualTo(number(now, "answered", "count"));
    HttpResponse<String> unknown =
        send(
            "POST",
            "/api/v1/call-flows/wake_up/audience",
            admin,
            "{\"cell\":\"nonsense\",\"name\":\"x\"}");
    assertThat(unknown.statusCode()).isEqualTo(422);
    assertThat(unknown.body()).contains("unknown_cell");
  }

  @Test
  void whoNeverAgreedIsNotCalledAndWhoLeavesIsNotCalledAgain() throws Exception {
    String jobs = platform("/sandbox/call/jobs", "").write();
    for (int i = 0; i < 4; i++) {
      assertThat(jobs).doesNotContain(phone(i));
    }
    String verdicts = get("/api/v1/journeys/wake/verdicts").write();
    assertThat(verdicts).contains("\"no_consent\"").contains("\"withdrawn\"");
  }

  @Test
  void whatWasSaidIsKeptAndGoesWithThePerson() throws Exception {
    String customer = "";
    String call = "";
    for (int i = 4; i < PEOPLE && call.isEmpty(); i++) {
      for (Json made : list(get("/api/v1/calls?customer=p" + i))) {
        if (at(made, "why") instanceof Json.Null) {
          customer = "p" + i;
          call = text(made, "call");
        }
      }
    }
    assertThat(call).isNotEmpty();
    Json transcript = get("/api/v1/calls/" + call + "/transcript");
    assertThat(text(transcript, "flow")).isEqualTo("wake_up");
    assertThat(list(transcript, "transcript")).isNotEmpty();
    assertThat(text(get("/api/v1/calls/" + call + "/recording"), "url")).contains("recordings");

    post("/api/v1/profiles/" + customer + "/erase", "");
    assertThat(at(get("/api/v1/calls/" + call + "/transcript"), "transcript"))
        .isInstanceOf(Json.Null.class);
  }

  @Test
  void aFlowIsTriedOutReviewedAndEvaluated() throws Exception {
    Json tried =
        post(
            "/api/v1/call-flows/wake_up/try",
            "{\"said\":[{\"kind\":\"words\",\"text\":\"你们是哪家公司的\"},{\"kind\":\"words\",\"text\":\"可以啊\"}]}");
    assertThat(text(tried, "node")).isEqualTo("people");
    assertThat(text(tried, "heard", "intent")).isEqualTo("yes");
    Json evaluated = get("/api/v1/call-flows/wake_up/evaluation");
    assertThat(number(evaluated, "classifier", "examples")).isEqualTo(378);
    assertThat(evaluated.write()).contains("\"alike\"");

    String broken =
        Files.readString(Path.of("../examples/calls/wake_up.json"))
            .replace("\"to\": \"people\"", "\"to\": \"nowhere\"");
    HttpResponse<String> refused = send("POST", "/api/v1/call-flows", admin, broken);
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(refused.body()).contains("unknown_node").contains("nodes[opening].listen.on[0].to");
    assertThat(post("/api/v1/call-flows/preview", broken).write()).contains("\"refused\":true");
  }

  /// What is not from the platform, can not be read, or is about nobody.
  @Test
  void callbacksOfStrangersAreRefused() throws Exception {
    assertThat(callback("results", "wrong", "[]").statusCode()).isEqualTo(401);
    assertThat(callback("results", "the-next-token", "[]").statusCode()).isEqualTo(200);
    assertThat(callback("results", "told-to-nobody-else", "{").statusCode()).isEqualTo(400);
    assertThat(callback("results", "told-to-nobody-else", "{\"TaskStatus\":\"Busy\"}").statusCode())
        .isEqualTo(400);
    HttpResponse<String> stranger =
        callback(
            "results",
            "told-to-nobody-else",
            "{\"TaskStatus\":\"Busy\",\"JobId\":\"j\",\"TaskId\":\"never\",\"Contact\":{\"ReferenceId\":\"none/1/2/3/4\"}}");
    assertThat(stranger.body()).isEqualTo("{\"taken\":0}");
    HttpResponse<String> turn =
        callback(
            "dialogue", "told-to-nobody-else", "{\"sessionId\":\"never\",\"utterance\":\"喂\"}");
    assertThat(turn.body()).startsWith("data: {").contains("unknown_session").contains("HangUp");
    assertThat(
            callback(
                    "beginSession",
                    "told-to-nobody-else",
                    "{\"sessionId\":\"s1\",\"vendorParams\":{\"flow\":\"none\"}}")
                .body())
        .contains("unknown_flow");
  }

  private static HttpResponse<String> callback(String action, String token, String body)
      throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(base + "/callbacks/call/" + action))
            .header("Content-Type", "application/json")
            .header("X-Callback-Token", token)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
