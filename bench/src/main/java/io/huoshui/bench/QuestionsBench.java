package io.huoshui.bench;

import io.huoshui.audience.RuleText;
import io.huoshui.engine.Engine;
import io.huoshui.engine.Entry;
import io.huoshui.engine.Lookalikes;
import io.huoshui.engine.Questions;
import io.huoshui.engine.Seal;
import io.huoshui.engine.Sheets;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.insight.sheet.By;
import io.huoshui.insight.sheet.QuestionJson;
import io.huoshui.json.Json;
import io.huoshui.json.Place;
import io.huoshui.profile.Window;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.roaringbitmap.RoaringBitmap;

/// What a page about the whole brand takes to answer, and how long one event waits to be taken
/// while such pages are asked one after the other. In one process, without HTTP; each event is
/// forced before it counts as taken.
final class QuestionsBench {
  /// As the server does it.
  private static final int TAGGED_AT_A_TIME = 20_000;

  private static final int EVENTS = 20;
  private static final int BATCH = 10_000;
  private static final Instant NOW = Instant.parse("2026-06-30T16:00:00Z");
  private static final String[] CAMPAIGNS = {"spring", "summer", "autumn", "winter"};

  private final int repeat;
  private final int people;
  private final AtomicLong nowMs = new AtomicLong(NOW.toEpochMilli());
  private int extra;

  QuestionsBench(int repeat, int people) {
    this.repeat = repeat;
    this.people = people;
  }

  private record Asked(String name, Consumer<Questions> question) {}

  /// Sheets with a loop over columns, sheets person by person, and the opening of a cell.
  private static final List<Asked> SHEETS =
      List.of(
          new Asked("cohort sheet", ask -> ask.sheets(sheet("{\"kind\":\"cohort\"}"))),
          new Asked("rfm sheet", ask -> ask.sheets(sheet("{\"kind\":\"rfm\"}"))),
          new Asked("new and old sheet", ask -> ask.sheets(sheet("{\"kind\":\"new_old\"}"))),
          new Asked("repurchase sheet", ask -> ask.sheets(sheet("{\"kind\":\"repurchase\"}"))),
          new Asked("flow sheet", ask -> ask.sheets(sheet("{\"kind\":\"lifecycle_flow\"}"))),
          new Asked(
              "open a cell",
              ask -> ask.open(sheet("{\"kind\":\"new_old\"}"), "", "2026-06", "new")));

  private static Sheets.Asked sheet(String question) {
    return new Sheets.Asked(
        QuestionJson.read(new Place(Json.parse(question), "question")),
        new By.Nothing(),
        null,
        Map.of());
  }

  private static final List<Asked> QUESTIONS =
      List.of(
          new Asked("overview", Questions::overview),
          new Asked("layers", ask -> ask.layers("sku7", Window.last("180d"))),
          new Asked("best seller", ask -> ask.bestSeller(Window.last("180d"))),
          new Asked("campaigns", Questions::campaigns),
          new Asked("as they happened", Questions::campaignsAsTheyHappened),
          new Asked("pulse", Questions::pulse));

  /// Everybody scored; not among those that are asked while one event waits.
  private static final Asked LOOKALIKES =
      new Asked(
          "lookalikes",
          ask -> {
            if (!(ask.lookalikes(
                    new Lookalikes.Asked(
                        RuleText.parse("did order_paid at least 4 times within 180d"),
                        10_000,
                        false))
                instanceof Lookalikes.Found)) {
              throw new IllegalStateException("Too few people for lookalikes");
            }
          });

