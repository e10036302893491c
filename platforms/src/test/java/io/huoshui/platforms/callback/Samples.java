package io.huoshui.platforms.callback;

import java.nio.file.Path;

/// Where samples of others are, beside the data sets: `HUOSHUI_DATA/../payloads`.
final class Samples {
  private Samples() {}

  static Path folder() {
    String data = System.getenv().getOrDefault("HUOSHUI_DATA", "");
    return Path.of(data.isEmpty() ? "../../data" : data)
        .resolve("../payloads")
        .toAbsolutePath()
        .normalize();
  }
}
