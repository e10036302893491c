package io.huoshui.bench;

import com.sun.management.OperatingSystemMXBean;
import io.huoshui.audience.Condition;
import io.huoshui.audience.Moment;
import io.huoshui.audience.RuleText;
import io.huoshui.engine.Seal;
import io.huoshui.engine.columns.Block;
import io.huoshui.engine.columns.BlockWriter;
import io.huoshui.engine.columns.Facts;
import io.huoshui.engine.columns.Funnels;
import io.huoshui.engine.columns.Loop;
import io.huoshui.engine.columns.Program;
import io.huoshui.engine.columns.Rfms;
import io.huoshui.engine.columns.SheetLoops;
import io.huoshui.engine.columns.Sweep;
import io.huoshui.engine.columns.Words;
import io.huoshui.insight.sheet.By;
import io.huoshui.insight.sheet.Cohorts;
import io.huoshui.insight.sheet.FirstLook;
import io.huoshui.insight.sheet.Grouped;
import io.huoshui.insight.sheet.Scene;
import io.huoshui.json.Json;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Funnel;
import io.huoshui.profile.Grain;
import io.huoshui.profile.Period;
import io.huoshui.profile.Window;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// A funnel of four steps, cohorts of thirty weeks followed for thirty, RFM, and a behaviour
/// segment over many events in blocks on disk, with two threads; beside it ClickHouse, in process,
/// over the same rows.
final class FoldBench {
  private static final int EVENTS_EACH = 20;
  private static final int THREADS = 2;
  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
  private static final Condition RULE =
      RuleText.parse(
          "did order_paid at least 2 times within 30d and did not product_viewed within 7d");

  /// The funnel's kernel over plain sorted arrays, two threads (PERFORMANCE.md C), events/ms.
  private static final double LIMIT = 100_000_000 / 161.0;

  private static final OperatingSystemMXBean CPU =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  /// What can be asked, in the order in which it is.
  static final List<String> QUESTIONS = List.of("funnel", "cohort", "rfm", "segment");

  /// The first week of the cohorts; [Shoppers#NOW] is a Sunday.
  private static final Cohorts COHORTS =
      new Cohorts(
          EventPattern.of("order_paid"),
          EventPattern.of("page_viewed"),
          Grain.WEEK,
          false,
          false,
          "",
          30,
          new Window.Dates(LocalDate.of(2026, 4, 6), LocalDate.of(2026, 11, 1)));

  private final String name;
  private final List<String> questions;
  private final int repeat;
  private final int people;
  private final boolean peers;
  private final Words words = new Words();
  private final Seal seal = new Seal(new byte[32]);

  /// @param name `fold` for all questions, or one of them
  FoldBench(String name, int repeat, int events, boolean peers) {
    this.name = name;
    this.questions = name.equals("fold") ? QUESTIONS : List.of(name);
    this.repeat = repeat;
    this.people = events / EVENTS_EACH;
    this.peers = peers;
  }

  /// One question: how long it took each time, and what it said.
  private record Asked(Figures figures, String said) {}

