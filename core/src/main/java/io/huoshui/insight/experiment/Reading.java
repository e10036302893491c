package io.huoshui.insight.experiment;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an experiment says.
///
/// @param srm null where no shares were planned
/// @param measures in the design's order, the first decides
public record Reading(
    Design design,
    List<Arm> arms,
    @Nullable Srm srm,
    List<OfMeasure> measures,
    List<OfGuardrail> guardrails,
    Verdict verdict) {
  public Reading {
    arms = List.copyOf(arms);
    measures = List.copyOf(measures);
    guardrails = List.copyOf(guardrails);
  }

  /// @param planned share of everybody; null where none was planned
  public record Arm(String variant, long people, @Nullable Double planned) {}

  /// How a difference was tested.
  public enum Method {
    /// Two shares of people: Newcombe's interval; by chance exact (Fisher) where few, else normal.
    TWO_SHARES("two_shares"),
    /// Welch's t.
    WELCH("welch"),
    /// A ratio, its variance by the delta method.
    DELTA("delta"),
    /// Less what the covariate foretold (Deng, Xu, Kohavi and Walker 2013).
    CUPED("cuped");

    private final String wire;

    Method(String wire) {
      this.wire = wire;
    }

    public String wire() {
      return wire;
    }
  }

  public record Interval(double value, double low, double high) {}

  /// A difference from the control.
  ///
  /// @param difference of means (or ratios) with its interval
  /// @param lift the same by the control's mean, its interval by the delta method; null where that
  ///   mean is not above 0
  /// @param p how likely such a difference is by chance
  public record Estimate(
      Method method, Interval difference, @Nullable Interval lift, double error, double p) {}

  /// @param theta what a unit of the covariate foretells
  /// @param varianceReduction the part of the variance that is gone
  public record Cuped(Estimate estimate, double theta, double varianceReduction) {}

  /// Bounds that hold at every look together.
  ///
  /// @param p the same as a chance, of all variants together
  public record Sequential(double low, double high, double p) {
    public Finding finding() {
      return low > 0 ? Finding.BETTER : high < 0 ? Finding.WORSE : Finding.UNDECIDED;
    }
  }

  /// Whether more, or less, is shown.
  public enum Finding {
    BETTER("better"),
    WORSE("worse"),
    UNDECIDED("undecided"),
    /// Too few people: nothing is said.
    TOO_SMALL("too_small");

    private final String wire;

    Finding(String wire) {
      this.wire = wire;
    }

    public String wire() {
      return wire;
    }
  }

  /// One variant against the control.
  ///
  /// @param cuped null where there is no covariate that says anything
  /// @param pHolm of the estimate that decides (CUPED's where there is one), over all variants
  /// @param sequential null where too few people say anything
  /// @param tooSmall whether so few people, or so few who did something, say nothing
  /// @param underpowered whether they are fewer than the change worth finding takes: it is looked
  ///   at early, so the sequential verdict decides, and none is no difference
  /// @param needed people of each of the two variants before anything is said; null where nobody
  ///   knows: nothing happened yet
  /// @param detectable the least difference that so many people show with the design's power
  /// @param fixed by the test for one look
  public record Comparison(
      String variant,
      Estimate plain,
      @Nullable Cuped cuped,
      double pHolm,
      @Nullable Sequential sequential,
      boolean tooSmall,
      boolean underpowered,
      @Nullable Long needed,
      double detectable,
      Finding fixed) {
    /// The estimate that decides.
    public Estimate decisive() {
      return cuped == null ? plain : cuped.estimate();
    }

    /// By the test that the look allows.
    public Finding finding(Design.Look look) {
      if (tooSmall) {
        return Finding.TOO_SMALL;
      }
      if (look == Design.Look.LAST && !underpowered) {
        return fixed;
      }
      Finding found = sequential == null ? Finding.TOO_SMALL : sequential.finding();
      return underpowered && found == Finding.UNDECIDED ? Finding.TOO_SMALL : found;
    }
  }

  /// @param mean with its interval; null where there is nobody, or nothing to divide by
  /// @param deviation the standard deviation of a person's part in it
  /// @param yesOrNo whether it is a share of people
  public record OfArm(
      String variant, long people, @Nullable Interval mean, double deviation, boolean yesOrNo) {}

  public record OfMeasure(Measure measure, List<OfArm> arms, List<Comparison> comparisons) {
    public OfMeasure {
      arms = List.copyOf(arms);
      comparisons = List.copyOf(comparisons);
    }
  }

  public enum Guarded {
    /// It got worse: the whole interval lies on that side.
    HARMED("harmed"),
    /// No harm is shown; that is not that there is none.
    NO_HARM_SHOWN("no_harm_shown"),
    TOO_SMALL("too_small");

    private final String wire;

    Guarded(String wire) {
      this.wire = wire;
    }

    public String wire() {
      return wire;
    }
  }

  /// Intervals of guardrails are not corrected for their number: to miss harm is dearer than to
  /// look again.
  public record OfGuardrail(Design.Guardrail guardrail, OfMeasure measure, List<Guarded> verdicts) {
    public OfGuardrail {
      verdicts = List.copyOf(verdicts);
    }
  }

  /// The effect within one segment of people.
  ///
  /// @param pHolm over all variants and segments that were asked
  public record OfSegment(
      String feature,
      String value,
      String variant,
      long people,
      long controlPeople,
      @Nullable Estimate estimate,
      @Nullable Double pHolm,
      boolean tooSmall) {}

  /// Whether the effects of a feature's segments differ by more than chance (Cochran's Q).
  public record Heterogeneity(String feature, String variant, double q, long degrees, double p) {}

  public record Segments(List<OfSegment> effects, List<Heterogeneity> heterogeneity) {
    public Segments {
      effects = List.copyOf(effects);
      heterogeneity = List.copyOf(heterogeneity);
    }
  }
}
