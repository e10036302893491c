package io.huoshui.insight.experiment;

/// How many people it takes to see a difference, and what difference can be seen with so many.
public final class Power {
  private Power() {}

  /// People of each of two arms, equally many (Fleiss, Levin and Paik 2003, formula 4.14 without
  /// its correction, for two rates; the same with other variances).
  ///
  /// @param control variance of a person's number there
  /// @param treated the same under treatment
  /// @param effect the difference of means to be seen, not 0
  /// @param alpha how often it may be seen where there is none, on both sides together
  /// @param power how often it is to be seen where it is
  public static long each(
      double control, double treated, double effect, double alpha, double power) {
    return (long) Math.ceil(people(control, treated, effect, alpha, power, 1, 1));
  }

  /// People in all, of whom each arm has its share: what an arm varies by weighs the more the fewer
  /// it has.
  ///
  /// @param controlShare of the people; 1 and 1 for people per arm
  static double people(
      double control,
      double treated,
      double effect,
      double alpha,
      double power,
      double controlShare,
      double treatedShare) {
    double z = Normal.quantile(1 - alpha / 2) + Normal.quantile(power);
    return z * z * (control / controlShare + treated / treatedShare) / (effect * effect);
  }

  /// What Student's distribution asks beyond the normal one, per arm (Guenther 1981).
  static double student(double alpha) {
    double z = Normal.quantile(1 - alpha / 2);
    return z * z / 4;
  }

  /// The least difference seen with so much power.
  ///
  /// @param error standard error of a difference
  public static double detectable(double error, double alpha, double power) {
    return error * (Normal.quantile(1 - alpha / 2) + Normal.quantile(power));
  }
}
