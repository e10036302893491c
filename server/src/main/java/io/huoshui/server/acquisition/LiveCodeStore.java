package io.huoshui.server.acquisition;

import io.huoshui.acquisition.LiveCode;
import io.huoshui.acquisition.LiveCodeJson;
import io.huoshui.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Live codes as rows. The newest versions are kept in memory, because every scan asks for one.
@Repository
class LiveCodeStore {
  private static final String NEWEST =
      """
      select distinct on (c.name) c.name, c.version, c.body::text as body, c.written, c.who,
             c.published_at, e.ended_at
      from live_code c left join live_code_ended e on e.name = c.name
      """;

  private final JdbcClient sql;
  private volatile @Nullable Map<String, Published> known;

  LiveCodeStore(JdbcClient sql) {
    this.sql = sql;
  }

  /// @param body the definition as JSON
  /// @param endedAt when somebody ended it; null while it receives people
  record Published(
      LiveCode code,
      int version,
      String body,
      String written,
      String who,
      Instant publishedAt,
      @Nullable Instant endedAt) {
    boolean over(Instant now) {
      return endedAt != null || code.about().over(now);
    }

    String name() {
      return code.about().name();
    }
  }

  private static Published row(ResultSet row, int number) throws SQLException {
    Timestamp ended = row.getTimestamp("ended_at");
    return new Published(
        LiveCodeJson.read(Json.parse(row.getString("body"))),
        row.getInt("version"),
        row.getString("body"),
        row.getString("written"),
        row.getString("who"),
        row.getTimestamp("published_at").toInstant(),
        ended == null ? null : ended.toInstant());
  }

  private Map<String, Published> known() {
    Map<String, Published> found = known;
    if (found == null) {
      var read = new ConcurrentHashMap<String, Published>();
      sql.sql(NEWEST + "order by c.name, c.version desc")
          .query(LiveCodeStore::row)
          .list()
          .forEach(each -> read.put(each.name(), each));
      known = read;
      found = read;
    }
    return found;
  }

  /// The newest version of each, by name.
  List<Published> all() {
    return known().values().stream()
        .sorted(java.util.Comparator.comparing(Published::name))
        .toList();
  }

  Optional<Published> find(String name) {
    return Optional.ofNullable(known().get(name));
  }

  /// @return its version
  int publish(String name, String body, String written, String who) {
    int version =
        sql.sql(
                """
                insert into live_code (name, version, body, written, who)
                select :name, coalesce(max(version), 0) + 1, cast(:body as jsonb), :written, :who
                from live_code where name = :name
                returning version
                """)
            .param("name", name)
            .param("body", body)
            .param("written", written)
            .param("who", who)
            .query(Integer.class)
            .single();
    sql.sql("delete from live_code_ended where name = :name").param("name", name).update();
    known = null;
    return version;
  }

  void end(String name, String who, Instant at) {
    sql.sql(
            """
            insert into live_code_ended (name, who, ended_at) values (:name, :who, :at)
            on conflict (name) do nothing
            """)
        .param("name", name)
        .param("who", who)
        .param("at", at.atOffset(ZoneOffset.UTC))
        .update();
    known = null;
  }
}
