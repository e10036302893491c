package io.huoshui.platforms.parquet;

import io.huoshui.json.Json;
import io.huoshui.json.JsonException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.duckdb.DuckDBDriver;
import org.jspecify.annotations.Nullable;

/// SQL over the files of an export, each statement in a process of its own.
///
/// DuckDB keeps its limits for what its buffers hold. A long text is outside of them, and a
/// statement that makes one does not hear when it is cancelled; so the limits of time and memory
/// are those of a process, which can always be ended. For any thread.
public final class SqlWorkbench {
  private static final int LOOK_MS = 40;

  private final SqlLimits limits;
  private final Path scratch;

  /// @param scratch a folder for what statements lay on disk meanwhile
  public SqlWorkbench(SqlLimits limits, Path scratch) {
    this.limits = limits;
    this.scratch = scratch;
  }

  /// A table as the statement sees it.
  public record View(String name, List<Path> files) {
    public View {
      files = List.copyOf(files);
    }
  }

  /// How an answer that is downloaded is written.
  public enum Format {
    CSV,
    PARQUET
  }

  /// @param most rows at most
  public SqlAnswer ask(List<View> views, String sql, int most) {
    return run(views, sql, most, "", "", "");
  }

  /// The different customers in a column of the answer, as lines of a CSV file under `profile`:
  /// numbers, or `p` and the number.
  public SqlAnswer people(List<View> views, String sql, String column, Path file) {
    return run(views, sql, Integer.MAX_VALUE - 1, "csv", column, file.toAbsolutePath().toString());
  }

  /// The same, into a file. Its rows are not in the answer.
  public SqlAnswer write(List<View> views, String sql, int most, Format format, Path file) {
    return run(
        views,
        sql,
        most,
        switch (format) {
          case CSV -> "csv";
          case PARQUET -> "parquet";
        },
        "",
        file.toAbsolutePath().toString());
  }

