package io.huoshui.server.journey;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Tasks of guides and calls of hooks as rows that follow the log, and the hooks themselves.
@Repository
class FollowStore {
  private static final String NAME = "journey";

  private final JdbcClient sql;

  FollowStore(JdbcClient sql) {
    this.sql = sql;
  }

  int nextEvent() {
    return sql.sql("select next_event from follows where name = :name")
        .param("name", NAME)
        .query(Integer.class)
        .optional()
        .orElse(0);
  }

  void followed(int next) {
    sql.sql(
            """
            insert into follows (name, next_event) values (:name, :next)
            on conflict (name) do update set next_event = excluded.next_event
            """)
        .param("name", NAME)
        .param("next", next)
        .update();
  }

  // Tasks.

  private static GuideTask task(ResultSet row, int number) throws SQLException {
    var done = row.getTimestamp("done_at");
    return new GuideTask(
        row.getString("task"),
        row.getInt("profile"),
        row.getString("guide"),
        row.getString("title"),
        row.getString("script"),
        row.getString("journey"),
        row.getTimestamp("assigned_at").toInstant(),
        row.getTimestamp("due_at").toInstant(),
        row.getString("state"),
        done == null ? null : done.toInstant(),
        row.getString("evidence"),
        row.getString("evidence_kind"),
        row.getBoolean("verified"),
        row.getString("moved_why"),
        row.getInt("reopened"));
  }

  void assigned(GuideTask task) {
    sql.sql(
            """
            insert into guide_task (task, profile, guide, title, script, journey, assigned_at, due_at)
            values (:task, :profile, :guide, :title, :script, :journey, :assigned, :due)
            on conflict (task) do nothing
            """)
        .param("task", task.task())
        .param("profile", task.profile())
        .param("guide", task.guide())
        .param("title", task.title())
        .param("script", task.script())
        .param("journey", task.journey())
        .param("assigned", task.assignedAt().atOffset(ZoneOffset.UTC))
        .param("due", task.due().atOffset(ZoneOffset.UTC))
        .update();
  }

  /// @param reopened which end it is: one of before it was opened again says nothing any more
  void done(String task, int reopened, Instant at, String evidence, String kind, boolean verified) {
    sql.sql(
            """
            update guide_task set state = 'done', done_at = :at, evidence = :evidence,
                   evidence_kind = nullif(:kind, ''), verified = :verified
            where task = :task and state in ('open', 'skipped') and reopened <= :reopened
            """)
        .param("task", task)
        .param("reopened", reopened)
        .param("at", at.atOffset(ZoneOffset.UTC))
        .param("evidence", evidence)
        .param("kind", kind)
        .param("verified", verified)
        .update();
  }

  /// @return false when it is not in this state any more
  boolean moved(GuideTask task, String state, String guide, boolean reopens, String why) {
    return sql.sql(
                """
                update guide_task set state = :state, guide = :guide, moved_why = :why,
                       reopened = reopened + :more,
                       done_at = case when :state = 'open' then null else done_at end,
                       evidence = case when :state = 'open' then null else evidence end,
                       evidence_kind = case when :state = 'open' then null else evidence_kind end,
                       verified = verified and :state <> 'open'
                where task = :task and state = :from and guide = :had
                """)
            .param("task", task.task())
            .param("from", task.state())
            .param("had", task.guide())
            .param("state", state)
            .param("guide", guide)
            .param("why", why)
            .param("more", reopens ? 1 : 0)
            .update()
        == 1;
  }

  Optional<GuideTask> task(String task) {
    return sql.sql("select * from guide_task where task = :task")
        .param("task", task)
        .query(FollowStore::task)
        .optional();
  }

  /// The nearest end first.
  ///
  /// @param guides whose; null for everybody
  /// @param states `open`, `done`…
  List<GuideTask> tasks(@Nullable Collection<String> guides, Collection<String> states, int most) {
    return sql.sql(
            """
            select * from guide_task
            where (:everybody or guide in (:guides)) and state in (:states)
            order by due_at, task limit :most
            """)
        .param("everybody", guides == null)
        .param("guides", guides == null || guides.isEmpty() ? List.of("") : guides)
        .param("states", states)
        .param("most", most)
        .query(FollowStore::task)
        .list();
  }

  /// Open tasks about a customer, by all names they had.
  List<GuideTask> tasksAbout(Collection<Integer> names) {
    return sql.sql(
            """
            select * from guide_task where profile in (:names) and state = 'open'
            order by due_at, task
            """)
        .param("names", names.isEmpty() ? List.of(-1) : names)
        .query(FollowStore::task)
        .list();
  }

