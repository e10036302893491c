package io.huoshui.server.care;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
