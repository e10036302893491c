package io.huoshui.insight.experiment;

import io.huoshui.insight.Share;
import io.huoshui.insight.experiment.Reading.Comparison;
import io.huoshui.insight.experiment.Reading.Cuped;
import io.huoshui.insight.experiment.Reading.Estimate;
import io.huoshui.insight.experiment.Reading.Finding;
import io.huoshui.insight.experiment.Reading.Guarded;
import io.huoshui.insight.experiment.Reading.Interval;
import io.huoshui.insight.experiment.Reading.Method;
import io.huoshui.insight.experiment.Reading.OfArm;
import io.huoshui.insight.experiment.Reading.OfMeasure;
import io.huoshui.insight.experiment.Reading.Sequential;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads what is known of an experiment's variants.
final class Analysis {
  /// The fewest people of an arm, and the fewest of them who did something, or did not, of whom a
  /// mean says anything.
  private static final long LEAST = ConfidenceSequence.LEAST;

  private static final long LEAST_FILLED = 10;

  private final Design design;
  private final List<String> columns;

  Analysis(Design design) {
    this.design = design;
    this.columns = design.columns();
  }

  /// One arm's value of a measure, and how it varies.
  ///
  /// @param unit variance of one person's part in the value
  private record Point(double value, double unit, long people) {
    double squared() {
      return unit / people;
    }
  }

  Reading read(Map<String, Moments> arms) {
    var people = new HashMap<String, Long>();
    arms.forEach((variant, moments) -> people.put(variant, moments.people()));
    Srm srm = design.planned() ? Srm.of(design.variants(), people) : null;
    List<OfMeasure> measures =
        design.measures().stream().map(measure -> measure(measure, arms)).toList();
    var guardrails = new ArrayList<Reading.OfGuardrail>();
    for (Design.Guardrail guardrail : design.guardrails()) {
      OfMeasure of = measure(guardrail.measure(), arms);
      guardrails.add(
          new Reading.OfGuardrail(
              guardrail,
              of,
              of.comparisons().stream()
                  .map(comparison -> guarded(comparison, guardrail.up()))
                  .toList()));
    }
    return new Reading(
        design,
        design.variants().stream()
            .map(
                variant ->
                    new Reading.Arm(
                        variant.name(),
                        people.getOrDefault(variant.name(), 0L),
                        design.planned() ? variant.share() : null))
            .toList(),
        srm,
        measures,
        guardrails,
        Verdict.of(design, people, srm, measures.getFirst(), guardrails));
  }

  private static Guarded guarded(Comparison comparison, boolean up) {
    if (comparison.tooSmall()) {
      return Guarded.TOO_SMALL;
    }
    Interval difference = comparison.decisive().difference();
    return (up ? difference.high() < 0 : difference.low() > 0)
        ? Guarded.HARMED
        : Guarded.NO_HARM_SHOWN;
  }

  private OfMeasure measure(Measure measure, Map<String, Moments> arms) {
    var ofArms = new ArrayList<OfArm>();
    for (Design.Variant variant : design.variants()) {
      Moments moments = arms.get(variant.name());
      Point point = moments == null ? null : point(measure, moments);
      ofArms.add(
          new OfArm(
              variant.name(),
              moments == null ? 0 : moments.people(),
              moments == null ? null : mean(measure, moments),
              point == null ? 0 : Math.sqrt(point.unit()),
              moments != null
                  && measure instanceof Measure.Mean(String column)
                  && moments.yesOrNo(at(column))));
    }
    Moments control = arms.get(design.control());
    int several = design.treated().size();
    Double theta = theta(measure, arms);
    double foretold = covariateMean(arms);
    var raw = new ArrayList<Comparison>();
    for (Design.Variant variant : design.treated()) {
      Moments treated = arms.get(variant.name());
      Comparison compared =
          treated == null || control == null
              ? null
              : compare(measure, variant.name(), treated, control, theta, foretold, several);
      if (compared != null) {
        raw.add(compared);
      }
    }
    // Who is too few is no test: what it says is shown, and counts for nothing.
    double[] p =
        raw.stream()
            .filter(comparison -> !comparison.tooSmall())
            .mapToDouble(comparison -> comparison.decisive().p())
            .toArray();
    double[] adjusted = Holm.adjusted(p);
    var comparisons = new ArrayList<Comparison>();
    int at = 0;
    for (Comparison one : raw) {
      comparisons.add(one.tooSmall() ? one : decided(one, adjusted[at++]));
    }
    return new OfMeasure(measure, ofArms, comparisons);
  }

