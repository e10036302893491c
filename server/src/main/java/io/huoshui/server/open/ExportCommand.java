package io.huoshui.server.open;

import io.huoshui.json.Json;
import io.huoshui.json.JsonException;
import io.huoshui.server.demo.Door;
import io.huoshui.server.demo.Progress;
import io.huoshui.server.demo.Scenario;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// `./huoshui export parquet DIR`: asks the running server for an export and fetches it.
public final class ExportCommand {
  private static final String HELP =
      """
      ./huoshui export parquet DIR [--data-dir DIR] [--reveal]

        Timelines, orders, messages and reports of one instant as Parquet, into a new or empty
        folder, from the server that runs on this data folder (docs/open-data.md).

        --data-dir DIR    the folder of the running server, ./data
        --reveal          identifiers, names and texts in full; masked without it. It is audited

        Exit status: 0 exported, 1 not exported, 2 the command is wrong.
      """;

  private ExportCommand() {}

  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments), System.out, System.err));
  }

  static int run(List<String> arguments, PrintStream out, PrintStream err) {
    if (arguments.contains("--help")) {
      out.print(HELP);
      return 0;
    }
    var rest = new ArrayList<>(arguments);
    if (rest.isEmpty() || !rest.removeFirst().equals("parquet")) {
      err.println("huoshui export: as what? Known: parquet. See --help.");
      return 2;
    }
    Path data = Path.of(System.getProperty("huoshui.home", "."), "data");
    boolean reveal = false;
    Path target = null;
    while (!rest.isEmpty()) {
      String word = rest.removeFirst();
      if (word.equals("--reveal")) {
        reveal = true;
      } else if (word.equals("--data-dir") && !rest.isEmpty()) {
        data = Path.of(rest.removeFirst());
      } else if (!word.startsWith("-") && target == null) {
        target = Path.of(word).toAbsolutePath().normalize();
      } else {
        err.println("huoshui export: '" + word + "' is not understood. See --help.");
        return 2;
      }
    }
    if (target == null) {
      err.println("huoshui export: into which folder? ./huoshui export parquet DIR");
      return 2;
    }
    var progress = new Progress();
    try {
      empty(target);
      Json export = export(door(data), target, reveal, progress);
      progress.finish();
      out.printf(
          Locale.ROOT,
          "导出完成 · exported: %s%n  as of %s, record %,d: %,d people, %,d events, %,d orders%n",
          target,
          Scenario.text(export, "at"),
          Scenario.number(export, "record"),
          total(export, "people"),
          total(export, "events"),
          total(export, "orders"));
      return 0;
    } catch (Refused e) {
      progress.finish();
      err.println("huoshui export: " + e.getMessage());
      err.println("  → " + e.next);
      return 1;
    } catch (Door.DoorException | IOException e) {
      progress.finish();
      err.println("huoshui export: " + e.getMessage());
      return 1;
    }
  }

  private static final class Refused extends RuntimeException {
    private final String next;

    Refused(String message, String next) {
      super(message);
      this.next = next;
    }
  }

  private static void empty(Path target) throws IOException {
    Files.createDirectories(target);
    try (var inside = Files.list(target)) {
      if (inside.findAny().isPresent()) {
        throw new Refused(target + " is not empty.", "Name a new or an empty folder.");
      }
    }
  }

  /// The server that runs on a data folder says there how it is reached.
  private static Door door(Path data) {
    try {
      Json server = Json.parse(Files.readString(data.resolve("run/server.json")));
      return new Door(Scenario.text(server, "url"), Scenario.text(server, "token"));
    } catch (IOException | JsonException e) {
      throw new Refused(
          "No server runs on " + data + ".",
          "Start it: ./huoshui serve --data-dir " + data + "; or name its folder with --data-dir.");
    }
  }

  private static Json export(Door door, Path target, boolean reveal, Progress progress)
      throws IOException {
    Json begun = door.post("/api/v1/exports/parquet", Json.object("reveal", Json.of(reveal)));
    String id = Scenario.text(begun, "id");
    progress.stage("导出", "exporting");
    Json job = Json.object();
    do {
      job = door.get("/api/v1/jobs/" + Scenario.number(begun, "job") + "?wait=2");
      progress.at(Scenario.number(job, "done"), Scenario.number(job, "total"), "people");
    } while (List.of("waiting", "running").contains(Scenario.text(job, "state")));
    if (!Scenario.text(job, "state").equals("done")) {
      throw new Refused(
          "The export " + Scenario.text(job, "state") + ": " + Scenario.text(job, "failure"),
          "POST /api/v1/jobs/" + Scenario.number(begun, "job") + "/again tries it again.");
    }
    Json export = door.get("/api/v1/exports/" + id);
    List<Json> files = Scenario.list(export, "files");
    progress.stage("下载", "fetching");
    int done = 0;
    for (Json file : files) {
      fetch(door, id, Scenario.text(file, "path"), target, Scenario.text(file, "sha256"));
      progress.at(++done, files.size(), "files");
    }
    fetch(door, id, "open.sql", target, null);
    fetch(door, id, "manifest.json", target, null);
    return export;
  }

  private static void fetch(Door door, String id, String path, Path target, @Nullable String sha256)
      throws IOException {
    Path file = target.resolve(path).normalize();
    if (!file.startsWith(target)) {
      throw new Refused("The server names a file outside of the folder: " + path, "Do not use it.");
    }
    Files.createDirectories(file.getParent());
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in =
          new DigestInputStream(
              door.stream(
                  "/api/v1/exports/"
                      + id
                      + "/file?path="
                      + URLEncoder.encode(path, StandardCharsets.UTF_8)),
              digest)) {
        Files.copy(in, file);
      }
      if (sha256 != null && !HexFormat.of().formatHex(digest.digest()).equals(sha256)) {
        throw new Refused(path + " did not arrive as it was written.", "Export again.");
      }
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  private static long total(Json export, String name) {
    return export instanceof Json.Obj object && object.get("totals") instanceof Json.Obj totals
        ? Scenario.number(totals, name)
        : 0;
  }
}
