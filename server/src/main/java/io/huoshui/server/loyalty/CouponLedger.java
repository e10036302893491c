package io.huoshui.server.loyalty;

import io.huoshui.engine.Questions.Numbered;
import io.huoshui.json.Json;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whether the coupon rows are what the log says, row by row, up to where they follow it.
public final class CouponLedger {
  private static final int MOST_NAMED = 3;

  private CouponLedger() {}

  /// @param follows how far the rows follow the log
  /// @param behind what the next look at the log adds
  /// @param untold redeemed at a till, which the log has not heard yet; the next start tells it
  /// @param issuedFen the worth of all rows
  /// @param wrong what does not agree, the first few
  /// @param wrongs how many rows do not
  public record Compared(
      int follows,
      int behind,
      long rows,
      long redeemed,
      long untold,
      long issuedFen,
      List<String> wrong,
      long wrongs) {
    public boolean ok() {
      return wrongs == 0;
    }
  }

  /// What the log says about one coupon.
  private static final class Told {
    private final Json row;
    private final Set<String> orders = new HashSet<>();
    private @Nullable Instant endedAt;
    private boolean redeemed;
    private boolean seen;

    private Told(Json row) {
      this.row = row;
    }
  }

  /// @param happened everything that can be followed, from the first
  public static Compared compare(Connection connection, List<Numbered> happened)
      throws SQLException {
    int follows = 0;
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("select next_event from follows where name = 'coupon'")) {
      if (row.next()) {
        follows = row.getInt(1);
      }
    }
    var wrong = new ArrayList<String>();
    if (follows > happened.size()) {
      wrong.add(
          "the rows follow "
              + follows
              + " events, the log has "
              + happened.size()
              + ": the log lost its end, or is another one");
      return new Compared(follows, 0, 0, 0, 0, 0, wrong, 1);
    }
    Map<String, Told> told = told(happened.subList(0, follows));
    long[] counts = new long[4];
    long wrongs = 0;
    try (var statement = connection.createStatement()) {
      statement.setFetchSize(10_000);
      try (var row =
          statement.executeQuery(
              """
              select code, template, profile, journey, value_fen, threshold_fen, issued_at,
                     expires_at, order_id, in_log, discount_fen
              from coupon order by code
              """)) {
        while (row.next()) {
          counts[0]++;
          counts[3] += row.getLong("value_fen");
          counts[1] += row.getString("order_id") == null ? 0 : 1;
          counts[2] += row.getString("order_id") != null && !row.getBoolean("in_log") ? 1 : 0;
          Optional<String> trouble = trouble(row, told.get(row.getString("code")));
          if (trouble.isPresent()) {
            wrongs++;
            if (wrong.size() < MOST_NAMED) {
              wrong.add("coupon " + row.getString("code") + ": " + trouble.get());
            }
          }
        }
      }
    }
    for (Map.Entry<String, Told> each : told.entrySet()) {
      if (!each.getValue().seen) {
        wrongs++;
        if (wrong.size() < MOST_NAMED) {
          wrong.add("coupon " + each.getKey() + ": the log issued it, there is no row");
        }
      }
    }
    return new Compared(
        follows,
        happened.size() - follows,
        counts[0],
        counts[1],
        counts[2],
        counts[3],
        List.copyOf(wrong),
        wrongs);
  }

  private static Map<String, Told> told(List<Numbered> happened) {
    var told = new HashMap<String, Told>();
    for (Numbered each : happened) {
      String code = each.properties().text("coupon");
      if (each.name().equals("coupon_issued")) {
        Coupons.issued(each).ifPresent(row -> told.putIfAbsent(code, new Told(row)));
        continue;
      }
      Told coupon = told.get(code);
      if (coupon == null) {
        continue;
      }
      if (each.name().equals("coupon_redeemed")) {
        coupon.redeemed = true;
        String order = each.properties().text("orderId");
        coupon.orders.add(order.isEmpty() ? "elsewhere" : order);
      } else if (coupon.endedAt == null || each.time().isBefore(coupon.endedAt)) {
        coupon.endedAt = each.time();
      }
    }
    return told;
  }

  private static Optional<String> trouble(ResultSet row, @Nullable Told told) throws SQLException {
    if (told == null) {
      return Optional.of("there is a row, the log never issued it");
    }
    told.seen = true;
    for (String text : List.of("code", "template", "journey")) {
      if (!Json.of(row.getString(text)).equals(field(told, text))) {
        return differs(text, row.getString(text), field(told, text));
      }
    }
    for (String number : List.of("profile", "value_fen", "threshold_fen")) {
      if (!Json.of(row.getLong(number)).equals(field(told, number))) {
        return differs(number, row.getString(number), field(told, number));
      }
    }
    Instant issued = row.getTimestamp("issued_at").toInstant();
    if (!Json.of(issued.toString()).equals(field(told, "issued_at"))) {
      return differs("issued_at", issued.toString(), field(told, "issued_at"));
    }
    Instant expires = row.getTimestamp("expires_at").toInstant();
    Instant ended = told.endedAt;
    Json until = field(told, "expires_at");
    if (ended != null
        && until instanceof Json.Str(String day)
        && ended.toString().compareTo(day) < 0) {
      until = Json.of(ended.toString());
    }
    if (!Json.of(expires.toString()).equals(until)) {
      return differs("expires_at", expires.toString(), until);
    }
    String order = row.getString("order_id");
    if (told.redeemed && !row.getBoolean("in_log")) {
      return Optional.of("the log says it was redeemed, the row does not");
    }
    if (!told.redeemed && row.getBoolean("in_log")) {
      return Optional.of("the row says the log knows it was redeemed, the log does not");
    }
    if (told.redeemed
        && row.getObject("discount_fen") == null
        && (order == null || !told.orders.contains(order))) {
      return differs("order_id", String.valueOf(order), Json.of(told.orders.toString()));
    }
    return Optional.empty();
  }

  private static Json field(Told told, String name) {
    return told.row instanceof Json.Obj object && object.get(name) instanceof Json value
        ? value
        : new Json.Null();
  }

  private static Optional<String> differs(String what, String inRow, Json inLog) {
    return Optional.of(what + " is " + inRow + ", the log says " + inLog.write());
  }
}
