package io.huoshui.server.access;

import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Answers that were given under an `Idempotency-Key`, kept for a week.
@Repository
class AnswerStore {
  private final JdbcClient sql;

  AnswerStore(JdbcClient sql) {
    this.sql = sql;
  }

  /// What a key belongs to: the same key on another path is another key.
  record Place(String key, String path) {}

  /// @param bodyHash SHA-256 of the request's body, in hex
  /// @param body the answer's
  record Answer(String bodyHash, int status, String body) {}

  Optional<Answer> find(Place place) {
    return sql.sql(
            """
            select encode(body_hash, 'hex') as body_hash, status, answer from idempotency
            where key = :key and path = :path and created_at > now() - interval '7 days'
            """)
        .param("key", place.key())
        .param("path", place.path())
        .query(
            (row, _) ->
                new Answer(
                    row.getString("body_hash"), row.getInt("status"), row.getString("answer")))
        .optional();
  }

  void keep(Place place, Answer answer) {
    sql.sql(
            """
            insert into idempotency (key, path, body_hash, status, answer)
            values (:key, :path, decode(:hash, 'hex'), :status, :answer)
            on conflict (key, path) do update
            set body_hash = excluded.body_hash, status = excluded.status,
                answer = excluded.answer, created_at = now()
            """)
        .param("key", place.key())
        .param("path", place.path())
        .param("hash", answer.bodyHash())
        .param("status", answer.status())
        .param("answer", answer.body())
        .update();
  }

  /// Deletes what is too old to be given again.
  void forget() {
    sql.sql("delete from idempotency where created_at <= now() - interval '7 days'").update();
  }
}
