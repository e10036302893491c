package io.huoshui.server.event;

import io.huoshui.event.Intake.Verdict;
import io.huoshui.json.Json;
import java.nio.charset.StandardCharsets;

/// What became of a request's items, written as it is counted.
final class Answer {
  private final StringBuilder items;
  private int accepted;
  private int duplicate;
  private int rejected;

  Answer(int expected) {
    this.items = new StringBuilder(32 + 48 * Math.min(expected, 10_000));
  }

  void add(int index, String id, Verdict verdict, boolean minimal) {
    switch (verdict) {
      case Verdict.Accepted() -> {
        accepted++;
        if (!minimal) {
          item(index, id, "accepted");
        }
      }
      case Verdict.Duplicate() -> {
        duplicate++;
        if (!minimal) {
          item(index, id, "duplicate");
        }
      }
      case Verdict.Rejected(
              String code,
              String field,
              String value,
              String why,
              String allowed,
              String next) -> {
        rejected++;
        item(index, id, "rejected");
        items.setLength(items.length() - 1);
        field("code", code);
        field("field", field);
        field("value", value);
        field("why", why);
        field("allowed", allowed);
        field("next", next);
        items.append('}');
      }
    }
  }

  private void item(int index, String id, String verdict) {
    items.append(items.isEmpty() ? "" : ",").append("{\"index\":").append(index);
    field("id", id);
    field("verdict", verdict);
    items.append('}');
  }

  private void field(String name, String value) {
    items.append(",\"").append(name).append("\":");
    if (plain(value)) {
      items.append('"').append(value).append('"');
    } else {
      items.append(Json.of(value).write());
    }
  }

  private static boolean plain(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        return false;
      }
    }
    return true;
  }

  byte[] bytes() {
    return ("{\"accepted\":"
            + accepted
            + ",\"duplicate\":"
            + duplicate
            + ",\"rejected\":"
            + rejected
            + ",\"items\":["
            + items
            + "]}")
        .getBytes(StandardCharsets.UTF_8);
  }
}
