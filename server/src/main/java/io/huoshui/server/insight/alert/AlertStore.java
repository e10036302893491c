package io.huoshui.server.insight.alert;

import io.huoshui.insight.alert.AlertRule;
import io.huoshui.insight.alert.AlertRuleJson;
import io.huoshui.insight.alert.AlertState;
import io.huoshui.insight.tree.Days;
import io.huoshui.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/// Rules with what is remembered of them, routes, history, and notices.
@Repository
class AlertStore {
  private final JdbcClient sql;

  AlertStore(JdbcClient sql) {
    this.sql = sql;
  }

  // Routes.

  /// @param target sealed
  /// @param incidents whether incidents are told there, too
  record Route(
      String name,
      String kind,
      String shown,
      String target,
      boolean incidents,
      Instant createdAt) {}

  void route(String name, String kind, String shown, String target, boolean incidents) {
    sql.sql(
            """
            insert into alert_route (name, kind, shown, target, incidents)
            values (:name, :kind, :shown, :target, :incidents)
            on conflict (name) do update
            set kind = excluded.kind, shown = excluded.shown, target = excluded.target,
                incidents = excluded.incidents
            """)
        .param("name", name)
        .param("kind", kind)
        .param("shown", shown)
        .param("target", target)
        .param("incidents", incidents)
        .update();
  }

  List<Route> routes() {
    return sql.sql(
            """
            select name, kind, shown, target, incidents, created_at from alert_route order by name
            """)
        .query(
            (row, _) ->
                new Route(
                    row.getString("name"),
                    row.getString("kind"),
                    row.getString("shown"),
                    row.getString("target"),
                    row.getBoolean("incidents"),
                    row.getTimestamp("created_at").toInstant()))
        .list();
  }

  Optional<Route> route(String name) {
    return routes().stream().filter(each -> each.name().equals(name)).findFirst();
  }

  boolean forgetRoute(String name) {
    return sql.sql("delete from alert_route where name = :name").param("name", name).update() > 0;
  }

  // Rules.

  /// @param trouble why the last look failed; null when it did not
  /// @param body as it was posted
  record Watched(
      AlertRule rule,
      String body,
      AlertState state,
      String who,
      Instant createdAt,
      @Nullable String trouble) {}

  /// A rule that takes the place of one begins anew.
  void watch(String name, String body, String who) {
    sql.sql(
            """
            insert into alert_rule (name, body, who) values (:name, cast(:body as jsonb), :who)
            on conflict (name) do update
            set body = excluded.body, who = excluded.who, since = null, told = false,
                judged = null, trouble = null
            """)
        .param("name", name)
        .param("body", body)
        .param("who", who)
        .update();
  }

  List<Watched> all() {
    return sql.sql(
            """
            select body::text as body, who, created_at, since, told, snoozed_until, judged, trouble
            from alert_rule order by name
            """)
        .query((row, _) -> watched(row))
        .list();
  }

  Optional<Watched> find(String name) {
    return sql.sql(
            """
            select body::text as body, who, created_at, since, told, snoozed_until, judged, trouble
            from alert_rule where name = :name
            """)
        .param("name", name)
        .query((row, _) -> watched(row))
        .optional();
  }

  private static Watched watched(ResultSet row) throws SQLException {
    Timestamp snoozed = row.getTimestamp("snoozed_until");
    return new Watched(
        AlertRuleJson.read(Json.parse(row.getString("body"))),
        row.getString("body"),
        new AlertState(
            days(row.getString("since")),
            row.getBoolean("told"),
            snoozed == null ? null : snoozed.toInstant(),
            days(row.getString("judged"))),
        row.getString("who"),
        row.getTimestamp("created_at").toInstant(),
        row.getString("trouble"));
  }

  private static @Nullable Days days(@Nullable String text) {
    return text == null ? null : Days.parse(text);
  }

  private static @Nullable String text(@Nullable Days days) {
    return days == null ? null : days.toString();
  }

  boolean forget(String name) {
    return sql.sql("delete from alert_rule where name = :name").param("name", name).update() > 0;
  }

  void snooze(String name, @Nullable Instant until) {
    sql.sql("update alert_rule set snoozed_until = :until where name = :name")
        .param("name", name)
        .param("until", until == null ? null : Timestamp.from(until))
        .update();
  }

  void trouble(String name, String why) {
    sql.sql("update alert_rule set trouble = :why where name = :name")
        .param("name", name)
        .param("why", why)
        .update();
  }

