package io.huoshui.insight.attribution;

import java.util.List;

/// 来路: the touches of one person before one conversion, or before nothing.
///
/// @param channels in order of time; none for a conversion that no touch came before
/// @param beforeMs per touch, how long before the conversion; 0 where there is none
/// @param converted whether it ended in a conversion
/// @param endedMs when the conversion was, or the last touch
public record Trail(
    List<String> channels, List<Long> beforeMs, boolean converted, long amountFen, long endedMs) {
  public Trail {
    channels = List.copyOf(channels);
    beforeMs = List.copyOf(beforeMs);
  }
}
