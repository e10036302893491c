package io.huoshui.platforms.sms;

import io.huoshui.platforms.account.About;
import io.huoshui.platforms.account.Account;
import io.huoshui.platforms.account.Action;
import io.huoshui.platforms.account.Answers;
import io.huoshui.platforms.account.CallLimits;
import io.huoshui.platforms.account.Platform;
import io.huoshui.platforms.account.Verdict;
import io.huoshui.platforms.sms.AcsApi.Reply;
import io.huoshui.reach.Channel;
import io.huoshui.reach.ChannelKind;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `SendBatchSms` of the Dysms API, version 2017-05-25: up to 100 numbers a call, each with its own
/// text.
///
/// The platform knows no idempotency key. `OutId` carries the batch, so that a lost answer is
/// reconciled with `QuerySendDetails`, which gives it back.
public final class AliyunSms implements Channel {
  private static final String ADDRESS = "https://dysmsapi.aliyuncs.com";
  private static final String VERSION = "2017-05-25";
  private static final int BATCH = 100;
  private static final ZoneId BEIJING = ZoneId.of("Asia/Shanghai");
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyyMMdd");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final AcsApi api;

  /// @param limits what the vendor takes of the account
  public AliyunSms(Account.AliyunSms account, CallLimits limits) {
    this.api =
        new AcsApi(
            Platform.ALIYUN_SMS,
            "Aliyun SMS",
            account.url().isEmpty() ? ADDRESS : account.url(),
            account.keyId(),
            account.keySecret(),
            VERSION,
            limits);
  }

  @Override
  public ChannelKind kind() {
    return ChannelKind.SMS;
  }

  @Override
  public int largestBatch() {
    return BATCH;
  }

  @Override
  public List<Outcome> handOver(String batchId, List<Envelope> envelopes) {
    var parameters = new LinkedHashMap<String, String>();
    parameters.put("OutId", batchId);
    parameters.put(
        "PhoneNumberJson",
        JSON.writeValueAsString(
            envelopes.stream().map(e -> AcsApi.domestic(e.address())).toList()));
    parameters.put(
        "SignNameJson", JSON.writeValueAsString(envelopes.stream().map(Envelope::sender).toList()));
    parameters.put("TemplateCode", envelopes.getFirst().template());
    parameters.put(
        "TemplateParamJson",
        JSON.writeValueAsString(envelopes.stream().map(e -> Map.of("text", e.text())).toList()));
    Reply reply = api.call("SendBatchSms", parameters);
    return Collections.nCopies(envelopes.size(), outcome(reply));
  }

  private static Outcome outcome(Reply reply) {
    return switch (reply) {
      case Reply.Refused(String code, String why, int seconds) ->
          new Outcome.Later(code, why, seconds);
      case Reply.Lost(String why) -> new Outcome.Unknown(why);
      case Reply.Answered(JsonNode body) -> {
        String code = body.path("Code").asString("");
        String message = body.path("Message").asString("");
        if (code.equals("OK")) {
          yield new Outcome.Accepted(body.path("BizId").asString(""));
        }
        if (code.isEmpty()) {
          // Some gateway on the way spoke, not the platform: a refusal always has its code.
          yield new Outcome.Unknown("the answer has no Code");
        }
        yield outcome(Answers.table().of(Platform.ALIYUN_SMS, code), message);
      }
    };
  }

  /// What becomes of messages of a call that Aliyun or Tencent refused whole: one number or one
  /// parameter does that (a number over its limit, too).
  public static Outcome outcome(Verdict verdict, String message) {
    int seconds = verdict.laterSeconds();
    if (seconds >= 0) {
      return new Outcome.Later(
          verdict.code(),
          verdict.action() == Action.STOP_CHANNEL
              ? message + " Check the account: POST /api/v1/accounts/{name}/connect."
              : message,
          seconds);
    }
    return verdict.about() == About.THING
        ? new Outcome.Halted(verdict.code(), message)
        : new Outcome.Poisoned(verdict.code(), message);
  }

  @Override
  public List<Outcome> reconcile(String batchId, List<Envelope> envelopes, Instant handedOver) {
    var outcomes = new ArrayList<Outcome>();
    for (Envelope envelope : envelopes) {
      outcomes.add(find(batchId, envelope, handedOver));
    }
    return outcomes;
  }

  /// The platform's clock may already show the next day, or still the day before.
  private Outcome find(String batchId, Envelope envelope, Instant handedOver) {
    LocalDate day = handedOver.atZone(BEIJING).toLocalDate();
    for (LocalDate asked : List.of(day, day.minusDays(1), day.plusDays(1))) {
      Reply reply =
          api.call(
              "QuerySendDetails",
              Map.of(
                  "PhoneNumber",
                  AcsApi.domestic(envelope.address()),
                  "SendDate",
                  DAY.format(asked),
                  "PageSize",
                  "50",
                  "CurrentPage",
                  "1"));
      if (!(reply instanceof Reply.Answered(JsonNode body))
          || !body.path("Code").asString("").equals("OK")) {
        return new Outcome.Unknown("QuerySendDetails gave no answer");
      }
      for (JsonNode sent : body.path("SmsSendDetailDTOs").path("SmsSendDetailDTO")) {
        if (sent.path("OutId").asString("").equals(batchId)) {
          return new Outcome.Accepted("");
        }
      }
    }
    return new Outcome.Absent();
  }

  /// The signatures of the account.
  public Approved signatures() {
    return approved("QuerySmsSignList", "SmsSignList", "SignName");
  }

  /// The templates of the account.
  public Approved templates() {
    return approved("QuerySmsTemplateList", "SmsTemplateList", "TemplateCode");
  }

  private Approved approved(String action, String list, String name) {
    return switch (api.call(action, Map.of("PageIndex", "1", "PageSize", "50"))) {
      case Reply.Refused(String _, String why, int _) -> new Approved.Silent(why);
      case Reply.Lost(String why) -> new Approved.Silent(why);
      case Reply.Answered(JsonNode body) -> {
        String code = body.path("Code").asString("");
        if (code.equals("InvalidAction.NotFound")) {
          yield new Approved.NotListed();
        }
        if (!code.equals("OK")) {
          yield new Approved.Refused(code, body.path("Message").asString(""));
        }
        var all = new HashMap<String, Boolean>();
        body.path(list)
            .forEach(
                each ->
                    all.put(
                        each.path(name).asString(""),
                        each.path("AuditStatus").asString("").equals("AUDIT_STATE_PASS")));
        yield new Approved.Listed(all);
      }
    };
  }
}
