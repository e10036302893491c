package io.huoshui.bench;

import io.huoshui.engine.Seal;
import io.huoshui.engine.columns.Block;
import io.huoshui.engine.columns.BlockWriter;
import io.huoshui.engine.columns.Cubes;
import io.huoshui.engine.columns.Sweep;
import io.huoshui.engine.columns.Words;
import io.huoshui.event.EventCatalogue;
import io.huoshui.event.Value;
import io.huoshui.insight.tree.Breakdown;
import io.huoshui.insight.tree.Comparison;
import io.huoshui.insight.tree.Cube;
import io.huoshui.insight.tree.Days;
import io.huoshui.insight.tree.Grid;
import io.huoshui.insight.tree.Inquiry;
import io.huoshui.insight.tree.Metric;
import io.huoshui.insight.tree.MetricJson;
import io.huoshui.insight.tree.Metrics;
import io.huoshui.insight.tree.Numbers;
import io.huoshui.insight.tree.Sheet;
import io.huoshui.json.Json;
import java.lang.management.ManagementFactory;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A metric tree of 30 nodes for 1,000 guides and 90 days: every value, the contributions of parts
/// and of guides, and the drill, out of the cube; and counting the cube over 1 M and 10 M events.
/// First it is checked against counting by hand while the events are made up.
final class TreeBench {
  private static final int GUIDES = 1_000;
  private static final int DAYS = 90;
  private static final int KINDS = 5;
  private static final int EVENTS_EACH = 20;
  private static final int THREADS = 2;
  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
  private static final LocalDate FIRST = LocalDate.of(2026, 4, 1);
  private static final long FIRST_MS = FIRST.atStartOfDay(ZONE).toInstant().toEpochMilli();
  private static final String[] NAMES = {
    "order_paid", "store_visited", "card_scanned", "message_replied", "contact_added"
  };

  private final int repeat;
  private final Metrics metrics =
      new Metrics(MetricJson.read(Json.parse(set())), EventCatalogue.standard());
  private final Words words = new Words();
  private final Seal seal = new Seal(new byte[32]);
  private final Cube.Asked asked;

  TreeBench(int repeat) {
    this.repeat = repeat;
    var columns = new ArrayList<Days>();
    // The halves come first: an inquiry looks there.
    columns.add(new Days(FIRST.plusDays(DAYS / 2), FIRST.plusDays(DAYS - 1)));
    columns.add(columns.getFirst().before());
    for (int day = 0; day < DAYS; day++) {
      columns.add(new Days(FIRST.plusDays(day), FIRST.plusDays(day)));
    }
    this.asked = Inquiry.asked(metrics, "root", List.of("guide"), columns, ZONE);
  }

  /// `root = f0 + … + f4 + e0 + … + e3`, `f = p × q`, `q = s / t`: 1 + 5 × 5 + 4 nodes.
  private static String set() {
    var out = new StringBuilder("{\"metrics\": [");
    for (int i = 0; i < KINDS; i++) {
      String of = ",\"slices\":[\"guide\"]},";
      out.append("{\"name\":\"p" + i + "\",\"people\":\"" + NAMES[i] + "\"" + of);
      out.append(
          "{\"name\":\"s"
              + i
              + "\",\"sum\":{\"events\":\""
              + NAMES[i]
              + "\",\"property\":\"amountFen\"}"
              + of);
      out.append("{\"name\":\"t" + i + "\",\"count\":\"" + NAMES[i] + "\"" + of);
      out.append("{\"name\":\"q" + i + "\",\"formula\":\"s" + i + " / t" + i + "\"},");
      out.append("{\"name\":\"f" + i + "\",\"formula\":\"p" + i + " × q" + i + "\"},");
      if (i < KINDS - 1) {
        out.append(
            "{\"name\":\"e" + i + "\",\"count\":\"" + NAMES[i] + "\",\"which\":\"first\"" + of);
      }
    }
    return out + "{\"name\":\"root\",\"formula\":\"f0 + f1 + f2 + f3 + f4 + e0 + e1 + e2 + e3\"}]}";
  }

