package io.huoshui.insight.attribution;

import java.util.Arrays;

/// How a conversion is given out among the touches before it.
public enum Model {
  LAST("last", "末次触点"),
  FIRST("first", "首次触点"),
  LINEAR("linear", "平均"),
  /// 40 % to the first, 40 % to the last, the rest to those between; of two touches half each.
  POSITION("position", "首末加权 40/20/40"),
  /// Half as much for each half-life before the conversion.
  TIME_DECAY("time_decay", "时间衰减"),
  /// By what would be missing without a channel: see [Markov].
  MARKOV("markov", "马尔可夫移除");

  private final String wire;
  private final String zh;

  Model(String wire, String zh) {
    this.wire = wire;
    this.zh = zh;
  }

  public String wire() {
    return wire;
  }

  public String zh() {
    return zh;
  }

  /// The weight of each touch of a trail that has some; they add up to 1. Not for [#MARKOV], which
  /// weighs channels over all trails.
  double[] weights(Trail trail, double halfLifeMs) {
    int touches = trail.channels().size();
    double[] weights = new double[touches];
    switch (this) {
      case LAST -> weights[touches - 1] = 1;
      case FIRST -> weights[0] = 1;
      case LINEAR -> Arrays.fill(weights, 1.0 / touches);
      case POSITION -> {
        Arrays.fill(weights, touches > 2 ? 0.2 / (touches - 2) : 0);
        double end = touches > 2 ? 0.4 : 0.5;
        weights[0] = touches == 1 ? 1 : end;
        weights[touches - 1] = touches == 1 ? 1 : end;
      }
      case TIME_DECAY -> {
        // The latest weighs 1: others are measured from there, so that none is lost to rounding.
        long latest = trail.beforeMs().getLast();
        double sum = 0;
        for (int i = 0; i < touches; i++) {
          weights[i] = Math.pow(2, -(trail.beforeMs().get(i) - latest) / halfLifeMs);
          sum += weights[i];
        }
        for (int i = 0; i < touches; i++) {
          weights[i] /= sum;
        }
      }
      case MARKOV -> throw new IllegalStateException("Markov weighs channels, not touches");
    }
    return weights;
  }
}
