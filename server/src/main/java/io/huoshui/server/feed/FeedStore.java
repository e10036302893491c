package io.huoshui.server.feed;

import io.huoshui.feed.Known;
import io.huoshui.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Feeds, the ledger of their orders, and what was quarantined, as rows.
@Repository
class FeedStore {
  private final JdbcClient sql;

  FeedStore(JdbcClient sql) {
    this.sql = sql;
  }

  /// @param map as written; null: the vendor's
  /// @param credentials sealed
  /// @param cure what helps against the failure: `authorise`, `wait`, `mend`
  record Feed(
      String name,
      String vendor,
      String kind,
      String source,
      String shop,
      @Nullable String map,
      @Nullable String credentials,
      @Nullable Integer everySeconds,
      boolean paused,
      boolean asked,
      Instant backfillFrom,
      Instant watermark,
      @Nullable Instant windowFrom,
      @Nullable Instant windowTo,
      @Nullable String cursor,
      @Nullable Instant newestAt,
      @Nullable Instant triedAt,
      @Nullable Instant succeededAt,
      @Nullable Instant notBefore,
      int attempts,
      @Nullable String cure,
      @Nullable String failure,
      @Nullable String next,
      long records,
      long events,
      long duplicates) {
    boolean stopped() {
      return "authorise".equals(cure) || "mend".equals(cure);
    }
  }

  private static Feed feed(ResultSet row, int number) throws SQLException {
    return new Feed(
        row.getString("name"),
        row.getString("vendor"),
        row.getString("kind"),
        row.getString("source"),
        row.getString("shop"),
        row.getString("map"),
        row.getString("credentials"),
        row.getObject("every_seconds", Integer.class),
        row.getBoolean("paused"),
        row.getBoolean("asked"),
        row.getTimestamp("backfill_from").toInstant(),
        row.getTimestamp("watermark").toInstant(),
        instant(row.getTimestamp("window_from")),
        instant(row.getTimestamp("window_to")),
        row.getString("window_cursor"),
        instant(row.getTimestamp("newest_at")),
        instant(row.getTimestamp("tried_at")),
        instant(row.getTimestamp("succeeded_at")),
        instant(row.getTimestamp("not_before")),
        row.getInt("attempts"),
        row.getString("cure"),
        row.getString("failure"),
        row.getString("next_step"),
        row.getLong("records"),
        row.getLong("events"),
        row.getLong("duplicates"));
  }

  private static @Nullable Instant instant(@Nullable Timestamp stamp) {
    return stamp == null ? null : stamp.toInstant();
  }