  void run() {
    Path folder =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "huoshui-bench-questions-" + ProcessHandle.current().pid());
    var medians = new ArrayList<Object>();
    Figures overview;
    double[] alone;
    double[] meanwhile;
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
      launch(engine);
      var figures = new ArrayList<Figures>();
      for (Asked asked : QUESTIONS) {
        figures.add(time(engine, asked));
        medians.addAll(List.of(asked.name().replace(' ', '_') + "Ms", figures.getLast().median()));
      }
      for (Asked asked : SHEETS) {
        medians.addAll(
            List.of(asked.name().replace(' ', '_') + "Ms", time(engine, asked).median()));
      }
      medians.addAll(List.of("lookalikesMs", time(engine, LOOKALIKES).median()));
      overview = figures.getFirst();
      medians.addAll(tagging(engine));
      alone = waits(engine, false);
      meanwhile = waits(engine, true);
      forceMs = engine.gauges().syncSeconds(0.5) * 1e3;
    } finally {
      delete(folder);
    }
    print("one event, nothing asked", alone);
    print("one event, while asking", meanwhile);
    medians.addAll(
        List.of(
            "people",
            people,
            "waitAloneP99Ms",
            percentile(alone, 0.99),
            "waitP50Ms",
            percentile(meanwhile, 0.5),
            "waitP99Ms",
            percentile(meanwhile, 0.99),
            "fsyncMedianMs",
            forceMs));
    Figures.line("questions", overview, new Figures[0], Double.NaN, medians.toArray());
  }

  private static void print(String name, double[] waits) {
    System.err.printf(
        Locale.ROOT,
        "  %-28s waits p50 %.2f ms, p99 %.1f ms, most %.1f ms (n = %d)%n",
        name,
        percentile(waits, 0.5),
        percentile(waits, 0.99),
        percentile(waits, 1),
        waits.length);
  }

  private static double percentile(double[] sorted, double share) {
    return sorted[Math.min(sorted.length - 1, (int) (sorted.length * share))];
  }

  /// Before each round one event comes, so that no answer is one that was given before.
  private Figures time(Engine engine, Asked asked) {
    var ms = new double[repeat];
    for (int round = -2; round < repeat; round++) {
      one(engine);
      long began = System.nanoTime();
      asked.question().accept(engine.ask());
      if (round >= 0) {
        ms[round] = (System.nanoTime() - began) / 1e6;
      }
    }
    Figures figures = Figures.of(asked.name(), "ms", ms);
    figures.print();
    return figures;
  }

  /// Everybody is given a tag, part by part, while single events come; then the count of the tag is
  /// asked, which has to be everybody.
  private List<Object> tagging(Engine engine) {
    RoaringBitmap all = engine.ask().members(RuleText.parse("not has tag \"bench\""));
    var over = new CountDownLatch(1);
    var waits = new ArrayList<Double>();
    Thread sender =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (over.getCount() > 0) {
                    long began = System.nanoTime();
                    one(engine);
                    waits.add((System.nanoTime() - began) / 1e6);
                  }
                });
    long began = System.nanoTime();
    int changed = 0;
    int[] people = all.toArray();
    for (int from = 0; from < people.length; from += TAGGED_AT_A_TIME) {
      var part = new RoaringBitmap();
      part.add(Arrays.copyOfRange(people, from, Math.min(people.length, from + TAGGED_AT_A_TIME)));
      changed += engine.tag("bench", true, "manual", "bench", "", part);
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    over.countDown();
    try {
      sender.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    long carried = engine.ask().count(RuleText.parse("has tag \"bench\""));
    if (changed != people.length || carried != people.length) {
      throw new IllegalStateException(
          people.length + " people, " + changed + " tagged, " + carried + " carry it");
    }
    double[] sorted = waits.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    System.err.printf(
        Locale.ROOT,
        "  %-28s %,d people in %.2f s, %,.0f/s; an event waits p50 %.2f ms, p99 %.1f ms%n",
        "tagging everybody",
        changed,
        seconds,
        changed / seconds,
        percentile(sorted, 0.5),
        percentile(sorted, 0.99));
    return List.of("taggedPerSecond", changed / seconds, "tagWaitP99Ms", percentile(sorted, 0.99));
  }

  private void one(Engine engine) {
    int person = draw(extra, 1, people);
    engine.take(
        List.of(
            new Event(
                "x" + extra++,
                "page_viewed",
                Instant.ofEpochMilli(nowMs.get()),
                "mini",
                List.of(phone(person)),
                Properties.NONE)));
  }

  /// How long single events wait, in ms, sorted: for some seconds, one after the other.
  private double[] waits(Engine engine, boolean asking) {
    var over = new CountDownLatch(1);
    Thread asker =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (asking && over.getCount() > 0) {
                    QUESTIONS.forEach(asked -> asked.question().accept(engine.ask()));
                  }
                });
    var waits = new ArrayList<Double>();
    long end = System.nanoTime() + 15_000_000_000L;
    while (System.nanoTime() < end) {
      long began = System.nanoTime();
      one(engine);
      waits.add((System.nanoTime() - began) / 1e6);
    }
    over.countDown();
    try {
      asker.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return waits.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }

  // The people.

  private void fill(Engine engine) {
    long began = System.nanoTime();
    var batch = new ArrayList<Event>(BATCH);
    for (int person = 0; person < people; person++) {
      for (int i = 0; i < EVENTS; i++) {
        batch.add(event(person, i));
      }
      if (batch.size() + EVENTS > BATCH) {
        engine.take(batch);
        batch.clear();
      }
    }
    engine.take(batch);
    System.err.printf(
        Locale.ROOT,
        "questions: %,d people with %d events each, made up and taken in %.0f s%n",
        people,
        EVENTS,
        (System.nanoTime() - began) / 1e9);
  }

  /// A fifth of the people enter a journey and get a message each.
  private void launch(Engine engine) {
    engine.publish(
        Entry.Definition.SEGMENT,
        "some",
        Json.object("rule", Json.of("did order_paid at least 3 times within 180d")).write());
    engine.freeze("some", "some");
    engine.publish(
        Entry.Definition.TEMPLATE,
        "hello",
        """
        {"name": "hello", "channel": "sms", "text": "hello", "sender": "bench", "purpose": "service"}\
        """);
    engine.publish(
        Entry.Definition.JOURNEY,
        "winback",
        """
        {"journey": "winback", "entry": {"audience": "some"}, "holdOut": 10,
         "goal": {"event": "order_paid", "within": "7d"},
         "steps": [{"id": "hello", "send": "hello"}, {"id": "pause", "wait": "30d"}]}\
        """);
    engine.launch("winback");
    nowMs.addAndGet(3_600_000);
    engine.advanceTo(Instant.ofEpochMilli(nowMs.get()));
    System.err.printf(
        Locale.ROOT,
        "  %,d people on a journey, %,d messages%n",
        engine.ask().pulse().activePositions(),
        engine.ask().pulse().verdicts().values().stream().mapToLong(Long::longValue).sum());
  }

  private static int draw(int one, int other, int sides) {
    long z = one * 0x9E3779B97F4A7C15L + other * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return (int) Long.remainderUnsigned(z ^ (z >>> 31), sides);
  }

  private static Identifier phone(int person) {
    return Identifier.of(IdentifierKind.PHONE, "1" + (38_0000_0000L + person));
  }

  private static Event event(int person, int i) {
    String id = person + "-" + i;
    Instant time = NOW.minusSeconds((EVENTS - i) * 1_500_000L + draw(person, i, 1_400_000));
    List<Identifier> who =
        i == 0
            ? List.of(
                phone(person),
                Identifier.of(IdentifierKind.MEMBER_NUMBER, "M" + (10_000_000 + person)))
            : List.of(phone(person));
    int kind = draw(person, 100 + i, 20);
    return switch (kind) {
      case 0, 1, 2, 3 ->
          event(
              id,
              "order_paid",
              time,
              "tmall",
              who,
              Properties.of("orderId", id, "amountFen", 100L * (9 + draw(person, 200 + i, 900))));
      case 4, 5, 6 ->
          event(
              id,
              "product_purchased",
              time,
              "tmall",
              who,
              Properties.of(
                  "orderId", id, "sku", "sku" + draw(person, 300 + i, 400), "quantity", 1));
      case 7 ->
          event(
              id,
              "campaign_received",
              time,
              "crm",
              who,
              Properties.of(
                  "campaign", CAMPAIGNS[draw(person, i, 4)], "campaignType", "sms blast"));
      case 8 -> event(id, "order_refunded", time, "tmall", who, Properties.of("amountFen", 900));
      case 9, 10, 11, 12 ->
          event(
              id,
              "product_viewed",
              time,
              "mini",
              who,
              Properties.of("sku", "sku" + draw(person, 300 + i, 400)));
      default -> event(id, "page_viewed", time, "mini", who, Properties.NONE);
    };
  }

  private static Event event(
      String id,
      String name,
      Instant time,
      String source,
      List<Identifier> who,
      Properties properties) {
    return new Event(id, name, time, source, who, properties);
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
