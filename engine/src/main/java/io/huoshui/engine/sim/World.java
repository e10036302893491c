package io.huoshui.engine.sim;

import io.huoshui.audience.Condition;
import io.huoshui.audience.RuleText;
import io.huoshui.audience.Segment;
import io.huoshui.engine.Canvas;
import io.huoshui.engine.Engine;
import io.huoshui.engine.EngineException;
import io.huoshui.engine.Entry;
import io.huoshui.engine.Portrait;
import io.huoshui.engine.Seal;
import io.huoshui.engine.Storage;
import io.huoshui.engine.disk.Disk;
import io.huoshui.engine.disk.DiskException;
import io.huoshui.engine.disk.SimulatedDisk;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.journey.Journey;
import io.huoshui.journey.Steering;
import io.huoshui.json.Json;
import io.huoshui.reach.Channel.Outcome;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Reason;
import io.huoshui.reach.Touchpoint;
import io.huoshui.tag.TagGroupJson;
import io.huoshui.trial.Pilot;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture.AsynchronousCompletionTask;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// One world from one seed: an engine, its disk, its clients and platforms, everything that goes
/// wrong with them, and the model that says what must be true.
public final class World {
  /// As late as this nobody calls late.
  private static final Duration LATE = Duration.ofMinutes(1);

  private static final byte[] KEY =
      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int MOST_EVENTS = 5_000;
  private static final Instant BEGIN = Instant.parse("2026-03-05T04:00:00Z");

  // Odd offsets, and daylight saving that changes within the days lived.
  private static final List<String> ZONES =
      List.of(
          "Asia/Shanghai",
          "Asia/Kathmandu",
          "America/St_Johns",
          "Europe/Berlin",
          "Australia/Lord_Howe");

  /// What a world is made of besides chance.
  ///
  /// @param disk lies between the engine and the disk
  /// @param opens opens the engine
  public record Making(UnaryOperator<Disk> disk, Function<Engine.Settings, Engine> opens) {
    public static final Making STANDARD =
        new Making(disk -> disk, settings -> Engine.open(settings, _ -> {}));
  }

  /// What happened in a world.
  ///
  /// @param decisions of autopilots
  /// @param trace a checksum of everything that was done and answered, in order
  public record Summary(
      long seed,
      int steps,
      int restarts,
      int crashes,
      int checkpoints,
      int rebuilt,
      int cleanings,
      int decisions,
      long events,
      long merges,
      long messages,
      long delivered,
      long trace) {}

  /// Events that are on their way until they are acked.
  private record Mail(List<Event> events, boolean forgotten) {}

  /// An answer of a platform that has not arrived yet.
  private record Answer(String batch, List<Outcome> outcomes) {}

  private static final Engine.Cleaned NOT_CLEANED = new Engine.Cleaned(0, 0, 0, 0);

  private final long seed;
  private final int steps;
  private final Making making;
  private final Chance chance;
  private final Workload workload;
  private final Model model = new Model();
  private final SimulatedDisk disk;
  private final MortalDisk mortal;
  private final Storage storage;
  private final ZoneId zone;
  private final int keepEvery;
  private final Duration cleanWithin;
  private final Map<ChannelKind, Platform> platforms = new EnumMap<>(ChannelKind.class);
  private final List<Mail> mail = new ArrayList<>();
  private final List<Answer> answers = new ArrayList<>();
  private final Deque<Runnable> beside = new ArrayDeque<>();
  private final CRC32C trace = new CRC32C();

  private Instant clock = BEGIN;
  private String linkBase = "https://b.example";
  private Engine engine;
  private @Nullable Entry doubt;
  private int step;
  private int restarts;
  private int crashes;
  private int checkpoints;
  private int rebuilt;
  private int cleanings;
  private int decisions;
  private long baseSeen;
  private long keptSeen;

  private World(long seed, int steps, Making making) {
    this.seed = seed;
    this.steps = steps;
    this.making = making;
    this.chance = new Chance(seed);
    this.workload = new Workload(new Chance(chance.part().nextLong()));
    this.disk = new SimulatedDisk(chance.part());
    this.mortal = new MortalDisk(making.disk().apply(disk), chance.part());
    for (ChannelKind kind : ChannelKind.values()) {
      platforms.put(kind, new Platform(new Chance(chance.part().nextLong())));
    }
    this.zone = ZoneId.of(chance.of(ZONES));
    this.keepEvery = chance.of(40, 150, 400, 1_000_000);
    this.cleanWithin = chance.of(Duration.ofHours(1), Duration.ofDays(2), Duration.ofDays(900));
    int segmentBytes = chance.of(4_096, 30_000, 200_000);
    this.storage =
        new Storage(mortal, preparing(), segmentBytes, chance.of(0, Storage.ZEROS_BELOW));
    this.engine = restart();
  }

