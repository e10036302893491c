package io.huoshui.insight.value;

import static io.huoshui.insight.value.Special.hypergeometric;
import static io.huoshui.insight.value.Special.logGamma;

/// BG/NBD: while alive a customer buys at random at a rate of their own (gamma over customers), and
/// may stop for good after any purchase with a chance of their own (beta). Fader, Hardie and Lee,
/// "Counting your customers the easy way", Marketing Science 24 (2005); equations by their numbers.
///
/// @param r shape of the rates
/// @param alpha scale of the rates, in units of time
/// @param a of the chance to stop
/// @param b of the chance to stop
public record BgNbd(double r, double alpha, double a, double b) {
  public BgNbd {
    if (!(r > 0 && alpha > 0 && a > 0 && b > 0)) {
      throw new IllegalArgumentException(
          "BG/NBD of r " + r + ", alpha " + alpha + ", a " + a + ", b " + b + ": each is above 0");
    }
  }

  /// The model under which what customers did is likeliest.
  ///
  /// @throws IllegalArgumentException when nobody bought again, so that nothing can be told
  public static Fit<BgNbd> fit(Purchases purchases) {
    if (purchases.again() == 0) {
      throw new IllegalArgumentException(
          "None of "
              + purchases.customers()
              + " customers bought again; nothing can be told from that");
    }
    double begin = Math.log(Math.max(purchases.longest(), 1e-6) / 10);
    // The search is over logarithms, so that every number it tries is above 0.
    Simplex.Found found =
        Simplex.least(at -> -of(at).logLikelihood(purchases), new double[] {0, begin, 0, 0});
    return new Fit<>(of(found.at()), -found.value(), found.steps(), found.converged());
  }

  private static BgNbd of(double[] logs) {
    // Beyond this a double is none any more, and nothing real lies there.
    double[] at = new double[4];
    for (int i = 0; i < 4; i++) {
      at[i] = Math.exp(Math.clamp(logs[i], -30, 30));
    }
    return new BgNbd(at[0], at[1], at[2], at[3]);
  }

  /// Of everybody together (6).
  public double logLikelihood(Purchases purchases) {
    double sum = 0;
    for (int i = 0; i < purchases.size(); i++) {
      sum +=
          purchases.people(i)
              * logLikelihood(purchases.repeats(i), purchases.last(i), purchases.known(i));
    }
    return sum;
  }

  private double logLikelihood(int x, double last, double known) {
    double a1 = logGamma(r + x) - logGamma(r) + r * Math.log(alpha);
    double a2 = logGamma(a + b) + logGamma(b + x) - logGamma(b) - logGamma(a + b + x);
    double a3 = -(r + x) * Math.log(alpha + known);
    if (x == 0) {
      return a1 + a2 + a3;
    }
    double a4 = Math.log(a) - Math.log(b + x - 1) - (r + x) * Math.log(alpha + last);
    double most = Math.max(a3, a4);
    return a1 + a2 + most + Math.log(Math.exp(a3 - most) + Math.exp(a4 - most));
  }

  /// How likely a customer still buys: Fader, Hardie and Lee, note "Computing P(alive)" (2008). One
  /// who never bought again is alive for sure in this model: it lets nobody stop before.
  public double alive(Purchases.One one) {
    return one.repeats() == 0 ? 1 : 1 / (1 + odds(one));
  }

  private double odds(Purchases.One one) {
    int x = one.repeats();
    return a
        / (b + x - 1)
        * Math.exp((r + x) * (Math.log(alpha + one.known()) - Math.log(alpha + one.last())));
  }

  /// How many purchases to expect of a customer in the next time `t` (10).
  public double expected(double t, Purchases.One one) {
    int x = one.repeats();
    double far = alpha + one.known() + t;
    double shrinks =
        Math.exp((r + x) * (Math.log(alpha + one.known()) - Math.log(far)))
            * hypergeometric(r + x, b + x, a + b + x - 1, t / far);
    double alive = (a + b + x - 1) / (a - 1) * (1 - shrinks);
    return x == 0 ? alive : alive / (1 + odds(one));
  }

  /// How many purchases to expect of somebody new in their first time `t` (9).
  public double expected(double t) {
    return (a + b - 1)
        / (a - 1)
        * (1
            - Math.exp(r * (Math.log(alpha) - Math.log(alpha + t)))
                * hypergeometric(r, b, a + b - 1, t / (alpha + t)));
  }
}
