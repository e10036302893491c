package io.huoshui.profile;

import io.huoshui.event.Value;
import org.jspecify.annotations.Nullable;

/// One person's events in order of time; events of one instant in the order in which they arrived.
public interface Timeline {
  int size();

  String name(int index);

  /// Milliseconds since 1970-01-01T00:00Z.
  long timeMs(int index);

  String source(int index);

  @Nullable Value property(int index, String key);

  /// The whole number under `key`, 0 when there is none: a host answers this without allocating.
  default long whole(int index, String key) {
    return property(index, key) instanceof Value.Whole(long number) ? number : 0;
  }

  /// The first index whose time is not before `timeMs`; [#size()] when there is none.
  default int from(long timeMs) {
    int low = 0;
    int high = size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (timeMs(middle) < timeMs) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
