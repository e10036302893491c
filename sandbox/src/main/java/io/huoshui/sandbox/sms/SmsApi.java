package io.huoshui.sandbox.sms;

import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.reach.ChannelKind;
import io.huoshui.sandbox.Secrets;
import io.huoshui.sandbox.customers.Delivery;
import io.huoshui.sandbox.customers.Due;
import io.huoshui.sandbox.customers.Reaction;
import io.huoshui.sandbox.draw.Dice;
import io.huoshui.sandbox.http.Answer;
import io.huoshui.sandbox.http.Call;
import io.huoshui.sandbox.http.Chaos;
import io.huoshui.sandbox.http.Endpoint;
import io.huoshui.sandbox.http.Frequency;
import io.huoshui.sandbox.world.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The actions of `POST /`.
///
/// A number that had its share is refused with isv.BUSINESS_LIMIT_CONTROL when it is alone in the
/// call; among others the call is taken and its receipt carries that code.
public final class SmsApi implements Endpoint {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String VERSION = "2017-05-25";
  private static final int NONCES_KEPT = 100_000;
  private static final ZoneOffset BEIJING = ZoneOffset.ofHours(8);
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyyMMdd", Locale.ROOT);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(BEIJING);

  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int status;
    private final String code;

    Refused(int status, String code, String message) {
      super(message);
      this.status = status;
      this.code = code;
    }

