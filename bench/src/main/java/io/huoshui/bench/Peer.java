package io.huoshui.bench;

import io.huoshui.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// ClickHouse in process (bench/peers/chdb), asked by a script that says one JSON object.
final class Peer {
  private Peer() {}

  /// Installs it when it is not there, and runs a script.
  static Json clickHouse(String script, String... arguments) {
    Path home = Path.of(System.getProperty("huoshui.home", ".")).resolve("bench/peers/chdb");
    if (!Files.isDirectory(home.resolve("node_modules"))) {
      System.err.println("  installing the peer (ClickHouse in process, about 540 MB)…");
      // Not `ci`: some versions of npm refuse a lock file that leaves out other platforms.
      output(home, List.of("npm", "install", "--no-save", "--no-audit", "--no-fund"));
    }
    var command = new ArrayList<>(List.of("node", script));
    command.addAll(List.of(arguments));
    return Json.parse(output(home, command).strip());
  }

  private static String output(Path in, List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(in.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(
            "'" + String.join(" ", command) + "' in " + in + " ended with " + process.exitValue());
      }
      return said;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(
          "The peer could not run: " + e.getMessage() + ". It needs Node 20 with npm.", e);
    }
  }

  static Json field(Json object, String name) {
    if (object instanceof Json.Obj(var fields)) {
      Json found = fields.get(name);
      if (found != null) {
        return found;
      }
    }
    throw new IllegalStateException("The peer said no " + name + ": " + object.write());
  }

  static String text(Json object, String name) {
    return field(object, name) instanceof Json.Str(String said) ? said : "";
  }

  static double[] numbers(Json object, String name) {
    return field(object, name) instanceof Json.Arr(List<Json> values)
        ? values.stream().mapToDouble(Peer::number).toArray()
        : new double[0];
  }

  static double number(Json value) {
    return value instanceof Json.Num(var number) ? number.doubleValue() : Double.NaN;
  }

  /// Writes a new file.
  static void write(Path file, ByteBuffer bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  /// Deletes a folder with all that is in it.
  static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      System.err.println("  " + folder + " could not be deleted: " + e.getMessage());
    }
  }
}
