package io.huoshui.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What was never called back is found by comparing, and mended once.
@Timeout(300)
class ReconcileTest {
  private static final int PEOPLE = 40;

  @TempDir Path folder;

  private static String result(TagTown town) {
    Json begun = town.reconcile();
    town.get("/api/v1/jobs/" + TagTown.text(begun, "job") + "?wait=60");
    return town.get("/api/v1/callbacks").write();
  }

  @Test
  void missingAddsAndRelationsThatAreGoneAreMendedOnce() {
    try (var town = TagTown.begin(folder, PEOPLE, "")) {
      town.clockTo(Duration.ofMinutes(10));
      // The sandbox's crowd is served by guide-0001; no timeline knows it.
      assertThat(result(town)).contains("\"state\":\"done\"", "\"found\":40", "\"mended\":40");
      assertThat(result(town)).contains("\"found\":0", "\"mended\":0", "\"left\":0");

      // A relation that does not hold with a guide who is there, and one with a guide who is not.
      town.happen("contact_added", 3, "{\"guide\":\"guide-0002\"}");
      town.happen("contact_added", 4, "{\"guide\":\"nobody-any-more\"}");
      town.clockTo(Duration.ofMinutes(20));
      assertThat(result(town)).contains("\"found\":2", "\"mended\":1", "\"left\":1");
      assertThat(result(town)).contains("\"found\":1", "\"mended\":0", "\"left\":1");
      assertThat(town.violations()).isEqualTo("{}");
    }
  }
}
