package io.huoshui.engine.columns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.engine.Bytes;
import io.huoshui.engine.Dice;
import io.huoshui.engine.EngineException;
import io.huoshui.engine.Seal;
import io.huoshui.event.Event;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A block is the plain events, and nothing that was changed on the way is taken for them.
class BlockTest {
  @Test
  void everyAccessorSaysWhatThePlainEventsSay() {
    Dice.overSeeds(
        150,
        seed -> {
          Crowd crowd = Crowd.any(seed, new Dice(seed).between(1, 90), 25);
          same(
              crowd, Block.read(crowd.written().finish(Crowd.SEAL, seed), crowd.words, Crowd.SEAL));
          same(crowd, Block.read(crowd.merged().finish(Crowd.SEAL, seed), crowd.words, Crowd.SEAL));
        });
  }

  @Test
  void aBlockIsReadFromTheFileWhereItLies(@TempDir Path folder) throws IOException {
    Crowd crowd = Crowd.any(4, 300, 40);
    Path file = folder.resolve("block");
    Files.write(file, crowd.written().finish(Crowd.SEAL, 7).toArray(ValueLayout.JAVA_BYTE));
    try (Arena arena = Arena.ofShared();
        FileChannel channel = FileChannel.open(file)) {
      MemorySegment image = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      Block block = Block.read(image, crowd.words, Crowd.SEAL);
      assertThat(block.number()).isEqualTo(7);
      same(crowd, block);
      block.release();
      same(crowd, block);
    }
  }

  private static void same(Crowd crowd, Block block) {
    assertThat(block.span()).isEqualTo(crowd.events.size());
    assertThat(block.first()).isEqualTo(crowd.first);
    Words words = crowd.words;
    int row = 0;
    for (int local = 0; local < block.span(); local++) {
      List<Event> events = crowd.events.get(local);
      assertThat(block.ordinal(local)).isEqualTo(crowd.first + local * crowd.stride);
      assertThat(block.rowsFrom(local)).isEqualTo(row);
      assertThat(block.rowsTo(local)).isEqualTo(row + events.size());
      for (int i = 0; i < events.size(); i++) {
        Event event = events.get(i);
        assertThat(block.localOf(row)).isEqualTo(local);
        assertThat(block.timeMs(row)).isEqualTo(event.time().toEpochMilli());
        assertThat(words.nameOf(block.name(row))).isEqualTo(event.name());
        assertThat(words.sourceOf(block.source(row))).isEqualTo(event.source());
        assertThat(block.node(row)).isEqualTo(crowd.nodes.get(local).get(i));
        assertThat(block.properties(row)).isEqualTo(event.properties());
        for (int key = 0; key <= words.keys(); key++) {
          Value value = key < words.keys() ? event.properties().get(words.keyOf(key)) : null;
          assertThat(block.property(row, key)).isEqualTo(value);
          assertThat(block.whole(row, key))
              .isEqualTo(value instanceof Value.Whole(long number) ? number : 0);
        }
        row++;
      }
    }
    assertThat(block.rows()).isEqualTo(row);
  }

  @Test
  void everyFormOfPresenceFindsItsRows() {
    // Of 20,000 rows: a key on all, on most, on one of twenty of a name, and on three.
    var words = new Words();
    var writer = new BlockWriter(words, 0, 1, 100);
    int all = words.key("all");
    int most = words.key("most");
    int trait = words.key("trait");
    int rare = words.key("rare");
    var dice = new Dice(5);
    long[][] expected = new long[20_000][4];
    for (int row = 0; row < 20_000; row++) {
      if (row % 200 == 0) {
        writer.local(row / 200);
      }
      boolean update = row % 20 == 7;
      writer.event(row * 1000L, words.name(update ? "profile_updated" : "page_viewed"), 0, 0);
      put(writer, expected, row, 0, all, 1 + row);
      if (dice.chance(80)) {
        put(writer, expected, row, 1, most, 1 + dice.roll(9));
      }
      if (update && dice.chance(50)) {
        put(writer, expected, row, 2, trait, 1 + dice.roll(9));
      }
      if (row == 3 || row == 511 || row == 19_999) {
        put(writer, expected, row, 3, rare, 5);
      }
    }
    words.source("pos");
    Block block = Block.read(writer.finish(Crowd.SEAL, 1), words, Crowd.SEAL);
    assertThat(block.columns(all)[0].presence).isNull();
    assertThat(block.columns(most)[0].presence).isInstanceOf(Presence.Dense.class);
    assertThat(block.columns(trait)[0].presence).isInstanceOf(Presence.Within.class);
    assertThat(block.columns(rare)[0].presence).isInstanceOf(Presence.Sparse.class);
    for (int row = 0; row < 20_000; row++) {
      assertThat(
              new long[] {
                block.whole(row, all),
                block.whole(row, most),
                block.whole(row, trait),
                block.whole(row, rare)
              })
          .isEqualTo(expected[row]);
    }
    int[] found = new int[20_000];
    for (Presence presence : block.presences()) {
      for (int i = 0; i < 500; i++) {
        int from = dice.roll(20_001);
        int to = from + dice.roll(20_001 - from);
        int count = presence.rows(from, to, found);
        assertThat(count).isEqualTo(presence.before(to) - presence.before(from));
        int before = presence.before(from);
        for (int j = 0; j < count; j++) {
          assertThat(presence.index(from + found[j])).isEqualTo(before + j);
        }
      }
    }
  }