  /// Lives a world.
  ///
  /// @throws Broken when what must be true is not
  public static Summary live(long seed, int steps, Making making) {
    World[] world = new World[1];
    try {
      world[0] = new World(seed, steps, making);
      return world[0].live();
    } catch (Broken e) {
      throw new Broken("Step " + (world[0] == null ? 0 : world[0].step) + ": " + e.getMessage(), e);
    } catch (RuntimeException | AssertionError e) {
      throw new Broken(
          "Step " + (world[0] == null ? 0 : world[0].step) + ": nobody expected " + e, e);
    }
  }

  private Summary live() {
    found();
    // A model that searches lists is no host for a long life.
    for (step = 1; step <= steps && model.events() < MOST_EVENTS; step++) {
      disaster();
      act();
      spy();
      if (chance.oneIn(10)) {
        compare();
      }
    }
    end();
    return new Summary(
        seed,
        steps,
        restarts,
        crashes,
        checkpoints,
        rebuilt,
        cleanings,
        decisions,
        model.events(),
        model.merges(),
        model.messages(),
        platforms.values().stream().mapToInt(Platform::has).sum(),
        traced());
  }

  private long traced() {
    // Not how many bytes: what is cut off a torn group ends with its last byte that is not zero,
    // and
    // sealed bytes are chance's.
    note(disk.writes() + " writes, " + disk.forces() + " forces");
    return trace.getValue();
  }

  private void note(String what) {
    trace.update(what.getBytes(StandardCharsets.UTF_8));
  }

  // Starting and dying.

  /// A log that waits for its next segment must find it made, or it would wait for ever where
  /// nobody else runs; a checkpoint may come at any time, or never.
  private Executor preparing() {
    return task -> {
      if (task instanceof AsynchronousCompletionTask) {
        task.run();
      } else {
        beside.add(task);
      }
    };
  }

  private Engine.Settings settings() {
    return new Engine.Settings(
        storage,
        new Seal(KEY),
        zone,
        linkBase,
        () -> clock,
        new Engine.Pace(1, true, keepEvery, 8L * keepEvery, chance.of(1, 1_000_000), cleanWithin));
  }

  private Engine restart() {
    if (chance.oneIn(6)) {
      rot();
    }
    if (restarts > 0 && chance.oneIn(12)) {
      linkBase = "https://b" + restarts + ".example";
    }
    if (doubt != null) {
      // Whether the request was there is told by the number of records: no other may come now.
      clock = Instant.ofEpochMilli(model.nowMs());
    }
    boolean resumes = model.records() > 0 && clock.toEpochMilli() > model.nowMs() + LATE.toMillis();
    boolean configures = model.records() == 0 || !linkBase.equals(linkBaseTaken);
    if (chance.oneIn(6)) {
      strike();
    }
    Engine opened = null;
    while (opened == null) {
      try {
        opened = making.opens().apply(settings());
      } catch (EngineException e) {
        note("did not open: " + e.code());
        if (e.code() != EngineException.Code.LOG_UNWRITABLE) {
          throw new Broken("It does not open any more: " + e.getMessage(), e);
        }
        fall();
      }
    }
    long found = opened.gauges().records();
    long known = model.records() + (resumes ? 1 : 0) + (configures ? 1 : 0);
    Entry perhaps = doubt;
    doubt = null;
    if (perhaps != null && found == known + 1) {
      model.apply(perhaps);
      note("the last request was there");
    } else if (found != known) {
      throw new Broken(
          "Acked were "
              + known
              + " records"
              + (perhaps == null ? "" : ", one more was under way")
              + "; after the restart there are "
              + found);
    }
    if (resumes) {
      model.apply(new Entry.Resumed(clock.toEpochMilli()));
      note("nothing ran for a while");
    }
    if (configures) {
      model.apply(
          new Entry.Configured(
              Math.max(model.nowMs(), clock.toEpochMilli()), zone.getId(), linkBase));
      linkBaseTaken = linkBase;
    }
    if (opened.gauges().checkpointLost() != null) {
      rebuilt++;
    }
    restarts++;
    keptSeen = 0;
    note("restart " + found + " from " + opened.gauges().restoredFrom());
    return opened;
  }

  private String linkBaseTaken = "";

