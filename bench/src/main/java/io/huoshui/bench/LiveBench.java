package io.huoshui.bench;

import io.huoshui.event.Event;
import io.huoshui.json.Json;
import io.huoshui.sandbox.brand.EventLines;
import io.huoshui.server.demo.Scenario;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// How long after an event is sent its person is seen in the segment, while batches arrive at a
/// fixed rate whether or not the ones before were answered in time. A probe is one event of a new
/// person that makes them enter; it is seen when a follower of the segment's changes, on a
/// connection of its own, is told.
final class LiveBench {
  private static final int BATCH = 500;
  private static final int SENDERS = 4;
  private static final long PROBE_EVERY_MS = 20;

  private final int repeat;
  private final int rate;
  private final int seconds;

  /// @param rate events per second
  LiveBench(int repeat, int rate, int seconds) {
    this.repeat = repeat;
    this.rate = rate;
    this.seconds = seconds;
  }

  void run() {
    Path folder =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "huoshui-bench-live-" + ProcessHandle.current().pid());
    System.err.printf(
        Locale.ROOT,
        "live: %,d events/s for %d s, a probe every %d ms, %d rounds, the first only warms up%n",
        rate,
        seconds,
        PROBE_EVERY_MS,
        repeat + 1);
    var p50 = new ArrayList<Double>();
    var p99 = new ArrayList<Double>();
    var behind = new ArrayList<Double>();
    double[] forceMs;
    try (Subject subject =
        Subject.start(folder, List.of("--virtual-from", "2026-07-01T00:00:00+08:00"))) {
      subject
          .door()
          .post(
              "/api/v1/event-types",
              Json.object(
                  "name", Json.of("probe_sent"), "zh", Json.of("探针"), "en", Json.of("probe")));
      subject
          .door()
          .post(
              "/api/v1/segments",
              Json.object("name", Json.of("probed"), "text", Json.of("did probe_sent within 1d")));
      var rounds = new IntakeBench.Rounds();
      for (int round = 0; round <= repeat; round++) {
        Round seen = round(subject, rounds, round);
        System.err.printf(
            Locale.ROOT,
            "  round %d: %,.0f events/s taken, seen after p50 %.1f ms, p99 %.1f ms (%d probes)%n",
            round,
            seen.rate(),
            seen.quantile(0.5),
            seen.quantile(0.99),
            seen.latencies().size());
        if (round > 0) {
          p50.add(seen.quantile(0.5));
          p99.add(seen.quantile(0.99));
          behind.add(seen.rate());
        }
      }
      forceMs = subject.forceMs();
    }
    var figures = new Figures("event to segment, p99", "ms", p99);
    figures.print();
    Figures.line(
        "live",
        figures,
        new Figures[0],
        Double.NaN,
        "p50Ms",
        new Figures("p50", "ms", p50).median(),
        "eventsPerSecond",
        new Figures("rate", "events/s", behind).median(),
        "asked",
        rate,
        "fsyncMedianMs",
        forceMs[0],
        "fsyncP99Ms",
        forceMs[1],
        "firstBarMs",
        100);
  }

  /// @param latencies from sending to being told, in ms, sorted
  private record Round(double rate, List<Double> latencies) {
    double quantile(double of) {
      return latencies.get((int) Math.min(latencies.size() - 1, latencies.size() * of));
    }
  }

  private Round round(Subject subject, IntakeBench.Rounds rounds, int round) {
    int batches = rate / BATCH * seconds;
    List<byte[]> bodies = new ArrayList<>(batches);
    while (bodies.size() < batches) {
      for (List<Event> batch : rounds.next()) {
        for (int from = 0; from + BATCH <= batch.size() && bodies.size() < batches; from += BATCH) {
          bodies.add(EventLines.lines(batch.subList(from, from + BATCH)));
        }
      }
    }
    Map<String, Long> sentAt = new ConcurrentHashMap<>();
    Map<String, Double> seen = new HashMap<>();
    var over = new AtomicBoolean();
    // Where the changes of this round begin, before the first probe leaves.
    long begin =
        Scenario.number(
            subject.door().get("/api/v1/segments/changes?from=" + Long.MAX_VALUE), "next");
    long began = System.nanoTime();
    double taken;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Boolean> follower = threads.submit(() -> follow(subject, begin, sentAt, seen, over));
      var senders = new ArrayList<Future<Integer>>();
      for (int sender = 0; sender < SENDERS; sender++) {
        int first = sender;
        senders.add(threads.submit(() -> send(subject, bodies, first, began)));
      }
      Future<Integer> prober = threads.submit(() -> probe(subject, sentAt, round, began));
      int probes;
      try {
        int accepted = 0;
        for (Future<Integer> sender : senders) {
          accepted += sender.get();
        }
        taken = accepted / ((System.nanoTime() - began) / 1e9);
        probes = prober.get();
      } finally {
        over.set(true);
      }
      follower.get();
      if (seen.size() != probes) {
        throw new IllegalStateException(
            "Of " + probes + " people who entered, " + seen.size() + " were seen");
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
    return new Round(taken, seen.values().stream().sorted().toList());
  }

  /// Sends its share of the batches, each when its time has come.
  private int send(Subject subject, List<byte[]> bodies, int first, long began) throws IOException {
    int accepted = 0;
    double nanosEach = 1e9 * BATCH / rate;
    try (var wire = new Wire(subject.url(), subject.key(), "application/x-ndjson")) {
      for (int i = first; i < bodies.size(); i += SENDERS) {
        await(began + (long) (i * nanosEach));
        accepted += wire.post(bodies.get(i));
      }
    }
    return accepted;
  }

  private int probe(Subject subject, Map<String, Long> sentAt, int round, long began)
      throws IOException {
    int probes = (int) (seconds * 1000L / PROBE_EVERY_MS);
    try (var wire = new Wire(subject.url(), subject.key(), "application/json")) {
      for (int i = 0; i < probes; i++) {
        await(began + i * PROBE_EVERY_MS * 1_000_000);
        String id = "probe-" + round + "-" + i;
        byte[] body =
            ("{\"id\":\""
                    + id
                    + "\",\"name\":\"probe_sent\",\"time\":\"2026-06-30T15:59:59Z\",\"identifiers\":[{\"kind\":\"memberNumber\",\"value\":\""
                    + id
                    + "\"}]}")
                .getBytes(StandardCharsets.US_ASCII);
        sentAt.put(Integer.toString(i), System.nanoTime());
        wire.post(body);
      }
    }
    return probes;
  }

  /// Probes are sent one after the other, and enter in that order.
  private static boolean follow(
      Subject subject,
      long begin,
      Map<String, Long> sentAt,
      Map<String, Double> seen,
      AtomicBoolean over) {
    long from = begin;
    while (true) {
      boolean last = over.get();
      Json changes =
          subject
              .door()
              .get("/api/v1/segments/changes?segment=probed&wait=1&limit=10000&from=" + from);
      long now = System.nanoTime();
      for (Json _ : Scenario.list(changes, "items")) {
        String probe = Integer.toString(seen.size());
        Long sent = sentAt.get(probe);
        if (sent == null) {
          throw new IllegalStateException("Somebody entered who was not sent");
        }
        seen.put(probe, (now - sent) / 1e6);
      }
      from = Scenario.number(changes, "next");
      if (last) {
        return true;
      }
    }
  }

  private static void await(long nanos) {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
