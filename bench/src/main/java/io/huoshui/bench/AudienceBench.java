package io.huoshui.bench;

import io.huoshui.audience.Condition;
import io.huoshui.audience.Moment;
import io.huoshui.audience.RuleText;
import io.huoshui.engine.Seal;
import io.huoshui.engine.columns.Block;
import io.huoshui.engine.columns.BlockWriter;
import io.huoshui.engine.columns.Facts;
import io.huoshui.engine.columns.Program;
import io.huoshui.engine.columns.Sweep;
import io.huoshui.engine.columns.Traits;
import io.huoshui.engine.columns.Words;
import io.huoshui.engine.picks.Answers;
import io.huoshui.engine.picks.Plan;
import io.huoshui.event.Value;
import io.huoshui.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Counting people by rules over blocks on disk, with two threads: tags that are kept, four
/// predicates that are not, and a thousand segments from nothing; beside it ClickHouse and DuckDB
/// over the same people.
final class AudienceBench {
  private static final int THREADS = 2;
  private static final int SEGMENTS = 1_000;

  /// So long the same is asked first: a server that is asked all day is compiled.
  private static final long WARM_UP_NANOS = 2_000_000_000L;

  private static final int CITIES = 20;
  private static final int LEVELS = 5;
  private static final Moment NOW = new Moment(Shoppers.NOW, ZoneId.of("Asia/Shanghai"));
  private static final String[] TAGS = {"a", "b", "c", "d"};

  /// Of a thousand people so many carry it.
  private static final int[] PER_MILLE = {200, 50, 500, 10};

  /// A condition as we say it, and as SQL does.
  private record Same(String rule, String sql) {}

  private static final Same TAG_ALGEBRA =
      new Same(
          "(has tag a or has tag b) and has tag c and not has tag d",
          "(a = 1 or b = 1) and c = 1 and d = 0");
  private static final Same AD_HOC =
      new Same(
          "has age >= 30 and has city = city3 and has level in (l1, l2) and has spendFen > 50000",
          "age >= 30 and city = 3 and level in (1, 2) and spend > 50000");

  private final String name;
  private final int repeat;
  private final int people;
  private final boolean segments;
  private final boolean peers;
  private final Traits traits = new Traits(8L << 30);
  private final Words words = new Words();
  private final Seal seal = new Seal(new byte[32]);

  AudienceBench(String name, int repeat, int people, boolean segments, boolean peers) {
    this.name = name;
    this.repeat = repeat;
    this.people = people;
    this.segments = segments;
    this.peers = peers;
  }

