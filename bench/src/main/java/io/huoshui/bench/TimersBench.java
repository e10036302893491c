package io.huoshui.bench;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Entry;
import io.huoshui.engine.Seal;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.json.Json;
import io.huoshui.server.records.Database;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Millions of people on one journey: launching it schedules a timer each, the first wait's end
/// fires each and steps the person to the next wait. Durable: what is timed ends with the record of
/// it forced. Beside it Redis, where a timer is a member of a sorted set: added in pipelines with
/// an append-only file, taken out in order of time in batches and added again for the next step.
final class TimersBench {
  private static final Instant BEGIN = Instant.parse("2026-07-01T00:00:00Z");
  private static final int BATCH = 10_000;
  private static final int PIPELINE = 10_000;

  /// Firing a wheel of linked timers, bound by memory (PERFORMANCE.md C), timers/s.
  private static final double LIMIT = 6_000_000;

  /// db-scheduler keeps a row per timer, and is given so many at most.
  private static final int MOST_ROWS = 200_000;

  private final int people;
  private final boolean peers;

  /// @param peers whether db-scheduler runs beside it too
  TimersBench(int people, boolean peers) {
    this.people = people;
    this.peers = peers;
  }

  void run() {
    Path folder =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "huoshui-bench-timers-" + ProcessHandle.current().pid());
    System.err.printf(Locale.ROOT, "timers: %,d people%n", people);
    var nowMs = new AtomicLong(BEGIN.toEpochMilli());
    double schedule;
    var fire = new ArrayList<Double>();
    double bytes;
    double forceMs;
    try (Engine engine =
        Engine.open(
            new Engine.Settings(
                folder,
                new Seal(new byte[32]),
                ZoneId.of("Asia/Shanghai"),
                "http://x",
                () -> Instant.ofEpochMilli(nowMs.get())),
            _ -> {})) {
      fill(engine);
      engine.publish(
          Entry.Definition.SEGMENT,
          "all",
          Json.object("rule", Json.of("has identifier memberNumber")).write());
      engine.freeze("all", "all");
      engine.publish(
          Entry.Definition.JOURNEY,
          "long",
          """
          {"journey": "long", "entry": {"audience": "all"},
           "steps": [{"wait": "48h"}, {"wait": "30d"}, {"wait": "1d"}, {"tag": "done"}]}\
          """);
      long began = System.nanoTime();
      engine.launch("long");
      schedule = people / ((System.nanoTime() - began) / 1e9);
      check(engine, people);
      bytes = engine.ask().pulse().timerBytes() / (double) people;
      System.err.printf(
          Locale.ROOT, "  scheduled %,.0f/s, %.1f bytes per timer in memory%n", schedule, bytes);
      for (Duration wait : List.of(Duration.ofDays(2), Duration.ofDays(30))) {
        Instant then = Instant.ofEpochMilli(nowMs.addAndGet(wait.toMillis()));
        began = System.nanoTime();
        engine.advanceTo(then);
        fire.add(people / ((System.nanoTime() - began) / 1e9));
        check(engine, people);
        System.err.printf(Locale.ROOT, "  fired and stepped %,.0f/s%n", fire.getLast());
      }
      forceMs = engine.gauges().syncSeconds(0.5) * 1e3;
    }
    double[] redis = redis();
    double[] rows = peers ? scheduler(folder.resolve("peer")) : null;
    var mine = new Figures("fire and step", "timers/s", fire);
    mine.print();
    Figures.line(
        "timers",
        mine,
        redis == null
            ? new Figures[0]
            : new Figures[] {Figures.of("Redis ZPOPMIN + ZADD", "timers/s", redis[1])},
        LIMIT,
        "schedulePerSecond",
        schedule,
        "redisSchedulePerSecond",
        number(redis, 0),
        "dbSchedulerSchedulePerSecond",
        number(rows, 0),
        "dbSchedulerFirePerSecond",
        number(rows, 1),
        "dbSchedulerForceMs",
        number(rows, 2),
        "bytesPerTimer",
        bytes,
        "people",
        people,
        "fsyncMedianMs",
        forceMs,
        "firstBar",
        500_000);
  }

  private void fill(Engine engine) {
    var batch = new ArrayList<Event>(BATCH);
    for (int person = 0; person < people; person++) {
      batch.add(
          new Event(
              "e" + person,
              "page_viewed",
              BEGIN.minusSeconds(person % 1_000),
              "mini",
              List.of(Identifier.of(IdentifierKind.MEMBER_NUMBER, "m" + person)),
              Properties.NONE));
      if (batch.size() == BATCH || person == people - 1) {
        engine.take(batch);
        batch.clear();
      }
      if (person % 1_000_000 == 999_999) {
        System.err.printf(Locale.ROOT, "  %,d people made up%n", person + 1);
      }
    }
  }

  private static void check(Engine engine, int people) {
    int waiting = engine.ask().pulse().activePositions();
    if (waiting != people) {
      throw new IllegalStateException(waiting + " of " + people + " people wait");
    }
  }

  /// Scheduled and fired-and-stepped per second, or null when no Redis is installed.
  private double @Nullable [] redis() {
    try {
      Path folder = Files.createTempDirectory("huoshui-bench-redis");
      int port = 20_000 + (int) (ProcessHandle.current().pid() % 20_000);
      Process process =
          new ProcessBuilder(
                  "redis-server",
                  "--port",
                  String.valueOf(port),
                  "--dir",
                  folder.toString(),
                  "--appendonly",
                  "yes",
                  "--appendfsync",
                  "always",
                  "--save",
                  "")
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log").toFile())
              .start();
      try (var redis = new Redis(port)) {
        long began = System.nanoTime();
        for (int from = 0; from < people; from += PIPELINE) {
          var out = new StringBuilder();
          int to = Math.min(people, from + PIPELINE);
          for (int i = from; i < to; i++) {
            zadd(out, i % 172_800_000, "p" + i);
          }
          redis.send(out, to - from);
        }
        double schedule = people / ((System.nanoTime() - began) / 1e9);
        began = System.nanoTime();
        for (int left = people; left > 0; left -= PIPELINE) {
          List<String> fired = redis.pop(Math.min(left, PIPELINE));
          var out = new StringBuilder();
          for (int i = 0; i < fired.size(); i += 2) {
            zadd(out, 300_000_000L + i, fired.get(i));
          }
          redis.send(out, fired.size() / 2);
        }
        double fire = people / ((System.nanoTime() - began) / 1e9);
        System.err.printf(
            Locale.ROOT,
            "  Redis scheduled %,.0f/s, fired and stepped %,.0f/s (append-only file, forced per"
                + " pipeline)%n",
            schedule,
            fire);
        return new double[] {schedule, fire};
      } finally {
        process.destroy();
        process.waitFor(10, TimeUnit.SECONDS);
      }
    } catch (IOException e) {
      System.err.println("  no Redis beside it: " + e.getMessage());
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private static Json number(double @Nullable [] figures, int index) {
    return figures == null
        ? new Json.Null()
        : new Json.Num(java.math.BigDecimal.valueOf(figures[index]));
  }

  /// db-scheduler on PostgreSQL with fsync on: tasks scheduled per second; executed and removed per
  /// second, once they are due; a force of the write-ahead log in ms, on average.
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
              "  db-scheduler, %,d tasks, %d threads: scheduled %,.0f/s, fired %,.0f/s, force %.2f"
                  + " ms%n",
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

  private static void zadd(StringBuilder out, long score, String member) {
    String number = Long.toString(score);
    out.append("*4\r\n$4\r\nZADD\r\n$1\r\nt\r\n$")
        .append(number.length())
        .append("\r\n")
        .append(number)
        .append("\r\n$")
        .append(member.length())
        .append("\r\n")
        .append(member)
        .append("\r\n");
  }

  /// As much of Redis' protocol as this needs.
  private static final class Redis implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    Redis(int port) throws IOException {
      this.socket = connect(port);
      this.in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      this.out = socket.getOutputStream();
    }

    private static Socket connect(int port) throws IOException {
      for (int tries = 0; ; tries++) {
        try {
          return new Socket(InetAddress.getLoopbackAddress(), port);
        } catch (IOException e) {
          if (tries == 200) {
            throw e;
          }
          java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
        }
      }
    }

    void send(StringBuilder commands, int answers) throws IOException {
      out.write(commands.toString().getBytes(StandardCharsets.US_ASCII));
      for (int i = 0; i < answers; i++) {
        line();
      }
    }

    /// Member and score, one after the other.
    List<String> pop(int count) throws IOException {
      String number = Integer.toString(count);
      out.write(
          ("*3\r\n$7\r\nZPOPMIN\r\n$1\r\nt\r\n$" + number.length() + "\r\n" + number + "\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      int items = Integer.parseInt(line().substring(1));
      var found = new ArrayList<String>(items);
      for (int i = 0; i < items; i++) {
        line();
        found.add(line());
      }
      return found;
    }

    private String line() throws IOException {
      var text = new StringBuilder(16);
      for (int next = in.read(); next != '\r'; next = in.read()) {
        if (next < 0) {
          throw new IOException("Redis closed the connection");
        }
        text.append((char) next);
      }
      in.read();
      if (text.charAt(0) == '-') {
        throw new IOException(text.toString());
      }
      return text.toString();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
