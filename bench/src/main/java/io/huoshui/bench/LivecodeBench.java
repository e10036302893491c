package io.huoshui.bench;

import io.huoshui.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/// Live codes: two hundred people at once through the page of a code whose guides have caps, then
/// as many openings as the caps allow and more, for the rate; and a burst of people at the
/// platform, for how long each waits for a welcome.
final class LivecodeBench {
  private static final int AT_ONCE = 200;
  private static final int OPENINGS = 5_000;
  private static final int BURST = 5_000;
  private static final String FREE = "wecom.callsPerMinute=1000000,wecom.callsPerHour=100000000";

  private final int repeat;

  LivecodeBench(int repeat) {
    this.repeat = repeat;
  }

  void run() {
    var seats = new ArrayList<Double>();
    var p50 = new ArrayList<Double>();
    var p99 = new ArrayList<Double>();
    var crowd = new ArrayList<Double>();
    long inexact = 0;
    long violations = 0;
    for (int i = 0; i < repeat; i++) {
      Path folder;
      try {
        folder = Files.createTempDirectory("huoshui-bench-livecode");
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      try (var town = CodeTown.begin(folder, FREE)) {
        inexact += together(town);
        long[] greeted = welcomes(town, "together", 150);
        crowd.add((double) greeted[greeted.length * 99 / 100]);
        seats.add(openings(town));
        long[] waited = burst(town);
        p50.add((double) waited[waited.length / 2]);
        p99.add((double) waited[waited.length * 99 / 100]);
        violations += town.violations().equals("{}") ? 0 : 1;
        System.err.printf(
            Locale.ROOT,
            "  welcome of %,d: p50 %d ms, p99 %d ms, slowest %d ms; violations %s%n",
            waited.length,
            waited[waited.length / 2],
            waited[waited.length * 99 / 100],
            waited[waited.length - 1],
            town.violations());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
    Figures ours = new Figures("places with a guide", "seats/s", seats);
    ours.print();
    var middle = new Figures("welcome, p50", "ms", p50);
    var late = new Figures("welcome, p99", "ms", p99);
    var crowded = new Figures("welcome of 200 at once, p99", "ms", crowd);
    crowded.print();
    middle.print();
    late.print();
    if (inexact > 0) {
      throw new IllegalStateException(inexact + " people met a guide who was full");
    }
    Figures.line(
        "livecode",
        ours,
        new Figures[0],
        Double.NaN,
        "atOnce",
        AT_ONCE,
        "overCap",
        (int) inexact,
        "welcomeOf200P99Ms",
        crowded.median(),
        "burst",
        BURST,
        "welcomeP50Ms",
        middle.median(),
        "welcomeP99Ms",
        late.median(),
        "runsWithViolations",
        (int) violations);
  }

  private static void publish(CodeTown town, String json, String code, int guides)
      throws InterruptedException {
    town.post("/api/v1/live-codes", json);
    for (int i = 0; i < 600; i++) {
      long shown =
          CodeTown.items(town.state(code), "guides").stream()
              .filter(one -> CodeTown.text(one, "shown").equals("true"))
              .count();
      if (shown == guides) {
        return;
      }
      Thread.sleep(50);
    }
    throw new IllegalStateException("The platform did not make the codes of " + code);
  }

  /// @return how many met a guide beyond the cap
  private static long together(CodeTown town) throws InterruptedException {
    publish(
        town,
        """
        {"code":"together","source":"ad","welcome":"hi","members":[
          {"guide":"t1","dailyCap":50},{"guide":"t2","weight":2,"dailyCap":60},
          {"guide":"t3","weight":3,"dailyCap":40}]}
        """,
        "together",
        3);
    long began = System.nanoTime();
    Json scanned = town.scanPage("together", AT_ONCE, AT_ONCE);
    double seconds = (System.nanoTime() - began) / 1e9;
    Map<String, Long> came = new HashMap<>();
    for (Json one : CodeTown.items(scanned, "people")) {
      if (!CodeTown.text(one, "guide").isEmpty()) {
        came.merge(CodeTown.text(one, "guide"), 1L, Long::sum);
      }
    }
    System.err.printf(Locale.ROOT, "  %d at once: %s in %.2f s%n", AT_ONCE, came, seconds);
    if (came.values().stream().mapToLong(Long::longValue).sum() != 150) {
      throw new IllegalStateException("150 places, and these came: " + came);
    }
    return Math.max(0, came.getOrDefault("t1", 0L) - 50)
        + Math.max(0, came.getOrDefault("t2", 0L) - 60)
        + Math.max(0, came.getOrDefault("t3", 0L) - 40);
  }

  /// @return openings answered per second, all guides together having fewer places than people
  private static double openings(CodeTown town) throws InterruptedException {
    publish(
        town,
        """
        {"code":"openings","source":"ad","members":[
          {"guide":"o1","dailyCap":1000},{"guide":"o2","dailyCap":1000},
          {"guide":"o3","dailyCap":1000},{"guide":"o4","dailyCap":1000}]}
        """,
        "openings",
        4);
    var turns = new Semaphore(AT_ONCE);
    var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    var request = HttpRequest.newBuilder(URI.create(town.page("openings"))).build();
    long began = System.nanoTime();
    long got = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = new ArrayList<Callable<Integer>>();
      for (int i = 0; i < OPENINGS; i++) {
        calls.add(
            () -> {
              turns.acquire();
              try {
                return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
              } finally {
                turns.release();
              }
            });
      }
      for (var each : threads.invokeAll(calls)) {
        got += each.get() == 200 ? 1 : 0;
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    if (got != 4_000) {
      throw new IllegalStateException("4,000 places, and " + got + " were given away");
    }
    return OPENINGS / seconds;
  }

  /// @return how long each waited for a welcome, in ms, sorted
  private static long[] burst(CodeTown town) throws InterruptedException {
    publish(
        town,
        "{\"code\":\"burst\",\"source\":\"ad\",\"members\":[\"b1\",\"b2\"],"
            + "\"welcome\":\"您好,我是{guide}\"}",
        "burst",
        2);
    town.scanState("burst~zzz", BURST, AT_ONCE);
    return welcomes(town, "burst", BURST);
  }

  /// @return how long each who came by a code waited for a welcome, in ms, sorted
  private static long[] welcomes(CodeTown town, String code, int people)
      throws InterruptedException {
    List<Json> adds = List.of();
    // Seldom, because the sandbox writes all of them out each time and plays nothing meanwhile.
    for (int i = 0; i < 40; i++) {
      Thread.sleep(1_000);
      adds =
          town.adds().stream()
              .filter(add -> (CodeTown.text(add, "state") + "~").startsWith(code + "~"))
              .filter(add -> CodeTown.has(add, "welcomeMs"))
              .toList();
      if (adds.size() == people) {
        break;
      }
    }
    if (adds.size() != people) {
      throw new IllegalStateException(adds.size() + " of " + people + " were welcomed");
    }
    return adds.stream().mapToLong(add -> CodeTown.number(add, "welcomeMs")).sorted().toArray();
  }
}
