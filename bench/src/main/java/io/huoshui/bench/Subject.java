package io.huoshui.bench;

import io.huoshui.json.Json;
import io.huoshui.server.demo.Child;
import io.huoshui.server.demo.Door;
import io.huoshui.server.demo.Scenario;
import java.nio.file.Path;
import java.util.List;

/// The server that is measured: a process of its own with twenty live segments and a journey that
/// orders enter.
final class Subject implements AutoCloseable {
  private final Child process;
  private final String url;
  private final Door door;
  private final String key;

  private Subject(Child process, String url, Door door, String key) {
    this.process = process;
    this.url = url;
    this.door = door;
    this.key = key;
  }

  /// @param folder where its data goes
  /// @param clock more arguments: `--virtual-from …`, or none for the wall clock
  static Subject start(Path folder, List<String> clock) {
    Child process = process(folder, clock);
    Json at = process.ready(folder.resolve("server/run/server.json"));
    var door = new Door(Scenario.text(at, "url"), Scenario.text(at, "token"));
    String key =
        Scenario.text(
            door.post("/api/v1/sources", Json.object("name", Json.of("bench"))), "writeKey");
    var subject = new Subject(process, Scenario.text(at, "url"), door, key);
    subject.publish();
    return subject;
  }

  static Child process(Path folder, List<String> clock) {
    var arguments =
        new java.util.ArrayList<>(
            List.of("--data-dir", folder.resolve("server").toString(), "--port", "0"));
    arguments.addAll(clock);
    return Child.start(
        "server",
        Path.of(System.getProperty("huoshui.home", ".")).toAbsolutePath(),
        "server",
        "io.huoshui.server.Huoshui",
        List.of("-Xmx4g"),
        arguments,
        folder);
  }

  private void publish() {
    Path home = Path.of(System.getProperty("huoshui.home", "."));
    for (Scenario.Segment segment :
        Scenario.read(home.resolve("examples/synthetic/scenario.yaml")).segments()) {
      door.post(
          "/api/v1/segments",
          Json.object("name", Json.of(segment.name()), "text", Json.of(segment.text())));
    }
    door.post(
        "/api/v1/templates",
        Json.object(
            "name",
            Json.of("hello"),
            "channel",
            Json.of("sms"),
            "text",
            Json.of("hello"),
            "sender",
            Json.of("bench")));
    door.post(
        "/api/v1/journeys",
        Json.parse(
            """
            {"journey": "after_order", "entry": {"event": "order_paid"}, "reentry": "once",
             "steps": [{"id": "pause", "wait": "1d"}, {"id": "hello", "send": "hello"}]}\
            """));
  }

  String url() {
    return url;
  }

  Door door() {
    return door;
  }

  /// The write key of the source `bench`.
  String key() {
    return key;
  }

  /// How long the log's forces took, over the last thousand: median and 99th percentile, in
  /// milliseconds.
  double[] forceMs() {
    double[] found = new double[2];
    String metrics = door.get("/metrics") instanceof Json.Str(String text) ? text : "";
    for (String line : metrics.split("\n", -1)) {
      if (line.startsWith("huoshui_fsync_seconds{quantile=\"0.5\"}")) {
        found[0] = Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)) * 1e3;
      } else if (line.startsWith("huoshui_fsync_seconds{quantile=\"0.99\"}")) {
        found[1] = Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)) * 1e3;
      }
    }
    return found;
  }

  @Override
  public void close() {
    process.close();
  }
}
