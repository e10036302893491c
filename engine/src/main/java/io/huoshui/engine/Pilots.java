package io.huoshui.engine;

import io.huoshui.audience.Audience;
import io.huoshui.engine.columns.Sweep;
import io.huoshui.insight.Uplift;
import io.huoshui.journey.Autopilot;
import io.huoshui.journey.Journey;
import io.huoshui.journey.Position;
import io.huoshui.journey.Steering;
import io.huoshui.profile.Person;
import io.huoshui.reach.Reason;
import io.huoshui.reach.Touchpoint;
import io.huoshui.trial.Pilot;
import io.huoshui.trial.Pilot.Decided;
import io.huoshui.trial.Pilot.Decision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// Journeys that let their audience in by cohorts: whose turn it is, what is known, and the record
/// of what was decided. The rule is [Pilot].
final class Pilots {
  private Pilots() {}

  /// @param at when it is decided
  record Due(String journey, Instant at) {}

  /// The decision that is due first; null when none is. One of a journey that is paused, or runs
  /// empty, waits until it runs.
  static @Nullable Due next(State at) {
    Due first = null;
    for (Map.Entry<String, List<Decided>> each : at.piloted.entrySet()) {
      Journey journey = at.latest(each.getKey());
      if (journey != null && at.steering(journey.name()) == Steering.RUNNING) {
        Instant next = Pilot.next(journey, each.getValue());
        if (next != null && (first == null || next.isBefore(first.at()))) {
          first = new Due(journey.name(), next);
        }
      }
    }
    return first;
  }

  static Decided launched(Instant now) {
    return new Decided(
        now, Pilot.Act.RELEASE, Pilot.Why.LAUNCHED, 0, Pilot.Measured.NOTHING, null, "");
  }

  /// Whoever of the journey's audience never entered.
  static RoaringBitmap left(State at, Journey journey) {
    var left = new RoaringBitmap();
    Audience audience =
        journey.entry() instanceof Journey.Entry.OfAudience(String name)
            ? at.audiences.get(name)
            : null;
    if (audience != null) {
      at.present(audience.members())
          .forEach(
              (int profile) -> {
                if (at.graph.person(profile)
                    && !at.onJourney(profile, journey.name(), Person.Standing.ENTERED)) {
                  left.add(profile);
                }
              });
    }
    return left;
  }

  static RoaringBitmap cohort(State at, Journey journey, long most) {
    return Pilot.cohort(journey.name(), left(at, journey), most);
  }

  /// What has to be known to decide, at one instant; null when nothing is due.
  static @Nullable Question question(State at) {
    Due due = next(at);
    return due == null || due.at().isAfter(at.now()) ? null : question(at, due.journey());
  }

  static @Nullable Question question(State at, String name) {
    Journey journey = at.latest(name);
    return journey == null || journey.pilot() == null ? null : new Question(at, journey);
  }

  /// Asked of a picture, while events go on being taken.
  static final class Question {
    private final Picture picture;
    private final Journey journey;
    private final int decisions;
    private final long spentFen;

    private final List<Position> positions = new ArrayList<>();
    private final List<Touchpoint> touchpoints;
    private final int[] profiles;
    private final int[] ordinals;

    /// The state must not change meanwhile: it is only copied.
    Question(State at, Journey journey) {
      this.picture = new Picture(at);
      this.journey = journey;
      this.decisions = at.piloted.getOrDefault(journey.name(), List.of()).size();
      this.spentFen = at.spentFen(journey.name());
      this.profiles = at.graph.profilesOf();
      this.ordinals = at.ordinals.ofNodes();
      for (Position position : at.positions()) {
        if (position.journey().equals(journey.name())
            && at.graph.person(profiles[position.profile()])) {
          positions.add(position);
        }
      }
      this.touchpoints = at.touchpoints();
    }

    /// Per person the first position, where the goal's time is over.
    private List<Position> over() {
      var over = new ArrayList<Position>();
      var seen = new BitSet();
      positions.sort(
          Comparator.comparing(Position::enteredAt)
              .thenComparingInt(Position::profile)
              .thenComparing(Position::entry));
      for (Position position : positions) {
        if (!seen.get(profiles[position.profile()])) {
          seen.set(profiles[position.profile()]);
          if (!ends(position).isAfter(picture.now())) {
            over.add(position);
          }
        }
      }
      return over;
    }

    private boolean wentOut(Touchpoint touchpoint) {
      return touchpoint.journey().equals(journey.name())
          && touchpoint.reason() == Reason.SENT
          && switch (touchpoint.delivery().stage()) {
            case ACCEPTED, DELIVERED, FAILED -> true;
            case WAITING, HANDED -> false;
          };
    }

