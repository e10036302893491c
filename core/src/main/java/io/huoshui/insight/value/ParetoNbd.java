package io.huoshui.insight.value;

import static io.huoshui.insight.value.Special.hypergeometric;
import static io.huoshui.insight.value.Special.logGamma;

/// Pareto/NBD: while alive a customer buys at random at a rate of their own, and may die at any
/// moment, at a rate of their own (both gamma over customers). Schmittlein, Morrison and Colombo,
/// Management Science 33 (1987); in the form of Fader and Hardie, "A note on deriving the
/// Pareto/NBD model" (2005).
///
/// @param r shape of the rates of buying
/// @param alpha scale of the rates of buying, in units of time
/// @param s shape of the rates of dying
/// @param beta scale of the rates of dying, in units of time
public record ParetoNbd(double r, double alpha, double s, double beta) {
  /// Where few bought the likelihood is flat, and the search would go on to where customers neither
  /// differ nor die; a shape of a thousand says that as well.
  private static final double MOST_LOG_SHAPE = 7;

  /// The series of the likelihood gets longer as one scale leaves the other behind.
  private static final double MOST_LOG_APART = 6;

  public ParetoNbd {
    if (!(r > 0 && alpha > 0 && s > 0 && beta > 0)) {
      throw new IllegalArgumentException(
          "Pareto/NBD of r "
              + r
              + ", alpha "
              + alpha
              + ", s "
              + s
              + ", beta "
              + beta
              + ": each is above 0");
    }
  }

  /// The model under which what customers did is likeliest.
  public static Fit<ParetoNbd> fit(Purchases purchases) {
    double begin = Math.log(Math.max(purchases.longest(), 1e-6) / 4);
    Simplex.Found found =
        Simplex.least(
            at -> -of(at).logLikelihood(purchases), new double[] {-0.5, begin, -0.5, begin});
    return new Fit<>(of(found.at()), -found.value(), found.steps(), found.converged());
  }

  private static ParetoNbd of(double[] logs) {
    double alpha = Math.clamp(logs[1], -30, 30);
    return new ParetoNbd(
        Math.exp(Math.clamp(logs[0], -MOST_LOG_SHAPE, MOST_LOG_SHAPE)),
        Math.exp(alpha),
        Math.exp(Math.clamp(logs[2], -MOST_LOG_SHAPE, MOST_LOG_SHAPE)),
        Math.exp(Math.clamp(logs[3], alpha - MOST_LOG_APART, alpha + MOST_LOG_APART)));
  }

  public double logLikelihood(Purchases purchases) {
    double sum = 0;
    for (int i = 0; i < purchases.size(); i++) {
      sum += purchases.people(i) * logLikelihood(purchases.of(i));
    }
    return sum;
  }

  private double logLikelihood(Purchases.One one) {
    int x = one.repeats();
    double alive = -(r + x) * Math.log(alpha + one.known()) - s * Math.log(beta + one.known());
    double died = Math.log(s / (r + s + x)) + logDied(one);
    double most = Math.max(alive, died);
    return logGamma(r + x)
        - logGamma(r)
        + r * Math.log(alpha)
        + s * Math.log(beta)
        + most
        + Math.log(Math.exp(alive - most) + Math.exp(died - most));
  }

  /// ln A₀ of the note: the part of those who died between the last purchase and now.
  private double logDied(Purchases.One one) {
    double sum = r + s + one.repeats();
    double larger = Math.max(alpha, beta);
    double apart = Math.abs(alpha - beta);
    double second = alpha >= beta ? s + 1 : r + one.repeats();
    double atLast =
        Math.log(hypergeometric(sum, second, sum + 1, apart / (larger + one.last())))
            - sum * Math.log(larger + one.last());
    double atNow =
        Math.log(hypergeometric(sum, second, sum + 1, apart / (larger + one.known())))
            - sum * Math.log(larger + one.known());
    // Whoever bought just now had no time to die.
    return one.known() == one.last()
        ? Double.NEGATIVE_INFINITY
        : atLast + Math.log1p(-Math.exp(atNow - atLast));
  }

  /// How likely a customer is alive.
  public double alive(Purchases.One one) {
    int x = one.repeats();
    double log =
        Math.log(s / (r + s + x))
            + (r + x) * Math.log(alpha + one.known())
            + s * Math.log(beta + one.known())
            + logDied(one);
    return 1 / (1 + Math.exp(log));
  }

  /// How many purchases to expect of a customer in the next time `t`.
  public double expected(double t, Purchases.One one) {
    double lives = s == 1 ? Math.nextUp(1.0) : s;
    return alive(one)
        * (r + one.repeats())
        * (beta + one.known())
        / ((alpha + one.known()) * (lives - 1))
        * (1 - Math.pow((beta + one.known()) / (beta + one.known() + t), lives - 1));
  }
}
