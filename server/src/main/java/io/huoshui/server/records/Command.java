package io.huoshui.server.records;

import io.huoshui.server.records.RecordsException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A program to run and what it said.
record Command(List<String> words) {
  Command {
    words = List.copyOf(words);
  }

  /// @param output standard output and error, in the order written
  record Outcome(int exit, String output) {
    boolean ok() {
      return exit == 0;
    }

    /// The output as one line, fit for the middle of a message.
    String said() {
      String line = output.strip().replaceAll("\\s*\\R\\s*", "; ");
      return line.isEmpty() ? "nothing (exit " + exit + ")" : line;
    }
  }

  static Command of(List<String> prefix, Object... rest) {
    var words = new ArrayList<>(prefix);
    for (Object word : rest) {
      words.add(word.toString());
    }
    return new Command(words);
  }

  /// English messages, and none of the settings that would send a PostgreSQL program elsewhere.
  ProcessBuilder builder() {
    var builder = new ProcessBuilder(words);
    builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.equals("TZ"));
    builder.environment().put("LC_ALL", "C");
    return builder;
  }

  /// Runs to the end, or to `limit`, whatever comes first.
  ///
  /// @throws IOException when there is no such program
  Outcome run(Duration limit) throws IOException {
    Process process = builder().redirectErrorStream(true).start();
    process.getOutputStream().close();
    var output =
        CompletableFuture.supplyAsync(
            () -> {
              try (var in = process.getInputStream()) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
              } catch (IOException e) {
                return "(its output broke off: " + e.getMessage() + ")";
              }
            },
            task -> Thread.ofVirtual().start(task));
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
        return new Outcome(
            -1, "no end after " + limit.toSeconds() + " s, killed; " + output.join());
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw interrupted(e);
    }
    return new Outcome(process.exitValue(), output.join());
  }

  static RecordsException interrupted(InterruptedException cause) {
    return new RecordsException(
        "records.interrupted",
        Kind.INTERNAL,
        "Interrupted while waiting for PostgreSQL; start again",
        cause);
  }
}