  private Comparison decided(Comparison one, double pHolm) {
    double difference = one.decisive().difference().value();
    return new Comparison(
        one.variant(),
        one.plain(),
        one.cuped(),
        pHolm,
        one.sequential(),
        false,
        one.underpowered(),
        one.needed(),
        one.detectable(),
        pHolm >= design.alpha()
            ? Finding.UNDECIDED
            : difference > 0 ? Finding.BETTER : Finding.WORSE);
  }

  private @Nullable Interval mean(Measure measure, Moments moments) {
    Point point = point(measure, moments);
    if (point == null) {
      return null;
    }
    if (measure instanceof Measure.Mean(String column) && moments.yesOrNo(at(column))) {
      Share share = Share.of(moments.filled(at(column)), moments.people(), design.alpha());
      return new Interval(share.value(), share.low(), share.high());
    }
    double margin =
        point.people() < 2
            ? Double.NaN
            : Tails.studentBeyond(design.alpha(), point.people() - 1.0)
                * Math.sqrt(point.squared());
    return new Interval(point.value(), point.value() - margin, point.value() + margin);
  }

  private int at(String column) {
    return columns.indexOf(column);
  }

  private @Nullable Point point(Measure measure, Moments of) {
    if (of.people() == 0) {
      return null;
    }
    return switch (measure) {
      case Measure.Mean(String column) ->
          new Point(of.mean(at(column)), of.variance(at(column)), of.people());
      case Measure.Ratio(String numerator, String denominator) -> {
        double below = of.mean(at(denominator));
        if (below == 0) {
          yield null;
        }
        double ratio = of.mean(at(numerator)) / below;
        double unit =
            of.variance(at(numerator))
                - 2 * ratio * of.covariance(at(numerator), at(denominator))
                + ratio * ratio * of.variance(at(denominator));
        yield new Point(ratio, Math.max(0, unit) / (below * below), of.people());
      }
    };
  }

  /// How a person's part in a measure's value varies with their covariate.
  private double withCovariate(Measure measure, Moments of, int covariate) {
    return switch (measure) {
      case Measure.Mean(String column) -> of.covariance(at(column), covariate);
      case Measure.Ratio(String numerator, String denominator) -> {
        double below = of.mean(at(denominator));
        double ratio = of.mean(at(numerator)) / below;
        yield (of.covariance(at(numerator), covariate)
                - ratio * of.covariance(at(denominator), covariate))
            / below;
      }
    };
  }

  /// What a unit of the covariate foretells, from how both vary within the variants; null where
  /// there is none, or it is the same for all.
  private @Nullable Double theta(Measure measure, Map<String, Moments> arms) {
    if (design.covariate() == null) {
      return null;
    }
    int covariate = at(design.covariate());
    double together = 0;
    double alone = 0;
    for (Moments of : arms.values()) {
      if (of.people() >= 2 && point(measure, of) != null) {
        together += (of.people() - 1) * withCovariate(measure, of, covariate);
        alone += (of.people() - 1) * of.variance(covariate);
      }
    }
    return alone > 0 ? together / alone : null;
  }

  private double covariateMean(Map<String, Moments> arms) {
    if (design.covariate() == null) {
      return 0;
    }
    var all = new Moments(columns.size());
    arms.values().forEach(all::add);
    return all.mean(at(design.covariate()));
  }

  private Point adjusted(Measure measure, Moments of, Point point, double theta, double foretold) {
    int covariate = at(String.valueOf(design.covariate()));
    double unit =
        point.unit()
            - 2 * theta * withCovariate(measure, of, covariate)
            + theta * theta * of.variance(covariate);
    return new Point(
        point.value() - theta * (of.mean(covariate) - foretold), Math.max(0, unit), point.people());
  }

