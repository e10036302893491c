package io.huoshui.platforms.file;

import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Who bought on which day for how much, read from a table of any kind: a purchase is a day on
/// which a customer paid, however many rows it has.
public final class PurchaseDays {
  /// Per customer, per day, what was paid.
  private final Map<String, TreeMap<LocalDate, Double>> byCustomer = new LinkedHashMap<>();

  /// What was done to the rows, and to how many.
  private final Map<String, Long> rules = new LinkedHashMap<>();

  private LocalDate last = LocalDate.MIN;

  private PurchaseDays() {}

  /// Reads CSV (also compressed), Parquet and NDJSON as DuckDB understands them; a text whose
  /// columns stand apart by blanks when its columns are named.
  ///
  /// @param columns of a file without a header; empty where there is one
  public static PurchaseDays read(
      Path file, String customer, String time, String amount, List<String> columns) {
    var bought = new PurchaseDays();
    bought.rules.put("rows", 0L);
    bought.rules.put("without a customer: left out", 0L);
    bought.rules.put("without a readable time: left out", 0L);
    bought.rules.put("without a readable amount: left out", 0L);
    bought.rules.put("of less than nothing (cancelled, given back): left out", 0L);
    Table.open(file, columns)
        .read(
            List.of(
                Table.Column.text(customer), Table.Column.day(time), Table.Column.number(amount)),
            row -> {
              Long at = row.timeMs(1);
              bought.take(
                  row.text(0),
                  at == null
                      ? null
                      : LocalDate.ofEpochDay(Math.floorDiv(at, Duration.ofDays(1).toMillis())),
                  row.number(2));
            });
    return bought;
  }

  private void take(@Nullable String customer, @Nullable LocalDate day, @Nullable Double paid) {
    count("rows");
    if (customer == null || customer.isBlank()) {
      count("without a customer: left out");
    } else if (day == null) {
      count("without a readable time: left out");
    } else if (paid == null) {
      count("without a readable amount: left out");
    } else if (paid < 0) {
      count("of less than nothing (cancelled, given back): left out");
    } else {
      byCustomer.computeIfAbsent(customer, _ -> new TreeMap<>()).merge(day, paid, Double::sum);
      last = day.isAfter(last) ? day : last;
    }
  }

  private void count(String rule) {
    rules.merge(rule, 1L, Long::sum);
  }

  /// By rule, how many rows it touched; the first is how many there are.
  public Map<String, Long> rules() {
    return rules;
  }

  /// The last day on which anybody bought.
  public LocalDate last() {
    return last;
  }

  public int customers() {
    return byCustomer.size();
  }

  /// Per customer, per day, what was paid.
  public List<SortedMap<LocalDate, Double>> paid() {
    return byCustomer.values().stream()
        .<SortedMap<LocalDate, Double>>map(Collections::unmodifiableSortedMap)
        .toList();
  }
}
