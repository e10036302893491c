package io.huoshui.bench;

import io.huoshui.engine.Canvas;
import io.huoshui.engine.Engine;
import io.huoshui.engine.Entry;
import io.huoshui.engine.Seal;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.json.Json;
import io.huoshui.profile.Draw;
import io.huoshui.server.records.Database;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// Millions of people on one journey that does what journeys do: it waits, branches on a segment,
/// splits, learns which arm is better, tags, sends through the gate, waits for an event or a
/// time-out, and ends by its goal or by an exit rule. They enter in waves two minutes apart, so
/// that time passes in ticks of a wave each, every tick a record that is forced.
///
/// ```
/// first (wait 3d) → who (branch in segment) ┬ seen (waitFor) ┬ mark ──────────────┬ rest (wait 30d) → last (wait 20d)
///                                           │                └ half               │
///                                           └ half (split) ┬ 90 % ────────────────┤
///                                                          └ best (adapt) ┬ hello ┤
///                                                                         └ mark ─┘
/// ```
///
/// Who should be where follows from who they are, and is counted before any figure is given. Beside
/// it what a timer is elsewhere: a member of Redis' sorted set, a row of db-scheduler, a timer of
/// Flink; each fires and is set anew, exactly once.
final class JourneysBench {
  private static final Instant BEGIN = Instant.parse("2026-07-01T00:00:00Z");
  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
  private static final Duration APART = Duration.ofMinutes(2);
  private static final int BATCH = 10_000;
  private static final int PIPELINE = 10_000;

  /// So many ticks' rates make one figure of a spread.
  private static final int STRETCHES = 10;

  /// Firing a wheel of linked timers, bound by memory (PERFORMANCE.md C), timers/s.
  private static final double LIMIT = 6_000_000;

  /// db-scheduler keeps a row per timer, and is given so many at most.
  private static final int MOST_ROWS = 200_000;

  /// With its state in RocksDB Flink takes long, and is given so many at most.
  private static final int MOST_IN_ROCKS = 1_000_000;

  private static final int BURST = 1_000_000;

  private static final String JOURNEY =
      """
      {"journey": "recall", "entry": {"call": true}, "holdOut": 10,
       "goal": {"event": "order_paid", "within": "60d", "exits": true},
       "exits": [{"event": "order_refunded"}, {"if": "has withdrawn sms"}],
       "steps": [
        {"id": "first", "wait": "3d"},
        {"id": "who", "branch": [{"if": "in segment \\"vip\\"", "next": "seen"}], "otherwise": "half"},
        {"id": "seen", "waitFor": {"event": "page_viewed", "atMost": "48h", "then": "mark", "otherwise": "half"}},
        {"id": "half", "split": [{"name": "a", "percent": 90, "next": "rest"}, {"name": "b", "percent": 10, "next": "best"}]},
        {"id": "best", "adapt": {"floor": 20, "arms": [{"name": "x", "next": "hello"}, {"name": "y", "next": "mark"}]}},
        {"id": "hello", "send": "hello", "next": "rest"},
        {"id": "mark", "tag": "marked"},
        {"id": "rest", "wait": "30d"},
        {"id": "last", "wait": "20d"}]}\
      """;

  private final int people;
  private final boolean peers;
  private final int waves;
  private final AtomicLong nowMs = new AtomicLong(BEGIN.toEpochMilli());

  /// @param peers whether db-scheduler and Flink run beside it too
  JourneysBench(int people, boolean peers) {
    this.people = people;
    this.peers = peers;
    this.waves = Math.clamp(people / 10_000, STRETCHES, 1_000);
  }

  private Engine.Settings settings(Path folder) {
    return new Engine.Settings(
        folder, new Seal(new byte[32]), ZONE, "http://x", () -> Instant.ofEpochMilli(nowMs.get()));
  }

  /// What of a person follows from their number.
  private enum Who {
    CONSENTED,
    VIP,
    VISITOR,
    /// Comes to the goal after the first wait.
    BUYER,
    /// Is ruled out by an event after the first wait.
    REFUNDED,
    /// Is ruled out by a rule at the end of the first wait.
    WITHDRAWN;

