package io.huoshui.server.insight.alert;

import io.huoshui.insight.alert.Incident;
import io.huoshui.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/// Incidents as long as they last. What begins and ends stands in the history of alerts, and what
/// is told of it among their notices, which tries each way until it is told.
@Repository
class IncidentStore {
  private final JdbcClient sql;

  IncidentStore(JdbcClient sql) {
    this.sql = sql;
  }

  /// @param since when this kind of it began
  record Lasting(Incident incident, Instant since) {}

  private static Lasting row(ResultSet row, int number) throws SQLException {
    Json words = Json.parse(row.getString("words"));
    return new Lasting(
        new Incident(
            row.getString("name"),
            row.getString("kind"),
            words(words, "title"),
            words(words, "what"),
            words(words, "next"),
            row.getObject("value", Double.class)),
        row.getTimestamp("since").toInstant());
  }

  private static Incident.Words words(Json json, String key) {
    return json instanceof Json.Obj object && object.get(key) instanceof Json.Obj words
        ? new Incident.Words(text(words, "zh"), text(words, "en"))
        : new Incident.Words("", "");
  }

  private static String text(Json.Obj json, String key) {
    return json.get(key) instanceof Json.Str(String text) ? text : "";
  }

  private static Json json(Incident.Words words) {
    return Json.object("zh", Json.of(words.zh()), "en", Json.of(words.en()));
  }

  /// The oldest first.
  List<Lasting> all() {
    return sql.sql("select * from incident order by since, name").query(IncidentStore::row).list();
  }

  Optional<Lasting> find(String name) {
    return sql.sql("select * from incident where name = :name")
        .param("name", name)
        .query(IncidentStore::row)
        .optional();
  }

  /// Of several servers that see the same at once, one writes and tells it.
  ///
  /// @return whether it was news
  @Transactional
  public boolean begin(Incident incident, Instant at, ZoneId zone) {
    int rows =
        sql.sql(
                """
                insert into incident (name, kind, since, value, words)
                values (:name, :kind, :since, :value, cast(:words as jsonb))
                on conflict (name) do update
                set kind = excluded.kind, since = excluded.since, value = excluded.value,
                    words = excluded.words
                where incident.kind <> excluded.kind
                """)
            .param("name", incident.name())
            .param("kind", incident.kind())
            .param("since", Timestamp.from(at))
            .param("value", incident.value())
            .param(
                "words",
                Json.object(
                        "title", json(incident.title()),
                        "what", json(incident.what()),
                        "next", json(incident.next()))
                    .write())
            .update();
    if (rows > 0) {
      happened(incident, at, at, false, zone);
    }
    return rows > 0;
  }

  /// @return whether it lasted until now
  @Transactional
  public boolean end(String name, Instant at, ZoneId zone) {
    Lasting ended =
        sql.sql("delete from incident where name = :name returning *")
            .param("name", name)
            .query(IncidentStore::row)
            .optional()
            .orElse(null);
    if (ended != null) {
      happened(ended.incident(), ended.since(), at, true, zone);
    }
    return ended != null;
  }

  private void happened(Incident of, Instant since, Instant at, boolean over, ZoneId zone) {
    sql.sql(
            """
            insert into alert_history (rule, happened_at, days, what, value, zh, en)
            values (:rule, :at, :days, :what, :value, :zh, :en)
            """)
        .param("rule", of.name())
        .param("at", Timestamp.from(at))
        .param("days", at.atZone(zone).toLocalDate().toString())
        .param("what", over ? "ended" : "raised")
        .param("value", of.value())
        .param("zh", String.join("\n", of.lines(true, over)))
        .param("en", String.join("\n", of.lines(false, over)))
        .update();
    sql.sql(
            """
            insert into alert_notice (rule, route, title, body)
            select :rule, name, :title, :body from alert_route where incidents
            """)
        .param("rule", of.name())
        .param("title", of.title(over))
        .param("body", of.json(since, over).write())
        .update();
  }
}
