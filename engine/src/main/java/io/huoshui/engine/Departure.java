package io.huoshui.engine;

import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Gate;
import io.huoshui.reach.Touchpoint;
import io.huoshui.reach.Turns;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What of the outbox leaves next, and what stands in the way of the rest: the paces, templates
/// that a platform takes no more, and calls with something in them that spoils them.
final class Departure {
  /// What was let out and waited longer in the outbox, because the platform was down or others went
  /// first, is asked about anew: the person may have heard other messages, or have said no.
  static final Duration FRESH = Duration.ofMinutes(10);

  final Turns turns = new Turns();

  /// By message that waits for its turn, how many queues it has been through.
  final NavigableMap<Integer, Integer> passed = new TreeMap<>();

  /// Messages of which one spoiled a call, with how many of them may be in one now.
  final NavigableMap<Integer, Integer> suspects = new TreeMap<>();

  /// By template.
  final NavigableMap<String, Halt> halted = new TreeMap<>();

  /// That a platform takes nothing of a template until somebody changes it.
  record Halt(String code, String why, long sinceMs) {}

  /// @param recalled whether the gate is to be asked about them; else they may leave together
  record Next(boolean recalled, List<Touchpoint> messages) {}

  /// What leaves next on a channel, in the order in which messages were wished for: of those that
  /// go together with the first of all, as many as go at once. When the first may not leave any
  /// more, those of them that may not are decided anew before anything leaves.
  ///
  /// @return null when nothing may
  @Nullable Next next(State state, ChannelKind channel, int most, Instant now) {
    List<Integer> window = state.outbox.next(channel, most, halted.keySet());
    if (window.isEmpty()) {
      return null;
    }
    View view = state.view();
    var chosen = new ArrayList<Touchpoint>(window.size());
    boolean leaves = mayLeave(state, view, state.touchpoint(window.getFirst()), now);
    for (int index : window) {
      Touchpoint each = state.touchpoint(index);
      if (mayLeave(state, view, each, now) == leaves) {
        chosen.add(each);
      }
    }
    return new Next(!leaves, chosen);
  }

  /// How many messages may be in one call with one.
  int together(int index) {
    return suspects.isEmpty() ? Integer.MAX_VALUE : suspects.getOrDefault(index, Integer.MAX_VALUE);
  }

  private static boolean mayLeave(State state, View view, Touchpoint touchpoint, Instant now) {
    return !since(touchpoint).plus(FRESH).isBefore(now)
        && Gate.mayLeave(
            touchpoint.channel(),
            state.category(touchpoint.template()),
            view.of(state.graph.profileOf(touchpoint.profile())),
            state.gatePolicy(),
            now,
            state.zone());
  }

  /// Since when a message that is in the outbox might have left.
  static Instant since(Touchpoint touchpoint) {
    Instant since = touchpoint.delivery().at();
    return since == null ? touchpoint.due() : since;
  }

  /// A call of so many was spoiled: each of them goes with half as many.
  void suspect(int index, int of) {
    suspects.put(index, Math.max(1, of / 2));
  }

  /// As lines, the same for the same.
  @Override
  public String toString() {
    return turns + " " + passed + " " + suspects + " " + halted;
  }

  Map<String, Halt> halts() {
    return Map.copyOf(halted);
  }
}
