package io.huoshui.server.community;

import io.huoshui.community.Moves.Invitation;
import io.huoshui.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Moves between groups, as rows.
@Repository
class GroupMoveStore {
  private final JdbcClient sql;

  GroupMoveStore(JdbcClient sql) {
    this.sql = sql;
  }

  /// Nobody else plans into groups until the transaction ends: seats are counted and promised by
  /// one at a time.
  void alone() {
    sql.sql("select cast(pg_advisory_xact_lock(hashtextextended('group moves', 0)) as text)")
        .query(String.class)
        .single();
  }

  record Move(String name, Json spec, String who, Instant createdAt, Json leftOver) {}

  private static final String MOVES =
      """
      select name, spec::text as spec, who, created_at, left_over::text as left_over
      from community_move
      """;

  List<Move> all() {
    return sql.sql(MOVES + "order by created_at desc").query(GroupMoveStore::move).list();
  }

  Optional<Move> find(String name) {
    return sql.sql(MOVES + "where name = :name")
        .param("name", name)
        .query(GroupMoveStore::move)
        .optional();
  }

  private static Move move(ResultSet row, int number) throws SQLException {
    return new Move(
        row.getString("name"),
        Json.parse(row.getString("spec")),
        row.getString("who"),
        row.getTimestamp("created_at").toInstant(),
        Json.parse(row.getString("left_over")));
  }

  private static OffsetDateTime utc(Instant at) {
    return at.atOffset(ZoneOffset.UTC);
  }

  void add(String name, String spec, String who, Instant at, String leftOver) {
    sql.sql(
            """
            insert into community_move (name, spec, who, created_at, left_over)
            values (:name, cast(:spec as jsonb), :who, :at, cast(:left as jsonb))
            """)
        .param("name", name)
        .param("spec", spec)
        .param("who", who)
        .param("at", utc(at))
        .param("left", leftOver)
        .update();
  }

  void add(String move, Collection<Invitation> invitations, Instant holdsUntil) {
    for (Invitation each : invitations) {
      sql.sql(
              """
              insert into community_invitation (move, profile, chat, guide, day, holds_until)
              values (:move, :profile, :chat, :guide, :day, :until)
              """)
          .param("move", move)
          .param("profile", each.person())
          .param("chat", each.chat())
          .param("guide", each.guide())
          .param("day", each.day())
          .param("until", utc(holdsUntil))
          .update();
    }
  }

  /// @param invitedAt null while their day has not come
  record Row(
      String move,
      int profile,
      String chat,
      String guide,
      LocalDate day,
      @Nullable Instant invitedAt,
      Instant holdsUntil) {}

  private static final String INVITATIONS =
      "select move, profile, chat, guide, day, invited_at, holds_until from community_invitation ";

  private static Row row(ResultSet row, int number) throws SQLException {
    Timestamp invited = row.getTimestamp("invited_at");
    return new Row(
        row.getString("move"),
        row.getInt("profile"),
        row.getString("chat"),
        row.getString("guide"),
        row.getObject("day", LocalDate.class),
        invited == null ? null : invited.toInstant(),
        row.getTimestamp("holds_until").toInstant());
  }

  List<Row> of(String move) {
    return sql.sql(INVITATIONS + "where move = :move order by profile")
        .param("move", move)
        .query(GroupMoveStore::row)
        .list();
  }

  /// Those who may still come.
  List<Row> open(Instant now) {
    return sql.sql(INVITATIONS + "where holds_until > :now order by move, profile")
        .param("now", utc(now))
        .query(GroupMoveStore::row)
        .list();
  }

  List<Row> due(LocalDate today) {
    return sql.sql(
            INVITATIONS
                + "where invited_at is null and day <= :today order by day, move, profile limit"
                + " 500")
        .param("today", today)
        .query(GroupMoveStore::row)
        .list();
  }

  void invited(Row row, Instant at) {
    sql.sql(
            """
            update community_invitation set invited_at = :at
            where move = :move and profile = :profile
            """)
        .param("at", utc(at))
        .param("move", row.move())
        .param("profile", row.profile())
        .update();
  }

  /// Nobody is invited who was erased, and no seat is kept for them. The number stays: the figures
  /// of a move are counted by it.
  void forget(Collection<Integer> names, Instant at) {
    sql.sql(
            """
            update community_invitation
            set invited_at = coalesce(invited_at, :at), holds_until = least(holds_until, :at)
            where profile in (:names)
            """)
        .param("names", names)
        .param("at", utc(at))
        .update();
  }
}
