package io.huoshui.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import io.huoshui.platforms.account.Account;
import io.huoshui.platforms.account.Allowances;
import io.huoshui.platforms.account.Clients;
import io.huoshui.platforms.account.Platform;
import io.huoshui.platforms.wechat.AppChannels;
import io.huoshui.platforms.wecom.WecomPosts;
import io.huoshui.reach.Channel;
import io.huoshui.reach.Channel.Envelope;
import io.huoshui.reach.Channel.Outcome;
import io.huoshui.reach.ChannelKind;
import io.huoshui.sandbox.Sandbox;
import io.huoshui.sandbox.brand.Brand;
import io.huoshui.server.Huoshui;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// Accounts, groups and moments: WxJava and the whole server against the sandbox.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SendingTest {
  private static final Instant START = Instant.parse("2026-07-01T02:00:00Z");
  private static final String CORP = "ww5a17fe0d4c2b9e31";
  private static final String AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
  private static final int PEOPLE = 3_000;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir static Path folder;
  private static Sandbox sandbox;
  private static Huoshui.Running server;
  private static String key = "";
  private static Instant now = START;

  private static final Brand BRAND = new Brand(new Brand.Settings(42, PEOPLE, START, CORP));

  @BeforeAll
  static void start() throws Exception {
    Path secrets = folder.resolve("secrets.json");
    Files.writeString(secrets, secrets());
    sandbox =
        Sandbox.start(
            List.of(
                "--data", folder.resolve("sandbox").toString(),
                "--clock", "virtual",
                "--start", START.toString(),
                "--people", String.valueOf(PEOPLE),
                "--secrets", secrets.toString()));
    server =
        Huoshui.start(
            Huoshui.settings(
                List.of(
                    "--port",
                    "0",
                    "--data-dir",
                    folder.resolve("server").toString(),
                    "--virtual-from",
                    START.toString(),
                    "--zone",
                    "Asia/Shanghai",
                    "--patience",
                    "20")),
            false);
    accounts();
    key = text(api("POST", "/api/v1/sources", "{\"name\":\"crm\"}"), "writeKey");
    api(
        "POST",
        "/api/v1/gate-policy",
        "{\"quietFrom\":\"04:00\",\"quietTo\":\"04:01\",\"caps\":[]}");
  }

  /// Whom the sandbox lets in.
  private static String secrets() {
    return Json.object(
            "wecom",
                Json.object(
                    "corpId", Json.of(CORP),
                    "secret", Json.of("corp-secret"),
                    "token", Json.of("callback"),
                    "encodingAesKey", Json.of(AES_KEY)),
            "officialAccount",
                Json.object("appId", Json.of("wxoa"), "secret", Json.of("oa-secret")),
            "miniProgram", Json.object("appId", Json.of("wxma"), "secret", Json.of("ma-secret")))
        .write();
  }

  /// As an operator sets them up on the page; there is no secrets file.
  private static void accounts() throws Exception {
    account(
        "corp",
        "wecom",
        Json.object("url", Json.of(sandbox.url()), "corpId", Json.of(CORP)),
        Json.object(
            "secret", Json.of("corp-secret"),
            "token", Json.of("callback"),
            "encodingAesKey", Json.of(AES_KEY)));
    account(
        "service",
        "officialAccount",
        Json.object("url", Json.of(sandbox.url()), "appId", Json.of("wxoa")),
        Json.object("secret", Json.of("oa-secret")));
    account(
        "mall",
        "miniProgram",
        Json.object("url", Json.of(sandbox.url()), "appId", Json.of("wxma")),
        Json.object("secret", Json.of("ma-secret")));
  }

  private static void account(String name, String kind, Json.Obj settings, Json.Obj credentials)
      throws Exception {
    api(
        "PUT",
        "/api/v1/accounts/" + name,
        Json.object("kind", Json.of(kind), "settings", settings, "credentials", credentials)
            .write());
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
    sandbox.close();
  }

  private static Json send(String base, String method, String path, String token, String body)
      throws Exception {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(base + path))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + token)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as("%s %s", path, answer.body()).isBetween(200, 299);
    return Json.parse(answer.body());
  }

  private static Json api(String method, String path, String body) throws Exception {
    return send("http://127.0.0.1:" + server.port(), method, path, server.firstToken(), body);
  }

  private static Json platform(String method, String path, String body) throws Exception {
    return send(sandbox.url(), method, path, "", body);
  }

  private static Json at(Json json, String path) {
    Json here = json;
    for (String step : path.split("\\.", -1)) {
      here =
          switch (here) {
            case Json.Obj object -> java.util.Objects.requireNonNull(object.get(step), path);
            case Json.Arr(List<Json> items) -> items.get(Integer.parseInt(step));
            default -> throw new AssertionError("Nothing at " + path + " of " + json.write());
          };
    }
    return here;
  }

  private static String text(Json json, String path) {
    return at(json, path) instanceof Json.Str(String text) ? text : at(json, path).write();
  }

  /// Both clocks, the platforms' first.
  private static void reach(Instant to) throws Exception {
    now = to;
    platform("POST", "/sandbox/clock", "{\"to\":\"" + to + "\"}");
    api("POST", "/api/v1/clock", "{\"to\":\"" + to + "\"}");
  }

  private static void faults(String wecom) throws Exception {
    platform("POST", "/sandbox/faults", "{\"wecom\":" + wecom + "}");
  }

  private static final String NO_FAULTS = "{\"busyShare\":0,\"timeoutShare\":0,\"codes\":{}}";

  private static String violations() throws Exception {
    return at(platform("GET", "/sandbox/limits", ""), "violations").write();
  }

  private static Envelope to(String key, String openid, String template, String text, String app) {
    return new Envelope(key, openid, template, text, app);
  }

  private static Channel channel(ChannelKind kind) {
    var clients = Clients.inMemory();
    Allowances allowances = Allowances.of(Platform.WECHAT);
    return AppChannels.of(
            Map.of(
                "wxoa",
                clients.officialAccount(
                    new Account.OfficialAccount(
                        "oa", sandbox.url(), "wxoa", "oa-secret", List.of(), allowances))),
            Map.of(
                "wxma",
                clients.miniProgram(
                    new Account.MiniProgram(
                        "ma", sandbox.url(), "wxma", "ma-secret", List.of(), allowances))))
        .stream()
        .filter(each -> each.kind() == kind)
        .findFirst()
        .orElseThrow();
  }

  /// The codes of the platform, by a caller that minds nothing.
  @Test
  @Order(1)
  void theSandboxRefusesWhatTheAccountMayNotSend() throws Exception {
    Channel account = channel(ChannelKind.OFFICIAL_ACCOUNT);
    assertThat(account.handOver("b", List.of(to("k0", "oNobody", "t", "hi", "wxoa"))))
        .singleElement()
        .isInstanceOfSatisfying(
            Outcome.Refused.class, refused -> assertThat(refused.code()).isEqualTo("45015"));
    platform("POST", "/sandbox/account/acts", "{\"act\":\"message\",\"openid\":\"oAnna\"}");
    for (int i = 0; i < 5; i++) {
      assertThat(account.handOver("b" + i, List.of(to("k" + i, "oAnna", "t", "hi " + i, "wxoa"))))
          .singleElement()
          .isInstanceOf(Outcome.Accepted.class);
    }
    assertThat(account.handOver("b6", List.of(to("k6", "oAnna", "t", "too many", "wxoa"))))
        .singleElement()
        .isInstanceOfSatisfying(
            Outcome.Refused.class, refused -> assertThat(refused.code()).isEqualTo("45047"));

    Channel subscribe = channel(ChannelKind.SUBSCRIBE);
    Envelope one = to("k7", "oMini", "T1", "thing1: 到货\npage: pages/a", "wxma");
    assertThat(subscribe.handOver("b7", List.of(one)))
        .singleElement()
        .isInstanceOfSatisfying(
            Outcome.Refused.class, refused -> assertThat(refused.code()).isEqualTo("43101"));
    platform(
        "POST",
        "/sandbox/account/acts",
        "{\"act\":\"subscribe\",\"openid\":\"oMini\",\"template\":\"T1\"}");
    assertThat(subscribe.handOver("b8", List.of(one)))
        .singleElement()
        .isInstanceOf(Outcome.Accepted.class);
    assertThat(subscribe.handOver("b9", List.of(one)))
        .singleElement()
        .isInstanceOf(Outcome.Refused.class);

    Channel template = channel(ChannelKind.OFFICIAL_TEMPLATE);
    List<Envelope> told = List.of(to("k9", "oAnna", "T2", "thing1: 已发货", "wxoa"));
    assertThat(template.handOver("b10", told)).isEqualTo(template.handOver("b10", told));
    // An app that nobody set up is nobody's refusal.
    assertThat(account.handOver("b11", List.of(to("k10", "oAnna", "t", "hi", "wxother"))))
        .singleElement()
        .isInstanceOf(Outcome.Later.class);
    assertThat(violations())
        .contains("account 45015")
        .contains("account 45047")
        .contains("account 43101");
  }

  /// The gate minds the window and the budget, so nothing more is counted against us.
  @Test
  @Order(2)
  void aPersonTheAccountMayNotWriteToCostsNoCall() throws Exception {
    String before = violations();
    String acts =
        IntStream.range(0, 3)
            .mapToObj(
                i ->
                    "{\"id\":\"act"
                        + i
                        + "\",\"name\":\""
                        + (i == 2 ? "profile_updated" : "message_replied")
                        + "\",\"time\":\"2026-07-01T02:00:00Z\",\"identifiers\":[{\"kind\":\"openid\","
                        + "\"scope\":\"wxoa\",\"value\":\"oGate"
                        + i
                        + "\"}],\"properties\":"
                        + (i == 2
                            ? "{\"city\":\"上海\"}"
                            : "{\"text\":\"在吗\",\"channel\":\"official_account\"}")
                        + "}")
            .collect(java.util.stream.Collectors.joining(",", "[", "]"));
    send("http://127.0.0.1:" + server.port(), "POST", "/api/v1/events", key, acts);
    for (int i = 0; i < 2; i++) {
      platform(
          "POST", "/sandbox/account/acts", "{\"act\":\"message\",\"openid\":\"oGate" + i + "\"}");
    }
    api(
        "POST",
        "/api/v1/templates",
        "{\"name\":\"oa\",\"channel\":\"official_account\",\"category\":\"service\","
            + "\"text\":\"您好\",\"sender\":\"wxoa\"}");
    var last = new StringBuilder();
    for (int round = 0; round < 7; round++) {
      String id =
          text(
              api(
                  "POST",
                  "/api/v1/reach/mass",
                  "{\"template\":\"oa\",\"people\":{\"text\":\"has identifier openid\"}}"),
              "id");
      reach(now.plusSeconds(10));
      last.setLength(0);
      last.append(at(api("GET", "/api/v1/reach/mass/" + id, ""), "reasons").write());
      if (round == 4) {
        assertThat(last.toString()).isEqualTo("{\"sent\":2,\"window_over\":1}");
      }
    }
    assertThat(last.toString()).isEqualTo("{\"budget_spent\":2,\"window_over\":1}");
    assertThat(at(platform("GET", "/sandbox/account/messages?openid=oGate0", ""), "messages"))
        .isInstanceOfSatisfying(Json.Arr.class, sent -> assertThat(sent.items()).hasSize(5));
    assertThat(violations()).isEqualTo(before);
  }

  private static List<String> contacts(String guide) {
    var found = new ArrayList<String>();
    for (long person = 0; person < PEOPLE; person++) {
      Brand.Contact contact = BRAND.contact(person);
      if (contact != null && contact.at(START.toEpochMilli()) && contact.guide().equals(guide)) {
        found.add(BRAND.externalUserid(person));
      }
    }
    return found;
  }

  /// One after the other: planned, taken, reminded of, confirmed by some, given up for the others.
  @Test
  @Order(3)
  void guidesConfirmOrTheirCustomersAreTheReason() throws Exception {
    var events = new ArrayList<String>();
    for (String guide : BRAND.guides()) {
      for (String customer : contacts(guide)) {
        events.add(
            "{\"id\":\"c"
                + customer
                + "\",\"name\":\"contact_added\",\"time\":\"2026-07-01T01:00:00Z\",\"identifiers\":"
                + "[{\"kind\":\"externalUserid\",\"scope\":\""
                + CORP
                + "\",\"value\":\""
                + customer
                + "\"}],\"properties\":{\"guide\":\""
                + guide
                + "\"}}");
      }
    }
    for (int from = 0; from < events.size(); from += 500) {
      send(
          "http://127.0.0.1:" + server.port(),
          "POST",
          "/api/v1/events",
          key,
          "[" + String.join(",", events.subList(from, Math.min(events.size(), from + 500))) + "]");
    }
    api(
        "POST",
        "/api/v1/templates",
        "{\"name\":\"hi\",\"channel\":\"wecom\",\"text\":\"新品到店\",\"sender\":\"{guide}\"}");
    String before = violations();
    faults("{\"busyShare\":0.1,\"timeoutShare\":0.1,\"codes\":{\"503\":0.1}}");
    String id =
        text(
            api(
                "POST",
                "/api/v1/reach/mass",
                "{\"template\":\"hi\",\"people\":{\"text\":\"did contact_added\"},"
                    + "\"confirmWithin\":\"1h\"}"),
            "id");
    reach(now.plusSeconds(10));
    faults(NO_FAULTS);
    Json told = api("GET", "/api/v1/reach/mass/" + id, "");
    assertThat(text(told, "stages.accepted")).isEqualTo(String.valueOf(events.size()));
    assertThat(text(told, "guidesConfirmed")).isEqualTo("0");
    for (int i = 0; i < 3; i++) {
      assertThat(at(api("POST", "/api/v1/reach/mass/" + id + "/remind", ""), "counts").write())
          .startsWith("{\"done\":");
    }
    // A fourth within the day costs no call.
    assertThat(at(api("POST", "/api/v1/reach/mass/" + id + "/remind", ""), "counts").write())
        .startsWith("{\"refused\":");

    // An hour is not enough for all of them.
    reach(now.plusSeconds(2 * 3_600));
    told = api("GET", "/api/v1/reach/mass/" + id, "");
    assertThat(text(told, "task.state")).isEqualTo("closed");
    long delivered = Long.parseLong(text(told, "stages.delivered"));
    long unconfirmed = Long.parseLong(text(told, "failures.unconfirmed"));
    assertThat(delivered).isPositive();
    assertThat(unconfirmed).isPositive();
    assertThat(at(told, "stages").write()).doesNotContain("accepted");
    int confirmed = Integer.parseInt(text(told, "guidesConfirmed"));
    assertThat(confirmed).isPositive();
    assertThat(text(told, "en"))
        .startsWith(confirmed + " of " + text(told, "guidesAsked") + " guides confirmed");
    assertThat(violations()).isEqualTo(before);
    assertThat(at(platform("GET", "/sandbox/messages/duplicates", ""), "duplicates").write())
        .isEqualTo("[]");
  }

  @Test
  @Order(4)
  void whatIsCalledOffGoesToNobodyWhoHasNotGotIt() throws Exception {
    String id =
        text(
            api(
                "POST",
                "/api/v1/reach/mass",
                "{\"template\":\"hi\",\"people\":{\"text\":\"did contact_added\"}}"),
            "id");
    reach(now.plusSeconds(10));
    Json done = api("POST", "/api/v1/reach/mass/" + id + "/cancel", "");
    assertThat(at(done, "counts").write()).startsWith("{\"done\":");
    reach(now.plusSeconds(30 * 3_600));
    Json told = api("POST", "/api/v1/reach/mass/" + id + "/results", "");

    assertThat(text(told, "task.state")).isEqualTo("cancelled");
    assertThat(at(told, "stages").write()).matches("\\{\"failed\":\\d+}");
    assertThat(at(told, "failures").write()).matches("\\{\"cancelled\":\\d+}");
  }

  /// Answers are lost, and nothing goes twice.
  @Test
  @Order(5)
  void postsGoOnceAndWhoReactsIsKnown() throws Exception {
    String before = violations();
    String guide = BRAND.guides().getFirst();
    faults("{\"busyShare\":0.3,\"timeoutShare\":0.5,\"codes\":{}}");
    String group =
        text(
            api(
                "POST",
                "/api/v1/reach/posts",
                "{\"kind\":\"group\",\"text\":\"群里上新\",\"groups\":[{\"owner\":\""
                    + guide
                    + "\",\"groups\":[\"wrGroup1\",\"wrGroup2\",\"xx\"]},{\"owner\":\""
                    + BRAND.guides().get(1)
                    + "\",\"groups\":[\"wrGroup3\"]}]}"),
            "id");
    String moment =
        text(
            api(
                "POST",
                "/api/v1/reach/posts",
                "{\"kind\":\"moment\",\"text\":\"朋友圈上新\",\"guides\":[\"nobody\","
                    + String.join(
                        ",", BRAND.guides().stream().map(each -> "\"" + each + "\"").toList())
                    + "]}"),
            "id");
    for (int i = 0; i < 60; i++) {
      reach(now.plusSeconds(2));
    }
    faults(NO_FAULTS);
    for (int i = 0; i < 5; i++) {
      reach(now.plusSeconds(2));
    }
    Json told = api("GET", "/api/v1/reach/posts/" + group, "");
    assertThat(text(told, "post.state")).isEqualTo("taken");
    reach(now.plusSeconds(40 * 3_600));
    told = api("POST", "/api/v1/reach/posts/" + group + "/results", "");
    assertThat(at(told, "missed").write()).contains("\"fail_list\"");
    told = api("POST", "/api/v1/reach/posts/" + moment + "/results", "");
    assertThat(text(told, "post.state")).isEqualTo("taken");
    assertThat(at(told, "guides").write()).contains("\"likes\":");
    assertThat(
            text(api("POST", "/api/v1/segments/count", "{\"text\":\"did moment_liked\"}"), "count"))
        .isNotEqualTo("0");
    WecomPosts platform = new WecomPosts(MassSend.client(sandbox.url()));
    // One task of each text and owner, whatever was lost on the way.
    String task = text(told, "calls.0.task");
    assertThat(platform.findMoment("朋友圈上新", now.minusSeconds(40 * 3_600), List.of(task)))
        .isInstanceOf(Outcome.Absent.class);
    assertThat(violations()).isEqualTo(before);
  }

  @Test
  @Order(6)
  void groupsAreGreeted() throws Exception {
    String before = violations();
    Json one = api("POST", "/api/v1/reach/group-welcomes", "{\"text\":\"欢迎入群\"}");
    assertThat(text(one, "state")).isEqualTo("ready");
    assertThat(text(one, "template")).startsWith("wel");
    assertThat(api("DELETE", "/api/v1/reach/group-welcomes/" + text(one, "id"), "").write())
        .isEqualTo("[]");
    assertThat(violations()).isEqualTo(before);
  }
}
