package io.huoshui.server.insight.table;

import io.huoshui.insight.Roi;
import io.huoshui.insight.Uplift;
import io.huoshui.insight.attribution.AttributionJson;
import io.huoshui.insight.attribution.Credits;
import io.huoshui.insight.attribution.Step;
import io.huoshui.insight.experiment.Rates;
import io.huoshui.json.Json;
import io.huoshui.platforms.file.Table;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which channels are given how much of what came, from a table of touches and conversions; and,
/// with a hold-out, what would not have come.
final class AttributionQuestion implements TableQuestion {
  @Override
  public String name() {
    return "attribution";
  }

  @Override
  public String usage() {
    return """
    attribution FILE --customer COLUMN --time COLUMN --channel COLUMN --conversion COLUMN [options]
      Credit per channel and model; with a hold-out the incremental revenue first.
      归因:各渠道在各模型下的贡献;有对照组时先给出增量。
        --amount COLUMN          what a conversion brought, in yuan
        --lookback 30d           how long before a conversion a touch may be
        --half-life 7d           of time decay
        --holdout COLUMN         1 for customers who were to get nothing
        --cost YUAN              what the touches cost, for the ROI of the increment
    """;
  }

  @Override
  public List<String> needs() {
    return List.of("customer", "time", "channel", "conversion");
  }

  @Override
  public List<String> takes() {
    return List.of("amount", "lookback", "half-life", "holdout", "cost");
  }

  /// One customer's way.
  private static final class Way {
    final List<Step> steps = new ArrayList<>();
    final Set<List<Object>> seen = new HashSet<>();
    boolean heldOut;
    long conversions;
    long amountFen;
  }

  private static final class Sheet {
    final Map<String, Long> rules = new LinkedHashMap<>();
    final Map<String, Way> ways = new LinkedHashMap<>();

    void count(String rule) {
      rules.merge(rule, 1L, Long::sum);
    }
  }

  private static Sheet read(Path file, Options options) {
    var sheet = new Sheet();
    String amount = options.given("amount");
    String holdOut = options.given("holdout");
    for (String rule :
        List.of(
            "rows",
            "without a customer: left out",
            "without a readable time: left out",
            "without a readable conversion (0 or 1): left out",
            "neither a channel nor a conversion: left out",
            "the same customer, time, channel, conversion and amount again: left out")) {
      sheet.rules.put(rule, 0L);
    }
    if (amount != null) {
      sheet.rules.put("a conversion without a readable amount: counted with 0", 0L);
    }
    var wanted =
        new ArrayList<>(
            List.of(
                Table.Column.text(options.needed("customer")),
                Table.Column.time(options.needed("time")),
                Table.Column.text(options.needed("channel")),
                Table.Column.measure(options.needed("conversion"))));
    if (amount != null) {
      wanted.add(Table.Column.number(amount));
    }
    if (holdOut != null) {
      wanted.add(Table.Column.measure(holdOut));
    }
    Table.open(file, options.columns())
        .read(
            wanted,
            row -> take(sheet, row, amount != null, holdOut == null ? -1 : wanted.size() - 1));
    // Of one instant touches come before what they led to.
    for (Way way : sheet.ways.values()) {
      way.steps.sort(
          Comparator.comparingLong(Step::timeMs)
              .thenComparing(step -> step instanceof Step.Conversion));
    }
    return sheet;
  }

  private static void take(Sheet sheet, Table.Row row, boolean amounts, int holdOut) {
    sheet.count("rows");
    String customer = row.text(0);
    Long timeMs = row.timeMs(1);
    String channel = row.text(2);
    Double conversion = row.number(3);
    if (customer == null) {
      sheet.count("without a customer: left out");
      return;
    }
    if (timeMs == null) {
      sheet.count("without a readable time: left out");
      return;
    }
    if (conversion == null || (conversion != 0 && conversion != 1)) {
      sheet.count("without a readable conversion (0 or 1): left out");
      return;
    }
    Double amount = amounts ? row.number(4) : null;
    Way way = sheet.ways.computeIfAbsent(customer, _ -> new Way());
    if (holdOut >= 0) {
      Double held = row.number(holdOut);
      way.heldOut = way.heldOut || (held != null && held != 0);
    }
    if (channel == null && conversion == 0) {
      sheet.count("neither a channel nor a conversion: left out");
      return;
    }
    if (!way.seen.add(
        List.of(
            timeMs, channel == null ? "" : channel, conversion, amount == null ? 0.0 : amount))) {
      sheet.count("the same customer, time, channel, conversion and amount again: left out");
      return;
    }
    if (channel != null) {
      way.steps.add(new Step.Touch(timeMs, channel));
    }
    if (conversion == 1) {
      if (amounts && amount == null) {
        sheet.count("a conversion without a readable amount: counted with 0");
      }
      long fen = amount == null ? 0 : Math.round(amount * 100);
      way.steps.add(new Step.Conversion(timeMs, fen));
      way.conversions++;
      way.amountFen += fen;
    }
  }

