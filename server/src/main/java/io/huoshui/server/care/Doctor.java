package io.huoshui.server.care;

import io.huoshui.engine.Engine;
import io.huoshui.engine.EngineException;
import io.huoshui.engine.Inspection;
import io.huoshui.engine.Seal;
import io.huoshui.engine.SegmentLog;
import io.huoshui.json.Json;
import io.huoshui.json.JsonException;
import io.huoshui.server.demo.Progress;
import io.huoshui.server.demo.Scenario;
import io.huoshui.server.loyalty.CouponLedger;
import io.huoshui.server.records.Database;
import io.huoshui.server.records.PostgresServer;
import io.huoshui.server.records.RecordsException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `./huoshui doctor`: is this machine, and is this data folder, well? Looks only; changes nothing.
public final class Doctor {
  private static final long LEAST_FREE = 2L << 30;
  private static final String HELP =
      """
      ./huoshui doctor [--data-dir DIR] [--mend]

        Says in plain words whether this machine and this data folder are well, and whether log,
        checkpoint and PostgreSQL agree. It reads everything and changes nothing; a server may run.
        --mend   where coupon rows are missing: has the next start read them from the log again

        Exit status: 0 well, 1 something to do.
      """;

  private final Folder folder;
  private final Path data;
  private final boolean mend;
  private final PrintStream out;
  private final Steps steps;
  private int troubles;

  private Doctor(Folder folder, boolean mend, PrintStream out, Steps steps) {
    this.folder = folder;
    this.data = folder.data();
    this.mend = mend;
    this.out = out;
    this.steps = steps;
  }

  public static void main(String[] arguments) {
    List<String> given = List.of(arguments);
    if (given.contains("--help")) {
      System.out.print(HELP);
      return;
    }
    var rest = new ArrayList<>(given);
    boolean mend = rest.remove("--mend");
    Folder folder = Folder.usual();
    if (rest.size() == 2 && rest.getFirst().equals("--data-dir")) {
      folder = Folder.of(Path.of(rest.getLast()));
    } else if (!rest.isEmpty()) {
      System.err.println(
          "huoshui doctor: unknown or incomplete option "
              + rest
              + ". Known: --data-dir DIR, --mend.");
      System.exit(2);
    }
    var progress = new BackupCommand.Shown(new Progress());
    int troubles = examine(folder, mend, System.out, progress);
    progress.finish();
    System.exit(troubles == 0 ? 0 : 1);
  }

  /// Looks through everything.
  ///
  /// @return how many things there are to do
  static int examine(Folder folder, boolean mend, PrintStream out, Steps steps) {
    var doctor = new Doctor(folder, mend, out, steps);
    doctor.examine();
    return doctor.troubles;
  }

  /// Looks at what has to agree, and not at the machine.
  ///
  /// @return how many things there are to do
  static int compare(Folder folder, Database records, PrintStream out, Steps steps) {
    var doctor = new Doctor(folder, false, out, steps);
    doctor.contents(Optional.empty(), records);
    return doctor.troubles;
  }

  private void examine() {
    out.println("活水 doctor · " + data);
    machine();
    if (!Files.isDirectory(data)) {
      well("数据目录 data folder", "not there yet; ./huoshui serve makes it");
      return;
    }
    disk();
    key();
    Optional<Folder.Server> server = running();
    contents(server, null);
    out.println(
        troubles == 0
            ? "一切正常 · All well."
            : troubles + " 项需要处理 · " + troubles + " thing(s) to do.");
  }

  private void well(String what, String words) {
    out.printf("  ✓ %-28s %s%n", what, words);
  }

  private void trouble(String what, String words, String next) {
    troubles++;
    out.printf("  ✗ %-28s %s%n      → %s%n", what, words, next);
  }

  private void machine() {
    int feature = Runtime.version().feature();
    if (feature == 25) {
      well("Java", Runtime.version().toString());
    } else {
      trouble(
          "Java",
          "this is " + feature + ", Huoshui runs on 25",
          "Start it with ./huoshui, which finds JDK 25.");
    }
    long memory =
        ((com.sun.management.OperatingSystemMXBean)
                java.lang.management.ManagementFactory.getOperatingSystemMXBean())
            .getTotalMemorySize();
    String cores = Runtime.getRuntime().availableProcessors() + " cores, " + (memory >> 30) + " GB";
    if (memory >= 2L << 30) {
      well("机器 machine", cores);
    } else {
      trouble(
          "机器 machine",
          cores,
          "A hundred thousand customers need about 1 GB; give this machine 2 GB.");
    }
  }

