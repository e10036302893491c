package io.huoshui.server.rehearsal;

import io.huoshui.engine.rehearsal.Expectation;
import io.huoshui.engine.rehearsal.Report;
import io.huoshui.engine.rehearsal.ReportText;
import io.huoshui.json.Json;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Reports of rehearsals, one row per variant.
@Repository
class RehearsalStore {
  /// Rows of who gets what when that are kept; the report counts them all.
  static final int MOST_SENDS = 200_000;

  private final JdbcClient sql;

  RehearsalStore(JdbcClient sql) {
    this.sql = sql;
  }

  /// @param body as `./huoshui rehearse --json` writes it
  /// @param messages how many rows there were to keep
  record Kept(
      int variant,
      String name,
      String body,
      String zh,
      String en,
      String outcomes,
      long messages) {}

  /// Again is the same: a job that is done anew writes over what it left.
  void keep(long job, int variant, String name, Report report, List<Expectation.Outcome> outcomes) {
    var sends = new StringBuilder(Report.Row.HEAD).append('\n');
    report.sends().stream().limit(MOST_SENDS).forEach(row -> sends.append(row.csv()).append('\n'));
    sql.sql(
            """
            insert into rehearsal_report
              (job, variant, name, body, zh, en, outcomes, sends, messages)
            values (:job, :variant, :name, :body, :zh, :en, cast(:outcomes as jsonb), :sends,
                    :messages)
            on conflict (job, variant) do update
            set name = excluded.name, body = excluded.body, zh = excluded.zh, en = excluded.en,
                outcomes = excluded.outcomes, sends = excluded.sends, messages = excluded.messages
            """)
        .param("job", job)
        .param("variant", variant)
        .param("name", name)
        .param("body", report.body().write())
        .param("zh", ReportText.of(report, ReportText.Language.ZH))
        .param("en", ReportText.of(report, ReportText.Language.EN))
        .param("outcomes", Json.of(outcomes.stream().map(RehearsalStore::outcome).toList()).write())
        .param("sends", sends.toString())
        .param("messages", (long) report.sends().size())
        .update();
  }

  private static Json outcome(Expectation.Outcome outcome) {
    return Json.object(
        "expectation", Json.of(outcome.expectation().toString()),
        "holds", new Json.Bool(outcome.holds()),
        "found", Json.of(outcome.found()));
  }

  List<Kept> of(long job) {
    return sql.sql(
            """
            select variant, name, body, zh, en, outcomes::text as outcomes, messages
            from rehearsal_report where job = :job order by variant
            """)
        .param("job", job)
        .query(
            (row, _) ->
                new Kept(
                    row.getInt("variant"),
                    row.getString("name"),
                    row.getString("body"),
                    row.getString("zh"),
                    row.getString("en"),
                    row.getString("outcomes"),
                    row.getLong("messages")))
        .list();
  }

  Optional<String> sends(long job, int variant) {
    return sql.sql("select sends from rehearsal_report where job = :job and variant = :variant")
        .param("job", job)
        .param("variant", variant)
        .query(String.class)
        .optional();
  }
}
