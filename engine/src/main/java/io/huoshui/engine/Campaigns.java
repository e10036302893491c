package io.huoshui.engine;

import io.huoshui.engine.columns.Sweep;
import io.huoshui.insight.CampaignReport;
import io.huoshui.insight.Uplift;
import io.huoshui.journey.Journey;
import io.huoshui.journey.Position;
import io.huoshui.profile.EventPattern;
import io.huoshui.reach.Reason;
import io.huoshui.reach.Touchpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// The reports of all journeys anybody entered, as of one instant.
final class Campaigns {
  private final Picture picture;
  private final List<Journey> journeys = new ArrayList<>();
  private final List<Position> positions;
  private final List<Touchpoint> touchpoints;

  /// Per node its profile, per profile its ordinal.
  private final int[] profiles;

  private final int[] ordinals;

  /// The state must not change meanwhile.
  Campaigns(State at) {
    this.picture = new Picture(at);
    at.journeys.values().forEach(versions -> journeys.add(versions.lastEntry().getValue()));
    this.positions = at.positions();
    this.touchpoints = at.touchpoints();
    this.profiles = at.graph.profilesOf();
    this.ordinals = at.ordinals.ofNodes();
  }

  private int ordinal(int profile) {
    return profile < ordinals.length ? ordinals[profile] : -1;
  }

  /// Somebody who entered more than once, or was merged, is one person with one revenue.
  private record Entered(List<Position> positions, List<Position> people) {}

  /// In the order in which the journeys were published.
  List<CampaignReport> reports(Consumer<Sweep> watch) {
    Map<String, Entered> entered = entered();
    var asked = new ArrayList<Picture.Asked>();
    int people = 0;
    for (Journey journey : journeys) {
      Entered of = entered.get(journey.name());
      if (of != null) {
        for (Position position : of.people()) {
          add(asked, position.profile(), position, journey, people++);
        }
      }
    }
    double[] revenues = new double[people];
    picture.revenues(watch, asked, revenues);

    var messages = new HashMap<String, List<Touchpoint>>();
    for (Touchpoint touchpoint : touchpoints) {
      messages.computeIfAbsent(touchpoint.journey(), _ -> new ArrayList<>()).add(touchpoint);
    }
    Map<String, Set<String>> clicked = clicked(watch, messages);
    var reports = new ArrayList<CampaignReport>();
    int next = 0;
    for (Journey journey : journeys) {
      Entered of = entered.get(journey.name());
      if (of != null) {
        reports.add(
            report(
                journey,
                of,
                revenues,
                next,
                messages.getOrDefault(journey.name(), List.of()),
                clicked.getOrDefault(journey.name(), Set.of()).size()));
        next += of.people().size();
      }
    }
    return reports;
  }

  private void add(
      List<Picture.Asked> asked, int node, Position position, Journey journey, int number) {
    int ordinal = ordinal(profiles[node]);
    if (ordinal >= 0) {
      Journey.Goal goal = journey.goal();
      long to =
          goal == null
              ? Long.MAX_VALUE
              : position.enteredAt().plus(goal.within().exact()).toEpochMilli();
      asked.add(new Picture.Asked(ordinal, position.enteredAt().toEpochMilli(), to, number));
    }
  }

  private Map<String, Entered> entered() {
    var entered = new LinkedHashMap<String, Entered>();
    var counted = new HashMap<String, BitSet>();
    for (Position position : positions) {
      Entered of =
          entered.computeIfAbsent(
              position.journey(), _ -> new Entered(new ArrayList<>(), new ArrayList<>()));
      BitSet seen = counted.computeIfAbsent(position.journey(), _ -> new BitSet());
      of.positions().add(position);
      int profile = profiles[position.profile()];
      if (!seen.get(profile)) {
        seen.set(profile);
        of.people().add(position);
      }
    }
    return entered;
  }

  /// Per journey the messages whose links were clicked, each by whom it went to.
  private Map<String, Set<String>> clicked(
      Consumer<Sweep> watch, Map<String, List<Touchpoint>> messages) {
    var names = new ArrayList<String>();
    var keys = new ArrayList<Set<String>>();
    var asked = new ArrayList<Picture.Asked>();
    var found = new HashMap<String, Set<String>>();
    long[] earliestMs = new long[profiles.length];
    Arrays.fill(earliestMs, Long.MAX_VALUE);
    messages.forEach(
        (name, sent) -> {
          Set<String> ofJourney = ConcurrentHashMap.newKeySet();
          int number = names.size();
          names.add(name);
          keys.add(ofJourney);
          found.put(name, ofJourney);
          // Clicks after the first message contain those after any other.
          for (Touchpoint touchpoint : sent) {
            int profile = profiles[touchpoint.profile()];
            earliestMs[profile] = Math.min(earliestMs[profile], touchpoint.due().toEpochMilli());
          }
          for (Touchpoint touchpoint : sent) {
            int profile = profiles[touchpoint.profile()];
            if (earliestMs[profile] != Long.MAX_VALUE && ordinal(profile) >= 0) {
              asked.add(
                  new Picture.Asked(ordinal(profile), earliestMs[profile], Long.MAX_VALUE, number));
            }
            earliestMs[profile] = Long.MAX_VALUE;
          }
        });
    picture.clicks(watch, asked, names, keys);
    return found;
  }

  private static CampaignReport report(
      Journey journey,
      Entered entered,
      double[] revenues,
      int from,
      List<Touchpoint> touchpoints,
      long clicked) {
    Uplift.Arm treated = Uplift.Arm.EMPTY;
    Uplift.Arm heldOut = Uplift.Arm.EMPTY;
    long converted = 0;
    long heldConverted = 0;
    int next = from;
    for (Position position : entered.people()) {
      double revenue = revenues[next++];
      long reached = position.goalAt() == null ? 0 : 1;
      if (position.heldOut()) {
        heldOut = heldOut.plus(revenue);
        heldConverted += reached;
      } else {
        treated = treated.plus(revenue);
        converted += reached;
      }
    }
    var verdicts = new TreeMap<String, Long>();
    long sent = 0;
    long delivered = 0;
    long cost = 0;
    for (Touchpoint touchpoint : touchpoints) {
      verdicts.merge(touchpoint.reason().wire(), 1L, Long::sum);
      if (touchpoint.reason() == Reason.SENT) {
        switch (touchpoint.delivery().stage()) {
          case ACCEPTED, DELIVERED, FAILED -> {
            sent++;
            cost += touchpoint.costFen();
          }
          case WAITING, HANDED -> {}
        }
        delivered += touchpoint.delivered() ? 1 : 0;
      }
    }
    return new CampaignReport(
        journey.name(),
        journey.title(),
        switch (journey.entry()) {
          case Journey.Entry.OfAudience(String audience) -> audience;
          case Journey.Entry.OfSegment(String segment) -> segment;
          case Journey.Entry.OfEvent(EventPattern event) -> event.event();
          case Journey.Entry.OfCall() -> "call";
          case Journey.Entry.OfLeaving _, Journey.Entry.OnSchedule _ -> journey.entrySegment();
        },
        true,
        entered.positions().getFirst().enteredAt(),
        entered.people().size(),
        verdicts,
        sent,
        delivered,
        clicked,
        converted,
        (long) treated.sum(),
        new CampaignReport.HoldOut(heldOut.people(), heldConverted, (long) heldOut.sum()),
        cost,
        journey.holdOutShare() == 0 ? null : Uplift.of(treated, heldOut));
  }
}