    static Who of(int person) {
      int digit = person % 10;
      if (digit < 5) {
        return CONSENTED;
      }
      if (digit < 7) {
        return VIP;
      }
      return switch (person % 100) {
        case 7 -> BUYER;
        case 8 -> REFUNDED;
        case 9 -> WITHDRAWN;
        default -> VISITOR;
      };
    }
  }

  void run() {
    Path folder =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "huoshui-bench-journeys-" + ProcessHandle.current().pid());
    System.err.printf(
        Locale.ROOT,
        "journeys: %,d people in %,d waves, load %.1f%n",
        people,
        waves,
        Figures.load());
    Figures schedule;
    Figures fire;
    Figures again;
    double timerBytes;
    double positionBytes;
    double eventsPerSecond;
    double burstMs;
    long began;
    double openSeconds;
    double forceMs;
    double force99Ms;
    double cpuMicros;
    double stepsEach;
    long steps;
    try (Engine engine = Engine.open(settings(folder), _ -> {})) {
      publish(engine);
      fill(engine);
      long before = heap();
      schedule = schedule(engine);
      timerBytes = engine.ask().pulse().timerBytes() / (double) people;
      positionBytes = (heap() - before) / (double) people;
      System.err.printf(
          Locale.ROOT,
          "  %.1f bytes per timer, %.0f bytes of heap per position with it%n",
          timerBytes,
          positionBytes);
      double cpu = Figures.cpuSeconds();
      fire = fire(engine, "fire and step", "first", Duration.ofDays(3));
      cpuMicros = (Figures.cpuSeconds() - cpu) * 1e6 / people;
      stepsEach = checkAfterFirst(engine) / (double) people;
      eventsPerSecond = events(engine);
      // Who waited for an event and saw none goes on, at the same distance as the waves entered.
      fire(engine, "time-outs", "seen", Duration.ofDays(5));
      checkAfterEvents(engine);
      forceMs = engine.gauges().syncSeconds(0.5) * 1e3;
      force99Ms = engine.gauges().syncSeconds(0.99) * 1e3;
      began = System.nanoTime();
    }
    double closeSeconds = (System.nanoTime() - began) / 1e9;
    began = System.nanoTime();
    try (Engine engine = Engine.open(settings(folder), _ -> {})) {
      openSeconds = (System.nanoTime() - began) / 1e9;
      System.err.printf(
          Locale.ROOT,
          "  closed with a checkpoint in %.1f s, opened with %,d in flight in %.1f s%n",
          closeSeconds,
          engine.ask().pulse().activePositions(),
          openSeconds);
      checkAfterEvents(engine);
      again = fire(engine, "fire and step again", "rest", Duration.ofDays(33));
      steps = checkAfterRest(engine);
      burstMs = burst(engine);
    }
    System.gc();
    double[] redis = redis();
    double[] rows = peers ? scheduler(folder.resolve("peer")) : null;
    double[] heap = peers ? flink("heap", folder) : null;
    double[] rocks = peers ? flink("rocksdb", folder) : null;
    Peer.delete(folder);
    schedule.print();
    fire.print();
    again.print();
    Figures.line(
        "journeys",
        fire,
        redis == null
            ? new Figures[0]
            : new Figures[] {Figures.of("Redis ZPOPMIN + ZADD", "timers/s", redis[1])},
        LIMIT,
        "stepsPerSecond",
        fire.median() * stepsEach,
        "cpuMicrosPerTimer",
        cpuMicros,
        "schedulePerSecond",
        schedule.median(),
        "scheduleSpread",
        spread(schedule),
        "secondWaitPerSecond",
        again.median(),
        "secondWaitSpread",
        spread(again),
        "stepsTaken",
        steps,
        "eventsPerSecond",
        eventsPerSecond,
        "bytesPerTimer",
        timerBytes,
        "bytesPerPosition",
        positionBytes,
        "burst",
        Math.min(BURST, people),
        "burstLastMs",
        burstMs,
        "closeSeconds",
        closeSeconds,
        "openSeconds",
        openSeconds,
        "redisSchedulePerSecond",
        number(redis, 0),
        "redisBytesPerTimer",
        number(redis, 2),
        "dbSchedulerSchedulePerSecond",
        number(rows, 0),
        "dbSchedulerFirePerSecond",
        number(rows, 1),
        "dbSchedulerForceMs",
        number(rows, 2),
        "flinkHeapSchedulePerSecond",
        number(heap, 0),
        "flinkHeapFirePerSecond",
        number(heap, 1),
        "flinkRocksSchedulePerSecond",
        number(rocks, 0),
        "flinkRocksFirePerSecond",
        number(rocks, 1),
        "people",
        people,
        "fsyncMedianMs",
        forceMs,
        "fsyncP99Ms",
        force99Ms,
        "load",
        Figures.load(),
        "firstBar",
        200_000);
  }

  private static Json spread(Figures of) {
    return Json.of(List.of(new Json.Num(rounded(of.least())), new Json.Num(rounded(of.most()))));
  }

  private static BigDecimal rounded(double value) {
    return new BigDecimal(value).round(new MathContext(5));
  }

  private static Json number(double @Nullable [] figures, int index) {
    return figures == null ? new Json.Null() : new Json.Num(rounded(figures[index]));
  }

  private static long heap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static void publish(Engine engine) {
    engine.publish(
        Entry.Definition.SEGMENT,
        "vip",
        Json.object("rule", Json.of("did page_viewed where [page = \"sale\"]")).write());
    engine.publish(
        Entry.Definition.TEMPLATE,
        "hello",
        """
        {"name": "hello", "channel": "sms", "text": "{name|亲}，好久不见：{link}", "sender": "活水", "costFen": 5}\
        """);
    engine.publish(Entry.Definition.JOURNEY, "recall", JOURNEY);
    engine.publish(
        Entry.Definition.JOURNEY,
        "burst",
        """
        {"journey": "burst", "entry": {"call": true}, "steps": [{"wait": "1h"}, {"wait": "30d"}]}\
        """);
  }

  private static Event event(int person, String id, String name, Instant time, Properties what) {
    return new Event(
        id + person,
        name,
        time,
        "mini",
        List.of(Identifier.of(IdentifierKind.PHONE, "+861" + (3_000_000_000L + person))),
        what);
  }

  /// One event each; the names of profiles are then the people's numbers.
  private void fill(Engine engine) {
    var batch = new ArrayList<Event>(BATCH);
    long began = System.nanoTime();
    for (int person = 0; person < people; person++) {
      Instant time = BEGIN.minusSeconds(person % 1_000 + 1);
      batch.add(
          switch (Who.of(person)) {
            case CONSENTED ->
                event(person, "c", "consent_given", time, Properties.of("channel", "sms"));
            case WITHDRAWN ->
                event(person, "w", "consent_withdrawn", time, Properties.of("channel", "sms"));
            case VIP -> event(person, "v", "page_viewed", time, Properties.of("page", "sale"));
            case VISITOR, BUYER, REFUNDED ->
                event(person, "v", "page_viewed", time, Properties.of("page", "home"));
          });
      if (batch.size() == BATCH || person == people - 1) {
        engine.take(batch);
        batch.clear();
      }
    }
    int last = people - 1;
    if (engine.ask().find(event(last, "", "x", BEGIN, Properties.NONE).identifiers().getFirst())
        != last) {
      throw new IllegalStateException("Person " + last + " has another number");
    }
    System.err.printf(
        Locale.ROOT,
        "  %,d people made up, %,.0f/s%n",
        people,
        people / ((System.nanoTime() - began) / 1e9));
  }

  private int wave(int number) {
    return (int) ((long) people * number / waves);
  }

  private Figures schedule(Engine engine) {
    var rates = new ArrayList<Double>();
    for (int stretch = 0; stretch < STRETCHES; stretch++) {
      int from = waves * stretch / STRETCHES;
      int to = waves * (stretch + 1) / STRETCHES;
      long began = System.nanoTime();
      for (int wave = from; wave < to; wave++) {
        nowMs.set(BEGIN.plus(APART.multipliedBy(wave)).toEpochMilli());
        var members = new RoaringBitmap();
        members.add((long) wave(wave), (long) wave(wave + 1));
        engine.call("recall", "", members);
      }
      rates.add((wave(to) - wave(from)) / ((System.nanoTime() - began) / 1e9));
      System.err.printf(Locale.ROOT, "  scheduled %,.0f/s%n", rates.getLast());
    }
    expect("in flight", engine.ask().pulse().activePositions(), people);
    return new Figures("schedule", "positions/s", rates);
  }

  /// Lets time pass wave by wave, so long after each wave entered.
  private Figures fire(Engine engine, String name, String step, Duration after) {
    var rates = new ArrayList<Double>();
    for (int stretch = 0; stretch < STRETCHES; stretch++) {
      int from = waves * stretch / STRETCHES;
      int to = waves * (stretch + 1) / STRETCHES;
      long waiting = 0;
      for (int person = wave(from); person < wave(to); person++) {
        waiting += waits(person, step) ? 1 : 0;
      }
      long began = System.nanoTime();
      for (int wave = from; wave < to; wave++) {
        Instant then = BEGIN.plus(after).plus(APART.multipliedBy(wave));
        nowMs.set(then.toEpochMilli());
        engine.advanceTo(then);
      }
      rates.add(waiting / ((System.nanoTime() - began) / 1e9));
      System.err.printf(Locale.ROOT, "  %s %,.0f/s%n", name, rates.getLast());
    }
    return new Figures(name, "timers/s", rates);
  }

  // Who should be where, from scratch.

  private static boolean waits(int person, String step) {
    Who who = Who.of(person);
    return switch (step) {
      case "first" -> true;
      case "seen" -> who == Who.VIP && !answers(person);
      // Whoever waited to see a page rests until later.
      default -> who == Who.CONSENTED || who == Who.VISITOR;
    };
  }

  /// Of those who wait to see a page.
  private static boolean answers(int person) {
    return person % 100 == 5;
  }

  private static boolean splits(int person) {
    return Draw.fraction("recall/half", person) * 100 >= 90;
  }

  private static boolean heldOut(int person) {
    return Draw.fraction("recall/hold-out", person) < 0.1;
  }

  private interface Test {
    boolean holds(int person, Who who);
  }

  private long count(Test test) {
    long count = 0;
    for (int person = 0; person < people; person++) {
      count += test.holds(person, Who.of(person)) ? 1 : 0;
    }
    return count;
  }

  private static Canvas canvas(Engine engine) {
    Canvas canvas = engine.ask().canvas("recall", 0);
    if (canvas == null) {
      throw new IllegalStateException("There is no journey 'recall'");
    }
    return canvas;
  }

  private static void expect(String what, long found, long expected) {
    if (found != expected) {
      throw new IllegalStateException(what + ": " + found + ", should be " + expected);
    }
  }

  /// @return how many steps were taken since the first wait
  private long checkAfterFirst(Engine engine) {
    Canvas canvas = canvas(engine);
    expect("entered", canvas.entered(), people);
    expect("held out", canvas.heldOut(), count((person, _) -> heldOut(person)));
    expect(
        "ruled out",
        canvas.exits().getOrDefault("rule", 0L),
        count((_, who) -> who == Who.WITHDRAWN));
    expect(
        "wait in seen",
        canvas.waiting().getOrDefault("seen", 0L),
        count((_, who) -> who == Who.VIP));
    checkSplit(
        engine, canvas, count((person, who) -> who != Who.WITHDRAWN && who != Who.VIP), false);
    return taken(canvas) - people;
  }

  private void checkSplit(Engine engine, Canvas canvas, long rest, boolean later) {
    Test split =
        (person, who) ->
            splits(person)
                && who != Who.WITHDRAWN
                && (who != Who.VIP || (later && !answers(person)));
    expect("split", canvas.passed().getOrDefault("best", 0L), count(split));
    long answered = later ? count((person, who) -> who == Who.VIP && answers(person)) : 0;
    expect(
        "took an arm",
        canvas.passed().getOrDefault("hello", 0L) + canvas.passed().getOrDefault("mark", 0L),
        count(split) + answered);
    expect("came to rest", canvas.passed().getOrDefault("rest", 0L), rest);
    long judged =
        engine.ask().pulse().verdicts().values().stream().mapToLong(Long::longValue).sum();
    expect("met the gate", judged, canvas.passed().getOrDefault("hello", 0L));
  }

  /// Some see the page they were waited for, some buy, some send it back.
  private double events(Engine engine) {
    Instant time = Instant.ofEpochMilli(nowMs.addAndGet(1_000));
    var batch = new ArrayList<Event>(BATCH);
    int sent = 0;
    long nanos = 0;
    for (int person = 0; person < people; person++) {
      Who who = Who.of(person);
      if (who == Who.BUYER) {
        batch.add(event(person, "o", "order_paid", time, Properties.of("amountFen", 9_900)));
      } else if (who == Who.REFUNDED) {
        batch.add(event(person, "r", "order_refunded", time, Properties.of("amountFen", 9_900)));
      } else if (who == Who.VIP && answers(person)) {
        batch.add(event(person, "a", "page_viewed", time, Properties.of("page", "home")));
      }
      if (batch.size() == BATCH || person == people - 1) {
        long began = System.nanoTime();
        engine.take(batch);
        nanos += System.nanoTime() - began;
        sent += batch.size();
        batch.clear();
      }
    }
    double rate = sent / (nanos / 1e9);
    System.err.printf(Locale.ROOT, "  %,d events of people on the journey, %,.0f/s%n", sent, rate);
    return rate;
  }

  private void checkAfterEvents(Engine engine) {
    Canvas canvas = canvas(engine);
    expect("goal", canvas.exits().getOrDefault("goal", 0L), count((_, who) -> who == Who.BUYER));
    expect(
        "ruled out",
        canvas.exits().getOrDefault("rule", 0L),
        count((_, who) -> who == Who.WITHDRAWN || who == Who.REFUNDED));
    checkSplit(engine, canvas, count((_, who) -> who != Who.WITHDRAWN), true);
    expect(
        "wait in rest",
        canvas.waiting().getOrDefault("rest", 0L),
        count((_, who) -> who != Who.WITHDRAWN && who != Who.BUYER && who != Who.REFUNDED));
  }

  /// @return how many steps were taken altogether
  private long checkAfterRest(Engine engine) {
    Canvas canvas = canvas(engine);
    expect(
        "wait in last",
        canvas.waiting().getOrDefault("last", 0L),
        count((person, _) -> waits(person, "rest")));
    expect(
        "wait in rest",
        canvas.waiting().getOrDefault("rest", 0L),
        count((_, who) -> who == Who.VIP));
    return taken(canvas);
  }

  private static long taken(Canvas canvas) {
    return canvas.passed().values().stream().mapToLong(Long::longValue).sum();
  }

  /// A million due at one instant: how long after it the last of them has stepped, on disk.
  private double burst(Engine engine) {
    int count = Math.min(BURST, people);
    var members = new RoaringBitmap();
    members.add(0L, (long) count);
    engine.call("burst", "", members);
    Instant due = Instant.ofEpochMilli(nowMs.get()).plus(Duration.ofHours(1));
    nowMs.set(due.toEpochMilli());
    long began = System.nanoTime();
    engine.advanceTo(due);
    double ms = (System.nanoTime() - began) / 1e6;
    Map<String, Long> waiting = engine.ask().underWay("burst").getOrDefault(1, Map.of());
    expect("stepped in the burst", waiting.getOrDefault("step2", 0L), count);
    System.err.printf(
        Locale.ROOT, "  a burst of %,d: the last has stepped after %,.0f ms%n", count, ms);
    return ms;
  }

  // Peers.

  /// Scheduled and fired-and-stepped per second, and bytes per timer; null when no Redis is
  /// installed.
  private double @Nullable [] redis() {
    try (Redis redis = Redis.start(true)) {
      if (redis == null) {
        return null;
      }
      double empty = redis.info("used_memory");
      long began = System.nanoTime();
      long added = 0;
      for (int from = 0; from < people; from += PIPELINE) {
        int to = Math.min(people, from + PIPELINE);
        redis.begin(2 + 2 * (to - from));
        redis.part("ZADD");
        redis.part("t");
        for (int i = from; i < to; i++) {
          redis.part(Long.toString(259_200_000L + 120_000L * (i / BATCH)));
          redis.part(Integer.toString(i));
        }
        added += redis.sum();
      }
      double schedule = people / ((System.nanoTime() - began) / 1e9);
      expect("added to Redis", added, people);
      double bytes = (redis.info("used_memory") - empty) / people;
      var fired = new BitSet(people);
      added = 0;
      began = System.nanoTime();
      for (int left = people; left > 0; left -= PIPELINE) {
        redis.add("ZPOPMIN", "t", Integer.toString(Math.min(left, PIPELINE)));
        List<String> popped = redis.texts();
        redis.begin(2 + popped.size());
        redis.part("ZADD");
        redis.part("t");
        for (int i = 0; i < popped.size(); i += 2) {
          fired.set(Integer.parseInt(popped.get(i)));
          redis.part(Long.toString(2_592_000_000L + Long.parseLong(popped.get(i + 1))));
          redis.part(popped.get(i));
        }
        added += redis.sum();
      }
      double fire = people / ((System.nanoTime() - began) / 1e9);
      expect("fired in Redis", fired.cardinality(), people);
      expect("added to Redis again", added, people);
      System.err.printf(
          Locale.ROOT,
          "  Redis scheduled %,.0f/s, fired and stepped %,.0f/s, %.0f bytes per timer (append-only"
              + " file, forced before each answer)%n",
          schedule,
          fire,
          bytes);
      return new double[] {schedule, fire, bytes};
    } catch (IOException e) {
      throw new IllegalStateException("Redis: " + e.getMessage(), e);
    }
  }

  /// db-scheduler on PostgreSQL with fsync on: tasks scheduled per second; executed and scheduled
  /// anew per second, once they are due; a force of the write-ahead log in ms, on average.
  private double[] scheduler(Path folder) {
    int count = Math.min(people, MOST_ROWS);
    try (Database database = Database.open(folder, Map.of())) {
      var best = new double[3];
      for (int threads : new int[] {20, 50, 100}) {
        try (JavaPeer peer =
            JavaPeer.start(
                "db-scheduler",
                "SchedulerPeer",
                List.of(
                    database.jdbcUrl(),
                    database.user(),
                    database.password(),
                    Integer.toString(count),
                    Integer.toString(threads)))) {
          double[] found = JavaPeer.numbers(peer.line());
          System.err.printf(
              Locale.ROOT,
              "  db-scheduler, %,d tasks, %d threads: scheduled %,.0f/s, fired and stepped %,.0f/s,"
                  + " force %.2f ms%n",
              count,
              threads,
              found[0],
              found[1],
              found[2]);
          best[0] = Math.max(best[0], found[0]);
          best[1] = Math.max(best[1], found[1]);
          best[2] = found[2];
        }
      }
      return best;
    }
  }

  /// Flink in a process of its own: scheduled, and fired and stepped, per second.
  ///
  /// @param backend `heap` or `rocksdb`
  private double[] flink(String backend, Path folder) {
    int count = backend.equals("heap") ? people : Math.min(people, MOST_IN_ROCKS);
    try (JavaPeer peer =
        JavaPeer.start(
            "flink",
            "FlinkPeer",
            List.of(
                "-Xmx6g",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/java.util=ALL-UNNAMED"),
            List.of(
                Integer.toString(count),
                backend,
                folder.resolve("flink-" + backend).toString(),
                Integer.toString(waves)))) {
      double[] found = JavaPeer.numbers(peer.line());
      expect("fired in Flink", (long) found[2], count);
      System.err.printf(
          Locale.ROOT,
          "  Flink, %,d people, state in %s: scheduled %,.0f/s, fired and stepped %,.0f/s (a"
              + " checkpoint every 10 s)%n",
          count,
          backend,
          found[0],
          found[1]);
      return found;
    }
  }
}
