package io.huoshui.bench;

import io.huoshui.audience.Condition;
import io.huoshui.audience.Moment;
import io.huoshui.audience.RuleException;
import io.huoshui.audience.RuleText;
import io.huoshui.engine.Engine;
import io.huoshui.engine.Seal;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.json.Json;
import io.huoshui.profile.EventList;
import io.huoshui.profile.Person;
import io.huoshui.profile.Timeline;
import io.huoshui.server.access.KeyFile;
import io.huoshui.server.demo.Child;
import io.huoshui.server.demo.Scenario;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// An operator types a rule, and each letter is counted and previewed over HTTP, while events are
/// taken at a steady rate: what it takes the first time, when nothing is kept, and what it takes
/// when the same is typed again. Every count is compared with a look at everybody by core's rule.
final class PreviewBench {
  private static final Instant NOW = Instant.parse("2026-06-30T16:00:00Z");
  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
  private static final int BATCH = 10_000;
  private static final int LOAD_BATCH = 50;

  /// So often each rule is typed.
  private static final int AGAIN = 4;

  private final int repeat;
  private final int people;
  private final int rate;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private String url = "";
  private String token = "";

  /// @param repeat rules that are typed
  /// @param rate events per second meanwhile
  PreviewBench(int repeat, int people, int rate) {
    this.repeat = repeat;
    this.people = people;
    this.rate = rate;
  }

  /// A rule an operator might type; each has other parts.
  private static String rule(int round) {
    return String.format(
        Locale.ROOT,
        "(has tag a%d or has tag b%d) and has age >= %d and has city = city%d"
            + " and did order_paid within %dd and not has tag d%d",
        round,
        round,
        21 + round,
        round,
        90 + round,
        round);
  }

  /// What was typed, and how many people it picks.
  private record Typed(String text, long count) {}

