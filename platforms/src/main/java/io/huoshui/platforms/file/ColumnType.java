package io.huoshui.platforms.file;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a column of text holds, and the SQL that reads it exactly or yields NULL.
///
/// DuckDB's own casts are too kind for money and counts: `'5.6'` becomes the whole number 6, a
/// seventh decimal is rounded away, and a timestamp's offset is dropped. Hence the patterns.
public sealed interface ColumnType {
  record Text() implements ColumnType {}

  /// A whole number of up to 18 digits.
  record Whole() implements ColumnType {}

  /// Exact, 12 digits before the point and 6 after; `places` ≥ 0 rounds half away from zero to that
  /// many, for exports that carry the noise of floating point.
  record Decimal(int places) implements ColumnType {
    static final int EXACT = -1;
  }

  /// A measurement, floating.
  record Measure() implements ColumnType {}

  record Flag() implements ColumnType {}

  /// @param format of strptime, empty for ISO
  record Date(String format) implements ColumnType {}

  /// @param zone of local times, empty for the map's
  /// @param format of strptime, empty for ISO
  record Time(String zone, String format) implements ColumnType {}

  List<String> FORMS =
      List.of(
          "text",
          "whole",
          "decimal",
          "decimal PLACES",
          "number",
          "flag",
          "date",
          "date FORMAT",
          "time",
          "time ZONE",
          "time FORMAT",
          "time ZONE FORMAT");

  /// Reads `time Asia/Shanghai %Y/%m/%d %H:%M`, `decimal 2`…
  ///
  /// @return null when it is no type
  static @Nullable ColumnType parse(String text) {
    String[] words = text.strip().split("\\s+", 2);
    String rest = words.length > 1 ? words[1].strip() : "";
    return switch (words[0].toLowerCase(Locale.ROOT)) {
      case "text" -> rest.isEmpty() ? new Text() : null;
      case "whole" -> rest.isEmpty() ? new Whole() : null;
      case "number" -> rest.isEmpty() ? new Measure() : null;
      case "flag" -> rest.isEmpty() ? new Flag() : null;
      case "decimal" ->
          rest.isEmpty()
              ? new Decimal(Decimal.EXACT)
              : rest.matches("[0-6]") ? new Decimal(Integer.parseInt(rest)) : null;
      case "date" -> rest.isEmpty() || rest.contains("%") ? new Date(rest) : null;
      case "time" -> time(rest);
      default -> null;
    };
  }

  private static @Nullable ColumnType time(String rest) {
    if (rest.isEmpty() || rest.startsWith("%")) {
      return new Time("", rest);
    }
    String[] words = rest.split("\\s+", 2);
    String format = words.length > 1 ? words[1] : "";
    if (!format.isEmpty() && !format.contains("%")) {
      return null;
    }
    try {
      return new Time(ZoneId.of(words[0]).getId(), format);
    } catch (DateTimeException _) {
      return null;
    }
  }

  /// The value read from the text expression `raw`; NULL where it can not be read.
  default String sql(String raw) {
    return switch (this) {
      case Text() -> raw;
      case Whole() ->
          "case when regexp_full_match(trim(%1$s), '[+-]?\\d{1,18}(\\.0+)?') then try_cast(%1$s as bigint) end"
              .formatted(raw);
      case Decimal(int places) ->
          places == Decimal.EXACT
              ? "case when regexp_full_match(trim(%1$s), '[+-]?\\d{0,12}(\\.\\d{0,6}0*)?') then try_cast(%1$s as decimal(18, 6)) end"
                  .formatted(raw)
              : "try_cast(%s as decimal(18, %d))".formatted(raw, places);
      case Measure() ->
          "case when isfinite(try_cast(%1$s as double)) then try_cast(%1$s as double) end"
              .formatted(raw);
      case Flag() ->
          "case when lower(trim(%1$s)) in ('true','t','yes','y','1','是') then true when lower(trim(%1$s)) in ('false','f','no','n','0','否') then false end"
              .formatted(raw);
      case Date(String format) ->
          format.isEmpty()
              ? "try_cast(%s as date)".formatted(raw)
              : "try_cast(try_strptime(%s, %s) as date)".formatted(raw, Sql.text(format));
      case Time(String zone, String format) -> {
        if (!format.isEmpty()) {
          String local = "try_strptime(%s, %s)".formatted(raw, Sql.text(format));
          yield zone.isEmpty()
              ? "try_cast(%s as timestamptz)".formatted(local)
              : "timezone(%s, %s)".formatted(Sql.text(zone), local);
        }
        // The session's zone is the map's: a cast reads local times in it, and honours an offset.
        String here = "try_cast(%s as timestamptz)".formatted(raw);
        yield zone.isEmpty()
            ? here
            : "case when regexp_matches(%1$s, '\\d:\\d\\d.*(Z|[+-]\\d\\d(:?\\d\\d)?)$') then %2$s else timezone(%3$s, try_cast(%1$s as timestamp)) end"
                .formatted(raw, here, Sql.text(zone));
      }
    };
  }

  /// The code under which a value that can not be read is refused.
  default String code() {
    return switch (this) {
      case Text() -> "bad_text";
      case Whole(), Decimal(int _), Measure() -> "bad_number";
      case Flag() -> "bad_flag";
      case Date(String _), Time(String _, String _) -> "impossible_time";
    };
  }

  /// What may stand in such a column.
  default String allowed() {
    return switch (this) {
      case Text() -> "text";
      case Whole() -> "a whole number of up to 18 digits";
      case Decimal(int places) ->
          places == Decimal.EXACT
              ? "a decimal with at most 12 digits before the point and 6 after"
              : "a number, rounded to " + places + " places";
      case Measure() -> "a number";
      case Flag() -> "true/false, yes/no, 1/0, 是/否";
      case Date(String format) ->
          format.isEmpty() ? "a date that exists, 2026-01-31" : "a date that exists, " + format;
      case Time(String _, String format) ->
          format.isEmpty()
              ? "a time that exists, 2026-01-31 23:59:59"
              : "a time that exists, " + format;
    };
  }
}
