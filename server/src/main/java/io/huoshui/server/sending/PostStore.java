package io.huoshui.server.sending;

import io.huoshui.json.Json;
import io.huoshui.platforms.wecom.WecomPosts;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// Posts to groups and moments as rows, with the calls they are made of.
@Repository
class PostStore {
  private final JdbcClient sql;
  private final TransactionTemplate transaction;

  PostStore(JdbcClient sql, PlatformTransactionManager transactions) {
    this.sql = sql;
    this.transaction = new TransactionTemplate(transactions);
  }

  /// @param kind `group` or `moment`
  /// @param body as it was asked for
  record Post(
      long id,
      String kind,
      String title,
      Json body,
      Instant dueAt,
      String who,
      Instant createdAt,
      @Nullable Instant cancelledAt) {}

  /// One call of a post.
  ///
  /// @param owner whose groups; empty for moments
  /// @param targets groups, or guides
  /// @param holder the process that handed it over
  record Call(
      long id,
      long post,
      String owner,
      List<String> targets,
      String state,
      Instant notBefore,
      @Nullable Instant handedAt,
      String holder,
      String platformId,
      String momentId,
      String code,
      String why) {
    Call {
      targets = List.copyOf(targets);
    }
  }

  /// What a call is planned with.
  record Plan(String owner, List<String> targets) {
    Plan {
      targets = List.copyOf(targets);
    }
  }

  private static @Nullable Instant at(ResultSet row, String column) throws SQLException {
    Timestamp at = row.getTimestamp(column);
    return at == null ? null : at.toInstant();
  }

  private static Post post(ResultSet row, int number) throws SQLException {
    return new Post(
        row.getLong("id"),
        row.getString("kind"),
        row.getString("title"),
        Json.parse(row.getString("body")),
        row.getTimestamp("due_at").toInstant(),
        row.getString("who"),
        row.getTimestamp("created_at").toInstant(),
        at(row, "cancelled_at"));
  }

  private static Call call(ResultSet row, int number) throws SQLException {
    return new Call(
        row.getLong("id"),
        row.getLong("post"),
        row.getString("owner"),
        texts(Json.parse(row.getString("targets"))),
        row.getString("state"),
        row.getTimestamp("not_before").toInstant(),
        at(row, "handed_at"),
        row.getString("holder"),
        row.getString("platform_id"),
        row.getString("moment_id"),
        row.getString("code"),
        row.getString("why"));
  }

  static List<String> texts(@Nullable Json json) {
    return json instanceof Json.Arr(List<Json> items)
        ? items.stream().map(item -> item instanceof Json.Str(String text) ? text : "").toList()
        : List.of();
  }

  private static String array(List<String> texts) {
    return Json.of(texts.stream().map(Json::of).toList()).write();
  }

  /// A post with all its calls, or neither.
  long add(
      String kind,
      String title,
      String body,
      Instant due,
      String who,
      Instant now,
      List<Plan> plans) {
    Long id = transaction.execute(_ -> insert(kind, title, body, due, who, now, plans));
    return Objects.requireNonNull(id);
  }

  private long insert(
      String kind,
      String title,
      String body,
      Instant due,
      String who,
      Instant now,
      List<Plan> plans) {
    long id =
        sql.sql(
                """
                insert into post (kind, title, body, due_at, who, created_at)
                values (:kind, :title, cast(:body as jsonb), :due, :who, :now)
                returning id
                """)
            .param("kind", kind)
            .param("title", title)
            .param("body", body)
            .param("due", due.atOffset(ZoneOffset.UTC))
            .param("who", who)
            .param("now", now.atOffset(ZoneOffset.UTC))
            .query(Long.class)
            .single();
    for (Plan plan : plans) {
      sql.sql(
              """
              insert into post_call (post, owner, targets, not_before)
              values (:post, :owner, cast(:targets as jsonb), :due)
              """)
          .param("post", id)
          .param("owner", plan.owner())
          .param("targets", array(plan.targets()))
          .param("due", due.atOffset(ZoneOffset.UTC))
          .update();
    }
    return id;
  }

  List<Post> all(int most) {
    return sql.sql("select * from post order by id desc limit :most")
        .param("most", most)
        .query(PostStore::post)
        .list();
  }

  Optional<Post> find(long id) {
    return sql.sql("select * from post where id = :id")
        .param("id", id)
        .query(PostStore::post)
        .optional();
  }

  List<Call> calls(long post) {
    return sql.sql("select * from post_call where post = :post order by id")
        .param("post", post)
        .query(PostStore::call)
        .list();
  }

  /// Calls in a state whose time has come, oldest first.
  List<Call> open(String state, Instant now) {
    return sql.sql(
            "select * from post_call where state = :state and not_before <= :now order by id")
        .param("state", state)
        .param("now", now.atOffset(ZoneOffset.UTC))
        .query(PostStore::call)
        .list();
  }