  private static @Nullable OffsetDateTime stamp(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  List<Feed> all() {
    return sql.sql("select * from feed order by name").query(FeedStore::feed).list();
  }

  Optional<Feed> find(String name) {
    return sql.sql("select * from feed where name = :name")
        .param("name", name)
        .query(FeedStore::feed)
        .optional();
  }

  /// Makes it, or writes down what somebody changed in it; where it stands stays.
  void write(
      String name,
      String vendor,
      String kind,
      String source,
      String shop,
      @Nullable String map,
      @Nullable Integer everySeconds,
      Instant backfillFrom) {
    sql.sql(
            """
            insert into feed (name, vendor, kind, source, shop, map, every_seconds, backfill_from,
                              watermark)
            values (:name, :vendor, :kind, :source, :shop, cast(:map as jsonb), :every, :from, :from)
            on conflict (name) do update
            set kind = excluded.kind, map = excluded.map, every_seconds = excluded.every_seconds
            """)
        .param("name", name)
        .param("vendor", vendor)
        .param("kind", kind)
        .param("source", source)
        .param("shop", shop)
        .param("map", map)
        .param("every", everySeconds)
        .param("from", stamp(backfillFrom))
        .update();
  }

  boolean delete(String name) {
    return sql.sql("delete from feed where name = :name").param("name", name).update() == 1;
  }

  /// A new way in: what stopped it may be over.
  void credentials(String name, String sealed) {
    sql.sql(
            """
            update feed set credentials = :sealed, cure = null, failure = null, next_step = null,
                   not_before = null, attempts = 0
            where name = :name
            """)
        .param("name", name)
        .param("sealed", sealed)
        .update();
  }

  void paused(String name, boolean paused) {
    sql.sql("update feed set paused = :paused where name = :name")
        .param("name", name)
        .param("paused", paused)
        .update();
  }

  void ask(String name) {
    sql.sql(
            """
            update feed set asked = true, not_before = null, cure = null, failure = null,
                   next_step = null
            where name = :name
            """)
        .param("name", name)
        .update();
  }

  /// Where the window that is being read stands.
  void window(String name, Instant from, Instant to, String cursor, Instant now) {
    sql.sql(
            """
            update feed set window_from = :from, window_to = :to, window_cursor = :cursor,
                   tried_at = :now
            where name = :name
            """)
        .param("name", name)
        .param("from", stamp(from))
        .param("to", stamp(to))
        .param("cursor", cursor)
        .param("now", stamp(now))
        .update();
  }

  void windowDone(String name, Instant watermark) {
    sql.sql(
            """
            update feed set watermark = :to, window_from = null, window_to = null,
                   window_cursor = null
            where name = :name
            """)
        .param("name", name)
        .param("to", stamp(watermark))
        .update();
  }

  void succeeded(String name, Instant now) {
    sql.sql(
            """
            update feed set tried_at = :now, succeeded_at = :now, asked = false, cure = null,
                   failure = null, next_step = null, not_before = null, attempts = 0
            where name = :name
            """)
        .param("name", name)
        .param("now", stamp(now))
        .update();
  }

  /// A file was taken to its end; what an API refuses is as it was.
  void reached(String name, Instant now) {
    sql.sql("update feed set succeeded_at = :now where name = :name")
        .param("name", name)
        .param("now", stamp(now))
        .update();
  }

  void failed(
      String name,
      String cure,
      String failure,
      String next,
      @Nullable Instant notBefore,
      Instant now) {
    sql.sql(
            """
            update feed set tried_at = :now, asked = false, cure = :cure, failure = :failure,
                   next_step = :next, not_before = :before, attempts = attempts + 1
            where name = :name
            """)
        .param("name", name)
        .param("cure", cure)
        .param("failure", failure)
        .param("next", next)
        .param("before", stamp(notBefore))
        .param("now", stamp(now))
        .update();
  }

  /// @param newest the newest business time among what was taken; null for none
  void took(
      String name,
      long records,
      long events,
      long duplicates,
      @Nullable Instant newest,
      Map<String, Integer> notes) {
    sql.sql(
            """
            update feed set records = records + :records, events = events + :events,
                   duplicates = duplicates + :duplicates,
                   newest_at = greatest(newest_at, cast(:newest as timestamptz))
            where name = :name
            """)
        .param("name", name)
        .param("records", records)
        .param("events", events)
        .param("duplicates", duplicates)
        .param("newest", stamp(newest))
        .update();
    notes.forEach(
        (note, count) ->
            sql.sql(
                    """
                    insert into feed_note (feed, note, seen) values (:feed, :note, :count)
                    on conflict (feed, note) do update set seen = feed_note.seen + excluded.seen
                    """)
                .param("feed", name)
                .param("note", note)
                .param("count", count)
                .update());
  }

  Map<String, Long> notes(String feed) {
    var notes = new HashMap<String, Long>();
    sql.sql("select note, seen from feed_note where feed = :feed")
        .param("feed", feed)
        .query(
            row -> {
              notes.put(row.getString("note"), row.getLong("seen"));
            });
    return notes;
  }

  // The ledger of orders.

  Map<String, Known> known(String source, String shop, Collection<String> orders) {
    var known = new HashMap<String, Known>();
    sql.sql(
            """
            select order_id, known from feed_order
            where source = :source and shop = :shop
              and order_id = any (select jsonb_array_elements_text(cast(:orders as jsonb)))
            """)
        .param("source", source)
        .param("shop", shop)
        .param("orders", Json.of(orders.stream().map(Json::of).toList()).write())
        .query(
            row -> {
              known.put(row.getString("order_id"), Known.of(Json.parse(row.getString("known"))));
            });
    return known;
  }

  void know(String source, String shop, Map<String, Known> orders) {
    if (orders.isEmpty()) {
      return;
    }
    sql.sql(
            """
            insert into feed_order (source, shop, order_id, known)
            select :source, :shop, r.order_id, r.known
            from jsonb_to_recordset(cast(:rows as jsonb)) as r (order_id text, known jsonb)
            on conflict (source, shop, order_id) do update set known = excluded.known
            """)
        .param("source", source)
        .param("shop", shop)
        .param(
            "rows",
            Json.of(
                    orders.entrySet().stream()
                        .map(
                            each ->
                                Json.object(
                                    "order_id",
                                    Json.of(each.getKey()),
                                    "known",
                                    each.getValue().json()))
                        .toList())
                .write())
        .update();
  }

  // Quarantine.

  /// @param recordId the order's number, else a digest of the record
  /// @param raw the records, sealed
  record Quarantined(
      long id,
      Instant at,
      String file,
      String recordId,
      long line,
      String place,
      String value,
      String code,
      String why,
      String raw) {}

  void quarantine(String feed, Quarantined one) {
    sql.sql(
            """
            insert into feed_quarantine (feed, happened_at, file, record_id, line, place, value, code,
                                         why, raw)
            select :feed, :at, :file, :record, :line, :place, :value, :code, :why, :raw
            where not exists (
              select 1 from feed_quarantine
              where feed = :feed and file = :file and line = :line and place = :place
                and value = :value and code = :code and :line > 0)
            """)
        .param("feed", feed)
        .param("at", stamp(one.at))
        .param("file", one.file)
        .param("record", one.recordId)
        .param("line", one.line)
        .param("place", one.place)
        .param("value", one.value)
        .param("code", one.code)
        .param("why", one.why)
        .param("raw", one.raw)
        .update();
  }

  /// Records without a line came again: what they are now stands for what they were.
  void superseded(String feed, Collection<String> records) {
    sql.sql(
            """
            delete from feed_quarantine
            where feed = :feed and line = 0
              and record_id = any (select jsonb_array_elements_text(cast(:records as jsonb)))
            """)
        .param("feed", feed)
        .param("records", Json.of(records.stream().map(Json::of).toList()).write())
        .update();
  }

  List<Quarantined> quarantined(String feed, long after, int most) {
    return sql.sql(
            """
            select id, happened_at, file, record_id, line, place, value, code, why, raw
            from feed_quarantine
            where feed = :feed and id > :after order by id limit :most
            """)
        .param("feed", feed)
        .param("after", after)
        .param("most", most)
        .query(
            (row, _) ->
                new Quarantined(
                    row.getLong("id"),
                    row.getTimestamp("happened_at").toInstant(),
                    row.getString("file"),
                    row.getString("record_id"),
                    row.getLong("line"),
                    row.getString("place"),
                    row.getString("value"),
                    row.getString("code"),
                    row.getString("why"),
                    row.getString("raw")))
        .list();
  }

  long lastQuarantined(String feed) {
    return sql.sql("select coalesce(max(id), 0) from feed_quarantine where feed = :feed")
        .param("feed", feed)
        .query(Long.class)
        .single();
  }

  Map<String, Long> quarantinedByCode(String feed) {
    var codes = new java.util.TreeMap<String, Long>();
    sql.sql("select code, count(*) as n from feed_quarantine where feed = :feed group by code")
        .param("feed", feed)
        .query(
            row -> {
              codes.put(row.getString("code"), row.getLong("n"));
            });
    return codes;
  }

  /// Drops what stands in quarantine and names somebody.
  void forget(Predicate<Quarantined> names) {
    for (String feed :
        sql.sql("select distinct feed from feed_quarantine").query(String.class).list()) {
      long after = 0;
      for (List<Quarantined> some = quarantined(feed, after, 500);
          !some.isEmpty();
          some = quarantined(feed, after, 500)) {
        after = some.getLast().id();
        for (Quarantined each : some) {
          if (names.test(each)) {
            mended(each.id());
          }
        }
      }
    }
  }

  void mended(long id) {
    sql.sql("delete from feed_quarantine where id = :id").param("id", id).update();
  }

  // Pushes.

  boolean pushed(String feed, String id) {
    return sql.sql("select 1 from feed_push where feed = :feed and id = :id")
        .param("feed", feed)
        .param("id", id)
        .query(Integer.class)
        .optional()
        .isPresent();
  }

  void push(String feed, String id, Collection<String> wanted, Instant now) {
    for (String order : wanted) {
      sql.sql(
              "insert into feed_wanted (feed, order_id) values (:feed, :order) on conflict do"
                  + " nothing")
          .param("feed", feed)
          .param("order", order)
          .update();
    }
    if (!id.isEmpty()) {
      sql.sql(
              "insert into feed_push (feed, id, took_at) values (:feed, :id, :now) on conflict do"
                  + " nothing")
          .param("feed", feed)
          .param("id", id)
          .param("now", stamp(now))
          .update();
    }
  }

  List<String> wanted(String feed, int most) {
    return sql.sql("select order_id from feed_wanted where feed = :feed order by 1 limit :most")
        .param("feed", feed)
        .param("most", most)
        .query(String.class)
        .list();
  }

  void found(String feed, String order) {
    sql.sql("delete from feed_wanted where feed = :feed and order_id = :order")
        .param("feed", feed)
        .param("order", order)
        .update();
  }
}
