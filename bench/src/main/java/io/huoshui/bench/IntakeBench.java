package io.huoshui.bench;

import io.huoshui.event.Event;
import io.huoshui.event.Properties;
import io.huoshui.json.Json;
import io.huoshui.sandbox.brand.Brand;
import io.huoshui.sandbox.brand.EventLines;
import io.huoshui.server.demo.Door;
import io.huoshui.server.demo.Scenario;
import io.huoshui.server.records.Database;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/// Batches over HTTP to a real server with twenty live segments and a journey that events enter;
/// the load generator runs on the same machine. Beside it PostgreSQL takes the same events: COPY
/// into a staging table, then one statement that inserts the events and one that upserts the
/// profiles, committed per batch with fsync on. With peers Kafka takes the same bytes, see
/// [KafkaBeside].
final class IntakeBench {
  private static final int BATCH = 1_000;
  private static final int PER_ROUND = 200_000;
  private static final int CONNECTIONS = 2;

  /// The whole pipeline in one process, two threads, without HTTP or disk (PERFORMANCE.md C),
  /// events/s.
  private static final double LIMIT = 1_360_000;

  private final int repeat;
  private final boolean peers;

  /// @param peers whether Kafka runs beside it too
  IntakeBench(int repeat, boolean peers) {
    this.repeat = repeat;
    this.peers = peers;
  }

