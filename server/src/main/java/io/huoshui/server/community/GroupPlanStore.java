package io.huoshui.server.community;

import io.huoshui.community.CommunityJson;
import io.huoshui.community.GroupPlan;
import io.huoshui.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Plans of posts and their dated posts, as rows.
@Repository
class GroupPlanStore {
  private static final String NEWEST =
      """
      select distinct on (p.name) p.name, p.version, p.body::text as body, p.written, p.who,
             p.published_at, s.since, s.paused
      from group_plan p join group_plan_state s on s.name = p.name
      """;

  private final JdbcClient sql;

  GroupPlanStore(JdbcClient sql) {
    this.sql = sql;
  }

  /// @param since nothing from before is posted
  record Published(
      GroupPlan plan,
      int version,
      String written,
      String who,
      Instant publishedAt,
      Instant since,
      boolean paused) {}

  private static Published published(ResultSet row, int number) throws SQLException {
    return new Published(
        CommunityJson.plan(Json.parse(row.getString("body"))),
        row.getInt("version"),
        row.getString("written"),
        row.getString("who"),
        row.getTimestamp("published_at").toInstant(),
        row.getTimestamp("since").toInstant(),
        row.getBoolean("paused"));
  }

  List<Published> all() {
    return sql.sql(NEWEST + "order by p.name, p.version desc")
        .query(GroupPlanStore::published)
        .list();
  }

  Optional<Published> find(String name) {
    return sql.sql(NEWEST + "where p.name = :name order by p.name, p.version desc")
        .param("name", name)
        .query(GroupPlanStore::published)
        .optional();
  }

  private static OffsetDateTime utc(Instant at) {
    return at.atOffset(ZoneOffset.UTC);
  }

  void publish(String name, String body, String written, String who, Instant now) {
    sql.sql(
            """
            insert into group_plan (name, version, body, written, who, published_at)
            select :name, coalesce(max(version), 0) + 1, cast(:body as jsonb), :written, :who, :now
            from group_plan where name = :name
            """)
        .param("name", name)
        .param("body", body)
        .param("written", written)
        .param("who", who)
        .param("now", utc(now))
        .update();
    sql.sql(
            """
            insert into group_plan_state (name, since) values (:name, :now)
            on conflict (name) do nothing
            """)
        .param("name", name)
        .param("now", utc(now))
        .update();
  }

  /// What falls due while a plan is paused is not made good afterwards.
  void pause(String name, boolean paused, Instant now) {
    sql.sql(
            """
            update group_plan_state set paused = :paused,
              since = case when not :paused and paused then :now else since end
            where name = :name
            """)
        .param("name", name)
        .param("paused", paused)
        .param("now", utc(now))
        .update();
    if (!paused) {
      sql.sql("delete from group_plan_mark where plan = :name").param("name", name).update();
    }
  }

  /// Up to when posts of a group are written down; null when none ever were.
  @Nullable Instant mark(String plan, String chat) {
    return sql.sql("select until from group_plan_mark where plan = :plan and chat = :chat")
        .param("plan", plan)
        .param("chat", chat)
        .query(Timestamp.class)
        .optional()
        .map(Timestamp::toInstant)
        .orElse(null);
  }

  void mark(String plan, String chat, Instant until) {
    sql.sql(
            """
            insert into group_plan_mark (plan, chat, until) values (:plan, :chat, :until)
            on conflict (plan, chat) do update set until = excluded.until
            """)
        .param("plan", plan)
        .param("chat", chat)
        .param("until", utc(until))
        .update();
  }

  void add(GroupPlan.Post post, String text) {
    sql.sql(
            """
            insert into group_post (plan, line, chat, occurrence, due_at, state, text)
            values (:plan, :line, :chat, :occurrence, :due, 'due', :text) on conflict do nothing
            """)
        .param("plan", post.plan())
        .param("line", post.line().id())
        .param("chat", post.chat())
        .param("occurrence", post.occurrence())
        .param("due", utc(post.at()))
        .param("text", text)
        .update();
  }

