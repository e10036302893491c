package io.huoshui.engine.rehearsal;

import io.huoshui.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One thing that has to be true of a report: `journeys.recall.verdicts.sent > 0`. On the right
/// stands a number, or another path of the report.
public record Expectation(String path, String operator, String value) {
  private static final Pattern FORM =
      Pattern.compile("\\s*(\\S+)\\s*(>=|<=|!=|=|>|<)\\s*(\\S+)\\s*");

  /// @throws ScriptException when it is none
  public static Expectation parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new ScriptException(
          "expect", "'" + text + "'", "`path op value` with one of = != > >= < <=");
    }
    return new Expectation(matcher.group(1), matcher.group(2), matcher.group(3));
  }

  /// What became of it.
  ///
  /// @param found what the report says, or why it says nothing
  public record Outcome(Expectation expectation, boolean holds, String found) {}

  public Outcome of(Json report) {
    var missing = new ArrayList<String>();
    BigDecimal left = number(report, path, missing);
    BigDecimal right = literal(value);
    right = right == null ? number(report, value, missing) : right;
    if (left == null || right == null) {
      return new Outcome(this, false, String.join("; ", missing));
    }
    int order = left.compareTo(right);
    boolean holds =
        switch (operator) {
          case "=" -> order == 0;
          case "!=" -> order != 0;
          case ">" -> order > 0;
          case ">=" -> order >= 0;
          case "<" -> order < 0;
          default -> order <= 0;
        };
    String found = left.toPlainString();
    return new Outcome(
        this, holds, literal(value) == null ? found + " against " + right.toPlainString() : found);
  }

  private static @Nullable BigDecimal literal(String text) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable BigDecimal number(Json report, String path, List<String> missing) {
    Json at = report;
    String walked = "";
    for (String key : path.split("\\.", -1)) {
      Json next =
          switch (at) {
            case Json.Obj object -> object.get(key);
            case Json.Arr(List<Json> items)
                when key.matches("\\d{1,6}") && Integer.parseInt(key) < items.size() ->
                items.get(Integer.parseInt(key));
            default -> null;
          };
      if (next == null) {
        missing.add(
            "no '"
                + key
                + "' in "
                + (walked.isEmpty() ? "the report" : "'" + walked + "'")
                + (at instanceof Json.Obj object
                    ? "; there is " + String.join(", ", object.fields().keySet())
                    : ""));
        return null;
      }
      walked = walked.isEmpty() ? key : walked + "." + key;
      at = next;
    }
    return switch (at) {
      case Json.Num(BigDecimal number) -> number;
      case Json.Bool(boolean on) -> on ? BigDecimal.ONE : BigDecimal.ZERO;
      case Json.Arr(List<Json> items) -> BigDecimal.valueOf(items.size());
      default -> {
        missing.add("'" + path + "' is " + at.write() + ", not a number");
        yield null;
      }
    };
  }

  @Override
  public String toString() {
    return path + " " + operator + " " + value;
  }
}
