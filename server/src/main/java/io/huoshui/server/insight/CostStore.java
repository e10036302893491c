package io.huoshui.server.insight;

import io.huoshui.insight.value.Cost;
import java.sql.Date;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/// What winning people cost, as rows.
@Repository
public class CostStore {
  private final JdbcClient sql;

  CostStore(JdbcClient sql) {
    this.sql = sql;
  }

  public List<Cost> all() {
    return sql.sql(
            "select source, from_day, to_day, fen from source_cost order by source, from_day, id")
        .query(
            (row, _) ->
                new Cost(
                    row.getString("source"),
                    row.getDate("from_day").toLocalDate(),
                    row.getDate("to_day").toLocalDate(),
                    row.getLong("fen")))
        .list();
  }

  @Transactional
  void replace(List<Cost> costs) {
    sql.sql("delete from source_cost").update();
    for (Cost cost : costs) {
      sql.sql(
              """
              insert into source_cost (source, from_day, to_day, fen)
              values (:source, :from, :to, :fen)
              """)
          .param("source", cost.source())
          .param("from", Date.valueOf(cost.from()))
          .param("to", Date.valueOf(cost.to()))
          .param("fen", cost.fen())
          .update();
    }
  }
}