  /// A dated post.
  ///
  /// @param state `due`, `asked` (handed over, no answer yet), `taken` by the platform, `sent`,
  ///   `skipped`, `refused`, `unknown` (the answer was lost; it is not posted again)
  record Row(
      String plan,
      String line,
      String chat,
      LocalDate occurrence,
      Instant dueAt,
      String state,
      String why,
      String owner,
      String text,
      @Nullable String platformId,
      @Nullable Instant decidedAt,
      @Nullable Instant sentAt) {}

  private static final String POSTS =
      """
      select plan, line, chat, occurrence, due_at, state, why, owner, text, platform_id,
             decided_at, sent_at
      from group_post
      """;

  private static @Nullable Instant instant(@Nullable Timestamp at) {
    return at == null ? null : at.toInstant();
  }

  private static Row post(ResultSet row, int number) throws SQLException {
    return new Row(
        row.getString("plan"),
        row.getString("line"),
        row.getString("chat"),
        row.getObject("occurrence", LocalDate.class),
        row.getTimestamp("due_at").toInstant(),
        row.getString("state"),
        row.getString("why"),
        row.getString("owner"),
        row.getString("text"),
        row.getString("platform_id"),
        instant(row.getTimestamp("decided_at")),
        instant(row.getTimestamp("sent_at")));
  }

  List<Row> due(Instant now) {
    return sql.sql(
            POSTS
                + """
                where state = 'due' and (not_before is null or not_before <= :now)
                order by due_at, plan, line, chat limit 2000
                """)
        .param("now", utc(now))
        .query(GroupPlanStore::post)
        .list();
  }

  /// What the platform took since an instant, and may have sent by now.
  List<Row> taken(Instant since) {
    return sql.sql(POSTS + "where state = 'taken' and decided_at > :since order by due_at")
        .param("since", utc(since))
        .query(GroupPlanStore::post)
        .list();
  }

  List<Row> of(@Nullable String plan, @Nullable String chat, Instant from, Instant to) {
    return sql.sql(
            POSTS
                + """
                where due_at >= :from and due_at < :to
                  and (cast(:plan as text) is null or plan = :plan)
                  and (cast(:chat as text) is null or chat = :chat)
                order by due_at, plan, line, chat limit 2000
                """)
        .param("plan", plan)
        .param("chat", chat)
        .param("from", utc(from))
        .param("to", utc(to))
        .query(GroupPlanStore::post)
        .list();
  }

  void decide(Row row, String state, String why, String owner, @Nullable String id, Instant now) {
    sql.sql(
            """
            update group_post set state = :state, why = :why, owner = :owner,
              platform_id = coalesce(:id, platform_id), decided_at = :now
            where plan = :plan and line = :line and chat = :chat and occurrence = :occurrence
            """)
        .param("state", state)
        .param("why", why)
        .param("owner", owner)
        .param("id", id)
        .param("now", utc(now))
        .param("plan", row.plan())
        .param("line", row.line())
        .param("chat", row.chat())
        .param("occurrence", row.occurrence())
        .update();
  }

  /// Again, not before an instant.
  void later(Row row, String why, Instant notBefore) {
    sql.sql(
            """
            update group_post set state = 'due', why = :why, not_before = :at
            where plan = :plan and line = :line and chat = :chat and occurrence = :occurrence
            """)
        .param("why", why)
        .param("at", utc(notBefore))
        .param("plan", row.plan())
        .param("line", row.line())
        .param("chat", row.chat())
        .param("occurrence", row.occurrence())
        .update();
  }

  void sent(Row row, Instant at) {
    sql.sql(
            """
            update group_post set state = 'sent', sent_at = :at
            where plan = :plan and line = :line and chat = :chat and occurrence = :occurrence
            """)
        .param("at", utc(at))
        .param("plan", row.plan())
        .param("line", row.line())
        .param("chat", row.chat())
        .param("occurrence", row.occurrence())
        .update();
  }

  /// What a former process handed over and got no answer for.
  void giveUpAsked() {
    sql.sql(
            """
            update group_post set state = 'unknown',
              why = 'The answer was lost. It is not posted again.' where state = 'asked'
            """)
        .update();
  }

  @Nullable Instant nextNotBefore() {
    return sql.sql("select min(coalesce(not_before, due_at)) from group_post where state = 'due'")
        .query(Timestamp.class)
        .optional()
        .map(Timestamp::toInstant)
        .orElse(null);
  }
}
