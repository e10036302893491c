package io.huoshui.insight.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// 样本比例失衡: whether variants have as many people as was planned. Where they do not, something lost
/// people of one variant and not of another, and who is left is not alike.
///
/// @param p how likely people lie as far off the plan by chance (chi-square)
/// @param alarm whether that is less than [#ALARM]: then there is no verdict
public record Srm(double chiSquare, long degrees, double p, boolean alarm) {
  /// Fabijan, Gupchup, Gupta, Omhover, Qin, Vermeer and Dmitriev 2019 alarm below 0.0005, others
  /// below 0.01: it is asked of every experiment, and should rarely be wrong.
  public static final double ALARM = 0.001;

  /// @param people per variant
  public static Srm of(List<Design.Variant> planned, Map<String, Long> people) {
    var counts = new ArrayList<Long>();
    long all = 0;
    for (Design.Variant variant : planned) {
      long count = people.getOrDefault(variant.name(), 0L);
      counts.add(count);
      all += count;
    }
    double sum = 0;
    for (int i = 0; i < counts.size(); i++) {
      double expected = all * planned.get(i).share();
      double off = counts.get(i) - expected;
      if (expected > 0) {
        sum += off * off / expected;
      } else if (counts.get(i) > 0) {
        // Nobody was to be there.
        sum = Double.MAX_VALUE;
      }
    }
    long degrees = Math.max(1, planned.size() - 1L);
    double p = all == 0 ? 1 : Tails.chiSquare(sum, (double) degrees);
    return new Srm(sum, degrees, p, p < ALARM);
  }
}
