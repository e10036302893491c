package io.huoshui.platforms.call;

import io.huoshui.dialog.CallWords;
import io.huoshui.dialog.Calls;
import io.huoshui.platforms.account.Account;
import io.huoshui.platforms.account.Answers;
import io.huoshui.platforms.account.CallLimits;
import io.huoshui.platforms.account.Platform;
import io.huoshui.platforms.account.Verdict;
import io.huoshui.platforms.sms.AcsApi;
import io.huoshui.platforms.sms.AcsApi.Reply;
import io.huoshui.platforms.sms.AliyunSms;
import io.huoshui.reach.Channel;
import io.huoshui.reach.ChannelKind;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Aliyun's intelligent outbound bot (智能外呼机器人), OutboundBot 2019-12-26.
///
/// One envelope is one job of one contact. Jobs of a flow and a day stand in one job group
/// (`CreateJobGroup`), which is found again by its name (`ListJobGroups`). The platform knows no
/// idempotency key: the contact's `referenceId` is the touchpoint's key, so that a lost answer of
/// `AssignJobs` is reconciled with `QueryJobsWithResult`. The platform does not redial
/// (`maxAttemptsPerDay` 1): whether and when somebody is called again is one rule here.
public final class OutboundBot implements Channel, Calls {
  /// Where the API is unless an account says otherwise.
  public static final String ADDRESS = "https://outboundbot.cn-shanghai.aliyuncs.com";

  private static final String VERSION = "2019-12-26";

  /// The platform takes 99 and advises 25 ("FAQ about API operations").
  private static final int BATCH = 25;

  private static final int PAGE = 50;

  /// How many of a flow's newest groups are looked through for a job whose answer was lost.
  private static final int GROUPS = 3;

  private static final ZoneId BEIJING = ZoneId.of("Asia/Shanghai");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Account.AliyunCall account;
  private final AcsApi api;

  /// Job groups by name.
  private final Map<String, String> groups = new ConcurrentHashMap<>();

  /// @param limits what the vendor takes of the account
  public OutboundBot(Account.AliyunCall account, CallLimits limits) {
    this.account = account;
    this.api =
        new AcsApi(
            Platform.ALIYUN_CALL,
            "Aliyun OutboundBot",
            account.url().isEmpty() ? ADDRESS : account.url(),
            account.keyId(),
            account.keySecret(),
            VERSION,
            limits);
  }

  @Override
  public ChannelKind kind() {
    return ChannelKind.CALL;
  }

  @Override
  public int largestBatch() {
    return BATCH;
  }

  // ---- placing

  @Override
  public List<Outcome> handOver(String batchId, List<Envelope> envelopes) {
    String flow = envelopes.getFirst().sender();
    String name = "huoshui-" + flow + "-" + LocalDate.now(BEIJING);
    Found group = group(name);
    String groupId = group.id();
    if (groupId == null) {
      return Collections.nCopies(envelopes.size(), group.why());
    }
    var parameters = new LinkedHashMap<String, String>();
    parameters.put("InstanceId", account.instanceId());
    parameters.put("JobGroupId", groupId);
    parameters.put("IsAsynchrony", "false");
    repeated(parameters, "CallingNumber", account.callingNumbers());
    repeated(parameters, "JobsJson", envelopes.stream().map(each -> job(flow, each)).toList());
    Reply reply = api.call("AssignJobs", parameters);
    if (reply instanceof Reply.Answered(JsonNode body) && ok(body)) {
      return accepted(body.path("JobsId"), envelopes.size());
    }
    if (code(reply).equals("InvalidJobGroupId.NotFound")) {
      groups.remove(name);
    }
    return Collections.nCopies(envelopes.size(), refusal(reply));
  }

  private static List<Outcome> accepted(JsonNode jobs, int wanted) {
    var outcomes = new ArrayList<Outcome>();
    for (JsonNode job : jobs) {
      outcomes.add(new Outcome.Accepted(job.asString("")));
    }
    // Another number of jobs than were given says nothing about which were taken.
    return outcomes.size() == wanted
        ? outcomes
        : Collections.nCopies(
            wanted, new Outcome.Unknown(outcomes.size() + " jobs answered for " + wanted));
  }

