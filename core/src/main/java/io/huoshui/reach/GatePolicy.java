package io.huoshui.reach;

import io.huoshui.profile.Period;
import java.time.LocalTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The brand's rules of restraint.
///
/// @param caps every one has to allow the message
/// @param quietFrom when the brand's quiet hours begin, in its time zone
/// @param quietTo when they end, on the next day when not after `quietFrom`
public record GatePolicy(List<Cap> caps, LocalTime quietFrom, LocalTime quietTo) {
  public GatePolicy {
    caps = List.copyOf(caps);
  }

  /// At most `most` messages per `period`, on one channel or, with null, over all.
  public record Cap(@Nullable ChannelKind channel, int most, Period period) {}

  /// Marketing SMS may go out between 8:00 and 21:00 at the widest (carriers' rule as read 2026-11:
  /// PLATFORMS 5.4); the brand starts one hour later. One message a day and four in seven days over
  /// all channels, two SMS in seven days.
  public static final GatePolicy STANDARD =
      new GatePolicy(
          List.of(
              new Cap(null, 1, Period.parse("1d")),
              new Cap(null, 4, Period.parse("7d")),
              new Cap(ChannelKind.SMS, 2, Period.parse("7d"))),
          LocalTime.of(21, 0),
          LocalTime.of(9, 0));

  public boolean quietAt(LocalTime time) {
    return quietFrom.isBefore(quietTo)
        ? !time.isBefore(quietFrom) && time.isBefore(quietTo)
        : !time.isBefore(quietFrom) || time.isBefore(quietTo);
  }
}
