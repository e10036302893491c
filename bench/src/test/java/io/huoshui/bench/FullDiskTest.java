package io.huoshui.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A log on a disk that fills up: what was acked stays, what was refused says why, and with space
/// and a restart it goes on.
class FullDiskTest {
  private static final int DISK_MB = 64;
  private static final int BALLAST_MB = 24;
  private static final int EVENTS = 100;

  @TempDir Path folder;

  @Test
  void nothingAckedIsLostAndTheRefusalSaysWhatToDo() throws Exception {
    // The log alone is on the small disk: a database that stops first would hide it.
    Path disk = Files.createDirectories(Town.data(folder).resolve("engine"));
    String refusal = run("mount", "-t", "tmpfs", "-o", "size=" + DISK_MB + "m", "tmpfs", disk);
    Assumptions.assumeTrue(refusal.isEmpty(), "a small disk can not be mounted: " + refusal);
    try {
      Path ballast = disk.resolve("ballast");
      Files.write(ballast, new byte[BALLAST_MB << 20]);
      try (var town = Town.begin(folder, 10, 1, 1)) {
        fillAndGoOn(town, ballast);
      }
    } finally {
      assertThat(run("umount", disk)).isEmpty();
    }
  }

  private static void fillAndGoOn(Town town, Path ballast) throws IOException {
    var random = new Random(7);
    var acked = new ArrayList<String>();
    String refused = "";
    int most = 3 * DISK_MB;
    while (refused.isEmpty()) {
      String batch = events(acked.size(), random);
      var answer = town.events(batch);
      if (answer.statusCode() == 200) {
        assertThat(Town.text(Json.parse(answer.body()), "accepted"))
            .isEqualTo(String.valueOf(EVENTS));
        acked.add(batch);
        assertThat(acked.size()).as("the disk is full at last").isLessThan(most);
      } else {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Content-Type"))
            .hasValue("application/problem+json");
        Json problem = Json.parse(answer.body());
        assertThat(Town.text(problem, "code")).isEqualTo("log_unwritable");
        assertThat(Town.text(problem, "detail"))
            .contains("No space left")
            .contains("acked is safe");
        assertThat(Town.text(problem, "next")).contains("Free space").contains("restart");
        refused = batch;
      }
    }
    assertThat(acked).as("some went in before").isNotEmpty();
    var health = town.health();
    assertThat(health.statusCode()).isEqualTo(503);
    assertThat(Town.text(Json.parse(health.body()), "status")).isEqualTo("down");
    assertThat(Town.text(Json.parse(health.body()), "log")).isEqualTo("down");
    assertThat(Town.text(Json.parse(health.body()), "why")).contains("No space left");
    assertThat(town.events(refused).statusCode())
        .as("nothing more is taken before a restart")
        .isEqualTo(503);

    Files.delete(ballast);
    town.restartServer();
    for (String batch : acked) {
      Json again = Town.ok(town.events(batch));
      assertThat(Town.text(again, "duplicate")).isEqualTo(String.valueOf(EVENTS));
    }
    Json late = Town.ok(town.events(refused));
    assertThat(Town.text(late, "rejected")).isEqualTo("0");
    assertThat(Town.text(Town.ok(town.events(events(most, random))), "accepted"))
        .isEqualTo(String.valueOf(EVENTS));
    assertThat(Town.text(Town.ok(town.health()), "status")).isEqualTo("up");
    System.out.println(
        "full disk: " + acked.size() * EVENTS + " events acked before, all there after");
  }

  /// Events of four kilobytes each, which nothing packs smaller.
  private static String events(int batch, Random random) {
    var lines = new StringBuilder();
    for (int i = 0; i < EVENTS; i++) {
      String id = "fill-" + batch + "-" + i;
      var note = new StringBuilder();
      while (note.length() < 4_000) {
        note.append(Long.toUnsignedString(random.nextLong(), 36));
      }
      lines
          .append("{\"id\":\"" + id + "\",\"name\":\"order_paid\",")
          .append("\"time\":\"2026-07-01T05:00:00Z\",")
          .append("\"identifiers\":[{\"kind\":\"phone\",\"value\":\"+8619900000000\"}],")
          .append("\"properties\":{\"orderId\":\"" + id + "\",\"amountFen\":1,\"note\":\"")
          .append(note)
          .append("\"}}\n");
    }
    return lines.toString();
  }

  /// @return what it complained about, empty when it went well
  private static String run(Object... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(List.of(command).stream().map(Object::toString).toList())
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      int status = process.waitFor();
      return status == 0 ? "" : said.isEmpty() ? "status " + status : said;
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
