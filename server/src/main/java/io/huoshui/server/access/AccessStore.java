package io.huoshui.server.access;

import io.huoshui.json.Json;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
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

  /// A token that sees only part of the brand.
  void addToken(byte[] hash, Scope scope, String label, Optional<Instant> expires) {
    sql.sql(
            """
            insert into access_token (hash, kind, expires_at, stores, guide, label)
            values (:hash, :kind, :expires,
                    (select coalesce(array_agg(value), '{}')
                     from jsonb_array_elements_text(cast(:stores as jsonb))),
                    :guide, :label)
            """)
        .param("hash", hash)
        .param("kind", scope.guide().isEmpty() ? "store" : "guide")
        .param("expires", expires.map(at -> at.atOffset(ZoneOffset.UTC)).orElse(null))
        .param("stores", Json.of(scope.stores().stream().map(Json::of).toList()).write())
        .param("guide", scope.guide())
        .param("label", label)
        .update();
  }

  /// What a token of part of the brand sees.
  Optional<Scope> scope(byte[] hash) {
    return sql.sql(
            """
            select stores, guide, label from access_token
            where hash = :hash and kind in ('store', 'guide')
              and (expires_at is null or expires_at > now())
            """)
        .param("hash", hash)
        .query(
            (row, _) ->
                new Scope(
                    false,
                    new TreeSet<>(List.of((String[]) row.getArray("stores").getArray())),
                    row.getString("guide"),
                    row.getString("label")))
        .optional();
  }

  /// @param id the beginning of the token's hash
  record StoreToken(String id, String label, List<String> stores, Instant createdAt) {}

  List<StoreToken> storeTokens() {
    return sql.sql(
            """
            select encode(hash, 'hex') as id, label, stores, created_at from access_token
            where kind = 'store' order by created_at, id
            """)
        .query(
            (row, _) ->
                new StoreToken(
                    row.getString("id").substring(0, 16),
                    row.getString("label"),
                    List.of((String[]) row.getArray("stores").getArray()),
                    row.getTimestamp("created_at").toInstant()))
        .list();
  }

  boolean dropStoreToken(String id) {
    return sql.sql(
                """
                delete from access_token
                where kind = 'store' and left(encode(hash, 'hex'), 16) = :id
                """)
            .param("id", id)
            .update()
        > 0;
  }

  /// A guide's sidebars are shut.
  void dropGuide(String guide) {
    sql.sql("delete from access_token where kind = 'guide' and guide = :guide")
        .param("guide", guide)
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
