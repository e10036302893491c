package io.huoshui.server.insight.table;

import io.huoshui.insight.call.CallTable;
import io.huoshui.json.Json;
import io.huoshui.platforms.file.Table;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What calls made elsewhere came to: by attempt, length, hour, month, previous outcome, or
/// whatever else the table has.
final class CallsQuestion implements TableQuestion {
  private static final List<String> ATTEMPTS = List.of("1", "2", "3", "4-5", "6-10", "11+");
  private static final List<String> LENGTHS =
      List.of("0-59 s", "60-119 s", "120-299 s", "300-599 s", "600+ s");
  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

  private static final String UNREADABLE = "without a readable outcome: left out";

  @Override
  public String name() {
    return "calls";
  }

  @Override
  public String usage() {
    return """
    calls FILE --outcome COLUMN [options]
      What calls came to, cut by what is known of them, with intervals.
      外呼结果:按拨打次数、时长、时段、月份、上次结果等维度看成功率与区间。
        --won VALUE[,VALUE]      what the outcome says of a call that succeeded (yes)
        --attempts COLUMN        how often this person was called by then, this call among them
        --seconds COLUMN         how long it lasted
        --by COL[,COL]           further cuts: month, hour, previous outcome
    """;
  }

  @Override
  public List<String> needs() {
    return List.of("outcome");
  }

  @Override
  public List<String> takes() {
    return List.of("won", "attempts", "seconds", "by");
  }

  private record Read(CallTable table, Map<String, Long> rules) {}

  private static Read read(Path file, Options options) {
    List<String> won = options.list("won").isEmpty() ? List.of("yes") : options.list("won");
    String attempts = options.given("attempts");
    String seconds = options.given("seconds");
    List<String> by = options.list("by");
    var wanted = new ArrayList<Table.Column>();
    wanted.add(Table.Column.text(options.needed("outcome")));
    var table = new CallTable();
    if (attempts != null) {
      wanted.add(Table.Column.measure(attempts));
      table.cut("attempts", ATTEMPTS);
    }
    if (seconds != null) {
      wanted.add(Table.Column.measure(seconds));
      table.cut("seconds", LENGTHS);
    }
    for (String column : by) {
      wanted.add(Table.Column.text(column));
      table.cut(column, MONTHS);
    }
    var rules = new LinkedHashMap<String, Long>();
    rules.put("rows", 0L);
    rules.put(UNREADABLE, 0L);
    Table.open(file, options.columns())
        .read(
            wanted,
            row -> {
              rules.merge("rows", 1L, Long::sum);
              String outcome = row.text(0);
              if (outcome == null) {
                rules.merge(UNREADABLE, 1L, Long::sum);
                return;
              }
              var values = new HashMap<String, String>();
              int place = 1;
              if (attempts != null) {
                Double number = row.number(place++);
                values.put("attempts", number == null ? "" : attempts(number));
              }
              if (seconds != null) {
                Double number = row.number(place++);
                values.put("seconds", number == null ? "" : length(number));
              }
              for (String column : by) {
                String value = row.text(place++);
                values.put(column, value == null ? "" : value);
              }
              table.add(values, won.contains(outcome));
            });
    return new Read(table, rules);
  }

  private static String attempts(double number) {
    return number <= 3
        ? Long.toString(Math.round(number))
        : number <= 5 ? "4-5" : number <= 10 ? "6-10" : "11+";
  }

  private static String length(double seconds) {
    return seconds < 60
        ? "0-59 s"
        : seconds < 120
            ? "60-119 s"
            : seconds < 300 ? "120-299 s" : seconds < 600 ? "300-599 s" : "600+ s";
  }

  @Override
  public Json.Obj answer(Path file, Options options) {
    return read(file, options).table().json();
  }

  @Override
  public Json.Obj explain(Path file, Options options) {
    return Json.object("rules", TableQuestion.rules(read(file, options).rules()));
  }
}
