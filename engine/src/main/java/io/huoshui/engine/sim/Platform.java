package io.huoshui.engine.sim;

import io.huoshui.reach.Channel.Envelope;
import io.huoshui.reach.Channel.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A platform that takes, refuses, is busy, answers late or not at all, and remembers every message
/// it took: a second one of the same key is a broken promise.
final class Platform {
  private final Chance chance;

  /// Keys it took, with its own ids.
  private final Map<String, String> taken = new TreeMap<>();

  private int calls;

  Platform(Chance chance) {
    this.chance = chance;
  }

  int has() {
    return taken.size();
  }

  /// @return the answer, or null when it is lost on the way
  @Nullable List<Outcome> handOver(String batch, List<Envelope> envelopes) {
    calls++;
    for (Envelope envelope : envelopes) {
      again(envelope, batch);
    }
    if (envelopes.stream().anyMatch(envelope -> poisonous(envelope.key()))) {
      return Collections.nCopies(envelopes.size(), new Outcome.Poisoned("E40", "bad parameter"));
    }
    if (chance.oneIn(120)) {
      return Collections.nCopies(envelopes.size(), new Outcome.Halted("E41", "template rejected"));
    }
    int mood = chance.roll(12);
    var outcomes = new ArrayList<Outcome>();
    for (Envelope envelope : envelopes) {
      outcomes.add(
          switch (mood) {
            case 0 -> new Outcome.Later("busy", "slow down", chance.roll(60));
            case 1 -> chance.percent(50) ? take(batch, envelope) : refusal();
            case 2 -> {
              if (chance.percent(60)) {
                take(batch, envelope);
              }
              yield new Outcome.Unknown("timed out");
            }
            case 3 ->
                chance.percent(50)
                    ? take(batch, envelope)
                    : new Outcome.Later("limit", "later", chance.roll(60));
            default -> chance.percent(95) ? take(batch, envelope) : refusal();
          });
    }
    return mood >= 4 && mood <= 6 && chance.percent(70) ? null : outcomes;
  }

  private void again(Envelope envelope, String batch) {
    if (taken.containsKey(envelope.key())) {
      throw new Broken(
          "'"
              + envelope.key()
              + "' was sent twice: the platform took it as "
              + taken.get(envelope.key())
              + ", and gets it again in batch "
              + batch);
    }
  }

  /// A call with such a message in it is refused whole, whatever else is in it.
  private static boolean poisonous(String key) {
    return Math.floorMod(key.hashCode(), 37) == 0;
  }

  private Outcome take(String batch, Envelope envelope) {
    String id = "m" + calls + "-" + taken.size();
    taken.put(envelope.key(), id + batch);
    return new Outcome.Accepted(id);
  }

  private static Outcome refusal() {
    return new Outcome.Refused("E7", "blocked the sender");
  }

  /// What it has of a batch whose answer was lost.
  List<Outcome> reconcile(List<Envelope> envelopes) {
    boolean knows = chance.percent(80);
    return envelopes.stream()
        .<Outcome>map(
            envelope -> {
              String id = taken.get(envelope.key());
              if (!knows && chance.percent(50)) {
                return new Outcome.Unknown("asked too early");
              }
              return id == null ? new Outcome.Absent() : new Outcome.Accepted(id);
            })
        .toList();
  }

  /// Some messages it took, for receipts.
  List<String> some(int most) {
    return chance.shuffled(List.copyOf(taken.keySet())).stream().limit(most).toList();
  }
}