  void run() {
    Path folder =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "huoshui-bench-preview-" + ProcessHandle.current().pid());
    var clock = List.of("--virtual-from", NOW.toString());
    try {
      String key;
      // The first start makes the folder and its key.
      try (Subject subject = Subject.start(folder, clock)) {
        key = subject.key();
      }
      List<List<Typed>> typed = fill(folder.resolve("server"));
      try (Child process = Subject.process(folder, clock)) {
        Json at = process.ready(folder.resolve("server/run/server.json"));
        url = Scenario.text(at, "url");
        token = Scenario.text(at, "token");
        measure(typed, key);
      }
    } finally {
      Peer.delete(folder);
    }
  }

  // The people, and what each rule says of them.

  private static Identifier phone(int person) {
    return Identifier.of(IdentifierKind.PHONE, "1" + (38_0000_0000L + person));
  }

  private List<Event> life(int person) {
    var dice = new Shoppers(person);
    var life = new ArrayList<Event>();
    life.add(
        event(
            person,
            life.size(),
            "profile_updated",
            400,
            Properties.of(
                "age",
                18 + dice.roll(52),
                "city",
                "city" + dice.skewed(20),
                "level",
                dice.roll(5))));
    int round = dice.roll(8);
    for (String tag : List.of("a", "b", "c", "d")) {
      int perMille = tag.equals("a") ? 400 : tag.equals("b") ? 200 : tag.equals("c") ? 500 : 50;
      if (dice.roll(1_000) < perMille) {
        life.add(event(person, life.size(), "tag_added", 300, Properties.of("tag", tag + round)));
      }
    }
    if (dice.roll(2) == 0) {
      life.add(
          event(
              person,
              life.size(),
              "order_paid",
              dice.roll(365),
              Properties.of("orderId", "o" + person, "amountFen", 100L * (9 + dice.skewed(900)))));
    }
    if (dice.roll(3) == 0) {
      life.add(event(person, life.size(), "consent_given", 200, Properties.of("channel", "sms")));
    }
    return life;
  }

  private static Event event(
      int person, int number, String name, int daysAgo, Properties properties) {
    return new Event(
        person + "-" + number,
        name,
        NOW.minusSeconds(daysAgo * 86_400L + person % 3_600 + 1),
        "crm",
        List.of(phone(person)),
        properties);
  }

  /// Takes everybody in this process, and asks each of them every rule.
  private List<List<Typed>> fill(Path folder) {
    List<List<String>> texts = new ArrayList<>();
    List<Condition> rules = new ArrayList<>();
    for (int round = 0; round < repeat; round++) {
      texts.add(prefixes(rule(round)));
      texts.getLast().forEach(text -> rules.add(RuleText.parse(text)));
    }
    var counts = new long[rules.size()];
    var moment = new Moment(NOW, ZONE);
    long began = System.nanoTime();
    long events = 0;
    try (Engine engine =
        Engine.open(
            new Engine.Settings(
                folder.resolve("engine"),
                new Seal(KeyFile.read(folder.resolve("keys/engine.key"))),
                ZONE,
                "http://127.0.0.1",
                InstantSource.fixed(NOW)),
            _ -> {})) {
      var batch = new ArrayList<Event>(BATCH);
      for (int person = 0; person < people; person++) {
        List<Event> life = life(person);
        events += life.size();
        batch.addAll(life);
        var somebody = new Somebody(new EventList(life));
        for (int i = 0; i < counts.length; i++) {
          counts[i] += rules.get(i).test(somebody, moment) ? 1 : 0;
        }
        if (batch.size() + 8 > BATCH) {
          engine.take(batch);
          batch.clear();
        }
      }
      engine.take(batch);
    }
    System.err.printf(
        Locale.ROOT,
        "preview: %,d people with %,d events taken, and each asked %d rules, in %.0f s%n",
        people,
        events,
        counts.length,
        (System.nanoTime() - began) / 1e9);
    var typed = new ArrayList<List<Typed>>();
    int next = 0;
    for (List<String> ofRound : texts) {
      var one = new ArrayList<Typed>();
      for (String text : ofRound) {
        one.add(new Typed(text, counts[next++]));
      }
      typed.add(one);
    }
    return typed;
  }

  /// What was typed so far, letter by letter, as often as it could be read.
  private static List<String> prefixes(String rule) {
    var readable = new ArrayList<String>();
    for (int end = 1; end <= rule.length(); end++) {
      String typed = rule.substring(0, end);
      if (!typed.endsWith(" ") && readable(typed)) {
        readable.add(typed);
      }
    }
    return readable;
  }

  /// Half a word can not be: the page says what may come next, and asks nothing.
  private static boolean readable(String typed) {
    try {
      RuleText.parse(typed);
      return true;
    } catch (RuleException e) {
      return false;
    }
  }

  private record Somebody(Timeline timeline) implements Person {
    @Override
    public int profile() {
      return 0;
    }

    @Override
    public boolean has(IdentifierKind kind) {
      return kind == IdentifierKind.PHONE;
    }

    @Override
    public boolean inAudience(String audience) {
      return false;
    }

    @Override
    public boolean inSegment(String segment, Instant now) {
      return false;
    }

    @Override
    public boolean onJourney(String journey, Standing standing) {
      return false;
    }

    @Override
    public List<String> traitNames() {
      return List.of();
    }
  }

  // Typing.

  private void measure(List<List<Typed>> typed, String key) {
    // The web server and the compiler wake up on something else; nothing of it is kept.
    for (int i = 0; i < 200; i++) {
      ask("count", "has identifier phone", people);
      ask("preview", "has identifier email", 0);
    }
    var over = new AtomicBoolean();
    var figures = new LinkedHashMap<String, List<Double>>();
    long began = System.nanoTime();
    long taken;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Long> load = threads.submit(() -> load(key, over));
      try {
        for (List<Typed> rule : typed) {
          // Odd rules are previewed first, even ones counted first, so that each has its first
          // time.
          boolean count = typed.indexOf(rule) % 2 == 0;
          type(rule, count ? "count" : "preview", "first", figures);
          type(rule, count ? "preview" : "count", "kept", figures);
          for (int again = 1; again < AGAIN; again++) {
            type(rule, "count", "kept", figures);
            type(rule, "preview", "kept", figures);
          }
        }
      } finally {
        over.set(true);
      }
      taken = load.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    System.err.printf(
        Locale.ROOT,
        "  meanwhile %,.0f events/s were taken; every count was that of core's rule%n",
        taken / seconds);
    print(figures);
    report(figures, taken / seconds);
  }

  private void type(List<Typed> rule, String what, String how, Map<String, List<Double>> figures) {
    for (Typed typed : rule) {
      figures
          .computeIfAbsent(what + ", " + how, _ -> new ArrayList<>())
          .add(ask(what, typed.text(), typed.count()));
    }
  }

  /// @return how long it took, in ms
  private double ask(String what, String text, long expected) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/api/v1/segments/" + what))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    Json.object("text", Json.of(text)).write(), StandardCharsets.UTF_8))
            .build();
    long began = System.nanoTime();
    HttpResponse<String> answer;
    try {
      answer = http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(what + " was not answered: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    double ms = (System.nanoTime() - began) / 1e6;
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(what + " of " + text + " answered " + answer.body());
    }
    long said = Scenario.number(Json.parse(answer.body()), "count");
    if (said != expected) {
      throw new IllegalStateException(
          "The answers differ: " + what + " of " + text + " says " + said + ", it is " + expected);
    }
    return ms;
  }

  /// Events of people who are there, that no rule asks for.
  private long load(String key, AtomicBoolean over) throws IOException {
    long taken = 0;
    long began = System.nanoTime();
    var dice = new Shoppers(-1);
    try (var wire = new Wire(url, key, "application/x-ndjson")) {
      for (int batch = 0; !over.get(); batch++) {
        var lines = new StringBuilder();
        for (int i = 0; i < LOAD_BATCH; i++) {
          lines.append(
              String.format(
                  Locale.ROOT,
                  "{\"id\":\"x%d-%d\",\"name\":\"page_viewed\",\"time\":\"2026-06-30T15:59:59Z\",\"identifiers\":[{\"kind\":\"phone\",\"value\":\"%s\"}],\"properties\":{\"page\":\"/\"}}%n",
                  batch,
                  i,
                  "1" + (38_0000_0000L + dice.roll(people))));
        }
        taken += wire.post(lines.toString().getBytes(StandardCharsets.US_ASCII));
        long due = began + (long) ((batch + 1) * 1e9 * LOAD_BATCH / rate);
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
      }
    }
    return taken;
  }

  private static double quantile(List<Double> ms, double of) {
    double[] sorted = ms.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted.length == 0
        ? Double.NaN
        : sorted[(int) Math.min(sorted.length - 1, sorted.length * of)];
  }

  private static void print(Map<String, List<Double>> figures) {
    figures.forEach(
        (what, ms) ->
            System.err.printf(
                Locale.ROOT,
                "  %-28s p50 %.2f ms, p99 %.1f ms, most %.1f ms (n = %d)%n",
                what,
                quantile(ms, 0.5),
                quantile(ms, 0.99),
                quantile(ms, 1),
                ms.size()));
  }

  private void report(Map<String, List<Double>> figures, double taken) {
    var more = new ArrayList<Object>();
    figures.forEach(
        (what, ms) -> {
          String name = what.startsWith("count") ? "count" : "preview";
          String how = what.endsWith("first") ? "First" : "Kept";
          more.addAll(
              List.of(
                  name + how + "P50Ms",
                  quantile(ms, 0.5),
                  name + how + "P99Ms",
                  quantile(ms, 0.99)));
        });
    more.addAll(List.of("people", people, "eventsPerSecond", taken, "firstBarP99Ms", 5));
    List<Double> kept = figures.getOrDefault("count, kept", List.of());
    List<Double> first = figures.getOrDefault("count, first", List.of());
    Figures.line(
        "preview",
        Figures.of("count over HTTP, kept, p99", "ms", quantile(kept, 0.99)),
        new Figures[] {Figures.of("nothing kept, p99", "ms", quantile(first, 0.99))},
        Double.NaN,
        more.toArray());
  }
}
