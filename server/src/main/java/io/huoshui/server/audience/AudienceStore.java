package io.huoshui.server.audience;

import io.huoshui.audience.Audience;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// What the records know of audiences: every freezing there was, when they are frozen again, and
/// what became of lists that were imported.
@Repository
class AudienceStore {
  private final JdbcClient sql;

  AudienceStore(JdbcClient sql) {
    this.sql = sql;
  }

  /// One freezing.
  ///
  /// @param entered who was not in the one before; null for the first
  /// @param gone who was in the one before and is not in this
  record Freeze(
      Instant frozenAt,
      String segment,
      int version,
      String rule,
      int people,
      String sha256,
      @Nullable Integer entered,
      @Nullable Integer gone,
      String who) {}

  /// Writes a freezing down, once.
  ///
  /// @param former what it was before, when it is frozen again
  void frozen(Audience audience, @Nullable Audience former) {
    Integer entered = null;
    Integer gone = null;
    if (former != null) {
      int both =
          org.roaringbitmap.RoaringBitmap.andCardinality(audience.members(), former.members());
      entered = audience.size() - both;
      gone = former.size() - both;
    }
    sql.sql(
            """
            insert into audience_freeze
                   (audience, frozen_at, segment, version, rule, people, sha256, entered, gone, who)
            values (:audience, :at, :segment, :version, :rule, :people, :sha256, :entered, :gone,
                    :who)
            on conflict do nothing
            """)
        .param("audience", audience.name())
        .param("at", audience.frozenAt().atOffset(ZoneOffset.UTC))
        .param("segment", audience.segment())
        .param("version", audience.version())
        .param("rule", audience.text())
        .param("people", audience.size())
        .param("sha256", audience.sha256())
        .param("entered", entered)
        .param("gone", gone)
        .param("who", audience.who())
        .update();
  }

  /// The newest first.
  List<Freeze> freezes(String audience, int most) {
    return sql.sql(
            """
            select frozen_at, segment, version, rule, people, sha256, entered, gone, who
            from audience_freeze where audience = :audience order by id desc limit :most
            """)
        .param("audience", audience)
        .param("most", most)
        .query(
            (row, _) ->
                new Freeze(
                    row.getTimestamp("frozen_at").toInstant(),
                    row.getString("segment"),
                    row.getInt("version"),
                    row.getString("rule"),
                    row.getInt("people"),
                    row.getString("sha256"),
                    row.getObject("entered", Integer.class),
                    row.getObject("gone", Integer.class),
                    row.getString("who")))
        .list();
  }

  /// When an audience is frozen again.
  ///
  /// @param segment whose rule; or
  /// @param rule in its text form
  /// @param every a while; or
  /// @param daily a time of day in the brand's zone
  /// @param lastFailure why the last try failed; null when it did not
  record Refresh(
      String audience,
      String segment,
      String rule,
      @Nullable Duration every,
      @Nullable LocalTime daily,
      Instant nextAt,
      @Nullable Instant lastAt,
      @Nullable String lastFailure,
      @Nullable Instant failedAt,
      String who) {}

  private static final String REFRESH =
      """
      select audience, segment, rule, every_s, daily, next_at, last_at, last_failure, failed_at, who
      from audience_refresh
      """;

  private static Refresh refresh(ResultSet row, int number) throws SQLException {
    Long every = row.getObject("every_s", Long.class);
    Time daily = row.getTime("daily");
    return new Refresh(
        row.getString("audience"),
        row.getString("segment"),
        row.getString("rule"),
        every == null ? null : Duration.ofSeconds(every),
        daily == null ? null : daily.toLocalTime(),
        row.getTimestamp("next_at").toInstant(),
        instant(row.getTimestamp("last_at")),
        row.getString("last_failure"),
        instant(row.getTimestamp("failed_at")),
        row.getString("who"));
  }

  private static @Nullable Instant instant(@Nullable Timestamp at) {
    return at == null ? null : at.toInstant();
  }

  Optional<Refresh> refresh(String audience) {
    return sql.sql(REFRESH + "where audience = :audience")
        .param("audience", audience)
        .query(AudienceStore::refresh)
        .optional();
  }

  List<Refresh> refreshes() {
    return sql.sql(REFRESH + "order by audience").query(AudienceStore::refresh).list();
  }

  List<Refresh> due(Instant now) {
    return sql.sql(REFRESH + "where next_at <= :now order by next_at, audience")
        .param("now", now.atOffset(ZoneOffset.UTC))
        .query(AudienceStore::refresh)
        .list();
  }

  void plan(Refresh plan) {
    sql.sql(
            """
            insert into audience_refresh (audience, segment, rule, every_s, daily, next_at, who)
            values (:audience, :segment, :rule, :every, :daily, :next, :who)
            on conflict (audience) do update
            set segment = excluded.segment, rule = excluded.rule, every_s = excluded.every_s,
                daily = excluded.daily, next_at = excluded.next_at, who = excluded.who
            """)
        .param("audience", plan.audience())
        .param("segment", plan.segment())
        .param("rule", plan.rule())
        .param("every", plan.every() == null ? null : plan.every().toSeconds())
        .param("daily", plan.daily())
        .param("next", plan.nextAt().atOffset(ZoneOffset.UTC))
        .param("who", plan.who())
        .update();
  }

  boolean unplan(String audience) {
    return sql.sql("delete from audience_refresh where audience = :audience")
            .param("audience", audience)
            .update()
        == 1;
  }

  /// @param failure null when it went well
  void tried(String audience, Instant at, Instant next, @Nullable String failure) {
    sql.sql(
            """
            update audience_refresh
            set next_at = :next,
                last_at = case when cast(:failure as text) is null then :at else last_at end,
                last_failure = :failure,
                failed_at = case when cast(:failure as text) is null then null else :at end
            where audience = :audience
            """)
        .param("audience", audience)
        .param("at", at.atOffset(ZoneOffset.UTC))
        .param("next", next.atOffset(ZoneOffset.UTC))
        .param("failure", failure)
        .update();
  }

  void imported(String audience, String report) {
    sql.sql(
            """
            insert into audience_import (audience, report) values (:audience, cast(:report as jsonb))
            on conflict (audience) do update set report = excluded.report
            """)
        .param("audience", audience)
        .param("report", report)
        .update();
  }

  Optional<String> importReport(String audience) {
    return sql.sql("select report::text from audience_import where audience = :audience")
        .param("audience", audience)
        .query(String.class)
        .optional();
  }

  /// The history stays, for whoever has to account for it.
  void forget(String audience) {
    unplan(audience);
    sql.sql("delete from audience_import where audience = :audience")
        .param("audience", audience)
        .update();
  }
}
