package io.huoshui.server.account;

import io.huoshui.json.Json;
import io.huoshui.server.access.Sealed;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/// Accounts as rows.
@Repository
class AccountStore {
  private static final Logger LOG = LoggerFactory.getLogger(AccountStore.class);

  private static final String NEWEST =
      """
      select * from (
        select distinct on (name) name, version, kind, settings::text as settings, credentials,
               set_at::text as set_at, former, former_until, what, who, changed_at,
               (select min(f.changed_at) from platform_account f
                where f.name = a.name and f.version > coalesce(
                  (select max(d.version) from platform_account d
                   where d.name = a.name and d.what = 'deleted'), 0)) as first_set
        from platform_account a order by name, version desc) newest
      where what <> 'deleted'
      """;

  private final JdbcClient sql;
  private final Sealed sealed;

  AccountStore(JdbcClient sql, Sealed sealed) {
    this.sql = sql;
    this.sealed = sealed;
  }

  /// The newest version of an account.
  ///
  /// @param credentials null when they were sealed with another key: they have to be entered again
  /// @param setAt when each credential was set
  /// @param former callback keys before the last rotation; empty when there are none
  record Row(
      String name,
      int version,
      AccountKind kind,
      Map<String, String> settings,
      @Nullable Map<String, String> credentials,
      Map<String, Instant> setAt,
      Map<String, String> former,
      @Nullable Instant formerUntil,
      String who,
      Instant changedAt) {
    @Override
    public String toString() {
      return "Row[" + name + " version " + version + "]";
    }
  }

  /// What happened to an account.
  ///
  /// @param what set, rotated, deleted
  record Version(
      int version, String what, Map<String, String> settings, String who, Instant changedAt) {}

  private Row row(ResultSet row, int number) throws SQLException {
    Timestamp until = row.getTimestamp("former_until");
    var setAt = new TreeMap<String, Instant>();
    texts(row.getString("set_at")).forEach((key, text) -> setAt.put(key, Instant.parse(text)));
    String former = row.getString("former");
    Map<String, String> open = former == null ? null : opened(row.getString("name"), former);
    return new Row(
        row.getString("name"),
        row.getInt("version"),
        AccountKind.named(row.getString("kind")).orElseThrow(),
        texts(row.getString("settings")),
        opened(row.getString("name"), row.getString("credentials")),
        setAt,
        open == null ? Map.of() : open,
        until == null ? null : until.toInstant(),
        row.getString("who"),
        row.getTimestamp("changed_at").toInstant());
  }

  private @Nullable Map<String, String> opened(String name, String text) {
    try {
      return texts(sealed.open(text));
    } catch (RuntimeException e) {
      LOG.warn(
          "account {}: its credentials were sealed with another key and have to be entered again",
          name);
      return null;
    }
  }

  private static Map<String, String> texts(String json) {
    var texts = new TreeMap<String, String>();
    if (Json.parse(json) instanceof Json.Obj(Map<String, Json> fields)) {
      fields.forEach(
          (key, value) -> {
            if (value instanceof Json.Str(String text)) {
              texts.put(key, text);
            }
          });
    }
    return texts;
  }

  private static String json(Map<String, String> texts) {
    var fields = new TreeMap<String, Json>();
    texts.forEach((key, text) -> fields.put(key, Json.of(text)));
    return new Json.Obj(fields).write();
  }

  /// All there are, in the order in which they were first set.
  List<Row> all() {
    return sql.sql(NEWEST + "order by first_set, name").query(this::row).list();
  }

  /// Changes with every change of any account.
  long changes() {
    return sql.sql("select count(*) from platform_account").query(Long.class).single();
  }

  /// The versions of an account, the newest first; what was deleted has them too.
  List<Version> versions(String name) {
    return sql.sql(
            """
            select version, what, settings::text as settings, who, changed_at
            from platform_account where name = :name order by version desc
            """)
        .param("name", name)
        .query(
            (row, _) ->
                new Version(
                    row.getInt("version"),
                    row.getString("what"),
                    texts(row.getString("settings")),
                    row.getString("who"),
                    row.getTimestamp("changed_at").toInstant()))
        .list();
  }

  /// Writes the next version. Former versions lose their credentials.
  ///
  /// @param what set or rotated
  @Transactional
  int write(
      String name,
      AccountKind kind,
      Map<String, String> settings,
      Map<String, String> credentials,
      Map<String, Instant> setAt,
      Map<String, String> former,
      @Nullable Instant formerUntil,
      String what,
      String who,
      Instant now) {
    var set = new TreeMap<String, String>();
    setAt.forEach((key, at) -> set.put(key, at.toString()));
    int version =
        sql.sql(
                """
                insert into platform_account (name, version, kind, settings, credentials, set_at,
                                              former, former_until, what, who, changed_at)
                select :name, coalesce(max(version), 0) + 1, :kind, cast(:settings as jsonb),
                       :credentials, cast(:set as jsonb), :former, :until, :what, :who, :now
                from platform_account where name = :name
                returning version
                """)
            .param("name", name)
            .param("kind", kind.wire())
            .param("settings", json(settings))
            .param("credentials", sealed.seal(json(credentials)))
            .param("set", json(set))
            .param("former", former.isEmpty() ? null : sealed.seal(json(former)))
            .param("until", formerUntil == null ? null : formerUntil.atOffset(ZoneOffset.UTC))
            .param("what", what)
            .param("who", who)
            .param("now", now.atOffset(ZoneOffset.UTC))
            .query(Integer.class)
            .single();
    forget(name, version);
    return version;
  }

  private void forget(String name, int before) {
    sql.sql(
            """
            update platform_account set credentials = null, former = null
            where name = :name and version < :version
            """)
        .param("name", name)
        .param("version", before)
        .update();
  }

  /// Takes an account away; that there was one stays.
  @Transactional
  void delete(String name, String who, Instant now) {
    int version =
        sql.sql(
                """
                insert into platform_account (name, version, kind, settings, set_at, what, who,
                                              changed_at)
                select name, version + 1, kind, settings, cast('{}' as jsonb), 'deleted', :who, :now
                from platform_account where name = :name order by version desc limit 1
                returning version
                """)
            .param("name", name)
            .param("who", who)
            .param("now", now.atOffset(ZoneOffset.UTC))
            .query(Integer.class)
            .single();
    forget(name, version);
  }
}
