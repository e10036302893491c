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
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What Aliyun pushes, as events. The same push again makes the same ids, so nothing counts twice.
public final class SmsCallbacks {
  public static final String SOURCE = "sms";

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  private SmsCallbacks() {}

  /// `SmsReport`: an array of receipts.
  ///
  /// @param touchpoint gives the touchpoint's key for a batch and a phone in E.164, null when it is
  ///   none of ours
  public static List<Event> reports(
      byte[] body, BiFunction<String, String, @Nullable String> touchpoint) {
    var events = new ArrayList<Event>();
    for (JsonNode report : JSON.readTree(body)) {
      Identifier phone =
          Identifier.of(IdentifierKind.PHONE, report.path("phone_number").asString(""));
      String batch = report.path("out_id").asString("");
      String key = touchpoint.apply(batch, phone.value());
      if (key == null) {
        continue;
      }
      boolean success = report.path("success").asBoolean(false);
      Instant time = time(report.path("report_time").asString(""));
      events.add(
          new Event(
              "sms-report/" + key,
              success ? "message_delivered" : "message_failed",
              time,
              SOURCE,
              List.of(phone),
              success
                  ? Properties.of("touchpoint", key, "channel", "sms")
                  : Properties.of(
                      "touchpoint", key, "channel", "sms", "code", text(report, "err_code"))));
    }
    return events;
  }

  /// `SmsUp`: an array of replies. A reply that says "leave" is also the end of the consent.
  ///
  /// @param leaves whether a text says so
  public static List<Event> replies(byte[] body, Predicate<String> leaves) {
    var events = new ArrayList<Event>();
    for (JsonNode reply : JSON.readTree(body)) {
      Identifier phone =
          Identifier.of(IdentifierKind.PHONE, reply.path("phone_number").asString(""));
      String content = reply.path("content").asString("");
      String id = "sms-reply/" + reply.path("sequence_id").asString("");
      Instant time = time(reply.path("send_time").asString(""));
      events.addAll(replied(id, phone, content, time, leaves));
    }
    return events;
  }

  /// A reply, and the end of the consent when it says so.
  static List<Event> replied(
      String id, Identifier phone, String content, Instant time, Predicate<String> leaves) {
    var reply =
        new Event(
            id,
            "message_replied",
            time,
            SOURCE,
            List.of(phone),
            Properties.of("text", content, "channel", "sms"));
    return leaves.test(content)
        ? List.of(
            reply,
            new Event(
                id + "/leave",
                "consent_withdrawn",
                time,
                SOURCE,
                List.of(phone),
                Properties.of("channel", "sms", "why", "reply " + content.strip())))
        : List.of(reply);
  }

  private static String text(JsonNode node, String key) {
    String text = node.path(key).asString("");
    return text.isEmpty() ? "unknown" : text;
  }

  /// The platform writes Beijing time without saying so.
  private static Instant time(String text) {
    return LocalDateTime.parse(text, TIME).toInstant(ZoneOffset.ofHours(8));
  }
}
