package io.huoshui.insight.sheet;

import io.huoshui.event.Value;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// 连带/购物篮: what is bought together. A cell `a`, `b` has whoever bought both; `a`, `a` whoever
/// bought `a`.
///
/// Support is the share of all baskets, confidence of those with `a`, lift how many times as often
/// as if `a` and `b` had nothing to do with each other (Brin and others 1997).
///
/// @param property of the purchase that names what was bought: `sku`, `category`
/// @param perPerson all that somebody bought is one basket; otherwise an order is
/// @param most of the commonest things
public record Baskets(
    EventPattern purchase, String property, boolean perPerson, int most, Window window)
    implements Question {
  public static final int MOST = 200;
  private static final String ALL = "*";

  public Baskets {
    if (most < 2 || most > MOST) {
      throw new IllegalArgumentException("Baskets of 2 to " + MOST + " things, not " + most);
    }
  }

  @Override
  public String kind() {
    return "basket";
  }

  @Override
  public boolean looksTwice() {
    return true;
  }

  private Map<String, TreeSet<String>> baskets(Timeline timeline, Scene scene) {
    var baskets = new LinkedHashMap<String, TreeSet<String>>();
    Window.Span span = scene.span(window);
    int end = timeline.from(span.toMs());
    for (int i = timeline.from(span.fromMs()); i < end; i++) {
      if (purchase.matches(timeline, i) && timeline.property(i, property) instanceof Value thing) {
        Value order = timeline.property(i, "orderId");
        String basket = perPerson ? "" : order == null ? "@" + timeline.timeMs(i) : order.shown();
        baskets.computeIfAbsent(basket, _ -> new TreeSet<>()).add(thing.shown());
      }
    }
    return baskets;
  }

  @Override
  public void look(Timeline timeline, Scene scene, FirstLook into) {
    baskets(timeline, scene).values().forEach(basket -> basket.forEach(into::count));
  }

  @Override
  public void see(Timeline timeline, Scene scene, FirstLook first, Cells cells) {
    var kept = first.commonest(most);
    for (TreeSet<String> basket : baskets(timeline, scene).values()) {
      cells.add(ALL, ALL, 0);
      List<String> things = basket.stream().filter(kept::contains).toList();
      for (String one : things) {
        for (String other : things) {
          cells.add(one, other, 0);
        }
      }
    }
  }

  private static long times(Tally tally, String row, String column) {
    Tally.Cell cell = tally.find(row, column);
    return cell == null ? 0 : cell.times();
  }

  @Override
  public Sheet sheet(Tally tally, Scene scene) {
    List<String> things = List.copyOf(tally.first().commonest(most));
    List<Sheet.Label> labels = things.stream().map(Sheet.Label::of).toList();
    double baskets = times(tally, ALL, ALL);
    var cells = new ArrayList<Sheet.Cell>();
    for (String one : things) {
      for (String other : things) {
        Tally.Cell both = tally.find(one, other);
        if (both != null) {
          Double confidence = Numbers.share(both.times(), times(tally, one, one));
          Double expected = Numbers.share(times(tally, other, other), baskets);
          cells.add(
              new Sheet.Cell(
                  one,
                  other,
                  both.people(),
                  Arrays.asList(
                      Numbers.of(both.times()),
                      Numbers.share(both.times(), baskets),
                      confidence,
                      confidence == null || expected == null
                          ? null
                          : Numbers.share(confidence, expected)),
                  true));
        }
      }
    }
    int left = tally.first().kinds() - things.size();
    return new Sheet(
        kind(),
        new Sheet.Axis("买了", "bought", labels),
        new Sheet.Axis("也买了", "and", labels),
        List.of(
            new Sheet.Measure("baskets", "篮数", "baskets", Sheet.Unit.NUMBER),
            new Sheet.Measure("support", "支持度", "support", Sheet.Unit.SHARE),
            new Sheet.Measure("confidence", "置信度", "confidence", Sheet.Unit.SHARE),
            new Sheet.Measure("lift", "提升度", "lift", Sheet.Unit.NUMBER)),
        cells,
        List.of(new Sheet.Figure("baskets", "篮数", "baskets", Sheet.Unit.NUMBER, baskets)),
        List.of(
            new Sheet.Note(
                (perPerson ? "每人一篮" : "每单一篮")
                    + ";最常见的 "
                    + things.size()
                    + " 种,其余 "
                    + left
                    + " 种未列。",
                (perPerson ? "One basket per person" : "One basket per order")
                    + "; the "
                    + things.size()
                    + " commonest; "
                    + left
                    + " others are not listed.")));
  }
}
