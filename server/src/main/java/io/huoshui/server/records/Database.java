package io.huoshui.server.records;

import java.nio.file.Path;
import java.util.Map;

/// Where the records are, and how to get in.
public sealed interface Database extends AutoCloseable permits PostgresServer, OutsideDatabase {
  /// Without user and password in it, so it can be shown.
  String jdbcUrl();

  String user();

  String password();

  /// Stops what was started; does nothing to a database outside.
  @Override
  void close();

  /// The database outside that `HUOSHUI_DB_URL` names, or our own under `dataDir/pg`.
  ///
  /// @param environment `HUOSHUI_DB_URL`, `HUOSHUI_DB_USER`, `HUOSHUI_DB_PASSWORD`; for our own
  ///   `HUOSHUI_PG_PROGRAMS`, a folder for its programs that several data folders share
  /// @throws RecordsException when neither can be had
  static Database open(Path dataDir, Map<String, String> environment) {
    String url = environment.getOrDefault("HUOSHUI_DB_URL", "");
    String programs = environment.getOrDefault("HUOSHUI_PG_PROGRAMS", "");
    return url.isBlank()
        ? PostgresServer.start(dataDir, programs.isBlank() ? null : Path.of(programs.strip()))
        : OutsideDatabase.connect(
            url.strip(),
            environment.getOrDefault("HUOSHUI_DB_USER", ""),
            environment.getOrDefault("HUOSHUI_DB_PASSWORD", ""));
  }
}
