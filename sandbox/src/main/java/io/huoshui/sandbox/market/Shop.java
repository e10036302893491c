package io.huoshui.sandbox.market;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Value;
import io.huoshui.sandbox.brand.Brand;
import io.huoshui.sandbox.brand.Source;
import io.huoshui.sandbox.draw.Dice;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One shop's orders, as the brand's history has them.
public final class Shop {
  /// Orders of more people would be a list too long to keep.
  static final long MOST_PEOPLE = 20_000;

  public record Line(String id, String sku, String title, long pieces, long fen) {}

  /// @param buyer the shop's name of the buyer
  /// @param phone as the shop hands it out: masked, or whole where the customer gave it
  /// @param backFen what was given back of it
  /// @param changedAt the last change
  public record Order(
      String id,
      long person,
      String buyer,
      String phone,
      Instant paidAt,
      long fen,
      long backFen,
      Instant changedAt,
      List<Line> lines) {
    public Order {
      lines = List.copyOf(lines);
    }

    public boolean closed() {
      return backFen >= fen && fen > 0;
    }

    /// What each line cost: a coupon is spread over the lines, the last one takes what is left.
    List<Long> shares() {
      var shares = new ArrayList<Long>();
      long left = fen;
      for (int i = 0; i < lines.size(); i++) {
        long share = i == lines.size() - 1 ? left : Math.min(left, lines.get(i).fen());
        left -= share;
        shares.add(share);
      }
      return shares;
    }
  }

  private final Map<String, Order> orders = new LinkedHashMap<>();
  private final Function<String, String> number;

  /// The brand's own shop there.
  Shop(Brand brand, Source source) {
    this(brand, source, _ -> true, Function.identity());
  }

  /// @param sells which of the source's orders, by their number in the brand's history
  /// @param number what the vendor calls such an order
  Shop(Brand brand, Source source, Predicate<String> sells, Function<String, String> number) {
    this.number = number;
    long people = Math.min(brand.settings().people(), MOST_PEOPLE);
    for (long person = 0; person < people; person++) {
      long who = person;
      brand.history(
          person,
          event -> {
            if (event.source().equals(source.wire()) && sells.test(text(event, "orderId"))) {
              learn(who, event);
            }
          });
    }
  }

  /// A vendor that the brand's history does not name. It sells again what the tills sold, a third
  /// of it, under numbers of its own, so that the three of them together are the tills.
  static Shop ofTills(Brand brand, long third, Function<String, String> number) {
    return new Shop(
        brand, Source.POS, order -> Math.floorMod(Dice.hash(3, order), 3L) == third, number);
  }

  private void learn(long person, Event event) {
    String id = number.apply(text(event, "orderId"));
    switch (event.name()) {
      case "order_paid" ->
          orders.put(
              id,
              new Order(
                  id,
                  person,
                  buyer(event, person),
                  phone(event),
                  seconds(event.time()),
                  number(event, "amountFen"),
                  0,
                  seconds(event.time()),
                  List.of()));
      case "product_purchased" ->
          orders.computeIfPresent(
              id,
              (_, order) -> {
                var lines = new ArrayList<>(order.lines());
                lines.add(
                    new Line(
                        id + "-" + (lines.size() + 1),
                        text(event, "sku"),
                        text(event, "name"),
                        number(event, "quantity"),
                        number(event, "amountFen")));
                return new Order(
                    id,
                    person,
                    order.buyer(),
                    order.phone(),
                    order.paidAt(),
                    order.fen(),
                    order.backFen(),
                    order.changedAt(),
                    lines);
              });
      case "order_cancelled" -> giveBack(id, Long.MAX_VALUE, seconds(event.time()));
      default -> {}
    }
  }

  /// Platforms count seconds.
  private static Instant seconds(Instant time) {
    return Instant.ofEpochSecond(time.getEpochSecond());
  }

  private static String buyer(Event event, long person) {
    for (Identifier identifier : event.identifiers()) {
      if (identifier.kind() == IdentifierKind.BUYER_ID
          || identifier.kind() == IdentifierKind.OPENID) {
        return identifier.value();
      }
    }
    return "buyer" + person;
  }

  private static String phone(Event event) {
    String masked = "";
    for (Identifier identifier : event.identifiers()) {
      if (identifier.kind() == IdentifierKind.PHONE) {
        return identifier.value().substring(3);
      }
      if (identifier.kind() == IdentifierKind.MASKED_PHONE) {
        masked = identifier.value();
      }
    }
    return masked;
  }

  private static String text(Event event, String property) {
    Value value = event.properties().get(property);
    return value == null ? "" : value.shown();
  }

  private static long number(Event event, String property) {
    return event.properties().get(property) instanceof Value.Whole(long number) ? number : 0;
  }

  public synchronized List<Order> orders() {
    return List.copyOf(orders.values());
  }

  public synchronized @Nullable Order find(String id) {
    return orders.get(id);
  }

  /// The platform does not know this order any more.
  public synchronized void forget(String id) {
    orders.remove(id);
  }

  /// The orders last changed in [from, to], oldest change first.
  synchronized List<Order> changed(Instant from, Instant to) {
    return orders.values().stream()
        .filter(order -> !order.changedAt().isBefore(from) && !order.changedAt().isAfter(to))
        .sorted(Comparator.comparing(Order::changedAt).thenComparing(Order::id))
        .toList();
  }

  /// Gives money back, and so changes the order.
  ///
  /// @param fen altogether; at most what was paid
  public synchronized void giveBack(String id, long fen, Instant at) {
    orders.computeIfPresent(
        id,
        (_, order) ->
            new Order(
                id,
                order.person(),
                order.buyer(),
                order.phone(),
                order.paidAt(),
                order.fen(),
                Math.min(fen, order.fen()),
                at,
                order.lines()));
  }
}
