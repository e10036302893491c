package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.engine.disk.SimulatedDisk;
import io.huoshui.event.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// The whole engine on a disk that loses power: what was acked counts once, what was not counts
/// once or not at all.
class PowerCutTest {
  private static final String START = "2026-03-05T04:00:00Z";

  @Test
  void ackedEventsCountOnceAfterAnyPowerCut() {
    Dice.overSeeds(12, PowerCutTest::live);
  }

  private static void live(long seed) {
    var dice = new Dice(seed);
    var disk = new SimulatedDisk(new SplittableRandom(seed));
    var storage =
        new Storage(disk, Runnable::run, dice.of(4_096, 30_000, 200_000), Storage.ZEROS_BELOW);
    var acked = new ArrayList<Event>();
    List<Event> doubtful = List.of();
    for (int life = 0; life < 4; life++) {
      disk.cutPowerAfter(dice.roll(30));
      try (var brand = new Brand(storage, "Asia/Kathmandu", START)) {
        for (int batch = 0; batch < 20; batch++) {
          doubtful = Scribe.batch("l" + life, batch);
          assertThat(brand.engine().take(doubtful).cardinality()).isEqualTo(Scribe.BATCH);
          acked.addAll(doubtful);
          doubtful = List.of();
        }
      } catch (EngineException e) {
        assertThat(e.code()).isEqualTo(EngineException.Code.LOG_UNWRITABLE);
      }
      disk.crash();
      try (var brand = new Brand(storage, "Asia/Kathmandu", START)) {
        assertThat(brand.ask().overview().events())
            .isIn((long) acked.size(), (long) acked.size() + doubtful.size());
        if (!acked.isEmpty()) {
          assertThat(brand.engine().take(acked).isEmpty()).as("taken before").isTrue();
        }
        if (!doubtful.isEmpty()) {
          assertThat(brand.engine().take(doubtful).cardinality()).isIn(0, Scribe.BATCH);
          acked.addAll(doubtful);
          doubtful = List.of();
        }
        assertThat(brand.ask().overview().events()).isEqualTo(acked.size());
      }
    }
  }
}
