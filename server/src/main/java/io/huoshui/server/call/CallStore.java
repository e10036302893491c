package io.huoshui.server.call;

import io.huoshui.dialog.Redial;
import io.huoshui.json.Json;
import io.huoshui.server.reach.Channels;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Calls that were made, and those that are to be made again.
@Repository
class CallStore implements Channels.Waiting {
  private final JdbcClient sql;

  CallStore(JdbcClient sql) {
    this.sql = sql;
  }

  /// @param said what the talk came to; null before its end, and without a talk
  /// @param transcript sealed
  record Made(
      String call,
      String touchpoint,
      String flow,
      int version,
      int profile,
      Instant at,
      @Nullable String why,
      @Nullable Json said,
      @Nullable String transcript,
      boolean told) {}

  private static Made row(ResultSet row, int number) throws SQLException {
    String said = row.getString("said");
    return new Made(
        row.getString("call"),
        row.getString("touchpoint"),
        row.getString("flow"),
        row.getInt("version"),
        row.getInt("profile"),
        row.getTimestamp("at").toInstant(),
        row.getString("why"),
        said == null ? null : Json.parse(said),
        row.getString("transcript"),
        row.getTimestamp("told_at") != null);
  }

  Optional<Made> find(String call) {
    return sql.sql(
            """
            select call, touchpoint, flow, version, profile, at, why, said::text as said, transcript,
                   told_at
            from call_made where call = :call
            """)
        .param("call", call)
        .query(CallStore::row)
        .optional();
  }

  /// Of one person, newest first.
  List<Made> of(List<Integer> names, int most) {
    return sql.sql(
            """
            select call, touchpoint, flow, version, profile, at, why, said::text as said, transcript,
                   told_at
            from call_made where profile in (:names) order by at desc, call limit :most
            """)
        .param("names", names)
        .param("most", most)
        .query(CallStore::row)
        .list();
  }

  /// When this person was called, oldest first.
  List<Redial.Attempt> attempts(List<Integer> names, Instant since) {
    return sql.sql(
            """
            select at, why from call_made
            where profile in (:names) and at > :since and told_at is not null order by at, call
            """)
        .param("names", names)
        .param("since", since.atOffset(ZoneOffset.UTC))
        .query(
            (row, number) -> {
              String why = row.getString("why");
              return new Redial.Attempt(
                  row.getTimestamp("at").toInstant(), why == null ? null : Redial.Why.ofWire(why));
            })
        .list();
  }

  int attemptsOf(String touchpoint) {
    return sql.sql(
            "select count(*) from call_made where touchpoint = :touchpoint and told_at is not null")
        .param("touchpoint", touchpoint)
        .query(Integer.class)
        .single();
  }

  /// Writes a call, or what is known of it by now.
  void put(Made made, @Nullable Instant toldAt) {
    sql.sql(
            """
            insert into call_made
              (call, touchpoint, flow, version, profile, at, why, said, transcript, told_at)
            values (:call, :touchpoint, :flow, :version, :profile, :at, :why, cast(:said as jsonb),
                    :transcript, :told)
            on conflict (call) do update set
              why = excluded.why,
              said = coalesce(excluded.said, call_made.said),
              transcript = coalesce(excluded.transcript, call_made.transcript),
              told_at = coalesce(call_made.told_at, excluded.told_at)
            """)
        .param("call", made.call())
        .param("touchpoint", made.touchpoint())
        .param("flow", made.flow())
        .param("version", made.version())
        .param("profile", made.profile())
        .param("at", made.at().atOffset(ZoneOffset.UTC))
        .param("why", made.why())
        .param("said", made.said() == null ? null : made.said().write())
        .param("transcript", made.transcript())
        .param("told", toldAt == null ? null : toldAt.atOffset(ZoneOffset.UTC))
        .update();
  }

  /// Forgets what was said to and by a person; that they were called stays.
  int forget(List<Integer> names) {
    return sql.sql(
            "update call_made set transcript = null where profile in (:names) and transcript is not"
                + " null")
        .param("names", names)
        .update();
  }

  // ---- redials

  record Again(String touchpoint, int attempts, Instant nextAt, boolean placing) {}

  void again(String touchpoint, int attempts, Instant nextAt) {
    sql.sql(
            """
            insert into call_redial (touchpoint, attempts, next_at, state)
            values (:touchpoint, :attempts, :next, 'waiting')
            on conflict (touchpoint) do update set
              attempts = excluded.attempts, next_at = excluded.next_at, state = 'waiting'
            """)
        .param("touchpoint", touchpoint)
        .param("attempts", attempts)
        .param("next", nextAt.atOffset(ZoneOffset.UTC))
        .update();
  }

  void placing(String touchpoint) {
    sql.sql("update call_redial set state = 'placing' where touchpoint = :touchpoint")
        .param("touchpoint", touchpoint)
        .update();
  }

  void done(String touchpoint) {
    sql.sql("delete from call_redial where touchpoint = :touchpoint")
        .param("touchpoint", touchpoint)
        .update();
  }

  List<Again> due(Instant now, int most) {
    return sql.sql(
            """
            select touchpoint, attempts, next_at, state from call_redial
            where next_at <= :now order by next_at, touchpoint limit :most
            """)
        .param("now", now.atOffset(ZoneOffset.UTC))
        .param("most", most)
        .query(
            (row, number) -> {
              Timestamp next = row.getTimestamp("next_at");
              return new Again(
                  row.getString("touchpoint"),
                  row.getInt("attempts"),
                  next.toInstant(),
                  row.getString("state").equals("placing"));
            })
        .list();
  }

  @Override
  public int redials() {
    return sql.sql("select count(*) from call_redial").query(Integer.class).single();
  }
}
