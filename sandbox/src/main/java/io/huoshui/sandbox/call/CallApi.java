package io.huoshui.sandbox.call;

import io.huoshui.sandbox.Secrets;
import io.huoshui.sandbox.draw.Dice;
import io.huoshui.sandbox.http.Answer;
import io.huoshui.sandbox.http.Call;
import io.huoshui.sandbox.http.Conduct;
import io.huoshui.sandbox.http.Endpoint;
import io.huoshui.sandbox.sms.AcsSignature;
import io.huoshui.sandbox.world.World;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// OutboundBot, version 2019-12-26, and the phones behind it.
///
/// Jobs are dialled when the sandbox's clock moves ([#play]): as many at once as there are lines,
/// one talk after the other in the order in which they were given, so that a run can be repeated.
/// Whoever answers is led by `POST {server}/callbacks/call/{beginSession, dialogue, abortDialogue,
/// endSession}`; how a call went is told at `POST {server}/callbacks/call/results`.
public final class CallApi implements Endpoint {
  private static final String VERSION = "2019-12-26";

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final ZoneOffset BEIJING = ZoneOffset.ofHours(8);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int NONCES_KEPT = 100_000;

  /// Nobody talks longer than this with a robot; a flow that has no end would never let go.
  private static final int MOST_TURNS = 60;

  /// The one number of the instance.
  private static final String NUMBER = "057100000000";

  private static final int CHARACTERS_PER_SECOND = 4;

  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int status;
    private final String code;

