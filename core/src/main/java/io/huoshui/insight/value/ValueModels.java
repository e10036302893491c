package io.huoshui.insight.value;

import io.huoshui.profile.Calendar;
import io.huoshui.profile.Timeline;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The three models fitted together, and what they say of one customer. The unit of time is a day,
/// money is fen.
///
/// @param customers they were fitted to
/// @param again how many of these bought again
public record ValueModels(
    Fit<BgNbd> often, Fit<ParetoNbd> alive, Fit<GammaGamma> spend, int customers, int again) {
  /// So many days ahead a customer's value is expected.
  public static final int AHEAD_DAYS = 365;

  /// 流失风险, by how likely a customer still buys (Pareto/NBD).
  public enum ChurnRisk {
    LOW("低", "low", 0.7),
    MEDIUM("中", "medium", 0.4),
    HIGH("高", "high", 0.15),
    LOST("已流失", "lost", 0);

    private final String zh;
    private final String en;
    private final double from;

    ChurnRisk(String zh, String en, double from) {
      this.zh = zh;
      this.en = en;
      this.from = from;
    }

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    public String zh() {
      return zh;
    }

    public String en() {
      return en;
    }

    /// The least likelihood of still buying.
    public double from() {
      return from;
    }

    public static ChurnRisk of(double alive) {
      for (ChurnRisk risk : values()) {
        if (alive >= risk.from) {
          return risk;
        }
      }
      return LOST;
    }
  }

  /// @param alive how likely the customer still buys (Pareto/NBD: BG/NBD takes everybody who never
  ///   bought again for alive)
  /// @param nextDays the median of the days from now to the next purchase, if still alive
  /// @param soonDays one in ten comes before
  /// @param lateDays nine in ten come before
  /// @param purchases to expect within [#AHEAD_DAYS] (BG/NBD)
  /// @param purchaseFen what the next purchase is expected to be worth (Gamma-Gamma); null where
  ///   the model has no mean
  /// @param valueFen purchases times that; null likewise
  public record Expected(
      double alive,
      ChurnRisk risk,
      double nextDays,
      double soonDays,
      double lateDays,
      double purchases,
      @Nullable Double purchaseFen,
      @Nullable Double valueFen) {}

  /// @throws IllegalArgumentException when nobody bought again, so that nothing can be told
  public static ValueModels fit(Purchases purchases) {
    Purchases alike = purchases.grouped();
    return new ValueModels(
        BgNbd.fit(alike),
        ParetoNbd.fit(alike),
        GammaGamma.fit(alike),
        purchases.customers(),
        purchases.again());
  }

  public boolean converged() {
    return often.converged() && alive.converged() && spend.converged();
  }

  public Expected expected(Purchases.One one) {
    double still = alive.model().alive(one);
    double purchases = often.model().expected(AHEAD_DAYS, one);
    double each = spend.model().expected(one);
    boolean told = !Double.isNaN(each);
    return new Expected(
        still,
        ChurnRisk.of(still),
        next(one, 0.5),
        next(one, 0.1),
        next(one, 0.9),
        purchases,
        told ? each : null,
        told ? purchases * each : null);
  }

  /// The days within which the next purchase of a living customer comes with a chance `p`.
  ///
  /// In BG/NBD nobody stops but right after a purchase, so a living customer buys again at their
  /// own rate, which given x purchases in time T is gamma with shape r + x and scale alpha + T
  /// (Fader, Hardie and Lee 2005, section 3). Mixed over it, P(none within t) = ((alpha + T) /
  /// (alpha + T + t))^(r + x); solved for t:
  ///
  /// ```
  /// t = (alpha + T) · ((1 - p)^(-1 / (r + x)) - 1)
  /// ```
  double next(Purchases.One one, double p) {
    BgNbd model = often.model();
    return (model.alpha() + one.known())
        * Math.expm1(-Math.log1p(-p) / (model.r() + one.repeats()));
  }

  /// Of a timeline up to the end of a day of the brand; null for who never bought.
  public @Nullable Expected expected(Timeline timeline, Calendar calendar, int day) {
    Purchases.One one = PaidDays.of(timeline, calendar, calendar.start(day + 1) - 1).upTo(day, 1);
    return one == null ? null : expected(one);
  }
}