  private static void put(
      BlockWriter writer, long[][] expected, int row, int at, int key, long value) {
    expected[row][at] = value;
    writer.property(key, Value.of(value));
  }

  @Test
  void numbersOfEveryWidthComeBack() {
    Dice.overSeeds(
        200,
        seed -> {
          var dice = new Dice(seed);
          int count = dice.of(0, 1, 63, 64, 65, 1_000);
          int bits = dice.between(0, 64);
          long base = dice.of(0L, 1_000L, -5_000_000_000L, Long.MIN_VALUE);
          long factor = dice.of(1, 1, 100, 1_000);
          int different = dice.of(3, 1_000_000);
          long[] choices = new long[different == 3 ? 3 : count];
          long mask = bits == 64 ? -1L : (1L << bits) - 1;
          Arrays.setAll(choices, _ -> base + factor * (dice.bits() & mask));
          long[] numbers = new long[count];
          Arrays.setAll(numbers, i -> different == 3 ? choices[dice.roll(3)] : choices[i]);
          Packed packed = packed(Packing.of(numbers, count));
          long[] out = new long[count];
          packed.get(0, count, out);
          assertThat(out).isEqualTo(numbers);
          for (int i = 0; i < count; i++) {
            assertThat(packed.get(i)).isEqualTo(numbers[i]);
          }
        });
  }

  @Test
  void equalFindsTheRowsThatAreEqual() {
    Dice.overSeeds(
        200,
        seed -> {
          var dice = new Dice(seed);
          int count = dice.between(1, 500);
          int[] codes = new int[count];
          int different = 1 << dice.roll(12);
          Arrays.setAll(codes, _ -> dice.roll(different));
          Packed packed = packed(Packing.withPalette(codes, count));
          int from = dice.roll(count);
          int to = from + dice.roll(count - from + 1);
          int wanted = dice.roll(different);
          long[] found = new long[Bits.words(count) + 1];
          packed.equal(from, to, packed.place(wanted), found);
          for (int i = from; i < to; i++) {
            assertThat(Bits.get(found, i - from)).isEqualTo(codes[i] == wanted);
          }
          assertThat(Bits.count(found, 0, to - from))
              .isEqualTo((int) Arrays.stream(codes, from, to).filter(c -> c == wanted).count());
        });
  }

  private static Packed packed(Packing packing) {
    long[] palette = packing.palette;
    Packed of = null;
    if (palette != null) {
      of = packed(Packing.framed(palette, palette.length));
    }
    return new Packed(
        MemorySegment.ofArray(packing.bytes),
        0,
        packing.width,
        packing.base,
        packing.factor,
        packing.count,
        of);
  }

  @Test
  void aChangedByteIsFoundOrChangesNothing() {
    Dice.overSeeds(
        60,
        seed -> {
          Crowd crowd = Crowd.any(seed, 12, 12);
          byte[] image = crowd.written().finish(Crowd.SEAL, seed).toArray(ValueLayout.JAVA_BYTE);
          for (int i = 0; i < 60; i++) {
            byte[] changed = image.clone();
            int at = i < 40 ? crowd.dice.roll(image.length) : crowd.dice.roll(200);
            changed[at] ^= (byte) (1 << crowd.dice.roll(8));
            try {
              same(crowd, Block.read(MemorySegment.ofArray(changed), crowd.words, Crowd.SEAL));
            } catch (EngineException e) {
              assertThat(e.code())
                  .isIn(EngineException.Code.COLUMNS_DAMAGED, EngineException.Code.WRONG_KEY);
            }
          }
        });
  }

  @Test
  void aChangedColumnIsNamed() {
    var words = new Words();
    var writer = new BlockWriter(words, 40, 1, 1);
    writer.local(0);
    for (int i = 0; i < 100; i++) {
      writer.event(i, words.name("order_paid"), words.source("pos"), 1);
      writer.whole(words.key("amountFen"), i * 7919L % 1000);
    }
    byte[] image = writer.finish(Crowd.SEAL, 77).toArray(ValueLayout.JAVA_BYTE);
    // The amounts are written last, before eight bytes of padding at most.
    image[image.length - 32] ^= 4;
    assertThatThrownBy(() -> Block.read(MemorySegment.ofArray(image), words, Crowd.SEAL))
        .isInstanceOf(EngineException.class)
        .hasMessage("Block 77 (profiles from 40): values of amountFen was changed on disk");
  }

