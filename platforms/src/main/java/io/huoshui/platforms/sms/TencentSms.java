package io.huoshui.platforms.sms;

import io.huoshui.platforms.account.About;
import io.huoshui.platforms.account.Account;
import io.huoshui.platforms.account.Action;
import io.huoshui.platforms.account.Answers;
import io.huoshui.platforms.account.CallLimits;
import io.huoshui.platforms.account.NotNow;
import io.huoshui.platforms.account.Platform;
import io.huoshui.platforms.account.Verdict;
import io.huoshui.reach.Channel;
import io.huoshui.reach.ChannelKind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `SendSms` of Tencent Cloud's SMS API, version 2021-01-11: one text to up to 200 numbers a call,
/// and a code for each of them.
///
/// A batch whose texts differ takes a call for each text. The platform knows no idempotency key.
/// What it reports about a number carries the batch only where `SessionContext` is given back, so a
/// lost answer stays unknown until it is found, or until the platform would have reported it: a
/// message is rather not sent than sent twice.
public final class TencentSms implements Channel {
  private static final String ADDRESS = "https://sms.tencentcloudapi.com";
  private static final String VERSION = "2021-01-11";

  /// cloud.tencent.com/document/product/382/55981, PhoneNumberSet.
  private static final int BATCH = 200;

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /// Carriers report within three days.
  private static final Duration REPORTED = Duration.ofDays(3);

  private static final JsonMapper JSON = JsonMapper.shared();

  private final Account.TencentSms account;
  private final CallLimits limits;
  private final InstantSource clock;
  private final URI endpoint;
  private final Tc3Signer signer;
  private final HttpClient http;

  /// @param limits what the vendor takes of the account
  public TencentSms(Account.TencentSms account, CallLimits limits) {
    this(account, limits, InstantSource.system());
  }

