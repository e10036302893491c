package io.huoshui.server.insight.table;

import io.huoshui.insight.value.BgNbd;
import io.huoshui.insight.value.Calibration;
import io.huoshui.insight.value.Fit;
import io.huoshui.insight.value.GammaGamma;
import io.huoshui.insight.value.PaidDays;
import io.huoshui.insight.value.ParetoNbd;
import io.huoshui.insight.value.Purchases;
import io.huoshui.json.Json;
import io.huoshui.platforms.file.PurchaseDays;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/// What customers will buy, from a table of purchases.
final class LtvQuestion implements TableQuestion {
  @Override
  public String name() {
    return "ltv";
  }

  @Override
  public String usage() {
    return """
    ltv FILE --customer COLUMN --time COLUMN --amount COLUMN [options]
      What customers will buy: BG/NBD, Pareto/NBD and Gamma-Gamma, fitted to the file.
      客户价值:按历史购买拟合 BG/NBD、Pareto/NBD、Gamma-Gamma,给出未来购买次数与金额。
        --unit week|day          the unit of time of the models (week)
        --calibrate-until DATE   what is known; the last day of the file when nothing is said
        --holdout-until DATE     compares what was expected with what came up to then
        --horizon N              expects so many units ahead (the hold-out's length, or 52)
    """;
  }

  @Override
  public List<String> needs() {
    return List.of("customer", "time", "amount");
  }

  @Override
  public List<String> takes() {
    return List.of("unit", "calibrate-until", "holdout-until", "horizon");
  }

  @Override
  public Json.Obj answer(Path file, Options options) {
    return ltv(read(file, options), options);
  }

  @Override
  public Json.Obj explain(Path file, Options options) {
    return explained(read(file, options));
  }

  private static PurchaseDays read(Path file, Options options) {
    PurchaseDays bought =
        PurchaseDays.read(
            file,
            options.needed("customer"),
            options.needed("time"),
            options.needed("amount"),
            options.columns());
    if (bought.customers() == 0) {
      throw new Refused(
          "insight.nobody",
          "no row of " + file + " tells who bought when for how much: " + bought.rules(),
          "Look at --customer, --time and --amount.",
          1);
    }
    return bought;
  }

  private static Json.Obj explained(PurchaseDays bought) {
    return Json.object(
        "customers", Json.of(bought.customers()),
        "last", Json.of(bought.last().toString()),
        "purchase", Json.of("a day on which a customer paid, however many rows it has"),
        "rules", TableQuestion.rules(bought.rules()));
  }

