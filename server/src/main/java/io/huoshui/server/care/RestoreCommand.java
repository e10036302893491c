package io.huoshui.server.care;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.huoshui.engine.EngineException;
import io.huoshui.engine.Seal;
import io.huoshui.server.access.KeyFile;
import io.huoshui.server.demo.Progress;
import io.huoshui.server.records.Database;
import io.huoshui.server.records.RecordsException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// `./huoshui restore DIR`: makes a data folder of a backup. Everything is made beside, looked
/// through as the doctor does it, and only then gets its name: the folder is there whole, or not at
/// all.
public final class RestoreCommand {
  private static final int CHUNK = 1 << 20;
  private static final String HELP =
      """
      ./huoshui restore DIR [--data-dir DIR] [--key FILE]

        Checks every byte of the backup, makes the data folder from it, and looks whether log,
        checkpoint and PostgreSQL agree. Never overwrites: the data folder has to be new or empty.

        --data-dir DIR    the folder to make, ./data
        --key FILE        the key, when it is neither in the backup nor in keys/engine.key of the data
                          folder nor in HUOSHUI_ENGINE_KEY

        Exit status: 0 restored, 1 not restored, 2 the command is wrong.
      """;

  private final Path backup;
  private final Folder target;
  private final @Nullable Path keyFile;
  private final Map<String, String> environment;
  private final Steps steps;
  private final PrintStream out;