  /// What was counted by hand, per kind, guide and column.
  private static final class Hand {
    final long[][][] count = new long[KINDS][GUIDES][DAYS + 2];
    final long[][][] sum = new long[KINDS][GUIDES][DAYS + 2];
    final long[][][] people = new long[KINDS][GUIDES][DAYS + 2];
    final long[][][] first = new long[KINDS][GUIDES][DAYS + 2];

    /// The last person counted.
    final int[][][] seen = new int[KINDS][GUIDES][DAYS + 2];

    void event(int person, int kind, int guide, int day, int fen, boolean isFirst) {
      for (int column : new int[] {day + 2, day >= DAYS / 2 ? 0 : 1}) {
        count[kind][guide][column]++;
        sum[kind][guide][column] += fen;
        if (seen[kind][guide][column] != person + 1) {
          seen[kind][guide][column] = person + 1;
          people[kind][guide][column]++;
        }
        first[kind][guide][column] += isFirst ? 1 : 0;
      }
    }
  }

  private List<Block> blocks(int people, @Nullable Hand hand) {
    int guideKey = words.key("guide");
    int amountKey = words.key("amountFen");
    int[] names = Arrays.stream(NAMES).mapToInt(words::name).toArray();
    int source = words.source("pos");
    String[] guides = new String[GUIDES];
    Arrays.setAll(guides, i -> "guide-" + i);
    var blocks = new ArrayList<Block>();
    for (int from = 0; from < people; from += Block.MOST_LOCALS) {
      int span = Math.min(Block.MOST_LOCALS, people - from);
      var writer = new BlockWriter(words, from, 1, span);
      for (int local = 0; local < span; local++) {
        var shopper = new Shoppers(from + local);
        long[] times = new long[EVENTS_EACH];
        Arrays.setAll(times, _ -> shopper.roll(DAYS * 86_400) * 1_000L);
        Arrays.sort(times);
        int own = shopper.roll(GUIDES);
        boolean[] had = new boolean[KINDS];
        writer.local(local);
        for (long time : times) {
          int kind = shopper.roll(KINDS);
          int guide = shopper.roll(10) == 0 ? shopper.roll(GUIDES) : own;
          int fen = shopper.amountFen();
          int day = (int) (time / 86_400_000L);
          // The seventh guide's customers pay half in the second half: there is something to find.
          fen = guide < 7 && day >= DAYS / 2 ? fen / 50 : fen;
          writer.event(FIRST_MS + time, names[kind], source, from + local);
          writer.property(guideKey, Value.of(guides[guide]));
          writer.whole(amountKey, fen);
          if (hand != null) {
            hand.event(from + local, kind, guide, day, fen, !had[kind]);
          }
          had[kind] = true;
        }
      }
      blocks.add(Block.read(writer.finish(seal, from), words, seal));
    }
    return blocks;
  }

  /// As a picture counts: a total per thread.
  private Cube cube(List<Block> blocks) {
    List<Cube> counted =
        new Sweep(blocks.size())
            .over(
                THREADS,
                () -> {
                  var loop = new Cubes(asked);
                  var total = new Cube(asked);
                  return block -> {
                    loop.over(blocks.get(block), null, total);
                    return total;
                  };
                });
    var all = new Cube(asked);
    var threads = new IdentityHashMap<Cube, Boolean>();
    counted.forEach(each -> threads.put(each, true));
    threads.keySet().forEach(all::add);
    return all;
  }

  /// @param change of the root
  /// @param sum of the guides' contributions to it
  private record Computed(
      Map<String, Sheet> guides, double change, double sum, String drill, int nodes) {}

  private Computed compute(Cube cube) {
    var grid = new Grid(metrics, cube, Numbers.NONE);
    Map<String, Sheet> guides = grid.by(Map.of(), "guide");
    double change = 0;
    double sum = 0;
    for (Metric metric : metrics.all()) {
      Breakdown breakdown = Breakdown.of(grid, metric.name(), Map.of(), "guide", 0, 1);
      if (metric.name().equals("root")) {
        change = number(breakdown.change());
        sum = number(breakdown.between());
        for (Breakdown.Member member : breakdown.members()) {
          sum += number(member.contribution());
        }
      }
    }
    Inquiry.Answer answer =
        new Inquiry(
                "root",
                asked.columns().getFirst(),
                Comparison.LAST_PERIOD,
                Map.of(),
                "",
                List.of("guide"))
            .answer(metrics, cube, Numbers.NONE);
    return new Computed(guides, change, sum, answer.drill().en(), metrics.all().size());
  }