  /// Writes down that a call is being made. Of several who try, one may.
  boolean handed(long call, String holder, Instant now) {
    return sql.sql(
                """
                update post_call set state = 'handed', holder = :holder, handed_at = :now
                where id = :call and state = 'planned'
                """)
            .param("call", call)
            .param("holder", holder)
            .param("now", now.atOffset(ZoneOffset.UTC))
            .update()
        == 1;
  }

  /// Takes over a call whose holder is gone.
  void held(long call, String holder) {
    sql.sql("update post_call set holder = :holder where id = :call and state = 'handed'")
        .param("call", call)
        .param("holder", holder)
        .update();
  }

  void taken(long call, String platformId, String momentId) {
    sql.sql(
            """
            update post_call
            set state = 'taken', platform_id = :platform, moment_id = :moment, code = '', why = ''
            where id = :call and state = 'handed'
            """)
        .param("call", call)
        .param("platform", platformId)
        .param("moment", momentId)
        .update();
  }

  void refused(long call, String code, String why) {
    sql.sql(
            """
            update post_call set state = 'refused', code = :code, why = :why
            where id = :call and state in ('planned', 'handed', 'taken')
            """)
        .param("call", call)
        .param("code", code)
        .param("why", why)
        .update();
  }

  /// It surely was not taken, and may go again.
  void back(long call, Instant notBefore, String code, String why) {
    sql.sql(
            """
            update post_call
            set state = 'planned', not_before = :at, holder = '', code = :code, why = :why
            where id = :call and state = 'handed'
            """)
        .param("call", call)
        .param("at", notBefore.atOffset(ZoneOffset.UTC))
        .param("code", code)
        .param("why", why)
        .update();
  }

  /// It is not looked for before an instant.
  void rest(long call, Instant until) {
    sql.sql("update post_call set not_before = :at where id = :call and state = 'handed'")
        .param("call", call)
        .param("at", until.atOffset(ZoneOffset.UTC))
        .update();
  }

  void moment(long call, String moment) {
    sql.sql("update post_call set moment_id = :moment where id = :call")
        .param("call", call)
        .param("moment", moment)
        .update();
  }

  /// Calls of a kind handed over after an instant.
  int handedSince(String kind, Instant since) {
    return sql.sql(
            """
            select count(*) from post_call c join post p on p.id = c.post
            where p.kind = :kind and c.handed_at > :since
            """)
        .param("kind", kind)
        .param("since", since.atOffset(ZoneOffset.UTC))
        .query(Integer.class)
        .single();
  }

  /// How many posts a group was given after an instant, this one not counted.
  int given(String chat, Instant since, long besides) {
    return sql.sql(
            """
            select count(*) from post_call c join post p on p.id = c.post
            where p.kind = 'group' and c.state in ('handed', 'taken') and c.id <> :besides
              and c.handed_at > :since and jsonb_exists(c.targets, :chat)
              and not exists (
                select 1 from post_result r
                where r.call = c.id and r.target = :chat and r.reason <> '')
            """)
        .param("chat", chat)
        .param("since", since.atOffset(ZoneOffset.UTC))
        .param("besides", besides)
        .query(Integer.class)
        .single();
  }

  /// The ids the platform gave to our calls.
  List<String> known() {
    return sql
        .sql("select platform_id, moment_id from post_call where platform_id <> ''")
        .query((row, _) -> List.of(row.getString(1), row.getString(2)))
        .list()
        .stream()
        .flatMap(List::stream)
        .filter(id -> !id.isEmpty())
        .toList();
  }

  /// Calls that the platform took, that were not read since an instant, made after another.
  List<Call> unread(Instant readBefore, Instant madeAfter) {
    return sql.sql(
            """
            select * from post_call
            where state = 'taken' and handed_at > :made
              and (read_at is null or read_at <= :read)
            order by id
            """)
        .param("made", madeAfter.atOffset(ZoneOffset.UTC))
        .param("read", readBefore.atOffset(ZoneOffset.UTC))
        .query(PostStore::call)
        .list();
  }

  void read(long call, Instant now) {
    sql.sql("update post_call set read_at = :now where id = :call")
        .param("call", call)
        .param("now", now.atOffset(ZoneOffset.UTC))
        .update();
  }

  void result(long call, WecomPosts.Result result) {
    sql.sql(
            """
            insert into post_result (call, guide, target, sent, sent_at)
            values (:call, :guide, :target, :sent, :at)
            on conflict (call, guide, target) do update
            set sent = excluded.sent, sent_at = excluded.sent_at
            where not post_result.sent
            """)
        .param("call", call)
        .param("guide", result.guide())
        .param("target", result.target())
        .param("sent", result.sent())
        .param(
            "at",
            result.sent() && result.at().getEpochSecond() > 0
                ? result.at().atOffset(ZoneOffset.UTC)
                : null)
        .update();
  }

