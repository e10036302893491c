package io.huoshui.server.loyalty;

import io.huoshui.json.Json;
import io.huoshui.loyalty.Coupon;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Coupons as rows, and how far they follow the log.
@Repository
class CouponStore {
  private static final String NAME = "coupon";

  private final JdbcClient sql;

  CouponStore(JdbcClient sql) {
    this.sql = sql;
  }

  /// A coupon and what became of it.
  ///
  /// @param discountFen what a till of ours took off, else null
  record Row(Coupon coupon, @Nullable Instant redeemedAt, @Nullable Long discountFen) {}

  private static final String COLUMNS =
      """
      select code, template, profile, journey, value_fen, threshold_fen, issued_at, expires_at,
             order_id, redeemed_at, discount_fen
      from coupon
      """;

  private static Row row(ResultSet row, int number) throws SQLException {
    String usedBy = row.getString("order_id");
    var redeemed = row.getTimestamp("redeemed_at");
    return new Row(
        new Coupon(
            row.getString("code"),
            row.getString("template"),
            row.getInt("profile"),
            row.getString("journey"),
            row.getLong("value_fen"),
            row.getLong("threshold_fen"),
            row.getTimestamp("issued_at").toInstant(),
            row.getTimestamp("expires_at").toInstant(),
            usedBy == null ? "" : usedBy),
        redeemed == null ? null : redeemed.toInstant(),
        row.getObject("discount_fen", Long.class));
  }

  Optional<Row> find(String code) {
    return sql.sql(COLUMNS + "where code = :code")
        .param("code", code)
        .query(CouponStore::row)
        .optional();
  }

  /// The same, and nobody else decides about it before this transaction ends.
  Optional<Row> claim(String code) {
    return sql.sql(COLUMNS + "where code = :code for update")
        .param("code", code)
        .query(CouponStore::row)
        .optional();
  }

  /// What any of these was issued, newest first.
  List<Row> of(List<Integer> profiles, int most) {
    return sql.sql(
            COLUMNS + "where profile in (:profiles) order by issued_at desc, code limit :most")
        .param("profiles", profiles)
        .param("most", most)
        .query(CouponStore::row)
        .list();
  }

  /// Redeemed by a till of ours, but not yet in the log.
  List<Row> unlogged() {
    return sql.sql(
            COLUMNS
                + """
                where order_id is not null and not in_log and discount_fen is not null order by code
                """)
        .query(CouponStore::row)
        .list();
  }

  /// @return false when it was used meanwhile
  boolean redeem(String code, String orderId, long discountFen, Instant at) {
    return sql.sql(
                """
                update coupon
                set order_id = :order, discount_fen = :discount, redeemed_at = :at
                where code = :code and order_id is null
                """)
            .param("code", code)
            .param("order", orderId)
            .param("discount", discountFen)
            .param("at", at.atOffset(ZoneOffset.UTC))
            .update()
        == 1;
  }

  // Following the log. Rows come as one JSON array, so a thousand cost one statement.

  int nextEvent() {
    return sql.sql("select next_event from follows where name = :name")
        .param("name", NAME)
        .query(Integer.class)
        .optional()
        .orElse(0);
  }

  void followed(int nextEvent) {
    sql.sql(
            """
            insert into follows (name, next_event) values (:name, :next)
            on conflict (name) do update set next_event = excluded.next_event
            """)
        .param("name", NAME)
        .param("next", nextEvent)
        .update();
  }

  void issued(List<Json> rows) {
    each(
        rows,
        """
        insert into coupon (code, template, profile, journey, value_fen, threshold_fen, issued_at,
                            expires_at)
        select code, template, profile, journey, value_fen, threshold_fen, issued_at, expires_at
        from jsonb_to_recordset(cast(:rows as jsonb))
          as r (code text, template text, profile int, journey text, value_fen bigint,
                threshold_fen bigint, issued_at timestamptz, expires_at timestamptz)
        on conflict (code) do nothing
        """);
  }

  void redeemed(List<Json> rows) {
    each(
        rows,
        """
        update coupon c
        set order_id = coalesce(c.order_id, nullif(r.order_id, ''), 'elsewhere'),
            redeemed_at = coalesce(c.redeemed_at, r.at),
            in_log = true
        from (
          select distinct on (code) code, order_id, at
          from jsonb_to_recordset(cast(:rows as jsonb))
            as r (number int, code text, order_id text, at timestamptz)
          order by code, number
        ) r
        where c.code = r.code
        """);
  }

  /// A coupon that was ended before its day is over since then.
  void expired(List<Json> rows) {
    each(
        rows,
        """
        update coupon c set expires_at = least(c.expires_at, r.at)
        from (
          select code, min(at) as at
          from jsonb_to_recordset(cast(:rows as jsonb)) as r (code text, at timestamptz)
          group by code
        ) r
        where c.code = r.code
        """);
  }

  private void each(List<Json> rows, String statement) {
    if (!rows.isEmpty()) {
      sql.sql(statement).param("rows", Json.of(rows).write()).update();
    }
  }
}