  /// What is left of one life is looked at before the next begins.
  private void rise() {
    beside.clear();
    answers.clear();
    List<String> whole = chance.oneIn(3) ? wholeLog() : null;
    int before = crashes;
    engine = restart();
    List<String> portrait = compare();
    // What was read may be lost in a crash on the way up, when it was never acked.
    if (whole != null && crashes == before && whole.getFirst().equals(portrait.getFirst())) {
      same("The state as the whole log says it", whole, "the engine's", portrait);
    }
    for (Engine.Batch batch : engine.unanswered()) {
      if (!reconcile(batch)) {
        return;
      }
    }
  }

  /// What the log says, or null when the disk does not let itself be read now.
  private @Nullable List<String> wholeLog() {
    try {
      return Portrait.of(storage, new Seal(KEY));
    } catch (DiskException e) {
      return null;
    } catch (EngineException e) {
      boolean damaged =
          e.code() == EngineException.Code.LOG_DAMAGED
              || e.code() == EngineException.Code.BASE_DAMAGED;
      if (damaged && !mortal.dead() && !disk.dead()) {
        throw new Broken("The log can not be read whole any more: " + e.getMessage(), e);
      }
      return null;
    }
  }

  /// The engine is gone, and so is whatever was under way.
  private void fall() {
    crashes++;
    if (mortal.dead()) {
      note("killed");
      disk.killed();
      disk.heal();
    } else if (disk.dead() || chance.percent(50)) {
      note("power cut");
      disk.crash();
    } else {
      note("killed afterwards");
      disk.killed();
      disk.heal();
    }
    mortal.reborn();
  }

  /// It said that it takes nothing more.
  private void down() {
    if (!mortal.dead() && !disk.dead()) {
      // The process lives on with a log that failed: it answers, refuses, and may be stopped.
      try {
        engine.advanceTo(clock.plusSeconds(1));
        throw new Broken("A log failed, and the engine went on taking");
      } catch (EngineException e) {
        if (e.code() != EngineException.Code.LOG_UNWRITABLE) {
          throw new Broken("A log failed, and the engine says " + e.code(), e);
        }
      }
      compare();
      if (chance.percent(50)) {
        stop();
        disk.killed();
        disk.heal();
        note("stopped");
        rise();
        return;
      }
    }
    fall();
    rise();
  }

  private void stop() {
    while (!beside.isEmpty()) {
      beside.remove().run();
    }
    try {
      engine.close();
    } catch (EngineException e) {
      note("closed with " + e.code());
    }
  }

  // What goes wrong.

  private void disaster() {
    switch (chance.roll(90)) {
      case 0 -> {
        note("kill -9");
        crashes++;
        disk.killed();
        disk.heal();
        mortal.reborn();
        rise();
      }
      case 1 -> {
        note("power off");
        crashes++;
        disk.crash();
        mortal.reborn();
        rise();
      }
      case 2, 3 -> {
        note("stop and start");
        stop();
        // A stop that met a fault left the folder to whoever comes.
        if (mortal.dead() || disk.dead()) {
          fall();
        } else {
          disk.killed();
        }
        rise();
      }
      case 4, 5 -> strike();
      case 6 -> disk.failForces(1 + chance.roll(2));
      case 7 -> disk.failWrites(1);
      case 8 -> disk.fullAfter(chance.roll(60_000));
      case 9 -> disk.slow(chance.roll(1_000_000));
      case 10 -> disk.heal();
      default -> {}
    }
  }

  /// Death comes in one of the next deeds.
  private void strike() {
    if (chance.percent(50)) {
      disk.cutPowerAfter(chance.roll(chance.of(3, 30, 120)));
    } else {
      mortal.dieAfter(chance.roll(chance.of(3, 30, 120)));
    }
  }

  /// Something derived is changed or gone.
  private void rot() {
    String folder = chance.of("state", "ids", "columns");
    List<String> names;
    try {
      names = disk.list(folder);
      if (names.isEmpty()) {
        return;
      }
      if (chance.oneIn(4)) {
        for (String name : names) {
          disk.delete(folder + "/" + name);
        }
        note("without " + folder);
        return;
      }
      String name = folder + "/" + chance.of(names);
      if (chance.oneIn(4)) {
        disk.delete(name);
        note("without " + name);
        return;
      }
      long size;
      try (Disk.DiskFile file = disk.open(name)) {
        size = file.size();
      }
      if (size > 0) {
        disk.rot(name, chance.roll((int) size), 1 << chance.roll(8));
        note("rot in " + name);
      }
    } catch (DiskException e) {
      note("no disk to rot");
    } catch (IllegalArgumentException e) {
      note("what was not forced does not rot");
    }
  }

