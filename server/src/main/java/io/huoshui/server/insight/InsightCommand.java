package io.huoshui.server.insight;

import io.huoshui.insight.value.BgNbd;
import io.huoshui.insight.value.Calibration;
import io.huoshui.insight.value.Fit;
import io.huoshui.insight.value.GammaGamma;
import io.huoshui.insight.value.PaidDays;
import io.huoshui.insight.value.ParetoNbd;
import io.huoshui.insight.value.Purchases;
import io.huoshui.json.Json;
import io.huoshui.platforms.file.ImportException;
import io.huoshui.platforms.file.PurchaseDays;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// `./huoshui insight`: what a table of purchases says, without a server. Prints one JSON object.
public final class InsightCommand {
  private static final String USAGE =
      """
      usage: ./huoshui insight ltv FILE --customer COLUMN --time COLUMN --amount COLUMN [options]
             ./huoshui insight explain FILE --customer COLUMN --time COLUMN --amount COLUMN [options]

      What customers will buy: BG/NBD, Pareto/NBD and Gamma-Gamma, fitted to the file.
      客户价值:按历史购买拟合 BG/NBD、Pareto/NBD、Gamma-Gamma,给出未来购买次数与金额。

        --columns A,B,C          names the columns of a file without a header
        --unit week|day          the unit of time of the models (week)
        --calibrate-until DATE   what is known; the last day of the file when nothing is said
        --holdout-until DATE     compares what was expected with what came up to then
        --horizon N              expects so many units ahead (the hold-out's length, or 52)

      `explain` says which rules were applied to the rows, and to how many.
      """;

  private InsightCommand() {}

  public static void main(String[] words) {
    System.exit(run(List.of(words), System.out, System.err));
  }

  /// @return 0 when it was answered, 1 when the file does not allow it, 2 when the command is wrong
  static int run(List<String> words, PrintStream out, PrintStream err) {
    if (words.isEmpty() || words.contains("--help")) {
      out.print(USAGE);
      return words.isEmpty() ? 2 : 0;
    }
    try {
      out.println(answer(words).write());
      return 0;
    } catch (ImportException e) {
      return said(err, e.code(), String.valueOf(e.getMessage()), e.next(), 1);
    } catch (Wrong e) {
      return said(err, e.code, String.valueOf(e.getMessage()), e.next, e.exit);
    }
  }

  private static int said(PrintStream err, String code, String why, String next, int exit) {
    err.println("huoshui insight: " + code + ": " + why);
    err.println("  next: " + next);
    return exit;
  }

  /// The question can not be answered.
  private static final class Wrong extends RuntimeException {
    private final String code;
    private final String next;
    private final int exit;

    Wrong(String code, String why, String next, int exit) {
      super(why);
      this.code = code;
      this.next = next;
      this.exit = exit;
    }
  }

  private static Json answer(List<String> words) {
    String question = words.getFirst();
    if (!List.of("ltv", "explain").contains(question)) {
      throw wrong("'" + question + "' is no question", "ltv, explain");
    }
    var options = new HashMap<String, String>();
    @Nullable Path file = null;
    for (int i = 1; i < words.size(); i++) {
      String word = words.get(i);
      if (!word.startsWith("--")) {
        file = Path.of(word);
      } else if (i + 1 < words.size() && !word.equals("--json")) {
        options.put(word, words.get(++i));
      } else if (!word.equals("--json")) {
        // JSON is all it ever prints.
        throw wrong(word + " needs a value", USAGE);
      }
    }
    for (String option : options.keySet()) {
      if (!List.of(
              "--customer",
              "--time",
              "--amount",
              "--columns",
              "--unit",
              "--calibrate-until",
              "--holdout-until",
              "--horizon")
          .contains(option)) {
        throw wrong("unknown option " + option, USAGE);
      }
    }
    if (file == null) {
      throw wrong("no file is given", USAGE);
    }
    PurchaseDays bought =
        PurchaseDays.read(
            file,
            needed(options, "--customer"),
            needed(options, "--time"),
            needed(options, "--amount"),
            options.containsKey("--columns")
                ? List.of(options.getOrDefault("--columns", "").split(",", -1))
                : List.of());
    if (bought.customers() == 0) {
      throw new Wrong(
          "insight.nobody",
          "no row of " + file + " tells who bought when for how much: " + bought.rules(),
          "Look at --customer, --time and --amount.",
          1);
    }
    return question.equals("explain") ? explained(bought) : ltv(bought, options);
  }

  private static Json.Obj explained(PurchaseDays bought) {
    var rules = new ArrayList<Json>();
    bought
        .rules()
        .forEach(
            (rule, rows) -> rules.add(Json.object("rule", Json.of(rule), "rows", Json.of(rows))));
    return Json.object(
        "customers", Json.of(bought.customers()),
        "last", Json.of(bought.last().toString()),
        "purchase", Json.of("a day on which a customer paid, however many rows it has"),
        "rules", Json.of(rules));
  }

  private static Json ltv(PurchaseDays bought, Map<String, String> options) {
    String unit = options.getOrDefault("--unit", "week");
    if (!List.of("week", "day").contains(unit)) {
      throw wrong("--unit is '" + unit + "'", "week, day");
    }
    double days = unit.equals("week") ? 7 : 1;
    LocalDate known =
        options.containsKey("--calibrate-until")
            ? date(options, "--calibrate-until")
            : bought.last();
    LocalDate until =
        options.containsKey("--holdout-until") ? date(options, "--holdout-until") : known;
    double held = ChronoUnit.DAYS.between(known, until) / days;
    double horizon =
        options.containsKey("--horizon") ? number(options, "--horizon") : held > 0 ? held : 52;
    var later = new ArrayList<Integer>();
    Purchases purchases = upTo(bought, known, days, until, later);
    if (purchases.again() == 0) {
      throw new Wrong(
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

  private static String needed(Map<String, String> options, String option) {
    String value = options.get(option);
    if (value == null) {
      throw wrong(option + " is missing", "the name of a column");
    }
    return value;
  }

  private static LocalDate date(Map<String, String> options, String option) {
    String text = options.getOrDefault(option, "");
    try {
      return LocalDate.parse(text);
    } catch (DateTimeException e) {
      throw wrong(option + " is '" + text + "'", "a day: 1997-09-30");
    }
  }

  private static double number(Map<String, String> options, String option) {
    String text = options.getOrDefault(option, "");
    if (!text.matches("\\d{1,6}(\\.\\d{1,6})?")) {
      throw wrong(option + " is '" + text + "'", "a number of units: 39");
    }
    return Double.parseDouble(text);
  }

  private static Wrong wrong(String what, String allowed) {
    return new Wrong(
        "insight.bad_command",
        what,
        "allowed: " + allowed.strip().lines().findFirst().orElse(""),
        2);
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
