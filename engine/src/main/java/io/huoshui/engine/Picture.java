package io.huoshui.engine;

import io.huoshui.engine.columns.Block;
import io.huoshui.engine.columns.Loop;
import io.huoshui.engine.columns.Responses;
import io.huoshui.engine.columns.Sweep;
import io.huoshui.insight.Response;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Total;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Everybody's timelines as they are between two writes. To take it the state has to stand still
/// for a moment; to ask it not: events go on being taken, and no answer knows of them. So every
/// answer belongs to one instant, that of the picture.
///
/// Whoever has all events in blocks is answered for by loops over columns; whoever has others is
/// asked by core's rule, timeline by timeline.
final class Picture {
  private final State state;
  private final List<Timelines> lanes = new ArrayList<>();
  private final List<Part> parts = new ArrayList<>();

  /// Per lane the place of its first part.
  private final int[] firstPart = new int[Lane.COUNT];

  private final Instant now;
  private final ZoneId zone;
  private final int people;

  /// The profiles of one block's range.
  private record Part(int lane, Timelines timelines, @Nullable Block block, int from, int to) {
    /// Locals the block does not answer for, or null for none.
    long @Nullable [] skip() {
      return block == null ? null : timelines.besideBlock(from >>> Timelines.RANGE_BITS);
    }
  }

  /// The state must not change meanwhile.
  Picture(State state) {
    this.state = state;
    this.now = state.now();
    this.zone = state.zone();
    this.people = state.graph.profiles();
    for (Lane lane : state.lanes) {
      Timelines still = lane.timelines.still();
      lanes.add(still);
      firstPart[lane.number()] = parts.size();
      @Nullable Block[] ranges = still.ranges();
      for (int from = 0; from < still.locals(); from += Timelines.RANGE) {
        int range = from >>> Timelines.RANGE_BITS;
        parts.add(
            new Part(
                lane.number(),
                still,
                range < ranges.length ? ranges[range] : null,
                from,
                Math.min(from + Timelines.RANGE, still.locals())));
      }
    }
  }

  Instant now() {
    return now;
  }

  ZoneId zone() {
    return zone;
  }

  /// Counts everybody, with all processors.
  ///
  /// @param watch is told of the sweep before it begins
  /// @throws java.util.concurrent.CancellationException when the sweep is cancelled, or this thread
  ///   interrupted
  <T extends Total<T>> T count(
      Consumer<Sweep> watch, Supplier<T> nobody, Supplier<? extends Loop<T>> loops) {
    T all = count(watch, nobody, loops, null);
    all.addWithoutEvents(people - all.people());
    return all;
  }

  /// Counts those who have events of some people, or of all.
  ///
  /// @param whom by their ordinals; null for everybody
  <T extends Total<T>> T count(
      Consumer<Sweep> watch,
      Supplier<T> nobody,
      Supplier<? extends Loop<T>> loops,
      @Nullable IntPredicate whom) {
    // A total per thread and not per part: cubes are as large for a few people as for many.
    List<T> counted =
        sweep(
            watch,
            () -> {
              Loop<T> loop = loops.get();
              var view = new View(state);
              T total = nobody.get();
              return number -> {
                count(parts.get(number), loop, view, whom, total);
                return total;
              };
            });
    T all = nobody.get();
    Set<T> threads = Collections.newSetFromMap(new IdentityHashMap<>());
    threads.addAll(counted);
    threads.forEach(all::add);
    return all;
  }

  private static <T extends Total<T>> void count(
      Part part, Loop<T> loop, View view, @Nullable IntPredicate whom, T into) {
    Block block = part.block();
    if (block != null) {
      loop.over(block, whom == null ? part.skip() : without(part, block, whom), into);
    }
    for (int local = part.from(); local < part.to(); local++) {
      if (part.timelines().beside(local)
          && (whom == null || whom.test(local * Lane.COUNT + part.lane()))) {
        part.timelines().show(local, view);
        if (view.size() > 0) {
          into.add((Timeline) view);
        }
      }
    }
  }

  /// Whom the block does not answer for, and those who are not asked.
  private static long[] without(Part part, Block block, IntPredicate whom) {
    long[] beside = part.skip();
    long[] skip = new long[(block.span() + 63) >> 6];
    if (beside != null) {
      System.arraycopy(beside, 0, skip, 0, Math.min(beside.length, skip.length));
    }
    for (int local = 0; local < block.span(); local++) {
      if (!whom.test((part.from() + local) * Lane.COUNT + part.lane())) {
        skip[local >> 6] |= 1L << local;
      }
    }
    return skip;
  }

  /// Looks at people one after the other.
  @FunctionalInterface
  interface Visitor {
    /// @param view of somebody who has events; moved on afterwards
    void see(int ordinal, View view);
  }

