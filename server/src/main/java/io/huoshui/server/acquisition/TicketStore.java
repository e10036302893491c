package io.huoshui.server.acquisition;

import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// 包裹卡: tickets of cards as rows; each is good once.
@Repository
class TicketStore {
  private final JdbcClient sql;

  TicketStore(JdbcClient sql) {
    this.sql = sql;
  }

  /// @param buyer what the order says of who it went to
  /// @param sure whether who came with it is certainly who opened its page
  record Ticket(
      String ticket,
      String code,
      String orderId,
      List<Identifier> buyer,
      @Nullable Instant usedAt,
      String guide,
      String customer,
      boolean sure) {
    Ticket {
      buyer = List.copyOf(buyer);
    }
  }

  private static Ticket row(ResultSet row, int number) throws SQLException {
    Timestamp used = row.getTimestamp("used_at");
    return new Ticket(
        row.getString("ticket"),
        row.getString("code"),
        row.getString("order_id"),
        identifiers(row.getString("buyer")),
        used == null ? null : used.toInstant(),
        or(row.getString("guide")),
        or(row.getString("customer")),
        row.getBoolean("sure"));
  }

  private static String or(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static List<Identifier> identifiers(String json) {
    var found = new ArrayList<Identifier>();
    if (Json.parse(json) instanceof Json.Arr(List<Json> items)) {
      for (Json item : items) {
        IdentifierKind kind = IdentifierKind.ofWire(text(item, "kind"));
        if (kind != null) {
          found.add(Identifier.of(kind, text(item, "scope"), text(item, "value")));
        }
      }
    }
    return found;
  }

  private static String text(Json of, String key) {
    return of instanceof Json.Obj object && object.get(key) instanceof Json.Str(String text)
        ? text
        : "";
  }

  private static String json(List<Identifier> identifiers) {
    return Json.of(
            identifiers.stream()
                .map(
                    each ->
                        Json.object(
                            "kind", Json.of(each.kind().wire()),
                            "scope", Json.of(each.scope()),
                            "value", Json.of(each.value())))
                .toList())
        .write();
  }

  /// The ticket of an order: the one it has already, or this.
  String make(String code, String orderId, List<Identifier> buyer, String ticket) {
    sql.sql(
            """
            insert into live_code_ticket (ticket, code, order_id, buyer)
            values (:ticket, :code, :order, cast(:buyer as jsonb))
            on conflict (code, order_id) do nothing
            """)
        .param("ticket", ticket)
        .param("code", code)
        .param("order", orderId)
        .param("buyer", json(buyer))
        .update();
    return sql.sql("select ticket from live_code_ticket where code = :code and order_id = :order")
        .param("code", code)
        .param("order", orderId)
        .query(String.class)
        .single();
  }

  Optional<Ticket> find(String code, String ticket) {
    return sql.sql("select * from live_code_ticket where code = :code and ticket = :ticket")
        .param("code", code)
        .param("ticket", ticket)
        .query(TicketStore::row)
        .optional();
  }

  /// Counts somebody who came with a card that was used.
  void refused(String ticket) {
    sql.sql("update live_code_ticket set refused = refused + 1 where ticket = :ticket")
        .param("ticket", ticket)
        .update();
  }

  /// Uses it up, once; whoever comes after that is counted as refused.
  ///
  /// @param sure whether who came is certainly who opened the page
  void use(String ticket, String guide, String customer, Instant addedAt, boolean sure) {
    int rows =
        sql.sql(
                """
                update live_code_ticket
                set used_at = :at, guide = :guide, customer = :customer, sure = :sure, told = :told
                where ticket = :ticket and used_at is null
                """)
            // Of somebody who was erased meanwhile there is nothing to tell.
            .param("told", Identifier.erased(customer))
            .param("at", addedAt.atOffset(ZoneOffset.UTC))
            .param("guide", guide)
            .param("customer", customer)
            .param("sure", sure)
            .param("ticket", ticket)
            .update();
    if (rows == 0) {
      refused(ticket);
    }
  }

  /// Used ones that the people's timelines do not say yet.
  List<Ticket> untold() {
    return sql.sql(
            "select * from live_code_ticket where used_at is not null and not told limit 500")
        .query(TicketStore::row)
        .list();
  }

  void told(String ticket) {
    sql.sql("update live_code_ticket set told = true where ticket = :ticket")
        .param("ticket", ticket)
        .update();
  }

  /// Nobody knows any more who used theirs; that it was used stays.
  void forget(String customer, String nobody) {
    sql.sql(
            """
            update live_code_ticket set customer = :nobody, told = true where customer = :customer
            """)
        .param("customer", customer)
        .param("nobody", nobody)
        .update();
  }

  /// Nobody knows any more whose parcels they went with. They stay good: who comes with one is
  /// somebody new.
  void forgetBuyer(List<Identifier> buyer) {
    for (Identifier each : buyer) {
      sql.sql("update live_code_ticket set buyer = '[]' where buyer @> cast(:one as jsonb)")
          .param("one", json(List.of(each)))
          .update();
    }
  }

  /// @param made of a code
  /// @param refused comings with a card that was used
  record Counts(long made, long used, long refused) {}

  Counts counts(String code) {
    return sql.sql(
            """
            select count(*) as made, count(used_at) as used, coalesce(sum(refused), 0) as refused
            from live_code_ticket where code = :code
            """)
        .param("code", code)
        .query(
            (row, _) ->
                new Counts(row.getLong("made"), row.getLong("used"), row.getLong("refused")))
        .single();
  }
}
