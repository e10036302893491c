package io.huoshui.bench;

import io.huoshui.engine.EventLog;
import io.huoshui.engine.Seal;
import io.huoshui.engine.SegmentLog;
import io.huoshui.engine.Storage;
import io.huoshui.engine.disk.Disk.DiskFile;
import io.huoshui.engine.disk.FolderDisk;
import io.huoshui.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/// The engine's log beside RocksDB as a log: the same sealed records, each group on disk before the
/// next, in turns. Twice: as the engine writes a batch (one record of 1,000 events), and as 1,000
/// records of one event.
///
/// Ours runs as the engine opens it, and with segments that grow as they are written, which is no
/// peer. RocksDB runs as this project had it, and tuned with log files that are used again; the
/// ratio is to the faster one. Then all are opened again and read from the first record to the
/// last; the bytes must be the same.
final class LogBench {
  private static final byte[] KEY =
      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int BATCH = 1_000;
  private static final int EVENT_BYTES = 200;
  private static final int GROUPS = 250;

  private final int repeat;

  LogBench(int repeat) {
    this.repeat = repeat;
  }

  private static final class Contender {
    private final String name;
    private final Supplier<EventLog> opening;
    private final List<Double> written = new ArrayList<>();
    private final List<Double> read = new ArrayList<>();
    private final List<Long> nanos = new ArrayList<>();
    private long sum;

    Contender(String name, Supplier<EventLog> opening) {
      this.name = name;
      this.opening = opening;
    }

    Figures rate() {
      return new Figures(name, "events/s", written);
    }

    double quantileMs(double quantile) {
      return LogBench.quantileMs(nanos, quantile);
    }
  }

  private static double quantileMs(List<Long> nanos, double quantile) {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    return sorted[(int) Math.min(sorted.length - 1, quantile * sorted.length)] / 1e6;
  }