  /// Shows people timeline by timeline, with all processors: for what no loop over columns answers.
  ///
  /// @param whom the ordinals of those who are shown, if they have events
  /// @param visitors one per thread
  void each(Consumer<Sweep> watch, IntPredicate whom, Supplier<? extends Visitor> visitors) {
    sweep(
        watch,
        () -> {
          Visitor visitor = visitors.get();
          var view = new View(state);
          return number -> {
            Part part = parts.get(number);
            for (int local = part.from(); local < part.to(); local++) {
              int ordinal = local * Lane.COUNT + part.lane();
              if (whom.test(ordinal)) {
                part.timelines().show(local, view);
                if (view.size() > 0) {
                  visitor.see(ordinal, view);
                }
              }
            }
            return true;
          };
        });
  }

  View view() {
    return new View(state);
  }

  /// Whether there was room for a timeline of this ordinal when the picture was taken.
  boolean has(int ordinal) {
    return Lane.local(ordinal) < lanes.get(Lane.of(ordinal)).locals();
  }

  /// Shows one person, who was there when the picture was taken.
  void show(int ordinal, View view) {
    lanes.get(Lane.of(ordinal)).show(Lane.local(ordinal), view);
  }

  private <A> List<A> sweep(Consumer<Sweep> watch, Supplier<Sweep.Worker<A>> workers) {
    var sweep = new Sweep(parts.size());
    watch.accept(sweep);
    return sweep.over(Runtime.getRuntime().availableProcessors(), workers);
  }

  /// A question about one person and a stretch of time.
  ///
  /// @param number where the answer goes
  record Asked(int ordinal, long fromMs, long toMs, int number) {}

  /// What each of some people paid in a stretch of time of their own.
  ///
  /// @param out at the number asked for, the revenue; changed
  void revenues(Consumer<Sweep> watch, List<Asked> asked, double[] out) {
    List<List<Asked>> byPart = byPart(asked);
    sweep(
        watch,
        () -> {
          var responses = new Responses();
          var view = new View(state);
          return number -> {
            Part part = parts.get(number);
            List<Responses.Stretch> inBlock =
                split(
                    part,
                    byPart.get(number),
                    view,
                    one -> out[one.number()] = Response.revenue(view, one.fromMs(), one.toMs()));
            if (part.block() != null && !inBlock.isEmpty()) {
              responses.revenues(part.block(), inBlock, out);
            }
            return true;
          };
        });
  }

  /// The messages each of some people clicked from an instant on.
  ///
  /// @param journeys at the number asked for, whose messages
  /// @param into at the number asked for, where their keys go; sets for several threads
  void clicks(
      Consumer<Sweep> watch, List<Asked> asked, List<String> journeys, List<Set<String>> into) {
    List<List<Asked>> byPart = byPart(asked);
    sweep(
        watch,
        () -> {
          var responses = new Responses();
          var view = new View(state);
          return number -> {
            Part part = parts.get(number);
            List<Responses.Stretch> inBlock =
                split(
                    part,
                    byPart.get(number),
                    view,
                    one ->
                        Response.clicks(
                            view,
                            one.fromMs(),
                            journeys.get(one.number()),
                            into.get(one.number())));
            if (part.block() != null && !inBlock.isEmpty()) {
              responses.clicks(part.block(), inBlock, journeys, into);
            }
            return true;
          };
        });
  }

  /// Whose ordinal came after the picture, or has no timeline, did nothing.
  private List<List<Asked>> byPart(List<Asked> asked) {
    var byPart = new ArrayList<List<Asked>>();
    parts.forEach(_ -> byPart.add(new ArrayList<>()));
    for (Asked one : asked) {
      int lane = Lane.of(one.ordinal());
      if (Lane.local(one.ordinal()) < lanes.get(lane).locals()) {
        byPart.get(firstPart[lane] + (Lane.local(one.ordinal()) >>> Timelines.RANGE_BITS)).add(one);
      }
    }
    byPart.forEach(ofPart -> ofPart.sort(java.util.Comparator.comparingInt(Asked::ordinal)));
    return byPart;
  }

  /// Asks those whose events are not all in the block.
  ///
  /// @param view is shown each of them
  /// @return the others, in order
  private static List<Responses.Stretch> split(
      Part part, List<Asked> asked, View view, Consumer<Asked> beside) {
    var inBlock = new ArrayList<Responses.Stretch>();
    Block block = part.block();
    for (Asked one : asked) {
      int local = Lane.local(one.ordinal());
      if (part.timelines().beside(local)) {
        part.timelines().show(local, view);
        beside.accept(one);
      } else if (block != null
          && local - part.from() < block.span()
          && part.timelines().inBlock(local)) {
        inBlock.add(
            new Responses.Stretch(local - part.from(), one.fromMs(), one.toMs(), one.number()));
      }
    }
    return inBlock;
  }
}
