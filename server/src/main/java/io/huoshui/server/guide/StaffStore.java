package io.huoshui.server.guide;

import io.huoshui.guide.Guide;
import io.huoshui.guide.OpeningHours;
import io.huoshui.guide.Store;
import io.huoshui.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Stores, guides, the rules about them, and what synchronisations found.
@Repository
class StaffStore {
  private final JdbcClient sql;

  StaffStore(JdbcClient sql) {
    this.sql = sql;
  }

  private static Store store(ResultSet row, int number) throws SQLException {
    Double lat = row.getObject("lat", Double.class);
    Double lon = row.getObject("lon", Double.class);
    return new Store(
        row.getString("name"),
        row.getString("title"),
        List.of((String[]) row.getArray("region").getArray()),
        row.getString("address"),
        lat == null || lon == null ? null : new Store.Spot(lat, lon),
        OpeningHours.parse(row.getString("hours")),
        row.getLong("department"),
        row.getBoolean("open"));
  }

  List<Store> stores() {
    return sql.sql("select * from store order by name").query(StaffStore::store).list();
  }

  void keep(Store store) {
    Store.Spot spot = store.spot();
    sql.sql(
            """
            insert into store (name, title, region, address, lat, lon, hours, department, open)
            values (:name, :title,
                    (select coalesce(array_agg(value), '{}')
                     from jsonb_array_elements_text(cast(:region as jsonb))),
                    :address, :lat, :lon, :hours, :department, :open)
            on conflict (name) do update
            set title = excluded.title, region = excluded.region, address = excluded.address,
                lat = excluded.lat, lon = excluded.lon, hours = excluded.hours,
                department = excluded.department, open = excluded.open
            """)
        .param("name", store.name())
        .param("title", store.title())
        .param("region", Json.of(store.region().stream().map(Json::of).toList()).write())
        .param("address", store.address())
        .param("lat", spot == null ? null : spot.lat())
        .param("lon", spot == null ? null : spot.lon())
        .param("hours", store.hours().written())
        .param("department", store.department())
        .param("open", store.open())
        .update();
  }

  /// @param leftAt null while they are with the brand
  record GuideRow(Guide guide, @Nullable Instant leftAt, boolean seesPhones) {}

  private static GuideRow guide(ResultSet row, int number) throws SQLException {
    var left = row.getTimestamp("left_at");
    return new GuideRow(
        new Guide(
            row.getString("userid"),
            row.getString("title"),
            row.getString("store"),
            Objects.requireNonNull(Guide.Role.ofWire(row.getString("role"))),
            row.getBoolean("active"),
            row.getInt("capacity")),
        left == null ? null : left.toInstant(),
        row.getBoolean("sees_phones"));
  }

  List<GuideRow> guides() {
    return sql.sql("select * from guide order by userid").query(StaffStore::guide).list();
  }

  /// @param now for when they left, where they do with this
  void keep(Guide guide, @Nullable Boolean seesPhones, Instant now) {
    sql.sql(
            """
            insert into guide (userid, title, store, role, active, left_at, capacity, sees_phones)
            values (:userid, :title, :store, :role, :active, :left, :capacity,
                    coalesce(cast(:phones as boolean), false))
            on conflict (userid) do update
            set title = excluded.title, store = excluded.store, role = excluded.role,
                active = excluded.active, capacity = excluded.capacity,
                left_at = case when excluded.active then null
                               else coalesce(guide.left_at, excluded.left_at) end,
                sees_phones = coalesce(cast(:phones as boolean), guide.sees_phones)
            """)
        .param("userid", guide.userid())
        .param("title", guide.title())
        .param("store", guide.store())
        .param("role", guide.role().wire())
        .param("active", guide.active())
        .param("left", guide.active() ? null : now.atOffset(ZoneOffset.UTC))
        .param("capacity", guide.capacity())
        .param("phones", seesPhones)
        .update();
  }

  Optional<Json> rules(String name) {
    return sql.sql("select cast(body as text) from guide_rules where name = :name")
        .param("name", name)
        .query(String.class)
        .optional()
        .map(Json::parse);
  }

  void keepRules(String name, Json body, String who) {
    sql.sql(
            """
            insert into guide_rules (name, body, who) values (:name, cast(:body as jsonb), :who)
            on conflict (name) do update
            set body = excluded.body, who = excluded.who, changed_at = now()
            """)
        .param("name", name)
        .param("body", body.write())
        .param("who", who)
        .update();
  }

  void synced(Instant at, String who, boolean applied, Json differences) {
    sql.sql(
            """
            insert into org_sync (at, who, applied, differences)
            values (:at, :who, :applied, cast(:differences as jsonb))
            """)
        .param("at", at.atOffset(ZoneOffset.UTC))
        .param("who", who)
        .param("applied", applied)
        .param("differences", differences.write())
        .update();
  }

  /// One synchronisation.
  record Synced(long id, Instant at, String who, boolean applied, String differences) {}

  /// The newest first.
  List<Synced> syncs(int most) {
    return sql.sql(
            """
            select id, at, who, applied, cast(differences as text) as differences from org_sync
            order by id desc limit :most
            """)
        .param("most", most)
        .query(
            (row, _) ->
                new Synced(
                    row.getLong("id"),
                    row.getTimestamp("at").toInstant(),
                    row.getString("who"),
                    row.getBoolean("applied"),
                    row.getString("differences")))
        .list();
  }

  /// Names are small letters.
  static String wire(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }
}
