package io.huoshui.server.demo;

import io.huoshui.json.Json;
import io.huoshui.json.JsonException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/// A process of the demo. Its output goes to a file; where it listens it says in a ready file.
public final class Child implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(2);
  private static final Duration STOP = Duration.ofSeconds(40);

  private final String name;
  private final Process process;
  private final Path log;

  private Child(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  public static Child start(
      String name,
      Path home,
      String module,
      String main,
      List<String> jvm,
      List<String> arguments,
      Path folder) {
    try {
      Path classpath = home.resolve(module).resolve("target/classpath");
      var command = new ArrayList<String>();
      command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
      command.addAll(
          List.of(
              "--enable-native-access=ALL-UNNAMED",
              "--sun-misc-unsafe-memory-access=allow",
              "-XX:+UseSerialGC",
              // Give back what a burst took: the product is to live in little.
              "-XX:MinHeapFreeRatio=10",
              "-XX:MaxHeapFreeRatio=25",
              "-Dfile.encoding=UTF-8",
              "-Dstderr.encoding=UTF-8",
              "-Dhuoshui.home=" + home));
      command.addAll(jvm);
      // Of whoever starts many that live for seconds: tests.
      String more = System.getProperty("huoshui.child.jvm", "");
      if (!more.isBlank()) {
        command.addAll(List.of(more.strip().split(" ")));
      }
      command.addAll(
          List.of(
              "-cp",
              home.resolve(module).resolve("target/classes")
                  + ":"
                  + Files.readString(classpath).strip(),
              main));
      command.addAll(arguments);
      Files.createDirectories(folder);
      Path log = folder.resolve(name + ".log");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      return new Child(name, process, log);
    } catch (IOException e) {
      throw new UncheckedIOException("Can not start the " + name + ": " + e.getMessage(), e);
    }
  }

  /// Ends what an interrupted run left behind: found by what it was started with, because a run
  /// killed at the moment of starting it had no time to write its pid down.
  public static void endOrphan(String main, Path folder) {
    long self = ProcessHandle.current().pid();
    ProcessHandle.allProcesses()
        .filter(handle -> handle.pid() != self)
        .filter(
            handle -> {
              String command = command(handle);
              return command.contains(main) && command.contains(folder.toString());
            })
        .forEach(Child::end);
  }

  /// The whole command line; the JDK gives none when it is longer than a page.
  private static String command(ProcessHandle handle) {
    try {
      return Files.readString(Path.of("/proc", String.valueOf(handle.pid()), "cmdline"));
    } catch (IOException e) {
      return handle.info().commandLine().orElse("");
    }
  }

  private static void end(ProcessHandle handle) {
    handle.destroy();
    try {
      handle.onExit().get(STOP.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      handle.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Waits for the ready file and reads it.
  public Json ready(Path file) {
    long until = System.nanoTime() + START.toNanos();
    while (System.nanoTime() < until) {
      if (!process.isAlive()) {
        throw new IllegalStateException(
            "The " + name + " ended while starting. Its last words:\n" + lastWords());
      }
      try {
        if (Files.exists(file)) {
          Json json = Json.parse(Files.readString(file));
          if (Scenario.number(json, "pid") == process.pid()) {
            return json;
          }
        }
        Thread.sleep(50);
      } catch (IOException | JsonException e) {
        // Being written just now: the next round reads it again.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
    throw new IllegalStateException(
        "The " + name + " did not come up in " + START.toSeconds() + " s; see " + log);
  }

  /// The last lines it printed.
  public String lastWords() {
    try (Stream<String> lines = Files.lines(log)) {
      List<String> all = lines.toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - 12), all.size()));
    } catch (IOException | UncheckedIOException e) {
      return "(no output in " + log + ")";
    }
  }

  public long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    end(process.toHandle());
  }
}
