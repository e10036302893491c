package io.huoshui.server.audience;

import static io.huoshui.server.audience.Town.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/// A frozen audience, and what leaves the house of it.
class AudienceOverHttpTest {
  @TempDir static Path folder;
  private static Town town;

  @BeforeAll
  static void found() throws Exception {
    town = Town.founded(folder);
    town.post(
        "/api/v1/segments", "{\"name\":\"known\",\"text\":\"reachable wecom or did page_viewed\"}");
    town.post("/api/v1/audiences", "{\"name\":\"spring\",\"segment\":\"known\"}");
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  private static List<String> export(String parameters) throws Exception {
    HttpResponse<String> answer =
        town.send("GET", "/api/v1/audiences/spring/export" + parameters, town.admin(), "");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/csv");
    assertThat(answer.body()).endsWith("\r\n");
    return List.of(answer.body().split("\r\n", -1));
  }

  @Test
  void theHashIsOfWhoIsInIt() throws Exception {
    Json audience = town.get("/api/v1/audiences/spring");
    var names = new StringBuilder();
    for (Json member : Town.items(town.get("/api/v1/audiences/spring/members"), "items")) {
      names.append(text(member, "id")).append('\n');
    }
    byte[] hash =
        MessageDigest.getInstance("SHA-256")
            .digest(names.toString().getBytes(StandardCharsets.UTF_8));
    assertThat(text(audience, "count")).isEqualTo("3");
    assertThat(text(audience, "sha256")).isEqualTo(HexFormat.of().formatHex(hash));
  }

  @Test
  void itLeavesMaskedAndInFullOnlyWhenAskedFor() throws Exception {
    assertThat(export(""))
        .hasSize(7)
        .startsWith("customer,kind,scope,value")
        .anyMatch(line -> line.endsWith(",phone,,+86139****0002"))
        .anyMatch(line -> line.endsWith(",externalUserid,corp,****"))
        .anyMatch(line -> line.endsWith(",memberNumber,,m12"))
        .noneMatch(line -> line.contains("13910000002"));
    assertThat(export("?reveal=true"))
        .hasSize(7)
        .anyMatch(line -> line.endsWith(",phone,,+8613910000002"))
        .anyMatch(line -> line.endsWith(",externalUserid,corp,wm2"));
    String hash = text(town.get("/api/v1/audiences/spring"), "sha256");
    assertThat(
            town.server()
                .context()
                .getBean(JdbcClient.class)
                .sql("select action || ' ' || what from audit where action like 'audience_exp%'")
                .query(String.class)
                .list())
        .contains(
            "audience_exported spring: 3 members, " + hash,
            "audience_exported_in_full spring: 3 members, " + hash);
    town.refused(404, "GET", "/api/v1/audiences/nobody/export", "");
  }
}