  private SqlAnswer run(
      List<View> views, String sql, int most, String format, String column, String file) {
    long began = System.nanoTime();
    Process process = null;
    Path spill = null;
    try {
      Files.createDirectories(scratch);
      spill = Files.createTempDirectory(scratch, "sql");
      process = builder(spill).start();
      CompletableFuture<String> said = heard(process);
      try (var in = process.getOutputStream()) {
        in.write(
            asked(views, sql, most, format, column, file, spill)
                .write()
                .getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It ended before it read everything; what it said below says why.
      }
      SqlAnswer.Refused ended = watch(process, began);
      return ended != null ? ended : read(said.join(), (System.nanoTime() - began) / 1_000_000);
    } catch (IOException e) {
      throw new ExportException("A statement can not be run: " + e.getMessage(), e);
    } finally {
      if (process != null) {
        process.destroyForcibly();
      }
      remove(spill);
    }
  }

  /// What it writes is read while it runs, or it would wait for us.
  private static CompletableFuture<String> heard(Process process) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (InputStream out = process.getInputStream()) {
            return new String(out.readAllBytes(), StandardCharsets.UTF_8);
          } catch (IOException e) {
            return "";
          }
        },
        task -> Thread.ofVirtual().name("sql-answer").start(task));
  }

  /// Waits for its end, and makes one when it goes too far.
  private SqlAnswer.@Nullable Refused watch(Process process, long began) {
    try {
      while (!process.waitFor(LOOK_MS, TimeUnit.MILLISECONDS)) {
        if (System.nanoTime() - began > limits.time().toNanos()) {
          process.destroyForcibly().waitFor();
          return new SqlAnswer.Refused(
              SqlAnswer.Why.TOO_SLOW,
              "It was ended after " + limits.time().toSeconds() + " s.",
              null);
        }
        if (residentMb(process.pid()) > limits.endMb()) {
          process.destroyForcibly().waitFor();
          return tooMuch();
        }
      }
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new SqlAnswer.Refused(SqlAnswer.Why.FAILED, "The server stops.", null);
    }
  }

  private SqlAnswer.Refused tooMuch() {
    return new SqlAnswer.Refused(
        SqlAnswer.Why.TOO_MUCH_MEMORY,
        "It was ended: a statement may hold " + limits.memoryMb() + " MB.",
        null);
  }

  /// 0 where the system does not say.
  private static long residentMb(long process) {
    try (Stream<String> lines = Files.lines(Path.of("/proc", String.valueOf(process), "status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1_024)
          .findFirst()
          .orElse(0);
    } catch (IOException | java.io.UncheckedIOException e) {
      return 0;
    }
  }

  private SqlAnswer read(String said, long millis) {
    Json json;
    try {
      json = Json.parse(said);
    } catch (JsonException e) {
      // It ended in the middle: the system refused it memory.
      return tooMuch();
    }
    if (!(json instanceof Json.Obj answer)) {
      return tooMuch();
    }
    if (answer.get("refused") instanceof Json.Str(String kind)) {
      return new SqlAnswer.Refused(
          Stream.of(SqlAnswer.Why.values())
              .filter(why -> why.wire().equals(kind))
              .findFirst()
              .orElse(SqlAnswer.Why.FAILED),
          answer.get("why") instanceof Json.Str(String why) ? why : "",
          answer.get("position") instanceof Json.Num(BigDecimal at) ? at.intValue() : null);
    }
    return new SqlAnswer.Rows(
        items(answer, "columns").stream()
            .map(
                column ->
                    new SqlAnswer.Column(
                        column instanceof Json.Obj of
                                && of.get("name") instanceof Json.Str(String n)
                            ? n
                            : "",
                        column instanceof Json.Obj of
                                && of.get("type") instanceof Json.Str(String t)
                            ? t
                            : ""))
            .toList(),
        items(answer, "rows").stream()
            .map(row -> row instanceof Json.Arr(List<Json> cells) ? cells : List.<Json>of())
            .toList(),
        answer.get("truncated") instanceof Json.Bool(boolean on) && on,
        millis);
  }

  private static List<Json> items(Json.Obj json, String key) {
    return json.get(key) instanceof Json.Arr(List<Json> items) ? items : List.of();
  }

  private Json asked(
      List<View> views,
      String sql,
      int most,
      String format,
      String column,
      String file,
      Path spill) {
    return Json.object(
        "views",
        Json.of(
            views.stream()
                .map(
                    view ->
                        Json.object(
                            "name",
                            Json.of(view.name()),
                            "files",
                            Json.of(
                                view.files().stream()
                                    .map(one -> Json.of(one.toAbsolutePath().toString()))
                                    .toList())))
                .toList()),
        "sql",
        Json.of(sql),
        "limit",
        Json.of((long) most),
        "cells",
        Json.of((long) limits.cells()),
        "memoryMb",
        Json.of((long) limits.memoryMb()),
        "spillMb",
        Json.of((long) limits.spillMb()),
        "threads",
        Json.of((long) limits.threads()),
        "spill",
        Json.of(spill.toAbsolutePath().toString()),
        "format",
        Json.of(format),
        "column",
        Json.of(column),
        "file",
        Json.of(file));
  }

  private ProcessBuilder builder(Path spill) throws IOException {
    String classPath =
        Stream.of(SqlProcess.class, Json.class, DuckDBDriver.class, Nullable.class)
            .map(SqlWorkbench::place)
            .distinct()
            .collect(Collectors.joining(java.io.File.pathSeparator));
    var command = new ArrayList<String>();
    // Where a shell knows no limit of addresses, watching is all there is.
    command.addAll(
        List.of(
            "/bin/sh",
            "-c",
            "ulimit -v " + limits.addressesMb() * 1_024L + " 2>/dev/null; exec \"$@\"",
            "sql",
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-Xmx160m",
            "-Xss2m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:CompressedClassSpaceSize=32m",
            "-XX:ReservedCodeCacheSize=32m",
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.io.tmpdir=" + spill.toAbsolutePath(),
            "-cp",
            classPath,
            SqlProcess.class.getName()));
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    // No key, no password, no token is in there.
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("LC_ALL", "C.UTF-8");
    // Each of glibc's arenas takes 64 MB of addresses.
    environment.put("MALLOC_ARENA_MAX", "2");
    environment.put("HOME", spill.toAbsolutePath().toString());
    return builder.directory(spill.toFile());
  }

  private static String place(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("No place of " + type, e);
    }
  }

  private static void remove(@Nullable Path folder) {
    if (folder == null) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      throw new ExportException("What a statement left can not be removed: " + folder, e);
    }
  }
}