  /// A group, or a guide, that did not get it, and why.
  void missed(long call, String guide, String target, String reason) {
    sql.sql(
            """
            insert into post_result (call, guide, target, sent, reason)
            values (:call, :guide, :target, false, :reason)
            on conflict (call, guide, target) do update set reason = excluded.reason
            where post_result.reason = '' and not post_result.sent
            """)
        .param("call", call)
        .param("guide", guide)
        .param("target", target)
        .param("reason", reason)
        .update();
  }

  void reacted(long call, String guide, WecomPosts.Reaction reaction) {
    sql.sql(
            """
            insert into post_reaction (call, guide, customer, comment, reacted_at)
            values (:call, :guide, :customer, :comment, :at)
            on conflict do nothing
            """)
        .param("call", call)
        .param("guide", guide)
        .param("customer", reaction.customer())
        .param("comment", reaction.comment())
        .param("at", reaction.at().atOffset(ZoneOffset.UTC))
        .update();
  }

  /// @param guide who sends or publishes
  /// @param sent groups that got it, or 1 when the guide published
  record GuideLine(String guide, int asked, int sent, int likes, int comments) {}

  List<GuideLine> guides(long post) {
    return sql.sql(
            """
            select r.guide, count(*) as asked, count(*) filter (where r.sent) as sent,
                   (select count(*) from post_reaction a join post_call d on d.id = a.call
                    where d.post = :post and a.guide = r.guide and not a.comment) as likes,
                   (select count(*) from post_reaction a join post_call d on d.id = a.call
                    where d.post = :post and a.guide = r.guide and a.comment) as comments
            from post_result r join post_call c on c.id = r.call
            where c.post = :post group by r.guide order by asked desc, r.guide
            """)
        .param("post", post)
        .query(
            (row, _) ->
                new GuideLine(
                    row.getString(1), row.getInt(2), row.getInt(3), row.getInt(4), row.getInt(5)))
        .list();
  }

  record Missed(String reason, int count) {}

  List<Missed> missed(long post) {
    return sql.sql(
            """
            select r.reason, count(*) from post_result r join post_call c on c.id = r.call
            where c.post = :post and r.reason <> '' group by r.reason order by r.reason
            """)
        .param("post", post)
        .query((row, _) -> new Missed(row.getString(1), row.getInt(2)))
        .list();
  }

  boolean cancel(long post, Instant now) {
    sql.sql(
            """
            update post_call set state = 'cancelled' where post = :post and state = 'planned'
            """)
        .param("post", post)
        .update();
    return sql.sql("update post set cancelled_at = :now where id = :post and cancelled_at is null")
            .param("post", post)
            .param("now", now.atOffset(ZoneOffset.UTC))
            .update()
        == 1;
  }

  // Group welcomes.

  record Welcome(
      long id,
      String text,
      Json attachments,
      String templateId,
      String state,
      String why,
      String who,
      Instant createdAt) {}

  List<Welcome> welcomes() {
    return sql.sql("select * from group_welcome where state <> 'gone' order by id desc")
        .query(
            (row, _) ->
                new Welcome(
                    row.getLong("id"),
                    row.getString("text"),
                    Json.parse(row.getString("attachments")),
                    row.getString("template_id"),
                    row.getString("state"),
                    row.getString("why"),
                    row.getString("who"),
                    row.getTimestamp("created_at").toInstant()))
        .list();
  }

  long addWelcome(String text, String attachments, String who, Instant now) {
    return sql.sql(
            """
            insert into group_welcome (text, attachments, state, who, created_at)
            values (:text, cast(:attachments as jsonb), 'handed', :who, :now) returning id
            """)
        .param("text", text)
        .param("attachments", attachments)
        .param("who", who)
        .param("now", now.atOffset(ZoneOffset.UTC))
        .query(Long.class)
        .single();
  }

  void welcome(long id, String state, String templateId, String why) {
    sql.sql(
            """
            update group_welcome
            set state = :state, why = :why,
                template_id = case when :template = '' then template_id else :template end
            where id = :id
            """)
        .param("id", id)
        .param("state", state)
        .param("template", templateId)
        .param("why", why)
        .update();
  }

  // Shared from the sidebar.

  /// @return whether this guide shared nothing with this customer on this day before
  boolean share(String guide, String customer, LocalDate day) {
    return sql.sql(
                """
                insert into shared_to_contact (guide, customer, day)
                values (:guide, :customer, :day) on conflict do nothing
                """)
            .param("guide", guide)
            .param("customer", customer)
            .param("day", day)
            .update()
        == 1;
  }

  // Forgetting.

  /// Nobody knows any more who liked or commented; that somebody did stays counted. What a guide
  /// may share with them today is nothing to count.
  void forget(String customer, String nobody) {
    sql.sql("update post_reaction set customer = :nobody where customer = :customer")
        .param("customer", customer)
        .param("nobody", nobody)
        .update();
    sql.sql("delete from shared_to_contact where customer = :customer")
        .param("customer", customer)
        .update();
  }
}
