package io.huoshui.server.insight.table;

import io.huoshui.insight.experiment.Aa;
import io.huoshui.insight.experiment.Design;
import io.huoshui.insight.experiment.Experiment;
import io.huoshui.insight.experiment.ExperimentJson;
import io.huoshui.insight.experiment.Measure;
import io.huoshui.insight.experiment.Planner;
import io.huoshui.insight.experiment.Reading;
import io.huoshui.insight.experiment.UpliftModel;
import io.huoshui.json.Json;
import io.huoshui.platforms.file.Table;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What an experiment says, from a table of people (or of what they did) with their variants.
final class ExperimentQuestion implements TableQuestion {
  private static final int MOST_VARIANTS = 20;
  private static final String SEVERAL = "of a customer in several variants: left out";
  private static final List<String> CONTROLS =
      List.of("control", "hold_out", "holdout", "对照组", "对照", "a", "A", "0");

  @Override
  public String name() {
    return "experiment";
  }

  @Override
  public String usage() {
    return """
    experiment FILE --variant COLUMN --metric COLUMN[,COLUMN] [options]
      What a change did: differences, lift, intervals, a verdict; or why there is none.
      实验:差异、提升、区间与结论;样本失衡或太小时说明原因,不下结论。
        --control NAME           the variant the others are compared with
        --shares a=1,b=1         planned shares, for the check of people's numbers (equal)
        --ratio NUM/DEN          a metric of one column by another (orders/visits); first metric
                                 when there is no --metric
        --guardrail COL:up|down  must not get worse; the direction in which it is better
        --covariate COLUMN       a number from before the experiment, for CUPED
        --customer COLUMN        who is assigned; rows of one are added up (each row is one)
        --segment COL[,COL]      the effect within each value
        --uplift COL[,COL]       whom it works on: a model over these columns, Qini and AUUC
        --treat NAME             the variant of that model (the first that is no control)
        --look last|any          the only look (last), or one of many: the sequential verdict
        --planned N              people in all at which it was to be read: before, the look is one
                                 of many
        --tuned-to N             people at which the sequential bounds are narrowest (10000)
        --alpha P --power P      0.05, 0.8
        --lift P                 the least relative change worth finding: too few people for it
                                 are said to be, and it is planned for
        --daily N                people who come in a day, for the plan
        --aa RUNS [--looks N]    blank experiments on the first metric: how often tests are wrong
    """;
  }

  @Override
  public List<String> needs() {
    return List.of("variant");
  }

  @Override
  public List<String> takes() {
    return List.of(
        "metric",
        "control",
        "shares",
        "ratio",
        "guardrail",
        "covariate",
        "customer",
        "segment",
        "uplift",
        "treat",
        "look",
        "planned",
        "tuned-to",
        "alpha",
        "power",
        "lift",
        "daily",
        "aa",
        "looks");
  }

  /// Who was assigned, and their numbers.
  private static final class Unit {
    final String variant;
    final double[] values;

    /// The largest of each row's values.
    final double[] most;

    final List<String> features;

    /// Whether the covariate is known.
    boolean covered;

    long rows = 1;

    Unit(String variant, double[] values, List<String> features, boolean covered) {
      this.variant = variant;
      this.values = values;
      this.most = values.clone();
      this.features = features;
      this.covered = covered;
    }
  }

  private static final class Sheet {
    final Map<String, Long> rules = new LinkedHashMap<>();
    final List<Unit> units = new ArrayList<>();
    final List<String> columns = new ArrayList<>();
    final List<String> features = new ArrayList<>();

    /// Columns that say of each row whether something happened.
    final Set<String> yesOrNo = new HashSet<>();

    void count(String rule) {
      rules.merge(rule, 1L, Long::sum);
    }
  }

  private static List<Measure> measures(Options options) {
    var measures = new ArrayList<Measure>();
    options.list("metric").forEach(column -> measures.add(new Measure.Mean(column)));
    options.list("ratio").forEach(ratio -> measures.add(ratio(ratio)));
    if (measures.isEmpty()) {
      throw Refused.command("--metric is missing", "the name of a column; or --ratio NUM/DEN");
    }
    return measures;
  }

  private static Measure ratio(String text) {
    int at = text.indexOf('/');
    if (at < 1 || at == text.length() - 1) {
      throw Refused.command("--ratio has '" + text + "'", "two columns: orders/visits");
    }
    return new Measure.Ratio(text.substring(0, at), text.substring(at + 1));
  }