    private Instant ends(Position position) {
      Journey.Goal goal = journey.goal();
      return goal == null ? Instant.MAX : position.enteredAt().plus(goal.within().exact());
    }

    Pilot.Measured measure(Consumer<Sweep> watch) {
      List<Position> over = over();
      var asked = new ArrayList<Picture.Asked>();
      for (int i = 0; i < over.size(); i++) {
        int profile = profiles[over.get(i).profile()];
        if (profile < ordinals.length && ordinals[profile] >= 0) {
          asked.add(
              new Picture.Asked(
                  ordinals[profile],
                  over.get(i).enteredAt().toEpochMilli(),
                  ends(over.get(i)).toEpochMilli(),
                  i));
        }
      }
      double[] revenues = new double[over.size()];
      picture.revenues(watch, asked, revenues);
      Uplift.Arm treated = Uplift.Arm.EMPTY;
      Uplift.Arm heldOut = Uplift.Arm.EMPTY;
      var counted = new BitSet();
      for (int i = 0; i < revenues.length; i++) {
        if (over.get(i).heldOut()) {
          heldOut = heldOut.plus(revenues[i]);
        } else {
          treated = treated.plus(revenues[i]);
          counted.set(profiles[over.get(i).profile()]);
        }
      }
      long cost = 0;
      for (Touchpoint touchpoint : touchpoints) {
        if (wentOut(touchpoint) && counted.get(profiles[touchpoint.profile()])) {
          cost += touchpoint.costFen();
        }
      }
      return new Pilot.Measured(treated, heldOut, cost, spentFen);
    }

    /// What was decided, for the log; null when somebody decided meanwhile.
    Entry.@Nullable Piloted entry(State at, Pilot.Measured measured, long nowMs) {
      Due due = next(at);
      Journey now = at.latest(journey.name());
      Autopilot plan = now == null ? null : now.pilot();
      List<Decided> story = at.piloted.getOrDefault(journey.name(), List.of());
      if (due == null
          || plan == null
          || now == null
          || !due.journey().equals(journey.name())
          || story.size() != decisions) {
        return null;
      }
      RoaringBitmap left = left(at, now);
      Decision decision = Pilot.decide(plan, story, measured, left.getLongCardinality());
      return new Entry.Piloted(
          nowMs,
          journey.name(),
          decision.act(),
          decision.why(),
          measured,
          Pilot.roi(plan, measured),
          "",
          decision instanceof Decision.Release(long people, Pilot.Why _)
              ? Pilot.cohort(journey.name(), left, people)
              : new RoaringBitmap());
    }
  }

  /// What somebody decided, for the log. They see the numbers; none are written down as theirs.
  static Entry.Piloted byHand(State at, Journey journey, Pilot.Act act, String who, long nowMs) {
    Autopilot plan = journey.pilot();
    List<Decided> story = at.piloted.get(journey.name());
    if (plan == null || story == null) {
      throw refused(
          "Journey '"
              + journey.name()
              + (plan == null ? "' has no autopilot." : "' was not launched: launch it first."));
    }
    var cohort = new RoaringBitmap();
    switch (act) {
      case RELEASE -> {
        if (at.steering(journey.name()) != Steering.RUNNING) {
          throw refused(
              "Journey '"
                  + journey.name()
                  + "' is "
                  + at.steering(journey.name()).wire()
                  + ": let it run first.");
        }
        RoaringBitmap left = left(at, journey);
        long people = Pilot.byHand(plan, story, left.getLongCardinality());
        if (people == 0) {
          throw refused("Nobody is left to enter journey '" + journey.name() + "'.");
        }
        cohort = Pilot.cohort(journey.name(), left, people);
      }
      case STOP, RESUME -> {
        boolean stopped =
            story.getLast().act() == Pilot.Act.STOP || story.getLast().act() == Pilot.Act.DONE;
        if (stopped == (act == Pilot.Act.STOP)) {
          throw refused(
              "The autopilot of journey '"
                  + journey.name()
                  + (stopped ? "' stands already." : "' goes on already."));
        }
      }
      case WAIT, DONE -> throw refused("Nobody decides to " + act.wire() + " by hand.");
    }
    return new Entry.Piloted(
        nowMs, journey.name(), act, Pilot.Why.BY_HAND, Pilot.Measured.NOTHING, null, who, cohort);
  }

  private static EngineException refused(String why) {
    return new EngineException(EngineException.Code.REFUSED, why);
  }
}