  // What is done.

  private void act() {
    if (!beside.isEmpty() && chance.oneIn(4)) {
      beside.remove().run();
      note("something was done beside");
    }
    int choice = chance.roll(100);
    if (choice < 38) {
      send();
    } else if (choice < 58) {
      pass();
    } else if (choice < 63) {
      define();
    } else if (choice < 68) {
      join();
    } else if (choice < 71) {
      sever();
    } else if (choice < 72) {
      erase();
      if (chance.percent(60)) {
        clean();
      }
    } else if (choice < 74) {
      freeze();
      if (chance.percent(60)) {
        launch();
      }
      tag();
    } else if (choice < 77) {
      launch();
      steer();
      pilot();
    } else if (choice < 88) {
      // As the host does: what is held may leave from the tick on, and leaves at once.
      clock = Instant.ofEpochMilli(now()).plusSeconds(1 + chance.roll(90));
      if (chance.percent(20) || advanceTo(clock, "tick " + clock)) {
        deliver();
      }
    } else if (choice < 92) {
      answerLate();
    } else if (choice < 94) {
      receipts();
    } else if (choice < 95) {
      clean();
    } else if (choice < 97 && model.segmentNames().size() > 1) {
      // Without segments nobody is picked, and little happens.
      retire();
    } else {
      ask();
    }
  }

  /// Does what writes one entry or none, and has the model follow.
  ///
  /// @return null when the engine failed meanwhile, and another stands there now
  private <T extends @Nullable Object> @Nullable T take(
      String what, @Nullable Entry entry, Supplier<T> request) {
    T answer;
    try {
      answer = request.get();
    } catch (EngineException e) {
      note(what + " failed");
      if (e.code() != EngineException.Code.LOG_UNWRITABLE) {
        throw new Broken(what + " was answered with " + e.code() + ": " + e.getMessage(), e);
      }
      doubt = entry;
      down();
      return null;
    }
    note(what);
    if (entry != null) {
      model.apply(entry);
    }
    if (engine.gauges().records() != model.records()) {
      throw new Broken(
          what + ": the log has " + engine.gauges().records() + " records, not " + model.records());
    }
    return answer;
  }

  private boolean did(String what, @Nullable Entry entry, Runnable request) {
    Boolean done =
        take(
            what,
            entry,
            () -> {
              request.run();
              return true;
            });
    return done != null;
  }

  private long now() {
    return Math.max(model.nowMs(), clock.toEpochMilli());
  }

  /// The definitions a brand begins with.
  private void found() {
    for (String name : Workload.TEMPLATES) {
      publish(workload.template(name));
    }
    for (String name : Workload.COUPONS) {
      publish(workload.coupon(name));
    }
    for (String name : Workload.SEGMENTS.subList(0, chance.between(1, 4))) {
      publish(workload.segment(name, model.segmentNames()));
    }
    mail.add(new Mail(workload.opening(clock), false));
    for (String name : Workload.JOURNEYS.subList(0, chance.between(2, 5))) {
      publish(workload.journey(name, model.segmentNames()));
    }
    if (chance.percent(70)) {
      publish(workload.policy(model.segmentNames()));
    }
  }

  private void define() {
    publish(workload.definition(model.segmentNames()));
  }

  /// Gives some people a tag, or takes it away.
  private void tag() {
    if (model.people.size() == 0) {
      return;
    }
    String tag = chance.of(Workload.TAGS);
    boolean on = chance.percent(70);
    var some = new RoaringBitmap();
    for (int left = chance.between(1, 6); left > 0; left--) {
      some.add(chance.roll(model.people.size()));
    }
    RoaringBitmap changing = model.without(some, tag, on);
    Integer changed =
        take(
            (on ? "tag " : "untag ") + tag + " " + some,
            changing.isEmpty()
                ? null
                : new Entry.Tagged(now(), tag, on, "manual", "ops", "", changing),
            () -> engine.tag(tag, on, "manual", "ops", "", some));
    if (changed != null && changed != changing.getCardinality()) {
      throw new Broken("Tag " + tag + " changed " + changed + " people, not " + changing);
    }
  }

  private void retireTagGroup() {
    String name = chance.of(List.copyOf(model.tagGroups()));
    did(
        "retire tag group " + name,
        new Entry.Retired(now(), Entry.Definition.TAG_GROUP, name),
        () -> engine.retireTagGroup(name));
  }

