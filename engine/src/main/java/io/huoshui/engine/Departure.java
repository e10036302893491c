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

  /// What leaves next on a channel, in the order in which messages were wished for.
  ///
  /// @return null when nothing may
  @Nullable Next next(State state, ChannelKind channel, int most, Instant now) {
    var chosen = new ArrayList<Touchpoint>();
    boolean recalls = false;
    int size = most;
    View view = state.view();
    for (int index : state.outbox) {
      Touchpoint each = state.touchpoint(index);
      if (each.channel() != channel || halted.containsKey(each.template())) {
        continue;
      }
      if (chosen.isEmpty()) {
        recalls = !mayLeave(state, view, each, now);
        size = recalls ? most : Math.min(most, suspects.getOrDefault(index, most));
      } else if (recalls == mayLeave(state, view, each, now)
          || (!recalls
              && (suspects.getOrDefault(index, most) != size
                  || !together(chosen.getFirst(), each)))) {
        continue;
      }
      chosen.add(each);
      if (chosen.size() == size) {
        break;
      }
    }
    return chosen.isEmpty() ? null : new Next(recalls, chosen);
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

  private static boolean together(Touchpoint one, Touchpoint other) {
    return one.template().equals(other.template())
        && one.sender().equals(other.sender())
        && one.attachments().equals(other.attachments())
        && (one.channel() != ChannelKind.WECOM || one.text().equals(other.text()));
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
