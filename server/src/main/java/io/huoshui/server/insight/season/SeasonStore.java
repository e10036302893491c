package io.huoshui.server.insight.season;

import io.huoshui.insight.report.Report;
import io.huoshui.insight.report.ReportJson;
import io.huoshui.insight.season.Season;
import io.huoshui.insight.season.SeasonJson;
import io.huoshui.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Seasons and the reviews of those that were closed, as rows.
@Repository
class SeasonStore {
  private final JdbcClient sql;

  SeasonStore(JdbcClient sql) {
    this.sql = sql;
  }

  /// @param sha256 of the report's text
  record Closed(Instant at, long record, Report report, String sha256, String who) {}

  List<Season> all() {
    return sql.sql("select body from season order by name").query(String.class).list().stream()
        .map(SeasonStore::read)
        .toList();
  }

  Optional<Season> find(String name) {
    return sql.sql("select body from season where name = :name")
        .param("name", name)
        .query(String.class)
        .optional()
        .map(SeasonStore::read);
  }

  private static Season read(String body) {
    return SeasonJson.read(Json.parse(body));
  }

  void put(Season season, Instant now, String who) {
    sql.sql(
            """
            insert into season (name, body, changed_at, who) values (:name, :body, :now, :who)
            on conflict (name) do update
            set body = excluded.body, changed_at = excluded.changed_at, who = excluded.who
            """)
        .param("name", season.name())
        .param("body", SeasonJson.write(season).write())
        .param("now", Timestamp.from(now))
        .param("who", who)
        .update();
  }

  boolean remove(String name) {
    return sql.sql("delete from season where name = :name").param("name", name).update() > 0;
  }

  Optional<Closed> closed(String season) {
    return sql.sql(
            "select closed_at, record, body, sha256, who from season_report where season = :season")
        .param("season", season)
        .query(
            (row, _) ->
                new Closed(
                    row.getTimestamp("closed_at").toInstant(),
                    row.getLong("record"),
                    ReportJson.read(Json.parse(row.getString("body"))),
                    row.getString("sha256"),
                    row.getString("who")))
        .optional();
  }

  /// @return false when it was closed already; then nothing changes
  boolean close(String season, Instant at, long record, Report report, String who) {
    String body = ReportJson.write(report).write();
    return sql.sql(
                """
                insert into season_report (season, closed_at, record, body, sha256, who)
                values (:season, :at, :record, :body, :sha256, :who)
                on conflict (season) do nothing
                """)
            .param("season", season)
            .param("at", Timestamp.from(at))
            .param("record", record)
            .param("body", body)
            .param("sha256", sha256(body))
            .param("who", who)
            .update()
        > 0;
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
