package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.engine.disk.Disk;
import io.huoshui.engine.disk.DiskException;
import io.huoshui.engine.disk.SimulatedDisk;
import io.huoshui.json.Json;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// A state that was written, read and brought up to date is the state that went on.
class CheckpointTest {
  private static final Seal SEAL = new Seal(Brand.KEY);
  private static final List<String> ZONES =
      List.of("Asia/Kathmandu", "America/St_Johns", "Europe/Berlin");

  private static State brand(String zone) {
    var state = new State();
    state.apply(
        new Entry.Configured(
            Instant.parse("2026-03-05T08:00:00Z").toEpochMilli(), zone, "https://b.example"));
    publish(state, Entry.Definition.SEGMENT, "seen", rule("did order_paid within 20d"));
    for (int i = 0; i < Rules.BY_DAY.size(); i += 3) {
      publish(state, Entry.Definition.SEGMENT, "day" + i, rule(Rules.BY_DAY.get(i)));
    }
    for (int i = 0; i < Rules.BY_HOUR.size(); i++) {
      publish(state, Entry.Definition.SEGMENT, "hour" + i, rule(Rules.BY_HOUR.get(i)));
    }
    publish(
        state,
        Entry.Definition.TEMPLATE,
        "hello",
        "{'name':'hello','channel':'sms','text':'hi {name} {link}','sender':'b'}");
    publish(
        state,
        Entry.Definition.COUPON_TEMPLATE,
        "ten",
        "{'name':'ten','valueFen':1000,'validDays':30}");
    publish(
        state,
        Entry.Definition.JOURNEY,
        "after_order",
        "{'journey':'after_order','entry':{'event':'order_paid'},'reentry':{'perKey':'orderId'},"
            + "'goal':{'event':'message_replied','within':'3d'},"
            + "'steps':[{'wait':'30m'},{'coupon':'ten'},{'send':'hello'},{'wait':'2d'},"
            + "{'tag':'vip'},{'send':'hello'}]}");
    publish(
        state,
        Entry.Definition.JOURNEY,
        "seen_journey",
        "{'journey':'seen_journey','entry':{'segment':'seen'},'holdOut':20,"
            + "'steps':[{'wait':'1h'},{'send':'hello'}]}");
    return state;
  }

  private static String rule(String text) {
    return Json.object("rule", Json.of(text)).write();
  }

  private static void publish(State state, Entry.Definition kind, String name, String json) {
    state.apply(new Entry.Published(state.nowMs(), kind, name, 1, json.replace('\'', '"')));
  }

  private static List<Entry> live(State state, Dice dice, Lives lives, int steps) {
    var lived = new ArrayList<Entry>();
    for (int step = 0; step < steps; step++) {
      Entry entry = Entries.random(state, dice, lives, 20);
      state.apply(entry);
      lived.add(entry);
      if (dice.chance(30) && !state.outbox.isEmpty()) {
        var keys = state.outbox.stream().limit(3).map(i -> state.touchpoint(i).key()).toList();
        var handed = new Entry.HandedOver(state.nowMs(), state.nextBatch(), keys);
        state.apply(handed);
        lived.add(handed);
      }
    }
    return lived;
  }

  @Test
  void whatWasWrittenAndReadGoesOnLikeWhatWentOn() {
    Dice.overSeeds(
        80,
        seed -> {
          var dice = new Dice(seed);
          var lives = new Lives(dice);
          String zone = ZONES.get((int) (seed % ZONES.size()));
          var disk = new SimulatedDisk(new SplittableRandom(seed));
          var checkpoint = new Checkpoint(disk, SEAL);
          State state = brand(zone);
          for (long record = 10; record <= 40; record += 10) {
            live(state, dice, lives, 15);
            var snapshot = new Checkpoint.Snapshot(state, record);
            List<Entry> tail = live(state, dice, lives, dice.roll(6));
            Checkpoint.Written written = checkpoint.write(snapshot, false);
            if (dice.chance(50)) {
              tail.addAll(live(state, dice, lives, dice.roll(6)));
            }
            state.take(written);
            tail.addAll(live(state, dice, lives, dice.roll(6)));

            assertThat(checkpoint.newest()).isEqualTo(record);
            State read = new State();
            checkpoint.read(record, read);
            tail.forEach(read::apply);
            same(read, state);

            // Reading it must not be all it can do.
            for (Entry entry : live(state, dice, lives, 12)) {
              read.apply(entry);
            }
            same(read, state);
          }
        });
  }

  private static void same(State read, State state) {
    assertThat(Portrait.of(read)).isEqualTo(Portrait.of(state));
    assertThat(Digest.of(read)).isEqualTo(Digest.of(state));
  }

