package io.huoshui.server.job;

import io.huoshui.json.Json;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Jobs as rows. One process runs the jobs of a data folder, so nobody else claims one.
@Repository
class JobStore {
  private static final String COLUMNS =
      """
      select id, kind, about, spec, people, at, done, total, state, failure, attempts, who,
             created_at, ended_at
      from job
      """;

  private final JdbcClient sql;

  JobStore(JdbcClient sql) {
    this.sql = sql;
  }

  long add(String kind, String about, Json.Obj spec, RoaringBitmap people, long total, String who) {
    return sql.sql(
            """
            insert into job (kind, about, spec, people, total, who)
            values (:kind, :about, cast(:spec as jsonb), :people, :total, :who)
            returning id
            """)
        .param("kind", kind)
        .param("about", about)
        .param("spec", spec.write())
        .param("people", bytes(people))
        .param("total", total)
        .param("who", who)
        .query(Long.class)
        .single();
  }

  private static byte[] bytes(RoaringBitmap people) {
    people.runOptimize();
    var out = ByteBuffer.allocate(people.serializedSizeInBytes());
    people.serialize(out);
    return out.array();
  }

  private static Job row(ResultSet row, int number) throws SQLException {
    var people = new RoaringBitmap();
    try {
      people.deserialize(ByteBuffer.wrap(row.getBytes("people")));
    } catch (java.io.IOException e) {
      throw new SQLException("The people of job " + row.getLong("id") + " can not be read", e);
    }
    var ended = row.getTimestamp("ended_at");
    return new Job(
        row.getLong("id"),
        row.getString("kind"),
        row.getString("about"),
        object(row.getString("spec")),
        people,
        object(row.getString("at")),
        row.getLong("done"),
        row.getLong("total"),
        Job.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
        row.getString("failure"),
        row.getInt("attempts"),
        row.getString("who"),
        row.getTimestamp("created_at").toInstant(),
        ended == null ? null : ended.toInstant());
  }

  private static Json.Obj object(String json) {
    return Json.parse(json) instanceof Json.Obj object ? object : Json.object();
  }

  Optional<Job> find(long id) {
    return sql.sql(COLUMNS + "where id = :id").param("id", id).query(JobStore::row).optional();
  }

  /// The newest first.
  ///
  /// @param kind null for all
  List<Job> list(@Nullable String kind, long before, int most) {
    return sql.sql(
            COLUMNS
                + """
                where (cast(:kind as text) is null or kind = :kind) and id < :before
                order by id desc limit :most
                """)
        .param("kind", kind)
        .param("before", before)
        .param("most", most)
        .query(JobStore::row)
        .list();
  }

  /// Those that may go on now, the oldest first.
  List<Long> open() {
    return sql.sql(
            """
            select id from job
            where state in ('waiting', 'running') and not_before <= now() order by id
            """)
        .query(Long.class)
        .list();
  }

  /// @return false when it is over meanwhile: somebody cancelled it
  boolean reached(long id, long done, Json.Obj at) {
    return sql.sql(
                """
                update job set state = 'running', done = :done, at = cast(:at as jsonb),
                       attempts = 0, failure = null
                where id = :id and state in ('waiting', 'running')
                """)
            .param("id", id)
            .param("done", done)
            .param("at", at.write())
            .update()
        == 1;
  }

  void later(long id, String why, Duration after) {
    sql.sql(
            """
            update job set state = 'waiting', failure = :why, attempts = attempts + 1,
                   not_before = :at
            where id = :id and state in ('waiting', 'running')
            """)
        .param("id", id)
        .param("why", why)
        .param("at", Instant.now().plus(after).atOffset(java.time.ZoneOffset.UTC))
        .update();
  }

  void ended(long id, Job.State state, @Nullable String failure) {
    sql.sql(
            """
            update job set state = :state, failure = :failure, ended_at = now()
            where id = :id and state in ('waiting', 'running')
            """)
        .param("id", id)
        .param("state", state.wire())
        .param("failure", failure)
        .update();
  }

  /// A failed or cancelled one goes on where it stopped.
  boolean again(long id) {
    return sql.sql(
                """
                update job set state = 'waiting', failure = null, attempts = 0, ended_at = null,
                       not_before = now()
                where id = :id and state in ('failed', 'cancelled', 'waiting')
                """)
            .param("id", id)
            .update()
        == 1;
  }
}
