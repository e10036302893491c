package io.huoshui.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Another system that is measured beside ours: a program of `bench/peers` with libraries of its
/// own, in a process of its own. It is asked by lines and answers by lines.
///
/// The first time it is built, from Maven Central; afterwards nothing is downloaded.
final class JavaPeer implements AutoCloseable {
  private final String name;
  private final Process process;
  private final OutputStream in;
  private final BufferedReader out;

  private JavaPeer(String name, Process process) {
    this.name = name;
    this.process = process;
    this.in = process.getOutputStream();
    this.out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /// @param name its folder in `bench/peers`
  static JavaPeer start(String name, String main, List<String> arguments) {
    return start(name, main, List.of("-Xmx2g"), arguments);
  }

  /// @param flags of its JVM
  static JavaPeer start(String name, String main, List<String> flags, List<String> arguments) {
    Path home = Path.of(System.getProperty("huoshui.home", ".")).resolve("bench/peers/" + name);
    Path java = Path.of(System.getProperty("java.home"));
    try {
      Path classpath = home.resolve("target/classpath");
      if (!Files.exists(classpath)) {
        System.err.println("  building the peer " + name + "…");
        var build = new ProcessBuilder("mvn", "-B", "-q", "compile").directory(home.toFile());
        build.environment().put("JAVA_HOME", java.toString());
        int ended =
            build
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start()
                .waitFor();
        if (ended != 0) {
          throw new IllegalStateException("'mvn compile' in " + home + " ended with " + ended);
        }
      }
      var command = new ArrayList<>(List.of(java.resolve("bin/java").toString()));
      command.addAll(flags);
      command.addAll(
          List.of(
              "-cp",
              home.resolve("target/classes") + ":" + Files.readString(classpath).strip(),
              main));
      command.addAll(arguments);
      return new JavaPeer(
          name, new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    } catch (IOException e) {
      throw new IllegalStateException("The peer " + name + " could not start", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// The next line it says.
  String line() {
    try {
      String line = out.readLine();
      if (line == null) {
        throw new IllegalStateException("The peer " + name + " ended without an answer");
      }
      return line;
    } catch (IOException e) {
      throw new IllegalStateException("The peer " + name + " can not be heard", e);
    }
  }

  /// The numbers of its answer.
  double[] ask(String question) {
    try {
      in.write((question + "\n").getBytes(StandardCharsets.UTF_8));
      in.flush();
    } catch (IOException e) {
      throw new IllegalStateException("The peer " + name + " can not be asked", e);
    }
    return numbers(line());
  }

  static double[] numbers(String line) {
    return List.of(line.split(" ")).stream().mapToDouble(Double::parseDouble).toArray();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