  private @Nullable Comparison compare(
      Measure measure,
      String variant,
      Moments treated,
      Moments control,
      @Nullable Double theta,
      double foretold,
      int several) {
    Point one = point(measure, treated);
    Point other = point(measure, control);
    if (one == null || other == null || one.people() < 2 || other.people() < 2) {
      return null;
    }
    Estimate plain = shares(measure, treated, control);
    if (plain == null) {
      plain = estimate(measure instanceof Measure.Ratio ? Method.DELTA : Method.WELCH, one, other);
    }
    Cuped cuped = null;
    Point decisive = one;
    Point decisiveControl = other;
    if (theta != null) {
      decisive = adjusted(measure, treated, one, theta, foretold);
      decisiveControl = adjusted(measure, control, other, theta, foretold);
      double before = one.squared() + other.squared();
      double after = decisive.squared() + decisiveControl.squared();
      cuped =
          new Cuped(
              estimate(Method.CUPED, decisive, decisiveControl),
              theta,
              before == 0 ? 0 : 1 - after / before);
    }
    Estimate deciding = cuped == null ? plain : cuped.estimate();
    Needed needed = needed(measure, treated, control, decisive, decisiveControl, several);
    double error = Math.sqrt(decisive.squared() + decisiveControl.squared());
    return new Comparison(
        variant,
        plain,
        cuped,
        deciding.p(),
        sequential(decisive, decisiveControl, several),
        needed.tooSmall(),
        needed.underpowered(),
        needed.people(),
        Power.detectable(error, design.alpha() / several, design.power()),
        Finding.TOO_SMALL);
  }

  /// A share of people who did something.
  private @Nullable Estimate shares(Measure measure, Moments treated, Moments control) {
    if (!(measure instanceof Measure.Mean(String column))
        || !treated.yesOrNo(at(column))
        || !control.yesOrNo(at(column))) {
      return null;
    }
    long of1 = treated.filled(at(column));
    long of2 = control.filled(at(column));
    Rates.Interval interval =
        Rates.difference(of1, treated.people(), of2, control.people(), design.alpha());
    double p1 = (double) of1 / treated.people();
    double p2 = (double) of2 / control.people();
    double v1 = p1 * (1 - p1) / treated.people();
    double v2 = p2 * (1 - p2) / control.people();
    return new Estimate(
        Method.TWO_SHARES,
        new Interval(p1 - p2, interval.low(), interval.high()),
        lift(p1, v1, p2, v2, Normal.quantile(1 - design.alpha() / 2)),
        Math.sqrt(v1 + v2),
        of1 + of2 == 0 || of1 + of2 == treated.people() + control.people()
            ? 1
            : Rates.p(of1, treated.people(), of2, control.people()));
  }

  private Estimate estimate(Method method, Point one, Point other) {
    double difference = one.value() - other.value();
    double a = one.squared();
    double b = other.squared();
    double error = Math.sqrt(a + b);
    if (error == 0) {
      return new Estimate(
          method,
          new Interval(difference, difference, difference),
          lift(one.value(), 0, other.value(), 0, 0),
          0,
          difference == 0 ? 1 : 0);
    }
    // Welch and Satterthwaite.
    double degrees =
        (a + b) * (a + b) / (a * a / (one.people() - 1) + b * b / (other.people() - 1));
    double beyond = Tails.studentBeyond(design.alpha(), degrees);
    return new Estimate(
        method,
        new Interval(difference, difference - beyond * error, difference + beyond * error),
        lift(one.value(), a, other.value(), b, beyond),
        error,
        Tails.student(difference / error, degrees));
  }

  /// `mean / base - 1`, its variance by the delta method.
  private static @Nullable Interval lift(
      double mean, double variance, double base, double baseVariance, double beyond) {
    if (!(base > 0)) {
      return null;
    }
    double lift = mean / base - 1;
    double margin =
        beyond
            * Math.sqrt(
                variance / (base * base)
                    + mean * mean * baseVariance / (base * base * base * base));
    return new Interval(lift, lift - margin, lift + margin);
  }

  private @Nullable Sequential sequential(Point one, Point other, int several) {
    // As much as the arm that varies more: see ConfidenceSequence.
    double unit = Math.max(one.unit(), other.unit());
    double error = Math.sqrt(unit / one.people() + unit / other.people());
    if (one.people() < LEAST || other.people() < LEAST || error == 0) {
      return null;
    }
    double estimate = one.value() - other.value();
    long people = one.people() + other.people();
    double each = design.alpha() / (2 * several);
    ConfidenceSequence.Bounds bounds =
        ConfidenceSequence.of(estimate, error, people, each, design.tunedTo());
    return new Sequential(
        bounds.low(),
        bounds.high(),
        Math.min(
            1, several * ConfidenceSequence.p(estimate / error, people, each, design.tunedTo())));
  }

  private record Needed(boolean tooSmall, boolean underpowered, @Nullable Long people) {}

