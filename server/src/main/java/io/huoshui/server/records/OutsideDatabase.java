package io.huoshui.server.records;

import io.huoshui.server.records.RecordsException.Kind;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Properties;

/// A PostgreSQL that someone else runs, checked once: reachable, new enough, UTF-8.
public record OutsideDatabase(String jdbcUrl, String user, String password) implements Database {
  private static final int OLDEST_MAJOR = 15;
  private static final String SHAPE = "jdbc:postgresql://host:5432/database";

  static OutsideDatabase connect(String url, String user, String password) {
    OutsideDatabase database = parse(url, user, password);
    database.check();
    return database;
  }

  /// Moves user and password out of the URL, from `?user=…&password=…` or `//user:password@host`,
  /// so that the URL may appear in logs. What the environment names wins.
  static OutsideDatabase parse(String url, String user, String password) {
    String rest;
    if (url.startsWith("jdbc:postgresql:")) {
      rest = url.substring("jdbc:postgresql:".length());
    } else if (url.startsWith("postgresql:")) {
      rest = url.substring("postgresql:".length());
    } else if (url.startsWith("postgres:")) {
      rest = url.substring("postgres:".length());
    } else {
      int colon = url.indexOf("://");
      throw new RecordsException(
          "records.bad_url",
          Kind.USER,
          "HUOSHUI_DB_URL is no PostgreSQL address: it starts with '"
              + (colon < 0 ? "…" : url.substring(0, colon))
              + "'. Give it as "
              + SHAPE
              + ", with HUOSHUI_DB_USER and HUOSHUI_DB_PASSWORD beside it.");
    }
    String foundUser = "";
    String foundPassword = "";
    int at = rest.indexOf('@');
    int path = rest.indexOf('/', 2);
    if (rest.startsWith("//") && at > 0 && (path < 0 || at < path)) {
      String login = rest.substring(2, at);
      rest = "//" + rest.substring(at + 1);
      int colon = login.indexOf(':');
      foundUser = decoded(colon < 0 ? login : login.substring(0, colon));
      foundPassword = colon < 0 ? "" : decoded(login.substring(colon + 1));
    }
    int question = rest.indexOf('?');
    if (question >= 0) {
      var kept = new ArrayList<String>();
      for (String pair : rest.substring(question + 1).split("&", -1)) {
        if (pair.startsWith("user=")) {
          foundUser = decoded(pair.substring("user=".length()));
        } else if (pair.startsWith("password=")) {
          foundPassword = decoded(pair.substring("password=".length()));
        } else if (!pair.isEmpty()) {
          kept.add(pair);
        }
      }
      rest = rest.substring(0, question) + (kept.isEmpty() ? "" : "?" + String.join("&", kept));
    }
    return new OutsideDatabase(
        "jdbc:postgresql:" + rest,
        user.isEmpty() ? foundUser : user,
        password.isEmpty() ? foundPassword : password);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private void check() {
    var login = new Properties();
    if (!user.isEmpty()) {
      login.setProperty("user", user);
    }
    if (!password.isEmpty()) {
      login.setProperty("password", password);
    }
    login.setProperty("connectTimeout", "10");
    try (var connection = DriverManager.getConnection(jdbcUrl, login);
        var rows =
            connection
                .createStatement()
                .executeQuery(
                    "select current_setting('server_version_num')::int / 10000,"
                        + " current_setting('server_encoding')")) {
      rows.next();
      int major = rows.getInt(1);
      String encoding = rows.getString(2);
      if (major < OLDEST_MAJOR) {
        throw new RecordsException(
            "records.wrong_version",
            Kind.USER,
            "The database at "
                + jdbcUrl
                + " (HUOSHUI_DB_URL) is PostgreSQL "
                + major
                + ". Huoshui needs "
                + OLDEST_MAJOR
                + " or newer: upgrade it, or unset HUOSHUI_DB_URL to use the one built in.");
      }
      if (!encoding.equals("UTF8")) {
        throw new RecordsException(
            "records.wrong_encoding",
            Kind.USER,
            "The database at "
                + jdbcUrl
                + " (HUOSHUI_DB_URL) stores text as "
                + encoding
                + ". Create one with ENCODING 'UTF8' and name that.");
      }
    } catch (SQLException e) {
      String state = String.valueOf(e.getSQLState());
      boolean login28 = state.startsWith("28");
      boolean unknown = state.equals("3D000");
      throw new RecordsException(
          login28
              ? "records.login_refused"
              : unknown ? "records.no_database" : "records.unreachable",
          login28 || unknown ? Kind.USER : Kind.EXTERNAL,
          "The database at "
              + jdbcUrl
              + " (HUOSHUI_DB_URL), user '"
              + user
              + "', answered: "
              + firstLine(String.valueOf(e.getMessage()))
              + (login28
                  ? ". Check HUOSHUI_DB_USER and HUOSHUI_DB_PASSWORD."
                  : unknown
                      ? ". Create it (createdb) or name another."
                      : ". Check that it runs and that this machine may connect; unset"
                          + " HUOSHUI_DB_URL to use the one built in."),
          e);
    }
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("").replaceAll("\\.$", "");
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return "OutsideDatabase[" + jdbcUrl + ", user " + user + "]";
  }
}
