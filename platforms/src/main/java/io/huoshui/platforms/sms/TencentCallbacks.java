package io.huoshui.platforms.sms;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What Tencent Cloud pushes, as events (cloud.tencent.com/document/product/382/59178). The same
/// push again makes the same ids, so nothing counts twice.
public final class TencentCallbacks {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  private TencentCallbacks() {}

  /// An array of receipts.
  ///
  /// @param touchpoint gives the touchpoint's key for a phone in E.164 and the `sid` of the
  ///   message, null when it is none of ours
  public static List<Event> reports(
      byte[] body, BiFunction<String, String, @Nullable String> touchpoint) {
    var events = new ArrayList<Event>();
    for (JsonNode report : JSON.readTree(body)) {
      Identifier phone = phone(report);
      String key = touchpoint.apply(phone.value(), report.path("sid").asString(""));
      if (key == null) {
        continue;
      }
      boolean success = report.path("report_status").asString("").equals("SUCCESS");
      String code = report.path("errmsg").asString("");
      events.add(
          new Event(
              "sms-report/" + key,
              success ? "message_delivered" : "message_failed",
              LocalDateTime.parse(report.path("user_receive_time").asString(""), TIME)
                  .toInstant(ZoneOffset.ofHours(8)),
              SmsCallbacks.SOURCE,
              List.of(phone),
              success
                  ? Properties.of("touchpoint", key, "channel", "sms")
                  : Properties.of(
                      "touchpoint",
                      key,
                      "channel",
                      "sms",
                      "code",
                      code.isEmpty() ? "unknown" : code)));
    }
    return events;
  }

  /// One reply. One that says "leave" is also the end of the consent.
  public static List<Event> reply(byte[] body) {
    JsonNode reply = JSON.readTree(body);
    Identifier phone = phone(reply);
    String text = reply.path("text").asString("");
    long seconds = reply.path("time").asLong(0);
    return SmsCallbacks.replied(
        // The vendor numbers no replies.
        "sms-reply/" + phone.value() + "/" + seconds + "/" + Integer.toHexString(text.hashCode()),
        phone,
        text,
        Instant.ofEpochSecond(seconds));
  }

  private static Identifier phone(JsonNode node) {
    return Identifier.of(
        IdentifierKind.PHONE,
        "+" + node.path("nationcode").asString("86") + node.path("mobile").asString(""));
  }
}