  TencentSms(Account.TencentSms account, CallLimits limits, InstantSource clock) {
    String url = account.url().isEmpty() ? ADDRESS : account.url();
    this.account = account;
    this.limits = limits;
    this.clock = clock;
    this.endpoint = URI.create(url.endsWith("/") ? url : url + "/");
    this.signer = new Tc3Signer(account.secretId(), account.secretKey());
    this.http =
        HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(3))
            .version(HttpClient.Version.HTTP_1_1)
            .build();
  }

  @Override
  public ChannelKind kind() {
    return ChannelKind.SMS;
  }

  @Override
  public int largestBatch() {
    return BATCH;
  }

  private record Same(String text, String sender, String template) {}

  @Override
  public List<Outcome> handOver(String batchId, List<Envelope> envelopes) {
    var calls = new LinkedHashMap<Same, List<Integer>>();
    for (int i = 0; i < envelopes.size(); i++) {
      Envelope each = envelopes.get(i);
      calls
          .computeIfAbsent(
              new Same(each.text(), each.sender(), each.template()), _ -> new ArrayList<>())
          .add(i);
    }
    var outcomes = new ArrayList<Outcome>(Collections.nCopies(envelopes.size(), null));
    Outcome stop = null;
    for (Map.Entry<Same, List<Integer>> call : calls.entrySet()) {
      List<Integer> whose = call.getValue();
      if (stop != null) {
        for (int index : whose) {
          outcomes.set(index, stop);
        }
        continue;
      }
      List<Outcome> said =
          send(batchId, call.getKey(), whose.stream().map(i -> envelopes.get(i)).toList());
      for (int i = 0; i < whose.size(); i++) {
        outcomes.set(whose.get(i), said.get(i));
      }
      // What the account is told to wait for, its other texts wait for too.
      if (said.getFirst() instanceof Outcome.Later later) {
        stop = later;
      }
    }
    return outcomes;
  }

  private List<Outcome> send(String batchId, Same what, List<Envelope> to) {
    ObjectNode body = JSON.createObjectNode();
    to.forEach(each -> body.withArray("PhoneNumberSet").add(each.address()));
    body.put("SmsSdkAppId", account.sdkAppId());
    body.put("SignName", what.sender());
    body.put("TemplateId", what.template());
    body.putArray("TemplateParamSet").add(what.text());
    body.put("SessionContext", batchId);
    return switch (call("SendSms", body)) {
      case Reply.NotMade(String code, String why, int seconds) ->
          Collections.nCopies(to.size(), new Outcome.Later(code, why, seconds));
      case Reply.Lost(String why) -> Collections.nCopies(to.size(), new Outcome.Unknown(why));
      case Reply.Refused(String code, String why) ->
          Collections.nCopies(
              to.size(), AliyunSms.outcome(Answers.table().of(Platform.TENCENT_SMS, code), why));
      case Reply.Answered(JsonNode response) -> {
        var byNumber = new HashMap<String, JsonNode>();
        response
            .path("SendStatusSet")
            .forEach(status -> byNumber.put(status.path("PhoneNumber").asString(""), status));
        yield to.stream().map(each -> outcome(byNumber.get(each.address()))).toList();
      }
    };
  }

  private static Outcome outcome(@Nullable JsonNode status) {
    if (status == null) {
      return new Outcome.Unknown("the answer does not name the number");
    }
    String code = status.path("Code").asString("");
    String why = status.path("Message").asString("");
    if (code.equals("Ok")) {
      return new Outcome.Accepted(status.path("SerialNo").asString(""));
    }
    Verdict verdict = Answers.table().of(Platform.TENCENT_SMS, code);
    if (verdict.laterSeconds() >= 0 || verdict.about() == About.THING) {
      return AliyunSms.outcome(verdict, why);
    }
    // The answer names the number: nobody else of the call is concerned.
    return new Outcome.Refused(code, why);
  }

  @Override
  public List<Outcome> reconcile(String batchId, List<Envelope> envelopes, Instant handedOver) {
    var outcomes = new ArrayList<Outcome>();
    for (Envelope envelope : envelopes) {
      outcomes.add(find(batchId, envelope, handedOver));
    }
    return outcomes;
  }

  private Outcome find(String batchId, Envelope envelope, Instant handedOver) {
    ObjectNode body = JSON.createObjectNode();
    body.put("BeginTime", handedOver.minusSeconds(600).getEpochSecond());
    body.put("Offset", 0).put("Limit", 100);
    body.put("PhoneNumber", envelope.address()).put("SmsSdkAppId", account.sdkAppId());
    if (!(call("PullSmsSendStatusByPhoneNumber", body) instanceof Reply.Answered(JsonNode said))) {
      return new Outcome.Unknown("PullSmsSendStatusByPhoneNumber gave no answer");
    }
    JsonNode reports = said.path("PullSmsSendStatusSet");
    for (JsonNode report : reports) {
      if (report.path("SessionContext").asString("").equals(batchId)) {
        return new Outcome.Accepted(report.path("SerialNo").asString(""));
      }
    }
    return reports.isEmpty() && clock.instant().isAfter(handedOver.plus(REPORTED))
        ? new Outcome.Absent()
        : new Outcome.Unknown("no report of this batch yet");
  }

  /// The templates of the account.
  public Approved templates() {
    ObjectNode body = JSON.createObjectNode();
    body.put("International", 0).put("Limit", 100).put("Offset", 0);
    return switch (call("DescribeSmsTemplateList", body)) {
      case Reply.NotMade(String code, String why, int _) -> new Approved.Refused(code, why);
      case Reply.Lost(String why) -> new Approved.Silent(why);
      case Reply.Refused(String code, String _) when code.equals("InvalidAction") ->
          new Approved.NotListed();
      case Reply.Refused(String code, String why) -> new Approved.Refused(code, why);
      case Reply.Answered(JsonNode response) -> {
        var all = new HashMap<String, Boolean>();
        response
            .path("DescribeTemplateStatusSet")
            .forEach(
                each ->
                    all.put(
                        each.path("TemplateId").asString(""),
                        each.path("StatusCode").asInt(-1) == 0));
        yield new Approved.Listed(all);
      }
    };
  }

  private sealed interface Reply {
    record Answered(JsonNode response) implements Reply {}

    /// The platform said no to the whole call.
    record Refused(String code, String why) implements Reply {}

    /// Certainly not taken.
    record NotMade(String code, String why, int seconds) implements Reply {}

    /// May have been taken.
    record Lost(String why) implements Reply {}
  }

  private Reply call(String action, ObjectNode body) {
    CallLimits.Turn turn;
    try {
      turn = limits.enter(action);
    } catch (NotNow e) {
      return new Reply.NotMade("RequestLimitExceeded", e.why(), e.seconds());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Reply.NotMade("interrupted", "interrupted before the call", 1);
    }
    try {
      HttpResponse<byte[]> response =
          http.send(
              signer
                  .sign(
                      endpoint,
                      action,
                      VERSION,
                      account.region(),
                      JSON.writeValueAsString(body),
                      Instant.now())
                  .timeout(PATIENCE)
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray());
      JsonNode said = JSON.readTree(response.body()).path("Response");
      if (!said.isObject()) {
        // Some gateway on the way spoke, not the platform.
        return new Reply.Lost("the answer has no Response");
      }
      JsonNode error = said.path("Error");
      if (!error.isObject()) {
        turn.wentWell();
        return new Reply.Answered(said);
      }
      String code = error.path("Code").asString("");
      Verdict verdict = Answers.table().of(Platform.TENCENT_SMS, code);
      turn.answered(verdict);
      // An error inside leaves open whether the messages were taken.
      return verdict.action() == Action.RETRY
          ? new Reply.Lost(code + " " + error.path("Message").asString(""))
          : new Reply.Refused(code, error.path("Message").asString(""));
    } catch (ConnectException | HttpConnectTimeoutException e) {
      return new Reply.NotMade(
          "unreachable", "Tencent SMS at " + endpoint + " does not take connections.", 2);
    } catch (IOException | JacksonException e) {
      return new Reply.Lost(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Reply.Lost("interrupted");
    } finally {
      turn.lost();
    }
  }
}
