package io.huoshui.server.sending;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Mass tasks as rows.
@Repository
class MassStore {
  private final JdbcClient sql;

  MassStore(JdbcClient sql) {
    this.sql = sql;
  }

  /// @param plannedAt when its audience and journey were in force; null when something went wrong
  /// @param closedAt when the guides' time was over
  record Mass(
      String id,
      String title,
      String template,
      long people,
      String said,
      Instant dueAt,
      @Nullable Duration confirmWithin,
      String who,
      Instant createdAt,
      @Nullable Instant plannedAt,
      @Nullable Instant launchedAt,
      @Nullable Instant cancelledAt,
      @Nullable Instant closedAt) {
    String state() {
      return cancelledAt != null
          ? "cancelled"
          : closedAt != null
              ? "closed"
              : launchedAt != null ? "launched" : plannedAt != null ? "planned" : "unplanned";
    }
  }

  private static @Nullable Instant at(ResultSet row, String column) throws SQLException {
    Timestamp at = row.getTimestamp(column);
    return at == null ? null : at.toInstant();
  }

  private static Mass row(ResultSet row, int number) throws SQLException {
    long seconds = row.getLong("confirm_within");
    return new Mass(
        row.getString("id"),
        row.getString("title"),
        row.getString("template"),
        row.getLong("people"),
        row.getString("said"),
        row.getTimestamp("due_at").toInstant(),
        seconds == 0 ? null : Duration.ofSeconds(seconds),
        row.getString("who"),
        row.getTimestamp("created_at").toInstant(),
        at(row, "planned_at"),
        at(row, "launched_at"),
        at(row, "cancelled_at"),
        at(row, "closed_at"));
  }

  String nextId() {
    return "mass_" + sql.sql("select nextval('mass_task_number')").query(Long.class).single();
  }

  void add(Mass mass) {
    sql.sql(
            """
            insert into mass_task
              (id, title, template, people, said, due_at, confirm_within, who, created_at)
            values (:id, :title, :template, :people, :said, :due, :within, :who, :created)
            """)
        .param("id", mass.id())
        .param("title", mass.title())
        .param("template", mass.template())
        .param("people", mass.people())
        .param("said", mass.said())
        .param("due", mass.dueAt().atOffset(ZoneOffset.UTC))
        .param("within", mass.confirmWithin() == null ? null : mass.confirmWithin().toSeconds())
        .param("who", mass.who())
        .param("created", mass.createdAt().atOffset(ZoneOffset.UTC))
        .update();
  }

  /// Marks a step of its life, once.
  ///
  /// @param step `planned_at`, `launched_at`, `cancelled_at`, `closed_at`
  private void mark(String id, String step, Instant at) {
    sql.sql("update mass_task set " + step + " = :at where id = :id and " + step + " is null")
        .param("id", id)
        .param("at", at.atOffset(ZoneOffset.UTC))
        .update();
  }

  void planned(String id, Instant at) {
    mark(id, "planned_at", at);
  }

  void launched(String id, Instant at) {
    mark(id, "launched_at", at);
  }

  void cancelled(String id, Instant at) {
    mark(id, "cancelled_at", at);
  }

  void closed(String id, Instant at) {
    mark(id, "closed_at", at);
  }

  List<Mass> all(int most) {
    return sql.sql("select * from mass_task order by created_at desc, id limit :most")
        .param("most", most)
        .query(MassStore::row)
        .list();
  }

  Optional<Mass> find(String id) {
    return sql.sql("select * from mass_task where id = :id")
        .param("id", id)
        .query(MassStore::row)
        .optional();
  }

  /// What is to be launched by an instant, in order.
  List<Mass> due(Instant by) {
    return sql.sql(
            """
            select * from mass_task
            where planned_at is not null and launched_at is null and cancelled_at is null
              and due_at <= :by
            order by due_at, id
            """)
        .param("by", by.atOffset(ZoneOffset.UTC))
        .query(MassStore::row)
        .list();
  }

  /// Whose guides had their time by an instant.
  List<Mass> overdue(Instant by) {
    return sql.sql(
            """
            select * from mass_task
            where launched_at is not null and closed_at is null and cancelled_at is null
              and confirm_within is not null
              and launched_at + confirm_within * interval '1 second' <= :by
            order by launched_at, id
            """)
        .param("by", by.atOffset(ZoneOffset.UTC))
        .query(MassStore::row)
        .list();
  }

  List<String> cancelled() {
    return sql.sql("select id from mass_task where cancelled_at is not null")
        .query(String.class)
        .list();
  }

  int reminders(String task, Instant since) {
    return sql.sql("select count(*) from mass_reminder where task = :task and reminded_at > :since")
        .param("task", task)
        .param("since", since.atOffset(ZoneOffset.UTC))
        .query(Integer.class)
        .single();
  }

  void reminding(String mass, String task, Instant at, String who) {
    sql.sql(
            """
            insert into mass_reminder (mass, task, reminded_at, who)
            values (:mass, :task, :at, :who)
            """)
        .param("mass", mass)
        .param("task", task)
        .param("at", at.atOffset(ZoneOffset.UTC))
        .param("who", who)
        .update();
  }
}
