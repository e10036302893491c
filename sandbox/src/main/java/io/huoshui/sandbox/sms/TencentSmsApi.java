package io.huoshui.sandbox.sms;

import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.reach.ChannelKind;
import io.huoshui.sandbox.Secrets;
import io.huoshui.sandbox.customers.Delivery;
import io.huoshui.sandbox.customers.Due;
import io.huoshui.sandbox.customers.Reaction;
import io.huoshui.sandbox.http.Answer;
import io.huoshui.sandbox.http.Call;
import io.huoshui.sandbox.http.Chaos;
import io.huoshui.sandbox.http.Conduct;
import io.huoshui.sandbox.http.Endpoint;
import io.huoshui.sandbox.http.Limit;
import io.huoshui.sandbox.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The actions of Tencent Cloud's SMS API, version 2021-01-11, as `POST /` with `X-TC-Action`. Each
/// number of a SendSms has a code of its own.
///
/// The secrets are those of `sms` with `vendor` tencent: `accessKeyId` is the SecretId,
/// `accessKeySecret` the SecretKey, `sdkAppId` the application.
public final class TencentSmsApi implements Endpoint {
  private static final JsonMapper JSON = JsonMapper.shared();

  /// cloud.tencent.com/document/product/382/55981, PhoneNumberSet.
  public static final Limit NUMBERS =
      Limit.of(200, "cloud.tencent.com/document/product/382/55981", "2026-11-01");

  /// A call signed at another time is refused (cloud.tencent.com/document/product/382/38767).
  private static final Duration SKEW = Duration.ofMinutes(5);

  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final String code;

