package io.huoshui.server.care;

import io.huoshui.engine.Engine;
import io.huoshui.engine.EngineException;
import io.huoshui.engine.SegmentLog;
import io.huoshui.json.Json;
import io.huoshui.server.Settings;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.KeyFile;
import io.huoshui.server.access.Problem;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// Backups of the running server, and where its log is, for the doctor beside it. Only commands on
/// this machine may ask: the answer is written into a folder of this machine.
@RestController
class BackupResource {
  private final Engine engine;
  private final DataSource records;
  private final Settings settings;
  private final Audit audit;
  private final ReentrantLock one = new ReentrantLock();

  BackupResource(Engine engine, DataSource records, Settings settings, Audit audit) {
    this.engine = engine;
    this.records = records;
    this.settings = settings;
    this.audit = audit;
  }

  /// @param withKey the key too; not when nothing is said
  /// @param checkpoint the newest one too; also when nothing is said
  record Wish(String dir, @Nullable Boolean withKey, @Nullable Boolean checkpoint) {}

  /// Makes a backup and tells how far it is, a JSON object per line. The last line has `manifest`,
  /// or `code`, `detail` and `next`.
  @PostMapping("/api/v1/backups")
  void make(@RequestBody Wish wish, HttpServletResponse response) throws IOException {
    onlyHere();
    if (wish.dir() == null || !Path.of(wish.dir()).isAbsolute()) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_folder", "Say where the backup goes.")
          .at("dir", String.valueOf(wish.dir()), "an absolute path of this machine")
          .thrown();
    }
    if (!one.tryLock()) {
      throw Problem.of(HttpStatus.CONFLICT, "backup_under_way", "Another backup is being made.")
          .next("Wait until it is done.")
          .thrown();
    }
    try (Connection connection = records.getConnection()) {
      audit.record("backup", wish.dir());
      response.setContentType("application/x-ndjson;charset=UTF-8");
      var lines = new Lines(response.getWriter());
      try {
        Manifest made =
            new Backup(
                    settings.dataDir(),
                    Path.of(wish.dir()).normalize(),
                    KeyFile.read(settings.dataDir().resolve("keys/engine.key")),
                    connection,
                    lines)
                .make(
                    new Backup.With(
                        Boolean.TRUE.equals(wish.withKey()),
                        !Boolean.FALSE.equals(wish.checkpoint())),
                    engine::stand);
        lines.write(
            Json.object(
                "manifest",
                Json.object(
                    "record", Json.of(made.record()),
                    "events", Json.of(made.events()),
                    "people", Json.of(made.people()))));
      } catch (CareException e) {
        lines.write(
            Json.object(
                "code", Json.of(e.code()),
                "detail", Json.of(String.valueOf(e.getMessage())),
                "next", Json.of(e.next())));
      } catch (EngineException e) {
        lines.write(
            Json.object(
                "code", Json.of("backup.engine"),
                "detail", Json.of(String.valueOf(e.getMessage())),
                "next", Json.of("./huoshui doctor says what is wrong.")));
      }
    } catch (SQLException e) {
      throw new IllegalStateException("The database gives no connection", e);
    } finally {
      one.unlock();
    }
  }

  /// @param next the number of the first record that is not there
  record LogExtent(long next, List<Long> segments, long end) {}

  @GetMapping("/api/v1/log")
  LogExtent log() {
    onlyHere();
    try (var standing = engine.stand(() -> {})) {
      SegmentLog.Extent extent = standing.extent();
      return new LogExtent(extent.next(), extent.segments(), extent.end());
    }
  }

  private void onlyHere() {
    if (!audit.who().equals("local")) {
      throw Problem.of(
              HttpStatus.FORBIDDEN, "only_here", "Only a command on the server's machine may ask.")
          .next("Run ./huoshui backup DIR there.")
          .thrown();
    }
  }

  /// Lines of progress to whoever asked.
  private static final class Lines implements Steps {
    private static final long PAUSE_NANOS = 100_000_000L;
    private final PrintWriter out;
    private long last;

    Lines(PrintWriter out) {
      this.out = out;
    }

    void write(Json line) {
      out.write(line.write() + "\n");
      out.flush();
    }

    @Override
    public void stage(String zh, String en) {
      write(Json.object("zh", Json.of(zh), "en", Json.of(en)));
    }

    @Override
    public void at(long done, long all, String unit) {
      long now = System.nanoTime();
      if (now - last >= PAUSE_NANOS || done == all) {
        last = now;
        write(Json.object("done", Json.of(done), "all", Json.of(all), "unit", Json.of(unit)));
      }
    }
  }
}