  private RestoreCommand(
      Path backup,
      Folder target,
      @Nullable Path keyFile,
      Map<String, String> environment,
      Steps steps,
      PrintStream out) {
    this.backup = backup;
    this.target = target;
    this.keyFile = keyFile;
    this.environment = environment;
    this.steps = steps;
    this.out = out;
  }

  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments), System.getenv(), System.out, System.err));
  }

  static int run(
      List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
    if (arguments.contains("--help")) {
      out.print(HELP);
      return 0;
    }
    var rest = new ArrayList<>(arguments);
    Folder folder = Folder.usual();
    Path backup = null;
    Path key = null;
    while (!rest.isEmpty()) {
      String word = rest.removeFirst();
      if (word.equals("--data-dir") && !rest.isEmpty()) {
        folder = Folder.of(Path.of(rest.removeFirst()));
      } else if (word.equals("--key") && !rest.isEmpty()) {
        key = Path.of(rest.removeFirst());
      } else if (!word.startsWith("-") && backup == null) {
        backup = Path.of(word).toAbsolutePath().normalize();
      } else {
        err.println("huoshui restore: '" + word + "' is not understood. See --help.");
        return 2;
      }
    }
    if (backup == null) {
      err.println("huoshui restore: which backup? ./huoshui restore DIR");
      return 2;
    }
    var progress = new BackupCommand.Shown(new Progress());
    try {
      new RestoreCommand(backup, folder, key, environment, progress, out).restore();
      return 0;
    } catch (CareException e) {
      progress.finish();
      err.println("huoshui restore: " + e.getMessage());
      err.println("  → " + e.next());
    } catch (RecordsException | EngineException e) {
      progress.finish();
      err.println("huoshui restore: " + e.getMessage());
    } catch (IOException e) {
      progress.finish();
      err.println("huoshui restore: the backup could not be brought back: " + e);
      err.println("  → Look after the disk of " + folder.data() + ", then restore again.");
    }
    return 1;
  }

  private void restore() throws IOException {
    Manifest manifest = Manifest.read(backup);
    byte[] key = key(manifest);
    refuseData();
    verify(manifest);
    Path making = target.data().resolveSibling(target.data().getFileName() + ".restoring");
    Backup.empty(making, true);
    Files.createDirectories(making);
    Folder made = Folder.of(making);
    if (environment.getOrDefault("HUOSHUI_ENGINE_KEY", "").isBlank()) {
      // First of all: wherever this breaks off, the key is not in one place only.
      Files.createDirectories(making.resolve("keys"));
      KeyFile.writePrivately(made.keyFile(), HexFormat.of().formatHex(key));
    }
    copy(manifest, making);
    steps.stage("恢复数据库", "bringing back PostgreSQL");
    var said = new ByteArrayOutputStream();
    int troubles;
    try (Database database = Database.open(making, environment)) {
      tables(manifest, database);
      troubles =
          Doctor.compare(
              made, database, new PrintStream(said, true, StandardCharsets.UTF_8), steps);
    }
    steps.stage("完成", "done");
    out.print(said.toString(StandardCharsets.UTF_8));
    if (troubles > 0) {
      throw new CareException(
          "restore.disagrees",
          "What was restored does not agree with itself, see above; it stays in " + making + ".",
          "Restore an older backup; please report this.");
    }
    name(making);
    tell(manifest);
  }

  private byte[] key(Manifest manifest) {
    Optional<byte[]> found = keyFile != null ? Folder.key(keyFile) : Optional.empty();
    String where = keyFile == null ? "" : keyFile.toString();
    if (keyFile != null && found.isEmpty()) {
      throw new CareException(
          "key.missing",
          "There is no key file " + keyFile + ".",
          "Name the right one: --key FILE.");
    }
    for (Path file :
        List.of(
            backup.resolve("keys/engine.key"),
            target.keyFile(),
            target
                .data()
                .resolveSibling(target.data().getFileName() + ".restoring")
                .resolve("keys/engine.key"))) {
      if (found.isEmpty()) {
        found = file.equals(target.keyFile()) ? target.key(environment) : Folder.key(file);
        where = file.toString();
      }
    }
    byte[] key =
        found.orElseThrow(
            () ->
                new CareException(
                    "key.missing",
                    "The key of the personal data is not in this backup.",
                    "Take it from where you keep it: --key FILE, or put it at "
                        + target.keyFile()
                        + ", or set HUOSHUI_ENGINE_KEY."));
    if (!manifest.opens(new Seal(key))) {
      throw new CareException(
          "key.wrong",
          "The key in "
              + where
              + " is not the one this backup was sealed with. Nothing was written.",
          "Name the key of that server: --key FILE.");
    }
    return key;
  }

  private void refuseData() throws IOException {
    Path data = target.data();
    for (String name : List.of("engine", "pg", "run", "import", "demo")) {
      Path there = data.resolve(name);
      if (Files.exists(there)) {
        throw new CareException(
            "restore.not_empty",
            data + " has data already: " + there + ". A restore overwrites nothing.",
            "Name another folder with --data-dir, or move this one away first.");
      }
    }
    if (Files.isDirectory(data)) {
      try (Stream<Path> files = Files.list(data)) {
        Optional<Path> other = files.filter(file -> !file.endsWith("keys")).findFirst();
        if (other.isPresent()) {
          throw new CareException(
              "restore.not_empty",
              data + " is not empty: " + other.get() + ".",
              "Name another folder with --data-dir, or move this one away first.");
        }
      }
    }
    if (backup.startsWith(data) || data.startsWith(backup)) {
      throw new CareException(
          "restore.inside",
          "The backup " + backup + " and the folder to make " + data + " are in one another.",
          "Name another folder with --data-dir.");
    }
  }

  private void verify(Manifest manifest) {
    steps.stage("校验备份", "checking the backup");
    long done = 0;
    for (Manifest.Part part : manifest.files()) {
      Path file = inBackup(part);
      try {
        if (!Files.isRegularFile(file)) {
          throw damaged(file, "is missing", null);
        }
        if (Files.size(file) != part.bytes()) {
          throw damaged(file, "has " + Files.size(file) + " of " + part.bytes() + " bytes", null);
        }
        MessageDigest hash = Manifest.sha256();
        try (InputStream in = Files.newInputStream(file)) {
          byte[] buffer = new byte[CHUNK];
          for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            hash.update(buffer, 0, count);
            done += count;
            steps.at(done >> 10, manifest.bytes() >> 10, "KB");
          }
        }
        if (!Manifest.hex(hash.digest()).equals(part.sha256())) {
          throw damaged(file, "is not what was written: its SHA-256 differs", null);
        }
      } catch (IOException e) {
        throw damaged(file, "can not be read: " + e.getMessage(), e);
      }
    }
  }

  private Path inBackup(Manifest.Part part) {
    Path file = backup.resolve(part.name()).normalize();
    if (!file.startsWith(backup)) {
      throw damaged(file, "is outside the backup", null);
    }
    return file;
  }

  private static CareException damaged(Path file, String how, @Nullable Exception cause) {
    return new CareException(
        "restore.damaged",
        "The backup is damaged: " + file + " " + how + ". Nothing was written.",
        "Take another copy of this backup, or an older backup.",
        cause);
  }

  private void copy(Manifest manifest, Path making) throws IOException {
    steps.stage("恢复日志", "bringing back the log");
    Backup.folder(making.resolve("engine"));
    long done = 0;
    for (Manifest.Part part : manifest.files()) {
      if (!part.name().startsWith("engine/")) {
        continue;
      }
      Path to = making.resolve(part.name()).normalize();
      Backup.folder(Backup.parent(to));
      try (FileChannel in = FileChannel.open(inBackup(part), StandardOpenOption.READ);
          FileChannel file =
              FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
        while (in.read(buffer) >= 0) {
          buffer.flip();
          done += buffer.remaining();
          while (buffer.hasRemaining()) {
            file.write(buffer);
          }
          buffer.clear();
          steps.at(done >> 10, manifest.bytes() >> 10, "KB");
        }
        file.force(true);
      }
    }
  }

  private void tables(Manifest manifest, Database database) throws IOException {
    try (Connection connection =
        DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password())) {
      refuseTables(connection, database);
      migrate(manifest, database);
      connection.setAutoCommit(false);
      Tables.empty(connection, manifest.tables());
      for (Tables.Table table : manifest.tables()) {
        Path file = backup.resolve("pg/" + table.name() + ".copy.gz");
        try (InputStream in =
            new GZIPInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
          long rows = Tables.copyIn(connection, table, in);
          if (rows != table.rows()) {
            throw new CareException(
                "restore.damaged",
                file + " has " + rows + " rows, the manifest says " + table.rows() + ".",
                "Take another copy of this backup, or an older backup.");
          }
        }
      }
      for (Tables.Sequence sequence : manifest.sequences()) {
        Tables.set(connection, sequence);
      }
      connection.commit();
    } catch (SQLException e) {
      throw new CareException(
          "restore.records_failed",
          "PostgreSQL did not take the backup: " + e.getMessage(),
          "Please report this; the backup itself is whole.",
          e);
    }
  }

  /// One that is not ours may be in use.
  private static void refuseTables(Connection connection, Database database) throws SQLException {
    try (var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "select count(*) from pg_tables where schemaname = current_schema()")) {
      row.next();
      if (row.getInt(1) > 0) {
        throw new CareException(
            "restore.not_empty",
            "The database at "
                + database.jdbcUrl()
                + " has "
                + row.getInt(1)
                + " tables. A restore overwrites nothing.",
            "Name an empty one in HUOSHUI_DB_URL, or unset it.");
      }
    }
  }

  private static void migrate(Manifest manifest, Database database) {
    if (LoggerFactory.getLogger("org.flywaydb") instanceof Logger flyway) {
      // What it does is told as one step; its own lines would go between.
      flyway.setLevel(Level.WARN);
    }
    try {
      Flyway flyway =
          Flyway.configure()
              .dataSource(database.jdbcUrl(), database.user(), database.password())
              .target(manifest.schema())
              .load();
      flyway.migrate();
      var current = flyway.info().current();
      if (current != null && String.valueOf(current.getVersion()).equals(manifest.schema())) {
        return;
      }
    } catch (FlywayException e) {
      throw newer(manifest, e);
    }
    throw newer(manifest, null);
  }

  private static CareException newer(Manifest manifest, @Nullable Exception cause) {
    return new CareException(
        "restore.other_schema",
        "The backup's tables are of schema "
            + manifest.schema()
            + ", made by Huoshui "
            + manifest.version()
            + "; this one ("
            + Manifest.VERSION
            + ") does not know that schema.",
        "Restore it with the version that made it, or a newer one.",
        cause);
  }

  /// Only now it is the data folder. An empty one, or one with the key alone, makes room.
  private void name(Path making) throws IOException {
    Path data = target.data();
    Path before = data.resolveSibling(data.getFileName() + ".before");
    if (Files.exists(data)) {
      Files.move(data, before, StandardCopyOption.ATOMIC_MOVE);
    }
    Files.move(making, data, StandardCopyOption.ATOMIC_MOVE);
    Backup.empty(before, true);
  }

  private void tell(Manifest manifest) {
    out.printf(
        Locale.ROOT,
        "恢复完成 · restored: %s%n  taken %s; %,d records up to %s, %,d events, %,d people, %d tables"
            + " with %,d rows%n  启动 · start: ./huoshui serve --data-dir %s --zone %s%n",
        target.data(),
        manifest.taken(),
        manifest.record(),
        manifest.now(),
        manifest.events(),
        manifest.people(),
        manifest.tables().size(),
        manifest.tables().stream().mapToLong(Tables.Table::rows).sum(),
        target.data(),
        manifest.zone());
  }
}