  @Test
  void aTornOrForeignImageIsRefused() {
    Crowd crowd = Crowd.any(3, 20, 10);
    byte[] image = crowd.written().finish(Crowd.SEAL, 3).toArray(ValueLayout.JAVA_BYTE);
    for (int length : List.of(0, 7, 100, 127, 128, 500, image.length - 1)) {
      assertThatThrownBy(
              () ->
                  Block.read(
                      MemorySegment.ofArray(Arrays.copyOf(image, length)), crowd.words, Crowd.SEAL))
          .isInstanceOf(EngineException.class);
    }
    assertThatThrownBy(() -> Block.read(MemorySegment.ofArray(image), new Words(), Crowd.SEAL))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("the dictionaries have 0");
  }

  @Test
  void personalTextsDoNotLieInTheOpenAndOpenWithTheirKeyOnly() {
    var words = new Words();
    String secret = "张三 ".repeat(30);
    var writer = new BlockWriter(words, 0, 1, 1);
    writer.local(0);
    writer.event(5, words.name("profile_updated"), words.source("crm"), 1);
    writer.property(words.key("note"), Value.of(secret));
    writer.property(words.key("all"), new Value.Many(List.of(Value.of(secret))));
    MemorySegment image = writer.finish(Crowd.SEAL, 9);
    String bytes =
        new String(image.toArray(ValueLayout.JAVA_BYTE), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(bytes).doesNotContain("张三");
    byte[] other = new byte[32];
    other[0] = 1;
    Block block = Block.read(image, words, new Seal(other));
    assertThat(block.timeMs(0)).isEqualTo(5);
    assertThatThrownBy(() -> block.property(0, words.findKey("note")))
        .isInstanceOf(EngineException.class)
        .extracting(e -> ((EngineException) e).code())
        .isEqualTo(EngineException.Code.WRONG_KEY);
  }

  @Test
  void theWriterRefusesWhatIsOutOfOrder() {
    var words = new Words();
    var writer = new BlockWriter(words, 0, 1, 8);
    assertThatThrownBy(() -> writer.event(1, 0, 0, 0)).hasMessageContaining("No local");
    writer.local(4);
    writer.event(10, 0, 0, 0);
    assertThatThrownBy(() -> writer.event(9, 0, 0, 0)).hasMessageContaining("after a later");
    assertThatThrownBy(() -> writer.local(4)).hasMessageContaining("can not follow");
    assertThatThrownBy(() -> writer.local(8)).hasMessageContaining("of 8");
  }

  @Test
  void aKeyGivenTwiceKeepsItsFirstValue() {
    var words = new Words();
    var writer = new BlockWriter(words, 0, 1, 1);
    writer.local(0);
    writer.event(1, words.name("a_b"), words.source("s"), 0);
    int key = words.key("$email");
    writer.property(key, Value.of("first"));
    writer.property(key, Value.of(2));
    Block block = Block.read(writer.finish(Crowd.SEAL, 1), words, Crowd.SEAL);
    assertThat(block.properties(0)).isEqualTo(Properties.of("$email", "first"));
  }

  @Test
  void wordsKeepTheirCodesThroughACheckpoint() {
    var words = new Words();
    int key = words.key("sku");
    assertThat(words.text(key, "x".repeat(65))).isEqualTo(-1);
    for (int i = 0; i < Words.MOST_TEXTS_PER_KEY; i++) {
      assertThat(words.text(key, "t" + i)).isEqualTo(i);
    }
    assertThat(words.text(key, "one more")).isEqualTo(-1);
    assertThat(words.text(words.key("city"), "one more")).isEqualTo(Words.MOST_TEXTS_PER_KEY);
    assertThat(words.text(key, "one more")).isEqualTo(Words.MOST_TEXTS_PER_KEY);
    words.name("order_paid");
    // Half a surrogate pair would come back as another text.
    assertThat(words.text(words.key("city"), "\uD83D")).isEqualTo(-1);
    int next = words.text(words.key("city"), "?");
    var out = new Bytes();
    words.write(out);
    var again = new Words();
    again.restore(Bytes.reading(out.array(), 0, out.length()));
    assertThat(again.findText("one more")).isEqualTo(Words.MOST_TEXTS_PER_KEY);
    assertThat(again.findText("?")).isEqualTo(next);
    assertThat(again.findName("order_paid")).isEqualTo(0);
    assertThat(again.findName("nobody said")).isEqualTo(-1);
    assertThat(again.keyOf(1)).isEqualTo("city");
    assertThat(again.textOf(17).text()).isEqualTo("t17");
    assertThat(again.text(key, "two more")).isEqualTo(-1);
  }
}
