package io.huoshui.server.audience;

import static io.huoshui.server.audience.Town.items;
import static io.huoshui.server.audience.Town.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A segment is taken back.
class RetireOverHttpTest {
  @TempDir Path folder;

  @Test
  void onlyWhatNothingUsesIsTakenBackAndItStaysSo() throws Exception {
    String admin;
    try (Town town = Town.founded(folder)) {
      admin = town.admin();
      town.post("/api/v1/segments", "{\"name\":\"buyers\",\"text\":\"did order_paid\"}");
      town.post("/api/v1/segments", "{\"name\":\"near_buyers\",\"text\":\"in segment buyers\"}");
      town.post("/api/v1/audiences", "{\"name\":\"spring\",\"segment\":\"near_buyers\"}");
      town.post(
          "/api/v1/journeys",
          "{\"journey\":\"hello\",\"entry\":{\"segment\":\"buyers\"},\"steps\":[{\"id\":\"w\",\"wait\":\"1d\"}]}");

      Json used = town.refused(409, "DELETE", "/api/v1/segments/buyers", "");
      assertThat(text(used, "code")).isEqualTo("in_use");
      assertThat(text(used, "value"))
          .isEqualTo("segment near_buyers; journey hello is entered by it");
      assertThat(text(town.refused(404, "DELETE", "/api/v1/segments/nobody", ""), "code"))
          .isEqualTo("unknown_segment");

      assertThat(town.send("DELETE", "/api/v1/segments/near_buyers", admin, "").statusCode())
          .isEqualTo(204);
      List<Json> left = items(town.get("/api/v1/segments/changes?segment=near_buyers"), "items");
      assertThat(left).hasSize(6).allMatch(change -> text(change, "what").equals("left"));
      assertThat(text(town.get("/api/v1/audiences/spring"), "count")).isEqualTo("6");
      town.refused(404, "GET", "/api/v1/segments/near_buyers", "");
    }
    // The log was read again: it stays gone, and the records agree.
    try (Town town = new Town(folder, admin)) {
      town.refused(404, "GET", "/api/v1/segments/near_buyers", "");
      assertThat(text(town.get("/api/v1/segments/buyers"), "count")).isEqualTo("6");
      town.post(
          "/api/v1/segments", "{\"name\":\"near_buyers\",\"text\":\"not in segment buyers\"}");
      assertThat(text(town.get("/api/v1/segments/near_buyers"), "count")).isEqualTo("7");
    }
  }
}
