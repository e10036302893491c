package io.huoshui.insight.value;

import static io.huoshui.insight.value.Special.logGamma;

/// How much a purchase of a customer is worth: purchases vary around a mean of their own, which
/// varies over customers, and does not depend on how often they buy. Fader, Hardie and Lee, "RFM
/// and CLV", Journal of Marketing Research 42 (2005), and Fader and Hardie, "The Gamma-Gamma model
/// of monetary value" (2013).
///
/// @param p shape of a customer's purchases
/// @param q shape over customers
/// @param v scale over customers, in units of money
public record GammaGamma(double p, double q, double v) {
  public GammaGamma {
    if (!(p > 0 && q > 0 && v > 0)) {
      throw new IllegalArgumentException(
          "Gamma-Gamma of p " + p + ", q " + q + ", v " + v + ": each is above 0");
    }
  }

  /// The model under which what customers spent is likeliest. Who bought once, or for nothing, says
  /// nothing about it.
  public static Fit<GammaGamma> fit(Purchases purchases) {
    int told = 0;
    double sum = 0;
    for (int i = 0; i < purchases.size(); i++) {
      if (purchases.repeats(i) > 0 && purchases.mean(i) > 0) {
        told += purchases.people(i);
        sum += purchases.people(i) * purchases.mean(i);
      }
    }
    if (told == 0) {
      throw new IllegalArgumentException(
          "None of " + purchases.customers() + " customers bought again for money");
    }
    Simplex.Found found =
        Simplex.least(
            at -> -of(at).logLikelihood(purchases), new double[] {1, 1, Math.log(sum / told)});
    return new Fit<>(of(found.at()), -found.value(), found.steps(), found.converged());
  }

  private static GammaGamma of(double[] logs) {
    return new GammaGamma(
        Math.exp(Math.clamp(logs[0], -30, 30)),
        Math.exp(Math.clamp(logs[1], -30, 30)),
        Math.exp(Math.clamp(logs[2], -30, 30)));
  }

  public double logLikelihood(Purchases purchases) {
    double sum = 0;
    for (int i = 0; i < purchases.size(); i++) {
      int x = purchases.repeats(i);
      double z = purchases.mean(i);
      if (x > 0 && z > 0) {
        sum +=
            purchases.people(i)
                * (logGamma(p * x + q)
                    - logGamma(p * x)
                    - logGamma(q)
                    + q * Math.log(v)
                    + (p * x - 1) * Math.log(z)
                    + p * x * Math.log(x)
                    - (p * x + q) * Math.log(v + x * z));
      }
    }
    return sum;
  }

  /// What the next purchase of a customer is expected to be worth: between what theirs were and
  /// what everybody's are, the nearer to theirs the more there were. Not a number where q is 1 or
  /// less and the customer never bought again: then there is no mean over customers.
  public double expected(Purchases.One one) {
    int x = one.repeats();
    double below = p * x + q - 1;
    return below <= 0 ? Double.NaN : p * (v + x * one.mean()) / below;
  }
}
