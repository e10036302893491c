package io.huoshui.bench;

import io.huoshui.server.demo.Scenario;
import io.huoshui.server.records.Database;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// One event per request over kept connections, each answered after its force; the load generator
/// runs on the same cores. Beside it PostgreSQL: per event one transaction that inserts the event
/// and upserts the profile, prepared, fsync on, over as many connections as serve it best here.
final class SingleBench {
  private static final int CONNECTIONS = 192;
  private static final int PEER_CONNECTIONS = 16;
  private static final int PER_ROUND = 120_000;
  private static final int PEER_PER_ROUND = 40_000;
  private static final int PEOPLE = 20_000;

  /// HTTP loopback, one thread each side (PERFORMANCE.md C), requests/s.
  private static final double LIMIT = 240_000;

  private final int repeat;

  SingleBench(int repeat) {
    this.repeat = repeat;
  }

  void run() {
    Path folder =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "huoshui-bench-single-" + ProcessHandle.current().pid());
    System.err.printf(
        Locale.ROOT,
        "single: %d rounds of %,d requests on %d connections, the first only warms up%n",
        repeat + 1,
        PER_ROUND,
        CONNECTIONS);
    var ours = new ArrayList<Double>();
    var peer = new ArrayList<Double>();
    var worst = new ArrayList<Double>();
    double[] forceMs = new double[2];
    try (Subject subject =
            Subject.start(folder, List.of("--virtual-from", "2026-07-01T00:00:00+08:00"));
        Database database = Database.open(folder.resolve("peer"), System.getenv())) {
      prepare(database);
      for (int round = 0; round <= repeat; round++) {
        long[] latencies = new long[PER_ROUND];
        double a = ours(subject, round, latencies);
        double b = peer(database, round);
        Arrays.sort(latencies);
        double p99 = latencies[(int) (PER_ROUND * 0.99)] / 1e6;
        if (round > 0) {
          ours.add(a);
          peer.add(b);
          worst.add(p99);
        }
        System.err.printf(
            Locale.ROOT,
            "  round %d: ours %,.0f requests/s (p50 %.1f ms, p99 %.1f ms), PostgreSQL %,.0f"
                + " transactions/s%n",
            round,
            a,
            latencies[PER_ROUND / 2] / 1e6,
            p99,
            b);
      }
      compare(subject, database);
      forceMs = subject.forceMs();
    } catch (SQLException e) {
      throw new IllegalStateException("The peer could not run: " + e.getMessage(), e);
    }
    var mine = new Figures("huoshui", "requests/s", ours);
    var theirs = new Figures("PostgreSQL insert + upsert", "transactions/s", peer);
    mine.print();
    theirs.print();
    Figures.line(
        "single",
        mine,
        new Figures[] {theirs},
        LIMIT,
        "p99Ms",
        new Figures("p99", "ms", worst).median(),
        "fsyncMedianMs",
        forceMs[0],
        "fsyncP99Ms",
        forceMs[1],
        "connections",
        CONNECTIONS,
        "firstBar",
        25_000);
  }

  private static byte[] body(int round, int i) {
    return ("{\"id\":\"r"
            + round
            + "-"
            + i
            + "\",\"name\":\"page_viewed\",\"time\":\"2026-06-30T15:59:59Z\",\"identifiers\":[{\"kind\":\"memberNumber\",\"value\":\"m"
            + (i * 7919L % PEOPLE)
            + "\"}],\"properties\":{\"page\":\"/item/"
            + i % 500
            + "\",\"seconds\":"
            + i % 60
            + "}}")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static double ours(Subject subject, int round, long[] latencies) {
    long began = System.nanoTime();
    long taken = 0;
    try (ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<Long>>();
      for (int connection = 0; connection < CONNECTIONS; connection++) {
        int first = connection;
        running.add(
            connections.submit(
                () -> {
                  long accepted = 0;
                  try (var wire = new Wire(subject.url(), subject.key(), "application/json")) {
                    for (int i = first; i < PER_ROUND; i += CONNECTIONS) {
                      byte[] body = body(round, i);
                      long sent = System.nanoTime();
                      accepted += wire.post(body);
                      latencies[i] = System.nanoTime() - sent;
                    }
                  }
                  return accepted;
                }));
      }
      for (Future<Long> one : running) {
        taken += one.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
    if (taken != PER_ROUND) {
      throw new IllegalStateException("The server took " + taken + " of " + PER_ROUND + " events");
    }
    return PER_ROUND / ((System.nanoTime() - began) / 1e9);
  }

  private static Connection connect(Database database) throws SQLException {
    return DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
  }

  private static void prepare(Database database) throws SQLException {
    try (Connection connection = connect(database);
        Statement sql = connection.createStatement()) {
      sql.execute(
          """
          create table event (id text primary key, name text not null, time timestamptz not null, person text not null, properties jsonb not null);
          create table profile (person text primary key, events bigint not null, last timestamptz not null);
          """);
    }
  }

  private static double peer(Database database, int round) throws SQLException {
    long began = System.nanoTime();
    try (ExecutorService connections = Executors.newFixedThreadPool(PEER_CONNECTIONS)) {
      var running = new ArrayList<Future<Boolean>>();
      for (int connection = 0; connection < PEER_CONNECTIONS; connection++) {
        int first = connection;
        running.add(
            connections.submit(
                () -> {
                  insert(database, round, first);
                  return true;
                }));
      }
      for (Future<Boolean> one : running) {
        one.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
    return PEER_PER_ROUND / ((System.nanoTime() - began) / 1e9);
  }

  /// One statement, so one round trip and one commit per event.
  private static void insert(Database database, int round, int first) throws SQLException {
    try (Connection connection = connect(database);
        PreparedStatement sql =
            connection.prepareStatement(
                """
                with fresh as (
                  insert into event values (?, 'page_viewed', '2026-06-30T15:59:59Z', ?, ?::jsonb)
                  on conflict do nothing returning person, time)
                insert into profile select person, 1, time from fresh
                on conflict (person) do update set events = profile.events + 1,
                  last = greatest(profile.last, excluded.last)\
                """)) {
      for (int i = first; i < PEER_PER_ROUND; i += PEER_CONNECTIONS) {
        sql.setString(1, "r" + round + "-" + i);
        sql.setString(2, "m" + (i * 7919L % PEOPLE));
        sql.setString(3, "{\"page\":\"/item/" + i % 500 + "\",\"seconds\":" + i % 60 + "}");
        sql.executeUpdate();
      }
    }
  }

  /// Each side has every event it acked, once, and the same people.
  private void compare(Subject subject, Database database) throws SQLException {
    long events =
        Scenario.number(Scenario.get(subject.door().get("/api/v1/overview"), "numbers"), "events");
    long people =
        Scenario.number(Scenario.get(subject.door().get("/api/v1/overview"), "numbers"), "people");
    try (Connection connection = connect(database);
        Statement sql = connection.createStatement();
        ResultSet row =
            sql.executeQuery(
                "select (select sum(events) from profile), (select count(*) from profile)")) {
      row.next();
      if (events != (long) PER_ROUND * (repeat + 1)
          || row.getLong(1) != (long) PEER_PER_ROUND * (repeat + 1)
          || people != row.getLong(2)) {
        throw new IllegalStateException(
            "The answers differ: "
                + events
                + " events of "
                + people
                + " people here, "
                + row.getLong(1)
                + " of "
                + row.getLong(2)
                + " in PostgreSQL");
      }
    }
    System.err.printf(
        Locale.ROOT, "  answers agree: every acked event is there, %,d people%n", people);
  }
}
