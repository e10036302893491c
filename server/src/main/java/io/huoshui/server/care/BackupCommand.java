package io.huoshui.server.care;

import io.huoshui.engine.EngineException;
import io.huoshui.engine.Inspection;
import io.huoshui.engine.Seal;
import io.huoshui.json.Json;
import io.huoshui.server.demo.Progress;
import io.huoshui.server.demo.Scenario;
import io.huoshui.server.records.Database;
import io.huoshui.server.records.RecordsException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// `./huoshui backup DIR`: asks the running server for a backup, or makes one of a folder that no
/// server has.
public final class BackupCommand {
  private static final String HELP =
      """
      ./huoshui backup DIR [--data-dir DIR] [--with-key] [--no-checkpoint]

        One consistent backup into a new or empty folder, while the server runs or without it.

        --data-dir DIR    the folder to back up, ./data
        --with-key        the key of the personal data too: whoever has this backup can read all of it
        --no-checkpoint   smaller; a restored server then reads its whole log once

        Exit status: 0 made, 1 not made, 2 the command is wrong. Back: ./huoshui restore DIR
      """;

  private BackupCommand() {}

  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments), System.out, System.err));
  }

  static int run(List<String> arguments, PrintStream out, PrintStream err) {
    if (arguments.contains("--help")) {
      out.print(HELP);
      return 0;
    }
    var rest = new ArrayList<>(arguments);
    Folder folder = Folder.usual();
    boolean key = false;
    boolean checkpoint = true;
    Path target = null;
    while (!rest.isEmpty()) {
      String word = rest.removeFirst();
      if (word.equals("--with-key")) {
        key = true;
      } else if (word.equals("--no-checkpoint")) {
        checkpoint = false;
      } else if (word.equals("--data-dir") && !rest.isEmpty()) {
        folder = Folder.of(Path.of(rest.removeFirst()));
      } else if (!word.startsWith("-") && target == null) {
        target = Path.of(word).toAbsolutePath().normalize();
      } else {
        err.println("huoshui backup: '" + word + "' is not understood. See --help.");
        return 2;
      }
    }
    if (target == null) {
      err.println("huoshui backup: into which folder? ./huoshui backup DIR");
      return 2;
    }
    var progress = new Shown(new Progress());
    try {
      make(folder, target, new Backup.With(key, checkpoint), progress);
      progress.finish();
      tell(target, out);
      return 0;
    } catch (CareException e) {
      progress.finish();
      err.println("huoshui backup: " + e.getMessage());
      err.println("  → " + e.next());
      return 1;
    } catch (RecordsException | EngineException | IllegalArgumentException e) {
      progress.finish();
      err.println("huoshui backup: " + e.getMessage());
      return 1;
    }
  }

  private static void make(Folder folder, Path target, Backup.With with, Steps steps) {
    if (!Files.isDirectory(folder.data().resolve("engine/log"))) {
      throw new CareException(
          "backup.nothing",
          folder.data() + " has no log: there is nothing to back up.",
          "Name the right folder with --data-dir.");
    }
    Folder.Server server = folder.server().orElse(null);
    if (server == null) {
      directly(folder, target, with, steps);
    } else {
      ask(server, target, with, steps);
    }
  }

  private static void ask(Folder.Server server, Path target, Backup.With with, Steps steps) {
    var request =
        HttpRequest.newBuilder(URI.create(server.url() + "/api/v1/backups"))
            .header("Authorization", "Bearer " + server.token())
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(with.json(target).write()))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<Stream<String>> response =
          http.send(request, HttpResponse.BodyHandlers.ofLines());
      Json last = new Json.Null();
      try (Stream<String> lines = response.body()) {
        for (Iterator<String> line = lines.iterator(); line.hasNext(); ) {
          last = Json.parse(line.next());
          if (!Scenario.text(last, "en").isEmpty()) {
            steps.stage(Scenario.text(last, "zh"), Scenario.text(last, "en"));
          } else if (!Scenario.text(last, "unit").isEmpty()) {
            steps.at(
                Scenario.number(last, "done"),
                Scenario.number(last, "all"),
                Scenario.text(last, "unit"));
          }
        }
      }
      if (!Scenario.text(last, "code").isEmpty()) {
        throw new CareException(
            Scenario.text(last, "code"),
            Scenario.text(last, "detail"),
            Scenario.text(last, "next"));
      }
      if (!(last instanceof Json.Obj object && object.get("manifest") instanceof Json.Obj)) {
        throw broken(server, "it stopped in the middle", null);
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      throw broken(server, String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw broken(server, "interrupted", e);
    }
  }

  private static CareException broken(
      Folder.Server server, String why, @org.jspecify.annotations.Nullable Exception cause) {
    return new CareException(
        "backup.broken_off",
        "The server at "
            + server.url()
            + " (process "
            + server.pid()
            + ") did not finish the backup: "
            + why
            + ". Without a manifest.json it is none.",
        "See ./huoshui doctor, then take it again into another folder.",
        cause);
  }

  private static void directly(Folder folder, Path target, Backup.With with, Steps steps) {
    byte[] key =
        folder
            .key(System.getenv())
            .orElseThrow(
                () ->
                    new CareException(
                        "key.missing",
                        "There is a log but no " + folder.keyFile() + ".",
                        "Put the key back, or set HUOSHUI_ENGINE_KEY: without it nobody can read"
                            + " the log, nor a backup of it."));
    try (var inspection = Inspection.of(folder.data().resolve("engine"), new Seal(key));
        Database database = Database.open(folder.data(), System.getenv());
        var connection =
            DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password())) {
      new Backup(folder.data(), target, key, connection, steps)
          .make(
              with,
              look -> {
                look.run();
                steps.stage("通读日志", "reading the log");
                return inspection.stand(
                    reading -> steps.at(Math.round(reading.share() * 100), 100, "%"));
              });
    } catch (SQLException e) {
      throw new CareException(
          "backup.records_failed",
          "PostgreSQL could not be read for the backup: " + e.getMessage(),
          "./huoshui doctor says what is wrong.",
          e);
    }
  }

  private static void tell(Path target, PrintStream out) {
    Manifest made = Manifest.read(target);
    out.printf(
        Locale.ROOT,
        "备份完成 · backup made: %s%n  %,d records up to %s, %,d events, %,d people, %d tables, %,d KB"
            + " in %d files%n",
        target,
        made.record(),
        made.now(),
        made.events(),
        made.people(),
        made.tables().size(),
        made.bytes() >> 10,
        made.files().size() + 1);
    out.println(
        made.withKey()
            ? "  ! 备份中含密钥：持有此备份者可读取全部个人数据 · the key is in it: whoever has this backup can read"
                + " everything"
            : "  ! 备份中不含密钥，请另行保存 data/keys/engine.key，没有它备份无法恢复 · the key is NOT in it: keep a copy"
                + " of keys/engine.key elsewhere; without it nobody can restore this");
    out.println("  恢复 · back: ./huoshui restore " + target);
  }

  /// Steps on the terminal.
  static final class Shown implements Steps {
    private final Progress progress;

    Shown(Progress progress) {
      this.progress = progress;
    }

    @Override
    public void stage(String zh, String en) {
      progress.stage(zh, en);
    }

    @Override
    public void at(long done, long all, String unit) {
      progress.at(done, all, unit);
    }

    void finish() {
      progress.finish();
    }
  }
}
