package io.huoshui.insight;

import io.huoshui.event.Value;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Total;
import io.huoshui.profile.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Layered contribution (MISSION S5): a campaign's people by what they bought, share of people
/// against share of sales.
public final class Layers implements Total<Layers> {
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

  /// What one person bought.
  ///
  /// @param paidFen in the window
  public record Bought(Layer layer, long paidFen) {}

  @Override
  public void add(Timeline timeline) {
    Bought bought = bought(timeline, span, heroSku);
    people[bought.layer().ordinal()]++;
    sales[bought.layer().ordinal()] += bought.paidFen();
  }

  public static Bought bought(Timeline timeline, Window.Span span, String heroSku) {
    boolean hero = false;
    boolean other = false;
    long paid = 0;
    int end = timeline.from(span.toMs());
    for (int i = timeline.from(span.fromMs()); i < end; i++) {
      String name = timeline.name(i);
      if (name.equals("order_paid")) {
        paid += timeline.whole(i, "amountFen");
      } else if (name.equals("product_purchased")) {
        boolean isHero = isHero(heroSku, timeline.property(i, "sku"));
        hero |= isHero;
        other |= !isHero;
      }
    }
    return new Bought(layer(hero, other, paid), paid);
  }

  /// Whether a purchase is one of the hero item.
  public boolean isHero(@Nullable Value sku) {
    return isHero(heroSku, sku);
  }

  private static boolean isHero(String heroSku, @Nullable Value sku) {
    return sku != null && sku.shown().equals(heroSku);
  }

  private static Layer layer(boolean hero, boolean other, long paid) {
    return hero
        ? (other ? Layer.HERO_AND_MORE : Layer.ONLY_HERO)
        : (other || paid > 0 ? Layer.OTHER_BUYERS : Layer.NON_BUYERS);
  }

  /// Counts one person by what was bought in the window.
  ///
  /// @param paid in the window, in fen
  public void add(boolean hero, boolean other, long paid) {
    Layer layer = layer(hero, other, paid);
    people[layer.ordinal()]++;
    sales[layer.ordinal()] += paid;
  }

  @Override
  public void addWithoutEvents(long more) {
    people[Layer.NON_BUYERS.ordinal()] += more;
  }

  @Override
  public void add(Layers other) {
    for (int layer = 0; layer < people.length; layer++) {
      people[layer] += other.people[layer];
      sales[layer] += other.sales[layer];
    }
  }

  @Override
  public long people() {
    return Arrays.stream(people).sum();
  }

  public Window.Span span() {
    return span;
  }

  public List<Share> shares() {
    long allPeople = people();
    long allSales = 0;
    for (Layer layer : Layer.values()) {
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
