package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.event.Event;
import io.huoshui.reach.Channel.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KillTest {
  @TempDir Path folder;

  /// What the platform got, over all rounds.
  private final Set<String> sent = new HashSet<>();

  @Test
  void whatWasAckedIsThereOnceAfterAnyKill() throws IOException, InterruptedException {
    var promised = new HashSet<String>();
    int restored = 0;
    int merges = 0;
    for (int round = 0; round < 20; round++) {
      int acked = writeAndKill("r" + round, 1 + 5 * (round % 7));
      List<String> whole = Portrait.of(Storage.of(folder), new Seal(Brand.KEY));
      try (var brand = new Brand(Storage.of(folder), Scribe.ZONE, Scribe.START, Scribe.PACE)) {
        assertThat(Portrait.of(brand.engine()))
            .as("from the checkpoint as from the whole log, round %s", round)
            .isEqualTo(whole);
        restored += brand.engine().gauges().restoredFrom() > 0 ? 1 : 0;
        assertThat(brand.engine().gauges().checkpointLost()).isNull();
        merges = brand.ask().overview().merges() > 0 ? merges + 1 : merges;
        reconcile(brand);
        for (int batch = 0; batch <= acked; batch++) {
          Scribe.batch("r" + round, batch).forEach(event -> promised.add(event.id()));
        }
        Map<String, Integer> found = found(brand);
        assertThat(found.keySet()).as("round %s", round).containsAll(promised);
        assertThat(found.values()).as("none twice, round %s", round).containsOnly(1);
        assertThat(brand.ask().overview().events()).isEqualTo(found.size());
        // What was under way is whole or not there; sending everything again adds only the latter.
        for (int batch = 0; batch <= acked + 2; batch++) {
          var events = Scribe.batch("r" + round, batch);
          BitSet fresh = brand.engine().take(events);
          assertThat(fresh.cardinality()).isIn(0, Scribe.BATCH);
          if (batch <= acked) {
            assertThat(fresh.isEmpty()).as("batch %s was acked", batch).isTrue();
          }
          events.stream().map(Event::id).forEach(promised::add);
        }
        Map<String, Integer> after = found(brand);
        assertThat(after.keySet()).containsAll(promised);
        assertThat(after.values()).containsOnly(1);
        promised.addAll(after.keySet());
      }
    }
    assertThat(restored).as("rounds that went on from a checkpoint").isGreaterThan(10);
    assertThat(merges).as("rounds with merges").isGreaterThan(10);
    assertThat(sent).as("messages that left").hasSizeGreaterThan(20);
  }

  /// The platform is asked what it has of the batches whose answer was lost.
  private void reconcile(Brand brand) {
    for (Engine.Batch batch : brand.engine().unanswered()) {
      brand
          .engine()
          .answer(
              batch.id(),
              batch.keys().stream()
                  .<Outcome>map(
                      key ->
                          sent.contains("sent " + key)
                              ? new Outcome.Accepted(key)
                              : new Outcome.Absent())
                  .toList());
    }
  }

  /// @return the last batch the process said was acked
  private int writeAndKill(String round, int enough) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Scribe.class.getName(),
                folder.toString(),
                round)
            .redirectError(Redirect.INHERIT)
            .start();
    int acked = -1;
    try (var said =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        if (line.startsWith("sent ")) {
          assertThat(sent.add(line)).as("%s, for the first time", line).isTrue();
          continue;
        }
        acked = Integer.parseInt(line.substring("acked ".length()));
        if (acked == enough) {
          // SIGKILL; what it said until then still waits in the pipe and counts.
          process.toHandle().destroyForcibly();
        }
      }
    }
    assertThat(process.waitFor()).as("the process did not end by itself").isEqualTo(128 + 9);
    assertThat(acked).isGreaterThanOrEqualTo(enough);
    return acked;
  }

  private static Map<String, Integer> found(Brand brand) {
    var found = new HashMap<String, Integer>();
    Set<Integer> people = new HashSet<>();
    for (int node = 0; node < brand.ask().overview().identifiers(); node++) {
      if (people.add(brand.ask().profileOf(node))) {
        for (Questions.Happening event : brand.ask().timeline(node, Integer.MAX_VALUE, 1_000_000)) {
          found.merge(event.properties().text("id"), 1, Integer::sum);
        }
      }
    }
    return found;
  }
}
