package io.huoshui.feed;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.text.Normalizer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads what spreadsheet programs and exports make of a value.
public final class Cells {
  private static final Pattern LOCAL =
      Pattern.compile(
          "(\\d{4})[-/.年](\\d{1,2})[-/.月](\\d{1,2})日?"
              + "(?:[ T]+(\\d{1,2})[:时](\\d{1,2})(?:[:分](\\d{1,2})秒?(?:\\.\\d+)?)?)?");
  private static final Pattern COMPACT =
      Pattern.compile("(\\d{4})(\\d{2})(\\d{2})(?:(\\d{2})(\\d{2})(\\d{2}))?");
  private static final BigDecimal MOST = new BigDecimal("1000000000000");

  private Cells() {}

  /// Without a mark of the file's begin, tabulators, quotes against Excel (`="123"`, `'123`), and
  /// surrounding blanks. `-`, `--`, `无`, `null` mean nothing.
  ///
  /// @return empty for nothing
  public static String clean(@Nullable String raw) {
    if (raw == null) {
      return "";
    }
    String text = raw.replace("\uFEFF", "").replace("\t", "").replace("\u00A0", " ").strip();
    while (text.startsWith("=\"") && text.endsWith("\"") && text.length() > 2) {
      text = text.substring(2, text.length() - 1).replace("\"\"", "\"").strip();
    }
    if (text.length() > 1 && text.charAt(0) == '"' && text.endsWith("\"")) {
      text = text.substring(1, text.length() - 1).replace("\"\"", "\"").strip();
    }
    if (text.startsWith("'") && !text.substring(1).contains("'")) {
      text = text.substring(1).strip();
    }
    return switch (text) {
      case "-", "--", "null", "NULL", "None", "无", "N/A" -> "";
      default -> text;
    };
  }

  /// One form for comparing words and names of columns: half width, no blanks around.
  static String plain(String text) {
    return Normalizer.normalize(clean(text), Normalizer.Form.NFKC).strip();
  }

  /// A column's name without blanks and a unit behind it: `商家实收金额(元)`.
  static String column(String name) {
    String plain = plain(name).replaceAll("\\s+", "");
    return plain.replaceAll("\\((元|件|克|单位:?分?元?)\\)$", "");
  }

  /// Yuan as fen: `¥1,234.50`, `1234.5元`, `-12`.
  ///
  /// @return null when it is no amount, or has a fraction of a fen
  static @Nullable Long fen(String text, boolean isFen) {
    String plain =
        plain(text)
            .replaceAll("(?i)^(-?)(¥|￥|rmb|cny)\\s*", "$1")
            .replaceAll("(元|人民币)$", "")
            .replace(",", "")
            .strip();
    if (!plain.matches("-?\\d{1,15}(\\.\\d{1,8})?")) {
      return null;
    }
    BigDecimal yuan = new BigDecimal(plain);
    BigDecimal fen = isFen ? yuan : yuan.movePointRight(2);
    try {
      return fen.abs().compareTo(MOST) > 0
          ? null
          : fen.setScale(0, RoundingMode.UNNECESSARY).longValueExact();
    } catch (ArithmeticException _) {
      return null;
    }
  }

  /// A whole number of pieces, `2` or `2.00`; null when it is none.
  static @Nullable Long count(String text) {
    String plain = plain(text).replace(",", "").replaceAll("(件|份|个)$", "");
    return plain.matches("\\d{1,9}(\\.0{1,4})?") ? Long.valueOf(plain.split("\\.")[0]) : null;
  }

  /// An instant: with an offset, local in `zone`, or seconds and milliseconds since 1970.
  ///
  /// @return null when there is no such time
  static @Nullable Instant time(String text, ZoneId zone) {
    String plain = plain(text);
    if (plain.isEmpty() || plain.matches("0+") || plain.startsWith("0000")) {
      return null;
    }
    try {
      if (plain.matches("\\d{10}")) {
        return Instant.ofEpochSecond(Long.parseLong(plain));
      }
      if (plain.matches("\\d{13}")) {
        return Instant.ofEpochMilli(Long.parseLong(plain));
      }
      if (plain.matches(".*\\d(Z|[+-]\\d{2}:\\d{2})$") && plain.contains("T")) {
        return OffsetDateTime.parse(plain).toInstant();
      }
      Matcher local = LOCAL.matcher(plain);
      Matcher found = local.matches() ? local : COMPACT.matcher(plain);
      if (!found.matches()) {
        return null;
      }
      return LocalDateTime.of(
              number(found, 1),
              number(found, 2),
              number(found, 3),
              number(found, 4),
              number(found, 5),
              number(found, 6))
          .atZone(zone)
          .toInstant();
    } catch (DateTimeException _) {
      return null;
    }
  }

  private static int number(Matcher matcher, int group) {
    String text = matcher.group(group);
    return text == null ? 0 : Integer.parseInt(text);
  }

  /// What a list shows of personal data.
  static String masked(String text) {
    int shown = Math.min(3, text.length() / 3);
    return text.substring(0, shown) + "****" + text.substring(text.length() - shown);
  }
}
