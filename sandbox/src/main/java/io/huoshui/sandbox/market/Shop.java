package io.huoshui.sandbox.market;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Value;
import io.huoshui.sandbox.brand.Brand;
import io.huoshui.sandbox.brand.Source;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  }

  private final Map<String, Order> orders = new LinkedHashMap<>();

  public Shop(Brand brand, Source source) {
    long people = Math.min(brand.settings().people(), MOST_PEOPLE);
    for (long person = 0; person < people; person++) {
      long who = person;
      brand.history(person, event -> learn(who, source, event));
    }
  }

  private void learn(long person, Source source, Event event) {
    if (!event.source().equals(source.wire())) {
      return;
    }
    String id = text(event, "orderId");
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
