package io.huoshui.engine;

import io.huoshui.audience.Condition;
import io.huoshui.audience.RuleText;
import io.huoshui.audience.Segment;
import io.huoshui.engine.columns.Traits;
import io.huoshui.engine.disk.DiskException;
import io.huoshui.engine.picks.Answers;
import io.huoshui.event.Event;
import io.huoshui.event.EventCatalogue;
import io.huoshui.event.Identifier;
import io.huoshui.identity.Link;
import io.huoshui.journey.Journey;
import io.huoshui.journey.JourneyJson;
import io.huoshui.journey.Migration;
import io.huoshui.journey.Steering;
import io.huoshui.json.Json;
import io.huoshui.profile.EventPattern;
import io.huoshui.reach.Channel.Envelope;
import io.huoshui.reach.Channel.Outcome;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.GatePolicy;
import io.huoshui.reach.Guides;
import io.huoshui.reach.Touchpoint;
import io.huoshui.tag.Tag;
import io.huoshui.tag.TagGroup;
import io.huoshui.tag.TagGroupJson;
import io.huoshui.trial.Pilot;
import io.huoshui.trial.Trial;
import io.huoshui.trial.TrialJson;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// The engine's door. One thread writes: it collects what waits, leaves out what was taken before,
/// makes the rest durable with one synced write, applies it with a crew of as many threads as there
/// are cores, and only then answers. Readers see the state between two writes.
public final class Engine implements AutoCloseable {
  /// Bounds what waits: events on their way through, and requests whatever is in them.
  private static final int MOST_EVENTS = 100_000;

  private static final int MOST_REQUESTS = 8_192;

  /// A record of the log is one instant; it gets no longer than this however many wait.
  private static final int RECORD_EVENTS = 10_000;

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /// What happens within this time of when it was due is in time.
  private static final Duration LATE = Duration.ofMinutes(1);

  /// How long after a cleaning that failed the next begins by itself.
  private static final Duration AGAIN = Duration.ofHours(1);

  /// How the engine goes about its work. What it makes of the log does not depend on it.
  ///
  /// @param threads how many share the lanes, the one that writes included
  /// @param inline whoever asks does the writing too, on the thread it asks on, and no other thread
  ///   is begun. One thread at a time may ask then
  /// @param keepLeast a checkpoint is worth writing after so many events, or an eighth of all
  /// @param keepMost and not later than after so many: that bounds both what a restart reads and
  ///   what is written again and again
  /// @param keepOnClose fewer events since the last are read again faster than a close should take
  /// @param cleanWithin a person who was erased is in no file any more when this time is over, and
  ///   the time the cleaning takes
  public record Pace(
      int threads,
      boolean inline,
      long keepLeast,
      long keepMost,
      long keepOnClose,
      Duration cleanWithin) {
    /// As many threads as there are cores.
    public static Pace standard() {
      return new Pace(
          Runtime.getRuntime().availableProcessors(),
          false,
          200_000,
          2_000_000,
          20_000,
          Duration.ofHours(24));
    }

    /// The same, with another time for cleaning.
    public Pace cleaningWithin(Duration time) {
      return new Pace(threads, inline, keepLeast, keepMost, keepOnClose, time);
    }
  }

  /// @param storage where the log is
  /// @param clock the wall clock, or a virtual one that stands still between [Engine#advanceTo]
  ///   calls
  /// @param linkBase what tracked links begin with: `https://brand.example`
  public record Settings(
      Storage storage, Seal seal, ZoneId zone, String linkBase, InstantSource clock, Pace pace) {
    public Settings(Storage storage, Seal seal, ZoneId zone, String linkBase, InstantSource clock) {
      this(storage, seal, zone, linkBase, clock, Pace.standard());
    }

    /// @param folder a folder of this machine
    public Settings(Path folder, Seal seal, ZoneId zone, String linkBase, InstantSource clock) {
      this(Storage.of(folder), seal, zone, linkBase, clock);
    }
  }