  private static List<Design.Guardrail> guardrails(Options options) {
    var guardrails = new ArrayList<Design.Guardrail>();
    for (String each : options.list("guardrail")) {
      int at = each.lastIndexOf(':');
      String better = at < 0 ? "" : each.substring(at + 1);
      if (at < 1 || !List.of("up", "down").contains(better)) {
        throw Refused.command(
            "--guardrail has '" + each + "'", "a column and where it is better: returns:down");
      }
      String column = each.substring(0, at);
      guardrails.add(
          new Design.Guardrail(
              column.contains("/") ? ratio(column) : new Measure.Mean(column),
              better.equals("up")));
    }
    return guardrails;
  }

  private static Design design(
      Options options, List<Design.Variant> variants, String control, long people) {
    double planned = options.number("planned", "people: 20000", 0);
    boolean any = options.among("look", "last", "any").equals("any") || people < planned;
    try {
      return new Design(
          variants,
          control,
          measures(options),
          guardrails(options),
          options.given("covariate"),
          options.number("alpha", "a chance: 0.05", 0.05),
          options.number("power", "a chance: 0.8", 0.8),
          options.number("lift", "a part: 0.05", 0),
          any ? Design.Look.ANY : Design.Look.LAST,
          options.number("tuned-to", "people: 10000", planned > 0 ? planned : Design.TUNED_TO));
    } catch (IllegalArgumentException e) {
      throw Refused.command(String.valueOf(e.getMessage()), "see ./huoshui insight --help");
    }
  }

  private static Sheet read(Path file, Options options) {
    var sheet = new Sheet();
    // Any two variants will do to know the columns.
    Design design =
        design(options, Design.variants(List.of("a", "b"), Map.of()), "a", Long.MAX_VALUE);
    sheet.columns.addAll(design.columns());
    Stream.concat(
            design.measures().stream(), design.guardrails().stream().map(Design.Guardrail::measure))
        .forEach(
            measure -> {
              if (measure instanceof Measure.Mean(String column)) {
                sheet.yesOrNo.add(column);
              }
            });
    sheet.features.addAll(
        new LinkedHashSet<>(
            Stream.concat(options.list("segment").stream(), options.list("uplift").stream())
                .toList()));
    String customer = options.given("customer");
    var wanted = new ArrayList<Table.Column>();
    wanted.add(Table.Column.text(options.needed("variant")));
    sheet.columns.forEach(column -> wanted.add(Table.Column.measure(column)));
    sheet.features.forEach(column -> wanted.add(Table.Column.text(column)));
    if (customer != null) {
      wanted.add(Table.Column.text(customer));
    }
    int covariate = design.covariate() == null ? -1 : sheet.columns.indexOf(design.covariate());
    sheet.rules.put("rows", 0L);
    sheet.rules.put("without a variant: left out", 0L);
    for (int i = 0; i < sheet.columns.size(); i++) {
      sheet.rules.put(unreadable(sheet.columns.get(i), i == covariate), 0L);
    }
    if (customer != null) {
      sheet.rules.put("without a customer: left out", 0L);
      sheet.rules.put("another row of a customer: added up", 0L);
      sheet.rules.put(SEVERAL, 0L);
    }
    var byCustomer = new LinkedHashMap<String, Unit>();
    var several = new LinkedHashMap<String, Long>();
    Table.open(file, options.columns())
        .read(wanted, row -> take(sheet, row, covariate, customer != null, byCustomer, several));
    if (customer != null) {
      several.forEach(
          (name, rows) -> {
            byCustomer.remove(name);
            sheet.rules.merge(SEVERAL, rows, Long::sum);
          });
      for (Unit unit : byCustomer.values()) {
        for (int i = 0; i < unit.values.length; i++) {
          // Who did it in any row did it.
          unit.values[i] =
              sheet.yesOrNo.contains(sheet.columns.get(i)) ? unit.most[i] : unit.values[i];
        }
        sheet.units.add(unit);
      }
    }
    fill(sheet, covariate);
    return sheet;
  }

  private static String unreadable(String column, boolean covariate) {
    return "without a readable "
        + column
        + (covariate ? ": the mean of the others instead" : ": left out");
  }

