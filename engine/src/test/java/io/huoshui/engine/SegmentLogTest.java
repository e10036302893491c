package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.engine.EngineException.Code;
import io.huoshui.engine.disk.Disk.DiskFile;
import io.huoshui.engine.disk.SimulatedDisk;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// The log in segments of 2 KB on a simulated disk: what its files are, and what is said when they
/// are not as they were left.
class SegmentLogTest extends LogContract {
  private static final int SEGMENT = 2_048;
  private static final Seal SEAL = new Seal(KEY);

  private final SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(3));
  private final Storage storage = new Storage(disk, Runnable::run, SEGMENT, Integer.MAX_VALUE);

  @Override
  protected EventLog open(Seal seal) {
    return SegmentLog.open(storage, seal);
  }

  private SegmentLog log() {
    return SegmentLog.open(storage, SEAL);
  }

  private static List<byte[]> group(int count, int length) {
    var records = new ArrayList<byte[]>();
    for (int i = 0; i < count; i++) {
      byte[] record = new byte[length];
      Arrays.fill(record, (byte) (i + 1));
      records.add(record);
    }
    return records;
  }

  /// Nine groups of two records, four to a segment.
  private List<byte[]> written() {
    var written = new ArrayList<byte[]>();
    try (SegmentLog log = log()) {
      for (int i = 0; i < 9; i++) {
        log.append(group(2, 200));
        written.addAll(group(2, 200));
      }
    }
    assertThat(disk.list("log"))
        .containsExactly(
            "0000000000000000001.seg", "0000000000000000009.seg", "0000000000000000017.seg");
    return written;
  }

  private static String name(long first) {
    return String.format("log/%019d.seg", first);
  }

  // What it costs.

  @Test
  void aGroupIsOneWriteAndOneForce() {
    try (SegmentLog log = log()) {
      log.append(group(1, 10));
      long writes = disk.writes();
      long forces = disk.forces();
      log.append(group(3, 100));
      assertThat(disk.writes() - writes).isEqualTo(1);
      assertThat(disk.forces() - forces).isEqualTo(1);
    }
  }

  @Test
  void segmentsAreMadeOfZerosBeforeTheyAreWritten() {
    try (SegmentLog log = log()) {
      log.append(group(1, 10));
      try (DiskFile file = disk.open(name(1))) {
        assertThat(file.size()).isEqualTo(SEGMENT);
      }
      assertThat(disk.list("log")).hasSize(1);
      log.append(group(1, 1_000));
      assertThat(disk.list("log")).as("past the middle the next is made").contains("next");
      log.append(group(1, 1_000));
      assertThat(disk.list("log"))
          .as("and takes its name with its first group")
          .contains("0000000000000000003.seg");
    }
    assertThat(disk.list("log")).hasSize(2);
  }

  @Test
  void longGroupsLetTheirSegmentsGrow() {
    var growing = new Storage(disk, Runnable::run, SEGMENT, 500);
    try (SegmentLog log = SegmentLog.open(growing, SEAL)) {
      log.append(group(1, 900));
      try (DiskFile file = disk.open(name(1))) {
        assertThat(file.size()).isEqualTo(64 + Frame.span(904 + Seal.OVERHEAD));
      }
      log.append(group(1, 900));
      log.append(group(1, 900));
      assertThat(disk.list("log"))
          .containsExactly("0000000000000000001.seg", "0000000000000000003.seg");
    }
    try (SegmentLog log = SegmentLog.open(growing, SEAL)) {
      log.append(group(1, 600));
      assertThat(disk.list("log")).as("it goes on growing").hasSize(2);
      assertThat(all(log, 1)).hasSize(4);
    }
  }

  @Test
  void openingAndClosingAgainAndAgainWritesNothingNew() {
    written();
    log().close();
    try (DiskFile file = disk.open(name(17))) {
      ByteBuffer before = ByteBuffer.allocate(SEGMENT);
      file.read(0, before);
      for (int i = 0; i < 3; i++) {
        log().close();
      }
      ByteBuffer after = ByteBuffer.allocate(SEGMENT);
      file.read(0, after);
      assertThat(after.array()).isEqualTo(before.array());
    }
  }

  // What was torn, and what was damaged.

  @Test
  void aTornGroupIsCutAndItsBytesAreCounted() {
    List<byte[]> written = written();
    try (SegmentLog log = log()) {
      log.append(group(1, 50));
      disk.failWrites(1);
      refused(Code.LOG_UNWRITABLE, "input/output", () -> log.append(group(1, 900)));
    }
    written.addAll(group(1, 50));
    disk.heal();
    long told;
    try (SegmentLog log = SegmentLog.inspect(storage, SEAL)) {
      told = log.cut();
      assertThat(told).isPositive();
      same(all(log, 1), written);
    }
    try (SegmentLog log = log()) {
      assertThat(log.cut()).isEqualTo(told);
      same(all(log, 1), written);
    }
    try (SegmentLog log = log()) {
      assertThat(log.cut()).as("once").isZero();
      log.append(group(1, 5));
      written.addAll(group(1, 5));
    }
    try (SegmentLog log = log()) {
      same(all(log, 1), written);
    }
  }

  @Test
  void lookingChangesNothing() {
    List<byte[]> written = written();
    long bytes = disk.bytesWritten();
    long forces = disk.forces();
    try (SegmentLog log = SegmentLog.inspect(storage, SEAL)) {
      same(all(log, 1), written);
      assertThat(log.next()).isEqualTo(19);
    }
    assertThat(disk.bytesWritten()).isEqualTo(bytes);
    assertThat(disk.forces()).isEqualTo(forces);
  }

  @Test
  void noRottenByteEverChangesARecord() {
    List<byte[]> written = written();
    int seen = 0;
    int places = 0;
    for (long segment : new long[] {1, 9, 17}) {
      for (int at = 0; at < SEGMENT; at++) {
        disk.rot(name(segment), at, 1 << (at % 8));
        places++;
        try (SegmentLog log = SegmentLog.inspect(storage, SEAL)) {
          same(all(log, 1), written);
        } catch (EngineException e) {
          assertThat(e.code()).isEqualTo(Code.LOG_DAMAGED);
          assertThat(e).hasMessageContaining(name(segment)).hasMessageContaining("at byte");
          seen++;
        }
        disk.rot(name(segment), at, 1 << (at % 8));
      }
    }
    // 9 groups and 3 headers and the end's mark; the zeros behind them hold nothing to be changed.
    assertThat(seen).isBetween(9 * (24 + 28 + 2 * 204) + 3 * 64, places);
    try (SegmentLog log = log()) {
      same(all(log, 1), written);
    }
  }

  @Test
  void aMissingSegmentIsNamed() {
    written();
    disk.delete(name(9));
    damaged(name(17) + " at byte 16: expected record 9, found record 17");
  }

  @Test
  void aMissingBeginningIsNamed() {
    written();
    disk.delete(name(1));
    damaged("expected record 1 in a segment before it, found record 9");
  }

  @Test
  void aSegmentUnderAnothersNameIsNamed() {
    written();
    disk.rename(name(9), name(11));
    damaged("expected first record 11, found first record 9");
  }

  @Test
  void aNameThatIsNoSegmentsIsNamed() {
    written();
    disk.create("log/9.seg").close();
    damaged("has a file 9.seg");
  }

  @Test
  void anEmptySegmentIsNamed() {
    written();
    disk.create(name(19)).close();
    damaged("expected a header of 64 bytes, found 0 bytes");
  }

  @Test
  void groupsInEachOthersPlaceAreNamed() {
    written();
    int span = (int) Frame.span(2 * 204 + Seal.OVERHEAD);
    try (DiskFile file = disk.open(name(9))) {
      ByteBuffer two = ByteBuffer.allocate(2 * span);
      file.read(64, two);
      file.write(64, two.slice(span, span));
      file.write(64 + span, two.slice(0, span));
    }
    damaged(name(9) + " at byte 64: expected record 9, found record 11");
  }

  @Test
  void aGroupUnderAnotherNumberDoesNotOpen() {
    written();
    int span = (int) Frame.span(2 * 204 + Seal.OVERHEAD);
    try (DiskFile file = disk.open(name(9))) {
      ByteBuffer first = ByteBuffer.allocate(span);
      file.read(64, first);
      // Whoever can write to the disk can make a checksum; the seal needs the key.
      Frame.seal(first.array(), 0, 11, 2, 2 * 204 + Seal.OVERHEAD);
      file.write(64 + span, first.flip());
    }
    try (SegmentLog log = log()) {
      refused(Code.WRONG_KEY, "Records 11 to 12 do not open", () -> all(log, 1));
    }
  }

  private void damaged(String words) {
    refused(
        Code.LOG_DAMAGED,
        words,
        () -> {
          try (SegmentLog log = SegmentLog.inspect(storage, SEAL)) {
            all(log, 1);
          }
        });
  }

  // A disk that fails.

  @Test
  void afterAFailedForceNothingMoreIsTaken() {
    try (SegmentLog log = log()) {
      log.append(group(1, 10));
      disk.failForces(1);
      refused(Code.LOG_UNWRITABLE, "What was acked is safe", () -> log.append(group(1, 11)));
      long forces = disk.forces();
      refused(Code.LOG_UNWRITABLE, "nothing more is taken", () -> log.append(group(1, 12)));
      assertThat(disk.forces()).as("not tried again").isEqualTo(forces);
      assertThat(log.next()).isEqualTo(2);
    }
  }

  @Test
  void aDiskWithoutRoomForASegmentIsFilledToItsEnd() {
    disk.fullAfter(SEGMENT + 1_500);
    var written = new ArrayList<byte[]>();
    try (SegmentLog log = log()) {
      EngineException full = null;
      while (full == null) {
        try {
          log.append(group(1, 300));
          written.addAll(group(1, 300));
        } catch (EngineException e) {
          full = e;
        }
      }
      assertThat(full)
          .hasMessageContaining("No space left")
          .hasMessageContaining("What was acked is safe; nothing more is taken. Free space");
      assertThat(written.size()).as("five, and what fits behind them").isBetween(8, 9);
    }
    disk.killed();
    try (SegmentLog log = log()) {
      assertThat(log.next() - 1)
          .as("the last may have fitted")
          .isBetween((long) written.size(), 9L);
      written.addAll(group((int) (log.next() - 1) - written.size(), 300));
      same(all(log, 1), written);
    }
    disk.heal();
    try (SegmentLog log = log()) {
      log.append(group(1, 300));
      written.addAll(group(1, 300));
      same(all(log, 1), written);
    }
  }

  @Test
  void anEmptyGroupIsNoGroup() {
    try (SegmentLog log = log()) {
      assertThatThrownBy(() -> log.append(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
  }

  // Forgetting.

  @Test
  void oldSegmentsGoWhole() {
    List<byte[]> written = written();
    try (SegmentLog log = log()) {
      assertThat(log.truncateBefore(8)).isZero();
      assertThat(log.truncateBefore(16)).isEqualTo(1);
      assertThat(log.first()).isEqualTo(9);
      same(all(log, 9), written.subList(8, 18));
      refused(Code.LOG_DAMAGED, "expected record 8 in a segment before it", () -> all(log, 8));
      assertThat(log.truncateBefore(1_000)).as("the last one stays").isEqualTo(1);
      log.append(group(1, 3));
    }
    try (SegmentLog log = log()) {
      assertThat(log.first()).isEqualTo(17);
      assertThat(all(log, 17)).hasSize(3);
      assertThat(log.next()).isEqualTo(20);
    }
  }

  private static void refused(Code code, String words, ThrowingCallable deed) {
    assertThatThrownBy(deed)
        .isInstanceOfSatisfying(EngineException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(words);
  }
}
