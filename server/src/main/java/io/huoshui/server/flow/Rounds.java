package io.huoshui.server.flow;

import io.huoshui.server.flow.Round.Beat;
import io.huoshui.server.flow.Round.Place;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// All rounds, in their order.
@Component
class Rounds {
  private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

  private final List<Round> all;

  /// @throws IllegalStateException when two have one place: the same has to come of the same
  Rounds(List<Round> rounds) {
    var taken = new HashMap<Integer, String>();
    for (Round round : rounds) {
      Place place = round.place();
      String other = taken.putIfAbsent(place.order(), place.name());
      if (other != null) {
        throw new IllegalStateException(
            "Rounds '" + other + "' and '" + place.name() + "' both have order " + place.order());
      }
    }
    this.all =
        rounds.stream().sorted(Comparator.comparingInt(round -> round.place().order())).toList();
  }

  List<Place> places() {
    return all.stream().map(Round::place).toList();
  }

  /// One beat of the wall clock.
  void beat(Beat beat, Instant before, Instant now) {
    for (Round round : all) {
      if (round.place().beat() == beat) {
        try {
          round.pass(before, now);
        } catch (RuntimeException e) {
          // The next beat tries again, and /health shows what waits.
          LOG.warn("round {} failed: {}", round.place().name(), e.toString());
        }
      }
    }
  }

  /// A virtual clock is about to move.
  void before(Instant to) {
    all.forEach(round -> round.before(to));
  }

  /// A virtual clock moved. Whoever moved it is told what failed, once all had their turn.
  void after(Instant before, Instant now) {
    RuntimeException first = null;
    for (Round round : all) {
      if (round.place().order() != Place.ONLY_BEFORE) {
        try {
          round.pass(before, now);
        } catch (RuntimeException e) {
          if (first == null) {
            first = e;
          } else {
            first.addSuppressed(e);
          }
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