  /// Nobody knows any more whom tasks were about, and those that are open are nobody's to do. That
  /// there were so many stays. Hooks that wait to be told are not.
  ///
  /// @param names of the person
  void forget(Collection<Integer> names) {
    sql.sql(
            """
            update guide_task
            set title = '', script = '', evidence = null,
                moved_why = case when state in ('open', 'cancelled') then 'erased' end,
                state = case when state = 'open' then 'cancelled' else state end
            where profile in (:names)
            """)
        .param("names", names)
        .update();
    sql.sql("delete from hook_call where profile in (:names) and told_at is null")
        .param("names", names)
        .update();
  }

  /// By guide: how many are open with their end before an instant, before another, after it.
  record Load(String guide, long overdue, long today, long later, long doneToday) {}

  List<Load> loads(Instant now, Instant dayBegins, Instant dayEnds) {
    return sql.sql(
            """
            select guide,
                   count(*) filter (where state = 'open' and due_at < :now) as overdue,
                   count(*) filter (where state = 'open' and due_at >= :now and due_at < :end) as today,
                   count(*) filter (where state = 'open' and due_at >= :end and due_at >= :now) as later,
                   count(*) filter (where state = 'done' and done_at >= :begin and done_at < :end) as done
            from guide_task group by guide order by guide
            """)
        .param("now", now.atOffset(ZoneOffset.UTC))
        .param("begin", dayBegins.atOffset(ZoneOffset.UTC))
        .param("end", dayEnds.atOffset(ZoneOffset.UTC))
        .query(
            (row, _) ->
                new Load(
                    row.getString("guide"),
                    row.getLong("overdue"),
                    row.getLong("today"),
                    row.getLong("later"),
                    row.getLong("done")))
        .list();
  }

  // Hooks.

  record Hook(String name, String url, String sealed) {}

  void hook(Hook hook) {
    sql.sql(
            """
            insert into hook (name, url, secret) values (:name, :url, :secret)
            on conflict (name) do update set url = excluded.url, secret = excluded.secret
            """)
        .param("name", hook.name())
        .param("url", hook.url())
        .param("secret", hook.sealed())
        .update();
  }

  List<Hook> hooks() {
    return sql.sql("select name, url, secret from hook order by name")
        .query(
            (row, _) ->
                new Hook(row.getString("name"), row.getString("url"), row.getString("secret")))
        .list();
  }

  /// @param number of the event in the log's row of events
  record Call(
      int number,
      String hook,
      String key,
      String journey,
      int profile,
      Instant happenedAt,
      int attempts) {}

  void wanted(Call call) {
    sql.sql(
            """
            insert into hook_call (number, hook, key, journey, profile, happened_at)
            values (:number, :hook, :key, :journey, :profile, :at) on conflict do nothing
            """)
        .param("number", call.number())
        .param("hook", call.hook())
        .param("key", call.key())
        .param("journey", call.journey())
        .param("profile", call.profile())
        .param("at", call.happenedAt().atOffset(ZoneOffset.UTC))
        .update();
  }

  List<Call> open(int most) {
    return sql.sql(
            """
            select number, hook, key, journey, profile, happened_at, attempts from hook_call
            where told_at is null and not_before <= now() order by number limit :most
            """)
        .param("most", most)
        .query(
            (row, _) ->
                new Call(
                    row.getInt("number"),
                    row.getString("hook"),
                    row.getString("key"),
                    row.getString("journey"),
                    row.getInt("profile"),
                    row.getTimestamp("happened_at").toInstant(),
                    row.getInt("attempts")))
        .list();
  }

  void told(int number) {
    sql.sql("update hook_call set told_at = now(), failure = null where number = :number")
        .param("number", number)
        .update();
  }

  void notTold(int number, String why, Instant again) {
    sql.sql(
            """
            update hook_call set attempts = attempts + 1, failure = :why, not_before = :again
            where number = :number
            """)
        .param("number", number)
        .param("why", why)
        .param("again", again.atOffset(ZoneOffset.UTC))
        .update();
  }

  /// @param waiting calls that are not told yet
  /// @param failure of the latest that failed
  record HookState(String name, String url, long told, long waiting, @Nullable String failure) {}

  List<HookState> hookStates() {
    return sql.sql(
            """
            select h.name, h.url,
                   count(c.told_at) as told,
                   count(c.number) filter (where c.told_at is null) as waiting,
                   (array_agg(c.failure order by c.number desc)
                      filter (where c.failure is not null))[1] as failure
            from hook h left join hook_call c on c.hook = h.name
            group by h.name, h.url order by h.name
            """)
        .query(
            (row, _) ->
                new HookState(
                    row.getString("name"),
                    row.getString("url"),
                    row.getLong("told"),
                    row.getLong("waiting"),
                    row.getString("failure")))
        .list();
  }
}
