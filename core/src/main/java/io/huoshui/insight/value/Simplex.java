package io.huoshui.insight.value;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.ToDoubleFunction;

/// Looks for the least value of a function of a few numbers, without derivatives: Nelder and Mead
/// 1965, with the steps of Lagarias, Reeds, Wright and Wright 1998. Where it stops it begins again
/// from there until nothing is gained, because a simplex can collapse on a slope.
final class Simplex {
  private static final int MOST_STEPS = 2_000;
  private static final int MOST_STARTS = 8;

  private Simplex() {}

  /// The numbers stay as they were found; nobody writes into them.
  static final class Found {
    private final double[] at;
    private final double value;
    private final int steps;
    private final boolean converged;

    Found(double[] at, double value, int steps, boolean converged) {
      this.at = at;
      this.value = value;
      this.steps = steps;
      this.converged = converged;
    }

    double[] at() {
      return at;
    }

    double value() {
      return value;
    }

    int steps() {
      return steps;
    }

    boolean converged() {
      return converged;
    }
  }

  static Found least(ToDoubleFunction<double[]> of, double[] from) {
    double[] at = from.clone();
    double value = of.applyAsDouble(at);
    int steps = 0;
    for (int start = 0; start < MOST_STARTS; start++) {
      Found found = descend(of, at, start % 2 == 0 ? 0.5 : -0.25);
      steps += found.steps();
      boolean settled = value - found.value() <= 1e-9 * (Math.abs(value) + 1e-9);
      if (found.value() <= value) {
        at = found.at();
        value = found.value();
      }
      if (settled && start > 0) {
        return new Found(at, value, steps, true);
      }
    }
    return new Found(at, value, steps, false);
  }

  private static final class Corner {
    private final double[] at;
    private final double value;

    Corner(double[] at, double value) {
      this.at = at;
      this.value = value;
    }

    double[] at() {
      return at;
    }

    double value() {
      return value;
    }
  }

  private static Found descend(ToDoubleFunction<double[]> of, double[] from, double size) {
    int n = from.length;
    Corner[] corners = new Corner[n + 1];
    corners[0] = corner(of, from.clone());
    for (int i = 0; i < n; i++) {
      double[] at = from.clone();
      at[i] += size;
      corners[i + 1] = corner(of, at);
    }
    int step = 0;
    while (step++ < MOST_STEPS) {
      Arrays.sort(corners, Comparator.comparingDouble(Corner::value));
      Corner best = corners[0];
      Corner worst = corners[n];
      if (Math.abs(worst.value() - best.value()) <= 1e-12 * (Math.abs(best.value()) + 1e-12)
          && width(corners) < 1e-7) {
        return new Found(best.at(), best.value(), step, true);
      }
      double[] middle = new double[n];
      for (int corner = 0; corner < n; corner++) {
        for (int i = 0; i < n; i++) {
          middle[i] += corners[corner].at()[i] / n;
        }
      }
      Corner mirrored = corner(of, along(middle, worst.at(), -1));
      if (mirrored.value() < best.value()) {
        Corner further = corner(of, along(middle, worst.at(), -2));
        corners[n] = further.value() < mirrored.value() ? further : mirrored;
      } else if (mirrored.value() < corners[n - 1].value()) {
        corners[n] = mirrored;
      } else {
        boolean outside = mirrored.value() < worst.value();
        Corner nearer = corner(of, along(middle, worst.at(), outside ? -0.5 : 0.5));
        if (nearer.value() < Math.min(mirrored.value(), worst.value())) {
          corners[n] = nearer;
        } else {
          for (int i = 1; i <= n; i++) {
            corners[i] = corner(of, along(best.at(), corners[i].at(), 0.5));
          }
        }
      }
    }
    Arrays.sort(corners, Comparator.comparingDouble(Corner::value));
    return new Found(corners[0].at(), corners[0].value(), step, false);
  }

  /// Whatever is no number is as bad as can be.
  private static Corner corner(ToDoubleFunction<double[]> of, double[] at) {
    double value = of.applyAsDouble(at);
    return new Corner(at, Double.isNaN(value) ? Double.POSITIVE_INFINITY : value);
  }

  private static double[] along(double[] from, double[] to, double share) {
    double[] at = new double[from.length];
    for (int i = 0; i < at.length; i++) {
      at[i] = from[i] + share * (to[i] - from[i]);
    }
    return at;
  }

  private static double width(Corner[] corners) {
    double widest = 0;
    for (int corner = 1; corner < corners.length; corner++) {
      for (int i = 0; i < corners[0].at().length; i++) {
        widest = Math.max(widest, Math.abs(corners[corner].at()[i] - corners[0].at()[i]));
      }
    }
    return widest;
  }
}