  private static void take(
      Sheet sheet,
      Table.Row row,
      int covariate,
      boolean customers,
      Map<String, Unit> byCustomer,
      Map<String, Long> several) {
    sheet.count("rows");
    String variant = row.text(0);
    if (variant == null) {
      sheet.count("without a variant: left out");
      return;
    }
    double[] values = new double[sheet.columns.size()];
    boolean covered = true;
    for (int i = 0; i < values.length; i++) {
      Double value = row.number(i + 1);
      if (value == null) {
        sheet.count(unreadable(sheet.columns.get(i), i == covariate));
        if (i != covariate) {
          return;
        }
        covered = false;
      } else {
        values[i] = value;
        if (value != 0 && value != 1) {
          sheet.yesOrNo.remove(sheet.columns.get(i));
        }
      }
    }
    var features = new ArrayList<String>();
    for (int i = 0; i < sheet.features.size(); i++) {
      String value = row.text(values.length + 1 + i);
      features.add(value == null ? "" : value);
    }
    var unit = new Unit(variant, values, features, covered);
    if (!customers) {
      sheet.units.add(unit);
      return;
    }
    String who = row.text(values.length + 1 + features.size());
    if (who == null) {
      sheet.count("without a customer: left out");
      return;
    }
    Unit before = byCustomer.putIfAbsent(who, unit);
    if (before == null) {
      return;
    }
    if (several.containsKey(who)) {
      several.merge(who, 1L, Long::sum);
    } else if (!before.variant.equals(variant)) {
      // All rows of theirs, those before as well.
      several.put(who, before.rows + 1);
    } else {
      sheet.count("another row of a customer: added up");
      before.rows++;
      for (int i = 0; i < values.length; i++) {
        if (i != covariate) {
          before.values[i] += values[i];
          before.most[i] = Math.max(before.most[i], values[i]);
        } else if (!before.covered && covered) {
          before.values[i] = values[i];
          before.covered = true;
        }
      }
    }
  }

  /// Whose covariate is not known is given the mean of the others: that says nothing of them.
  private static void fill(Sheet sheet, int covariate) {
    if (covariate < 0) {
      return;
    }
    double mean =
        sheet.units.stream()
            .filter(unit -> unit.covered)
            .mapToDouble(unit -> unit.values[covariate])
            .average()
            .orElse(0);
    for (Unit unit : sheet.units) {
      if (!unit.covered) {
        unit.values[covariate] = mean;
      }
    }
  }

  private static List<Design.Variant> variants(Path file, Sheet sheet, Options options) {
    var names = new TreeSet<String>();
    for (Unit unit : sheet.units) {
      names.add(unit.variant);
      if (names.size() > MOST_VARIANTS) {
        throw new Refused(
            "insight.no_variants",
            "--variant "
                + options.needed("variant")
                + " has more than "
                + MOST_VARIANTS
                + " values: "
                + String.join(", ", names.stream().limit(5).toList())
                + " …",
            "Name the column that says who was assigned to what.",
            1);
      }
    }
    if (names.size() < 2) {
      throw new Refused(
          "insight.no_variants",
          "--variant "
              + options.needed("variant")
              + " of "
              + file
              + " has "
              + (names.isEmpty() ? "no value" : "one value only: " + names.first())
              + "; rules: "
              + sheet.rules,
          "An experiment has two variants or more.",
          1);
    }
    Map<String, Double> shares = options.shares("shares");
    if (!shares.isEmpty() && !shares.keySet().equals(names)) {
      throw new Refused(
          "insight.no_variant",
          "--shares names " + String.join(", ", shares.keySet()),
          "The variants are " + String.join(", ", names) + "; give each its share.",
          1);
    }
    return Design.variants(List.copyOf(names), shares);
  }

  private static String one(
      String option, @Nullable String name, List<String> names, String otherwise) {
    if (name == null) {
      return otherwise;
    }
    if (!names.contains(name)) {
      throw new Refused(
          "insight.no_variant",
          "--" + option + " is '" + name + "', which is no variant",
          "The variants are " + String.join(", ", names) + ".",
          1);
    }
    return name;
  }

  @Override
  public Json.Obj explain(Path file, Options options) {
    return explained(read(file, options));
  }

  private static Json.Obj explained(Sheet sheet) {
    return Json.object(
        "people", Json.of((long) sheet.units.size()), "rules", TableQuestion.rules(sheet.rules));
  }