  private static double number(@Nullable Double number) {
    if (number == null) {
      throw new IllegalStateException("There is no base");
    }
    return number;
  }

  /// Every node of every guide on every day, worked out again from what was counted by hand.
  private static void check(Computed computed, Hand hand) {
    var places = new TreeMap<String, Integer>();
    for (int guide = 0; guide < GUIDES; guide++) {
      places.put("guide-" + guide, guide);
    }
    if (!computed.guides().keySet().equals(places.keySet())) {
      throw new IllegalStateException("There are " + computed.guides().size() + " guides");
    }
    computed
        .guides()
        .forEach(
            (name, sheet) -> {
              int guide = places.getOrDefault(name, -1);
              for (int column = 0; column < DAYS + 2; column++) {
                double root = 0;
                for (int kind = 0; kind < KINDS; kind++) {
                  double people = hand.people[kind][guide][column];
                  double fen = hand.sum[kind][guide][column];
                  double count = hand.count[kind][guide][column];
                  double rate = count == 0 ? Double.NaN : fen / count;
                  same(sheet, "p" + kind, column, people);
                  same(sheet, "s" + kind, column, fen);
                  same(sheet, "t" + kind, column, count);
                  same(sheet, "q" + kind, column, rate);
                  same(sheet, "f" + kind, column, people * rate);
                  root += people * rate;
                  if (kind < KINDS - 1) {
                    double first = hand.first[kind][guide][column];
                    same(sheet, "e" + kind, column, first);
                  }
                }
                for (int kind = 0; kind < KINDS - 1; kind++) {
                  root += hand.first[kind][guide][column];
                }
                same(sheet, "root", column, root);
              }
            });
    if (Math.abs(computed.change() - computed.sum()) > 1e-6 * Math.abs(computed.change())) {
      throw new IllegalStateException(
          "Contributions are " + computed.sum() + ", the change is " + computed.change());
    }
  }

  private static void same(Sheet sheet, String metric, int column, double expected) {
    Double found = sheet.value(metric, column);
    boolean equal =
        found == null
            ? Double.isNaN(expected)
            : Math.abs(found - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
    if (!equal) {
      throw new IllegalStateException(
          metric + " in column " + column + " is " + found + ", by hand " + expected);
    }
  }

  void run() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    var hand = new Hand();
    List<Block> million = blocks(1_000_000 / EVENTS_EACH, hand);
    Cube cube = cube(million);
    Computed computed = compute(cube);
    check(computed, hand);
    System.err.printf(
        Locale.ROOT,
        "tree: %d nodes × %,d guides × %d days agree with counting by hand; %s%n",
        computed.nodes(),
        GUIDES,
        DAYS,
        computed.drill());
    Figures tree = measured("tree from the cube", () -> compute(cube));
    Figures counted = measured("cube of 1 M events", () -> cube(million));
    List<Block> ten = blocks(10_000_000 / EVENTS_EACH, null);
    Figures countedTen = measured("cube of 10 M events", () -> cube(ten));
    System.err.printf(Locale.ROOT, "  load at the beginning %.1f%n", load);
    Figures.line(
        "tree",
        tree,
        new Figures[] {},
        Double.NaN,
        "nodes",
        computed.nodes(),
        "guides",
        GUIDES,
        "days",
        DAYS,
        "cubeOfMillionMs",
        counted.median(),
        "cubeOfTenMillionMs",
        countedTen.median(),
        "load",
        load);
  }

  private Figures measured(String name, Runnable work) {
    work.run();
    double[] ms = new double[repeat];
    for (int i = 0; i < repeat; i++) {
      long began = System.nanoTime();
      work.run();
      ms[i] = (System.nanoTime() - began) / 1e6;
    }
    Figures figures = Figures.of(name, "ms", ms);
    figures.print();
    return figures;
  }
}