  @Override
  public Json.Obj explain(Path file, Options options) {
    return explained(read(file, options));
  }

  private static Json.Obj explained(Sheet sheet) {
    return Json.object(
        "customers", Json.of((long) sheet.ways.size()), "rules", TableQuestion.rules(sheet.rules));
  }

  @Override
  public Json.Obj answer(Path file, Options options) {
    Duration lookback = options.period("lookback", "30d").exact();
    Duration halfLife = options.period("half-life", "7d").exact();
    Sheet sheet = read(file, options);
    if (sheet.ways.isEmpty()) {
      throw new Refused(
          "insight.nobody",
          "no row of " + file + " tells who was touched when: " + sheet.rules,
          "Look at --customer, --time, --channel and --conversion.",
          1);
    }
    boolean held = options.has("holdout");
    var credits = new Credits(lookback.toMillis(), halfLife.toMillis());
    for (Way way : sheet.ways.values()) {
      // Whoever was to get nothing is what the others are compared with, and led to nothing.
      if (!way.heldOut) {
        credits.person(way.steps);
      }
    }
    var fields = new LinkedHashMap<String, Json>();
    fields.put(
        "incremental",
        held
            ? incremental(sheet, Math.round(100 * options.number("cost", "yuan: 1200.50", 0)))
            : new Json.Null());
    fields.put("lookback", Json.of(options.has("lookback") ? options.needed("lookback") : "30d"));
    fields.put("halfLife", Json.of(options.has("half-life") ? options.needed("half-life") : "7d"));
    fields.putAll(AttributionJson.write(credits.table()));
    fields.put("rules", TableQuestion.rules(sheet.rules));
    return new Json.Obj(fields);
  }

  /// Against those who were to get nothing.
  private static Json incremental(Sheet sheet, long costFen) {
    Uplift.Arm treated = Uplift.Arm.EMPTY;
    Uplift.Arm heldOut = Uplift.Arm.EMPTY;
    long converted = 0;
    long heldConverted = 0;
    for (Way way : sheet.ways.values()) {
      if (way.heldOut) {
        heldOut = heldOut.plus((double) way.amountFen);
        heldConverted += way.conversions > 0 ? 1 : 0;
      } else {
        treated = treated.plus((double) way.amountFen);
        converted += way.conversions > 0 ? 1 : 0;
      }
    }
    if (treated.people() == 0 || heldOut.people() == 0) {
      return Json.object(
          "people", Json.of(treated.people()),
          "heldOut", Json.of(heldOut.people()),
          "estimateFen", new Json.Null(),
          "note", Json.of("One of both has nobody: nothing can be compared."));
    }
    Uplift uplift = Uplift.of(treated, heldOut);
    double rate = (double) converted / treated.people();
    double heldRate = (double) heldConverted / heldOut.people();
    Rates.Interval interval =
        Rates.difference(converted, treated.people(), heldConverted, heldOut.people());
    return Json.object(
        "people", Json.of(treated.people()),
        "heldOut", Json.of(heldOut.people()),
        "estimateFen", Json.of(Math.round(uplift.estimate())),
        "lowFen", Json.of(Math.round(uplift.low())),
        "highFen", Json.of(Math.round(uplift.high())),
        "converted", Json.of(rate),
        "heldOutConverted", Json.of(heldRate),
        "conversionDifference", Json.of(rate - heldRate),
        "conversionLow", Json.of(interval.low()),
        "conversionHigh", Json.of(interval.high()),
        "costFen", Json.of(costFen),
        "roi", number(Roi.of(uplift.estimate(), costFen)));
  }

  private static Json number(@Nullable Double value) {
    return value == null ? new Json.Null() : Json.of((double) value);
  }
}
