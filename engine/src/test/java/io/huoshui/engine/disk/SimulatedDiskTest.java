package io.huoshui.engine.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.engine.disk.Disk.DiskFile;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SimulatedDiskTest extends DiskContract {
  private static final int SECTOR = SimulatedDisk.SECTOR;

  private final SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(1));

  @Override
  Disk disk() {
    return disk;
  }

  /// What a story leaves behind, over many seeds.
  private static Set<String> endings(Function<SimulatedDisk, String> story) {
    var endings = new TreeSet<String>();
    for (int seed = 0; seed < 400; seed++) {
      endings.add(story.apply(new SimulatedDisk(new SplittableRandom(seed))));
    }
    return endings;
  }

  private static String content(Disk disk, String name) {
    if (!disk.list("").contains(name)) {
      return "gone";
    }
    try (DiskFile file = disk.open(name)) {
      return read(file, 0, 1 << 16);
    }
  }

  @Test
  void whatWasForcedOutlivesEveryCrash() {
    assertThat(
            endings(
                disk -> {
                  DiskFile file = disk.create("a");
                  write(file, 0, "safe".repeat(500));
                  file.force();
                  disk.forceFolder("");
                  disk.crash();
                  disk.crash();
                  return content(disk, "a");
                }))
        .containsExactly("safe".repeat(500));
  }

  @Test
  void aForcedFileOfAnUnforcedNameMayBeGone() {
    assertThat(
            endings(
                disk -> {
                  DiskFile file = disk.create("a");
                  write(file, 0, "safe");
                  file.force();
                  disk.crash();
                  return content(disk, "a");
                }))
        .containsExactly("gone", "safe");
  }

  @Test
  void sectorsAreTornFromEachOtherAndShowAnyOfTheirPasts() {
    assertThat(
            endings(
                disk -> {
                  DiskFile file = disk.create("a");
                  write(file, 0, "a".repeat(3 * SECTOR));
                  file.force();
                  disk.forceFolder("");
                  write(file, SECTOR - 1, "bb");
                  write(file, SECTOR, "c");
                  disk.crash();
                  String after = content(disk, "a");
                  return after.substring(SECTOR - 1, SECTOR + 1);
                }))
        .containsExactly("aa", "ab", "ac", "ba", "bb", "bc");
  }

  @Test
  void aFileThatGrewMayBeShortAgainOrHaveHoles() {
    Set<String> endings =
        endings(
            disk -> {
              DiskFile file = disk.create("a");
              disk.forceFolder("");
              write(file, 0, "x".repeat(SECTOR) + "y".repeat(SECTOR));
              disk.crash();
              String after = content(disk, "a");
              return after.isEmpty()
                  ? "short"
                  : (after.charAt(0) == 'x' ? "x" : "-")
                      + (after.charAt(SECTOR) == 'y' ? "y" : "-");
            });
    assertThat(endings).containsExactly("--", "-y", "short", "x-", "xy");
  }

  @Test
  void aRenamingHappensWholeOrNot() {
    assertThat(
            endings(
                disk -> {
                  DiskFile file = disk.create("from");
                  write(file, 0, "new");
                  file.force();
                  DiskFile old = disk.create("to");
                  write(old, 0, "old");
                  old.force();
                  disk.forceFolder("");
                  disk.rename("from", "to");
                  disk.crash();
                  return content(disk, "from") + " " + content(disk, "to");
                }))
        .containsExactly("gone new", "new old");
  }

  @Test
  void aDeletionMayNotHaveHappened() {
    assertThat(
            endings(
                disk -> {
                  disk.create("a").close();
                  disk.forceFolder("");
                  disk.delete("a");
                  disk.crash();
                  return content(disk, "a");
                }))
        .containsExactly("", "gone");
  }

  @Test
  void afterAFailedForceBytesReadWellAndNoLaterForceSavesThem() {
    assertThat(
            endings(
                disk -> {
                  DiskFile file = disk.create("a");
                  write(file, 0, "old");
                  file.force();
                  disk.forceFolder("");
                  write(file, 0, "new");
                  disk.failForces(1);
                  failed("force", file::force);
                  assertThat(read(file, 0, 3)).isEqualTo("new");
                  file.force();
                  disk.crash();
                  return content(disk, "a");
                }))
        .containsExactly("new", "old");
  }

  @Test
  void writtenAgainAndForcedItIsSafe() {
    assertThat(
            endings(
                disk -> {
                  DiskFile file = disk.create("a");
                  disk.forceFolder("");
                  write(file, 0, "new");
                  disk.failForces(1);
                  failed("force", file::force);
                  write(file, 0, "new");
                  file.force();
                  disk.crash();
                  return content(disk, "a");
                }))
        .containsExactly("new");
  }

  @Test
  void forcesFailForGoodUntilHealed() {
    DiskFile file = disk.create("a");
    disk.failForces(Integer.MAX_VALUE);
    for (int i = 0; i < 5; i++) {
      failed("force", file::force);
      failed("force", () -> disk.forceFolder(""));
    }
    disk.heal();
    file.force();
    disk.forceFolder("");
    assertThat(disk.forces()).isEqualTo(2);
  }

  @Test
  void aFullDiskTakesWhatFitsAndWhatNeedsNoRoom() {
    DiskFile file = disk.create("a");
    write(file, 0, "12345");
    disk.fullAfter(3);
    DiskContract.fails(DiskException.Code.FULL, "No space left", () -> write(file, 4, "abcdefgh"));
    assertThat(read(file, 0, 20)).isEqualTo("1234abcd");
    write(file, 0, "over");
    DiskContract.fails(DiskException.Code.FULL, "No space left", () -> write(file, 8, "x"));
    disk.heal();
    write(file, 8, "x");
    assertThat(read(file, 0, 20)).isEqualTo("overabcdx");
  }

  @Test
  void aWriteThatFailsLeavesAnyPartOfItself() {
    assertThat(
            endings(
                disk -> {
                  DiskFile file = disk.create("a");
                  disk.failWrites(1);
                  failed("write", () -> write(file, 0, "abc"));
                  return content(disk, "a");
                }))
        .containsExactly("", "a", "ab", "abc");
  }

  @Test
  void withoutPowerNothingIsDoneAndOpenFilesAreGone() {
    DiskFile file = disk.create("a");
    file.force();
    disk.forceFolder("");
    disk.cutPowerAfter(1);
    write(file, 0, "x");
    failed("the power is gone", () -> write(file, 1, "y"));
    failed("the power is gone", file::force);
    failed("the power is gone", () -> disk.open("a"));
    assertThat(disk.dead()).isTrue();
    disk.crash();
    assertThat(disk.dead()).isFalse();
    failed("whoever opened it is gone", () -> write(file, 1, "y"));
    disk.open("a").close();
  }

  @Test
  void aKilledProcessLosesNothingItWroteAndItsLock() {
    Disk.Lock gone = disk.lock();
    DiskFile file = disk.create("a");
    write(file, 0, "written");
    disk.killed();
    assertThat(content(disk, "a")).isEqualTo("written");
    try (Disk.Lock mine = disk.lock()) {
      gone.close();
      fails(DiskException.Code.LOCKED, "holds", () -> disk.lock());
      assertThat(mine).isNotNull();
    }
  }

  @Test
  void rottenBitsStay() {
    DiskFile file = disk.create("a");
    write(file, 0, "abc");
    file.force();
    disk.forceFolder("");
    disk.rot("a", 1, 0x01);
    assertThat(content(disk, "a")).isEqualTo("acc");
    disk.crash();
    assertThat(content(disk, "a")).isEqualTo("acc");
  }

  @Test
  void slownessOnlyCounts() {
    DiskFile file = disk.create("a");
    disk.slow(1_000_000);
    write(file, 0, "x");
    file.force();
    assertThat(disk.nanosSpent()).isEqualTo(2_000_000);
    assertThat(disk.writes()).isEqualTo(1);
    assertThat(disk.bytesWritten()).isEqualTo(1);
  }

  @Test
  void theSameSeedDoesTheSameWorst() {
    Function<Integer, String> story =
        seed -> {
          var disk = new SimulatedDisk(new SplittableRandom(seed));
          DiskFile file = disk.create("a");
          disk.forceFolder("");
          for (int i = 0; i < 40; i++) {
            write(file, i * 300L, "x".repeat(400));
          }
          disk.crash();
          return content(disk, "a");
        };
    var endings = new HashSet<String>();
    for (int seed = 0; seed < 30; seed++) {
      assertThat(story.apply(seed)).isEqualTo(story.apply(seed));
      endings.add(story.apply(seed));
    }
    assertThat(endings).hasSizeGreaterThan(10);
  }
}