  void run() {
    Path folder =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "huoshui-bench-fold-" + ProcessHandle.current().pid());
    try (Arena arena = Arena.ofShared()) {
      Files.createDirectories(folder);
      List<Block> blocks = blocks(folder, arena);
      var asked = new ArrayList<Asked>();
      for (String question : questions) {
        asked.add(
            ask(
                question,
                switch (question) {
                  case "funnel" -> () -> funnel(blocks);
                  case "cohort" -> () -> cohort(blocks);
                  case "rfm" -> () -> rfm(blocks);
                  default -> () -> segment(blocks);
                }));
      }
      print(folder, asked);
    } catch (IOException e) {
      throw new IllegalStateException("The bench could not run: " + e.getMessage(), e);
    } finally {
      Peer.delete(folder);
    }
  }

  // The rows.

  private List<Block> blocks(Path folder, Arena arena) throws IOException {
    long began = System.nanoTime();
    int all = (people + Block.MOST_LOCALS - 1) / Block.MOST_LOCALS;
    // The words are said before the threads begin, so that they have the same codes in every run.
    var keys = new Shoppers.Keys(words);
    List<Path> files =
        new Sweep(all)
            .over(
                THREADS,
                () ->
                    block -> {
                      try {
                        return write(folder, keys, block);
                      } catch (IOException e) {
                        throw new UncheckedIOException(e);
                      }
                    });
    long bytes = 0;
    var blocks = new ArrayList<Block>();
    for (Path file : files) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        MemorySegment image = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        bytes += channel.size();
        blocks.add(Block.read(image, words, seal));
      }
    }
    System.err.printf(
        Locale.ROOT,
        "fold: %,d events of %,d people in %,d blocks, %,.2f B/event, made up and written in %.1f"
            + " s%n",
        (long) people * EVENTS_EACH,
        people,
        all,
        bytes / (double) people / EVENTS_EACH,
        (System.nanoTime() - began) / 1e9);
    return blocks;
  }

  /// Writes one block, and the same rows as the peer reads them: uid, ts, name, amountFen.
  private Path write(Path folder, Shoppers.Keys keys, int block) throws IOException {
    int first = block * Block.MOST_LOCALS;
    int span = Math.min(Block.MOST_LOCALS, people - first);
    var writer = new BlockWriter(words, first, 1, span);
    ByteBuffer rows =
        ByteBuffer.allocate(peers ? span * EVENTS_EACH * 13 : 0).order(ByteOrder.LITTLE_ENDIAN);
    long[] seconds = new long[EVENTS_EACH];
    for (int local = 0; local < span; local++) {
      var shopper = new Shoppers(first + local);
      shopper.times(seconds, EVENTS_EACH);
      writer.local(local);
      for (long second : seconds) {
        int name = shopper.name();
        writer.event(second * 1000, keys.names[name], keys.sources[0], first + local);
        int amountFen = 0;
        if (name == 3) {
          amountFen = shopper.amountFen();
          writer.whole(keys.amountFen, amountFen);
        }
        if (peers) {
          rows.putInt(first + local).putInt((int) second).put((byte) name).putInt(amountFen);
        }
      }
    }
    Path file = folder.resolve("block-" + block);
    Peer.write(file, writer.finish(seal, block).asByteBuffer());
    if (peers) {
      Peer.write(folder.resolve("rows-" + block + ".bin"), rows.flip());
    }
    return file;
  }

  // The questions.

  private interface Question {
    String ask();
  }

  private Asked ask(String name, Question question) {
    // Five rounds to warm up: the loops are compiled while they run.
    String said = "";
    for (int i = 0; i < 5; i++) {
      said = question.ask();
    }
    var ms = new double[repeat];
    var cpuMs = new double[repeat];
    for (int i = 0; i < repeat; i++) {
      long began = System.nanoTime();
      long cpuBegan = CPU.getProcessCpuTime();
      String again = question.ask();
      ms[i] = (System.nanoTime() - began) / 1e6;
      cpuMs[i] = (CPU.getProcessCpuTime() - cpuBegan) / 1e6;
      if (!again.equals(said)) {
        throw new IllegalStateException(name + " said " + said + ", then " + again);
      }
    }
    Figures figures = Figures.of(name, "ms", ms);
    figures.print();
    // On a machine that others load, this is what the question took of the processors.
    Figures.of(name + ", cpu of both", "ms", cpuMs).print();
    return new Asked(figures, said);
  }

  private static String funnel(List<Block> blocks) {
    var steps = Arrays.stream(Shoppers.NAMES).limit(4).map(EventPattern::of).toList();
    var funnel = new Funnel(steps, Period.parse("7d"), Window.ever());
    Window.Span span = funnel.window().at(Shoppers.NOW, ZONE);
    List<long[]> histograms =
        new Sweep(blocks.size())
            .over(
                THREADS,
                () -> {
                  var funnels = new Funnels(funnel, span);
                  return block -> {
                    long[] histogram = new long[steps.size() + 1];
                    funnels.over(blocks.get(block), null, histogram);
                    return histogram;
                  };
                });
    long[] sum = new long[steps.size() + 1];
    for (long[] histogram : histograms) {
      for (int level = 0; level < sum.length; level++) {
        sum[level] += histogram[level];
      }
    }
    var out = new StringBuilder();
    for (int level = 0; level < sum.length; level++) {
      if (sum[level] > 0) {
        out.append(out.isEmpty() ? "" : "\n").append(level).append('\t').append(sum[level]);
      }
    }
    return out.toString();
  }

  private static String cohort(List<Block> blocks) {
    List<Grouped> parts =
        new Sweep(blocks.size())
            .over(
                THREADS,
                () -> {
                  var scene = new Scene(Shoppers.NOW, ZONE);
                  Loop<Grouped> loop =
                      SheetLoops.of(COHORTS, new By.Nothing(), FirstLook.NOTHING, scene);
                  return block -> {
                    Grouped part = nobody(scene);
                    loop.over(blocks.get(block), null, part);
                    return part;
                  };
                });
    Grouped sum = nobody(new Scene(Shoppers.NOW, ZONE));
    parts.forEach(sum::add);
    var out = new StringBuilder();
    for (String row : sum.all().rows()) {
      for (int column = -1; column < COHORTS.periods(); column++) {
        long in = sum.all().peopleIn(row, column < 0 ? Cohorts.SIZE : Integer.toString(column));
        if (in > 0) {
          out.append(out.isEmpty() ? "" : "\n");
          out.append(row).append('\t').append(column).append('\t').append(in);
        }
      }
    }
    return out.toString();
  }

  private static Grouped nobody(Scene scene) {
    return new Grouped(COHORTS, new By.Nothing(), List.of(), FirstLook.NOTHING, scene);
  }

  private static String rfm(List<Block> blocks) {
    List<long[]> parts =
        new Sweep(blocks.size())
            .over(
                THREADS,
                () -> {
                  var rfms = new Rfms(Window.ever(), Shoppers.NOW, ZONE);
                  return block -> sums(rfms.over(blocks.get(block), null));
                });
    long[] sum = new long[6];
    for (long[] part : parts) {
      for (int i = 0; i < 5; i++) {
        sum[i] += part[i];
      }
      sum[5] = Math.max(sum[5], part[5]);
    }
    return String.join("\t", Arrays.stream(sum).mapToObj(Long::toString).toList());
  }

  private static long[] sums(Rfms.Answers answers) {
    long[] sum = new long[6];
    for (int local = 0; local < answers.span(); local++) {
      long frequency = answers.frequency(local);
      if (frequency > 0) {
        long recency = answers.recencyDays(local);
        sum[0]++;
        sum[1] += recency;
        sum[2] += frequency;
        sum[3] += answers.monetaryFen(local);
        sum[4] += recency * frequency;
        sum[5] = Math.max(sum[5], answers.monetaryFen(local));
      }
    }
    return sum;
  }

  private static String segment(List<Block> blocks) {
    Program program = Program.compile(RULE, new Moment(Shoppers.NOW, ZONE));
    List<long[]> members =
        new Sweep(blocks.size())
            .over(
                THREADS,
                () -> {
                  Program.Evaluator evaluator = program.evaluator();
                  return block -> evaluator.over(blocks.get(block), Facts.NONE, null);
                });
    long count = 0;
    long ordinals = 0;
    for (int i = 0; i < members.size(); i++) {
      long[] bits = members.get(i);
      for (int word = 0; word < bits.length; word++) {
        for (long left = bits[word]; left != 0; left &= left - 1) {
          count++;
          ordinals += blocks.get(i).ordinal((word << 6) + Long.numberOfTrailingZeros(left));
        }
      }
    }
    return count + "\t" + ordinals;
  }

  // The peer.

  private void print(Path folder, List<Asked> ours) {
    double events = (double) people * EVENTS_EACH;
    Asked first = ours.getFirst();
    var more = new ArrayList<Object>(List.of("events", events));
    for (int i = 0; i < ours.size(); i++) {
      more.addAll(List.of(questions.get(i) + "Ms", ours.get(i).figures().median()));
    }
    // Only the funnel's kernel was timed alone.
    double limit = questions.getFirst().equals("funnel") ? events / LIMIT : Double.NaN;
    if (!peers) {
      Figures.line(name, first.figures(), new Figures[] {}, limit, more.toArray());
      return;
    }
    Json peer =
        Peer.clickHouse(
            "fold.mjs",
            folder.resolve("rows-*.bin").toString(),
            folder.resolve("clickhouse").toString(),
            Integer.toString(repeat),
            Long.toString(Shoppers.NOW.getEpochSecond()),
            String.join(",", questions));
    var theirs = new ArrayList<Figures>();
    for (int i = 0; i < questions.size(); i++) {
      Json one = Peer.field(peer, questions.get(i));
      if (!Peer.text(one, "said").equals(ours.get(i).said())) {
        throw new IllegalStateException(
            "The answers differ: "
                + questions.get(i)
                + " is "
                + ours.get(i).said()
                + " here, there "
                + one.write());
      }
      double[] ms = Peer.numbers(one, "ms");
      theirs.add(Figures.of("ClickHouse " + questions.get(i), "ms", ms));
      theirs.getLast().print();
      System.err.printf(
          Locale.ROOT,
          "  answers agree: %d lines of %s%n",
          ours.get(i).said().lines().count(),
          questions.get(i));
      more.addAll(List.of(questions.get(i) + "PeerMs", theirs.get(i).median()));
    }
    more.addAll(List.of("peerVersion", Peer.field(peer, "version")));
    Figures.line(name, first.figures(), new Figures[] {theirs.getFirst()}, limit, more.toArray());
  }
}
