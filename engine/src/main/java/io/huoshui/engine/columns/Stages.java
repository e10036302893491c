package io.huoshui.engine.columns;

import io.huoshui.audience.Moment;
import io.huoshui.event.Value;
import io.huoshui.profile.Lifecycle;
import io.huoshui.profile.Timeline;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The lifecycle by the number of orders (none, one, more) and by when the last was: between two
/// edges it is always the same, and core is asked once for each stretch of time between them.
final class Stages {
  private final long[] edgesMs;
  private final Lifecycle ofNone;
  private final Lifecycle[] ofOne;
  private final Lifecycle[] ofMore;

  Stages(Moment moment) {
    Instant now = moment.now();
    this.edgesMs =
        Lifecycle.edges(moment.lifecycle()).stream()
            .mapToLong(age -> age.before(now.toEpochMilli(), moment.calendar()))
            .sorted()
            .toArray();
    this.ofNone = state(0, 0, moment);
    this.ofOne = new Lifecycle[edgesMs.length + 1];
    this.ofMore = new Lifecycle[edgesMs.length + 1];
    for (int i = 0; i <= edgesMs.length; i++) {
      long last = i == 0 ? edgesMs[0] - 1 : edgesMs[i - 1];
      ofOne[i] = state(1, last, moment);
      ofMore[i] = state(2, last, moment);
    }
  }

  private static Lifecycle state(int orders, long lastMs, Moment moment) {
    return Lifecycle.of(
        new Orders(orders, lastMs), moment.now(), moment.zone(), moment.lifecycle());
  }

  /// Orders of one instant and nothing else.
  private record Orders(int size, long timeMs) implements Timeline {
    @Override
    public String name(int index) {
      return "order_paid";
    }

    @Override
    public long timeMs(int index) {
      return timeMs;
    }

    @Override
    public String source(int index) {
      return "";
    }

    @Override
    public @Nullable Value property(int index, String key) {
      return null;
    }
  }

  /// @param orders up to now; of many, two are enough to say
  /// @param lastMs when the last of them was
  Lifecycle of(int orders, long lastMs) {
    if (orders == 0) {
      return ofNone;
    }
    int passed = 0;
    while (passed < edgesMs.length && edgesMs[passed] <= lastMs) {
      passed++;
    }
    return orders == 1 ? ofOne[passed] : ofMore[passed];
  }
}
