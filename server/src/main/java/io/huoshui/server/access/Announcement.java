package io.huoshui.server.access;

import io.huoshui.json.Json;
import io.huoshui.server.Settings;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.stereotype.Component;

/// `data/run/server.json`: how commands on this machine find the running server. Only the owner
/// reads it, and its token dies with the process.
@Component
public class Announcement {
  private final Access access;
  private final Path file;

  Announcement(Access access, Settings settings) {
    this.access = access;
    this.file = settings.dataDir().resolve("run/server.json");
  }

  public void announce(String url) {
    try {
      Files.createDirectories(file.getParent());
      KeyFile.writePrivately(
          file,
          Json.object(
                  "url", Json.of(url),
                  "token", Json.of(access.localToken()),
                  "pid", Json.of(ProcessHandle.current().pid()))
              .write());
    } catch (IOException e) {
      throw new UncheckedIOException("Can not write " + file, e);
    }
  }

  @PreDestroy
  void forget() throws IOException {
    Files.deleteIfExists(file);
  }
}