  /// What happened of a rule.
  ///
  /// @param what `raised`, `lasts`, `ended`
  record Happened(
      long id,
      String rule,
      Instant at,
      String days,
      String what,
      @Nullable Double value,
      String zh,
      String en) {}

  /// A notice that is to be made.
  record Telling(String route, String title, String body) {}

  /// Writes a look down: what is remembered, what happened, and what is to be told; all or nothing.
  ///
  /// @param was what was remembered before; when another look came first nothing is written
  /// @return whether it was written
  @Transactional
  public boolean looked(
      String rule,
      AlertState was,
      AlertState state,
      @Nullable Happened happened,
      List<Telling> tell) {
    int rows =
        sql.sql(
                """
                update alert_rule
                set since = :since, told = :told, judged = :judged, trouble = null
                where name = :name and judged is not distinct from :was and told = :wasTold
                """)
            .param("since", text(state.since()))
            .param("told", state.told())
            .param("judged", text(state.judged()))
            .param("name", rule)
            .param("was", text(was.judged()))
            .param("wasTold", was.told())
            .update();
    if (rows == 0) {
      return false;
    }
    if (happened != null) {
      sql.sql(
              """
              insert into alert_history (rule, happened_at, days, what, value, zh, en)
              values (:rule, :at, :days, :what, :value, :zh, :en)
              """)
          .param("rule", rule)
          .param("at", Timestamp.from(happened.at()))
          .param("days", happened.days())
          .param("what", happened.what())
          .param("value", happened.value())
          .param("zh", happened.zh())
          .param("en", happened.en())
          .update();
    }
    for (Telling each : tell) {
      sql.sql(
              """
              insert into alert_notice (rule, route, title, body)
              values (:rule, :route, :title, :body)
              """)
          .param("rule", rule)
          .param("route", each.route())
          .param("title", each.title())
          .param("body", each.body())
          .update();
    }
    return true;
  }

  /// The newest first.
  ///
  /// @param rule empty for all
  List<Happened> history(String rule, long before, int most) {
    return sql.sql(
            """
            select id, rule, happened_at, days, what, value, zh, en from alert_history
            where (:rule = '' or rule = :rule) and id < :before order by id desc limit :most
            """)
        .param("rule", rule)
        .param("before", before)
        .param("most", most)
        .query(
            (row, _) ->
                new Happened(
                    row.getLong("id"),
                    row.getString("rule"),
                    row.getTimestamp("happened_at").toInstant(),
                    row.getString("days"),
                    row.getString("what"),
                    row.getObject("value", Double.class),
                    row.getString("zh"),
                    row.getString("en")))
        .list();
  }

  // Notices.

  /// @param state `open`, `told`, `refused`, `given_up`
  record Notice(
      long id,
      String rule,
      String route,
      String title,
      String body,
      Instant createdAt,
      int attempts,
      Instant notBefore,
      @Nullable String failure,
      String state) {}

  private static Notice notice(ResultSet row) throws SQLException {
    return new Notice(
        row.getLong("id"),
        row.getString("rule"),
        row.getString("route"),
        row.getString("title"),
        row.getString("body"),
        row.getTimestamp("created_at").toInstant(),
        row.getInt("attempts"),
        row.getTimestamp("not_before").toInstant(),
        row.getString("failure"),
        row.getString("state"));
  }

  /// What is to be told now, the oldest first.
  List<Notice> due(int most) {
    return sql.sql(
            """
            select * from alert_notice where state = 'open' and not_before <= now()
            order by id limit :most
            """)
        .param("most", most)
        .query((row, _) -> notice(row))
        .list();
  }

  List<Notice> notices(long before, int most) {
    return sql.sql("select * from alert_notice where id < :before order by id desc limit :most")
        .param("before", before)
        .param("most", most)
        .query((row, _) -> notice(row))
        .list();
  }

  /// What became of a try.
  ///
  /// @param wait before the next
  void tried(long id, String state, @Nullable String failure, Duration wait) {
    sql.sql(
            """
            update alert_notice
            set state = :state, failure = :failure, attempts = attempts + 1,
                not_before = now() + cast(:wait as double precision) * interval '1 second'
            where id = :id
            """)
        .param("id", id)
        .param("state", state)
        .param("failure", failure)
        .param("wait", (double) wait.toSeconds())
        .update();
  }

  /// Lets one that was refused, given up or waits be tried at once.
  boolean again(long id) {
    return sql.sql(
                "update alert_notice set state = 'open', not_before = now() where id = :id and"
                    + " state <> 'told'")
            .param("id", id)
            .update()
        > 0;
  }
}
