package io.huoshui.insight.experiment;

import io.huoshui.insight.Uplift.Arm;
import org.jspecify.annotations.Nullable;

/// Bounds of what a treatment changes per person that hold at every look together, so that whoever
/// looks again and again, and stops when it pleases, is not fooled.
///
/// The asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas,
/// "Time-uniform central limit theory and asymptotic confidence sequences" (Annals of Statistics,
/// 2024), one-sided: after `t` people the boundary of Robbins' half-normal mixture
///
/// ```
/// σ √( 2(tρ² + 1) / (t²ρ²) · log(1 + √(tρ² + 1) / 2α) )
/// ```
///
/// where σ² is that of a person's share in the difference of the arms' means: people are assigned
/// at random, so `σ²/t` is the sum of the arms' variances over their people; both are taken to vary
/// as much as the one that varies more. Asymptotic: what few people paid says nothing, see
/// [#LEAST].
public final class ConfidenceSequence {
  /// The fewest people of an arm that say anything.
  public static final int LEAST = 30;

  private ConfidenceSequence() {}

  /// @param low at least so much per person, with the confidence asked for, at all looks together
  /// @param high at most so much, likewise
  public record Bounds(double estimate, double low, double high) {}

  /// @param alpha how often a bound may be wrong at any look, 0 to 0.5; each bound by itself
  /// @param tunedTo the number of people at which the bounds are narrowest; chosen before looking
  /// @return null where an arm has fewer than [#LEAST] people, or nothing varies
  public static @Nullable Bounds of(Arm treated, Arm heldOut, double alpha, double tunedTo) {
    if (treated.people() < LEAST || heldOut.people() < LEAST) {
      return null;
    }
    // Few people pay: an arm in which by chance nobody did would look as if it never varied.
    double variance = Math.max(treated.variance(), heldOut.variance());
    double error = Math.sqrt(variance / treated.people() + variance / heldOut.people());
    if (error == 0) {
      return null;
    }
    return of(
        treated.mean() - heldOut.mean(),
        error,
        treated.people() + heldOut.people(),
        alpha,
        tunedTo);
  }

  /// The same of any estimate with a standard error.
  ///
  /// @param error above 0
  /// @param people of both arms
  public static Bounds of(
      double estimate, double error, long people, double alpha, double tunedTo) {
    double margin = error * boundary(people, alpha, tunedTo);
    return new Bounds(estimate, estimate - margin, estimate + margin);
  }

  /// The least `alpha` at which one of two bounds would lie beyond nothing, were the boundary drawn
  /// as for `alpha`: a p-value that holds at every look together.
  ///
  /// @param z the estimate in standard errors
  /// @param alpha of each bound, that ρ is chosen for
  static double p(double z, long people, double alpha, double tunedTo) {
    double spread = people * rhoSquared(alpha, tunedTo) + 1;
    double power = z * z * (spread - 1) / (2 * spread);
    double least = Math.sqrt(spread) / (2 * Math.expm1(power));
    return Math.min(1, 2 * least);
  }

  private static double rhoSquared(double alpha, double tunedTo) {
    // As the authors choose ρ for two bounds of 2α together.
    double log = -2 * Math.log(2 * alpha);
    return (log + Math.log(log + 1)) / tunedTo;
  }

  /// How many standard errors the bound lies off.
  public static double boundary(long people, double alpha, double tunedTo) {
    double spread = people * rhoSquared(alpha, tunedTo) + 1;
    return Math.sqrt(2 * spread / (spread - 1) * Math.log(1 + Math.sqrt(spread) / (2 * alpha)));
  }
}