  private void disk() {
    try {
      long free = Files.getFileStore(data).getUsableSpace();
      String words = String.format(Locale.ROOT, "%,d MB free", free >> 20);
      if (free >= LEAST_FREE) {
        well("磁盘 disk", words);
      } else {
        trouble("磁盘 disk", words, "Free some space: when the disk is full, no events are taken.");
      }
      long[] nanos = new long[20];
      Path probe = Files.createTempFile(data, "doctor", ".probe");
      try (FileChannel file = FileChannel.open(probe, StandardOpenOption.WRITE)) {
        for (int i = 0; i < nanos.length; i++) {
          long began = System.nanoTime();
          file.write(ByteBuffer.allocate(4096));
          file.force(false);
          nanos[i] = System.nanoTime() - began;
        }
      } finally {
        Files.deleteIfExists(probe);
      }
      Arrays.sort(nanos);
      double median = nanos[nanos.length / 2] / 1e6;
      String sync = String.format(Locale.ROOT, "%.2f ms median of 20 synced 4 KB writes", median);
      if (median <= 20) {
        well("fsync", sync);
      } else {
        trouble("fsync", sync, "Every ack waits for this. Use a local SSD for " + data + ".");
      }
    } catch (IOException e) {
      trouble(
          "磁盘 disk",
          "can not write in " + data + ": " + e.getMessage(),
          "Give the user who runs Huoshui the right to write there.");
    }
  }

  private void key() {
    Path file = data.resolve("keys/engine.key");
    if (!Files.exists(file)) {
      if (Files.isDirectory(data.resolve("engine/log"))
          && System.getenv("HUOSHUI_ENGINE_KEY") == null) {
        trouble(
            "密钥 key",
            "there is a log but no " + file,
            "Restore the key file from its backup: without it the log can not be read.");
      } else {
        well("密钥 key", "from the environment, or made at the first start");
      }
      return;
    }
    try {
      Set<PosixFilePermission> rights = Files.getPosixFilePermissions(file);
      boolean open =
          rights.contains(PosixFilePermission.GROUP_READ)
              || rights.contains(PosixFilePermission.OTHERS_READ);
      if (open) {
        trouble("密钥 key", file + " can be read by others", "chmod 600 " + file);
      } else {
        well("密钥 key", "private; keep a copy of it somewhere else");
      }
    } catch (IOException | UnsupportedOperationException e) {
      well("密钥 key", "there");
    }
  }

  private Optional<Folder.Server> running() {
    Optional<Folder.Server> found = folder.server();
    if (found.isEmpty()) {
      if (Files.exists(data.resolve("run/server.json"))) {
        well("服务 server", "not running (the last one did not stop cleanly; nothing acked is lost)");
      }
      return found;
    }
    Folder.Server server = found.get();
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> health = get(http, server, "/health");
      String words = "running at " + server.url() + ", pid " + server.pid() + ": " + health.body();
      if (health.statusCode() == 200) {
        well("服务 server", words);
      } else {
        trouble("服务 server", words, "Read its last log lines, then restart it.");
      }
    } catch (IOException e) {
      trouble("服务 server", "does not answer: " + e.getMessage(), "Restart it: ./huoshui serve.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return found;
  }

  private static HttpResponse<String> get(HttpClient http, Folder.Server server, String path)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(server.url() + path))
            .header("Authorization", "Bearer " + server.token())
            .timeout(Duration.ofSeconds(30))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /// Log, checkpoint and records, and whether they agree.
  private void contents(Optional<Folder.Server> server, @Nullable Database opened) {
    if (!Files.isDirectory(data.resolve("engine/log"))) {
      well("日志 log", "none yet");
      return;
    }
    // The records first: whatever they follow is in a log that is looked at later.
    try (Records records = records(server, opened)) {
      Inspection.Found found = engine(server);
      if (records != null && found != null) {
        agree(records.connection, found);
      }
    } catch (SQLException e) {
      trouble(
          "数据库 records",
          "PostgreSQL does not answer: " + e.getMessage(),
          "Restart the server; if it stays so, read pg/log in the data folder.");
    }
  }

