package io.huoshui.platforms.parquet;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/// Writes one export: rows are gathered in a DuckDB file on disk, so that memory stays the same
/// however many there are, and then written as Parquet, one file after the other. For one thread.
///
/// Everything happens in a folder named `….part`, which takes its name when the manifest is
/// written: whatever ends in between leaves no export behind.
public final class ParquetExport implements AutoCloseable {
  private static final String PART = ".part";
  private static final String WORK = "work.duckdb";

  private final Path folder;
  private final Path part;
  private final DuckDBConnection db;
  private final Map<String, DuckDBAppender> appenders = new HashMap<>();
  private final List<Manifest.File> files = new ArrayList<>();
  private @Nullable List<Piece> left;

  /// A file that is still to be written.
  private record Piece(Layout.Table table, String month, String path) {}

  private ParquetExport(Path folder, Path part, DuckDBConnection db) {
    this.folder = folder;
    this.part = part;
    this.db = db;
  }

  /// Begins one in a folder that is not there yet; what an interrupted one left is removed.
  public static ParquetExport begin(Path folder) {
    Path part = folder.resolveSibling(folder.getFileName() + PART);
    var settings = new Properties();
    settings.setProperty("memory_limit", "256MB");
    settings.setProperty("threads", "2");
    settings.setProperty("temp_directory", part.resolve("spill").toString());
    settings.setProperty("autoinstall_known_extensions", "false");
    settings.setProperty("autoload_known_extensions", "false");
    try {
      delete(part);
      Files.createDirectories(part);
      privately(part);
      var db =
          (DuckDBConnection)
              DriverManager.getConnection("jdbc:duckdb:" + part.resolve(WORK), settings);
      var export = new ParquetExport(folder, part, db);
      export.run("set global TimeZone = 'UTC'");
      for (Layout.Table table : Layout.TABLES) {
        if (table.staged()) {
          export.run(
              table.columns().stream()
                  .map(column -> '"' + column.name() + "\" " + column.type().staged())
                  .collect(Collectors.joining(", ", "create table " + table.name() + " (", ")")));
        }
      }
      return export;
    } catch (SQLException | IOException e) {
      throw failure("The export can not begin in " + part, e);
    }
  }

  /// For its owner alone, where the system knows owners.
  private static void privately(Path folder) throws IOException {
    try {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    } catch (UnsupportedOperationException e) {
      // Another system; the folder is as its parent.
    }
  }

  private void run(String sql) throws SQLException {
    try (var statement = db.createStatement()) {
      statement.execute(sql);
    }
  }

  /// Adds a row.
  ///
  /// @param cells one per column, in order: Integer, Long, Double, Boolean, String, LocalDate,
  ///   Instant, or null
  public void add(Layout.Table table, @Nullable Object... cells) {
    try {
      DuckDBAppender to = appenders.get(table.name());
      if (to == null) {
        to = db.createAppender(DuckDBConnection.DEFAULT_SCHEMA, table.name());
        appenders.put(table.name(), to);
      }
      if (cells.length != table.columns().size()) {
        throw new IllegalArgumentException(
            table.name() + " has " + table.columns().size() + " columns, not " + cells.length);
      }
      to.beginRow();
      for (Object cell : cells) {
        switch (cell) {
          case null -> to.appendNull();
          case Integer number -> to.append(number.intValue());
          case Long number -> to.append(number.longValue());
          case Double number -> to.append(number.doubleValue());
          case Boolean on -> to.append(on.booleanValue());
          case String text -> to.append(text);
          case LocalDate day -> to.append(day);
          case Instant at -> to.appendEpochMillis(at.toEpochMilli());
          default ->
              throw new IllegalArgumentException("No cell: " + cell.getClass().getSimpleName());
        }
      }
      to.endRow();
    } catch (SQLException e) {
      throw failure("A row of " + table.name() + " can not be staged", e);
    }
  }

  /// Writes the next file.
  ///
  /// @return whether there are more
  public boolean writeNext() {
    try {
      List<Piece> pieces = left;
      if (pieces == null) {
        for (DuckDBAppender appender : appenders.values()) {
          appender.close();
        }
        appenders.clear();
        pieces = pieces();
        left = pieces;
      }
      write(pieces.removeFirst());
      return !pieces.isEmpty();
    } catch (SQLException | IOException e) {
      throw failure("The export can not be written in " + part, e);
    }
  }

