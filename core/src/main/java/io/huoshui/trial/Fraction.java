package io.huoshui.trial;

import java.util.List;

/// A fraction of all combinations of three factors in which any two levels of two factors meet
/// equally often: an orthogonal array of strength two, that is a design of resolution III.
///
/// With levels numbered from 0 and `d` the greatest common divisor of how many there are, it is the
/// combinations whose numbers add up to a multiple of `d`. For levels `a`, `b`, `c` that are
/// `abc/d`; as any such array needs a multiple of `ab`, `ac` and `bc`, whose least common one is
/// `abc/d`, none is smaller. Where `d` is 1 only all of them will do. (For 2 × 2 × 2 it is the half
/// fraction I = ABC of Box and Hunter 1961, for 3 × 3 × 3 the Latin square.)
final class Fraction {
  private Fraction() {}

  static int apart(int windows, int incentives, int messages) {
    return gcd(gcd(windows, incentives), messages);
  }

  static long size(int windows, int incentives, int messages) {
    return (long) windows * incentives * messages / apart(windows, incentives, messages);
  }

  static boolean has(int window, int incentive, int message, int apart) {
    return (window + incentive + message) % apart == 0;
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /// What a factor's main effect can not be told from, in a fraction: what the other two do
  /// together.
  static List<String> aliases(String factor, int apart) {
    if (apart == 1) {
      return List.of();
    }
    return switch (factor) {
      case "window" -> List.of("incentive × message");
      case "incentive" -> List.of("window × message");
      default -> List.of("window × incentive");
    };
  }
}