  private static String job(String flow, Envelope envelope) {
    ObjectNode job = JSON.createObjectNode();
    ObjectNode contact = job.putArray("contacts").addObject();
    contact.put("name", "");
    contact.put("phoneNumber", AcsApi.domestic(envelope.address()));
    contact.put("referenceId", envelope.key());
    ArrayNode extras = job.putArray("extras");
    extra(extras, "flow", flow);
    extra(extras, "reference", envelope.key());
    CallWords.of(envelope.text()).forEach((word, value) -> extra(extras, "word_" + word, value));
    return JSON.writeValueAsString(job);
  }

  private static void extra(ArrayNode extras, String key, String value) {
    extras.addObject().put("key", key).put("value", value);
  }

  /// @param id null when there is none
  /// @param why where there is none
  private record Found(@Nullable String id, Outcome why) {}

  private Found group(String name) {
    String known = groups.get(name);
    if (known != null) {
      return new Found(known, new Outcome.Absent());
    }
    Reply listed = api.call("ListJobGroups", groupsNamed(name));
    if (!(listed instanceof Reply.Answered(JsonNode body)) || !ok(body)) {
      return new Found(null, before(listed));
    }
    for (JsonNode one : body.path("JobGroups").path("List")) {
      if (one.path("JobGroupName").asString("").equals(name)) {
        return found(name, one.path("JobGroupId").asString(""));
      }
    }
    var parameters = new LinkedHashMap<String, String>();
    parameters.put("InstanceId", account.instanceId());
    parameters.put("JobGroupName", name);
    parameters.put("ScriptId", account.scriptId());
    parameters.put(
        "StrategyJson",
        JSON.writeValueAsString(
            JSON.createObjectNode()
                .put("maxAttemptsPerDay", 1)
                .put("repeatBy", "Once")
                .put("routingStrategy", "None")));
    Reply made = api.call("CreateJobGroup", parameters);
    return made instanceof Reply.Answered(JsonNode answer) && ok(answer)
        ? found(name, answer.path("JobGroup").path("JobGroupId").asString(""))
        : new Found(null, before(made));
  }

  private Found found(String name, String id) {
    if (id.isEmpty()) {
      return new Found(null, new Outcome.Later("no_group", "The job group has no id", 5));
    }
    groups.put(name, id);
    return new Found(id, new Outcome.Absent());
  }

  /// No job was given yet, so nothing that was lost can have been taken.
  private static Outcome before(Reply reply) {
    Outcome outcome = refusal(reply);
    return outcome instanceof Outcome.Unknown(String why)
        ? new Outcome.Later("unreachable", why, 2)
        : outcome;
  }

  private Map<String, String> groupsNamed(String text) {
    var parameters = new LinkedHashMap<String, String>();
    parameters.put("InstanceId", account.instanceId());
    parameters.put("SearchText", text);
    parameters.put("PageNumber", "1");
    parameters.put("PageSize", Integer.toString(PAGE));
    return parameters;
  }

  private static Outcome refusal(Reply reply) {
    return switch (reply) {
      case Reply.Refused(String code, String why, int seconds) ->
          new Outcome.Later(code, why, seconds);
      case Reply.Lost(String why) -> new Outcome.Unknown(why);
      case Reply.Answered(JsonNode body) -> {
        String code = body.path("Code").asString("");
        // Without a code some gateway on the way spoke, not the platform.
        yield code.isEmpty()
            ? new Outcome.Unknown("the answer has no Code")
            : AliyunSms.outcome(
                Answers.table().of(Platform.ALIYUN_CALL, code), body.path("Message").asString(""));
      }
    };
  }

  // ---- after an answer was lost

