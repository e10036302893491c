package io.huoshui.server.survey;

import io.huoshui.json.Json;
import io.huoshui.survey.Survey;
import io.huoshui.survey.SurveyJson;
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

/// Questionnaires as rows.
@Repository
class SurveyStore {
  private static final String NEWEST =
      """
      select distinct on (s.name) s.name, s.version, s.body::text as body, s.written, s.who,
             s.published_at, c.closed_at
      from survey s left join survey_closed c on c.name = s.name
      """;

  private final JdbcClient sql;

  SurveyStore(JdbcClient sql) {
    this.sql = sql;
  }

  /// One version of a questionnaire.
  ///
  /// @param closedAt when somebody closed it; null while it is open
  record Published(
      Survey survey,
      int version,
      String written,
      String who,
      Instant publishedAt,
      @Nullable Instant closedAt) {
    boolean over(Instant now) {
      return closedAt != null || survey.over(now);
    }
  }

  private static Published row(ResultSet row, int number) throws SQLException {
    Timestamp closed = row.getTimestamp("closed_at");
    return new Published(
        SurveyJson.read(Json.parse(row.getString("body"))),
        row.getInt("version"),
        row.getString("written"),
        row.getString("who"),
        row.getTimestamp("published_at").toInstant(),
        closed == null ? null : closed.toInstant());
  }

  /// The newest version of each, by name.
  List<Published> all() {
    return sql.sql(NEWEST + "order by s.name, s.version desc").query(SurveyStore::row).list();
  }

  /// The newest version.
  Optional<Published> find(String name) {
    return sql.sql(NEWEST + "where s.name = :name order by s.name, s.version desc")
        .param("name", name)
        .query(SurveyStore::row)
        .optional();
  }

  /// @return its version
  int publish(String name, String body, String written, String who) {
    int version =
        sql.sql(
                """
                insert into survey (name, version, body, written, who)
                select :name, coalesce(max(version), 0) + 1, cast(:body as jsonb), :written, :who
                from survey where name = :name
                returning version
                """)
            .param("name", name)
            .param("body", body)
            .param("written", written)
            .param("who", who)
            .query(Integer.class)
            .single();
    sql.sql("delete from survey_closed where name = :name").param("name", name).update();
    return version;
  }

  void close(String name, String who, Instant at) {
    sql.sql(
            """
            insert into survey_closed (name, who, closed_at) values (:name, :who, :at)
            on conflict (name) do nothing
            """)
        .param("name", name)
        .param("who", who)
        .param("at", at.atOffset(ZoneOffset.UTC))
        .update();
  }
}
