package io.huoshui.sandbox.market;

import io.huoshui.json.Json;
import io.huoshui.sandbox.http.Answer;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How shops write times, amounts and pages.
final class Forms {
  static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
  static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZONE);

  private Forms() {}

  static Answer json(Json json) {
    return new Answer.Text(200, "application/json; charset=utf-8", json.write());
  }

  static String time(Instant instant) {
    return TIME.format(instant);
  }

  /// @return 1970 for what is no time
  static Instant time(String text) {
    try {
      return LocalDateTime.parse(text, TIME).atZone(ZONE).toInstant();
    } catch (DateTimeException _) {
      return Instant.EPOCH;
    }
  }

  static String yuan(long fen) {
    return BigDecimal.valueOf(fen, 2).toPlainString();
  }

  /// @param page from 1
  static <T> List<T> page(List<T> all, int page, int size) {
    int from = (int) Math.min(all.size(), (page - 1L) * size);
    return all.subList(from, Math.min(all.size(), from + size));
  }

  static String text(@Nullable Json json, String key) {
    return json instanceof Json.Obj object
        ? switch (object.get(key)) {
          case Json.Str(String text) -> text;
          case Json.Num(BigDecimal number) -> number.toPlainString();
          case null, default -> "";
        }
        : "";
  }

  static int number(@Nullable String text, int least, int most) {
    return (int) number(text == null ? "" : text, least, (long) most);
  }

  static long number(String text, long least, long most) {
    return text.matches("\\d{1,15}") ? Math.clamp(Long.parseLong(text), least, most) : least;
  }
}