  private final SegmentLog log;
  private final State state;
  private final Crew crew;
  private final Checkpoint checkpoint;
  private final Base base;
  private final Cleaning cleaning;
  private final Executor beside;
  private final InstantSource clock;
  private final Pace pace;
  private final BlockingQueue<Request> queue = new ArrayBlockingQueue<>(MOST_REQUESTS);
  private final Semaphore room = new Semaphore(MOST_EVENTS);
  private final ReentrantLock following = new ReentrantLock();
  private final java.util.concurrent.locks.Condition changed = following.newCondition();
  private volatile long changes;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);
  private final Thread writer;
  private final Gauges gauges = new Gauges();

  /// For what leaves said: two kilobytes per leaf and 16,384 people at most.
  private static final long ANSWERS = 256L << 20;

  /// For traits, bit-sliced: two kilobytes per plane and 16,384 people.
  private static final long TRAITS = 256L << 20;

  private final Answers answers = new Answers(ANSWERS);
  private final Traits traits = new Traits(TRAITS);
  private final GivenAnswers given = new GivenAnswers(() -> read(State::version));
  private final Vocabulary vocabulary = new Vocabulary();
  private volatile @Nullable EngineException failure;
  private volatile boolean closing;

  // Of the checkpoint that is being written; the writer's.
  private @Nullable CompletableFuture<Cleaning.Done> keeping;
  private long keepAt;

  // Of cleanings; the writer's.
  private final List<CompletableFuture<Cleaned>> cleaners = new ArrayList<>();
  private @Nullable Cut cutting;
  private boolean unsettled = true;
  private long cleanNotBeforeMs = Long.MIN_VALUE;
  private volatile long baseRecord;

  /// A cleaning on its way: its checkpoint is being written, or its base waits for a backup that
  /// still copies what is to go.
  private record Cut(
      long record,
      int people,
      long beganNanos,
      Cleaning.@Nullable Done done,
      List<CompletableFuture<Cleaned>> asked) {}

  /// What a cleaning did.
  ///
  /// @param record up to which the log was cut: what it said is in the base now
  /// @param people who had been erased and were in files until now
  /// @param bytes of the log that were deleted
  public record Cleaned(long record, int people, long bytes, double seconds) {}

  /// Erased people who are still in files.
  ///
  /// @param since when the first of them was erased, or null
  /// @param base the record that the log was cut at, 0 when it never was
  public record Waiting(int people, @Nullable Instant since, long base) {}

  /// What waits for the writer: entries that stand for themselves, or events that may have come
  /// before.
  private sealed interface Request {
    CompletableFuture<Answer> done();

    /// How much of the room it takes while it waits.
    default int weight() {
      return this instanceof Take(List<Event> events, var _)
          ? Math.clamp(events.size(), 1, MOST_EVENTS)
          : 1;
    }

    record Write(Function<State, List<Entry>> entries, CompletableFuture<Answer> done)
        implements Request {}

    record Take(List<Event> events, CompletableFuture<Answer> done) implements Request {}
  }

  /// @param taken the indexes of new events
  private record Answer(BitSet taken) {}

  private Engine(
      SegmentLog log, State state, Crew crew, Checkpoint checkpoint, Base base, Settings settings) {
    this.log = log;
    this.state = state;
    this.crew = crew;
    this.checkpoint = checkpoint;
    this.base = base;
    // What is gone is gone, whether a base stands for it or only the checkpoint.
    this.baseRecord = log.first() - 1;
    this.cleaning = new Cleaning(settings.storage(), settings.seal(), checkpoint, base);
    this.beside = settings.storage().preparing();
    this.clock = settings.clock();
    this.changes = state.changes.next();
    this.pace = settings.pace();
    this.keepAt = pace.keepLeast();
    this.writer = Thread.ofPlatform().name("engine-writer").unstarted(this::write);
  }

  /// How far the reading of a log is.
  ///
  /// @param records how many there are to the end
  /// @param events that are on timelines now
  /// @param share of the bytes to read, 0 to 1
  public record Reading(long record, long records, long events, double share) {}

  /// Opens the storage and replays its log.
  ///
  /// @param progress is told, now and then, how far the reading is
  public static Engine open(Settings settings, Consumer<Reading> progress) {
    return open(settings, progress, State::new);
  }

  /// @param empty makes the state that the log is read into
  static Engine open(Settings settings, Consumer<Reading> progress, Function<Crew, State> empty) {
    SegmentLog log = SegmentLog.open(settings.storage(), settings.seal());
    try {
      var crew = new Crew(settings.pace().threads());
      var checkpoint = new Checkpoint(settings.storage().disk(), settings.seal());
      var base = new Base(settings.storage().disk(), settings.seal());
      Restored restored = restore(log, checkpoint, base, () -> empty.apply(crew), progress);
      State state = restored.state();
      boolean begun = log.next() > 1;
      if (begun && !state.zone().equals(settings.zone())) {
        throw new EngineException(
            EngineException.Code.REFUSED,
            "This folder's brand lives in "
                + state.zone()
                + ", asked for is "
                + settings.zone()
                + ". Days already counted can not become other days: start with --zone "
                + state.zone()
                + ", or with another --data-dir.");
      }
      if (begun && settings.clock().millis() > state.nowMs() + LATE.toMillis()) {
        // Before any other record can let the clock pass over what was missed.
        var resumed = new Entry.Resumed(settings.clock().millis());
        log.append(List.of(EntryCodec.write(resumed)));
        state.apply(resumed);
      }
      if (!begun || !state.linkBase().equals(settings.linkBase())) {
        var configured =
            new Entry.Configured(
                Math.max(state.nowMs(), settings.clock().millis()),
                settings.zone().getId(),
                settings.linkBase());
        log.append(List.of(EntryCodec.write(configured)));
        state.apply(configured);
      }
      var engine = new Engine(log, state, crew, checkpoint, base, settings);
      engine.gauges.restoredFrom = restored.record();
      engine.gauges.checkpointLost = restored.lost();
      engine.gauges.records = log.next() - 1;
      engine.gauges.cut = log.cut();
      if (!settings.pace().inline()) {
        engine.writer.start();
      }
      return engine;
    } catch (RuntimeException e) {
      log.close();
      throw e;
    }
  }

  /// @param record after which the checkpoint was taken, 0 when the whole log was read
  /// @param lost why the checkpoint there was could not be used, or null
  record Restored(State state, long record, @Nullable String lost) {}

  /// The state after the last record: from the checkpoint and what came after it; from the base and
  /// the whole log where there is none, or where it is damaged. The checkpoint is derived, so its
  /// damage costs time and nothing else.
  static Restored restore(
      SegmentLog log,
      Checkpoint checkpoint,
      Base base,
      Supplier<State> empty,
      Consumer<Reading> progress) {
    base.checkEnd(log);
    long record = checkpoint.newest();
    String lost = null;
    if (record > 0 && record + 1 >= log.first() && record < log.next()) {
      var state = empty.get();
      try {
        checkpoint.read(record, state);
        replay(log, record + 1, state, progress);
        return new Restored(state, record, null);
      } catch (DiskException e) {
        lost = String.valueOf(e.getMessage());
      } catch (EngineException e) {
        if (e.code() != EngineException.Code.COLUMNS_DAMAGED
            && e.code() != EngineException.Code.CHECKPOINT_DAMAGED) {
          throw e;
        }
        lost = String.valueOf(e.getMessage());
      }
    }
    var state = empty.get();
    base.replay(log, state, progress);
    return new Restored(state, 0, lost);
  }

  static void replay(SegmentLog log, long from, State state, Consumer<Reading> progress) {
    log.replay(
        from,
        (number, record) -> {
          state.apply(EntryCodec.read(record));
          if (number % 100 == 0 || number == log.next() - 1) {
            progress.accept(new Reading(number, log.next() - 1, state.events(), log.share()));
          }
        });
  }

  // Writing.

  /// Takes events: durable and applied when this returns.
  ///
  /// @return the indexes of the events that were new; the others were taken before under the same
  ///   source and id
  /// @throws EngineException REFUSED when an event is too long, BUSY when too much waits,
  ///   LOG_UNWRITABLE when the log failed
  public BitSet take(List<Event> events) {
    if (events.isEmpty()) {
      return new BitSet();
    }
    for (Event event : events) {
      if (!EventStore.holds(event)) {
        throw new EngineException(
            EngineException.Code.REFUSED,
            "Event '"
                + event.id()
                + "' is too long: its properties and weak identifiers take more than 1 MB. Store"
                + " long content elsewhere and send its address.");
      }
    }
    // A copy, because the sender goes on with its list as soon as it is answered.
    return submit(new Request.Take(List.copyOf(events), new CompletableFuture<>())).taken();
  }

  /// Publishes a definition, after reading it the way the state will.
  ///
  /// @return its version, one more than the last of this name
  public int publish(Entry.Definition kind, String name, String json) {
    Json body = Json.parse(json);
    int[] version = new int[1];
    switch (kind) {
      case SEGMENT -> {
        if (!(body instanceof Json.Obj object
            && object.get("rule") instanceof Json.Str(String rule))) {
          throw new EngineException(
              EngineException.Code.REFUSED, "A segment needs \"rule\", its text form.");
        }
        checkSegment(segment(name, rule));
      }
      case JOURNEY -> {
        Journey journey = JourneyJson.read(body, 1);
        if (!journey.name().equals(name)) {
          throw new EngineException(
              EngineException.Code.REFUSED,
              "Journey '" + journey.name() + "' is published as '" + name + "'.");
        }
        checkNames(journey);
      }
      case TEMPLATE -> Definitions.template(body);
      case COUPON_TEMPLATE -> Definitions.coupon(body);
      case GATE_POLICY -> checkPolicy(Definitions.gatePolicy(body));
      case EVENT_TYPE -> {}
      case TRIAL -> {
        Trial trial = TrialJson.read(body);
        if (!trial.name().equals(name)) {
          throw new EngineException(
              EngineException.Code.REFUSED,
              "Trial '" + trial.name() + "' is published as '" + name + "'.");
        }
        checkNames(JourneyJson.read(trial.journey(), 1));
      }
      case TAG_GROUP -> checkTags(tagGroup(name, body));
      case AUDIENCE ->
          throw new EngineException(
              EngineException.Code.REFUSED, "An audience is frozen, not published.");
    }
    write(
        at -> {
          version[0] = at.version(kind, name) + 1;
          return List.of(new Entry.Published(now(at), kind, name, version[0], json));
        });
    return version[0];
  }

  /// Whom a policy suppresses is there.
  private void checkPolicy(GatePolicy policy) {
    read(
        at -> {
          for (GatePolicy.Suppression suppression : policy.suppressed()) {
            switch (suppression) {
              case GatePolicy.Suppression.OfSegment(String segment) -> {
                if (!at.segments.containsKey(segment)) {
                  throw unknown("segment", segment, at.segments.keySet());
                }
              }
              case GatePolicy.Suppression.OfAudience(String audience) -> {
                if (!at.audiences.containsKey(audience)) {
                  throw unknown("audience", audience, at.audiences.keySet());
                }
              }
            }
          }
          return true;
        });
  }

  private static TagGroup tagGroup(String name, Json body) {
    TagGroup group = TagGroupJson.read(body);
    if (!group.name().equals(name)) {
      throw new EngineException(
          EngineException.Code.REFUSED,
          "Tag group '" + group.name() + "' is published as '" + name + "'.");
    }
    return group;
  }

  /// What a group names is there, each tag is in one group only, and none follows itself.
  private void checkTags(TagGroup group) {
    read(
        at -> {
          for (Tag tag : group.tags()) {
            TagGroup other = at.tags().groupOf(tag.name());
            if (other != null && !other.name().equals(group.name())) {
              throw new EngineException(
                  EngineException.Code.REFUSED,
                  "Tag '"
                      + tag.name()
                      + "' is in group '"
                      + other.name()
                      + "'. A tag is in one group: take it out there first, or name this one"
                      + " otherwise.");
            }
            if (tag.by() instanceof Tag.By.Membership(String segment)
                && !at.segments.containsKey(segment)) {
              throw unknown("segment", segment, at.segments.keySet());
            }
            if (tag.by() instanceof Tag.By.Happening(EventPattern on, EventPattern off)) {
              checkEvent(at, on);
              if (off != null) {
                checkEvent(at, off);
              }
            }
          }
          group.answers().forEach(answer -> checkEvent(at, answer.event()));
          refuseCircle(at.circle(at.tags().with(group), null));
          return true;
        });
  }

  private static void checkEvent(State at, EventPattern pattern) {
    if (at.catalogue().find(pattern.event()) == null) {
      throw unknown("event", pattern.event(), Set.copyOf(at.catalogue().near(pattern.event())));
    }
  }

  private static void refuseCircle(List<String> way) {
    if (!way.isEmpty()) {
      throw new EngineException(
          EngineException.Code.REFUSED,
          "Tag '"
              + way.getFirst()
              + "' would follow itself, through "
              + String.join(" → ", way)
              + ": it would be put on and taken off for ever. Let its segment ask for what the tag"
              + " means, not for the tag.");
    }
  }

  private static Segment segment(String name, String rule) {
    Condition condition = RuleText.parse(rule);
    try {
      return new Segment(name, condition);
    } catch (IllegalArgumentException e) {
      throw new EngineException(EngineException.Code.REFUSED, String.valueOf(e.getMessage()), e);
    }
  }

  /// What a segment names is there, and it does not stand on itself.
  private void checkSegment(Segment segment) {
    checkRule(segment.rule());
    read(
        at -> {
          if (at.standsOn(segment.rule()).contains(segment.name())) {
            throw new EngineException(
                EngineException.Code.REFUSED,
                "Segment '"
                    + segment.name()
                    + "' would stand on itself, through "
                    + String.join(", ", segment.rule().segments())
                    + ". Name the people it needs by their own rule.");
          }
          refuseCircle(at.circle(at.tags(), segment));
          return true;
        });
  }

  /// The segments and events that a rule names are there.
  private void checkRule(Condition rule) {
    checkNames(rule);
    read(
        at -> {
          for (String other : rule.segments()) {
            if (!at.segments.containsKey(other)) {
              throw unknown("segment", other, at.segments.keySet());
            }
          }
          return true;
        });
  }

  private void checkNames(Condition rule) {
    EventCatalogue known = state.catalogue();
    for (String name : rule.listensTo()) {
      if (!name.equals("*") && !name.equals(Condition.JOURNEYS) && known.find(name) == null) {
        throw new EngineException(
            EngineException.Code.UNKNOWN_NAME,
            "No event '" + name + "'. Near: " + String.join(", ", known.near(name)) + ".");
      }
    }
  }

  private void checkNames(Journey journey) {
    read(
        at -> {
          for (Journey.Step step : journey.steps()) {
            if (step instanceof Journey.Step.Send send
                && !at.templates.containsKey(send.template())) {
              throw unknown("template", send.template(), at.templates.keySet());
            }
            if (step instanceof Journey.Step.IssueCoupon coupon
                && !at.couponTemplates.containsKey(coupon.template())) {
              throw unknown("coupon template", coupon.template(), at.couponTemplates.keySet());
            }
          }
          String segment = journey.entrySegment();
          if (!segment.isEmpty() && !at.segments.containsKey(segment)) {
            throw unknown("segment", segment, at.segments.keySet());
          }
          if (journey.entry() instanceof Journey.Entry.OfEvent(var pattern)) {
            checkEvent(at, pattern);
          }
          return true;
        });
  }

  private static EngineException unknown(String what, String name, Set<String> known) {
    return new EngineException(
        EngineException.Code.UNKNOWN_NAME,
        "No "
            + what
            + " '"
            + name
            + "'. Known: "
            + String.join(", ", known.stream().sorted().toList())
            + ".");
  }

  /// Takes a segment out of force: everybody in it leaves. Audiences frozen of it stay.
  ///
  /// @throws EngineException UNKNOWN_NAME; IN_USE, naming the segments and journeys that use it
  public void retireSegment(String name) {
    write(
        at -> {
          if (!at.segments.containsKey(name)) {
            throw unknown("segment", name, at.segments.keySet());
          }
          List<String> users = at.usersOf(name);
          if (!users.isEmpty()) {
            throw new EngineException(
                EngineException.Code.IN_USE,
                "Segment '" + name + "' is used: " + String.join(", ", users) + ".");
          }
          return List.of(new Entry.Retired(now(at), Entry.Definition.SEGMENT, name));
        });
  }

  /// Takes a tag group out of force: its tags stay on people as they are, but those that followed a
  /// segment, which are taken off.
  ///
  /// @throws EngineException UNKNOWN_NAME
  public void retireTagGroup(String name) {
    write(
        at -> {
          if (at.tags().group(name) == null) {
            throw unknown(
                "tag group",
                name,
                at.tags().groups().stream().map(TagGroup::name).collect(Collectors.toSet()));
          }
          return List.of(new Entry.Retired(now(at), Entry.Definition.TAG_GROUP, name));
        });
  }

  /// Gives people a tag, or takes it away, durable when this returns. Who has it already, or not,
  /// is left alone. All of them in one record: give many in parts, so that events are taken
  /// meanwhile.
  ///
  /// @param source under which it stands on their timelines: `manual`, `import`
  /// @param why in words, may be empty
  /// @param members names of profiles
  /// @return of how many it changed
  public int tag(
      String tag, boolean on, String source, String who, String why, RoaringBitmap members) {
    int[] changed = new int[1];
    write(
        at -> {
          View view = at.view();
          var changing = new RoaringBitmap();
          members.forEach(
              (int node) -> {
                if (node < at.graph.nodes()) {
                  int profile = at.graph.profileOf(node);
                  if (at.graph.person(profile) && view.of(profile).tagged(tag) != on) {
                    changing.add(profile);
                  }
                }
              });
          changed[0] = changing.getCardinality();
          return changing.isEmpty()
              ? List.of()
              : List.of(new Entry.Tagged(now(at), tag, on, source, who, why, changing));
        });
    return changed[0];
  }

  /// Freezes who is in a segment now. An audience that exists stays as it is.
  ///
  /// @return how many members it has
  public int freeze(String audience, String segment) {
    return freeze(audience, segment, "", "", false);
  }

  /// Freezes whoever satisfies a rule now.
  ///
  /// @param segment whose rule; or
  /// @param text a rule in its text form
  /// @param who decides it
  /// @param again whether an audience of this name is frozen anew; else it stays as it is
  /// @return how many members it has
  /// @throws EngineException UNKNOWN_NAME when there is no such segment, or the rule names what is
  ///   not there
  public int freeze(String audience, String segment, String text, String who, boolean again) {
    if (segment.isEmpty()) {
      checkRule(RuleText.parse(text));
    }
    write(
        at -> {
          if (!segment.isEmpty() && !at.segments.containsKey(segment)) {
            throw unknown("segment", segment, at.segments.keySet());
          }
          return at.audiences.containsKey(audience) && !again
              ? List.of()
              : List.of(new Entry.Frozen(now(at), audience, segment, text, who, again));
        });
    return sizeOf(audience);
  }

  /// Keeps chosen people as an audience. An audience that exists stays as it is.
  ///
  /// @param text how they were chosen
  /// @param members names of profiles
  /// @return how many members it has
  public int choose(String audience, String text, RoaringBitmap members) {
    return choose(audience, text, "", false, members);
  }

  /// The same, saying who chose them.
  ///
  /// @param again whether they take the place of an audience of this name
  public int choose(
      String audience, String text, String who, boolean again, RoaringBitmap members) {
    write(
        at ->
            at.audiences.containsKey(audience) && !again
                ? List.of()
                : List.of(new Entry.Chosen(now(at), audience, text, who, again, members)));
    return sizeOf(audience);
  }

  private int sizeOf(String audience) {
    return read(
        at -> {
          var found = at.audiences.get(audience);
          return found == null ? 0 : found.size();
        });
  }

  /// Takes an audience away.
  ///
  /// @throws EngineException UNKNOWN_NAME; IN_USE, naming the segments and journeys that use it
  public void retireAudience(String name) {
    write(
        at -> {
          if (!at.audiences.containsKey(name)) {
            throw unknown("audience", name, at.audiences.keySet());
          }
          List<String> users = at.usersOfAudience(name);
          if (!users.isEmpty()) {
            throw new EngineException(
                EngineException.Code.IN_USE,
                "Audience '" + name + "' is used: " + String.join(", ", users) + ".");
          }
          return List.of(new Entry.Retired(now(at), Entry.Definition.AUDIENCE, name));
        });
  }

  /// Lets everybody in the journey's audience enter. Whoever entered before does not enter again.
  public void launch(String journey) {
    write(
        at -> {
          Journey latest = at.latest(journey);
          if (latest == null) {
            throw unknown("journey", journey, at.journeys.keySet());
          }
          if (!(latest.entry() instanceof Journey.Entry.OfAudience(String audience))) {
            throw new EngineException(
                EngineException.Code.REFUSED,
                "Journey '" + journey + "' is not entered by an audience; it starts by itself.");
          }
          if (!at.audiences.containsKey(audience)) {
            throw unknown("audience", audience, at.audiences.keySet());
          }
          return List.of(new Entry.Launched(now(at), journey));
        });
  }

  /// Has people enter a journey that is entered by a call.
  ///
  /// @param key tells several entries of one person apart, where the journey has keys
  /// @param members names of profiles
  public void call(String journey, String key, RoaringBitmap members) {
    write(
        at -> {
          Journey latest = journeyOf(at, journey);
          if (!(latest.entry() instanceof Journey.Entry.OfCall)) {
            throw new EngineException(
                EngineException.Code.REFUSED,
                "Journey '" + journey + "' is not entered by a call: its entry says otherwise.");
          }
          return List.of(new Entry.Called(now(at), journey, key, members));
        });
  }

  private static Journey journeyOf(State at, String name) {
    Journey latest = at.latest(name);
    if (latest == null) {
      throw unknown("journey", name, at.journeys.keySet());
    }
    return latest;
  }

  /// Pauses a journey, lets it go on, or lets it run empty.
  public void steer(String journey, Steering steering, String who) {
    write(
        at -> {
          var _ = journeyOf(at, journey);
          return at.steering(journey) == steering
              ? List.of()
              : List.of(new Entry.Steered(now(at), journey, steering, who));
        });
  }

  /// Brings whoever is on a version to the newest.
  ///
  /// @param to by the id of a wait of that version, the wait of the newest that takes its place;
  ///   empty to leave. Others go to the one of the same id, or leave where there is none
  public void migrate(String journey, int version, Map<String, String> to, String who) {
    write(
        at -> {
          Journey latest = journeyOf(at, journey);
          Journey from = at.version(journey, version);
          if (from == null || latest.version() == version) {
            throw new EngineException(
                EngineException.Code.REFUSED,
                "Journey '"
                    + journey
                    + "' has versions "
                    + at.versionsOf(journey)
                    + ", people come from one before the newest; got "
                    + version
                    + ".");
          }
          var _ = Migration.between(from, latest, to);
          return List.of(new Entry.Migrated(now(at), journey, version, to, who));
        });
  }

  /// Lets the clock reach `to`: everything due until then happens, what autopilots decide each at
  /// its own instant. Earlier instants change nothing.
  public void advanceTo(Instant to) {
    for (Instant next = nextDecision(); next != null && !next.isAfter(to); next = nextDecision()) {
      passTo(next);
      if (!decide()) {
        break;
      }
    }
    passTo(to);
  }

  private @Nullable Instant nextDecision() {
    return this.<@Nullable Instant>read(
        at -> {
          Pilots.Due due = Pilots.next(at);
          return due == null ? null : due.at();
        });
  }

  /// The autopilot whose decision is due first decides, if it is due now: [#advanceTo] and [#tick]
  /// are this and [#passTo].
  ///
  /// @return whether one did
  public boolean decide() {
    // Asked of a picture, beside the writer; what is written down is what it said.
    Pilots.Question question = this.<Pilots.@Nullable Question>read(Pilots::question);
    if (question == null) {
      return false;
    }
    Pilot.Measured measured = question.measure(_ -> {});
    boolean[] decided = new boolean[1];
    write(
        at -> {
          // The instant that was reached, whatever the clock says: it may be on its way farther.
          Entry entry = question.entry(at, measured, at.nowMs());
          decided[0] = entry != null;
          return entry == null ? List.of() : List.of(entry);
        });
    return decided[0];
  }

  /// Somebody decides for a journey with an autopilot.
  ///
  /// @param act RELEASE lets the next cohort in whatever is known, STOP ends it, RESUME has it go
  ///   on
  /// @throws EngineException UNKNOWN_NAME; REFUSED when it has no autopilot, was not launched,
  ///   nobody is left, or nobody may enter now
  public void pilot(String journey, Pilot.Act act, String who) {
    write(at -> List.of(Pilots.byHand(at, journeyOf(at, journey), act, who, now(at))));
  }

  /// Lets the clock reach `to`, and no autopilot decide.
  public void passTo(Instant to) {
    write(
        at ->
            to.toEpochMilli() <= at.nowMs()
                ? List.of()
                : List.of(new Entry.Ticked(to.toEpochMilli())));
  }

  /// Lets the wall clock's present arrive. When something was due longer ago than a tick takes,
  /// nothing ran at its time: it happens now, as late as it is, and each wait's lateness decides.
  public void tick(Instant now) {
    for (Instant next = nextDecision();
        next != null && !next.isAfter(now) && !read(at -> missed(at, now));
        next = nextDecision()) {
      passTo(next);
      if (!decide()) {
        break;
      }
    }
    write(
        at ->
            now.toEpochMilli() <= at.nowMs()
                ? List.of()
                : List.of(
                    missed(at, now)
                        ? new Entry.Resumed(now.toEpochMilli())
                        : new Entry.Ticked(now.toEpochMilli())));
    // What was missed is decided once, now.
    for (boolean more = true; more; more = decide()) {}
  }

  private static boolean missed(State at, Instant now) {
    Instant due = at.nextTimer();
    return due != null && due.plus(LATE).isBefore(now);
  }

  /// A person's decision that two identifiers are one customer.
  public void join(Identifier one, Identifier other, String decision, String who) {
    write(
        at -> {
          for (Identifier identifier : List.of(one, other)) {
            if (at.graph.find(identifier) < 0) {
              throw new EngineException(
                  EngineException.Code.UNKNOWN_NAME, "Nobody is known as " + identifier + ".");
            }
          }
          return List.of(new Entry.Joined(now(at), one, other, decision, who));
        });
  }

  /// A person's decision that a link is wrong.
  ///
  /// @return the link as it stands now
  public Link sever(int link, String who) {
    write(
        at -> {
          if (link < 0 || link >= at.graph.links()) {
            throw new EngineException(
                EngineException.Code.UNKNOWN_NAME,
                "No link " + link + ". Known: 0 to " + (at.graph.links() - 1) + ".");
          }
          return List.of(new Entry.Severed(now(at), link, who));
        });
    return read(at -> at.graph.linkAt(link));
  }

  /// Forgets a person on request: from now on nothing answers with their timeline, identifiers,
  /// addresses or texts, nothing of theirs leaves any more, and whoever comes under the same
  /// identifiers is somebody new. Whoever was forgotten already stays so.
  ///
  /// @param name any identifier of the person, by its number
  /// @return whether there was anybody to forget
  public boolean erase(int name, String who) {
    boolean[] erased = new boolean[1];
    write(
        at -> {
          if (name < 0 || name >= at.graph.nodes()) {
            throw new EngineException(
                EngineException.Code.UNKNOWN_NAME, "There is no customer p" + name + ".");
          }
          int profile = at.graph.profileOf(name);
          erased[0] = at.graph.person(profile);
          return erased[0]
              ? List.of(
                  new Entry.Erased(
                      now(at), Arrays.stream(at.graph.members(profile)).boxed().toList(), who))
              : List.of();
        });
    return erased[0];
  }

  /// Cleans away whoever was erased until now: when it is done, no file of this folder holds them.
  /// It happens beside the work, after a checkpoint that is being written and before the next, and
  /// waits for backups that are being taken.
  ///
  /// @return done when the files are gone; failed with an EngineException or a DiskException, and
  ///   everything stays as it was
  public CompletableFuture<Cleaned> clean() {
    var done = new CompletableFuture<Cleaned>();
    write(
        _ -> {
          cleaners.add(done);
          return List.of();
        });
    return done;
  }

  /// Who was erased and waits to be cleaned away.
  public Waiting waiting() {
    return read(
        at -> {
          List<State.Erasure> waiting = at.erasedAfter(baseRecord);
          return new Waiting(
              waiting.size(),
              waiting.isEmpty() ? null : Instant.ofEpochMilli(waiting.getFirst().atMs()),
              baseRecord);
        });
  }

  /// Marks where the log is now. What is marked stays as it is until it is closed, whatever is
  /// taken meanwhile.
  ///
  /// @param meanwhile runs while nothing is written; what it sees of other stores belongs to this
  ///   very record. Everybody waits for it, so it has to be short
  public Standing stand(Runnable meanwhile) {
    checkpoint.hold();
    try {
      var found = new Standing[1];
      write(
          at -> {
            meanwhile.run();
            found[0] = new Standing(at, log, checkpoint, base);
            return List.of();
          });
      return found[0];
    } catch (RuntimeException | Error e) {
      checkpoint.release();
      throw e;
    }
  }

  private void write(Function<State, List<Entry>> entries) {
    submit(new Request.Write(entries, new CompletableFuture<>()));
  }

  private long now(State at) {
    return Math.max(at.nowMs(), clock.millis());
  }

  private Answer submit(Request request) {
    EngineException failed = failure;
    if (failed != null) {
      throw failed;
    }
    if (pace.inline() && !closing) {
      return inline(request);
    }
    boolean in = false;
    try {
      if (!closing) {
        in = room.tryAcquire(request.weight(), PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      }
      if (in && !queue.offer(request, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        room.release(request.weight());
        in = false;
      }
      if (!in) {
        throw closing
            ? new EngineException(EngineException.Code.CLOSED, "The engine is stopping.")
            : new EngineException(
                EngineException.Code.BUSY,
                "The engine has "
                    + queue.size()
                    + " requests waiting, with "
                    + (MOST_EVENTS - room.availablePermits())
                    + " events. Send again in a second.");
      }
      if (!writer.isAlive()) {
        // It came in while the engine stopped, and nobody is left to answer.
        throw new EngineException(EngineException.Code.CLOSED, "The engine is stopping.");
      }
      return answer(request);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException(EngineException.Code.CLOSED, "Interrupted while waiting.", e);
    }
  }

  private static Answer answer(Request request) {
    try {
      return request.done().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /// What the writer does with one request, on the thread that asks.
  private Answer inline(Request request) {
    kept();
    room.acquireUninterruptibly(request.weight());
    commit(List.of(request));
    keep();
    return answer(request);
  }

  private void write() {
    var requests = new ArrayList<Request>();
    while (true) {
      requests.clear();
      try {
        Request first = queue.poll(100, TimeUnit.MILLISECONDS);
        kept();
        if (first == null) {
          if (closing) {
            return;
          }
          keep();
          continue;
        }
        requests.add(first);
        queue.drainTo(requests);
      } catch (InterruptedException e) {
        return;
      }
      commit(requests);
      keep();
    }
  }

  // Checkpoints.

  /// Begins a cleaning that is due or asked for, or a checkpoint when enough has come since the
  /// last.
  private void keep() {
    if (failure != null) {
      refuse(cleaners, failure);
      return;
    }
    if (keeping != null || cutting != null) {
      return;
    }
    settle();
    if (!cleaners.isEmpty() || cleaningDue()) {
      clean(List.copyOf(cleaners));
    } else if (state.freshEvents() >= keepAt) {
      begin(false, true);
    } else {
      return;
    }
    kept();
  }

  private static void refuse(
      List<CompletableFuture<Cleaned>> asked, @Nullable RuntimeException why) {
    if (why != null) {
      asked.forEach(one -> one.completeExceptionally(why));
    }
  }

  private boolean cleaningDue() {
    List<State.Erasure> waiting = state.erasedAfter(baseRecord);
    return !waiting.isEmpty()
        && now(state) >= cleanNotBeforeMs
        && now(state) - waiting.getFirst().atMs() >= pace.cleanWithin().toMillis();
  }

  /// Ends what a cleaning before the last start left undone.
  private void settle() {
    if (!unsettled || checkpoint.held()) {
      return;
    }
    try {
      base.settle(log);
      baseRecord = base.record(log);
      unsettled = false;
    } catch (DiskException e) {
      // The next try comes with the next request.
      gauges.cleaningLost = String.valueOf(e.getMessage());
    } catch (EngineException e) {
      unsettled = false;
      gauges.cleaningLost = String.valueOf(e.getMessage());
      if (e.code() == EngineException.Code.LOG_UNWRITABLE) {
        failure = e;
      }
    }
  }

  private void clean(List<CompletableFuture<Cleaned>> asked) {
    cleaners.clear();
    if (log.next() - 1 == baseRecord) {
      // Nothing came since the last cleaning. Its base is the only one: it is not written over.
      asked.forEach(one -> one.complete(new Cleaned(baseRecord, 0, 0, 0)));
      return;
    }
    try {
      log.turn();
    } catch (EngineException e) {
      failure = e;
      refuse(asked, e);
      return;
    }
    cutting =
        new Cut(
            log.next() - 1, state.erasedAfter(baseRecord).size(), System.nanoTime(), null, asked);
    begin(true, true);
  }

  private void begin(boolean cleans, boolean resting) {
    Checkpoint.Snapshot snapshot;
    lock.writeLock().lock();
    try {
      if (cleans) {
        state.renewWords();
      }
      snapshot = new Checkpoint.Snapshot(state, log.next() - 1);
    } finally {
      lock.writeLock().unlock();
    }
    SegmentLog.Extent extent = log.extent();
    var done = new CompletableFuture<Cleaning.Done>();
    keeping = done;
    boolean rests = resting && !pace.inline();
    Runnable work =
        () -> {
          try {
            done.complete(
                cleans
                    ? cleaning.run(snapshot, extent, rests)
                    : new Cleaning.Done(checkpoint.write(snapshot, rests), null));
          } catch (RuntimeException | Error e) {
            done.completeExceptionally(e);
          }
        };
    if (resting) {
      beside.execute(work);
    } else {
      work.run();
    }
  }

  /// Goes on with what was written, once it is.
  private void kept() {
    cut();
    CompletableFuture<Cleaning.Done> done = keeping;
    if (done == null || !done.isDone()) {
      return;
    }
    keeping = null;
    lock.writeLock().lock();
    try {
      if (done.isCompletedExceptionally()) {
        // The disk may be full: what was frozen is fresh again, and the next try comes later.
        state.thaw();
        gauges.checkpointLost = String.valueOf(done.exceptionNow());
        keepAt = state.freshEvents() * 2;
      } else {
        Checkpoint.Written written = done.resultNow().written();
        state.take(written);
        Set<Long> there = state.blockNumbers();
        answers.keepOnly(there::contains);
        traits.keepOnly(there::contains);
        gauges.keptRecord = written.of().record;
        gauges.keptBytes = written.bytes();
        keepAt = Math.clamp(state.events() / 8, pace.keepLeast(), pace.keepMost());
      }
    } finally {
      lock.writeLock().unlock();
    }
    Cut made = cutting;
    if (made != null) {
      Throwable lost =
          done.isCompletedExceptionally() ? done.exceptionNow() : done.resultNow().lost();
      if (lost == null) {
        cutting =
            new Cut(
                made.record(), made.people(), made.beganNanos(), done.resultNow(), made.asked());
        cut();
      } else {
        notCleaned(made, lost);
      }
    }
  }

  /// Cuts the log at a base that is good, unless somebody still copies what is to go.
  private void cut() {
    Cut made = cutting;
    if (made == null || made.done() == null || failure != null) {
      return;
    }
    try {
      if (!checkpoint.sweepForGood(made.done().written())) {
        return;
      }
      long bytes = base.cut(log, made.record());
      cutting = null;
      baseRecord = made.record();
      gauges.cleanings.increment();
      gauges.cleaningLost = null;
      var cleaned =
          new Cleaned(
              made.record(), made.people(), bytes, (System.nanoTime() - made.beganNanos()) / 1e9);
      made.asked().forEach(one -> one.complete(cleaned));
    } catch (EngineException e) {
      if (e.code() == EngineException.Code.LOG_UNWRITABLE) {
        failure = e;
      }
      notCleaned(made, e);
    } catch (DiskException e) {
      notCleaned(made, e);
    }
  }

  /// The log stays as whole as it is, and the next try comes later.
  private void notCleaned(Cut made, Throwable lost) {
    cutting = null;
    unsettled = true;
    cleanNotBeforeMs = now(state) + AGAIN.toMillis();
    gauges.cleaningLost = String.valueOf(lost.getMessage());
    made.asked().forEach(one -> one.completeExceptionally(lost));
  }

  /// Requests that only take events share one synced write; a request that looks at the state is
  /// written alone, because what it writes depends on what was applied before it.
  private void commit(List<Request> requests) {
    int from = 0;
    while (from < requests.size()) {
      int to = from;
      while (to < requests.size() && requests.get(to) instanceof Request.Take) {
        to++;
      }
      to = Math.max(to, from + 1);
      List<Request> group = requests.subList(from, to);
      commitTogether(group);
      group.forEach(request -> room.release(request.weight()));
      from = to;
    }
  }

  private void commitTogether(List<Request> group) {
    var entries = new ArrayList<Entry>();
    var answers = new ArrayList<Answer>();
    try {
      EngineException failed = failure;
      if (failed != null) {
        throw failed;
      }
      var together = new ArrayList<Event>();
      var inGroup = new PrintSet();
      for (Request request : group) {
        switch (request) {
          case Request.Write(var make, var _) -> {
            entries.addAll(make.apply(state));
            answers.add(new Answer(new BitSet()));
          }
          case Request.Take(List<Event> events, var _) -> {
            var taken = new BitSet(events.size());
            var fresh = new ArrayList<Event>(events.size());
            for (int i = 0; i < events.size(); i++) {
              Event event = events.get(i);
              if (!state.ids.has(event.source(), event.id())
                  && inGroup.add(event.source(), event.id())) {
                taken.set(i);
                fresh.add(event);
              }
            }
            answers.add(new Answer(taken));
            if (together.size() + fresh.size() > RECORD_EVENTS) {
              flush(together, entries);
            }
            together.addAll(fresh);
          }
        }
      }
      flush(together, entries);
      if (!entries.isEmpty()) {
        append(entries);
      }
    } catch (RuntimeException | Error e) {
      // An error (no memory, no stack) is answered too: whoever waits has to hear it.
      group.forEach(request -> request.done().completeExceptionally(e));
      return;
    }
    for (int i = 0; i < group.size(); i++) {
      group.get(i).done().complete(answers.get(i));
    }
  }

  /// Events of several requests that stand next to each other are one record.
  private void flush(List<Event> together, List<Entry> entries) {
    if (!together.isEmpty()) {
      entries.add(new Entry.Events(now(state), together));
      together.clear();
    }
  }

  private void append(List<Entry> entries) {
    var records = new ArrayList<byte[]>(entries.size());
    for (Entry entry : entries) {
      records.add(EntryCodec.write(entry));
    }
    long before = System.nanoTime();
    try {
      gauges.records = log.append(records);
    } catch (EngineException e) {
      // What could not be written is not applied; what follows must not be taken on top of a hole.
      failure = e;
      throw e;
    }
    gauges.synced(System.nanoTime() - before);
    lock.writeLock().lock();
    try {
      for (Entry entry : entries) {
        state.apply(entry);
        if (entry instanceof Entry.Events(long _, List<Event> events)) {
          gauges.events.add(events.size());
        }
      }
    } catch (RuntimeException | Error e) {
      failure =
          new EngineException(
              EngineException.Code.LOG_DAMAGED,
              "A record was written but could not be applied: "
                  + e
                  + ". Nothing more is taken; please report this.",
              e);
      throw failure;
    } finally {
      lock.writeLock().unlock();
    }
    tell(state.changes.next());
  }

  /// Wakes whoever follows memberships.
  private void tell(long next) {
    if (next != changes) {
      changes = next;
      following.lock();
      try {
        changed.signalAll();
      } finally {
        following.unlock();
      }
    }
  }

  /// Waits until there is a change at a position.
  ///
  /// @return whether there is; false when the time is over
  boolean awaitChange(long position, Duration atMost) {
    long left = atMost.toNanos();
    following.lock();
    try {
      while (changes <= position && left > 0 && !closing) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      following.unlock();
    }
    return changes > position;
  }

  // The outbox.

  /// One batch that may leave now.
  public record Batch(
      String id,
      ChannelKind channel,
      List<String> keys,
      List<Envelope> envelopes,
      Instant handedOver) {}

  /// Takes the next batch out of the outbox for a channel, and writes down that it is being handed
  /// over. Messages of one batch share template, sender and attachments; where the channel sends
  /// one text to many, the text too. Those that may not leave any more are recalled on the way.
  ///
  /// @return null when nothing waits
  public @Nullable Batch nextBatch(ChannelKind channel, int most) {
    Batch[] found = new Batch[1];
    boolean[] recalled = new boolean[1];
    do {
      // Where some are recalled, what the gate lets out of them comes with the next tick.
      write(
          at -> {
            Instant now = Instant.ofEpochMilli(now(at));
            Departure.Next next = at.departure.next(at, channel, most, now);
            recalled[0] = next != null && next.recalled();
            if (next == null) {
              return List.of();
            }
            if (next.recalled()) {
              return List.of(recalled(next, now));
            }
            String id = at.nextBatch();
            found[0] = batch(id, channel, next.messages(), now);
            return List.of(new Entry.HandedOver(now.toEpochMilli(), id, found[0].keys()));
          });
    } while (recalled[0]);
    return found[0];
  }

  /// Has the gate decide anew about messages that were let out and may not leave any more: because
  /// they waited too long for their platform, the quiet hours came, or the person said no.
  ///
  /// @return whether there were any
  public boolean recall(ChannelKind channel, int most) {
    boolean[] recalled = new boolean[1];
    write(
        at -> {
          Instant now = Instant.ofEpochMilli(now(at));
          Departure.Next next = at.departure.next(at, channel, most, now);
          recalled[0] = next != null && next.recalled();
          return next == null || !next.recalled() ? List.of() : List.of(recalled(next, now));
        });
    return recalled[0];
  }

  private static Entry recalled(Departure.Next next, Instant now) {
    return new Entry.Recalled(
        now.toEpochMilli(), next.messages().stream().map(Touchpoint::key).toList());
  }

  /// Templates that a platform takes nothing of until they are changed, with why and since when.
  public Map<String, Halt> halted() {
    return read(
        at -> {
          var halted = new TreeMap<String, Halt>();
          at.departure.halted.forEach(
              (template, halt) ->
                  halted.put(
                      template,
                      new Halt(
                          halt.code(),
                          halt.why(),
                          Instant.ofEpochMilli(halt.sinceMs()),
                          at.outbox.waiting(template))));
          return halted;
        });
  }

  /// @param waiting messages that wait for the template to be changed
  public record Halt(String code, String why, Instant since, int waiting) {}

  /// A guide is no more with the brand, or is back. What they were about to send is decided anew.
  ///
  /// @param successor who takes over; empty when nobody does
  public void staff(String guide, boolean left, String successor, String who) {
    if (guide.isBlank() || guide.equals(successor)) {
      throw new EngineException(
          EngineException.Code.REFUSED,
          "Guide '" + guide + "' can not be followed by '" + successor + "'.");
    }
    write(
        at -> {
          boolean same =
              left
                  ? successor.equals(at.guides().left().get(guide))
                  : !at.guides().left().containsKey(guide);
          return same
              ? List.of()
              : List.of(new Entry.Staffed(now(at), guide, left, left ? successor : "", who));
        });
  }

  public Guides guides() {
    return read(State::guides);
  }

  private static Batch batch(
      String id, ChannelKind channel, List<Touchpoint> touchpoints, Instant handedOver) {
    return new Batch(
        id,
        channel,
        touchpoints.stream().map(Touchpoint::key).toList(),
        touchpoints.stream()
            .map(
                t ->
                    new Envelope(
                        t.key(), t.address(), t.template(), t.text(), t.sender(), t.attachments()))
            .toList(),
        handedOver);
  }

  /// Batches that were handed over and whose answer is not known: to be reconciled before anything
  /// else is sent.
  public List<Batch> unanswered() {
    return read(
        at ->
            at.handovers.values().stream()
                .filter(handover -> !handover.touchpoints().isEmpty())
                .map(
                    handover -> {
                      var touchpoints =
                          handover.touchpoints().stream().map(at::touchpoint).toList();
                      Instant when = touchpoints.getFirst().delivery().at();
                      return batch(
                          handover.batch(),
                          touchpoints.getFirst().channel(),
                          touchpoints,
                          when == null ? at.now() : when);
                    })
                .toList());
  }

  /// Writes down what the platform said: one outcome per message still open in the batch.
  public void answer(String batch, List<Outcome> outcomes) {
    write(
        at -> {
          var handover = at.handovers.get(batch);
          if (handover != null && handover.touchpoints().size() != outcomes.size()) {
            throw new EngineException(
                EngineException.Code.REFUSED,
                "Batch '"
                    + batch
                    + "' has "
                    + handover.touchpoints().size()
                    + " messages, got "
                    + outcomes.size()
                    + " outcomes. One outcome per message, in order.");
          }
          return List.of(new Entry.Answered(now(at), batch, outcomes));
        });
  }

  // Reading.

  /// Asks the state between two writes.
  <T extends @Nullable Object> T read(Function<State, T> question) {
    lock.readLock().lock();
    try {
      return question.apply(state);
    } finally {
      lock.readLock().unlock();
    }
  }

  GivenAnswers given() {
    return given;
  }

  /// The traits that rules asked for.
  Traits traits() {
    return traits;
  }

  /// What leaves of rules said of blocks.
  Answers answers() {
    return answers;
  }

  Vocabulary vocabulary() {
    return vocabulary;
  }

  /// The questions a host may ask.
  public Questions ask() {
    return new Questions(this);
  }

  /// The event names that may enter now.
  public EventCatalogue catalogue() {
    return state.catalogue();
  }

  /// The engine's present: the clock, or the last instant in the log when the clock stepped back.
  public Instant now() {
    return read(at -> Instant.ofEpochMilli(now(at)));
  }

  /// Why nothing is taken any more, or null.
  public @Nullable EngineException failure() {
    return failure;
  }

  public Gauges gauges() {
    gauges.queued = queue.size();
    return gauges;
  }

  /// Figures of the writer, for `/metrics`.
  public static final class Gauges {
    private volatile long records;
    private long cut;
    private long restoredFrom;
    private volatile @Nullable String checkpointLost;
    private volatile @Nullable String cleaningLost;
    private final LongAdder cleanings = new LongAdder();
    private volatile long keptRecord;
    private volatile long keptBytes;
    private final LongAdder events = new LongAdder();
    private volatile int queued;
    private final long[] syncNanos = new long[1024];
    private int syncs;

    private synchronized void synced(long nanos) {
      syncNanos[syncs++ & (syncNanos.length - 1)] = nanos;
    }

    /// Log records written, ever.
    public long records() {
      return records;
    }

    /// Bytes of an unfinished, never acked group that the start cut off the log.
    public long cut() {
      return cut;
    }

    /// The record of the checkpoint the start went on from, 0 when it read the whole log.
    public long restoredFrom() {
      return restoredFrom;
    }

    /// Why the last checkpoint could not be read or written, or null.
    public @Nullable String checkpointLost() {
      return checkpointLost;
    }

    /// Why the last cleaning did not end, or null.
    public @Nullable String cleaningLost() {
      return cleaningLost;
    }

    /// Cleanings since the start.
    public long cleanings() {
      return cleanings.sum();
    }

    /// The record of the last checkpoint written since the start, 0 before the first.
    public long keptRecord() {
      return keptRecord;
    }

    /// The last checkpoint in bytes, without blocks and ids.
    public long keptBytes() {
      return keptBytes;
    }

    /// Events taken since the start.
    public long events() {
      return events.sum();
    }

    /// Requests waiting for the writer.
    public int queued() {
      return queued;
    }

    /// How long a synced write took, over the last 1,024: the given quantile, in seconds; 0 before
    /// the first.
    public synchronized double syncSeconds(double quantile) {
      int count = Math.min(syncs, syncNanos.length);
      if (count == 0) {
        return 0;
      }
      long[] sorted = Arrays.copyOf(syncNanos, count);
      Arrays.sort(sorted);
      return sorted[(int) Math.min(count - 1, quantile * count)] / 1e9;
    }
  }

  /// Stops taking, finishes what waits, and closes the log.
  @Override
  public void close() {
    closing = true;
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (Request late = queue.poll(); late != null; late = queue.poll()) {
      late.done()
          .completeExceptionally(
              new EngineException(EngineException.Code.CLOSED, "The engine is stopping."));
    }
    CompletableFuture<Cleaning.Done> running = keeping;
    if (running != null) {
      running.handle((_, _) -> true).join();
      kept();
    }
    if (failure == null && keeping == null && state.freshEvents() >= pace.keepOnClose()) {
      begin(false, false);
      kept();
    }
    var stopping = new EngineException(EngineException.Code.CLOSED, "The engine is stopping.");
    refuse(cleaners, stopping);
    Cut waiting = cutting;
    if (waiting != null) {
      refuse(waiting.asked(), stopping);
    }
    crew.close();
    log.close();
  }
}
