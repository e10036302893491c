package io.huoshui.guide;

import io.huoshui.json.Json;
import io.huoshui.json.Place;
import io.huoshui.json.UnreadableException;
import io.huoshui.profile.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// To which store and guide an order belongs. As JSON:
///
/// ```
/// {"parts": [{"percent": 70, "owner": "binding"}, {"percent": 30, "owner": "delivery_store"}],
///  "otherwise": ["order_store"], "touchDays": 7}
/// ```
///
/// @param parts percents that add up to 100
/// @param otherwise who gets a part whose owner is nobody, in order; then nobody gets it
/// @param touchDays how long a touch counts before the order
public record RevenueRules(List<Part> parts, List<Owner> otherwise, int touchDays) {
  public static final RevenueRules STANDARD =
      new RevenueRules(
          List.of(new Part(100, Owner.BINDING)), List.of(Owner.LAST_TOUCH, Owner.ORDER_STORE), 7);

  private static final Set<String> TOUCHES =
      Set.of("contact_added", "guide_bound", "task_done", "message_delivered", "store_visited");

  /// Nobody.
  public static final Credit NOBODY = new Credit("", "");

  public enum Owner {
    /// Whose the customer was at the instant of the order.
    BINDING,
    /// The last guide who did something with the customer within the days before.
    LAST_TOUCH,
    /// The store where it was ordered: `store` or `storeId` of the order.
    ORDER_STORE,
    /// The store that delivers it: `deliveryStore` of the order.
    DELIVERY_STORE,
    /// The guide who took the order: `guide` of the order.
    ORDER_GUIDE;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public record Part(int percent, Owner owner) {}

  /// @param guide empty for a store's without anybody's
  public record Credit(String store, String guide) implements Comparable<Credit> {
    @Override
    public int compareTo(Credit other) {
      int byStore = store.compareTo(other.store);
      return byStore != 0 ? byStore : guide.compareTo(other.guide);
    }
  }

  public RevenueRules {
    parts = List.copyOf(parts);
    otherwise = List.copyOf(otherwise);
    int sum = 0;
    for (Part part : parts) {
      if (part.percent() < 1) {
        throw new IllegalArgumentException("A part is at least 1 percent, got " + part.percent());
      }
      sum += part.percent();
    }
    if (sum != 100) {
      throw new IllegalArgumentException("The parts add up to " + sum + " percent, not to 100");
    }
    if (touchDays < 1 || touchDays > 365) {
      throw new IllegalArgumentException("touchDays: 1 to 365, got " + touchDays);
    }
  }

  /// @throws UnreadableException naming the path, what was found and what is allowed
  public static RevenueRules read(Json json) {
    var at = new Place(json, "revenue");
    at.only("parts", "otherwise", "touchDays");
    var parts = new ArrayList<Part>();
    for (Place part : at.get("parts").list()) {
      part.only("percent", "owner");
      parts.add(new Part(Numbers.whole(part.get("percent"), 1, 100, 0), owner(part.get("owner"))));
    }
    var otherwise = new ArrayList<Owner>();
    for (Place each : at.get("otherwise").list()) {
      otherwise.add(owner(each));
    }
    try {
      return new RevenueRules(
          parts, otherwise, Numbers.whole(at.get("touchDays"), 1, 365, STANDARD.touchDays()));
    } catch (IllegalArgumentException e) {
      throw new UnreadableException(
          "revenue.parts", String.valueOf(at.get("parts").json()), String.valueOf(e.getMessage()));
    }
  }

  private static Owner owner(Place at) {
    return Owner.valueOf(
        at.oneOf("binding", "last_touch", "order_store", "delivery_store", "order_guide")
            .toUpperCase(Locale.ROOT));
  }

  public Json json() {
    return Json.object(
        "parts",
            Json.of(
                parts.stream()
                    .map(
                        part ->
                            Json.object(
                                "percent", Json.of(part.percent()),
                                "owner", Json.of(part.owner().wire())))
                    .toList()),
        "otherwise", Json.of(otherwise.stream().map(each -> Json.of(each.wire())).toList()),
        "touchDays", Json.of(touchDays));
  }

  /// The rules with what they need to know of the brand. Equal ones divide equally.
  public record At(RevenueRules rules, BindingRules.At binding) {}

  /// Whose each part of an order is, in the order of the parts.
  List<Credit> owners(Timeline timeline, int order, Bindings bindings, BindingRules.At at) {
    return parts.stream()
        .map(
            part -> {
              Credit found = owner(part.owner(), timeline, order, bindings, at);
              for (int i = 0; found.equals(NOBODY) && i < otherwise.size(); i++) {
                found = owner(otherwise.get(i), timeline, order, bindings, at);
              }
              return found;
            })
        .toList();
  }

  private Credit owner(
      Owner owner, Timeline timeline, int order, Bindings bindings, BindingRules.At at) {
    return switch (owner) {
      case BINDING -> {
        Bindings.Span span = bindings.at(timeline.timeMs(order));
        yield span == null ? NOBODY : new Credit(span.store(), span.guide());
      }
      case LAST_TOUCH -> {
        long since = timeline.timeMs(order) - Duration.ofDays(touchDays).toMillis();
        for (int i = order - 1; i >= 0 && timeline.timeMs(i) >= since; i--) {
          String guide = TOUCHES.contains(timeline.name(i)) ? text(timeline, i, "guide") : "";
          if (!guide.isEmpty()) {
            String store = text(timeline, i, "store");
            yield new Credit(store.isEmpty() ? at.storeOf().getOrDefault(guide, "") : store, guide);
          }
        }
        yield NOBODY;
      }
      case ORDER_STORE -> {
        String store = text(timeline, order, "store");
        yield new Credit(store.isEmpty() ? text(timeline, order, "storeId") : store, "");
      }
      case DELIVERY_STORE -> new Credit(text(timeline, order, "deliveryStore"), "");
      case ORDER_GUIDE -> {
        String guide = text(timeline, order, "guide");
        yield guide.isEmpty() ? NOBODY : new Credit(at.storeOf().getOrDefault(guide, ""), guide);
      }
    };
  }

  private static String text(Timeline timeline, int i, String key) {
    return Bindings.text(timeline, i, key);
  }
}
