package io.huoshui.insight;

import io.huoshui.profile.Timeline;
import io.huoshui.profile.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Layered contribution (MISSION S5): a campaign's people by what they bought, share of people
/// against share of sales.
public final class Layers {
  /// From the most to the least: bought the hero item and more; only the hero item; something else;
  /// nothing.
  public enum Layer {
    HERO_AND_MORE("主推款加其他", "the hero item and more"),
    ONLY_HERO("只买主推款", "only the hero item"),
    OTHER_BUYERS("其他买家", "other buyers"),
    NON_BUYERS("未购买", "non-buyers");

    private final String zh;
    private final String en;

    Layer(String zh, String en) {
      this.zh = zh;
      this.en = en;
    }

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    public String zh() {
      return zh;
    }

    public String en() {
      return en;
    }
  }

  /// @param salesFen paid by these people in the window
  public record Share(
      Layer layer, long people, long salesFen, double peopleShare, double salesShare) {}

  private final String heroSku;
  private final Window.Span span;
  private final long[] people = new long[Layer.values().length];
  private final long[] sales = new long[Layer.values().length];

  public Layers(String heroSku, Window.Span span) {
    this.heroSku = heroSku;
    this.span = span;
  }

  public void add(Timeline timeline) {
    boolean hero = false;
    boolean other = false;
    long paid = 0;
    int end = timeline.from(span.toMs());
    for (int i = timeline.from(span.fromMs()); i < end; i++) {
      String name = timeline.name(i);
      if (name.equals("order_paid")) {
        paid += timeline.whole(i, "amountFen");
      } else if (name.equals("product_purchased")) {
        var sku = timeline.property(i, "sku");
        if (sku != null && sku.shown().equals(heroSku)) {
          hero = true;
        } else {
          other = true;
        }
      }
    }
    Layer layer =
        hero
            ? (other ? Layer.HERO_AND_MORE : Layer.ONLY_HERO)
            : (other || paid > 0 ? Layer.OTHER_BUYERS : Layer.NON_BUYERS);
    people[layer.ordinal()]++;
    sales[layer.ordinal()] += paid;
  }

  public List<Share> shares() {
    long allPeople = 0;
    long allSales = 0;
    for (Layer layer : Layer.values()) {
      allPeople += people[layer.ordinal()];
      allSales += sales[layer.ordinal()];
    }
    var shares = new ArrayList<Share>();
    for (Layer layer : Layer.values()) {
      long these = people[layer.ordinal()];
      long paid = sales[layer.ordinal()];
      shares.add(
          new Share(
              layer,
              these,
              paid,
              allPeople == 0 ? 0 : (double) these / allPeople,
              allSales == 0 ? 0 : (double) paid / allSales));
    }
    return shares;
  }
}