  private void retire() {
    if (!model.tagGroups().isEmpty() && chance.percent(30)) {
      retireTagGroup();
      return;
    }
    String name = chance.of(List.copyOf(model.segmentNames()));
    boolean used = model.used(name);
    did(
        "retire " + name + (used ? ", which is used" : ""),
        used ? null : new Entry.Retired(now(), Entry.Definition.SEGMENT, name),
        () -> {
          boolean refused = false;
          try {
            engine.retireSegment(name);
          } catch (EngineException e) {
            refused = e.code() == EngineException.Code.IN_USE;
            if (!refused) {
              throw e;
            }
          }
          if (refused != used) {
            throw new Broken("Segment " + name + " is used: " + used + ", refused: " + refused);
          }
        });
  }

  private void publish(Workload.Definition definition) {
    if (definition.kind() == Entry.Definition.JOURNEY && missing(definition)) {
      return;
    }
    if (circles(definition)) {
      EngineException.Code code = null;
      try {
        engine.publish(definition.kind(), definition.name(), definition.json());
      } catch (EngineException e) {
        code = e.code();
      }
      if (code != EngineException.Code.REFUSED) {
        throw new Broken("A tag that follows itself was answered with " + code);
      }
      return;
    }
    var entry =
        new Entry.Published(
            now(),
            definition.kind(),
            definition.name(),
            model.version(definition.kind(), definition.name()) + 1,
            definition.json());
    did(
        "publish " + definition,
        entry,
        () -> engine.publish(definition.kind(), definition.name(), definition.json()));
  }

  private boolean circles(Workload.Definition definition) {
    Json json = Json.parse(definition.json());
    return switch (definition.kind()) {
      case TAG_GROUP -> model.circles(TagGroupJson.read(json), null);
      case SEGMENT ->
          json instanceof Json.Obj object
              && object.get("rule") instanceof Json.Str(String rule)
              && model.circles(null, Segment.parse(definition.name(), rule));
      default -> false;
    };
  }

  /// Whether the crash took a definition that a journey names.
  private boolean missing(Workload.Definition definition) {
    return Workload.TEMPLATES.stream()
            .anyMatch(
                name -> definition.json().contains("\"send\":\"" + name) && !model.template(name))
        || Workload.COUPONS.stream()
            .anyMatch(
                name -> definition.json().contains("\"coupon\":\"" + name) && !model.coupon(name));
  }

  private void send() {
    if (mail.isEmpty() || chance.percent(70)) {
      List<Event> batch = workload.batch(clock);
      if (chance.percent(10)) {
        batch.addAll(batch.subList(0, 1));
      }
      if (!mail.isEmpty() && chance.percent(10)) {
        batch.addAll(chance.of(mail).events());
      }
      mail.add(new Mail(List.copyOf(batch), false));
    }
    // Whatever is under way may come next; what was acked long ago may come again.
    int which = chance.roll(mail.size());
    Mail next = mail.get(which);
    if (chance.percent(10)) {
      note("a request was lost");
      return;
    }
    if (!take(next.events())) {
      return;
    }
    if (chance.percent(85)) {
      if (next.forgotten() || chance.percent(90)) {
        mail.remove(which);
      } else {
        mail.set(which, new Mail(next.events(), true));
      }
    } else {
      note("an answer was lost");
    }
  }

  private boolean take(List<Event> events) {
    BitSet fresh = model.fresh(events);
    List<Event> taken = fresh.stream().mapToObj(events::get).toList();
    BitSet answer =
        take(
            "take " + events.size(),
            taken.isEmpty() ? null : new Entry.Events(now(), taken),
            () -> engine.take(events));
    if (answer != null && !answer.equals(fresh)) {
      throw new Broken("New were " + fresh + " of a batch, the engine took " + answer);
    }
    return answer != null;
  }

  /// The wall clock goes on, mostly, and the engine is told, mostly.
  private void pass() {
    switch (chance.roll(12)) {
      case 0 -> clock = clock.minus(Duration.ofMinutes(chance.roll(300)));
      case 1, 2, 3 -> clock = clock.plusMillis(chance.roll(3 * 3_600_000));
      case 4, 5 -> clock = clock.plus(Duration.ofMinutes(chance.roll(60 * 30)));
      case 6 -> clock = midnight();
      case 7 -> clock = clock.plus(Duration.ofHours(chance.roll(24 * 5)));
      case 8 -> {
        if (chance.oneIn(4)) {
          clock = clock.plus(Duration.ofDays(chance.roll(40)));
        }
      }
      case 9 -> {
        Instant due = engine.ask().backlog().nextTimer();
        if (due != null && due.isBefore(clock.plus(Duration.ofDays(60)))) {
          clock = due.minusMillis(chance.roll(2));
        }
      }
      default -> {}
    }
    if (chance.percent(85)) {
      // Mostly what may leave leaves at once; else it may be too late for it the next time.
      if (advanceTo(clock, "tick " + clock) && chance.percent(80)) {
        deliver();
      }
    }
  }

