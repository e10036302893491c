package io.huoshui.server.guide;

import io.huoshui.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Handovers, and what became of each customer and group of them.
@Repository
class HandOverStore {
  private final JdbcClient sql;

  HandOverStore(JdbcClient sql) {
    this.sql = sql;
  }

  enum State {
    PLANNED,
    /// Written down before the call, so that a crash in between is known.
    ASKED,
    /// The platform began it; it takes effect a day later.
    WAITING,
    TAKEN_OVER,
    REFUSED,
    LIMIT,
    FAILED,
    UNDONE;

    String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  record HandOverRow(
      long id,
      String from,
      boolean left,
      String message,
      String why,
      String who,
      Instant begunAt,
      String refused,
      @Nullable String trouble) {}

  record Item(
      long handOver,
      String item,
      boolean group,
      int profile,
      String to,
      int call,
      State state,
      int code,
      Instant dueAt,
      @Nullable Instant askedAt) {}

  private static HandOverRow row(ResultSet row, int number) throws SQLException {
    return new HandOverRow(
        row.getLong("id"),
        row.getString("from_guide"),
        row.getBoolean("left_brand"),
        row.getString("message"),
        row.getString("why"),
        row.getString("who"),
        row.getTimestamp("begun_at").toInstant(),
        row.getString("refused"),
        row.getString("trouble"));
  }

  private static final String COLUMNS =
      """
      select id, from_guide, left_brand, message, why, who, begun_at,
             cast(refused as text) as refused, trouble
      from hand_over
      """;

  private static Item item(ResultSet row, int number) throws SQLException {
    var asked = row.getTimestamp("asked_at");
    return new Item(
        row.getLong("hand_over"),
        row.getString("item"),
        row.getBoolean("is_group"),
        row.getInt("profile"),
        row.getString("to_guide"),
        row.getInt("call"),
        State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
        row.getInt("code"),
        row.getTimestamp("due_at").toInstant(),
        asked == null ? null : asked.toInstant());
  }

  long add(
      String from, boolean left, String message, String why, String who, Instant at, Json refused) {
    return sql.sql(
            """
            insert into hand_over (from_guide, left_brand, message, why, who, begun_at, refused)
            values (:from, :left, :message, :why, :who, :at, cast(:refused as jsonb))
            returning id
            """)
        .param("from", from)
        .param("left", left)
        .param("message", message)
        .param("why", why)
        .param("who", who)
        .param("at", at.atOffset(ZoneOffset.UTC))
        .param("refused", refused.write())
        .query(Long.class)
        .single();
  }

  void add(Collection<Item> items) {
    List<Json> rows =
        items.stream()
            .map(
                item ->
                    (Json)
                        Json.object(
                            "hand_over", Json.of(item.handOver()),
                            "item", Json.of(item.item()),
                            "is_group", Json.of(item.group()),
                            "profile", Json.of(item.profile()),
                            "to_guide", Json.of(item.to()),
                            "call", Json.of(item.call()),
                            "due_at", Json.of(item.dueAt().toString())))
            .toList();
    sql.sql(
            """
            insert into hand_over_item (hand_over, item, is_group, profile, to_guide, call, state, due_at)
            select hand_over, item, is_group, profile, to_guide, call, 'planned', due_at
            from jsonb_to_recordset(cast(:rows as jsonb))
              as r (hand_over bigint, item text, is_group boolean, profile int, to_guide text,
                    call int, due_at timestamptz)
            """)
        .param("rows", Json.of(rows).write())
        .update();
  }

  Optional<HandOverRow> find(long id) {
    return sql.sql(COLUMNS + "where id = :id").param("id", id).query(HandOverStore::row).optional();
  }

  List<HandOverRow> all(int most) {
    return sql.sql(COLUMNS + "order by id desc limit :most")
        .param("most", most)
        .query(HandOverStore::row)
        .list();
  }

  /// Those of which something is left to do.
  List<HandOverRow> open() {
    return sql.sql(
            COLUMNS
                + """
                where exists (select from hand_over_item i where i.hand_over = hand_over.id
                              and i.state in ('planned', 'asked', 'waiting'))
                order by id
                """)
        .query(HandOverStore::row)
        .list();
  }