    /// What the service itself says no to comes with 200.
    static Refused service(String code, String message) {
      return new Refused(200, code, message);
    }
  }

  private final World world;
  private final Secrets secrets;
  private final SmsLimits limits;
  private final boolean realClock;
  private final Frequency perSecond;
  private final Chaos chaos;
  private final Set<String> nonces = Collections.synchronizedSet(new LinkedHashSet<>());

  public SmsApi(World world, Secrets secrets, SmsLimits limits, boolean realClock) {
    this.world = world;
    this.secrets = secrets;
    this.limits = limits;
    this.realClock = realClock;
    this.perSecond = new Frequency(Duration.ofSeconds(1), limits.callsPerSecond());
    this.chaos = new Chaos(world.settings().seed(), () -> world.faults().sms());
  }

  @Override
  public Answer answer(Call call) throws InterruptedException {
    return chaos.around(
        call,
        () -> error(call, 503, "ServiceUnavailable", "Down by POST /sandbox/faults"),
        () -> error(call, 400, "Throttling.User", "Request was denied due to user flow control."),
        code -> error(call, 400, Integer.toString(code), "Refused by POST /sandbox/faults"),
        this::undisturbed);
  }

  private Answer undisturbed(Call call) {
    try {
      Map<String, String> parameters = parameters(call);
      authenticate(call);
      if (realClock && !perSecond.admits("all", Instant.now())) {
        throw new Refused(400, "Throttling.User", "Request was denied due to user flow control.");
      }
      String action = call.header("x-acs-action");
      return switch (action.isEmpty() ? parameters.getOrDefault("Action", "") : action) {
        case "SendSms" -> sendOne(call, parameters);
        case "SendBatchSms" -> sendBatch(call, parameters);
        case "QuerySendDetails" -> details(call, parameters);
        default ->
            throw new Refused(
                404, "InvalidAction.NotFound", "Specified api is not found: '" + action + "'");
      };
    } catch (Refused refused) {
      return error(call, refused.status, refused.code, String.valueOf(refused.getMessage()));
    }
  }

  private static Map<String, String> parameters(Call call) {
    var parameters = new LinkedHashMap<>(call.query());
    if (call.header("Content-Type").startsWith("application/x-www-form-urlencoded")) {
      Call.parameters(new String(call.body(), StandardCharsets.UTF_8))
          .forEach(parameters::putIfAbsent);
    }
    return parameters;
  }

  private static String requestId(Call call) {
    String hex =
        String.format(
            Locale.ROOT,
            "%016X%016X",
            Dice.hash(5, call.header("x-acs-signature-nonce")),
            Dice.hash(6, call.rawQuery()));
    return String.join(
        "-",
        hex.substring(0, 8),
        hex.substring(8, 12),
        hex.substring(12, 16),
        hex.substring(16, 20),
        hex.substring(20));
  }

  private static Answer error(Call call, int status, String code, String message) {
    return Answer.json(
        status,
        JSON.createObjectNode()
            .put("Code", code)
            .put("Message", message)
            .put("RequestId", requestId(call)));
  }

  private static Answer sent(Call call, String bizId) {
    return Answer.json(
        JSON.createObjectNode()
            .put("Code", "OK")
            .put("Message", "OK")
            .put("RequestId", requestId(call))
            .put("BizId", bizId));
  }

  // ---- who is calling

  private void authenticate(Call call) {
    switch (AcsSignature.claim(call)) {
      case AcsSignature.Claim.Unsigned() ->
          throw new Refused(
              400, "MissingAuthorization", "An ACS3-HMAC-SHA256 Authorization header is needed");
      case AcsSignature.Claim.Signed claim -> {
        String keyId = secrets.get("sms", "accessKeyId");
        if (keyId.isEmpty() || !claim.accessKeyId().equals(keyId)) {
          throw new Refused(
              404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.");
        }
        if (!AcsSignature.holds(claim, call, secrets.get("sms", "accessKeySecret"))) {
          throw new Refused(
              400, "SignatureDoesNotMatch", "Specified signature does not match our calculation.");
        }
        if (!call.header("x-acs-version").equals(VERSION)) {
          throw new Refused(400, "InvalidVersion", "x-acs-version is " + VERSION);
        }
        useUp(call.header("x-acs-signature-nonce"));
      }
    }
  }

  private void useUp(String nonce) {
    synchronized (nonces) {
      if (nonce.isEmpty() || !nonces.add(nonce)) {
        throw new Refused(400, "SignatureNonceUsed", "Specified signature nonce was used already.");
      }
      if (nonces.size() > NONCES_KEPT) {
        var oldest = nonces.iterator();
        oldest.next();
        oldest.remove();
      }
    }
  }

  // ---- sending

  private Answer sendOne(Call call, Map<String, String> parameters) {
    List<String> phones =
        phones(List.of(need(parameters, "PhoneNumbers", "isv.MOBILE_NUMBER_ILLEGAL").split(",")));
    if (phones.size() > limits.phonesPerCall().value()) {
      throw Refused.service(
          "isv.MOBILE_COUNT_OVER_LIMIT", "手机号码数量超过限制 " + limits.phonesPerCall().value());
    }
    String sign = need(parameters, "SignName", "isv.SMS_SIGNATURE_ILLEGAL");
    String template = need(parameters, "TemplateCode", "isv.SMS_TEMPLATE_ILLEGAL");
    String text = text(json(parameters.getOrDefault("TemplateParam", "")));
    return take(
        call, parameters.getOrDefault("OutId", ""), template, phones, List.of(sign), List.of(text));
  }

  private Answer sendBatch(Call call, Map<String, String> parameters) {
    List<String> phones =
        phones(strings(json(need(parameters, "PhoneNumberJson", "isv.MOBILE_NUMBER_ILLEGAL"))));
    if (phones.size() > limits.phonesPerBatch().value()) {
      throw Refused.service(
          "isv.MOBILE_COUNT_OVER_LIMIT", "手机号码数量超过限制 " + limits.phonesPerBatch().value());
    }
    List<String> signs =
        strings(json(need(parameters, "SignNameJson", "isv.SMS_SIGNATURE_ILLEGAL")));
    String template = need(parameters, "TemplateCode", "isv.SMS_TEMPLATE_ILLEGAL");
    JsonNode params = json(parameters.getOrDefault("TemplateParamJson", ""));
    var texts = new ArrayList<String>();
    for (JsonNode param : params) {
      texts.add(text(param));
    }
    if (signs.size() != phones.size() || texts.size() != phones.size()) {
      throw Refused.service(
          "isv.INVALID_PARAMETERS",
          "PhoneNumberJson, SignNameJson and TemplateParamJson differ in length");
    }
    return take(call, parameters.getOrDefault("OutId", ""), template, phones, signs, texts);
  }

  private Answer take(
      Call call,
      String outId,
      String template,
      List<String> phones,
      List<String> signs,
      List<String> texts) {
    return switch (world.takeSms(outId, template, phones, signs, texts, limits.quota())) {
      case World.SmsVerdict.Taken(String bizId) -> sent(call, bizId);
      case World.SmsVerdict.OverLimit(String which) ->
          error(call, 200, "isv.BUSINESS_LIMIT_CONTROL", "触发" + which + "级流控");
    };
  }

  private static String need(Map<String, String> parameters, String name, String code) {
    String value = parameters.getOrDefault(name, "");
    if (value.isBlank()) {
      throw Refused.service(code, name + " is mandatory for this action.");
    }
    return value;
  }

  /// E.164 of mainland mobiles.
  private static List<String> phones(List<String> asked) {
    var phones = new ArrayList<String>(asked.size());
    for (String phone : asked) {
      try {
        String e164 = Identifier.of(IdentifierKind.PHONE, phone.strip()).value();
        if (e164.startsWith("+86")) {
          phones.add(e164);
          continue;
        }
      } catch (IllegalArgumentException illegal) {
        // Falls through to the platform's own refusal.
      }
      throw Refused.service("isv.MOBILE_NUMBER_ILLEGAL", "非法手机号");
    }
    if (phones.isEmpty()) {
      throw Refused.service("isv.MOBILE_NUMBER_ILLEGAL", "非法手机号");
    }
    return phones;
  }

  private static JsonNode json(String text) {
    if (text.isBlank()) {
      return JSON.createObjectNode();
    }
    try {
      return JSON.readTree(text);
    } catch (JacksonException e) {
      throw Refused.service("isv.INVALID_JSON_PARAM", "参数格式错误，请修改为字符串值");
    }
  }

  private static List<String> strings(JsonNode array) {
    if (!array.isArray()) {
      throw Refused.service("isv.INVALID_JSON_PARAM", "a JSON array is needed");
    }
    var values = new ArrayList<String>();
    for (JsonNode value : array) {
      values.add(value.asString(""));
    }
    return values;
  }

  private static String text(JsonNode param) {
    if (!param.isObject()) {
      throw Refused.service("isv.INVALID_JSON_PARAM", "参数格式错误，请修改为字符串值");
    }
    JsonNode text = param.path("text");
    if (!text.isString() || text.stringValue().isBlank()) {
      throw Refused.service("isv.TEMPLATE_MISSING_PARAMETERS", "模板变量缺少对应参数值: text");
    }
    return text.stringValue();
  }

  // ---- asking

  private Answer details(Call call, Map<String, String> parameters) {
    String phone =
        phones(List.of(need(parameters, "PhoneNumber", "isv.MOBILE_NUMBER_ILLEGAL"))).getFirst();
    LocalDate day = day(parameters.getOrDefault("SendDate", ""));
    int size = number(parameters, "PageSize", (int) limits.pageSize().value());
    int page = number(parameters, "CurrentPage", Integer.MAX_VALUE / 100);
    String bizId = parameters.getOrDefault("BizId", "");
    var found =
        world.sentTo(ChannelKind.SMS, phone).reversed().stream()
            .filter(reaction -> dayOf(reaction).equals(day))
            .filter(reaction -> bizId.isEmpty() || reaction.approach().platformId().equals(bizId))
            .toList();
    ObjectNode answer =
        JSON.createObjectNode()
            .put("Code", "OK")
            .put("Message", "OK")
            .put("RequestId", requestId(call))
            .put("TotalCount", found.size());
    ArrayNode list = answer.putObject("SmsSendDetailDTOs").putArray("SmsSendDetailDTO");
    found.stream()
        .skip((long) (page - 1) * size)
        .limit(size)
        .forEach(reaction -> describe(reaction, list.addObject()));
    return Answer.json(answer);
  }

  private static LocalDate dayOf(Reaction reaction) {
    return Instant.ofEpochMilli(reaction.approach().acceptedMs()).atOffset(BEIJING).toLocalDate();
  }

  private void describe(Reaction reaction, ObjectNode to) {
    var approach = reaction.approach();
    to.put("PhoneNum", approach.address().substring(3))
        .put("OutId", approach.outId())
        .put("Content", "【" + approach.sender() + "】" + approach.text())
        .put("SendDate", TIME.format(Instant.ofEpochMilli(approach.acceptedMs())));
    long now = world.clock().toEpochMilli();
    for (Due due : reaction.dues()) {
      if (due.delivery() instanceof Delivery.SmsReport report) {
        boolean known = report.reportedMs() <= now;
        // 1 waiting for the receipt, 2 failed, 3 received.
        to.put("SendStatus", !known ? 1 : report.success() ? 3 : 2);
        if (known) {
          to.put("ErrCode", report.code())
              .put("ReceiveDate", TIME.format(Instant.ofEpochMilli(report.reportedMs())));
        }
      }
    }
  }

  private static LocalDate day(String text) {
    try {
      return LocalDate.parse(text, DAY);
    } catch (DateTimeParseException e) {
      throw Refused.service("isv.INVALID_PARAMETERS", "SendDate is yyyyMMdd, got '" + text + "'");
    }
  }

  private static int number(Map<String, String> parameters, String name, int most) {
    try {
      int number = Integer.parseInt(parameters.getOrDefault(name, ""));
      if (number >= 1 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Falls through to the platform's own refusal.
    }
    throw Refused.service("isv.INVALID_PARAMETERS", name + ": 1 to " + most);
  }
}