  @Override
  public List<Outcome> reconcile(String batchId, List<Envelope> envelopes, Instant handedOver) {
    Reply listed =
        api.call("ListJobGroups", groupsNamed("huoshui-" + envelopes.getFirst().sender() + "-"));
    if (!(listed instanceof Reply.Answered(JsonNode body)) || !ok(body)) {
      return Collections.nCopies(
          envelopes.size(), new Outcome.Unknown("ListJobGroups gave no answer"));
    }
    var newest = new ArrayList<String>();
    body.path("JobGroups")
        .path("List")
        .forEach(
            one ->
                newest.add(
                    one.path("JobGroupName").asString("")
                        + "\n"
                        + one.path("JobGroupId").asString("")));
    newest.sort(Collections.reverseOrder());
    List<String> ids =
        newest.stream().limit(GROUPS).map(one -> one.substring(one.indexOf('\n') + 1)).toList();
    return envelopes.stream().map(each -> find(ids, each)).toList();
  }

  private Outcome find(List<String> groupIds, Envelope envelope) {
    for (String group : groupIds) {
      var parameters = new LinkedHashMap<String, String>();
      parameters.put("InstanceId", account.instanceId());
      parameters.put("JobGroupId", group);
      parameters.put("QueryText", AcsApi.domestic(envelope.address()));
      parameters.put("PageNumber", "1");
      parameters.put("PageSize", Integer.toString(PAGE));
      Reply reply = api.call("QueryJobsWithResult", parameters);
      if (!(reply instanceof Reply.Answered(JsonNode body)) || !ok(body)) {
        return new Outcome.Unknown("QueryJobsWithResult gave no answer");
      }
      for (JsonNode job : body.path("Jobs").path("List")) {
        if (job.path("LatestTask")
            .path("Contact")
            .path("ReferenceId")
            .asString("")
            .equals(envelope.key())) {
          return new Outcome.Accepted(job.path("Id").asString(""));
        }
      }
    }
    return new Outcome.Absent();
  }

  // ---- what is only true of calls

  @Override
  public List<String> cancel(List<String> jobs) {
    var cancelled = new ArrayList<String>();
    for (String job : jobs) {
      var parameters = new LinkedHashMap<String, String>();
      parameters.put("InstanceId", account.instanceId());
      parameters.put("JobId.1", job);
      if (api.call("CancelJobs", parameters) instanceof Reply.Answered(JsonNode body) && ok(body)) {
        cancelled.add(job);
      }
    }
    return cancelled;
  }

  @Override
  public boolean suspend() {
    return all("SuspendJobs");
  }

  @Override
  public boolean resume() {
    return all("ResumeJobs");
  }

  private boolean all(String action) {
    // Groups of today and of the day before: another process, or this one before its account was
    // changed, may have made them.
    if (!(api.call("ListJobGroups", groupsNamed("huoshui-"))
            instanceof Reply.Answered(JsonNode listed))
        || !ok(listed)) {
      return false;
    }
    LocalDate today = LocalDate.now(BEIJING);
    var live = new LinkedHashSet<>(groups.values());
    for (JsonNode one : listed.path("JobGroups").path("List")) {
      String name = one.path("JobGroupName").asString("");
      if (name.endsWith("-" + today) || name.endsWith("-" + today.minusDays(1))) {
        live.add(one.path("JobGroupId").asString(""));
      }
    }
    boolean every = true;
    for (String group : live) {
      var parameters = new LinkedHashMap<String, String>();
      parameters.put("InstanceId", account.instanceId());
      parameters.put("JobGroupId", group);
      parameters.put("All", "true");
      every &= api.call(action, parameters) instanceof Reply.Answered(JsonNode body) && ok(body);
    }
    return every;
  }

