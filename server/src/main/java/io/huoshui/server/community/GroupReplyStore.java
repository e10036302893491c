package io.huoshui.server.community;

import io.huoshui.community.Replies.Answered;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Keyword rules and what they answered, as rows.
@Repository
class GroupReplyStore {
  private final JdbcClient sql;

  GroupReplyStore(JdbcClient sql) {
    this.sql = sql;
  }

  record Published(int version, String body, String written, String who, Instant publishedAt) {}

  /// The newest version.
  Optional<Published> newest() {
    return sql.sql(
            """
            select version, body::text as body, written, who, published_at from keyword_rules
            order by version desc limit 1
            """)
        .query(
            (row, _) ->
                new Published(
                    row.getInt("version"),
                    row.getString("body"),
                    row.getString("written"),
                    row.getString("who"),
                    row.getTimestamp("published_at").toInstant()))
        .optional();
  }

  void publish(String body, String written, String who) {
    sql.sql(
            """
            insert into keyword_rules (body, written, who)
            values (cast(:body as jsonb), :written, :who)
            """)
        .param("body", body)
        .param("written", written)
        .param("who", who)
        .update();
  }

  /// Nobody else answers in this group or to this person until the transaction ends.
  void alone(String chat, String person) {
    Stream.of("group answer chat " + chat, "group answer person " + person)
        .sorted()
        .forEach(
            key ->
                sql.sql("select cast(pg_advisory_xact_lock(hashtextextended(:key, 0)) as text)")
                    .param("key", key)
                    .query(String.class)
                    .single());
  }

  /// What bears on an answer: of this message, and of these rules since an instant.
  List<Answered> history(
      String message, String chat, String person, Collection<String> rules, Instant since) {
    return sql.sql(
            """
            select message, rule, chat, person, at from group_answer
            where message = :message
               or (rule in (:rules) and at > :since and (chat = :chat or person = :person))
            """)
        .param("message", message)
        .param("rules", rules.isEmpty() ? List.of("") : rules)
        .param("since", since.atOffset(ZoneOffset.UTC))
        .param("chat", chat)
        .param("person", person)
        .query(
            (row, _) ->
                new Answered(
                    row.getString("message"),
                    row.getString("rule"),
                    row.getString("chat"),
                    row.getString("person"),
                    row.getTimestamp("at").toInstant()))
        .list();
  }

  void answered(Answered answered, String answer, boolean human) {
    sql.sql(
            """
            insert into group_answer (message, chat, person, rule, answer, human, at)
            values (:message, :chat, :person, :rule, :answer, :human, :at)
            """)
        .param("message", answered.message())
        .param("chat", answered.group())
        .param("person", answered.person())
        .param("rule", answered.rule())
        .param("answer", answer)
        .param("human", human)
        .param("at", answered.at().atOffset(ZoneOffset.UTC))
        .update();
  }

  /// Nobody knows any more who was answered, or what; that it was stays counted.
  void forget(String person, String nobody) {
    sql.sql("update group_answer set person = :nobody, answer = '' where person = :person")
        .param("person", person)
        .param("nobody", nobody)
        .update();
  }

  record Line(
      String message, String person, String rule, String answer, boolean human, Instant at) {}

  /// The newest first, at most a hundred.
  List<Line> of(String chat) {
    return sql.sql(
            """
            select message, person, rule, answer, human, at from group_answer
            where chat = :chat order by at desc, message limit 100
            """)
        .param("chat", chat)
        .query(
            (row, _) ->
                new Line(
                    row.getString("message"),
                    row.getString("person"),
                    row.getString("rule"),
                    row.getString("answer"),
                    row.getBoolean("human"),
                    row.getTimestamp("at").toInstant()))
        .list();
  }
}
