package io.huoshui.platforms.file;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// The public data sets, read where they lie and never copied into the project.
final class RealData {
  private RealData() {}

  /// The folder of a data set; skips the test when it is not there.
  static Path folder(String name) {
    String named = System.getenv("HUOSHUI_DATA");
    Path data = named == null ? root().resolve("../shared/data").normalize() : Path.of(named);
    Path folder = data.resolve(name);
    assumeTrue(
        Files.isDirectory(folder),
        () -> "needs the data set " + folder + " (set HUOSHUI_DATA to the folder that holds it)");
    return folder;
  }

  static Path example(String name) {
    return root().resolve("examples").resolve(name).resolve("map.yaml");
  }

  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve("examples")) ? here : here.resolve("..").normalize();
  }

  /// Asks the data itself, without anything of the import.
  static List<String> ask(String... statements) throws SQLException {
    var answers = new ArrayList<String>();
    try (var db = DriverManager.getConnection("jdbc:duckdb:");
        var statement = db.createStatement()) {
      for (String sql : statements) {
        if (!statement.execute(sql)) {
          continue;
        }
        try (var rows = statement.getResultSet()) {
          while (rows.next()) {
            var line = new ArrayList<String>();
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
              line.add(rows.getString(i));
            }
            answers.add(String.join(" ", line));
          }
        }
      }
    }
    return answers;
  }

  static long sum(List<JsonNode> events, String property) {
    return events.stream()
        .mapToLong(event -> event.path("properties").path(property).asLong())
        .sum();
  }

  static long people(Iterable<JsonNode> events) {
    var people = new HashSet<String>();
    for (JsonNode event : events) {
      people.add(event.path("identifiers").path(0).path("value").asString());
    }
    return people.size();
  }
}
