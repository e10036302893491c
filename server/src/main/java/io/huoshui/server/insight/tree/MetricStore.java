package io.huoshui.server.insight.tree;

import io.huoshui.insight.tree.Days;
import io.huoshui.insight.tree.Numbers;
import io.huoshui.json.Json;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/// Sets of metrics and numbers from elsewhere.
@Repository
class MetricStore {
  private final JdbcClient sql;

  MetricStore(JdbcClient sql) {
    this.sql = sql;
  }

  /// @param written as its author wrote it
  record Version(int version, String body, String written, String who, Instant publishedAt) {}

  /// Empty when the brand never wrote one.
  Optional<Version> newest() {
    return sql.sql(
            """
            select version, body::text as body, source_text, who, published_at
            from metric_set order by version desc limit 1
            """)
        .query(
            (row, _) ->
                new Version(
                    row.getInt("version"),
                    row.getString("body"),
                    row.getString("source_text"),
                    row.getString("who"),
                    row.getTimestamp("published_at").toInstant()))
        .optional();
  }

  /// @return its version
  int publish(String body, String written, String who) {
    return sql.sql(
            """
            insert into metric_set (version, body, source_text, who)
            select coalesce(max(version), 0) + 1, cast(:body as jsonb), :written, :who
            from metric_set
            returning version
            """)
        .param("body", body)
        .param("written", written)
        .param("who", who)
        .query(Integer.class)
        .single();
  }

  /// All or nothing.
  @Transactional
  public void tell(List<Numbers.Row> rows) {
    for (Numbers.Row row : rows) {
      sql.sql(
              """
              insert into metric_number (metric, day, slice, value)
              values (:metric, :day, cast(:slice as jsonb), :value)
              on conflict (metric, day, slice) do update
              set value = excluded.value, told_at = now()
              """)
          .param("metric", row.metric())
          .param("day", row.day())
          .param("slice", json(row.slice()))
          .param("value", row.value())
          .update();
    }
  }

  /// @return how many went
  int forget(String metric, LocalDate from, LocalDate to) {
    return sql.sql("delete from metric_number where metric = :metric and day between :from and :to")
        .param("metric", metric)
        .param("from", from)
        .param("to", to)
        .update();
  }

  /// What was told of some metrics for any of some days.
  Numbers numbers(Collection<String> metrics, List<Days> columns) {
    if (metrics.isEmpty()) {
      return Numbers.NONE;
    }
    LocalDate from = columns.stream().map(Days::from).min(LocalDate::compareTo).orElseThrow();
    LocalDate to = columns.stream().map(Days::to).max(LocalDate::compareTo).orElseThrow();
    return new Numbers(
        sql.sql(
                """
                select metric, day, slice::text as slice, value from metric_number
                where metric in (:metrics) and day between :from and :to
                """)
            .param("metrics", metrics)
            .param("from", from)
            .param("to", to)
            .query(
                (row, _) ->
                    new Numbers.Row(
                        row.getString("metric"),
                        row.getObject("day", LocalDate.class),
                        slice(row.getString("slice")),
                        row.getDouble("value")))
            .list());
  }

  private static String json(Map<String, String> slice) {
    var fields = new LinkedHashMap<String, Json>();
    new TreeMap<>(slice).forEach((name, member) -> fields.put(name, Json.of(member)));
    return new Json.Obj(fields).write();
  }

  private static Map<String, String> slice(String text) {
    var slice = new LinkedHashMap<String, String>();
    if (Json.parse(text) instanceof Json.Obj(Map<String, Json> fields)) {
      fields.forEach(
          (name, member) -> slice.put(name, member instanceof Json.Str(String of) ? of : ""));
    }
    return slice;
  }
}