  /// The log from the first record to the last, and the checkpoint beside it.
  private Inspection.@Nullable Found engine(Optional<Folder.Server> server) {
    try {
      byte[] key =
          folder
              .key(System.getenv())
              .orElseThrow(
                  () ->
                      new CareException(
                          "key.missing",
                          "the key is not there: " + folder.keyFile(),
                          "Restore data/keys/engine.key from where you keep it."));
      try (Inspection inspection = inspection(server, new Seal(key))) {
        Inspection.Found found = log(inspection);
        erasures(found);
        checkpoint(inspection);
        return found;
      }
    } catch (CareException e) {
      trouble("日志 log", String.valueOf(e.getMessage()), e.next());
    } catch (EngineException e) {
      trouble(
          "日志 log",
          String.valueOf(e.getMessage()),
          switch (e.code()) {
            case BASE_DAMAGED ->
                "Do not write to this folder by hand. If a server runs on it, or starts, its"
                    + " checkpoint is good: POST /api/v1/erasures/clean makes a new base of it."
                    + " Else ./huoshui restore BACKUP --data-dir NEW.";
            case LOG_DAMAGED, WRONG_KEY ->
                "Do not write to this folder; restore the last backup beside it and compare.";
            default -> "Follow the message above.";
          });
    }
    return null;
  }

  private Inspection inspection(Optional<Folder.Server> server, Seal seal) {
    Path engine = data.resolve("engine");
    if (server.isEmpty()) {
      return Inspection.of(engine, seal);
    }
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = get(http, server.get(), "/api/v1/log");
      Json extent = Json.parse(answer.body());
      if (answer.statusCode() != 200) {
        throw new IOException(answer.body());
      }
      var segments = new ArrayList<Long>();
      for (Json segment : Scenario.list(extent, "segments")) {
        segments.add(segment instanceof Json.Num(var number) ? number.longValue() : 0L);
      }
      return Inspection.beside(
          engine,
          seal,
          new SegmentLog.Extent(
              Scenario.number(extent, "next"), segments, Scenario.number(extent, "end")));
    } catch (IOException | JsonException e) {
      throw new CareException(
          "doctor.no_answer",
          "the running server does not say where its log is: " + e.getMessage(),
          "Stop it and run the doctor again: then it looks by itself.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CareException("doctor.interrupted", "interrupted", "Run it again.", e);
    }
  }

  private Inspection.Found log(Inspection inspection) {
    long began = System.nanoTime();
    steps.stage("通读日志", "reading the log");
    Inspection.Found found = inspection.readLog(this::reading);
    well(
        "日志 log",
        String.format(
            Locale.ROOT,
            "%,d records%s, %,d events, %,d people up to %s, every checksum holds (%.1f s)%s",
            found.records(),
            found.first() == 1
                ? ""
                : String.format(Locale.ROOT, " (those before %,d as the base)", found.first()),
            found.events(),
            found.people(),
            found.now(),
            (System.nanoTime() - began) / 1e9,
            found.torn() == 0
                ? ""
                : "; a crash left "
                    + found.torn()
                    + " bytes of a write that was never acked, the next start cuts them"));
    return found;
  }

  private void erasures(Inspection.Found found) {
    String what = "个人信息删除 erasure";
    if (found.waiting() == 0) {
      well(what, "nobody who was erased is in these files");
    } else {
      well(
          what,
          found.waiting()
              + " erased, the first at "
              + found.waitingSince()
              + ", wait for a cleaning; POST /api/v1/erasures/clean does it now");
    }
  }

  private void reading(Engine.Reading reading) {
    steps.at(Math.round(reading.share() * 100), 100, "%");
  }

