package io.huoshui.server.access;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Keys, tokens, sessions and the audit.
@Repository
class AccessStore {
  private final JdbcClient sql;

  AccessStore(JdbcClient sql) {
    this.sql = sql;
  }

  void addSource(String name) {
    sql.sql("insert into source (name) values (:name) on conflict do nothing")
        .param("name", name)
        .update();
  }

  void addWriteKey(byte[] hash, String source) {
    sql.sql("insert into write_key (hash, source) values (:hash, :source)")
        .param("hash", hash)
        .param("source", source)
        .update();
  }

  Optional<String> sourceOfKey(byte[] hash) {
    return sql.sql("select source from write_key where hash = :hash and revoked_at is null")
        .param("hash", hash)
        .query(String.class)
        .optional();
  }

  /// A source, and since when it may write.
  record Source(String name, Instant createdAt, int keys) {}

  List<Source> sources() {
    return sql.sql(
            """
            select s.name, s.created_at, count(k.hash) filter (where k.revoked_at is null) as keys
            from source s left join write_key k on k.source = s.name
            group by s.name, s.created_at order by s.name
            """)
        .query(
            (row, _) ->
                new Source(
                    row.getString("name"),
                    row.getTimestamp("created_at").toInstant(),
                    row.getInt("keys")))
        .list();
  }

  boolean hasAdmin() {
    return sql.sql("select exists (select 1 from access_token where kind = 'admin')")
        .query(Boolean.class)
        .single();
  }

  void addToken(byte[] hash, String kind, Optional<Instant> expires) {
    sql.sql("insert into access_token (hash, kind, expires_at) values (:hash, :kind, :expires)")
        .param("hash", hash)
        .param("kind", kind)
        .param("expires", expires.map(at -> at.atOffset(ZoneOffset.UTC)).orElse(null))
        .update();
  }

  Optional<String> tokenKind(byte[] hash) {
    return sql.sql(
            "select kind from access_token where hash = :hash and (expires_at is null or expires_at"
                + " > now())")
        .param("hash", hash)
        .query(String.class)
        .optional();
  }

  void audit(String who, String action, String what) {
    sql.sql("insert into audit (who, action, what) values (:who, :action, :what)")
        .param("who", who)
        .param("action", action)
        .param("what", what)
        .update();
  }
}