  /// As the engine does it, a record at a time: what autopilots decide on the way, each at its own
  /// instant, and the tick.
  private boolean advanceTo(Instant to, String what) {
    for (Instant next = model.nextDecision();
        next != null && !next.isAfter(to);
        next = model.nextDecision()) {
      Instant at = next;
      if (!did(
              "tick to a decision at " + at,
              at.toEpochMilli() <= model.nowMs() ? null : new Entry.Ticked(at.toEpochMilli()),
              () -> engine.passTo(at))
          || !did("decide", model.decision(model.nowMs()), () -> decided(engine.decide()))) {
        return false;
      }
      decisions++;
    }
    // Nothing is left to be decided: this is one tick.
    return did(
        what,
        to.toEpochMilli() <= model.nowMs() ? null : new Entry.Ticked(to.toEpochMilli()),
        () -> engine.advanceTo(to));
  }

  private static void decided(boolean any) {
    if (!any) {
      throw new Broken("An autopilot's decision was due, and the engine made none");
    }
  }

  /// Somebody decides for an autopilot.
  private void pilot() {
    if (model.piloted().isEmpty()) {
      return;
    }
    String journey = chance.of(List.copyOf(model.piloted()));
    Pilot.Act act = chance.of(Pilot.Act.RELEASE, Pilot.Act.STOP, Pilot.Act.RESUME);
    Entry.Piloted decision = model.byHand(journey, act, now());
    did(
        act + " " + journey,
        decision,
        () -> {
          boolean refused = false;
          try {
            engine.pilot(journey, act, "ops");
          } catch (EngineException e) {
            refused = e.code() == EngineException.Code.REFUSED;
            if (!refused) {
              throw e;
            }
          }
          if (refused != (decision == null)) {
            throw new Broken(act + " of " + journey + " was refused: " + refused);
          }
        });
  }

  private Instant midnight() {
    LocalDate day = clock.atZone(zone).toLocalDate().plusDays(chance.between(1, 3));
    return day.atStartOfDay(zone).toInstant().minusMillis(chance.roll(2));
  }

  private void join() {
    if (model.people.size() < 2) {
      return;
    }
    Identifier one = model.people.identifier(chance.roll(model.people.size()));
    Identifier other = model.people.identifier(chance.roll(model.people.size()));
    did(
        "join " + one + " " + other,
        new Entry.Joined(now(), one, other, "d" + step, "ops"),
        () -> engine.join(one, other, "d" + step, "ops"));
  }

  private void sever() {
    int links = model.people.links().size();
    if (links > 0) {
      int link = chance.roll(links);
      did("sever " + link, new Entry.Severed(now(), link, "ops"), () -> engine.sever(link, "ops"));
    }
  }

  private void erase() {
    if (model.people.size() == 0) {
      return;
    }
    int name = chance.roll(model.people.size());
    int profile = model.people.profileOf(name);
    boolean there = model.people.person(profile);
    Boolean erased =
        take(
            "erase " + name,
            there ? new Entry.Erased(now(), model.people.members(profile), "ops") : null,
            () -> engine.erase(name, "ops"));
    if (erased != null && erased != there) {
      throw new Broken("Customer p" + name + " was there: " + there + ", erased: " + erased);
    }
  }

  /// Asks for a cleaning; when it happens is the engine's.
  private void clean() {
    did("clean", null, () -> engine.clean().exceptionally(_ -> NOT_CLEANED));
  }

  private void freeze() {
    if (model.segmentNames().isEmpty()) {
      return;
    }
    String audience = chance.of(Workload.AUDIENCES);
    String segment = chance.of(List.copyOf(model.segmentNames()));
    boolean again = chance.percent(40);
    String text = chance.percent(20) ? "did order_paid within 3d or in segment " + segment : "";
    String named = text.isEmpty() ? segment : "";
    did(
        "freeze " + audience + (again ? " again" : ""),
        model.audienceNames().contains(audience) && !again
            ? null
            : new Entry.Frozen(now(), audience, named, text, "ops", again),
        () -> engine.freeze(audience, named, text, "ops", again));
  }

