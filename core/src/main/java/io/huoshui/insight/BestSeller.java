package io.huoshui.insight;

import io.huoshui.event.Value;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Total;
import io.huoshui.profile.Window;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The SKU most people bought in a window: the hero item where nobody named one.
public final class BestSeller implements Total<BestSeller> {
  /// What a sender writes as SKU when it does not know the item: no item can be the hero by it.
  private static final String UNSPECIFIED = "unspecified";

  private final Window.Span span;
  private final Map<String, Item> items = new HashMap<>();
  private long people;

  public BestSeller(Window.Span span) {
    this.span = span;
  }

  private static final class Item {
    long buyers;

    /// The number of the last person counted here.
    long seen;
  }

  @Override
  public void add(Timeline timeline) {
    person();
    int end = timeline.from(span.toMs());
    for (int i = timeline.from(span.fromMs()); i < end; i++) {
      if (timeline.name(i).equals("product_purchased")) {
        bought(timeline.property(i, "sku"));
      }
    }
  }

  /// Begins with the next person.
  public void person() {
    people++;
  }

  /// The person bought something in the window.
  public void bought(@Nullable Value sku) {
    if (sku != null && !sku.shown().equals(UNSPECIFIED)) {
      Item item = items.computeIfAbsent(sku.shown(), _ -> new Item());
      item.buyers += item.seen == people ? 0 : 1;
      item.seen = people;
    }
  }

  @Override
  public void addWithoutEvents(long more) {
    people += more;
  }

  @Override
  public void add(BestSeller other) {
    people += other.people;
    other.items.forEach(
        (sku, item) -> items.computeIfAbsent(sku, _ -> new Item()).buyers += item.buyers);
  }

  @Override
  public long people() {
    return people;
  }

  public Window.Span span() {
    return span;
  }

  /// Per SKU how many people bought it.
  public Map<String, Long> buyers() {
    var buyers = new TreeMap<String, Long>();
    items.forEach((sku, item) -> buyers.put(sku, item.buyers));
    return buyers;
  }

  /// Of several with as many buyers the first by name; empty when nothing was bought.
  public String sku() {
    return buyers().entrySet().stream()
        .max(
            Map.Entry.<String, Long>comparingByValue()
                .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
        .map(Map.Entry::getKey)
        .orElse("");
  }
}