  private List<Piece> pieces() throws SQLException {
    var pieces = new ArrayList<Piece>();
    for (Layout.Table table : Layout.TABLES) {
      if (!table.byMonth()) {
        pieces.add(new Piece(table, "", table.name() + "/part-0.parquet"));
        continue;
      }
      int before = pieces.size();
      try (var statement = db.createStatement();
          ResultSet months =
              statement.executeQuery("select distinct month from events order by month")) {
        while (months.next()) {
          String month = months.getString(1);
          pieces.add(new Piece(table, month, "events/month=" + month + "/part-0.parquet"));
        }
      }
      if (pieces.size() == before) {
        // Nobody did anything yet; a reader finds the columns all the same.
        pieces.add(new Piece(table, "0000-00", "events/month=0000-00/part-0.parquet"));
      }
    }
    return pieces;
  }

  private void write(Piece piece) throws SQLException, IOException {
    Layout.Table table = piece.table();
    Path file = part.resolve(piece.path());
    Files.createDirectories(file.getParent());
    String from =
        table.byMonth()
            ? "events where month = " + text(piece.month())
            : table.staged() ? table.name() : "(" + table.from() + ")";
    String select = "select " + table.selected() + " from " + from;
    run(
        "copy ("
            + select
            + ") to "
            + text(file.toString())
            + " (format parquet, compression zstd)");
    files.add(
        new Manifest.File(
            table.name(),
            piece.path(),
            number("select count(*) from read_parquet(" + text(file.toString()) + ")"),
            Files.size(file),
            sha256(file)));
  }

  /// What the written files say, read back.
  public Manifest.Totals totals() {
    try {
      return new Manifest.Totals(
          number("select count(*) from read_parquet(" + text(part + "/profiles/*.parquet") + ")"),
          number("select count(*) from read_parquet(" + text(part + "/events/*/*.parquet") + ")"),
          ofOrders("payments"),
          ofOrders("amount_fen"),
          ofOrders("net_fen"));
    } catch (SQLException e) {
      throw failure("The export can not be read back in " + part, e);
    }
  }

  private long ofOrders(String column) throws SQLException {
    return number(
        "select coalesce(sum("
            + column
            + "), 0)::bigint from read_parquet("
            + text(part + "/orders/*.parquet")
            + ")");
  }

  private long number(String sql) throws SQLException {
    try (var statement = db.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  /// The files written so far.
  public List<Manifest.File> files() {
    return List.copyOf(files);
  }

  /// Writes the manifest, and gives the folder its name.
  public void finish(Manifest manifest) {
    try {
      db.close();
      Files.deleteIfExists(part.resolve(WORK));
      Files.deleteIfExists(part.resolve(WORK + ".wal"));
      delete(part.resolve("spill"));
      Files.writeString(part.resolve("open.sql"), Layout.openSql(Layout.TABLES.stream()));
      Files.writeString(part.resolve(Manifest.NAME), manifest.json().write() + "\n");
      Files.move(part, folder);
    } catch (SQLException | IOException e) {
      throw failure("The export can not be finished in " + part, e);
    }
  }

  /// Leaves nothing behind that is not finished.
  @Override
  public void close() {
    try {
      for (DuckDBAppender appender : appenders.values()) {
        appender.close();
      }
      appenders.clear();
      db.close();
      delete(part);
    } catch (SQLException | IOException e) {
      throw failure("The export can not be left in " + part, e);
    }
  }

  /// Removes an export, or what is left of one.
  public static void remove(Path folder) {
    try {
      // Without the manifest it is none, whatever else goes wrong.
      Files.deleteIfExists(folder.resolve(Manifest.NAME));
      delete(folder);
      delete(folder.resolveSibling(folder.getFileName() + PART));
    } catch (IOException e) {
      throw failure("The export can not be removed from " + folder, e);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }

  private static String sha256(Path file) throws IOException {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  static String text(String literal) {
    return "'" + literal.replace("'", "''") + "'";
  }

  private static ExportException failure(String what, Exception cause) {
    return new ExportException(what + ": " + cause.getMessage(), cause);
  }
}
