package io.huoshui.engine.rehearsal;

import io.huoshui.engine.EngineException;
import io.huoshui.engine.Entry;
import io.huoshui.engine.Replica;
import io.huoshui.event.Event;
import io.huoshui.journey.Journey;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/// The door: plays a script over people, and says what came of it.
public final class Rehearsal {
  /// How far it has come.
  public record Progress(int day, int days, long events, long messages) {}

  /// What the report is to say beyond the counts.
  ///
  /// @param persons whose timelines, by the names of their profiles: `p17`
  /// @param sends whether a row per message
  public record Wanted(List<String> persons, boolean sends) {
    public static final Wanted NOTHING = new Wanted(List.of(), false);

    public Wanted {
      persons = List.copyOf(persons);
    }
  }

  private Rehearsal() {}

  /// @param people for this rehearsal only
  /// @throws ScriptException when the script can not be played on them
  public static Report run(Script script, People people, Consumer<Progress> watch) {
    return run(script, people, Wanted.NOTHING, () -> {}, watch);
  }

  /// @param ready is told when everybody is there and the rehearsal begins
  public static Report run(
      Script script, People people, Wanted wanted, Runnable ready, Consumer<Progress> watch) {
    try (Begun begun = begin(script, people)) {
      ready.run();
      while (begun.day()) {
        watch.accept(begun.progress());
      }
      return begun.report(wanted);
    }
  }

  /// Everybody is there, and the first day can be played.
  ///
  /// @param people for this rehearsal only
  /// @throws ScriptException when the script can not be played on them
  public static Begun begin(Script script, People people) {
    Replica replica = people.open();
    try {
      return new Begun(script, people, replica);
    } catch (RuntimeException | Error e) {
      replica.close();
      throw e;
    }
  }

  /// What happens at a moment because somebody planned it.
  private record Planned(long atMs, Runnable deed) {}

  /// A rehearsal that is played day by day. One thread at a time.
  public static final class Begun implements AutoCloseable {
    private final Script script;
    private final People people;
    private final Replica replica;
    private final long startMs;
    private final long endMs;
    private final long before;
    private final Measured measured;
    private final Outside outside;
    private final List<Planned> planned;
    private int next;
    private int day;
    private long atMs;

    private Begun(Script script, People people, Replica replica) {
      this.script = script;
      this.people = people;
      this.replica = replica;
      this.startMs = replica.now().toEpochMilli();
      this.endMs =
          replica.now().atZone(replica.zone()).plusDays(script.days()).toInstant().toEpochMilli();
      this.before = replica.events();
      this.atMs = startMs;
      this.measured = Measured.of(replica, script);
      define();
      this.outside = new Outside(script, measured.rates(), replica, people, endMs);
      this.planned = planned(outside);
    }

    /// Plays on until a day is over.
    ///
    /// @return false when nothing was left to play
    public boolean day() {
      long paceMs = script.pace().toMillis();
      for (long at = atMs + paceMs; at <= endMs; at += paceMs) {
        atMs = at;
        for (; next < planned.size() && planned.get(next).atMs() <= at; next++) {
          replica.advanceTo(Instant.ofEpochMilli(Math.max(planned.get(next).atMs(), nowMs())));
          planned.get(next).deed().run();
        }
        List<Event> events = events(outside, at);
        if (!events.isEmpty()) {
          replica.apply(new Entry.Events(at, events));
          outside.count(events);
        }
        replica.advanceTo(Instant.ofEpochMilli(at));
        outside.takeOutbox(at);
        outside.takeTasks(at);
        int days = (int) ((at - startMs) / (24 * Guides.HOUR));
        if (days > day) {
          day = days;
          return true;
        }
      }
      return false;
    }

    public Progress progress() {
      return new Progress(day, script.days(), replica.events() - before, outside.accepted);
    }

    /// What came of it, once nothing is left to play.
    public Report report(Wanted wanted) {
      return new Tally(
              new Tally.Over(script, people.source(), startMs, before), replica, outside, measured)
          .report(wanted);
    }

