package io.huoshui.engine;

import io.huoshui.engine.columns.Sweep;
import io.huoshui.profile.Timeline;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.roaringbitmap.RoaringBitmap;

/// Finds the people behind a number that core counted, as of one instant.
final class Whose {
  private final Picture picture;

  /// Per ordinal the name of the profile, -1 where there is none now.
  private final int[] names;

  /// The state must not change meanwhile.
  Whose(State at) {
    this.picture = new Picture(at);
    this.names = at.names();
  }

  /// @param belongs made once per thread
  RoaringBitmap find(
      BiFunction<Instant, ZoneId, Predicate<Timeline>> belongs, Consumer<Sweep> watch) {
    var ofThreads = new ConcurrentLinkedQueue<RoaringBitmap>();
    picture.each(
        watch,
        ordinal -> ordinal < names.length && names[ordinal] >= 0,
        () -> {
          Predicate<Timeline> rule = belongs.apply(picture.now(), picture.zone());
          var mine = new RoaringBitmap();
          ofThreads.add(mine);
          return (ordinal, view) -> {
            if (rule.test(view)) {
              mine.add(names[ordinal]);
            }
          };
        });
    var found = new RoaringBitmap();
    ofThreads.forEach(found::or);
    return found;
  }
}