  @Test
  void aDigestDiffersWhereverAPortraitDoesAndNamesIt() {
    Dice.overSeeds(
        60,
        seed -> {
          var dice = new Dice(seed);
          var lives = new Lives(dice);
          State one = brand("Asia/Kathmandu");
          State other = brand("Asia/Kathmandu");
          for (Entry entry : live(one, dice, lives, 20)) {
            other.apply(entry);
          }
          same(one, other);
          Entry last = Entries.random(one, dice, lives, 20);
          one.apply(last);

          boolean differs = !Portrait.of(one).equals(Portrait.of(other));
          int chunk = Digest.difference(Digest.of(one), Digest.of(other));
          assertThat(chunk >= 0).as("seed %s, %s", seed, last).isEqualTo(differs);
          if (differs) {
            assertThat(Digest.lines(one, chunk)).as("seed %s", seed).isNotEmpty();
            assertThat(String.join("", Digest.lines(one, chunk)))
                .as("personal data is hidden")
                .doesNotContain("138000");
          }
        });
  }

  @Test
  void aCheckpointThatCouldNotBeWrittenLeavesEverythingAsItWas() {
    Dice.overSeeds(
        30,
        seed -> {
          var dice = new Dice(seed);
          var lives = new Lives(dice);
          var disk = new SimulatedDisk(new SplittableRandom(seed));
          var checkpoint = new Checkpoint(disk, SEAL);
          State state = brand("Asia/Kathmandu");
          live(state, dice, lives, 20);
          state.take(checkpoint.write(new Checkpoint.Snapshot(state, 1), false));
          live(state, dice, lives, 20);
          List<String> before = Portrait.of(state);
          var snapshot = new Checkpoint.Snapshot(state, 2);
          disk.fullAfter(dice.roll(20_000));
          assertThatThrownBy(() -> checkpoint.write(snapshot, false))
              .isInstanceOf(DiskException.class);
          state.thaw();
          assertThat(Portrait.of(state)).isEqualTo(before);
          disk.heal();

          List<Entry> tail = live(state, dice, lives, 8);
          State old = new State();
          checkpoint.read(checkpoint.newest(), old);
          assertThat(checkpoint.newest()).isEqualTo(1);
          assertThat(tail).isNotEmpty();
          state.take(checkpoint.write(new Checkpoint.Snapshot(state, 3), false));
          State read = new State();
          checkpoint.read(3, read);
          same(read, state);
        });
  }

  /// Whatever byte of whatever file is another one, it is found: never a state that is wrong.
  @Test
  void aChangedByteIsFound() {
    Dice.overSeeds(
        60,
        seed -> {
          var dice = new Dice(seed);
          var lives = new Lives(dice);
          var disk = new SimulatedDisk(new SplittableRandom(seed));
          var checkpoint = new Checkpoint(disk, SEAL);
          State state = brand("Asia/Kathmandu");
          live(state, dice, lives, 20);
          state.take(checkpoint.write(new Checkpoint.Snapshot(state, 1), false));
          String folder = dice.of("state", "ids", "columns");
          List<String> names = disk.list(folder);
          String name = folder + "/" + names.get(dice.roll(names.size()));
          try (Disk.DiskFile file = disk.open(name)) {
            long at = dice.roll((int) file.size());
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(at, one);
            file.write(at, ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ (1 << dice.roll(8)))}));
          }
          State read = new State();
          try {
            checkpoint.read(1, read);
            List<String> portrait = Portrait.of(read);
            // Bytes between sections mean nothing.
            assertThat(portrait).isEqualTo(Portrait.of(state));
            assertThat(folder).isEqualTo("columns");
          } catch (EngineException e) {
            assertThat(e.code())
                .isIn(
                    EngineException.Code.CHECKPOINT_DAMAGED,
                    EngineException.Code.COLUMNS_DAMAGED,
                    EngineException.Code.WRONG_KEY);
          }
        });
  }

  @Test
  void aMissingFileIsSaid() {
    var disk = new SimulatedDisk(new SplittableRandom(1));
    var checkpoint = new Checkpoint(disk, SEAL);
    State state = brand("Asia/Kathmandu");
    live(state, new Dice(1), new Lives(new Dice(1)), 20);
    state.take(checkpoint.write(new Checkpoint.Snapshot(state, 1), false));
    String block = Objects.requireNonNull(disk.list("columns")).getFirst();
    disk.delete("columns/" + block);

    assertThatThrownBy(() -> checkpoint.read(1, new State())).isInstanceOf(DiskException.class);
  }
}