  void run() {
    Path folder =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "huoshui-bench-audience-" + ProcessHandle.current().pid());
    try (Arena arena = Arena.ofShared()) {
      Files.createDirectories(folder);
      List<Block> blocks = blocks(folder, arena);
      if (segments) {
        thousand(folder, blocks);
      } else {
        counts(folder, blocks);
      }
    } catch (IOException e) {
      throw new IllegalStateException("The bench could not run: " + e.getMessage(), e);
    } finally {
      Peer.delete(folder);
    }
  }

  // The people.

  private List<Block> blocks(Path folder, Arena arena) {
    long began = System.nanoTime();
    int all = (people + Block.MOST_LOCALS - 1) / Block.MOST_LOCALS;
    words.source("crm");
    for (String event : List.of("profile_updated", "tag_added")) {
      words.name(event);
    }
    for (String key : List.of("age", "city", "level", "spendFen", "tag")) {
      words.key(key);
    }
    List<Block> blocks =
        new Sweep(all)
            .over(
                THREADS,
                () ->
                    block -> {
                      try {
                        return write(folder, arena, block);
                      } catch (IOException e) {
                        throw new UncheckedIOException(e);
                      }
                    });
    System.err.printf(
        Locale.ROOT,
        "%s: %,d people in %,d blocks, made up and written in %.1f s%n",
        name,
        people,
        all,
        (System.nanoTime() - began) / 1e9);
    return blocks;
  }

  private Block write(Path folder, Arena arena, int block) throws IOException {
    int first = block * Block.MOST_LOCALS;
    int span = Math.min(Block.MOST_LOCALS, people - first);
    var writer = new BlockWriter(words, first, 1, span);
    ByteBuffer rows = ByteBuffer.allocate(peers ? span * 16 : 0).order(ByteOrder.LITTLE_ENDIAN);
    int updated = words.findName("profile_updated");
    int tagged = words.findName("tag_added");
    int source = words.source("crm");
    long timeMs = Shoppers.NOW.toEpochMilli() - 86_400_000L;
    for (int local = 0; local < span; local++) {
      var shopper = new Shoppers(first + local);
      int age = 18 + shopper.roll(52);
      int city = shopper.skewed(CITIES);
      int level = shopper.roll(LEVELS);
      int spend = shopper.skewed(500_000);
      writer.local(local);
      writer.event(timeMs, updated, source, first + local);
      writer.whole(words.key("age"), age);
      writer.property(words.key("city"), Value.of("city" + city));
      writer.property(words.key("level"), Value.of("l" + level));
      writer.whole(words.key("spendFen"), spend);
      if (peers) {
        rows.putInt(first + local).put((byte) age).put((byte) city).put((byte) level).putInt(spend);
      }
      for (int tag = 0; tag < TAGS.length; tag++) {
        boolean has = shopper.roll(1_000) < PER_MILLE[tag];
        if (has) {
          writer.event(timeMs + 1 + tag, tagged, source, first + local);
          writer.property(words.key("tag"), Value.of(TAGS[tag]));
        }
        if (peers) {
          rows.put((byte) (has ? 1 : 0));
        }
      }
    }
    Path file = folder.resolve("block-" + block);
    Peer.write(file, writer.finish(seal, block).asByteBuffer());
    if (peers) {
      Peer.write(folder.resolve("rows-" + block + ".bin"), rows.flip());
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return Block.read(
          channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena), words, seal);
    }
  }

  // The questions.

  /// Asks columns, and keeps what they say; these rules know no time.
  private Plan.Source source(Condition leaf, List<Block> blocks, Answers answers) {
    Answers.Leaf kept = answers.of(leaf);
    return new Plan.Source() {
      @Override
      public String how() {
        return "columns";
      }

      @Override
      public double cost() {
        return kept.has(0, blocks.getFirst().number(), Answers.Stamp.ALWAYS) ? 60 : 300_000;
      }

      @Override
      public double share() {
        return kept.share(0.2);
      }

      @Override
      public long answers() {
        return 0;
      }

      @Override
      public long reused() {
        return 0;
      }

      @Override
      public Plan.Asker asker() {
        var found = new boolean[1];
        var evaluator = new Program.Evaluator[1];
        var scratch = new long[Plan.PEOPLE / 64];
        return stretch -> {
          Block block = blocks.get(stretch);
          Object answer = kept.get(stretch, block.number(), Answers.Stamp.ALWAYS, found);
          if (found[0]) {
            return answer;
          }
          if (leaf instanceof Condition.HasTrait has) {
            traits.of(block, has.trait()).test(has.operator(), has.value(), scratch);
            return kept.put(stretch, block.number(), Answers.Stamp.ALWAYS, scratch);
          }
          if (evaluator[0] == null) {
            evaluator[0] = Program.compile(leaf, NOW).evaluator();
          }
          return kept.put(
              stretch,
              block.number(),
              Answers.Stamp.ALWAYS,
              evaluator[0].over(block, Facts.NONE, null));
        };
      }
    };
  }

  private long count(Condition rule, List<Block> blocks, Answers answers) {
    return counts(List.of(rule), blocks, answers)[0];
  }

  /// All rules in one sweep, as the engine answers several.
  private long[] counts(List<Condition> rules, List<Block> blocks, Answers answers) {
    Map<Condition, Plan.Source> sources = new HashMap<>();
    List<Plan> plans =
        rules.stream()
            .map(
                rule ->
                    Plan.of(
                        rule,
                        leaf -> sources.computeIfAbsent(leaf, of -> source(of, blocks, answers))))
            .toList();
    var all = new long[rules.size()];
    new Sweep(blocks.size())
        .each(
            THREADS,
            () -> {
              var askers = new Plan.Askers();
              List<Plan.Evaluator> evaluators =
                  plans.stream().map(plan -> plan.evaluator(askers)).toList();
              var own = new long[all.length];
              return new Sweep.Hand() {
                @Override
                public void take(int stretch) {
                  int span = blocks.get(stretch).span();
                  for (int rule = 0; rule < own.length; rule++) {
                    own[rule] += count(evaluators.get(rule).over(stretch), span);
                  }
                }

                @Override
                public void end() {
                  synchronized (all) {
                    for (int rule = 0; rule < own.length; rule++) {
                      all[rule] += own[rule];
                    }
                  }
                }
              };
            });
    return all;
  }

  private static long count(long[] bits, int span) {
    long count = 0;
    for (int i = 0; i < span >>> 6; i++) {
      count += Long.bitCount(bits[i]);
    }
    return (span & 63) == 0 ? count : count + Long.bitCount(bits[span >>> 6] & ((1L << span) - 1));
  }

  private interface Question {
    long ask();
  }

  private record Asked(Figures figures, long said) {}

  private Asked ask(String what, int rounds, Question question) {
    long said = -1;
    long began = System.nanoTime();
    for (int i = 0; i < rounds || System.nanoTime() - began < WARM_UP_NANOS; i++) {
      said = question.ask();
    }
    var ms = new double[Math.max(repeat, rounds)];
    for (int i = 0; i < ms.length; i++) {
      long from = System.nanoTime();
      long again = question.ask();
      ms[i] = (System.nanoTime() - from) / 1e6;
      if (again != said) {
        throw new IllegalStateException(what + " said " + said + ", then " + again);
      }
    }
    Figures figures = Figures.of(what, "ms", ms);
    figures.print();
    return new Asked(figures, said);
  }

  private void counts(Path folder, List<Block> blocks) throws IOException {
    Condition tags = RuleText.parse(TAG_ALGEBRA.rule());
    var kept = new Answers(4L << 30);
    Asked algebra = ask("(a|b)&c&~d, kept", 60, () -> count(tags, blocks, kept));
    System.err.printf(Locale.ROOT, "  kept answers take %.1f MB%n", kept.bytes() / 1024.0 / 1024.0);
    Condition four = RuleText.parse(AD_HOC.rule());
    Asked adHoc =
        ask("four predicates, by slices", 20, () -> count(four, blocks, new Answers(4L << 30)));
    System.err.printf(
        Locale.ROOT, "  sliced traits take %.1f MB%n", traits.bytes() / 1024.0 / 1024.0);
    var more =
        new ArrayList<Object>(
            List.of(
                "people",
                people,
                "firstBar",
                people >= 100_000_000 ? 8 : 1,
                "adHocMs",
                adHoc.figures().median(),
                "adHocFirstBar",
                people >= 100_000_000 ? 120 : 12,
                "count",
                algebra.said(),
                "adHocCount",
                adHoc.said()));
    if (!peers) {
      Figures.line(name, algebra.figures(), new Figures[] {}, Double.NaN, more.toArray());
      return;
    }
    var questions = new LinkedHashMap<String, String>();
    questions.put("algebra", TAG_ALGEBRA.sql());
    questions.put("adHoc", AD_HOC.sql());
    Json peer = clickHouse(folder, questions, List.of());
    Figures bitmaps = theirs(peer, "bitmaps", "ClickHouse bitmaps", algebra.said());
    theirs(peer, "algebra", "ClickHouse tags by scan", algebra.said());
    Figures scan = theirs(peer, "adHoc", "ClickHouse four predicates", adHoc.said());
    Map<String, Figures> duck =
        duckDb(folder, Map.of("algebra", algebra.said(), "adHoc", adHoc.said()), questions);
    more.addAll(
        List.of(
            "adHocClickHouseMs",
            scan.median(),
            "duckDbMs",
            median(duck, "algebra"),
            "adHocDuckDbMs",
            median(duck, "adHoc"),
            "peerVersion",
            Peer.field(peer, "version")));
    Figures.line(name, algebra.figures(), new Figures[] {bitmaps}, Double.NaN, more.toArray());
  }

  private static double median(Map<String, Figures> figures, String of) {
    Figures found = figures.get(of);
    return found == null ? Double.NaN : found.median();
  }

  private static Figures theirs(Json peer, String question, String what, long ours) {
    Json one = Peer.field(peer, question);
    same(what, Peer.text(one, "said"), ours);
    Figures figures = Figures.of(what, "ms", Peer.numbers(one, "ms"));
    figures.print();
    return figures;
  }

  private static void same(String what, String said, long ours) {
    if (!said.equals(Long.toString(ours))) {
      throw new IllegalStateException(
          "The answers differ: " + what + " says " + said + ", here it is " + ours);
    }
  }

  private Json clickHouse(Path folder, Map<String, String> counts, List<String> where)
      throws IOException {
    var asked = new LinkedHashMap<String, Json>();
    counts.forEach((question, sql) -> asked.put(question, Json.of(sql)));
    Path questions = folder.resolve("questions.json");
    Files.writeString(
        questions,
        Json.object(
                "counts",
                new Json.Obj(asked),
                "segments",
                Json.of(where.stream().map(Json::of).toList()))
            .write());
    return Peer.clickHouse(
        "audience.mjs",
        folder.resolve("rows-*.bin").toString(),
        folder.resolve("clickhouse").toString(),
        Integer.toString(repeat),
        questions.toString(),
        folder.resolve("people.parquet").toString());
  }

  /// The same rows in DuckDB's own table in memory.
  private Map<String, Figures> duckDb(
      Path folder, Map<String, Long> ours, Map<String, String> questions) {
    var found = new LinkedHashMap<String, Figures>();
    try (var connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("set threads = 2");
      statement.execute(
          "create table people as select * from '" + folder.resolve("people.parquet") + "'");
      for (Map.Entry<String, String> question : questions.entrySet()) {
        String sql = "select count(*) from people where " + question.getValue();
        var ms = new double[repeat];
        for (int i = -1; i < repeat; i++) {
          long began = System.nanoTime();
          String said = only(statement, sql);
          if (i >= 0) {
            ms[i] = (System.nanoTime() - began) / 1e6;
          }
          Long expected = ours.get(question.getKey());
          same("DuckDB " + question.getKey(), said, expected == null ? -1 : expected);
        }
        Figures figures = Figures.of("DuckDB " + question.getKey(), "ms", ms);
        figures.print();
        found.put(question.getKey(), figures);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("DuckDB could not run: " + e.getMessage(), e);
    }
    return found;
  }

  private static String only(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      @Nullable String said = rows.next() ? rows.getString(1) : null;
      return said == null ? "" : said;
    }
  }

  // A thousand segments.

  private void thousand(Path folder, List<Block> blocks) throws IOException {
    var made = new ArrayList<Same>();
    for (int i = 0; i < SEGMENTS; i++) {
      made.add(segment(new Shoppers(1_000_003L * i)));
    }
    List<Condition> rules = made.stream().map(one -> RuleText.parse(one.rule())).toList();
    var said = new long[rules.size()];
    var ms = new double[repeat];
    var singly = new double[repeat];
    for (int round = -1; round < repeat; round++) {
      var answers = new Answers(8L << 30);
      long began = System.nanoTime();
      for (int i = 0; i < said.length; i++) {
        said[i] = count(rules.get(i), blocks, answers);
      }
      long middle = System.nanoTime();
      long[] together = counts(rules, blocks, new Answers(8L << 30));
      if (round >= 0) {
        singly[round] = (middle - began) / 1e6;
        ms[round] = (System.nanoTime() - middle) / 1e6;
      }
      if (!Arrays.equals(said, together)) {
        throw new IllegalStateException("Asked together, the segments say something else");
      }
    }
    Figures oneByOne = Figures.of("1,000 segments one by one", "ms", singly);
    oneByOne.print();
    Figures figures = Figures.of("1,000 segments in one sweep", "ms", ms);
    figures.print();
    var more =
        new ArrayList<Object>(
            List.of("people", people, "firstBar", 5_000, "oneByOneMs", oneByOne.median()));
    if (!peers) {
      Figures.line(name, figures, new Figures[] {}, Double.NaN, more.toArray());
      return;
    }
    Json peer = clickHouse(folder, Map.of(), made.stream().map(Same::sql).toList());
    Json one = Peer.field(peer, "segments");
    String[] counts = Peer.text(one, "said").split(",", -1);
    for (int i = 0; i < SEGMENTS; i++) {
      same("ClickHouse of " + made.get(i).rule(), counts[i], said[i]);
    }
    Figures theirs = Figures.of("ClickHouse, a hundred per scan", "ms", Peer.numbers(one, "ms"));
    theirs.print();
    Figures.line(name, figures, new Figures[] {theirs}, Double.NaN, more.toArray());
  }

  /// Three to five parts, as operators put them together.
  private static Same segment(Shoppers dice) {
    var rule = new StringBuilder();
    var sql = new StringBuilder();
    for (int left = 2 + dice.roll(3); left >= 0; left--) {
      Same part = part(dice);
      boolean not = dice.roll(5) == 0;
      boolean or = dice.roll(4) == 0;
      rule.append(rule.isEmpty() ? "" : or ? " or " : " and ")
          .append(not ? "not " : "")
          .append(part.rule());
      sql.append(sql.isEmpty() ? "" : or ? " or " : " and ")
          .append(not ? "not " : "")
          .append('(')
          .append(part.sql())
          .append(')');
    }
    return new Same(rule.toString(), sql.toString());
  }

  private static Same part(Shoppers dice) {
    return switch (dice.roll(5)) {
      case 0 -> {
        String tag = TAGS[dice.roll(TAGS.length)];
        yield new Same("has tag " + tag, tag + " = 1");
      }
      case 1 -> {
        int age = 20 + 5 * dice.roll(10);
        yield new Same("has age >= " + age, "age >= " + age);
      }
      case 2 -> {
        int city = dice.roll(CITIES);
        yield new Same("has city = city" + city, "city = " + city);
      }
      case 3 -> {
        int level = dice.roll(LEVELS);
        yield new Same("has level = l" + level, "level = " + level);
      }
      default -> {
        int spend = 10_000 * dice.roll(20);
        yield new Same("has spendFen > " + spend, "spend > " + spend);
      }
    };
  }
}
