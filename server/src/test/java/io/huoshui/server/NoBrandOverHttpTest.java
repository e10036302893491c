package io.huoshui.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server beside which no synthetic brand stands says so. Rehearsals with one are tested where
/// the brand is: `RehearsalOverHttpTest` of bench.
class NoBrandOverHttpTest {
  @Test
  void aRehearsalOverTheBrandIsRefusedWhereThereIsNone(@TempDir Path folder) throws Exception {
    try (var server =
        Huoshui.start(
            Settings.parse(List.of("--port", "0", "--data-dir", folder.toString())), false)) {
      HttpResponse<String> response =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          URI.create("http://127.0.0.1:" + server.port() + "/api/v1/rehearsals"))
                      .header("Authorization", "Bearer " + server.firstToken())
                      .header("Content-Type", "application/yaml")
                      .POST(HttpRequest.BodyPublishers.ofString("people: brand\nscenario: {}\n"))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());

      assertThat(response.statusCode()).as(response.body()).isEqualTo(503);
      assertThat(
              Json.parse(response.body()) instanceof Json.Obj problem ? problem.get("code") : null)
          .isEqualTo(Json.of("no_brand"));
    }
  }
}
