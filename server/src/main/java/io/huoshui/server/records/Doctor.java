package io.huoshui.server.records;

import io.huoshui.engine.Engine;
import io.huoshui.engine.EngineException;
import io.huoshui.engine.Seal;
import io.huoshui.json.Json;
import io.huoshui.json.JsonException;
import java.io.IOException;
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
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// `./huoshui doctor`: is this machine, and is this data folder, well? Looks only; changes nothing.
public final class Doctor {
  private static final long LEAST_FREE = 2L << 30;
  private static final String HELP =
      """
      ./huoshui doctor [--data-dir DIR]

        Says in plain words whether this machine and this data folder are well.
        Exit status: 0 well, 1 something to do.
      """;

  private final Path data;
  private int troubles;

  private Doctor(Path data) {
    this.data = data;
  }

  public static void main(String[] arguments) {
    List<String> given = List.of(arguments);
    if (given.contains("--help")) {
      System.out.print(HELP);
      return;
    }
    String home = System.getProperty("huoshui.home", ".");
    int at = given.indexOf("--data-dir");
    if ((at >= 0 && at + 1 == given.size()) || (at < 0 && !given.isEmpty())) {
      System.err.println(
          "huoshui doctor: unknown or incomplete option " + given + ". Known: --data-dir DIR.");
      System.exit(2);
    }
    var doctor =
        new Doctor(
            Path.of(at < 0 ? home + "/data" : given.get(at + 1)).toAbsolutePath().normalize());
    doctor.examine();
    System.exit(doctor.troubles == 0 ? 0 : 1);
  }

  private void examine() {
    System.out.println("活水 doctor · " + data);
    machine();
    if (!Files.isDirectory(data)) {
      well("数据目录 data folder", "not there yet; ./huoshui serve makes it");
      return;
    }
    disk();
    key();
    if (!running()) {
      log();
      database();
    }
    System.out.println(
        troubles == 0
            ? "一切正常 · All well."
            : troubles + " 项需要处理 · " + troubles + " thing(s) to do.");
  }

  private void well(String what, String words) {
    System.out.printf("  ✓ %-28s %s%n", what, words);
  }

  private void trouble(String what, String words, String next) {
    troubles++;
    System.out.printf("  ✗ %-28s %s%n      → %s%n", what, words, next);
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

  private boolean running() {
    Path file = data.resolve("run/server.json");
    if (!Files.exists(file)) {
      return false;
    }
    try {
      Json at = Json.parse(Files.readString(file));
      long pid =
          at instanceof Json.Obj o && o.get("pid") instanceof Json.Num(var n) ? n.longValue() : -1;
      String url =
          at instanceof Json.Obj o && o.get("url") instanceof Json.Str(String text) ? text : "";
      if (ProcessHandle.of(pid).isEmpty()) {
        well(
            "服务 server",
            "not running (the last one, pid "
                + pid
                + ", did not stop cleanly; nothing acked is lost)");
        return false;
      }
      try (HttpClient http = HttpClient.newHttpClient()) {
        HttpResponse<String> health =
            http.send(
                HttpRequest.newBuilder(URI.create(url + "/health"))
                    .timeout(Duration.ofSeconds(5))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        String words = "running at " + url + ", pid " + pid + ": " + health.body();
        if (health.statusCode() == 200) {
          well("服务 server", words);
        } else {
          trouble("服务 server", words, "Read its last log lines, then restart it.");
        }
      }
      return true;
    } catch (IOException | JsonException e) {
      trouble("服务 server", "does not answer: " + e.getMessage(), "Restart it: ./huoshui serve.");
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /// Reads the whole log: every record opens, none is missing, every one applies.
  private void log() {
    Path folder = data.resolve("engine");
    if (!Files.isDirectory(folder)) {
      well("日志 log", "none yet");
      return;
    }
    try {
      Path file = data.resolve("keys/engine.key");
      String given = System.getenv().getOrDefault("HUOSHUI_ENGINE_KEY", "");
      byte[] key =
          HexFormat.of().parseHex(given.isBlank() ? Files.readString(file).strip() : given.strip());
      long began = System.nanoTime();
      Engine.Verified verified = Engine.verify(folder, new Seal(key));
      well(
          "日志 log",
          String.format(
              Locale.ROOT,
              "%,d records, %,d events, %,d people up to %s, every checksum holds (%.1f s)%s",
              verified.records(),
              verified.events(),
              verified.people(),
              verified.now(),
              (System.nanoTime() - began) / 1e9,
              verified.torn() == 0
                  ? ""
                  : "; a crash left "
                      + verified.torn()
                      + " bytes of a write that was never acked, the next start cuts them"));
    } catch (IOException | IllegalArgumentException e) {
      trouble(
          "日志 log",
          "the key can not be read: " + e.getMessage(),
          "Restore data/keys/engine.key from its backup.");
    } catch (EngineException e) {
      trouble(
          "日志 log",
          String.valueOf(e.getMessage()),
          switch (e.code()) {
            case LOG_DAMAGED, WRONG_KEY ->
                "Do not write to this folder; restore the last backup beside it and compare.";
            default -> "Follow the message above.";
          });
    }
  }

  private void database() {
    if (!Files.isDirectory(data.resolve("pg")) && System.getenv("HUOSHUI_DB_URL") == null) {
      well("数据库 records", "none yet");
      return;
    }
    try (Database database = Database.open(data, System.getenv())) {
      well("数据库 records", "PostgreSQL starts and answers: " + database.jdbcUrl());
    } catch (RecordsException e) {
      trouble("数据库 records", String.valueOf(e.getMessage()), "Follow the message above.");
    }
  }
}
