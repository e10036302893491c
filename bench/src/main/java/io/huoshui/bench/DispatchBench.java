package io.huoshui.bench;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Entry;
import io.huoshui.engine.Seal;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.json.Json;
import io.huoshui.profile.Draw;
import io.huoshui.reach.Channel;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Reason;
import io.huoshui.server.reach.Channels;
import io.huoshui.server.reach.Outbox;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// One mass send: everybody enters a journey whose first step is a message, each message meets the
/// whole gate (hold-out, control group, address, consent, suppression, caps over what people heard
/// before, quiet hours in their own zones, a budget), is written with a trait and a tracked link,
/// and lies in the outbox, on disk. Then it leaves: through the server's own outbox to a sink over
/// HTTP that counts keys.
///
/// Who gets what follows from who people are, and is counted from scratch before any figure is
/// given. Beside it the cap check alone, as a Lua script in Redis.
final class DispatchBench {
  /// Half past ten on a Wednesday in Shanghai; in New York it is half past ten in the evening.
  private static final Instant BEGIN = Instant.parse("2026-07-01T02:30:00Z");

  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
  private static final int BATCH = 10_000;
  private static final int PIPELINE = 10_000;
  private static final long COST_FEN = 5;
  private static final Duration BETWEEN = Duration.ofDays(8);

  /// What AliyunSms takes in one call.
  private static final int SMALL = 100;

  private static final int LARGE = 1_000;

  /// A kernel that does the same to arrays on one core (PERFORMANCE.md C), messages/s.
  private static final double LIMIT = 4_500_000;

  private final int repeat;
  private final int people;
  private final AtomicLong nowMs = new AtomicLong(BEGIN.toEpochMilli());

  DispatchBench(int repeat, int people) {
    // The last two rounds leave over HTTP.
    this.repeat = Math.max(3, repeat);
    this.people = people;
  }

