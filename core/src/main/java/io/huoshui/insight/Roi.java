package io.huoshui.insight;

import org.jspecify.annotations.Nullable;

/// 投资回报: what came in beyond what would have come anyway, per fen of what it cost. The one rule of
/// it: reports, trials, autopilots, rehearsals and attribution all ask here.
public final class Roi {
  private Roi() {}

  /// @param incrementalFen revenue that would not have come without it, by a hold-out; not what
  ///   came after a message
  /// @return null when nothing was spent: there is nothing to divide by
  public static @Nullable Double of(double incrementalFen, long costFen) {
    return costFen == 0 ? null : incrementalFen / costFen;
  }
}
