package io.huoshui.community;

import java.util.Locale;

/// Where a group stands in its life (生命曲线), from silence up: whatever makes a group more active
/// today never puts it lower in this order.
public enum Stage {
  SILENCE("沉默", "silence"),
  DECLINE("衰退", "decline"),
  PEAK("高峰", "peak"),
  GROWTH("成长", "growth"),
  /// By age alone.
  BIRTH("初生", "birth");

  private final String zh;
  private final String en;

  Stage(String zh, String en) {
    this.zh = zh;
    this.en = en;
  }

  public String zh() {
    return zh;
  }

  public String en() {
    return en;
  }

  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