  private void launch() {
    List<String> ready =
        model.journeyNames().stream()
            .filter(
                name ->
                    Objects.requireNonNull(model.latest(name)).entry()
                            instanceof Journey.Entry.OfAudience(String audience)
                        && model.audienceNames().contains(audience))
            .toList();
    if (!ready.isEmpty()) {
      String journey = chance.of(ready);
      did("launch " + journey, new Entry.Launched(now(), journey), () -> engine.launch(journey));
    }
  }

  /// Pauses, resumes, drains or migrates a journey, or has people enter by a call.
  private void steer() {
    if (model.journeyNames().isEmpty()) {
      return;
    }
    String name = chance.of(List.copyOf(model.journeyNames()));
    Journey latest = Objects.requireNonNull(model.latest(name));
    switch (chance.roll(7)) {
      case 6 -> {
        String guide = chance.of(Workload.GUIDES);
        boolean left = chance.percent(60);
        String other = chance.of(Workload.GUIDES);
        String successor = left && !other.equals(guide) ? other : "";
        did(
            "staff " + guide + (left ? " left to " + successor : " is back"),
            model.staffs(guide, left, successor)
                ? new Entry.Staffed(now(), guide, left, successor, "ops")
                : null,
            () -> engine.staff(guide, left, successor, "ops"));
      }
      case 0, 1, 2 -> {
        Steering wanted =
            chance.of(Steering.RUNNING, Steering.RUNNING, Steering.PAUSED, Steering.DRAINING);
        did(
            "steer " + name + " " + wanted,
            model.steers(name, wanted) ? new Entry.Steered(now(), name, wanted, "ops") : null,
            () -> engine.steer(name, wanted, "ops"));
      }
      case 3, 4 -> {
        if (latest.version() > 1) {
          int from = 1 + chance.roll(latest.version() - 1);
          if (model.hasVersion(name, from)) {
            did(
                "migrate " + name + " " + from,
                new Entry.Migrated(now(), name, from, Map.of(), "ops"),
                () -> engine.migrate(name, from, Map.of(), "ops"));
          }
        }
      }
      default -> {
        if (latest.entry() instanceof Journey.Entry.OfCall && model.people.size() > 0) {
          var some = RoaringBitmap.bitmapOf(chance.roll(model.people.size()));
          did(
              "call " + name,
              new Entry.Called(now(), name, "k", some),
              () -> engine.call(name, "k", some));
        }
      }
    }
  }

  // Messages.

  private void deliver() {
    for (Engine.Batch batch : engine.unanswered()) {
      if (answers.stream().noneMatch(answer -> answer.batch().equals(batch.id()))
          && !reconcile(batch)) {
        return;
      }
    }
    for (int left = chance.between(2, 4); left > 0; left--) {
      deliver(chance.of(ChannelKind.values()));
    }
  }

  private void deliver(ChannelKind kind) {
    int most = chance.of(1, 3, 100);
    while (true) {
      List<String> late = model.nextRecalled(kind, most, now());
      if (late.isEmpty()) {
        break;
      }
      if (!did(
          "recall " + late.size(),
          new Entry.Recalled(now(), late),
          () -> engine.recall(kind, most))) {
        return;
      }
    }
    List<String> keys = model.nextKeys(kind, most, now());
    String id = model.nextBatch();
    Engine.Batch batch =
        take(
            "hand over " + keys.size(),
            keys.isEmpty() ? null : new Entry.HandedOver(now(), id, keys),
            () -> engine.nextBatch(kind, most));
    if (batch == null) {
      return;
    }
    if (!batch.keys().equals(keys) || !batch.id().equals(id)) {
      throw new Broken("Batch " + id + " is " + keys + ", the engine gives " + batch);
    }
    for (String key : keys) {
      Touchpoint touchpoint = Objects.requireNonNull(model.touchpoint(key));
      if (touchpoint.reason() != Reason.SENT) {
        throw new Broken("A message leaves that is " + touchpoint.reason() + ": " + key);
      }
      if (model.woken(key, now())) {
        throw new Broken("A message leaves in the quiet hours: " + key);
      }
      if (model.overCaps(key)) {
        throw new Broken("A message leaves over a cap: " + key);
      }
    }
    List<Outcome> outcomes = platform(kind).handOver(batch.id(), batch.envelopes());
    if (outcomes == null) {
      note("a platform's answer was lost");
    } else {
      answers.add(new Answer(batch.id(), outcomes));
      if (chance.percent(50)) {
        answer(answers.removeLast());
      }
    }
  }

