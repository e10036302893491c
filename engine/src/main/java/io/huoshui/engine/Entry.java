package io.huoshui.engine;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.journey.Steering;
import io.huoshui.reach.Channel.Outcome;
import io.huoshui.trial.Pilot;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// One record of the log: the only way in which the engine's state changes.
public sealed interface Entry {
  /// The clock when it was written, milliseconds; the state's clock never goes back.
  long nowMs();

  /// What the state depends on besides events: written first, and again when the address of links
  /// changes. The zone never changes, because days already counted would be other days.
  record Configured(long nowMs, String zone, String linkBase) implements Entry {}

  record Events(long nowMs, List<Event> events) implements Entry {
    public Events {
      events = List.copyOf(events);
    }
  }

  /// What kind of definition was published.
  enum Definition {
    SEGMENT,
    JOURNEY,
    TEMPLATE,
    COUPON_TEMPLATE,
    GATE_POLICY,
    EVENT_TYPE,
    TAG_GROUP,
    /// Frozen or chosen, never published; it can be retired.
    AUDIENCE,
    /// Carried out by the journey of its name.
    TRIAL
  }

  /// @param json the definition; PostgreSQL holds its drafts and history
  record Published(long nowMs, Definition kind, String name, int version, String json)
      implements Entry {}

  /// A definition is in force no more.
  record Retired(long nowMs, Definition kind, String name) implements Entry {}

  /// Whoever satisfies a rule now becomes an audience.
  ///
  /// @param segment whose rule; or
  /// @param text a rule in its text form
  /// @param again whether an audience of this name is frozen anew; else it stays as it is
  record Frozen(long nowMs, String audience, String segment, String text, String who, boolean again)
      implements Entry {
    public Frozen(long nowMs, String audience, String segment) {
      this(nowMs, audience, segment, "", "", false);
    }
  }

  /// Somebody's choice of people becomes an audience: not by a rule that could be asked again, so
  /// the people themselves are written down.
  ///
  /// @param text how they were chosen
  /// @param again whether they take the place of an audience of this name; else it stays as it is
  /// @param members names of profiles; belongs to this entry alone
  record Chosen(
      long nowMs, String audience, String text, String who, boolean again, RoaringBitmap members)
      implements Entry {
    public Chosen(long nowMs, String audience, String text, RoaringBitmap members) {
      this(nowMs, audience, text, "", false, members);
    }

    public Chosen {
      members = members.clone();
      members.runOptimize();
    }
  }

  /// People are given a tag, or lose it, by a decision that is not theirs: by hand, or by a list.
  ///
  /// @param source what the events on their timelines say as theirs: `manual`, `import`
  /// @param why in words; may be empty
  /// @param members names of profiles, of each one whose tag changes; belongs to this entry alone
  record Tagged(
      long nowMs,
      String tag,
      boolean on,
      String source,
      String who,
      String why,
      RoaringBitmap members)
      implements Entry {
    public Tagged {
      members = members.clone();
      members.runOptimize();
    }
  }

  /// Everybody in the journey's audience enters.
  record Launched(long nowMs, String journey) implements Entry {}

  /// Another system names people who enter.
  ///
  /// @param key tells several entries of one person apart, where the journey has keys
  /// @param members names of profiles; belongs to this entry alone
  record Called(long nowMs, String journey, String key, RoaringBitmap members) implements Entry {
    public Called {
      members = members.clone();
      members.runOptimize();
    }
  }

  /// Somebody pauses a journey, lets it go on, or lets it run empty.
  record Steered(long nowMs, String journey, Steering steering, String who) implements Entry {}

  /// Whoever is on a version comes to the newest.
  ///
  /// @param to by the id of a wait, the wait of the newest version that takes its place; empty to
  ///   leave. Others go to the one of the same id
  record Migrated(long nowMs, String journey, int version, Map<String, String> to, String who)
      implements Entry {
    public Migrated {
      to = Map.copyOf(to);
    }
  }

  record Ticked(long nowMs) implements Entry {}

  /// Nothing ran until now: what was due meanwhile is late.
  record Resumed(long nowMs) implements Entry {}

  /// A person decided that two identifiers are one customer.
  record Joined(long nowMs, Identifier one, Identifier other, String decision, String who)
      implements Entry {}

  /// A person decided that a link is wrong.
  record Severed(long nowMs, int link, String who) implements Entry {}

  /// A person asked to be forgotten.
  ///
  /// @param nodes all that is one person then: the identifiers themselves are not written again
  record Erased(long nowMs, List<Integer> nodes, String who) implements Entry {
    public Erased {
      nodes = List.copyOf(nodes);
    }
  }

  /// A guide is no more with the brand, or is back.
  ///
  /// @param successor who takes over; empty when nobody does
  record Staffed(long nowMs, String guide, boolean left, String successor, String who)
      implements Entry {}

  /// Messages that were let out and could not leave in time: the gate is asked about them anew.
  record Recalled(long nowMs, List<String> keys) implements Entry {
    public Recalled {
      keys = List.copyOf(keys);
    }
  }

  /// Written before a batch is handed to its platform.
  record HandedOver(long nowMs, String batch, List<String> keys) implements Entry {
    public HandedOver {
      keys = List.copyOf(keys);
    }
  }

  /// What the platform said, one outcome per key of the batch.
  record Answered(long nowMs, String batch, List<Outcome> outcomes) implements Entry {
    public Answered {
      outcomes = List.copyOf(outcomes);
    }
  }

  /// It was decided whether a journey with an autopilot lets its next cohort in: by itself, or by
  /// somebody.
  ///
  /// @param measured the numbers it was decided on
  /// @param roi what they say, null when too few people said anything
  /// @param who decided; empty when it was the autopilot
  /// @param cohort names of profiles that enter; belongs to this entry alone
  record Piloted(
      long nowMs,
      String journey,
      Pilot.Act act,
      Pilot.Why why,
      Pilot.Measured measured,
      Pilot.@Nullable Roi roi,
      String who,
      RoaringBitmap cohort)
      implements Entry {}
}
