package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.engine.disk.Disk;
import io.huoshui.engine.disk.SimulatedDisk;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Lives of a log on a disk that fails, fills up and loses power at any step. The law: what was
/// acked is there, in order, for good; what was not acked is there whole or not at all, and once it
/// was read it stays; opening says nothing else.
class LogCrashTest {
  private static final int SEEDS = 600;

  @Test
  void whatWasAckedIsThereAfterAnything() {
    Dice.overSeeds(SEEDS, seed -> new Life(seed, disk -> disk).live());
  }

  /// Disks that break one promise each. The log can not be right on them; that the law sees it
  /// shows that the law looks.
  enum Liar {
    SAYS_FORCED_AND_IS_NOT,
    FORGETS_NAMES_IT_FORCED,
    LEAVES_OUT_WRITES_OF_WHAT_IT_SHOWS,
    LEAVES_OUT_ZEROS
  }

  @ParameterizedTest
  @EnumSource
  void aDiskThatLiesIsFoundOut(Liar liar) {
    int found = 0;
    for (int seed = 1; seed <= SEEDS; seed++) {
      try {
        new Life(seed, disk -> new Lying(disk, liar)).live();
      } catch (AssertionError | EngineException e) {
        found++;
      }
    }
    assertThat(found).as("seeds under which %s is seen", liar).isPositive();
  }

  /// One seed's story.
  private static final class Life {
    private final Dice dice;
    private final SimulatedDisk disk;
    private final Storage storage;
    private final Seal seal = new Seal(Brand.KEY);

    /// What is there, by all that was said; the first is number 1.
    private final List<byte[]> safe = new ArrayList<>();

    /// The group that was refused last: it may turn up.
    private List<byte[]> open = List.of();

    private long forgotten = 1;

    Life(long seed, UnaryOperator<Disk> as) {
      this.dice = new Dice(seed);
      this.disk = new SimulatedDisk(new SplittableRandom(seed));
      this.storage =
          new Storage(
              as.apply(disk),
              Runnable::run,
              dice.of(1_024, 2_000, 4_096, 20_000),
              dice.of(0, 400, Integer.MAX_VALUE));
    }

    void live() {
      for (int life = dice.between(3, 10); life > 0; life--) {
        trouble();
        try (SegmentLog log = SegmentLog.open(storage, seal)) {
          check(log);
          use(log);
          if (dice.chance(30)) {
            end();
          }
        } catch (EngineException e) {
          if (!String.valueOf(e.getMessage()).contains("can not be read") || !disk.dead()) {
            assertThat(e.code()).as(e.getMessage()).isEqualTo(EngineException.Code.LOG_UNWRITABLE);
            assertThat(e).hasMessageContaining("What was acked is safe");
          }
        }
        end();
      }
      disk.heal();
      long told;
      try (SegmentLog log = SegmentLog.inspect(storage, seal)) {
        told = log.cut();
        check(log);
      }
      try (SegmentLog log = SegmentLog.open(storage, seal)) {
        assertThat(log.cut()).isEqualTo(told);
        check(log);
      }
      try (SegmentLog log = SegmentLog.open(storage, seal)) {
        assertThat(log.cut()).as("opening once more").isZero();
        check(log);
      }
    }

    /// What will go wrong, if anything.
    private void trouble() {
      switch (dice.roll(8)) {
        case 0, 6 -> disk.failForces(dice.chance(50) ? 1 : Integer.MAX_VALUE);
        case 1 -> disk.failWrites(dice.chance(50) ? 1 : Integer.MAX_VALUE);
        case 2 -> disk.fullAfter(dice.roll(10_000));
        case 3, 4, 5 -> disk.cutPowerAfter(dice.roll(40));
        default -> {}
      }
    }

    /// The process ends, with the machine or alone.
    private void end() {
      if (disk.dead() || dice.chance(50)) {
        disk.crash();
      } else {
        disk.killed();
        if (dice.chance(50)) {
          disk.heal();
        }
      }
    }