  void run() {
    Path folder =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "huoshui-bench-log-" + ProcessHandle.current().pid());
    try {
      System.err.println("log: one record of 1,000 events per group, as the engine writes them");
      List<Contender> whole = measure(folder.resolve("whole"), 1);
      System.err.println("log: 1,000 records of one event per group");
      List<Contender> single = measure(folder.resolve("single"), BATCH);
      double[] zeros = new double[2];
      double[] growing = new double[2];
      forces(folder, zeros, growing);
      Contender ours = whole.getFirst();
      Contender peer = faster(whole);
      Figures.line(
          "log",
          ours.rate(),
          new Figures[] {peer.rate()},
          BATCH / (zeros[0] / 1e3),
          "roundRatio",
          roundRatio(ours, peer),
          "forceMedianMs",
          zeros[0],
          "forceP99Ms",
          zeros[1],
          "growingForceMedianMs",
          growing[0],
          "growingForceP99Ms",
          growing[1],
          "groupMedianMs",
          ours.quantileMs(0.5),
          "groupP99Ms",
          ours.quantileMs(0.99),
          "peerGroupMedianMs",
          peer.quantileMs(0.5),
          "peerGroupP99Ms",
          peer.quantileMs(0.99),
          "replayEvents",
          median(ours.read),
          "peerReplayEvents",
          median(peer.read),
          "singleRecordsRatio",
          single.getFirst().rate().median() / faster(single).rate().median(),
          "peer",
          Json.of(peer.name),
          "eventBytes",
          EVENT_BYTES,
          "batch",
          BATCH);
    } finally {
      delete(folder);
    }
  }

  private static Contender faster(List<Contender> all) {
    return all.stream()
        .filter(contender -> contender.name.startsWith("RocksDB"))
        .max(Comparator.comparingDouble(contender -> contender.rate().median()))
        .orElseThrow();
  }

  private static double median(List<Double> values) {
    return new Figures("", "", values).median();
  }

  /// The median over rounds of ours to theirs in the same round: what else the machine did that
  /// moment weighs on both.
  private static double roundRatio(Contender ours, Contender peer) {
    var ratios = new ArrayList<Double>();
    for (int round = 0; round < ours.written.size(); round++) {
      ratios.add(ours.written.get(round) / peer.written.get(round));
    }
    return median(ratios);
  }

  /// What the disk does at best: one write of a group's length and its force, nothing else; into
  /// zeros that were written and forced before, and at the end of a file that grows. In turns.
  private static void forces(Path folder, double[] zeros, double[] growing) {
    var disk = new FolderDisk(folder);
    ByteBuffer group = ByteBuffer.allocateDirect(BATCH * EVENT_BYTES);
    int count = 300;
    try (DiskFile ready = disk.create("zeros");
        DiskFile grown = disk.create("growing")) {
      for (int i = 0; i < count; i++) {
        ready.write((long) i * group.capacity(), group.clear());
      }
      ready.force();
      var intoZeros = new ArrayList<Long>();
      var atTheEnd = new ArrayList<Long>();
      for (int i = 0; i < count; i++) {
        intoZeros.add(force(ready, (long) i * group.capacity(), group));
        atTheEnd.add(force(grown, (long) i * group.capacity(), group));
      }
      zeros[0] = quantileMs(intoZeros, 0.5);
      zeros[1] = quantileMs(intoZeros, 0.99);
      growing[0] = quantileMs(atTheEnd, 0.5);
      growing[1] = quantileMs(atTheEnd, 0.99);
    }
    System.err.printf(
        Locale.ROOT,
        "  a bare write and force of 200 KB: into zeros median %.3f ms, p99 %.3f ms; growing median"
            + " %.3f ms, p99 %.3f ms%n",
        zeros[0],
        zeros[1],
        growing[0],
        growing[1]);
  }

  private static long force(DiskFile file, long position, ByteBuffer group) {
    long began = System.nanoTime();
    file.write(position, group.clear());
    file.force();
    return System.nanoTime() - began;
  }

  private List<Contender> measure(Path folder, int records) {
    var seal = new Seal(KEY);
    Path ours = folder.resolve("ours");
    Storage usual = Storage.of(folder.resolve("growing"));
    var growing = new Storage(usual.disk(), usual.preparing(), usual.segmentBytes(), 0);
    List<Contender> contenders =
        List.of(
            new Contender("huoshui", () -> SegmentLog.open(Storage.of(ours), seal)),
            new Contender("huoshui, growing", () -> SegmentLog.open(growing, seal)),
            new Contender("RocksDB", () -> RocksLog.open(folder.resolve("rocks"), seal, false)),
            new Contender(
                "RocksDB tuned", () -> RocksLog.open(folder.resolve("tuned"), seal, true)));
    for (int round = 0; round <= repeat; round++) {
      List<List<byte[]>> groups = groups(round, records);
      var line = new StringBuilder("  round " + round + ":");
      for (Contender contender : contenders) {
        double rate = write(contender, groups, round > 0);
        line.append(String.format(Locale.ROOT, "  %s %,.0f events/s", contender.name, rate));
      }
      System.err.println(line);
    }
    for (int round = 0; round <= repeat; round++) {
      for (Contender contender : contenders) {
        double rate = read(contender, records, round == 0);
        if (round > 0) {
          contender.read.add(rate);
        }
      }
    }
    for (Contender contender : contenders) {
      if (contender.sum != contenders.getFirst().sum) {
        throw new IllegalStateException(contender.name + " read back other bytes than ours");
      }
      contender.rate().print();
      System.err.printf(
          Locale.ROOT,
          "  %-28s group on disk: median %.3f ms, p99 %.3f ms; replay %,.0f events/s (%,.0f"
              + " MB/s)%n",
          "",
          contender.quantileMs(0.5),
          contender.quantileMs(0.99),
          median(contender.read),
          median(contender.read) * EVENT_BYTES / 1e6);
    }
    return contenders;
  }

  private static List<List<byte[]>> groups(long seed, int records) {
    var random = new SplittableRandom(seed);
    var groups = new ArrayList<List<byte[]>>();
    for (int i = 0; i < GROUPS; i++) {
      var group = new ArrayList<byte[]>();
      for (int j = 0; j < records; j++) {
        byte[] record = new byte[BATCH / records * EVENT_BYTES];
        random.nextBytes(record);
        group.add(record);
      }
      groups.add(group);
    }
    return groups;
  }

  /// @return events per second
  private static double write(Contender contender, List<List<byte[]>> groups, boolean counts) {
    try (EventLog log = contender.opening.get()) {
      long began = System.nanoTime();
      long before = began;
      for (List<byte[]> group : groups) {
        log.append(group);
        long now = System.nanoTime();
        if (counts) {
          contender.nanos.add(now - before);
        }
        before = now;
      }
      double rate = (double) groups.size() * BATCH / ((before - began) / 1e9);
      if (counts) {
        contender.written.add(rate);
      }
      return rate;
    }
  }

  private double read(Contender contender, int records, boolean compares) {
    try (EventLog log = contender.opening.get()) {
      var sum = new CRC32C();
      long[] count = {0};
      long began = System.nanoTime();
      log.replay(
          1,
          (_, record) -> {
            count[0]++;
            if (compares) {
              sum.update(record);
            }
          });
      double seconds = (System.nanoTime() - began) / 1e9;
      if (compares) {
        contender.sum = sum.getValue();
      }
      long expected = (repeat + 1L) * GROUPS * records;
      if (count[0] != expected) {
        throw new IllegalStateException(
            contender.name + " read back " + count[0] + " records of " + expected);
      }
      return (double) count[0] * BATCH / records / seconds;
    }
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