  private void checkpoint(Inspection inspection) {
    String what = "检查点 checkpoint";
    String again =
        "It is derived: stop the server, delete engine/state, engine/ids and engine/columns in "
            + data
            + ", and start it; everything is made again from the log and its base.";
    steps.stage("比对检查点", "comparing the checkpoint");
    switch (inspection.compareCheckpoint(this::reading)) {
      case Inspection.Compared.None() -> well(what, "none yet; a start reads the whole log");
      case Inspection.Compared.Same(long record, int blocks, long tail) ->
          well(
              what,
              String.format(
                  Locale.ROOT,
                  "of record %,d with %,d blocks and %,d records after it says what the log says",
                  record,
                  blocks,
                  tail));
      case Inspection.Compared.Damaged(String why) -> trouble(what, why, again);
      case Inspection.Compared.Differs(long record, String kind, String inLog, String other) ->
          trouble(
              what,
              "of record "
                  + record
                  + " differs from the log, first in a "
                  + kind
                  + ": the log says <"
                  + inLog
                  + ">, the checkpoint <"
                  + other
                  + ">",
              again + " Please report this.");
      case Inspection.Compared.Ahead(long record, long last) ->
          trouble(
              what,
              "was made after record "
                  + record
                  + ", but the log ends with record "
                  + last
                  + ": the end of the log is gone",
              "Do not start the server on it; restore the last backup beside it and compare.");
    }
  }

  /// A way into PostgreSQL that sees one moment.
  private record Records(Connection connection, @Nullable Database mine) implements AutoCloseable {
    @Override
    public void close() throws SQLException {
      try (mine) {
        connection.close();
      }
    }
  }

  private @Nullable Records records(Optional<Folder.Server> server, @Nullable Database opened)
      throws SQLException {
    String what = "数据库 records";
    String outside = System.getenv().getOrDefault("HUOSHUI_DB_URL", "");
    if (opened == null && !Files.isDirectory(data.resolve("pg/cluster")) && outside.isBlank()) {
      trouble(
          what,
          "there is a log, but no PostgreSQL beside it in " + data.resolve("pg"),
          "Sources, keys and the audit are in it: restore the last backup beside this folder. A"
              + " start makes an empty one; definitions and coupons come back from the log.");
      return null;
    }
    try {
      Database database =
          opened != null
              ? opened
              : server.isPresent() && outside.isBlank()
                  ? PostgresServer.beside(data)
                  : Database.open(data, System.getenv());
      Connection connection =
          DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
      Tables.begin(connection);
      Tables.look(connection);
      well(what, "PostgreSQL answers: " + database.jdbcUrl());
      return new Records(connection, opened == null ? database : null);
    } catch (RecordsException e) {
      trouble(what, String.valueOf(e.getMessage()), "Follow the message above.");
      return null;
    }
  }

  private void agree(Connection connection, Inspection.Found found) throws SQLException {
    Tables.list(connection);
    List<String> differ = DefinitionRows.differences(connection, found.definitions());
    if (differ.isEmpty()) {
      well("定义 definitions", found.definitions().size() + " in force, each as PostgreSQL has it");
    } else {
      trouble(
          "定义 definitions",
          differ.size() + " differ between log and PostgreSQL: " + String.join("; ", differ),
          "The log is in force. What PostgreSQL lacks is written by the next start of the server;"
              + " what only PostgreSQL has was never in force: publish it again.");
    }
    CouponLedger.Compared coupons = CouponLedger.compare(connection, found.occurrences());
    if (coupons.ok()) {
      well(
          "优惠券 coupons",
          String.format(
              Locale.ROOT,
              "%,d rows worth %,d fen, %,d redeemed (%,d not yet told to the log), as the log says"
                  + " up to event %,d of %,d",
              coupons.rows(),
              coupons.issuedFen(),
              coupons.redeemed(),
              coupons.untold(),
              coupons.follows(),
              coupons.follows() + coupons.behind()));
    } else {
      trouble(
          "优惠券 coupons",
          coupons.wrongs() + " differ from the log: " + String.join("; ", coupons.wrong()),
          mended(connection));
    }
  }

  /// @return what to do next about coupon rows
  private String mended(Connection connection) throws SQLException {
    String rest =
        " Rows that the log does not know, or that say something else, come from elsewhere: compare"
            + " with the last backup.";
    if (!mend) {
      return "Rows follow the log: stop the server and run ./huoshui doctor --mend; the next start"
          + " then writes what is missing."
          + rest;
    }
    if (folder.server().isPresent()) {
      return "Nothing was mended, because the server runs: stop it and run this again." + rest;
    }
    connection.rollback();
    connection.setReadOnly(false);
    try (var statement = connection.createStatement()) {
      statement.execute("delete from follows where name = 'coupon'");
    }
    connection.commit();
    return "The next start reads the coupons from the log again and writes what is missing." + rest;
  }
}