    Refused(String code, String message) {
      super(message);
      this.code = code;
    }
  }

  private final World world;
  private final Secrets secrets;
  private final SmsLimits limits;
  private final Conduct conduct;
  private final Chaos chaos;

  public TencentSmsApi(World world, Secrets secrets, SmsLimits limits, Conduct conduct) {
    this.world = world;
    this.secrets = secrets;
    this.limits = limits;
    this.conduct = conduct;
    this.chaos = new Chaos(world.settings().seed(), () -> world.faults().sms());
  }

  /// Whether a call is meant for this vendor.
  public static boolean plays(Call call) {
    return !call.header("X-TC-Action").isEmpty();
  }

  @Override
  public Answer answer(Call call) throws InterruptedException {
    return chaos.around(
        call,
        () -> Answer.problem(503, "down", "Down by POST /sandbox/faults"),
        () -> error("RequestLimitExceeded", "The number of requests exceeds the limit."),
        code -> error(Integer.toString(code), "Refused by POST /sandbox/faults"),
        this::undisturbed);
  }

  private Answer undisturbed(Call call) {
    try {
      String action = call.header("X-TC-Action");
      conduct.called("tencentSms " + action);
      authenticate(call);
      JsonNode body = body(call);
      return switch (action) {
        case "SendSms" -> send(body);
        case "PullSmsSendStatusByPhoneNumber" -> status(body);
        default -> error("InvalidAction", "The action is not simulated: " + action);
      };
    } catch (Refused refused) {
      return error(refused.code, String.valueOf(refused.getMessage()));
    }
  }

  private static Answer error(String code, String message) {
    ObjectNode node = JSON.createObjectNode();
    ObjectNode response = node.putObject("Response");
    response.putObject("Error").put("Code", code).put("Message", message);
    response.put("RequestId", "sandbox");
    return Answer.json(node);
  }

  private void authenticate(Call call) {
    switch (Tc3Signature.claim(call)) {
      case Tc3Signature.Claim.Unsigned() ->
          throw new Refused("AuthFailure.SignatureFailure", "The call is not signed.");
      case Tc3Signature.Claim.Signed claim -> {
        String id = secrets.get("sms", "accessKeyId");
        if (id.isEmpty() || !claim.secretId().equals(id)) {
          throw new Refused("AuthFailure.SecretIdNotFound", "The SecretId is not found.");
        }
        if (!Tc3Signature.holds(claim, call, secrets.get("sms", "accessKeySecret"))) {
          throw new Refused("AuthFailure.SignatureFailure", "The provided credentials are wrong.");
        }
        Instant signed = Instant.ofEpochSecond(number(call.header("X-TC-Timestamp")));
        if (Duration.between(signed, Instant.now()).abs().compareTo(SKEW) > 0) {
          throw new Refused("AuthFailure.SignatureExpire", "The signature has expired.");
        }
      }
    }
  }

  private static long number(String text) {
    return text.matches("\\d{1,12}") ? Long.parseLong(text) : 0;
  }

  private static JsonNode body(Call call) {
    try {
      return JSON.readTree(call.body());
    } catch (JacksonException e) {
      throw new Refused("FailedOperation.JsonParseFail", "The body is no JSON.");
    }
  }

  private Answer send(JsonNode body) {
    application(body);
    JsonNode numbers = body.path("PhoneNumberSet");
    if (numbers.isEmpty() || numbers.size() > NUMBERS.value()) {
      conduct.violated("tencentSms LimitExceeded.PhoneNumberCountLimit SendSms");
      throw new Refused(
          "LimitExceeded.PhoneNumberCountLimit", "1 to " + NUMBERS.value() + " numbers a call.");
    }
    String template = body.path("TemplateId").asString("");
    String text = body.path("TemplateParamSet").path(0).asString("");
    String sign = body.path("SignName").asString("");
    if (template.isEmpty()) {
      throw new Refused(
          "FailedOperation.TemplateIncorrectOrUnapproved", "The template is not approved.");
    }
    if (sign.isEmpty()) {
      throw new Refused(
          "FailedOperation.SignatureIncorrectOrUnapproved", "The signature is not approved.");
    }
    if (text.isEmpty()) {
      throw new Refused(
          "FailedOperation.TemplateParamSetNotMatchApprovedTemplate",
          "The parameters do not fit the template.");
    }
    String context = body.path("SessionContext").asString("");
    ObjectNode node = JSON.createObjectNode();
    ObjectNode response = node.putObject("Response");
    ArrayNode statuses = response.putArray("SendStatusSet");
    for (JsonNode number : numbers) {
      ObjectNode status =
          statuses
              .addObject()
              .put("PhoneNumber", number.asString(""))
              .put("SessionContext", context)
              .put("Fee", 0)
              .put("SerialNo", "");
      String phone = phone(number.asString(""));
      if (phone.isEmpty()) {
        status
            .put("Code", "InvalidParameterValue.IncorrectPhoneNumber")
            .put("Message", "incorrect phone number");
        continue;
      }
      switch (world.takeSms(
          context, template, List.of(phone), List.of(sign), List.of(text), limits.quota())) {
        case World.SmsVerdict.Taken(String serial) ->
            status
                .put("SerialNo", serial)
                .put("Fee", 1)
                .put("Code", "Ok")
                .put("Message", "send success");
        case World.SmsVerdict.OverLimit(String which) ->
            status
                .put(
                    "Code",
                    which.equals("分钟")
                        ? "LimitExceeded.PhoneNumberThirtySecondLimit"
                        : "LimitExceeded.PhoneNumberDailyLimit")
                .put("Message", "the number has had its share");
      }
    }
    response.put("RequestId", "sandbox");
    return Answer.json(node);
  }

  private void application(JsonNode body) {
    String own = secrets.get("sms", "sdkAppId");
    if (!own.isEmpty() && !body.path("SmsSdkAppId").asString("").equals(own)) {
      throw new Refused("InvalidParameterValue.SdkAppIdNotExist", "The SdkAppId does not exist.");
    }
  }

  private static String phone(String number) {
    try {
      String e164 = Identifier.of(IdentifierKind.PHONE, number).value();
      return e164.startsWith("+86") ? e164 : "";
    } catch (IllegalArgumentException illegal) {
      return "";
    }
  }

  /// What was reported of one number since an instant. The context of the call comes with it, which
  /// the vendor's page does not promise.
  private Answer status(JsonNode body) {
    application(body);
    long from = body.path("BeginTime").asLong(0);
    long now = world.clock().toEpochMilli();
    ObjectNode node = JSON.createObjectNode();
    ObjectNode response = node.putObject("Response");
    ArrayNode list = response.putArray("PullSmsSendStatusSet");
    for (Reaction reaction :
        world.sentTo(ChannelKind.SMS, phone(body.path("PhoneNumber").asString("")))) {
      var approach = reaction.approach();
      for (Due due : reaction.dues()) {
        if (due.delivery() instanceof Delivery.SmsReport report
            && report.reportedMs() <= now
            && approach.acceptedMs() / 1000 >= from) {
          list.addObject()
              .put("PhoneNumber", approach.address())
              .put("SerialNo", approach.platformId())
              .put("SessionContext", approach.outId())
              .put("ReportStatus", report.success() ? "SUCCESS" : "FAIL")
              .put("Description", report.code());
        }
      }
    }
    response.put("RequestId", "sandbox");
    return Answer.json(node);
  }
}