  /// Whether both arms have enough people, of whom enough did something; and, where a change worth
  /// finding was said, enough to find it.
  private Needed needed(
      Measure measure, Moments treated, Moments control, Point one, Point other, int several) {
    String column =
        switch (measure) {
          case Measure.Mean(String of) -> of;
          case Measure.Ratio(String numerator, String _) -> numerator;
        };
    long least = Math.min(treated.people(), control.people());
    long most = LEAST;
    boolean underpowered = false;
    boolean tooSmall = least < LEAST;
    for (Moments of : List.of(treated, control)) {
      long filled = of.filled(at(column));
      long other2 = of.yesOrNo(at(column)) ? of.people() - filled : LEAST_FILLED;
      long few = Math.min(filled, other2);
      if (few < LEAST_FILLED) {
        if (few == 0) {
          return new Needed(true, false, null);
        }
        tooSmall = true;
        most = Math.max(most, (of.people() * LEAST_FILLED + few - 1) / few);
      }
    }
    // What is worth finding is said of the measure that decides.
    if (design.lift() > 0 && other.value() > 0 && measure.equals(design.measures().getFirst())) {
      long find =
          Power.each(
              other.unit(),
              one.unit(),
              design.lift() * other.value(),
              design.alpha() / several,
              design.power());
      underpowered = least < find;
      most = Math.max(most, find);
    }
    return new Needed(tooSmall, underpowered, most);
  }

  /// @param segments per feature and value, per variant
  Reading.Segments segments(Map<String, Map<String, Map<String, Moments>>> segments) {
    Measure measure = design.measures().getFirst();
    var found = new ArrayList<Reading.OfSegment>();
    segments.forEach(
        (feature, values) ->
            values.forEach(
                (value, arms) -> {
                  Moments control = arms.get(design.control());
                  for (Design.Variant variant : design.treated()) {
                    Moments treated = arms.get(variant.name());
                    Comparison compared =
                        treated == null || control == null
                            ? null
                            : compare(measure, variant.name(), treated, control, null, 0, 1);
                    found.add(
                        new Reading.OfSegment(
                            feature,
                            value,
                            variant.name(),
                            treated == null ? 0 : treated.people(),
                            control == null ? 0 : control.people(),
                            compared == null ? null : compared.plain(),
                            null,
                            compared == null || small(measure, treated, control)));
                  }
                }));
    double[] adjusted =
        Holm.adjusted(
            found.stream()
                .mapToDouble(
                    one -> one.tooSmall() || one.estimate() == null ? 2 : one.estimate().p())
                .filter(p -> p <= 1)
                .toArray());
    var effects = new ArrayList<Reading.OfSegment>();
    int at = 0;
    for (Reading.OfSegment one : found) {
      effects.add(
          one.tooSmall() || one.estimate() == null
              ? one
              : new Reading.OfSegment(
                  one.feature(),
                  one.value(),
                  one.variant(),
                  one.people(),
                  one.controlPeople(),
                  one.estimate(),
                  adjusted[at++],
                  false));
    }
    return new Reading.Segments(effects, heterogeneity(effects));
  }

  private boolean small(Measure measure, @Nullable Moments treated, @Nullable Moments control) {
    if (treated == null || control == null) {
      return true;
    }
    String column =
        switch (measure) {
          case Measure.Mean(String of) -> of;
          case Measure.Ratio(String numerator, String _) -> numerator;
        };
    for (Moments of : List.of(treated, control)) {
      long filled = of.filled(at(column));
      if (of.people() < LEAST
          || filled < LEAST_FILLED
          || (of.yesOrNo(at(column)) && of.people() - filled < LEAST_FILLED)) {
        return true;
      }
    }
    return false;
  }

  private List<Reading.Heterogeneity> heterogeneity(List<Reading.OfSegment> effects) {
    var found = new ArrayList<Reading.Heterogeneity>();
    for (String feature : effects.stream().map(Reading.OfSegment::feature).distinct().toList()) {
      for (Design.Variant variant : design.treated()) {
        double weights = 0;
        double weighted = 0;
        double squares = 0;
        int segments = 0;
        for (Reading.OfSegment one : effects) {
          Estimate estimate = one.estimate();
          if (one.feature().equals(feature)
              && one.variant().equals(variant.name())
              && !one.tooSmall()
              && estimate != null
              && estimate.error() > 0) {
            double weight = 1 / (estimate.error() * estimate.error());
            double effect = estimate.difference().value();
            weights += weight;
            weighted += weight * effect;
            squares += weight * effect * effect;
            segments++;
          }
        }
        if (segments >= 2) {
          double q = Math.max(0, squares - weighted * weighted / weights);
          found.add(
              new Reading.Heterogeneity(
                  feature, variant.name(), q, segments - 1L, Tails.chiSquare(q, segments - 1.0)));
        }
      }
    }
    return found;
  }
}