    /// What a later rehearsal would take from what came of this one's messages.
    ///
    /// @param atLeast see [Script.Reactions]
    public Measured seen(int atLeast) {
      return Measured.of(replica, script.with(new Script.Reactions(true, atLeast)));
    }

    @Override
    public void close() {
      replica.close();
    }

    private long nowMs() {
      return replica.now().toEpochMilli();
    }

    private List<Event> events(Outside outside, long toMs) {
      var events = new ArrayList<>(people.until(toMs));
      int own = events.size();
      outside.until(toMs, events);
      if (own > 0 && events.size() > own) {
        events.sort(Comparator.comparing(Event::time));
      }
      return events;
    }

    private void define() {
      for (Script.Audience audience : script.audiences()) {
        if (!audience.segment().isEmpty()
            && script.definitions().stream()
                .noneMatch(
                    each ->
                        each.kind() == Entry.Definition.SEGMENT
                            && each.name().equals(audience.segment()))
            && !replica.segments().contains(audience.segment())) {
          throw new ScriptException(
              "audience '" + audience.name() + "'",
              "segment '" + audience.segment() + "'",
              String.join(", ", replica.segments()));
        }
      }
      for (Script.Definition definition : script.definitions()) {
        try {
          replica.publish(definition.kind(), definition.name(), definition.json());
        } catch (EngineException | IllegalArgumentException e) {
          throw new ScriptException(
              definition.kind().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ')
                  + " '"
                  + definition.name()
                  + "'",
              e);
        }
      }
    }

    private long moment(int day, LocalTime time) {
      return Instant.ofEpochMilli(startMs)
          .atZone(replica.zone())
          .toLocalDate()
          .plusDays(day)
          .atTime(time)
          .atZone(replica.zone())
          .toInstant()
          .toEpochMilli();
    }

    private List<Planned> planned(Outside outside) {
      var planned = new ArrayList<Planned>();
      for (Script.Deed deed : script.deeds()) {
        journey(
            switch (deed) {
              case Script.Deed.Launch launch -> launch.journey();
              case Script.Deed.Call call -> call.journey();
              case Script.Deed.Steer steer -> steer.journey();
            });
        planned.add(new Planned(moment(deed.day(), deed.at()), () -> perform(deed)));
      }
      for (Script.Crowd crowd : script.crowds()) {
        long at = moment(crowd.day(), crowd.at());
        if (!replica.segments().contains(crowd.segment())) {
          throw new ScriptException(
              "crowds", "segment '" + crowd.segment() + "'", String.join(", ", replica.segments()));
        }
        planned.add(new Planned(at, () -> outside.crowd(crowd, at)));
      }
      planned.sort(Comparator.comparingLong(Planned::atMs));
      return planned;
    }

    private Journey journey(String name) {
      Journey journey = replica.latest(name);
      if (journey == null) {
        throw new ScriptException(
            "launch, calls or steer",
            "journey '" + name + "'",
            String.join(", ", replica.journeys()));
      }
      return journey;
    }

    private void perform(Script.Deed deed) {
      switch (deed) {
        case Script.Deed.Launch(String name, int _, LocalTime _) -> {
          if (!(journey(name).entry() instanceof Journey.Entry.OfAudience(String audience))) {
            throw new ScriptException(
                "launch", "journey '" + name + "'", "journeys whose entry is an audience");
          }
          Script.Audience wanted = script.audience(audience);
          if (wanted != null) {
            replica.freeze(audience, wanted.segment(), wanted.rule());
          } else if (replica.segments().contains(audience)) {
            replica.freeze(audience, audience, "");
          }
          replica.apply(new Entry.Launched(nowMs(), name));
        }
        case Script.Deed.Call(String name, String segment, String key, int _, LocalTime _) ->
            replica.apply(
                new Entry.Called(nowMs(), journey(name).name(), key, replica.members(segment)));
        case Script.Deed.Steer(String name, var steering, int _, LocalTime _) ->
            replica.apply(new Entry.Steered(nowMs(), journey(name).name(), steering, "rehearsal"));
      }
    }
  }
}
