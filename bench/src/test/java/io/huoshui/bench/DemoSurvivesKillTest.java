package io.huoshui.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The main job, killed with SIGKILL again and again, all processes at once, ends with the same
/// report as in one piece.
class DemoSurvivesKillTest {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path folder;

  @Test
  void killedAnywhereItEndsWithTheSameReport() throws Exception {
    Json whole = report(run(folder.resolve("whole"), 18_361, Integer.MAX_VALUE));
    assertThat(whole.write()).contains("\"campaigns\":[{").contains("\"sent\":");
    Path cut = folder.resolve("cut");
    // Each run is killed after so many lines of progress: in the import, while publishing, and
    // along the campaign.
    int kills = 0;
    String report = "";
    for (int lines : new int[] {3, 4, 6, 7, 8, 9, 10}) {
      report = run(cut, 18_361, lines);
      if (!report.isEmpty()) {
        break;
      }
      kills++;
    }
    assertThat(kills).as("kills before the run came to its end").isGreaterThanOrEqualTo(3);
    if (report.isEmpty()) {
      report = run(cut, 18_361, Integer.MAX_VALUE);
    }
    assertThat(report(report)).isEqualTo(whole);
  }

  /// The report without what may differ: how long it took.
  private static Json report(String printed) {
    var fields = new LinkedHashMap<String, Json>();
    if (Json.parse(printed) instanceof Json.Obj object) {
      fields.putAll(object.fields());
    }
    fields.remove("seconds");
    return new Json.Obj(fields);
  }

  /// @return the report, or empty when the run was killed before
  private static String run(Path data, int port, int killAfterLines)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-Dhuoshui.home=" + HOME,
            "-Dfile.encoding=UTF-8",
            "-Dstderr.encoding=UTF-8",
            "-Dstdout.encoding=UTF-8",
            "-cp",
            HOME.resolve("server/target/classes")
                + ":"
                + Files.readString(HOME.resolve("server/target/classpath")).strip(),
            "io.huoshui.server.demo.Demo",
            "--people",
            "2000",
            "--days",
            "5",
            "--exit",
            "--json",
            "--port",
            String.valueOf(port),
            "--data-dir",
            data.toString()));
    Path out = Files.createTempFile("demo", ".json");
    Process demo = new ProcessBuilder(command).redirectOutput(out.toFile()).start();
    int lines = 0;
    var seen = new ArrayList<String>();
    try (var progress =
        new BufferedReader(new InputStreamReader(demo.getErrorStream(), StandardCharsets.UTF_8))) {
      for (String line = progress.readLine(); line != null; line = progress.readLine()) {
        seen.add(line);
        if (++lines == killAfterLines) {
          kill(demo);
          return "";
        }
      }
    }
    assertThat(demo.waitFor()).as(String.join("\n", seen)).isZero();
    return Files.readString(out).strip();
  }

  private static void kill(Process demo) throws InterruptedException {
    List<ProcessHandle> all =
        Stream.concat(Stream.of(demo.toHandle()), demo.descendants()).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle each : all) {
      each.onExit().join();
    }
  }
}
