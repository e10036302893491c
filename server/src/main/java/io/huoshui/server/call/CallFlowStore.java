package io.huoshui.server.call;

import io.huoshui.dialog.CallFlow;
import io.huoshui.dialog.CallFlowJson;
import io.huoshui.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Call flows as rows.
@Repository
class CallFlowStore {
  private static final String COLUMNS =
      "name, version, body::text as body, written, who, published_at";

  private final JdbcClient sql;

  CallFlowStore(JdbcClient sql) {
    this.sql = sql;
  }

  /// One version of a flow.
  record Published(CallFlow flow, int version, String written, String who, Instant publishedAt) {}

  private static Published row(ResultSet row, int number) throws SQLException {
    return new Published(
        CallFlowJson.read(Json.parse(row.getString("body"))),
        row.getInt("version"),
        row.getString("written"),
        row.getString("who"),
        row.getTimestamp("published_at").toInstant());
  }

  /// The newest version of each, by name.
  List<Published> all() {
    return sql.sql(
            "select distinct on (name) " + COLUMNS + " from call_flow order by name, version desc")
        .query(CallFlowStore::row)
        .list();
  }

  /// The newest version.
  Optional<Published> find(String name) {
    return sql.sql(
            "select "
                + COLUMNS
                + " from call_flow where name = :name order by version desc limit 1")
        .param("name", name)
        .query(CallFlowStore::row)
        .optional();
  }

  /// @return its version
  int publish(String name, String body, String written, String who) {
    return sql.sql(
            """
            insert into call_flow (name, version, body, written, who)
            select :name, coalesce(max(version), 0) + 1, cast(:body as jsonb), :written, :who
            from call_flow where name = :name
            returning version
            """)
        .param("name", name)
        .param("body", body)
        .param("written", written)
        .param("who", who)
        .query(Integer.class)
        .single();
  }
}