  List<Item> items(long handOver) {
    return sql.sql("select * from hand_over_item where hand_over = :id order by call, item")
        .param("id", handOver)
        .query(HandOverStore::item)
        .list();
  }

  void state(long handOver, Collection<String> items, State state, int code, Instant at) {
    if (items.isEmpty()) {
      return;
    }
    sql.sql(
            """
            update hand_over_item
            set state = :state, code = :code,
                asked_at = case when :state = 'asked' then :at
                                when :state = 'planned' then null else asked_at end,
                settled_at = case when :state in ('planned', 'asked', 'waiting') then null else :at end
            where hand_over = :id and item in (:items)
            """)
        .param("state", state.wire())
        .param("code", code)
        .param("at", at.atOffset(ZoneOffset.UTC))
        .param("id", handOver)
        .param("items", items)
        .update();
  }

  void trouble(long handOver, @Nullable String why) {
    sql.sql("update hand_over set trouble = :why where id = :id")
        .param("why", why)
        .param("id", handOver)
        .update();
  }

  /// By state how many.
  Map<String, Integer> counts(long handOver) {
    var counts = new TreeMap<String, Integer>();
    sql.sql("select state, count(*) as n from hand_over_item where hand_over = :id group by state")
        .param("id", handOver)
        .query((row, _) -> counts.put(row.getString("state"), row.getInt("n")))
        .list();
    return counts;
  }

  /// When somebody was handed over in service, and whether a handover of them is under way.
  record Past(String item, List<Instant> handed, boolean underWay) {}

  Map<String, Past> past(Collection<String> items) {
    var past = new TreeMap<String, Past>();
    if (items.isEmpty()) {
      return past;
    }
    sql.sql(
            """
            select i.item,
                   array_agg(i.asked_at) filter (where not h.left_brand and i.asked_at is not null
                                                 and i.state in ('waiting', 'taken_over')) as handed,
                   bool_or(i.state in ('planned', 'asked', 'waiting')) as under_way
            from hand_over_item i join hand_over h on h.id = i.hand_over
            where i.item in (select jsonb_array_elements_text(cast(:items as jsonb)))
            group by i.item
            """)
        .param("items", Json.of(items.stream().map(Json::of).toList()).write())
        .query(
            (row, _) -> {
              var array = row.getArray("handed");
              List<Instant> handed =
                  array == null
                      ? List.of()
                      : Arrays.stream((Timestamp[]) array.getArray())
                          .map(Timestamp::toInstant)
                          .toList();
              return past.put(
                  row.getString("item"),
                  new Past(row.getString("item"), handed, row.getBoolean("under_way")));
            })
        .list();
    return past;
  }

  /// Nobody knows any more who was handed over; what had not taken effect does not.
  void forget(String customer, String nobody, Instant at) {
    sql.sql(
            """
            update hand_over_item
            set item = :nobody,
                settled_at = case when state in ('planned', 'asked', 'waiting') then :at
                                  else settled_at end,
                state = case when state in ('planned', 'asked', 'waiting') then 'undone'
                             else state end
            where item = :customer and not is_group
            """)
        .param("customer", customer)
        .param("nobody", nobody)
        .param("at", at.atOffset(ZoneOffset.UTC))
        .update();
    sql.sql(
            """
            update hand_over
            set refused = cast(replace(refused::text, to_jsonb(cast(:customer as text))::text,
                                       to_jsonb(cast(:nobody as text))::text) as jsonb)
            where position(to_jsonb(cast(:customer as text))::text in refused::text) > 0
            """)
        .param("customer", customer)
        .param("nobody", nobody)
        .update();
  }

  /// How many groups of an owner were given away since an instant.
  int groupsSince(String owner, Instant since) {
    return sql.sql(
            """
            select count(*) from hand_over_item i join hand_over h on h.id = i.hand_over
            where i.is_group and h.from_guide = :owner and i.asked_at >= :since
            """)
        .param("owner", owner)
        .param("since", since.atOffset(ZoneOffset.UTC))
        .query(Integer.class)
        .single();
  }
}
