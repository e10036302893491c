package io.huoshui.server.care;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import io.huoshui.server.demo.Scenario;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A customer asks to be forgotten, over real HTTP, with a real PostgreSQL beside.
class ErasureOverHttpTest {
  @TempDir Path folder;

  @Test
  void nothingPersonalIsAnsweredOrInTheRecordsAndTheNeighboursStay() throws Exception {
    Path data = folder.resolve("data");
    String admin;
    Map<String, String> before;
    try (Shop shop = Shop.founded(data)) {
      admin = shop.admin();
      shop.people(0, 6);
      shop.redeem(shop.coupon(2), "till-1");
      String neighbour = shop.get("/api/v1/profiles/p3?reveal=true");
      assertThat(shop.get("/api/v1/profiles/p2?reveal=true")).contains(Shop.phone(2), "钟灵2");

      assertThat(shop.send("POST", "/api/v1/profiles/p2/erase", shop.key(), "").statusCode())
          .as("a write key erases nobody")
          .isEqualTo(401);
      assertThat(shop.post("/api/v1/profiles/p2/erase", "").write())
          .isEqualTo("{\"id\":\"p2\",\"erased\":true}");
      assertThat(shop.post("/api/v1/profiles/p2/erase", "").write())
          .isEqualTo("{\"id\":\"p2\",\"erased\":false}");
      var nobody = shop.send("POST", "/api/v1/profiles/p99/erase", admin, "");
      assertThat(nobody.statusCode()).isEqualTo(404);

      assertThat(shop.get("/api/v1/profiles/p3?reveal=true")).isEqualTo(neighbour);
      assertThat(shop.get("/api/v1/profiles?query=" + Shop.phone(2))).contains("\"items\":[]");
      assertThat(shop.get("/api/v1/profiles/p2/events?reveal=true")).contains("\"items\":[]");
      assertThat(shop.get("/api/v1/profiles/p2?reveal=true"))
          .doesNotContain(Shop.phone(2))
          .doesNotContain("钟灵2");
      assertThat(shop.get("/api/v1/overview")).contains("\"people\":5,");
      before = shop.answers(6);

      var made = Shop.backup(folder.resolve("b").toString(), "--data-dir", data.toString());
      assertThat(made.exit()).as(made.err()).isZero();
      for (Manifest.Part part : Manifest.read(folder.resolve("b")).files()) {
        if (part.name().startsWith("pg/")) {
          byte[] packed = Files.readAllBytes(folder.resolve("b").resolve(part.name()));
          try (var rows = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            assertThat(new String(rows.readAllBytes(), StandardCharsets.UTF_8))
                .as(part.name())
                .doesNotContain(Shop.phone(2))
                .doesNotContain("钟灵2");
          }
        }
      }
    }
    try (Shop shop = new Shop(data, admin)) {
      assertThat(shop.answers(6)).isEqualTo(before);
    }
    var well = Shop.doctor(data);
    assertThat(well.exit()).as(well.out()).isZero();
  }

  @Test
  void aCleaningEmptiesTheFilesAndABackupOfThemComesBack() throws Exception {
    Path data = folder.resolve("data");
    Path backup = folder.resolve("b");
    Path restored = folder.resolve("restored");
    Path log = data.resolve("engine/log");
    String admin;
    Map<String, String> before;
    List<String> first;
    try (Shop shop = Shop.founded(data)) {
      admin = shop.admin();
      shop.people(0, 6);
      shop.redeem(shop.coupon(2), "till-1");
      shop.post("/api/v1/profiles/p2/erase", "");
      assertThat(shop.get("/api/v1/erasures")).contains("\"waiting\":1", "\"lastCleanedRecord\":0");
      assertThat(shop.get("/health")).contains("up");
      assertThat(shop.send("GET", "/metrics", admin, "").body())
          .contains("huoshui_erasures_waiting 1\n");
      assertThat(Shop.doctor(data).out()).contains("1 erased", "wait for a cleaning");
      first = files(log);

      assertThat(shop.send("POST", "/api/v1/erasures/clean", shop.key(), "").statusCode())
          .as("a write key cleans nothing")
          .isEqualTo(401);
      Json cleaned = shop.post("/api/v1/erasures/clean", "");

      assertThat(Scenario.number(cleaned, "people")).isEqualTo(1);
      assertThat(Scenario.number(cleaned, "bytesFreed")).isPositive();
      assertThat(files(log)).doesNotContainAnyElementsOf(first);
      assertThat(shop.get("/api/v1/erasures")).contains("\"waiting\":0", "\"since\":null");
      assertThat(shop.send("GET", "/metrics", admin, "").body())
          .contains("huoshui_erasures_waiting 0\n", "huoshui_erasure_cleanings_total 1\n");
      var beside = Shop.doctor(data);
      assertThat(beside.exit()).as(beside.out()).isZero();
      assertThat(beside.out()).contains("nobody who was erased is in these files", "as the base");
      shop.people(6, 8);
      before = shop.answers(8);
      var made = Shop.backup(backup.toString(), "--data-dir", data.toString(), "--with-key");
      assertThat(made.exit()).as(made.err()).isZero();
      assertThat(Manifest.read(backup).files())
          .extracting(Manifest.Part::name)
          .anyMatch(name -> name.startsWith("engine/base/") && name.endsWith(".ckp"));
    }
    var back = Shop.restore(backup.toString(), "--data-dir", restored.toString());
    assertThat(back.exit()).as(back.err()).isZero();
    for (Path each : List.of(data, restored)) {
      try (Shop shop = new Shop(each, admin)) {
        assertThat(shop.answers(8)).isEqualTo(before);
      }
      for (String derived : List.of("state", "ids", "columns")) {
        Backup.empty(each.resolve("engine").resolve(derived), true);
      }
      try (Shop shop = new Shop(each, admin)) {
        assertThat(shop.answers(8)).as("from base and log alone").isEqualTo(before);
      }
      var well = Shop.doctor(each);
      assertThat(well.exit()).as(well.out()).isZero();
    }
  }

  @Test
  void aDamagedBaseIsReportedAndACleaningMakesAnother() throws Exception {
    Path data = folder.resolve("data");
    String admin;
    try (Shop shop = Shop.founded(data)) {
      admin = shop.admin();
      shop.people(0, 4);
      shop.post("/api/v1/profiles/p2/erase", "");
      shop.post("/api/v1/erasures/clean", "");
      shop.people(4, 6);
    }
    Path base = data.resolve("engine/base");
    String state = files(base).stream().filter(name -> name.endsWith(".ckp")).findFirst().get();
    byte[] bytes = Files.readAllBytes(base.resolve(state));
    bytes[100] ^= 4;
    Files.write(base.resolve(state), bytes);

    var ill = Shop.doctor(data);
    assertThat(ill.exit()).isPositive();
    assertThat(ill.out()).contains(state, "was changed on disk", "./huoshui restore");
    try (Shop shop = new Shop(data, admin)) {
      assertThat(Scenario.number(shop.post("/api/v1/erasures/clean", ""), "record")).isPositive();
    }
    var well = Shop.doctor(data);
    assertThat(well.exit()).as(well.out()).isZero();
  }

  private static List<String> files(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }
}
