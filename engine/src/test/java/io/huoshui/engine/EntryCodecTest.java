package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.insight.Uplift;
import io.huoshui.journey.Steering;
import io.huoshui.reach.Channel.Outcome;
import io.huoshui.trial.Pilot;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

class EntryCodecTest {
  @Test
  void everyEntryReadsBackAsItself() {
    var kinds = new HashSet<Class<?>>();
    Dice.overSeeds(
        600,
        seed -> {
          var dice = new Dice(seed);
          Entry entry = entry(dice, (int) (seed % 20));
          kinds.add(entry.getClass());

          byte[] bytes = EntryCodec.write(entry);

          assertThat(EntryCodec.read(bytes)).isEqualTo(entry);
          assertThat(EntryCodec.write(EntryCodec.read(bytes))).as("one form only").isEqualTo(bytes);
        });
    assertThat(kinds).hasSameSizeAs(Entry.class.getPermittedSubclasses());
  }

  private static Entry entry(Dice dice, int kind) {
    long nowMs = dice.chance(10) ? dice.bits() : 1_772_000_000_000L + dice.roll(1_000_000_000);
    return switch (kind) {
      case 0 -> new Entry.Configured(nowMs, "Asia/Kathmandu", dice.text(30));
      case 1 -> new Entry.Events(nowMs, dice.list(0, 20, () -> event(dice)));
      case 2 ->
          new Entry.Published(
              nowMs,
              dice.of(Entry.Definition.values()),
              dice.text(20),
              dice.roll(1 << 20),
              dice.text(5_000));
      case 3 ->
          new Entry.Frozen(
              nowMs, dice.text(9), dice.text(9), dice.text(90), dice.text(9), dice.chance(50));
      case 13 ->
          new Entry.Called(
              nowMs, dice.text(9), dice.text(9), bitmap(dice.list(0, 40, () -> dice.roll(500))));
      case 14 -> new Entry.Steered(nowMs, dice.text(9), dice.of(Steering.values()), dice.text(9));
      case 17 ->
          new Entry.Staffed(nowMs, dice.text(9), dice.chance(50), dice.text(9), dice.text(9));
      case 18 -> new Entry.Recalled(nowMs, dice.list(0, 30, () -> dice.text(40)));
      case 15 ->
          new Entry.Migrated(
              nowMs,
              dice.text(9),
              dice.roll(99),
              java.util.Map.of(dice.text(9) + "a", dice.text(9), dice.text(9) + "b", ""),
              dice.text(9));
      case 16 ->
          new Entry.Piloted(
              nowMs,
              dice.text(9),
              dice.of(Pilot.Act.values()),
              dice.of(Pilot.Why.values()),
              new Pilot.Measured(
                  new Uplift.Arm(dice.roll(999), dice.fraction(), dice.fraction()),
                  new Uplift.Arm(dice.roll(999), dice.roll(99), dice.fraction()),
                  dice.roll(999),
                  dice.roll(999)),
              dice.chance(30)
                  ? null
                  : new Pilot.Roi(dice.fraction(), -dice.fraction(), Double.POSITIVE_INFINITY),
              dice.text(9),
              bitmap(dice.list(0, 40, () -> dice.roll(500))));
      case 12 ->
          new Entry.Tagged(
              nowMs,
              dice.text(9),
              dice.chance(50),
              dice.of("manual", "import"),
              dice.text(9),
              dice.text(90),
              bitmap(dice.list(0, 400, () -> dice.roll(dice.of(500, 1 << 30)))));
      case 4 -> new Entry.Launched(nowMs, dice.text(9));
      case 10 ->
          new Entry.Chosen(
              nowMs,
              dice.text(9),
              dice.text(90),
              dice.text(9),
              dice.chance(50),
              bitmap(dice.list(0, 400, () -> dice.roll(dice.of(500, 1 << 30)))));
      case 5 -> dice.chance(50) ? new Entry.Ticked(nowMs) : new Entry.Resumed(nowMs);
      case 6 ->
          new Entry.Joined(nowMs, identifier(dice), identifier(dice), dice.text(9), dice.text(9));
      case 7 -> new Entry.Severed(nowMs, dice.roll(1 << 30), dice.text(9));
      case 9 -> new Entry.Erased(nowMs, dice.list(1, 9, () -> dice.roll(1 << 30)), dice.text(9));
      case 11 -> new Entry.Retired(nowMs, dice.of(Entry.Definition.values()), dice.text(20));
      case 8 -> new Entry.HandedOver(nowMs, dice.text(9), dice.list(0, 30, () -> dice.text(40)));
      default -> new Entry.Answered(nowMs, dice.text(9), dice.list(0, 30, () -> outcome(dice)));
    };
  }

  private static RoaringBitmap bitmap(List<Integer> members) {
    var bitmap = new RoaringBitmap();
    members.forEach(bitmap::add);
    return bitmap;
  }

  private static Event event(Dice dice) {
    var properties = new TreeMap<String, Value>();
    for (int left = dice.roll(6); left > 0; left--) {
      properties.put(dice.chance(50) ? "amountFen" : dice.text(8), value(dice, 2));
    }
    return new Event(
        dice.text(40),
        dice.of("order_paid", "page_viewed", dice.text(12)),
        Instant.ofEpochMilli(dice.chance(10) ? dice.bits() >> 12 : 1_772_000_000_000L),
        dice.of("pos", "tmall"),
        dice.list(1, 5, () -> identifier(dice)),
        Properties.of(properties));
  }

  private static Identifier identifier(Dice dice) {
    IdentifierKind kind = dice.of(IdentifierKind.values());
    return new Identifier(kind, kind.scoped() ? dice.text(6) : "", dice.text(20));
  }

  private static Value value(Dice dice, int depth) {
    return switch (dice.roll(depth == 0 ? 4 : 5)) {
      case 0 -> Value.of(dice.chance(5) ? "" : dice.text(dice.chance(10) ? 2_000 : 12));
      case 1 -> Value.of(dice.chance(50) ? dice.bits() : dice.roll(100));
      case 2 -> Value.of(dice.of(-0.0, Double.MIN_VALUE, Double.MAX_VALUE, dice.fraction()));
      case 3 -> Value.of(dice.chance(50));
      default -> new Value.Many(dice.list(0, 4, () -> value(dice, depth - 1)));
    };
  }

  private static Outcome outcome(Dice dice) {
    return switch (dice.roll(7)) {
      case 5 -> new Outcome.Poisoned(dice.text(9), dice.text(9));
      case 6 -> new Outcome.Halted(dice.text(9), dice.text(9));
      case 0 -> new Outcome.Accepted(dice.text(20));
      case 1 -> new Outcome.Refused(dice.text(9), dice.text(9));
      case 2 -> new Outcome.Later(dice.text(9), dice.text(9), dice.roll(100_000));
      case 3 -> new Outcome.Unknown(dice.text(9));
      default -> new Outcome.Absent();
    };
  }

  @Test
  void anotherFormatOrKindIsSaid() {
    byte[] bytes = EntryCodec.write(new Entry.Ticked(0));
    byte[] newer = bytes.clone();
    newer[0] = 2;
    byte[] strange = bytes.clone();
    strange[1] = 99;

    assertThatThrownBy(() -> EntryCodec.read(newer))
        .hasMessage("The log has format 2, this version reads 1");
    assertThatThrownBy(() -> EntryCodec.read(strange)).hasMessage("No entry type 99");
  }
}
