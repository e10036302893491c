package io.huoshui.platforms.file;

import io.huoshui.platforms.file.ImportException.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Which server, and the key that lets this source's events in.
///
/// @param server without a path: `http://localhost:8080`
record Access(URI server, String writeKey) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  static final JsonMapper JSON = new JsonMapper();

  /// The key from the file given, else from `HUOSHUI_WRITE_KEY`, else asked of the server whose
  /// address and token a running one left in `run/server.json`.
  static Access find(
      @Nullable URI given,
      @Nullable Path keyFile,
      String source,
      Path data,
      Map<String, String> environment,
      HttpClient http) {
    Path runFile = data.resolve("run").resolve("server.json");
    Running running = running(runFile);
    String key =
        keyFile == null ? environment.getOrDefault("HUOSHUI_WRITE_KEY", "") : read(keyFile);
    URI server = given != null ? given : running == null ? null : running.url;
    if (server == null) {
      throw new ImportException(
          "import.no_server",
          Kind.USER,
          "No server is running here: " + runFile + " is not there",
          "Start one with ./huoshui serve, or name one with --server URL and a write key.");
    }
    reach(server, http, given == null);
    if (!key.isBlank()) {
      return new Access(server, key.strip());
    }
    // The token opens everything: it goes to the server that wrote it and to no other.
    if (running == null || !running.url.equals(server)) {
      throw new ImportException(
          "import.no_key",
          Kind.USER,
          "No write key for " + server,
          "Give --key-file FILE or set HUOSHUI_WRITE_KEY; the server's console makes one per"
              + " source.");
    }
    return new Access(server, ask(running, source, http));
  }

  private static String read(Path keyFile) {
    try {
      return Files.readString(keyFile).strip();
    } catch (IOException e) {
      throw new ImportException(
          "import.no_key",
          Kind.USER,
          "The write key can not be read from " + keyFile + ": " + e.getClass().getSimpleName(),
          "Check --key-file.",
          e);
    }
  }

  private record Running(URI url, String token) {}

  private static @Nullable Running running(Path file) {
    if (!Files.exists(file)) {
      return null;
    }
    try {
      JsonNode json = JSON.readTree(Files.readString(file));
      return new Running(
          URI.create(json.path("url").asString("")), json.path("token").asString(""));
    } catch (IOException | IllegalArgumentException | JacksonException e) {
      throw new ImportException(
          "import.bad_run_file",
          Kind.INTERNAL,
          file + " can not be understood: " + e.getClass().getSimpleName(),
          "Start the server again (./huoshui serve); it writes the file anew.",
          e);
    }
  }

  /// A dead server is better found before a large file was read.
  private static void reach(URI server, HttpClient http, boolean leftBehind) {
    try {
      http.send(
          HttpRequest.newBuilder(server.resolve("/health")).timeout(PATIENCE).build(),
          HttpResponse.BodyHandlers.discarding());
    } catch (IOException e) {
      throw new ImportException(
          "import.no_server",
          Kind.EXTERNAL,
          "No server answers at "
              + server
              + (leftBehind ? "; run/server.json is left from one that has stopped" : ""),
          "Start it with ./huoshui serve, then run the same command again.",
          e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (IllegalArgumentException e) {
      throw new ImportException(
          "import.bad_server",
          Kind.USER,
          "'" + server + "' is no address of a server",
          "Write it as http://localhost:8080.",
          e);
    }
  }

  private static String ask(Running running, String source, HttpClient http) {
    try {
      var body = JSON.createObjectNode().put("name", source);
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(running.url.resolve("/api/v1/sources"))
                  .timeout(PATIENCE)
                  .header("Authorization", "Bearer " + running.token)
                  .header("Content-Type", "application/json")
                  .header("Idempotency-Key", UUID.randomUUID().toString())
                  .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      String key =
          answer.statusCode() / 100 == 2
              ? JSON.readTree(answer.body()).path("writeKey").asString("")
              : "";
      if (key.isEmpty()) {
        throw Sender.problem(
            running.url.resolve("/api/v1/sources"), answer.statusCode(), answer.body());
      }
      return key;
    } catch (IOException | JacksonException e) {
      throw new ImportException(
          "import.no_key",
          Kind.EXTERNAL,
          "The server at " + running.url + " gave no write key: " + e.getMessage(),
          "Look at its log, then run the same command again.",
          e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  static ImportException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new ImportException(
        "import.interrupted",
        Kind.USER,
        "The import was interrupted",
        "Run the same command again: it goes on where it stopped.",
        cause);
  }

  @Override
  public String toString() {
    return "Access[" + server + "]";
  }
}
