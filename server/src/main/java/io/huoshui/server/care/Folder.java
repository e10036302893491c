package io.huoshui.server.care;

import io.huoshui.json.Json;
import io.huoshui.json.JsonException;
import io.huoshui.server.demo.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/// A data folder as commands beside a server see it.
///
/// @param data absolute
record Folder(Path data) {
  static Folder of(Path data) {
    return new Folder(data.toAbsolutePath().normalize());
  }

  /// The one that is used when none is named.
  static Folder usual() {
    return of(Path.of(System.getProperty("huoshui.home", "."), "data"));
  }

  /// @param token good as long as that process lives
  record Server(String url, String token, long pid) {}

  /// The server that has this folder now.
  Optional<Server> server() {
    try {
      Json at = Json.parse(Files.readString(data.resolve("run/server.json")));
      var server =
          new Server(
              Scenario.text(at, "url"), Scenario.text(at, "token"), Scenario.number(at, "pid"));
      return ProcessHandle.of(server.pid()).isPresent() ? Optional.of(server) : Optional.empty();
    } catch (IOException | JsonException e) {
      // Without the file there is none; a broken one is no way in either.
      return Optional.empty();
    }
  }

  Path keyFile() {
    return data.resolve("keys/engine.key");
  }

  /// The key that is there; none is made.
  Optional<byte[]> key(Map<String, String> environment) {
    String given = environment.getOrDefault("HUOSHUI_ENGINE_KEY", "");
    return given.isBlank() ? key(keyFile()) : Optional.of(hex(given, "HUOSHUI_ENGINE_KEY"));
  }

  static Optional<byte[]> key(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(hex(Files.readString(file), file.toString()));
    } catch (IOException e) {
      throw new CareException(
          "key.unreadable",
          "The key file " + file + " can not be read: " + e.getMessage(),
          "Give whoever runs this command the right to read it.",
          e);
    }
  }

  private static byte[] hex(String text, String where) {
    try {
      byte[] key = HexFormat.of().parseHex(text.strip());
      if (key.length == 32) {
        return key;
      }
    } catch (IllegalArgumentException e) {
      // Said below, without showing the key.
    }
    throw new CareException(
        "key.malformed", where + " is no key: it has to be 64 hex digits.", "Use the right file.");
  }
}