  private static Json.Obj ltv(PurchaseDays bought, Options options) {
    String unit = options.among("unit", "week", "day");
    double days = unit.equals("week") ? 7 : 1;
    LocalDate known =
        options.has("calibrate-until") ? options.date("calibrate-until") : bought.last();
    LocalDate until = options.has("holdout-until") ? options.date("holdout-until") : known;
    double held = ChronoUnit.DAYS.between(known, until) / days;
    double horizon =
        options.has("horizon") ? options.number("horizon", "units: 39") : held > 0 ? held : 52;
    var later = new ArrayList<Integer>();
    Purchases purchases = upTo(bought, known, days, until, later);
    if (purchases.again() == 0) {
      throw new Refused(
          "insight.nobody_again",
          "none of " + purchases.size() + " customers bought on a second day up to " + known,
          "The models need customers who came back; take a longer file or a later day.",
          1);
    }
    Fit<BgNbd> bgNbd = BgNbd.fit(purchases);
    Fit<ParetoNbd> paretoNbd = ParetoNbd.fit(purchases);
    Fit<GammaGamma> spend = GammaGamma.fit(purchases);
    var fields = new ArrayList<Object>();
    fields.addAll(
        List.of(
            "unit", Json.of(unit),
            "calibrateUntil", Json.of(known.toString()),
            "customers", Json.of(purchases.size()),
            "boughtAgain", Json.of(purchases.again()),
            "bgNbd",
                Json.object(
                    "r", Json.of(bgNbd.model().r()),
                    "alpha", Json.of(bgNbd.model().alpha()),
                    "a", Json.of(bgNbd.model().a()),
                    "b", Json.of(bgNbd.model().b()),
                    "logLikelihood", Json.of(bgNbd.logLikelihood()),
                    "converged", Json.of(bgNbd.converged())),
            "paretoNbd",
                Json.object(
                    "r", Json.of(paretoNbd.model().r()),
                    "alpha", Json.of(paretoNbd.model().alpha()),
                    "s", Json.of(paretoNbd.model().s()),
                    "beta", Json.of(paretoNbd.model().beta()),
                    "logLikelihood", Json.of(paretoNbd.logLikelihood()),
                    "converged", Json.of(paretoNbd.converged()))));
    fields.addAll(
        List.of(
            "gammaGamma",
                Json.object(
                    "p", Json.of(spend.model().p()),
                    "q", Json.of(spend.model().q()),
                    "v", Json.of(spend.model().v()),
                    "logLikelihood", Json.of(spend.logLikelihood()),
                    "converged", Json.of(spend.converged())),
            "horizon", Json.of(horizon),
            "expected",
                expected(purchases, bgNbd.model(), paretoNbd.model(), spend.model(), horizon)));
    if (held > 0) {
      fields.addAll(
          List.of(
              "holdoutUntil", Json.of(until.toString()),
              "holdout",
                  holdout(
                      Calibration.of(purchases, later, bgNbd.model(), paretoNbd.model(), held))));
    }
    fields.addAll(List.of("rules", explained(bought)));
    return Json.object(fields.toArray());
  }

  private static Json expected(
      Purchases purchases, BgNbd bgNbd, ParetoNbd paretoNbd, GammaGamma spend, double horizon) {
    double often = 0;
    double other = 0;
    double alive = 0;
    double value = 0;
    for (int i = 0; i < purchases.size(); i++) {
      Purchases.One one = purchases.of(i);
      double purchasesAhead = bgNbd.expected(horizon, one);
      often += purchasesAhead;
      other += paretoNbd.expected(horizon, one);
      alive += paretoNbd.alive(one);
      double each = spend.expected(one);
      value += Double.isNaN(each) ? 0 : purchasesAhead * each;
    }
    return Json.object(
        "purchases", Json.of(often),
        "purchasesByParetoNbd", Json.of(other),
        "alive", Json.of(alive),
        "revenue", Json.of(value),
        "revenuePerCustomer", Json.of(value / purchases.size()));
  }

  private static Json holdout(Calibration calibration) {
    return Json.object(
        "actual", Json.of(calibration.actual()),
        "bgNbd", Json.of(calibration.bgNbd()),
        "paretoNbd", Json.of(calibration.paretoNbd()),
        "byRepeats",
            Json.of(
                calibration.byRepeats().stream()
                    .map(
                        row ->
                            Json.object(
                                "repeats", Json.of(row.repeats()),
                                "customers", Json.of(row.customers()),
                                "actual", Json.of(row.actual()),
                                "bgNbd", Json.of(row.bgNbd()),
                                "paretoNbd", Json.of(row.paretoNbd())))
                    .toList()));
  }

  /// What everybody who began by then did up to a day.
  ///
  /// @param days in a unit of time
  /// @param later per customer in the same order, on how many days they bought after it and up to
  ///   `until`
  private static Purchases upTo(
      PurchaseDays bought, LocalDate day, double days, LocalDate until, List<Integer> later) {
    var purchases = new Purchases();
    int known = (int) day.toEpochDay();
    for (SortedMap<LocalDate, Double> each : bought.paid()) {
      PaidDays paid = PaidDays.of(each);
      Purchases.One one = paid.upTo(known, days);
      if (one != null) {
        purchases.add(one);
        later.add(paid.between(known, (int) until.toEpochDay()));
      }
    }
    return purchases;
  }
}