    private void use(SegmentLog log) {
      for (int step = dice.roll(14); step > 0; step--) {
        if (dice.chance(6)) {
          trouble();
        }
        if (dice.chance(5)) {
          forgotten = Math.max(forgotten, 1 + dice.roll(safe.size() + 1));
          log.truncateBefore(forgotten);
        } else if (dice.chance(5)) {
          log.turn();
        } else {
          List<byte[]> group = dice.list(1, dice.chance(10) ? 40 : 4, this::record);
          open = group;
          assertThat(log.append(group)).isEqualTo(safe.size() + group.size());
          safe.addAll(group);
          open = List.of();
        }
        if (dice.chance(10)) {
          check(log);
        }
      }
    }

    private byte[] record() {
      byte[] record = new byte[dice.chance(5) ? dice.roll(6_000) : dice.roll(300)];
      for (int i = 0; i < record.length; i++) {
        record[i] = (byte) dice.bits();
      }
      return record;
    }

    private void check(SegmentLog log) {
      long first = log.first();
      assertThat(first).as("nothing is forgotten unasked").isLessThanOrEqualTo(forgotten);
      List<byte[]> found = LogContract.all(log, first);
      int here = (int) first - 1 + found.size();
      assertThat(log.next()).isEqualTo(here + 1);
      if (here == safe.size() + open.size()) {
        safe.addAll(open);
      }
      assertThat(here).as("records, with %s in doubt", open.size()).isEqualTo(safe.size());
      open = List.of();
      for (int i = 0; i < found.size(); i++) {
        assertThat(Arrays.equals(found.get(i), safe.get((int) first - 1 + i)))
            .as("record %s", first + i)
            .isTrue();
      }
    }
  }

  /// A disk on top of another that leaves something out.
  private record Lying(Disk disk, Liar liar) implements Disk {
    @Override
    public String where() {
      return disk.where();
    }

    @Override
    public List<String> list(String folder) {
      return disk.list(folder);
    }

    @Override
    public DiskFile create(String name) {
      return new LyingFile(disk.create(name), liar);
    }

    @Override
    public DiskFile open(String name) {
      return new LyingFile(disk.open(name), liar);
    }

    @Override
    public void rename(String from, String to) {
      disk.rename(from, to);
    }

    @Override
    public void delete(String name) {
      disk.delete(name);
    }

    @Override
    public void forceFolder(String folder) {
      if (liar != Liar.FORGETS_NAMES_IT_FORCED) {
        disk.forceFolder(folder);
      }
    }

    @Override
    public MemorySegment map(String name, Arena arena) {
      return disk.map(name, arena);
    }

    @Override
    public Lock lock() {
      return disk.lock();
    }
  }

  private record LyingFile(Disk.DiskFile file, Liar liar) implements Disk.DiskFile {
    @Override
    public void write(long position, ByteBuffer bytes) {
      boolean left =
          switch (liar) {
            case LEAVES_OUT_WRITES_OF_WHAT_IT_SHOWS -> shows(position, bytes);
            case LEAVES_OUT_ZEROS -> bytes.equals(ByteBuffer.allocate(bytes.remaining()));
            default -> false;
          };
      if (!left) {
        file.write(position, bytes);
      }
    }

    private boolean shows(long position, ByteBuffer bytes) {
      ByteBuffer there = ByteBuffer.allocate(bytes.remaining());
      return file.read(position, there) == bytes.remaining() && there.flip().equals(bytes);
    }

    @Override
    public int read(long position, ByteBuffer into) {
      return file.read(position, into);
    }

    @Override
    public long size() {
      return file.size();
    }

    @Override
    public void truncate(long size) {
      file.truncate(size);
    }

    @Override
    public void force() {
      if (liar != Liar.SAYS_FORCED_AND_IS_NOT) {
        file.force();
      }
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
