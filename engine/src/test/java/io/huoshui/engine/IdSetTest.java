package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.engine.disk.SimulatedDisk;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdSetTest {
  private final SimulatedDisk disk = new SimulatedDisk(new java.util.SplittableRandom(1));

  @Test
  void knowsWhatItTookAndNothingElse() {
    var ids = new IdSet();
    for (int i = 0; i < 50_000; i++) {
      assertThat(ids.add("pos", "id-" + i)).isTrue();
      assertThat(ids.add("pos", "id-" + i)).isFalse();
    }
    assertThat(ids.size()).isEqualTo(50_000);
    for (int i = 0; i < 50_000; i++) {
      assertThat(ids.has("pos", "id-" + i)).isTrue();
      assertThat(ids.has("tmall", "id-" + i)).isFalse();
      assertThat(ids.has("pos", "id-" + (50_000 + i))).isFalse();
    }
    assertThat(ids.has("posi", "d-1")).as("source and id do not run together").isFalse();
  }

  /// Whatever is kept when, and restored when, is as if all of it were in memory.
  @Test
  void whatWasKeptInFilesIsKnownAsWell() {
    for (int seed = 0; seed < 40; seed++) {
      var dice = new Dice(seed);
      var ids = new IdSet();
      Set<String> plain = new HashSet<>();
      int range = dice.of(List.of(50, 3_000, 40_000));
      for (int round = 0; round < 12; round++) {
        for (int i = dice.roll(3_000); i > 0; i--) {
          String id = "id-" + dice.roll(range);
          assertThat(ids.has("pos", id)).isEqualTo(plain.contains(id));
          assertThat(ids.add("pos", id)).isEqualTo(plain.add(id));
        }
        long[] recent = ids.recent();
        // Events go on coming while a checkpoint is written.
        for (int i = dice.roll(200); i > 0; i--) {
          String id = "id-" + dice.roll(range);
          assertThat(ids.add("pos", id)).isEqualTo(plain.add(id));
        }
        if (recent.length > 0 && dice.roll(3) > 0) {
          ids.kept(recent.length, written(ids.files(), recent, dice.roll(3), seed + "-" + round));
        }
        if (dice.roll(4) == 0) {
          long[] unkept = ids.recent();
          var again = new IdSet();
          again.restore(
              unkept.length == 0
                  ? ids.files()
                  : written(ids.files(), unkept, 1, seed + "-" + round + "r"));
          ids = again;
        }
        assertThat(ids.size()).isEqualTo(plain.size());
      }
      for (int i = 0; i < range; i++) {
        assertThat(ids.has("pos", "id-" + i)).isEqualTo(plain.contains("id-" + i));
      }
    }
  }

  private List<PrintFile> written(
      List<PrintFile> before, long[] recent, int together, String name) {
    var files = new ArrayList<>(before);
    var with = new ArrayList<PrintFile>();
    long count = recent.length / 2;
    for (int i = together; i > 0 && !files.isEmpty(); i--) {
      count += files.getLast().count();
      with.add(files.removeLast());
    }
    PrintFile.write(disk, "ids/" + name + ".ids", recent, with);
    files.add(PrintFile.open(disk, "ids/" + name + ".ids", 7, count));
    return files;
  }

  /// Ids whose prints crowd together are found one by one all the same.
  @Test
  void printsThatCrowdAreFound() {
    var dice = new Dice(5);
    for (int round = 0; round < 200; round++) {
      var set = new PrintSet();
      long home = dice.bits();
      for (int i = dice.roll(300); i >= 0; i--) {
        long one =
            switch (dice.roll(4)) {
              case 0 -> home;
              case 1 -> home + dice.roll(5);
              case 2 -> (home & 0xFFFF_FFFF_0000_0000L) | dice.roll(1_000_000);
              default -> dice.bits();
            };
        set.add(one, 1 + dice.roll(50));
      }
      String name = "ids/c" + round + ".ids";
      PrintFile.write(disk, name, set.all(), List.of());
      PrintFile file = PrintFile.open(disk, name, 1, set.size());
      set.each((one, two) -> assertThat(file.has(one, two)).isTrue());
      for (int i = 0; i < 500; i++) {
        long one = home + dice.roll(50) - 25;
        long two = 1L + dice.roll(60);
        assertThat(file.has(one, two)).isEqualTo(set.has(one, two));
      }
      assertThat(file.has(0, 1)).isEqualTo(set.has(0, 1));
      assertThat(file.has(-1, 1)).isEqualTo(set.has(-1, 1));
    }
  }

  @Test
  void everyChangedByteOfAFileIsFound() {
    PrintFile.write(disk, "ids/1.ids", new long[] {1, 2, -3, 4, 5, 6}, List.of());
    for (int at = 0; at < 64; at++) {
      flip(at);
      assertThatThrownBy(() -> PrintFile.open(disk, "ids/1.ids", 1, 3))
          .isInstanceOfSatisfying(
              EngineException.class,
              e -> assertThat(e.code()).isEqualTo(EngineException.Code.CHECKPOINT_DAMAGED));
      flip(at);
    }
    assertThatThrownBy(() -> PrintFile.open(disk, "ids/1.ids", 1, 4))
        .hasMessageContaining("64 bytes, not 80");
    assertThat(PrintFile.open(disk, "ids/1.ids", 1, 3).has(-3, 4)).isTrue();
  }

  private void flip(int at) {
    try (var file = disk.open("ids/1.ids")) {
      var one = ByteBuffer.allocate(1);
      file.read(at, one);
      file.write(at, ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 0x10)}));
    }
  }
}
