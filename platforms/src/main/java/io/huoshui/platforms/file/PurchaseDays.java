package io.huoshui.platforms.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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
    if (!Files.isReadable(file)) {
      throw new ImportException(
          "insight.no_file",
          ImportException.Kind.USER,
          file + " can not be read",
          "Give a CSV, Parquet or NDJSON file.");
    }
    var bought = new PurchaseDays();
    bought.rules.put("rows", 0L);
    bought.rules.put("without a customer: left out", 0L);
    bought.rules.put("without a readable time: left out", 0L);
    bought.rules.put("without a readable amount: left out", 0L);
    bought.rules.put("of less than nothing (cancelled, given back): left out", 0L);
    if (columns.isEmpty()) {
      bought.table(file, customer, time, amount);
    } else {
      bought.blanks(file, customer, time, amount, columns);
    }
    return bought;
  }

  private void table(Path file, String customer, String time, String amount) {
    String quoted = "'" + file.toString().replace("'", "''") + "'";
    String reader =
        file.toString().endsWith(".parquet")
            ? "read_parquet(" + quoted + ")"
            : file.toString().matches(".*\\.(json|ndjson)(\\.gz)?")
                ? "read_json(" + quoted + ")"
                : "read_csv(" + quoted + ", all_varchar = true)";
    try (var db = DriverManager.getConnection("jdbc:duckdb:");
        Statement sql = db.createStatement();
        ResultSet rows =
            sql.executeQuery(
                "select cast("
                    + Sql.name(customer)
                    + " as varchar), coalesce(try_cast("
                    + Sql.name(time)
                    + " as date), try_cast(try_strptime(cast("
                    + Sql.name(time)
                    + " as varchar), ['%Y%m%d', '%m/%d/%Y %H:%M', '%d/%m/%Y', '%Y/%m/%d']) as"
                    + " date)), try_cast("
                    + Sql.name(amount)
                    + " as double) from "
                    + reader)) {
      while (rows.next()) {
        java.sql.Date day = rows.getDate(2);
        double paid = rows.getDouble(3);
        boolean unreadable = rows.wasNull();
        take(rows.getString(1), day == null ? null : day.toLocalDate(), unreadable ? null : paid);
      }
    } catch (SQLException e) {
      throw new ImportException(
          "insight.unreadable",
          ImportException.Kind.USER,
          file + " can not be read as a table: " + e.getMessage(),
          "Name the columns with --customer, --time and --amount; those of a file without a header"
              + " with --columns.",
          e);
    }
  }

  private void blanks(
      Path file, String customer, String time, String amount, List<String> columns) {
    int who = place(columns, customer);
    int when = place(columns, time);
    int paid = place(columns, amount);
    try (var lines = Files.lines(file)) {
      lines.forEach(
          line -> {
            if (!line.isBlank()) {
              String[] of = line.strip().split("[\\s,;]+");
              take(field(of, who), day(field(of, when)), number(field(of, paid)));
            }
          });
    } catch (IOException e) {
      throw new ImportException(
          "insight.unreadable",
          ImportException.Kind.RESOURCES,
          file + " can not be read: " + e.getMessage(),
          "Look whether the file is whole.",
          e);
    }
  }

  private static int place(List<String> columns, String name) {
    int place = columns.indexOf(name);
    if (place < 0) {
      throw new ImportException(
          "insight.no_column",
          ImportException.Kind.USER,
          "--columns has no '" + name + "'",
          "It has " + String.join(", ", columns) + ".");
    }
    return place;
  }

  private static @Nullable String field(String[] of, int place) {
    return place < of.length ? of[place] : null;
  }

  private static @Nullable LocalDate day(@Nullable String text) {
    if (text == null || !text.matches("\\d{8}|\\d{4}-\\d{2}-\\d{2}.*")) {
      return null;
    }
    try {
      String digits = text.replace("-", "").substring(0, 8);
      return LocalDate.of(
          Integer.parseInt(digits.substring(0, 4)),
          Integer.parseInt(digits.substring(4, 6)),
          Integer.parseInt(digits.substring(6)));
    } catch (java.time.DateTimeException e) {
      // A day that no calendar has is no day.
      return null;
    }
  }

  private static @Nullable Double number(@Nullable String text) {
    return text != null && text.matches("[-+]?\\d+(\\.\\d+)?") ? Double.valueOf(text) : null;
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