  @Override
  public @Nullable Result result(String job) {
    var parameters = new LinkedHashMap<String, String>();
    parameters.put("InstanceId", account.instanceId());
    parameters.put("JobId", job);
    parameters.put("WithScript", "false");
    if (!(api.call("DescribeJob", parameters) instanceof Reply.Answered(JsonNode body))
        || !ok(body)) {
      return null;
    }
    JsonNode found = body.path("Job");
    JsonNode last = null;
    for (JsonNode task : found.path("Tasks")) {
      last = task;
    }
    String status = last == null ? "" : last.path("Status").asString("");
    if (last == null || !TaskStatus.over(status)) {
      return null;
    }
    return new Result(
        job,
        last.path("CallId").asString(""),
        found.path("ReferenceId").asString(""),
        last.path("CalledNumber").asString(""),
        TaskStatus.why(status),
        status,
        Instant.ofEpochMilli(last.path("ActualTime").asLong(0)),
        last.path("Duration").asLong(0),
        TaskStatus.hungUpBy(status));
  }

  @Override
  public @Nullable String recording(String call) {
    var parameters = new LinkedHashMap<String, String>();
    parameters.put("InstanceId", account.instanceId());
    parameters.put("TaskId", call);
    if (api.call("DownloadRecording", parameters) instanceof Reply.Answered(JsonNode body)
        && ok(body)) {
      String url = body.path("DownloadParams").path("SignatureUrl").asString("");
      return url.isEmpty() ? null : url;
    }
    return null;
  }

  // ---- what the account has

  /// What the platform says of the instance, its scene and its numbers; asking costs nothing.
  public sealed interface Setup {
    /// @param scene the scene's status, in the platform's words: `PUBLISHED`, `DRAFTED`
    /// @param numbers the instance's calling numbers
    record There(String scene, List<String> numbers) implements Setup {
      public There {
        numbers = List.copyOf(numbers);
      }
    }

    /// The platform said no.
    ///
    /// @param action what was asked for
    record Refused(String action, Verdict verdict, String message) implements Setup {}

    /// Nobody answered.
    record Silent(String why) implements Setup {}
  }

  /// Asks for the scene and the calling numbers: key, permission, instance and scene are proved by
  /// that.
  public Setup setup() {
    Reply scene =
        api.call(
            "DescribeScript",
            Map.of("InstanceId", account.instanceId(), "ScriptId", account.scriptId()));
    if (!(scene instanceof Reply.Answered(JsonNode script)) || !ok(script)) {
      return no("DescribeScript", scene);
    }
    Reply numbers =
        api.call(
            "ListOutboundCallNumbers",
            Map.of(
                "InstanceId",
                account.instanceId(),
                "PageNumber",
                "1",
                "PageSize",
                Integer.toString(PAGE)));
    if (!(numbers instanceof Reply.Answered(JsonNode listed)) || !ok(listed)) {
      return no("ListOutboundCallNumbers", numbers);
    }
    var found = new ArrayList<String>();
    listed
        .path("OutboundCallNumbers")
        .path("List")
        .forEach(each -> found.add(each.path("Number").asString("")));
    return new Setup.There(script.path("Script").path("Status").asString(""), found);
  }

  private static Setup no(String action, Reply reply) {
    return switch (reply) {
      case Reply.Refused(String _, String why, int _) -> new Setup.Silent(why);
      case Reply.Lost(String why) -> new Setup.Silent(why);
      case Reply.Answered(JsonNode body) -> {
        String code = body.path("Code").asString("");
        yield code.isEmpty()
            ? new Setup.Silent("the answer has no Code")
            : new Setup.Refused(
                action,
                Answers.table().of(Platform.ALIYUN_CALL, code),
                body.path("Message").asString(""));
      }
    };
  }

  // ---- speaking to it

  private static boolean ok(JsonNode body) {
    return body.path("Success").asBoolean(false) && body.path("Code").asString("").equals("OK");
  }

  private static String code(Reply reply) {
    return reply instanceof Reply.Answered(JsonNode body) ? body.path("Code").asString("") : "";
  }

  /// A list parameter of the RPC style: `Name.1`, `Name.2`.
  private static void repeated(Map<String, String> parameters, String name, List<String> values) {
    for (int i = 0; i < values.size(); i++) {
      parameters.put(name + "." + (i + 1), values.get(i));
    }
  }
}
