package io.huoshui.server.care;

import io.huoshui.json.Json;
import io.huoshui.server.demo.Scenario;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;

/// What PostgreSQL holds, as one transaction sees it: every table as the text of `COPY`, the
/// sequences, and the version of the schema. The schema itself is not in it: migrations make it.
final class Tables {
  /// Migrations write this one themselves.
  private static final String MIGRATIONS = "flyway_schema_history";

  private Tables() {}

  /// @param columns in the order of the rows' fields
  record Table(String name, List<String> columns, long rows) {
    Table {
      columns = List.copyOf(columns);
    }

    Json json() {
      return Json.object(
          "name",
          Json.of(name),
          "columns",
          Json.of(columns.stream().map(Json::of).toList()),
          "rows",
          Json.of(rows));
    }

    static Table of(Json json) {
      return new Table(
          Scenario.text(json, "name"),
          Scenario.list(json, "columns").stream()
              .map(column -> column instanceof Json.Str(String text) ? text : "")
              .toList(),
          Scenario.number(json, "rows"));
    }

    private String columnList() {
      return columns.stream().map(Tables::quoted).collect(Collectors.joining(", ", "(", ")"));
    }
  }

  /// @param called whether `last` was given out
  record Sequence(String name, long last, boolean called) {
    Json json() {
      return Json.object("name", Json.of(name), "last", Json.of(last), "called", Json.of(called));
    }

    static Sequence of(Json json) {
      return new Sequence(
          Scenario.text(json, "name"),
          Scenario.number(json, "last"),
          json instanceof Json.Obj object
              && object.get("called") instanceof Json.Bool(boolean on)
              && on);
    }
  }

  /// Opens a transaction that sees one moment: that of [#look].
  static void begin(Connection connection) throws SQLException {
    connection.setReadOnly(true);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      // Whoever waits for the look waits for the whole intake.
      statement.execute("set local statement_timeout = '5s'");
    }
  }

  /// Now is the moment: the first question of a transaction decides what all of them see.
  static void look(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("select 1");
    }
  }

  /// What there is, each table after those it refers to. Without rows yet.
  static List<Table> list(Connection connection) throws SQLException {
    var found = new LinkedHashMap<String, List<String>>();
    var refersTo = new LinkedHashMap<String, Set<String>>();
    try (var statement = connection.createStatement()) {
      statement.execute("set local statement_timeout = 0");
      try (var rows =
          statement.executeQuery(
              """
              select c.relname, a.attname
              from pg_class c
              join pg_namespace n on n.oid = c.relnamespace
              join pg_attribute a on a.attrelid = c.oid
              where n.nspname = current_schema() and c.relkind = 'r'
                and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
              order by c.relname, a.attnum
              """)) {
        while (rows.next()) {
          if (!rows.getString(1).equals(MIGRATIONS)) {
            found.computeIfAbsent(rows.getString(1), _ -> new ArrayList<>()).add(rows.getString(2));
          }
        }
      }
      try (var rows =
          statement.executeQuery(
              """
              select c.relname, f.relname
              from pg_constraint k
              join pg_class c on c.oid = k.conrelid
              join pg_class f on f.oid = k.confrelid
              join pg_namespace n on n.oid = c.relnamespace
              where k.contype = 'f' and n.nspname = current_schema() and k.conrelid <> k.confrelid
              """)) {
        while (rows.next()) {
          refersTo.computeIfAbsent(rows.getString(1), _ -> new HashSet<>()).add(rows.getString(2));
        }
      }
    }
    return ordered(found, refersTo);
  }

  private static List<Table> ordered(
      Map<String, List<String>> found, Map<String, Set<String>> refersTo) {
    var ordered = new LinkedHashMap<String, Table>();
    while (ordered.size() < found.size()) {
      int before = ordered.size();
      found.forEach(
          (name, columns) -> {
            if (ordered.keySet().containsAll(refersTo.getOrDefault(name, Set.of()))) {
              ordered.putIfAbsent(name, new Table(name, columns, 0));
            }
          });
      if (ordered.size() == before) {
        throw new IllegalStateException("Tables refer to each other in a circle: " + refersTo);
      }
    }
    return List.copyOf(ordered.values());
  }

  /// @return how many rows were written
  static long copyOut(Connection connection, Table table, OutputStream to)
      throws SQLException, IOException {
    return connection
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyOut("copy " + quoted(table.name()) + " " + table.columnList() + " to stdout", to);
  }

  /// Takes away what migrations put in: the backup has it as it was.
  static void empty(Connection connection, List<Table> tables) throws SQLException {
    if (!tables.isEmpty()) {
      try (var statement = connection.createStatement()) {
        statement.execute(
            tables.stream()
                .map(table -> quoted(table.name()))
                .collect(Collectors.joining(", ", "truncate ", "")));
      }
    }
  }

  /// @return how many rows were read
  static long copyIn(Connection connection, Table table, InputStream from)
      throws SQLException, IOException {
    return connection
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyIn("copy " + quoted(table.name()) + " " + table.columnList() + " from stdin", from);
  }

  /// Where the sequences stand: no transaction holds them, so they may be further than the rows.
  static List<Sequence> sequences(Connection connection) throws SQLException {
    var names = new ArrayList<String>();
    var sequences = new ArrayList<Sequence>();
    try (var statement = connection.createStatement()) {
      try (var rows =
          statement.executeQuery(
              "select sequencename from pg_sequences where schemaname = current_schema() order by"
                  + " 1")) {
        while (rows.next()) {
          names.add(rows.getString(1));
        }
      }
      for (String name : names) {
        try (var rows =
            statement.executeQuery("select last_value, is_called from " + quoted(name))) {
          rows.next();
          sequences.add(new Sequence(name, rows.getLong(1), rows.getBoolean(2)));
        }
      }
    }
    return sequences;
  }

  static void set(Connection connection, Sequence sequence) throws SQLException {
    try (var statement = connection.prepareStatement("select setval(cast(? as regclass), ?, ?)")) {
      statement.setString(1, quoted(sequence.name()));
      statement.setLong(2, sequence.last());
      statement.setBoolean(3, sequence.called());
      statement.execute();
    }
  }

  /// The last migration that was applied.
  static String schema(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select version from "
                    + MIGRATIONS
                    + " where success and version is not null order by installed_rank desc limit"
                    + " 1")) {
      return rows.next() ? rows.getString(1) : "0";
    }
  }

  /// Names come from PostgreSQL's own lists or from a verified manifest; quoting keeps any of them
  /// a name.
  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