  @Override
  public Json.Obj answer(Path file, Options options) {
    Sheet sheet = read(file, options);
    List<Design.Variant> variants = variants(file, sheet, options);
    List<String> names = variants.stream().map(Design.Variant::name).toList();
    String control =
        one(
            "control",
            options.given("control"),
            names,
            CONTROLS.stream().filter(names::contains).findFirst().orElse(names.getFirst()));
    Design design = design(options, variants, control, sheet.units.size());
    List<String> segments = options.list("segment");
    var experiment = new Experiment(design, segments);
    for (Unit unit : sheet.units) {
      experiment.add(
          unit.variant,
          segments.stream().map(segment -> feature(sheet, unit, segment)).toList(),
          unit.values);
    }
    Reading reading = experiment.read();
    Map<String, Json> fields = ExperimentJson.write(reading);
    if (!segments.isEmpty()) {
      fields.put("segments", ExperimentJson.write(experiment.segments()));
    }
    if (options.has("uplift")) {
      fields.put("uplift", uplift(sheet, design, options));
    }
    if (design.lift() > 0) {
      fields.put("plan", plan(reading, options));
    }
    if (options.has("aa")) {
      fields.put("aa", aa(sheet, design, options));
    }
    fields.put("people", Json.of((long) sheet.units.size()));
    fields.put("rules", TableQuestion.rules(sheet.rules));
    return new Json.Obj(fields);
  }

  private static String feature(Sheet sheet, Unit unit, String feature) {
    return unit.features.get(sheet.features.indexOf(feature));
  }

  private static int place(Sheet sheet, Design design, String option) {
    if (design.measures().getFirst() instanceof Measure.Mean(String column)) {
      return sheet.columns.indexOf(column);
    }
    throw Refused.command("--" + option + " needs a --metric, not a ratio", "the name of a column");
  }

  private static Json uplift(Sheet sheet, Design design, Options options) {
    int place = place(sheet, design, "uplift");
    List<String> names =
        design.variants().stream()
            .map(Design.Variant::name)
            .filter(name -> !name.equals(design.control()))
            .toList();
    String treat = one("treat", options.given("treat"), names, names.getFirst());
    List<String> features = options.list("uplift");
    var crowd = new UpliftModel.Crowd(features);
    for (Unit unit : sheet.units) {
      if (unit.variant.equals(treat) || unit.variant.equals(design.control())) {
        crowd.add(
            unit.variant.equals(treat),
            unit.values[place],
            features.stream().map(feature -> feature(sheet, unit, feature)).toList());
      }
    }
    UpliftModel model = UpliftModel.of(crowd);
    if (model == null) {
      return new Json.Null();
    }
    var fields = new LinkedHashMap<String, Json>();
    fields.put("treat", Json.of(treat));
    if (ExperimentJson.write(model) instanceof Json.Obj(Map<String, Json> said)) {
      fields.putAll(said);
    }
    return new Json.Obj(fields);
  }

  /// What it would take to find the lift that is worth it, from what the control did.
  private static Json plan(Reading reading, Options options) {
    Reading.OfArm control =
        reading.measures().getFirst().arms().stream()
            .filter(arm -> arm.variant().equals(reading.design().control()))
            .findFirst()
            .orElseThrow();
    Reading.Interval mean = control.mean();
    if (mean == null || !(mean.value() > 0) || control.deviation() == 0) {
      return new Json.Null();
    }
    boolean rate = control.yesOrNo() && mean.value() < 1;
    double effect = reading.design().lift() * mean.value();
    if (rate && mean.value() + effect >= 1) {
      return new Json.Null();
    }
    List<Double> shares = new ArrayList<>();
    for (Design.Variant variant : reading.design().variants()) {
      if (variant.name().equals(reading.design().control())) {
        shares.addFirst(variant.share());
      } else {
        shares.add(variant.share());
      }
    }
    return ExperimentJson.write(
        new Planner(
                rate
                    ? new Planner.Baseline.Rate(mean.value())
                    : new Planner.Baseline.Amount(mean.value(), control.deviation()),
                shares,
                reading.design().alpha(),
                reading.design().power())
            .toSee(effect, options.number("daily", "people in a day: 500", 0)));
  }

  private static Json aa(Sheet sheet, Design design, Options options) {
    int place = place(sheet, design, "aa");
    double[] outcomes = sheet.units.stream().mapToDouble(unit -> unit.values[place]).toArray();
    int runs = (int) options.number("aa", "experiments: 1000");
    int looks = (int) options.number("looks", "looks: 20", 20);
    if (runs > 100_000 || looks > 1_000) {
      throw Refused.command("--aa " + runs + " with --looks " + looks, "100000 runs, 1000 looks");
    }
    try {
      return ExperimentJson.write(
          Aa.of(
              outcomes,
              Math.min(outcomes.length, 100_000),
              looks,
              runs,
              design.alpha(),
              design.tunedTo(),
              1));
    } catch (IllegalArgumentException e) {
      throw new Refused(
          "insight.too_few",
          String.valueOf(e.getMessage()),
          "Take fewer --looks, or more rows.",
          1);
    }
  }
}
