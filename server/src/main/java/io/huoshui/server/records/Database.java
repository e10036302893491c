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
  /// @param environment `HUOSHUI_DB_URL`, `HUOSHUI_DB_USER`, `HUOSHUI_DB_PASSWORD`
  /// @throws RecordsException when neither can be had
  static Database open(Path dataDir, Map<String, String> environment) {
    String url = environment.getOrDefault("HUOSHUI_DB_URL", "");
    return url.isBlank()
        ? PostgresServer.start(dataDir)
        : OutsideDatabase.connect(
            url.strip(),
            environment.getOrDefault("HUOSHUI_DB_USER", ""),
            environment.getOrDefault("HUOSHUI_DB_PASSWORD", ""));
  }
}