  void run() {
    Path folder =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "huoshui-bench-intake-" + ProcessHandle.current().pid());
    System.err.println(
        "intake: " + (repeat + 1) + " rounds of " + PER_ROUND + " events, the first only warms up");
    var ours = new ArrayList<Double>();
    var peer = new ArrayList<Double>();
    double[] sync = new double[2];
    var more = new ArrayList<Object>();
    try (Subject subject =
            Subject.start(folder, List.of("--virtual-from", "2026-07-01T00:00:00+08:00"));
        Database database = Database.open(folder.resolve("peer"), System.getenv());
        @Nullable KafkaBeside kafka = peers ? new KafkaBeside(folder.resolve("kafka")) : null) {
      var rounds = new Rounds();
      try (Connection peerConnection =
          DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password())) {
        prepare(peerConnection);
        for (int round = 0; round <= repeat; round++) {
          List<List<Event>> batches = rounds.next();
          double a = ours(subject, batches);
          double b = peer(peerConnection, batches);
          if (round > 0) {
            ours.add(a);
            peer.add(b);
          }
          System.err.printf(
              Locale.ROOT,
              "  round %d: ours %,.0f events/s, PostgreSQL %,.0f events/s%n",
              round,
              a,
              b);
          if (kafka != null) {
            kafka.round(batches.stream().map(EventLines::lines).toList(), round > 0);
          }
        }
        compare(subject.door(), peerConnection);
        sync = subject.forceMs();
      }
      if (kafka != null) {
        kafka.forced().print();
        kafka.standard().print();
        more.addAll(
            List.of(
                "kafkaForced",
                kafka.forced().median(),
                "kafkaStandard",
                kafka.standard().median(),
                "kafkaForceMedianMs",
                kafka.forceMs()[0],
                "kafkaForceP99Ms",
                kafka.forceMs()[1]));
      }
    } catch (SQLException | IOException e) {
      throw new IllegalStateException("The bench could not run: " + e.getMessage(), e);
    }
    more.addAll(
        List.of(
            "fsyncMedianMs", sync[0], "fsyncP99Ms", sync[1], "batch", BATCH, "firstBar", 200_000));
    var mine = new Figures("huoshui", "events/s", ours);
    var theirs = new Figures("PostgreSQL COPY + upsert", "events/s", peer);
    mine.print();
    theirs.print();
    Figures.line("intake", mine, new Figures[] {theirs}, LIMIT, more.toArray());
  }

  /// Rounds of fresh events of the synthetic brand: every round other people.
  static final class Rounds {
    private final Brand brand =
        new Brand(new Brand.Settings(7, 1 << 20, Instant.parse("2026-06-30T16:00:00Z"), "wwbench"));
    private long person;

    List<List<Event>> next() {
      var batches = new ArrayList<List<Event>>();
      var batch = new ArrayList<Event>(BATCH);
      int[] count = {0};
      while (count[0] < PER_ROUND) {
        brand.history(
            person++,
            event -> {
              if (count[0] < PER_ROUND) {
                count[0]++;
                batch.add(
                    new Event(
                        event.source() + "/" + event.id(),
                        event.name(),
                        event.time(),
                        "bench",
                        event.identifiers(),
                        event.properties()));
                if (batch.size() == BATCH) {
                  batches.add(List.copyOf(batch));
                  batch.clear();
                }
              }
            });
      }
      return batches;
    }
  }

  private static double ours(Subject subject, List<List<Event>> batches) {
    var bodies = batches.stream().map(EventLines::lines).toList();
    long began = System.nanoTime();
    try (ExecutorService connections = Executors.newFixedThreadPool(CONNECTIONS)) {
      var running = new ArrayList<Future<Long>>();
      for (int connection = 0; connection < CONNECTIONS; connection++) {
        int first = connection;
        running.add(
            connections.submit(
                () -> {
                  long taken = 0;
                  try (var wire = new Wire(subject.url(), subject.key(), "application/x-ndjson")) {
                    for (int i = first; i < bodies.size(); i += CONNECTIONS) {
                      taken += wire.post(bodies.get(i));
                    }
                  }
                  return taken;
                }));
      }
      long taken = 0;
      for (Future<Long> one : running) {
        taken += one.get();
      }
      if (taken != PER_ROUND) {
        throw new IllegalStateException(
            "The server took " + taken + " of " + PER_ROUND + " events");
      }
    } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e);
    }
    return PER_ROUND / ((System.nanoTime() - began) / 1e9);
  }

  private static void prepare(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement sql = connection.createStatement()) {
      sql.execute(
          """
          create table event (id text primary key, name text not null, time timestamptz not null, person text not null, amount bigint not null, properties jsonb not null);
          create table profile (person text primary key, events bigint not null, orders bigint not null, paid bigint not null, last timestamptz not null);
          create temp table staging (id text, name text, time timestamptz, person text, amount bigint, properties jsonb);
          """);
    }
    connection.commit();
  }

  private static double peer(Connection connection, List<List<Event>> batches)
      throws SQLException, IOException {
    var rows = batches.stream().map(IntakeBench::rows).toList();
    long began = System.nanoTime();
    for (String batch : rows) {
      connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn("copy staging from stdin", new StringReader(batch));
      try (Statement sql = connection.createStatement()) {
        sql.execute(
            """
            with fresh as (
              insert into event select * from staging on conflict do nothing returning name, time, person, amount)
            insert into profile
              select person, count(*), count(*) filter (where name = 'order_paid'),
                     coalesce(sum(amount) filter (where name = 'order_paid'), 0), max(time)
              from fresh group by person
            on conflict (person) do update set
              events = profile.events + excluded.events, orders = profile.orders + excluded.orders,
              paid = profile.paid + excluded.paid, last = greatest(profile.last, excluded.last);
            truncate staging\
            """);
      }
      connection.commit();
    }
    return PER_ROUND / ((System.nanoTime() - began) / 1e9);
  }

  private static String rows(List<Event> batch) {
    var out = new StringBuilder();
    for (Event event : batch) {
      Properties properties = event.properties();
      var json = new StringBuilder("{");
      for (int i = 0; i < properties.size(); i++) {
        json.append(i == 0 ? "" : ",");
        Json.quote(properties.key(i), json);
        json.append(':');
        Json.quote(properties.value(i).shown(), json);
      }
      out.append(event.id())
          .append('\t')
          .append(event.name())
          .append('\t')
          .append(event.time())
          .append('\t')
          .append(event.identifiers().getFirst().value())
          .append('\t')
          .append(properties.whole("amountFen"))
          .append('\t')
          .append(json.append('}').toString().replace("\\", "\\\\"))
          .append('\n');
    }
    return out.toString();
  }

  /// Both sides have to give the same answers before either is worth timing.
  private static void compare(Door door, Connection connection) throws SQLException {
    Json numbers = Scenario.get(door.get("/api/v1/overview"), "numbers");
    try (Statement sql = connection.createStatement();
        ResultSet row =
            sql.executeQuery(
                "select (select count(*) from event), (select sum(orders) from profile), (select"
                    + " sum(paid) from profile)")) {
      row.next();
      long[] peer = {row.getLong(1), row.getLong(2), row.getLong(3)};
      long[] ours = {
        Scenario.number(numbers, "events"),
        Scenario.number(numbers, "orders"),
        Scenario.number(numbers, "grossFen")
      };
      for (int i = 0; i < 3; i++) {
        if (peer[i] != ours[i]) {
          throw new IllegalStateException(
              "The answers differ: "
                  + List.of("events", "orders", "grossFen").get(i)
                  + " is "
                  + ours[i]
                  + " here and "
                  + peer[i]
                  + " in PostgreSQL");
        }
      }
      System.err.printf(
          Locale.ROOT,
          "  answers agree: %,d events, %,d orders, %,d fen%n",
          ours[0],
          ours[1],
          ours[2]);
    }
  }
}