  void run() {
    Path folder =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "huoshui-bench-dispatch-" + ProcessHandle.current().pid());
    System.err.printf(
        Locale.ROOT,
        "dispatch: %,d people, %d rounds, the first only warms up, load %.1f%n",
        people,
        repeat + 1,
        Figures.load());
    var judged = new ArrayList<Double>();
    var letOut = new ArrayList<Double>();
    var cpuMicros = new ArrayList<Double>();
    var drained = new ArrayList<Double>();
    double small = 0;
    double large = 0;
    double forceMs;
    double force99Ms;
    try (Engine engine =
            Engine.open(
                new Engine.Settings(
                    folder,
                    new Seal(new byte[32]),
                    ZONE,
                    "https://brand.example",
                    () -> Instant.ofEpochMilli(nowMs.get())),
                _ -> {});
        var sink = new Sink()) {
      publish(engine);
      fill(engine);
      for (int round = 0; round <= repeat; round++) {
        nowMs.set(BEGIN.plus(BETWEEN.multipliedBy(round + 1)).toEpochMilli());
        earlier(engine, round);
        engine.advanceTo(now());
        drain(engine, null, BATCH);
        Map<Reason, Long> expected = expected(round);
        budget(engine, round, expected);
        Map<Reason, Long> before = engine.ask().pulse().verdicts();
        double cpu = Figures.cpuSeconds();
        long began = System.nanoTime();
        engine.launch("mass" + round);
        nowMs.addAndGet(1_000);
        engine.advanceTo(now());
        double seconds = (System.nanoTime() - began) / 1e9;
        double used = Figures.cpuSeconds() - cpu;
        check(before, engine.ask().pulse().verdicts(), expected);
        int out = engine.ask().backlog().outbox();
        if (out != expected.getOrDefault(Reason.SENT, 0L)) {
          throw new IllegalStateException(out + " in the outbox, of " + expected);
        }
        if (round > 0) {
          judged.add(people / seconds);
          letOut.add(out / seconds);
          cpuMicros.add(used * 1e6 / people);
        }
        System.err.printf(
            Locale.ROOT,
            "  round %d: %,.0f messages/s through the gate, %.2f µs of processor time each, %,.0f/s"
                + " into the outbox (%,d), load %.1f%n",
            round,
            people / seconds,
            used * 1e6 / people,
            out / seconds,
            out,
            Figures.load());
        // The last two leave over HTTP: in calls as small as an SMS platform wants them, and
        // larger.
        if (round < repeat - 1) {
          double rate = drain(engine, null, LARGE);
          if (round > 0) {
            drained.add(rate);
          }
        } else {
          int keys = sink.keys();
          if (round < repeat) {
            small = drain(engine, sink.channel(SMALL), SMALL);
          } else {
            large = drain(engine, sink.channel(LARGE), LARGE);
          }
          if (sink.keys() - keys != out) {
            throw new IllegalStateException(
                sink.keys() - keys + " keys came to the sink, " + out + " were in the outbox");
          }
        }
      }
      forceMs = engine.gauges().syncSeconds(0.5) * 1e3;
      force99Ms = engine.gauges().syncSeconds(0.99) * 1e3;
    }
    Peer.delete(folder);
    double[] forced = redis(true);
    double[] memory = redis(false);
    var ours = new Figures("through the gate to the outbox", "messages/s", judged);
    ours.print();
    new Figures("into the outbox", "messages/s", letOut).print();
    new Figures("out of the outbox, no HTTP", "messages/s", drained).print();
    Figures.line(
        "dispatch",
        ours,
        forced == null
            ? new Figures[0]
            : new Figures[] {Figures.of("Redis Lua cap check", "checks/s", forced)},
        LIMIT,
        "cpuMicrosPerMessage",
        new Figures("", "", cpuMicros).median(),
        "letOutPerSecond",
        new Figures("", "", letOut).median(),
        "redisInMemoryPerSecond",
        memory == null ? new Json.Null() : Figures.of("", "", memory).median(),
        "outOfOutboxPerSecond",
        new Figures("", "", drained).median(),
        "httpBy100PerSecond",
        small,
        "httpBy1000PerSecond",
        large,
        "people",
        people,
        "fsyncMedianMs",
        forceMs,
        "fsyncP99Ms",
        force99Ms,
        "load",
        Figures.load(),
        "firstBar",
        300_000,
        "firstBarHttp",
        20_000);
  }

  private Instant now() {
    return Instant.ofEpochMilli(nowMs.get());
  }

  private void publish(Engine engine) {
    engine.publish(
        Entry.Definition.SEGMENT,
        "everybody",
        Json.object("rule", Json.of("did page_viewed or has identifier phone")).write());
    engine.publish(
        Entry.Definition.SEGMENT,
        "angry",
        Json.object("rule", Json.of("did order_refunded within 365d")).write());
    for (String template : List.of("news", "mass")) {
      engine.publish(
          Entry.Definition.TEMPLATE,
          template,
          """
          {"name": "%s", "channel": "sms", "text": "【活水】{name|亲爱的会员}，您的专属礼遇已经备好，七日之内到店或在小程序里领取均可：{link} 拒收请回复R",
           "sender": "活水", "costFen": %d}\
          """
              .formatted(template, COST_FEN));
    }
    engine.publish(
        Entry.Definition.JOURNEY,
        "news",
        """
        {"journey": "news", "entry": {"call": true}, "reentry": {"perKey": "issue"},
         "steps": [{"send": "news"}]}\
        """);
    policy(engine, Map.of());
  }

  private static void policy(Engine engine, Map<String, Long> budgets) {
    var fen = new StringBuilder();
    budgets.forEach(
        (journey, most) ->
            fen.append(fen.isEmpty() ? "" : ", ").append("\"" + journey + "\": " + most));
    engine.publish(
        Entry.Definition.GATE_POLICY,
        "gate",
        """
        {"quietFrom": "21:00", "quietTo": "09:00",
         "caps": [{"most": 1, "period": "1d"}, {"most": 4, "period": "7d"},
                  {"channel": "sms", "most": 2, "period": "7d"}],
         "control": {"salt": "2026", "percent": 5}, "suppressed": [{"segment": "angry"}],
         "budgetsFen": {%s}}\
        """
            .formatted(fen));
  }

  // Who people are, by their number.

  private static boolean addressed(int person) {
    return person % 1_000 < 960 || person % 1_000 >= 970;
  }

  private static boolean withdrew(int person) {
    return person % 1_000 >= 970 && person % 1_000 < 990;
  }

  private static boolean silent(int person) {
    return person % 1_000 >= 990;
  }

  private static boolean angry(int person) {
    return person % 1_000 >= 930 && person % 1_000 < 960;
  }

  private static boolean abroad(int person) {
    return person % 10 == 3;
  }

  /// Three events for most, each with one identifier, so that a profile's name is its number.
  private void fill(Engine engine) {
    engine.freeze("none", "angry");
    var batch = new ArrayList<Event>(BATCH + 4);
    for (int person = 0; person < people; person++) {
      Instant time = BEGIN.minusSeconds(86_400 + person % 1_000);
      Identifier identifier =
          addressed(person)
              ? Identifier.of(IdentifierKind.PHONE, "+861" + (3_000_000_000L + person))
              : Identifier.of(IdentifierKind.MEMBER_NUMBER, "m" + person);
      add(batch, person, "page_viewed", time, identifier, Properties.of("page", "home"));
      if (!silent(person)) {
        add(batch, person, "consent_given", time, identifier, Properties.of("channel", "sms"));
      }
      if (withdrew(person)) {
        add(
            batch,
            person,
            "consent_withdrawn",
            time.plusSeconds(1),
            identifier,
            Properties.of("channel", "sms"));
      }
      if (angry(person)) {
        add(batch, person, "order_refunded", time, identifier, Properties.of("amountFen", 9_900));
      }
      add(
          batch,
          person,
          "profile_updated",
          time,
          identifier,
          abroad(person)
              ? Properties.of("name", "会员" + person, "zone", "America/New_York")
              : Properties.of("name", "会员" + person));
      if (batch.size() >= BATCH || person == people - 1) {
        engine.take(batch);
        batch.clear();
      }
    }
    engine.freeze("all", "everybody");
    System.err.printf(Locale.ROOT, "  %,d people made up%n", people);
  }

  private static void add(
      List<Event> batch,
      int person,
      String name,
      Instant time,
      Identifier identifier,
      Properties what) {
    batch.add(new Event(name + person, name, time, "mini", List.of(identifier), what));
  }

  /// What some have heard before the mass send: three days, two days and an hour before.
  private void earlier(Engine engine, int round) {
    Instant mass = now();
    for (int issue = 0; issue < 3; issue++) {
      nowMs.set(
          mass.minus(
                  List.of(Duration.ofDays(3), Duration.ofDays(2), Duration.ofHours(1)).get(issue))
              .toEpochMilli());
      engine.advanceTo(now());
      // What waited for days would meet the gate again when it leaves.
      drain(engine, null, BATCH);
      var members = new RoaringBitmap();
      for (int person = 0; person < people; person++) {
        if (hears(person, issue)) {
          members.add(person);
        }
      }
      engine.call("news", round + "-" + issue, members);
    }
    nowMs.set(mass.toEpochMilli());
  }

  private static boolean hears(int person, int issue) {
    return switch (issue) {
      case 0 -> person % 5 == 0;
      case 1 -> person % 10 == 0;
      default -> person % 20 == 1;
    };
  }

  // The gate once more, in plain words.

  /// Why nothing reaches a person whatever they heard; null when something does.
  private static @Nullable Reason never(int person) {
    if (Draw.fraction("2026", person) * 100 < 5) {
      return Reason.CONTROL_GROUP;
    }
    if (!addressed(person)) {
      return Reason.NO_ADDRESS;
    }
    if (withdrew(person)) {
      return Reason.WITHDRAWN;
    }
    if (silent(person)) {
      return Reason.NO_CONSENT;
    }
    return angry(person) ? Reason.SUPPRESSED : null;
  }

  private Map<Reason, Long> expected(int round) {
    var counts = new EnumMap<Reason, Long>(Reason.class);
    for (int person = 0; person < people; person++) {
      counts.merge(reason(round, person), 1L, Long::sum);
    }
    long open = counts.getOrDefault(Reason.SENT, 0L);
    long within = affordable(open);
    if (within < open) {
      counts.put(Reason.SENT, within);
      counts.put(Reason.OVER_BUDGET, open - within);
    }
    return counts;
  }

  private static Reason reason(int round, int person) {
    if (Draw.fraction("mass" + round + "/hold-out", person) < 0.05) {
      return Reason.HOLD_OUT;
    }
    Reason never = never(person);
    if (never != null) {
      return never;
    }
    if (capped(person)) {
      return Reason.FREQUENCY_CAP;
    }
    return abroad(person) ? Reason.QUIET_HOURS : Reason.SENT;
  }

  /// Two SMS in seven days, or one message in a day.
  private static boolean capped(int person) {
    return (hears(person, 0) && hears(person, 1)) || hears(person, 2);
  }

  /// The budget is for all but a few.
  private static long affordable(long open) {
    return open - open / 200;
  }

  private void budget(Engine engine, int round, Map<Reason, Long> expected) {
    long most = expected.getOrDefault(Reason.SENT, 0L) * COST_FEN;
    policy(engine, Map.of("mass" + round, most));
    engine.publish(
        Entry.Definition.JOURNEY,
        "mass" + round,
        """
        {"journey": "mass%d", "entry": {"audience": "all"}, "holdOut": 5,
         "goal": {"event": "order_paid", "within": "30d"},
         "steps": [{"send": "mass"}]}\
        """
            .formatted(round));
  }

  private static void check(
      Map<Reason, Long> before, Map<Reason, Long> after, Map<Reason, Long> expected) {
    var found = new EnumMap<Reason, Long>(Reason.class);
    after.forEach(
        (reason, count) -> {
          long more = count - before.getOrDefault(reason, 0L);
          if (more != 0) {
            found.put(reason, more);
          }
        });
    if (!found.equals(expected)) {
      throw new IllegalStateException("The gate said " + found + ", should have said " + expected);
    }
  }

  // Out of the outbox.

  /// Hands over what is in the outbox.
  ///
  /// @param channel where to; null to a platform that takes everything at once
  /// @return messages per second
  private static double drain(Engine engine, @Nullable Channel channel, int most) {
    int waiting = engine.ask().backlog().outbox();
    Channel to = channel == null ? new Taking(most) : channel;
    Outbox outbox = Channels.outbox(engine, List.of(to));
    long began = System.nanoTime();
    outbox.drain(1);
    double seconds = (System.nanoTime() - began) / 1e9;
    int left = engine.ask().backlog().outbox();
    double rate = (waiting - left) / seconds;
    if (waiting > 0) {
      System.err.printf(
          Locale.ROOT,
          "    %,d of the outbox left in batches of %,d, %s: %,.0f/s%n",
          waiting - left,
          most,
          channel == null ? "to nobody" : "over HTTP",
          rate);
    }
    return rate;
  }

  /// Takes everything.
  private record Taking(int largestBatch) implements Channel {
    @Override
    public ChannelKind kind() {
      return ChannelKind.SMS;
    }

    @Override
    public List<Outcome> handOver(String batchId, List<Envelope> envelopes) {
      var outcomes = new ArrayList<Outcome>(envelopes.size());
      for (int i = 0; i < envelopes.size(); i++) {
        outcomes.add(new Outcome.Accepted(batchId));
      }
      return outcomes;
    }

    @Override
    public List<Outcome> reconcile(String batchId, List<Envelope> envelopes, Instant handedOver) {
      throw new IllegalStateException("No answer of " + batchId + " was lost");
    }
  }

  // The peer.

  private static final String CAP =
      "local n = redis.call('INCR', KEYS[1]) if n == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1])"
          + " end return n";

  /// Cap checks per second, round by round: one script call a person, in pipelines. Who heard two
  /// messages in seven days is capped, like ours.
  ///
  /// @param forced whether each pipeline is on disk before it is answered
  /// @return null when no Redis is installed
  private double @Nullable [] redis(boolean forced) {
    try (Redis redis = Redis.start(forced)) {
      if (redis == null) {
        return null;
      }
      redis.add("SCRIPT", "LOAD", CAP);
      String script = redis.text();
      long allowed = 0;
      for (int person = 0; person < people; person++) {
        allowed += hears(person, 0) && hears(person, 1) ? 0 : 1;
      }
      double[] rates = new double[repeat];
      for (int round = 0; round < repeat; round++) {
        redis.add("FLUSHALL");
        redis.words();
        for (int issue = 0; issue < 2; issue++) {
          int heard = issue;
          check(redis, script, person -> hears(person, heard));
        }
        long began = System.nanoTime();
        long found = check(redis, script, _ -> true);
        rates[round] = people / ((System.nanoTime() - began) / 1e9);
        if (found != allowed) {
          throw new IllegalStateException("Redis let " + found + " out, should have " + allowed);
        }
      }
      Figures.of(
              forced ? "Redis Lua cap check, forced" : "Redis Lua cap check, memory",
              "checks/s",
              rates)
          .print();
      return rates;
    } catch (IOException e) {
      throw new IllegalStateException("Redis: " + e.getMessage(), e);
    }
  }

  private long check(Redis redis, String script, IntPredicate whom) throws IOException {
    long allowed = 0;
    int waiting = 0;
    for (int person = 0; person < people; person++) {
      if (whom.test(person)) {
        redis.add("EVALSHA", script, "1", "c" + person, "604800");
        waiting++;
      }
      if (waiting == PIPELINE || person == people - 1) {
        allowed += redis.atMost(2);
        waiting = 0;
      }
    }
    return allowed;
  }
}
