package io.huoshui.server.callback;

import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.platforms.callback.Refusal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What SMS vendors push, item by item: Aliyun arrays, Tencent arrays of receipts and single
/// replies.
final class SmsItems {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  private SmsItems() {}

  /// @param wrong why it can not be taken, null when it can
  record Item(
      String text, String key, List<Identifier> people, Instant at, @Nullable String wrong) {}

  /// @throws Refusal.Refused MALFORMED when it is no array
  static List<Item> read(String kind, byte[] body, int most) {
    JsonNode array;
    try {
      array = JSON.readTree(body);
    } catch (JacksonException e) {
      throw new Refusal.Refused(Refusal.MALFORMED, "JSON: " + e.getOriginalMessage());
    }
    if (kind.equals(Becoming.TENCENT_REPLY) && array.isObject()) {
      return List.of(tencent(array));
    }
    if (!array.isArray() || array.size() > most) {
      throw new Refusal.Refused(
          Refusal.MALFORMED, "It is no array, or one of more than " + most + " items");
    }
    var items = new ArrayList<Item>();
    for (JsonNode node : array) {
      items.add(kind.equals(Becoming.TENCENT_REPORT) ? tencent(node) : item(node));
    }
    return items;
  }

  private static Item item(JsonNode node) {
    String text = JSON.writeValueAsString(node);
    Instant at = Instant.EPOCH;
    List<Identifier> people = List.of();
    String wrong = null;
    try {
      people = List.of(Identifier.of(IdentifierKind.PHONE, field(node, "phone_number")));
      String time = field(node, "report_time");
      at =
          LocalDateTime.parse(time.isEmpty() ? field(node, "send_time") : time, TIME)
              .toInstant(ZoneOffset.ofHours(8));
    } catch (IllegalArgumentException | DateTimeParseException e) {
      wrong = e.getMessage();
    }
    String id = field(node, "sequence_id");
    String key =
        id.isEmpty()
            ? String.join(
                "\n",
                field(node, "out_id"),
                field(node, "biz_id"),
                field(node, "phone_number"),
                field(node, "report_time"))
            : id + "\n" + field(node, "phone_number");
    return new Item(text, wrong == null ? key : text, people, at, wrong);
  }

  private static Item tencent(JsonNode node) {
    String text = JSON.writeValueAsString(node);
    Instant at = Instant.EPOCH;
    List<Identifier> people = List.of();
    String wrong = null;
    try {
      people =
          List.of(
              Identifier.of(
                  IdentifierKind.PHONE,
                  "+" + node.path("nationcode").asString("86") + field(node, "mobile")));
      String time = field(node, "user_receive_time");
      at =
          time.isEmpty()
              ? Instant.ofEpochSecond(node.path("time").asLong(0))
              : LocalDateTime.parse(time, TIME).toInstant(ZoneOffset.ofHours(8));
    } catch (IllegalArgumentException | DateTimeException e) {
      wrong = e.getMessage();
    }
    return new Item(text, text, people, at, wrong);
  }

  private static String field(JsonNode node, String name) {
    return node.path(name).asString("");
  }
}