  private Platform platform(ChannelKind kind) {
    return Objects.requireNonNull(platforms.get(kind));
  }

  private void answerLate() {
    if (!answers.isEmpty()) {
      answer(answers.remove(chance.roll(answers.size())));
    }
  }

  private boolean answer(Answer answer) {
    return did(
        "answer " + answer.batch(),
        new Entry.Answered(now(), answer.batch(), answer.outcomes()),
        () -> engine.answer(answer.batch(), answer.outcomes()));
  }

  private boolean reconcile(Engine.Batch batch) {
    return answer(new Answer(batch.id(), platform(batch.channel()).reconcile(batch.envelopes())));
  }

  private void receipts() {
    ChannelKind kind = chance.of(ChannelKind.values());
    var events = new ArrayList<Event>();
    for (String key : platform(kind).some(3)) {
      Touchpoint touchpoint = Objects.requireNonNull(model.touchpoint(key));
      Identifier who =
          touchpoint.address().isEmpty()
              // Erased meanwhile: the receipt finds the number.
              ? model.people.identifier(touchpoint.profile())
              : switch (kind) {
                case SMS, CALL -> Identifier.of(IdentifierKind.PHONE, touchpoint.address());
                case WECOM ->
                    Identifier.of(IdentifierKind.EXTERNAL_USERID, "corp", touchpoint.address());
                case OFFICIAL_ACCOUNT, OFFICIAL_TEMPLATE, SUBSCRIBE ->
                    Identifier.of(IdentifierKind.OPENID, touchpoint.sender(), touchpoint.address());
              };
      events.add(workload.receipt(key, who, clock));
    }
    if (!events.isEmpty()) {
      take(events);
    }
  }

  // What is looked at.

  /// Asks a rule of everybody, over blocks and what is fresh.
  private void ask() {
    Condition rule = RuleText.parse(workload.rule());
    var said = new ArrayList<Integer>();
    engine.ask().members(rule).forEach((int profile) -> said.add(profile));
    List<Integer> members = model.members(rule);
    if (!said.equals(members)) {
      throw new Broken("'" + rule + "' means " + members + ", the engine says " + said);
    }
    List<Canvas.Stuck> stuck = engine.ask().stuck(3);
    if (!stuck.isEmpty()) {
      throw new Broken("Nothing will move on " + stuck);
    }
  }

  private void spy() {
    long kept = engine.gauges().keptRecord();
    if (kept != keptSeen) {
      keptSeen = kept;
      checkpoints++;
    }
    long base = engine.waiting().base();
    if (base != baseSeen) {
      baseSeen = base;
      cleanings++;
    }
  }

  /// @return the engine's portrait, which is the model's
  private List<String> compare() {
    List<String> portrait = Portrait.of(engine);
    same("The model", model.portrait(), "the engine", portrait);
    for (String line : portrait) {
      note(line);
    }
    return portrait;
  }

  private static void same(String one, List<String> expected, String other, List<String> found) {
    for (int i = 0; i < Math.max(expected.size(), found.size()); i++) {
      String a = i < expected.size() ? expected.get(i) : "nothing";
      String b = i < found.size() ? found.get(i) : "nothing";
      if (!a.equals(b)) {
        int at = 0;
        while (at < Math.min(a.length(), b.length()) && a.charAt(at) == b.charAt(at)) {
          at++;
        }
        int from = Math.max(0, at - 120);
        throw new Broken(
            one
                + " and "
                + other
                + " differ in line "
                + i
                + " at "
                + at
                + ":\n  "
                + excerpt(a, from)
                + "\n  "
                + excerpt(b, from));
      }
    }
  }

  private static String excerpt(String line, int from) {
    int begin = Math.min(from, line.length());
    int end = Math.min(line.length(), begin + 400);
    return (begin > 0 ? "…" : "") + line.substring(begin, end) + (end < line.length() ? "…" : "");
  }

  /// No fault any more: what is under way arrives, what is due happens, and all of it is once more
  /// what the whole log says.
  private void end() {
    disk.heal();
    mortal.dieAfter(Long.MAX_VALUE);
    for (Mail last : List.copyOf(mail)) {
      take(last.events());
    }
    clock = Instant.ofEpochMilli(now()).plus(Duration.ofDays(4));
    advanceTo(clock, "the last tick");
    stop();
    List<String> whole = Portrait.of(storage, new Seal(KEY));
    same("The model", model.portrait(), "the whole log", whole);
  }
}
