package io.huoshui.server.acquisition;

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
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Codes at the platform as rows.
@Repository
class WayStore {
  private final JdbcClient sql;
  private final Map<String, List<Way>> known = new ConcurrentHashMap<>();

  WayStore(JdbcClient sql) {
    this.sql = sql;
  }

  /// @param guide empty for the code that names several
  /// @param slot which of a pool
  record Key(String code, String variant, String guide, int slot) {}

  /// @param configId null until the platform has answered
  /// @param askedAt when the platform was first asked to make it
  /// @param named whom it names, with blanks between; empty for one member's own
  record Way(
      Key key,
      String state,
      @Nullable String configId,
      String qr,
      String named,
      String why,
      Instant askedAt,
      @Nullable Instant madeAt) {
    boolean ready() {
      return configId != null && !qr.isEmpty();
    }
  }

  private static Way row(ResultSet row, int number) throws SQLException {
    Timestamp made = row.getTimestamp("made_at");
    return new Way(
        new Key(
            row.getString("code"),
            row.getString("variant"),
            row.getString("guide"),
            row.getInt("slot")),
        row.getString("state"),
        row.getString("config_id"),
        row.getString("qr"),
        row.getString("named"),
        row.getString("why"),
        row.getTimestamp("asked_at").toInstant(),
        made == null ? null : made.toInstant());
  }

  /// All of a code.
  List<Way> of(String code) {
    return known.computeIfAbsent(
        code,
        name ->
            List.copyOf(
                sql.sql(
                        """
                        select code, variant, guide, slot, state, config_id, qr, named, why,
                               asked_at, made_at
                        from live_code_way where code = :code order by variant, guide, slot
                        """)
                    .param("code", name)
                    .query(WayStore::row)
                    .list()));
  }

  /// Keeps a picture that the platform does not.
  void picture(String code, byte[] bytes) {
    sql.sql(
            """
            insert into live_code_picture (code, type, bytes) values (:code, :type, :bytes)
            on conflict (code) do update set type = excluded.type, bytes = excluded.bytes
            """)
        .param("code", code)
        .param("type", bytes.length > 1 && bytes[0] == (byte) 0x89 ? "image/png" : "image/jpeg")
        .param("bytes", bytes)
        .update();
  }

  /// A picture that was kept, as an answer.
  Optional<ResponseEntity<byte[]>> picture(String code) {
    return sql.sql("select type, bytes from live_code_picture where code = :code")
        .param("code", code)
        .query(
            (row, _) ->
                ResponseEntity.ok()
                    .contentType(MediaType.parseMediaType(row.getString("type")))
                    .body(row.getBytes("bytes")))
        .optional();
  }

  /// Before the platform is asked.
  void asking(Key key, String state, String named, Instant at) {
    sql.sql(
            """
            insert into live_code_way (code, variant, guide, slot, state, named, asked_at)
            values (:code, :variant, :guide, :slot, :state, :named, :at)
            on conflict (code, variant, guide, slot) do nothing
            """)
        .param("code", key.code())
        .param("variant", key.variant())
        .param("guide", key.guide())
        .param("slot", key.slot())
        .param("state", state)
        .param("named", named)
        .param("at", at.atOffset(ZoneOffset.UTC))
        .update();
    known.remove(key.code());
  }

  void made(Key key, String configId, String qr, String named, Instant at) {
    update(
        key,
        "config_id = :config, qr = :qr, named = :named, made_at = :at, why = ''",
        Map.of("config", configId, "qr", qr, "named", named, "at", at.atOffset(ZoneOffset.UTC)));
  }

  void named(Key key, String named) {
    update(key, "named = :named, why = ''", Map.of("named", named));
  }

  void failed(Key key, String why) {
    update(key, "why = :why", Map.of("why", why));
  }

  private void update(Key key, String what, Map<String, ?> values) {
    sql.sql(
            "update live_code_way set "
                + what
                + " where code = :code and variant = :variant and guide = :guide and slot = :slot")
        .params(values)
        .param("code", key.code())
        .param("variant", key.variant())
        .param("guide", key.guide())
        .param("slot", key.slot())
        .update();
    known.remove(key.code());
  }
}