    Refused(int status, String code, String message) {
      super(message);
      this.status = status;
      this.code = code;
    }
  }

  private static final class Job {
    final String id;
    final String group;
    final String phone;
    final String reference;
    final Map<String, String> extras;
    final List<ObjectNode> tasks = new ArrayList<>();
    String status = "Scheduling";

    Job(String id, String group, String phone, String reference, Map<String, String> extras) {
      this.id = id;
      this.group = group;
      this.phone = phone;
      this.reference = reference;
      this.extras = extras;
    }
  }

  private final World world;
  private final Secrets secrets;
  private final CallLimits limits;
  private final Conduct conduct;
  private final @Nullable URI server;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final Set<String> nonces = new LinkedHashSet<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, String> groups = new LinkedHashMap<>();
  private final Set<String> suspended = new LinkedHashSet<>();
  private final Map<String, Job> jobs = new LinkedHashMap<>();
  private final Map<String, List<Instant>> dialled = new HashMap<>();
  private final Map<String, Double> habits = new TreeMap<>();
  private final List<JsonNode> late = new ArrayList<>();
  private boolean draft;
  private double duplicates;
  private double lateShare;
  private int numbered;

  /// Calls to the bot, and those that steer who answers it.
  public static boolean plays(Call call) {
    return call.path().startsWith("/sandbox/call/")
        || (call.path().equals("/") && call.header("x-acs-version").equals(VERSION));
  }

  /// @param server who leads the talks; null when nobody does
  public CallApi(
      World world, Secrets secrets, CallLimits limits, Conduct conduct, @Nullable URI server) {
    this.world = world;
    this.secrets = secrets;
    this.limits = limits;
    this.conduct = conduct;
    this.server = server;
  }

  @Override
  public Answer answer(Call call) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      if (call.path().startsWith("/sandbox/call/")) {
        return controlled(call);
      }
      Map<String, String> parameters = new LinkedHashMap<>(call.query());
      Call.parameters(new String(call.body(), StandardCharsets.UTF_8))
          .forEach(parameters::putIfAbsent);
      authenticate(call);
      String action = call.header("x-acs-action");
      conduct.called("call " + action);
      return switch (action) {
        case "CreateJobGroup" -> createGroup(parameters);
        case "ListJobGroups" -> listGroups(parameters);
        case "AssignJobs" -> assign(parameters);
        case "QueryJobsWithResult" -> query(parameters);
        case "DescribeJob" -> describe(parameters);
        case "CancelJobs" -> cancel(parameters);
        case "SuspendJobs" -> suspend(parameters, true);
        case "ResumeJobs" -> suspend(parameters, false);
        case "DownloadRecording" -> recording(call, parameters);
        case "DescribeScript" -> describeScript(parameters);
        case "ListOutboundCallNumbers" -> numbers(parameters);
        default ->
            throw new Refused(
                404, "InvalidAction.NotFound", "Specified api is not found: '" + action + "'");
      };
    } catch (Refused refused) {
      return Answer.json(
          refused.status,
          JSON.createObjectNode()
              .put("HttpStatusCode", refused.status)
              .put("Code", refused.code)
              .put("Message", refused.getMessage())
              .put("Success", false)
              .put("RequestId", "r"));
    } finally {
      lock.unlock();
    }
  }

  private static ObjectNode ok() {
    return JSON.createObjectNode()
        .put("HttpStatusCode", 200)
        .put("Code", "OK")
        .put("Message", "Success")
        .put("Success", true)
        .put("RequestId", "r");
  }

  // ---- who is calling

  private void authenticate(Call call) {
    switch (AcsSignature.claim(call)) {
      case AcsSignature.Claim.Unsigned() ->
          throw new Refused(
              400, "MissingAuthorization", "An ACS3-HMAC-SHA256 Authorization header is needed");
      case AcsSignature.Claim.Signed claim -> {
        String keyId = secrets.get("call", "accessKeyId");
        if (keyId.isEmpty() || !claim.accessKeyId().equals(keyId)) {
          throw new Refused(
              404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.");
        }
        if (!AcsSignature.holds(claim, call, secrets.get("call", "accessKeySecret"))) {
          throw new Refused(
              400, "SignatureDoesNotMatch", "Specified signature does not match our calculation.");
        }
        String nonce = call.header("x-acs-signature-nonce");
        if (nonce.isEmpty() || !nonces.add(nonce)) {
          throw new Refused(
              400, "SignatureNonceUsed", "Specified signature nonce was used already.");
        }
        if (nonces.size() > NONCES_KEPT) {
          nonces.remove(nonces.iterator().next());
        }
      }
    }
  }

  private static String need(Map<String, String> parameters, String name) {
    String value = parameters.getOrDefault(name, "");
    if (value.isBlank()) {
      throw new Refused(400, "Parameter.Missing." + name, name + " is needed");
    }
    return value;
  }

  private static List<String> repeated(Map<String, String> parameters, String name) {
    var values = new ArrayList<String>();
    for (String value = parameters.get(name + ".1");
        value != null;
        value = parameters.get(name + "." + (values.size() + 1))) {
      values.add(value);
    }
    return values;
  }

  // ---- what the instance has

  /// Any instance is known as long as the secrets name none.
  private void instance(Map<String, String> parameters) {
    String given = need(parameters, "InstanceId");
    String known = secrets.get("call", "instanceId");
    if (!known.isEmpty() && !known.equals(given)) {
      throw new Refused(404, "InvalidInstanceId.NotFound", "No instance " + given);
    }
  }

  private void script(Map<String, String> parameters) {
    String given = need(parameters, "ScriptId");
    String known = secrets.get("call", "scriptId");
    if (!known.isEmpty() && !known.equals(given)) {
      throw new Refused(404, "InvalidScriptId.NotFound", "No script " + given);
    }
  }

  private Answer describeScript(Map<String, String> parameters) {
    instance(parameters);
    script(parameters);
    ObjectNode answer = ok();
    answer
        .putObject("Script")
        .put("ScriptId", parameters.get("ScriptId"))
        .put("ScriptName", "第三方大模型")
        .put("Status", draft ? "DRAFTED" : "PUBLISHED");
    return Answer.json(answer);
  }

  private Answer numbers(Map<String, String> parameters) {
    instance(parameters);
    ObjectNode answer = ok();
    ObjectNode all = answer.putObject("OutboundCallNumbers").put("TotalCount", 1);
    all.putArray("List").addObject().put("OutboundCallNumberId", "n1").put("Number", NUMBER);
    return Answer.json(answer);
  }

  // ---- jobs

  private Answer createGroup(Map<String, String> parameters) {
    instance(parameters);
    script(parameters);
    if (draft) {
      throw new Refused(400, "ScriptNotPublished", "The script is a draft");
    }
    String name = need(parameters, "JobGroupName");
    String id = "group-" + (groups.size() + 1);
    groups.put(id, name);
    ObjectNode answer = ok();
    answer
        .putObject("JobGroup")
        .put("JobGroupId", id)
        .put("JobGroupName", name)
        .put("ScriptId", parameters.get("ScriptId"));
    return Answer.json(answer);
  }

  private Answer listGroups(Map<String, String> parameters) {
    instance(parameters);
    String text = parameters.getOrDefault("SearchText", "");
    ObjectNode answer = ok();
    ArrayNode list = answer.putObject("JobGroups").putArray("List");
    groups.forEach(
        (id, name) -> {
          if (name.contains(text)) {
            list.addObject().put("JobGroupId", id).put("JobGroupName", name);
          }
        });
    return Answer.json(answer);
  }

  private Answer assign(Map<String, String> parameters) {
    String group = need(parameters, "JobGroupId");
    if (!groups.containsKey(group)) {
      throw new Refused(404, "InvalidJobGroupId.NotFound", "No job group " + group);
    }
    List<String> given = repeated(parameters, "JobsJson");
    if (given.isEmpty() || given.size() > limits.jobs().value()) {
      conduct.violated("call TooManyJobs AssignJobs");
      throw new Refused(
          400, "Parameter.Invalid.JobsJson", given.size() + " jobs, 1 to " + limits.jobs().value());
    }
    if (!open(world.clock())) {
      conduct.violated("call OutOfWorkingTime AssignJobs");
      throw new Refused(
          400,
          "OutOfWorkingTime",
          "Lines are open from "
              + limits.fromHour().value()
              + ":00 to "
              + limits.toHour().value()
              + ":00");
    }
    var read = new ArrayList<Job>();
    for (String one : given) {
      read.add(job(group, one));
    }
    ObjectNode answer = ok().put("JobGroupId", group);
    ArrayNode ids = answer.putArray("JobsId");
    for (Job job : read) {
      jobs.put(job.id, job);
      ids.add(job.id);
    }
    return Answer.json(answer);
  }

  private Job job(String group, String text) {
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JacksonException e) {
      throw new Refused(400, "Parameter.Invalid.JobsJson", "A job is a JSON object");
    }
    JsonNode contact = json.path("contacts").path(0);
    String phone = contact.path("phoneNumber").asString("");
    if (!phone.matches("1[3-9]\\d{9}")) {
      throw new Refused(400, "Parameter.Invalid.PhoneNumber", "No mainland mobile");
    }
    var extras = new LinkedHashMap<String, String>();
    for (JsonNode extra : json.path("extras")) {
      extras.put(extra.path("key").asString(""), extra.path("value").asString(""));
    }
    return new Job(
        "job-" + ++numbered, group, phone, contact.path("referenceId").asString(""), extras);
  }

  private Answer query(Map<String, String> parameters) {
    String group = need(parameters, "JobGroupId");
    String text = parameters.getOrDefault("QueryText", "");
    ObjectNode answer = ok();
    ArrayNode list = answer.putObject("Jobs").putArray("List");
    for (Job job : jobs.values()) {
      if (job.group.equals(group) && job.phone.contains(text)) {
        ObjectNode one = list.addObject().put("Id", job.id).put("Status", job.status);
        ObjectNode latest = one.putObject("LatestTask");
        if (!job.tasks.isEmpty()) {
          latest.put("Status", job.tasks.getLast().path("Status").asString(""));
        }
        latest.putObject("Contact").put("PhoneNumber", job.phone).put("ReferenceId", job.reference);
      }
    }
    return Answer.json(answer);
  }

  private Job known(String id) {
    Job job = jobs.get(id);
    if (job == null) {
      throw new Refused(404, "InvalidJobId.NotFound", "No job " + id);
    }
    return job;
  }

  private Answer describe(Map<String, String> parameters) {
    Job job = known(need(parameters, "JobId"));
    ObjectNode answer = ok();
    ObjectNode one =
        answer
            .putObject("Job")
            .put("JobId", job.id)
            .put("Status", job.status)
            .put("ReferenceId", job.reference);
    ArrayNode tasks = one.putArray("Tasks");
    job.tasks.forEach(tasks::add);
    return Answer.json(answer);
  }

  private Answer cancel(Map<String, String> parameters) {
    for (String id : repeated(parameters, "JobId")) {
      Job job = known(id);
      if (!job.status.equals("Scheduling")) {
        throw new Refused(400, "JobNotCancellable", id + " is " + job.status);
      }
      job.status = "Cancelled";
    }
    return Answer.json(ok());
  }

  private Answer suspend(Map<String, String> parameters, boolean on) {
    String group = need(parameters, "JobGroupId");
    if (on) {
      suspended.add(group);
    } else {
      suspended.remove(group);
    }
    return Answer.json(ok());
  }

  private Answer recording(Call call, Map<String, String> parameters) {
    String task = need(parameters, "TaskId");
    boolean talked =
        jobs.values().stream()
            .flatMap(job -> job.tasks.stream())
            .anyMatch(
                one ->
                    one.path("CallId").asString("").equals(task)
                        && one.path("Duration").asLong(0) > 0);
    if (!talked) {
      throw new Refused(404, "RecordingNotExist", "No recording of " + task);
    }
    ObjectNode answer = ok();
    answer
        .putObject("DownloadParams")
        .put("SignatureUrl", "http://" + call.header("Host") + "/sandbox/call/recordings/" + task);
    return Answer.json(answer);
  }

  // ---- what the sandbox's own page asks

  private Answer controlled(Call call) {
    String path = call.path().substring("/sandbox/call/".length());
    if (path.equals("habits") && call.method().equals("POST")) {
      JSON.readTree(call.body())
          .properties()
          .forEach(
              entry -> {
                if (!Callee.HABITS.containsKey(entry.getKey())) {
                  throw new IllegalArgumentException(
                      "'" + entry.getKey() + "'. Known: " + new TreeMap<>(Callee.HABITS).keySet());
                }
                habits.put(entry.getKey(), entry.getValue().asDouble());
              });
      return Answer.json(JSON.valueToTree(habits));
    }
    if (path.equals("faults") && call.method().equals("POST")) {
      JsonNode asked = JSON.readTree(call.body());
      duplicates = asked.path("duplicates").asDouble(0);
      lateShare = asked.path("late").asDouble(0);
      draft = asked.path("draft").asBoolean(false);
      return Answer.json(
          JSON.createObjectNode()
              .put("duplicates", duplicates)
              .put("late", lateShare)
              .put("draft", draft));
    }
    if (path.startsWith("recordings/")) {
      return new Answer.Stream("audio/wav", false, out -> out.write(silence()));
    }
    if (path.equals("suspended")) {
      return Answer.json(JSON.valueToTree(suspended));
    }
    if (path.equals("jobs")) {
      ArrayNode list = JSON.createArrayNode();
      for (Job job : jobs.values()) {
        ObjectNode one =
            list.addObject()
                .put("id", job.id)
                .put("phone", job.phone)
                .put("reference", job.reference)
                .put("status", job.status);
        ArrayNode tasks = one.putArray("tasks");
        job.tasks.forEach(tasks::add);
      }
      return Answer.json(list);
    }
    return Answer.problem(
        404, "not_found", "POST habits, POST faults, GET jobs, GET recordings/ID");
  }

  /// A WAV of nothing: 8 kHz, 8 bit, one channel.
  private static byte[] silence() {
    return new byte[] {
      'R', 'I', 'F', 'F', 36, 0, 0, 0, 'W', 'A', 'V', 'E', 'f', 'm', 't', ' ', 16, 0, 0, 0, 1, 0, 1,
      0, 64, 31, 0, 0, 64, 31, 0, 0, 1, 0, 8, 0, 'd', 'a', 't', 'a', 0, 0, 0, 0
    };
  }

  // ---- calling

  private boolean open(Instant at) {
    int hour = at.atOffset(BEIJING).getHour();
    return hour >= limits.fromHour().value() && hour < limits.toHour().value();
  }

  /// Dials what waits, and tells how it went.
  ///
  /// @return how many of each kind
  public Map<String, Long> play(Instant clock) throws InterruptedException {
    var delivered = new TreeMap<String, Long>();
    if (server == null) {
      return delivered;
    }
    lock.lockInterruptibly();
    List<Job> due;
    var results = new ArrayList<JsonNode>();
    try {
      results.addAll(late);
      late.clear();
      due =
          open(clock)
              ? jobs.values().stream()
                  .filter(job -> job.status.equals("Scheduling") && !suspended.contains(job.group))
                  .toList()
              : List.of();
      due.forEach(job -> job.status = "Executing");
    } finally {
      lock.unlock();
    }
    // A line takes the next call when its last one is over: rounds of as many as there are lines.
    int lines = (int) limits.lines().value();
    for (int from = 0; from < due.size(); from += lines) {
      for (Job job : due.subList(from, Math.min(due.size(), from + lines))) {
        ObjectNode result = dial(job, clock);
        delivered.merge("calls", 1L, Long::sum);
        Dice dice = Dice.of(Dice.hash(world.settings().seed(), "result " + job.id));
        if (dice.chance(lateShare)) {
          locked(() -> late.add(result));
        } else {
          results.add(result);
        }
        if (dice.chance(duplicates)) {
          results.add(result);
        }
      }
    }
    for (JsonNode result : results) {
      post("results", result);
      delivered.merge("callResults", 1L, Long::sum);
    }
    return delivered;
  }

  private void locked(Runnable work) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      work.run();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable String overLimit(String phone, Instant clock) {
    List<Instant> calls = dialled.getOrDefault(phone, List.of());
    if (count(calls, clock, Duration.ofMinutes(1)) >= limits.perMinute().value()
        || count(calls, clock, Duration.ofHours(1)) >= limits.perHour().value()
        || count(calls, clock, Duration.ofHours(24)) >= limits.perDay().value()
        || count(calls, clock, Duration.ofDays(1)) >= limits.botPerDay().value()) {
      return "PerDayCallCountLimit";
    }
    return null;
  }

  private static long count(List<Instant> calls, Instant clock, Duration within) {
    Instant since = clock.minus(within);
    return calls.stream().filter(at -> at.isAfter(since)).count();
  }

  private ObjectNode dial(Job job, Instant clock) throws InterruptedException {
    String task = job.id + "-" + (job.tasks.size() + 1);
    long seed = world.settings().seed();
    String over = overLimit(job.phone, clock);
    if (over != null) {
      conduct.violated("call " + over + " AssignJobs");
      return finished(job, task, clock, over, 0);
    }
    List<Instant> rings = dialled.computeIfAbsent(job.phone, _ -> new ArrayList<>());
    Callee callee = Callee.of(seed, job.phone, rings.size(), habits);
    rings.add(clock);
    if (Callee.empty(seed, job.phone, habits)) {
      return finished(job, task, clock, "NotExist", 0);
    }
    return switch (callee.ring()) {
      case BUSY -> finished(job, task, clock, "Busy", 0);
      case REJECTED, NO_ANSWER -> finished(job, task, clock, "NoAnswer", 0);
      case OFF -> finished(job, task, clock, "PoweredOff", 0);
      case MACHINE -> {
        turn(job, task, "beginSession", "", false, "");
        turn(job, task, "abortDialogue", "", false, "machine");
        yield finished(job, task, clock, "SucceededSpecialInterceptVoiceAssistant", 4);
      }
      case ANSWERED -> talk(job, task, clock, callee);
    };
  }

  private ObjectNode finished(Job job, String task, Instant clock, String status, long seconds) {
    ObjectNode one =
        JSON.createObjectNode()
            .put("TaskId", task)
            .put("CallId", task)
            .put("Status", status)
            .put("CalledNumber", job.phone)
            .put("ActualTime", clock.toEpochMilli())
            .put("Duration", seconds);
    job.tasks.add(one);
    job.status = seconds > 0 ? "Succeeded" : "Failed";
    ObjectNode result =
        JSON.createObjectNode()
            .put("EventType", "TaskCompleted")
            .put("JobGroupId", job.group)
            .put("JobId", job.id)
            .put("TaskId", task)
            .put("TaskStatus", status)
            .put("CalledNumber", job.phone)
            .put("ActualTime", clock.toEpochMilli())
            .put("CallDuration", seconds);
    result.putObject("Contact").put("PhoneNumber", job.phone).put("ReferenceId", job.reference);
    return result;
  }

  /// One talk, until one of both hangs up.
  private ObjectNode talk(Job job, String task, Instant clock, Callee callee)
      throws InterruptedException {
    long characters = 0;
    JsonNode answer = turn(job, task, "beginSession", "", false, "");
    for (int turns = 0; turns < MOST_TURNS; turns++) {
      String said = answer.path("answer").asString("");
      characters += said.length();
      for (JsonNode control : answer.path("controlParamsList")) {
        switch (control.path("type").asString("")) {
          case "HangUp" -> {
            turn(job, task, "endSession", "", false, "");
            return finished(job, task, clock, "SucceededFinish", seconds(characters));
          }
          case "Transfer" -> {
            turn(job, task, "endSession", "", false, "");
            return finished(
                job, task, clock, "SucceededTransferByIntent", seconds(characters) + 60);
          }
          default -> {}
        }
      }
      switch (callee.move(said)) {
        case Callee.Move.HangsUp() -> {
          turn(job, task, "endSession", "", false, "");
          return finished(job, task, clock, "SucceededClientHangUp", seconds(characters));
        }
        case Callee.Move.Silent() -> answer = turn(job, task, "dialogue", "", false, "");
        case Callee.Move.Says(String text, boolean during) -> {
          characters += text.length();
          answer = turn(job, task, "dialogue", text, during, "");
        }
      }
    }
    turn(job, task, "endSession", "", false, "");
    return finished(job, task, clock, "SucceededError", seconds(characters));
  }

  private static long seconds(long characters) {
    return Math.max(1, characters / CHARACTERS_PER_SECOND);
  }

  private JsonNode turn(
      Job job, String task, String action, String utterance, boolean during, String reason)
      throws InterruptedException {
    ObjectNode asked =
        JSON.createObjectNode()
            .put("requestId", task + "/" + action)
            .put("tenantId", "1")
            .put("instanceId", "sandbox")
            .put("scriptId", "sandbox")
            .put("sessionId", task)
            .put("streamId", task)
            .put("utterance", utterance)
            .put("interrupted", during)
            .put("reason", reason);
    ObjectNode passed = asked.putObject("vendorParams").put("calledNumber", job.phone);
    job.extras.forEach(passed::put);
    String answer = post(action, asked);
    for (String line : answer.split("\n")) {
      if (line.startsWith("data: {")) {
        return JSON.readTree(line.substring(6)).path("data");
      }
    }
    // Whoever does not lead the talk loses it.
    ObjectNode none = JSON.createObjectNode().put("answer", "");
    none.putArray("controlParamsList").addObject().put("type", "HangUp");
    return none;
  }

  private String post(String action, JsonNode body) throws InterruptedException {
    if (server == null) {
      return "";
    }
    HttpRequest request =
        HttpRequest.newBuilder(server.resolve("/callbacks/call/" + action))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .header("X-Callback-Token", secrets.get("callbackToken"))
            .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
            .build();
    try {
      HttpResponse<String> response =
          http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      return response.statusCode() == 200 ? response.body() : "";
    } catch (IOException e) {
      return "";
    }
  }
}
