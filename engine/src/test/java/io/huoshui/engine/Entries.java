package io.huoshui.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import org.roaringbitmap.RoaringBitmap;

/// Random records that fit a state.
final class Entries {
  private Entries() {}

  /// One random thing that happens to a brand: events, time, a merge, an unmerge, an audience.
  ///
  /// @param number how many happened before: no audience is frozen among the first ten
  static Entry random(State state, Dice dice, Lives lives, int number) {
    long nowMs = state.nowMs();
    return switch (dice.roll(13)) {
      case 0, 1 -> new Entry.Ticked(nowMs + dice.roll(9 * 3_600_000));
      case 2 -> new Entry.Ticked(midnight(state, dice.between(1, 3)).toEpochMilli());
      case 3 -> new Entry.Ticked(nowMs + Duration.ofDays(dice.between(1, 40)).toMillis());
      case 4 -> {
        if (state.graph.nodes() > 1) {
          int a = dice.roll(state.graph.nodes());
          int b = dice.roll(state.graph.nodes());
          yield new Entry.Joined(
              nowMs, state.graph.identifier(a), state.graph.identifier(b), "d", "ops");
        }
        yield events(state, dice, lives);
      }
      case 5 ->
          state.graph.links() > 0
              ? new Entry.Severed(nowMs, dice.roll(state.graph.links()), "ops")
              : events(state, dice, lives);
      case 7 ->
          dice.chance(30) && state.graph.nodes() > 0
              ? erased(state, dice.roll(state.graph.nodes()))
              : events(state, dice, lives);
      case 6 -> {
        if (number <= 10) {
          yield events(state, dice, lives);
        }
        yield dice.chance(50)
            ? new Entry.Frozen(nowMs, "early", "seen")
            : new Entry.Chosen(nowMs, "early", "by hand", some(state, dice));
      }
      default -> events(state, dice, lives);
    };
  }

  /// Nodes that name a profile now, did once, or never will.
  private static RoaringBitmap some(State state, Dice dice) {
    var some = new RoaringBitmap();
    dice.list(0, 6, () -> dice.roll(state.graph.nodes() + 2)).forEach(some::add);
    return some;
  }

  private static Entry erased(State state, int node) {
    int[] person = state.graph.members(state.graph.profileOf(node));
    return new Entry.Erased(state.nowMs(), Arrays.stream(person).boxed().toList(), "ops");
  }

  private static Entry events(State state, Dice dice, Lives lives) {
    return new Entry.Events(state.nowMs() + dice.roll(3_600_000), lives.batch(state.now(), 12));
  }

  private static Instant midnight(State state, int days) {
    LocalDate day = state.now().atZone(state.zone()).toLocalDate();
    return day.plusDays(days).atStartOfDay(state.zone()).toInstant();
  }
}
