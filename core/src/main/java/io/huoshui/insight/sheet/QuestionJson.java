package io.huoshui.insight.sheet;

import io.huoshui.audience.RuleException;
import io.huoshui.audience.RuleText;
import io.huoshui.event.Near;
import io.huoshui.json.Json;
import io.huoshui.json.Place;
import io.huoshui.json.UnreadableException;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Grain;
import io.huoshui.profile.Period;
import io.huoshui.profile.Rfm;
import io.huoshui.profile.Window;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads questions. Events are written as in rules (`order_paid where [channel = "tmall"]`),
/// windows, too (`within 30d`, `from 2026-01-01 to 2026-01-31`); what may be left out is.
///
/// ```json
/// {"kind": "cohort", "entry": "order_paid", "returning": "order_paid", "grain": "month", "periods": 12}
/// {"kind": "funnel", "steps": ["product_viewed", "cart_added", "order_paid"], "within": "7d",
///  "exclusions": [{"event": "order_cancelled", "after": 2}], "holding": "sku", "times": true}
/// {"kind": "rfm", "layout": "grid", "scores": "fifths"}     {"kind": "rfm_moves", "back": "90d"}
/// {"kind": "lifecycle_flow", "ago": ["90d", "60d", "30d", "0d"]}
/// {"kind": "repurchase", "stretch": 7, "stretches": 26, "most": 3}
/// {"kind": "basket", "property": "sku", "perPerson": false, "most": 30}
/// {"kind": "path", "from": "page_viewed", "steps": 4, "gap": "30m", "back": false}
/// {"kind": "concentration", "window": "within 365d"}        {"kind": "new_old", "grain": "month"}
/// {"kind": "coupon_yield"}      {"kind": "community", "weeks": 26}
/// {"kind": "replies", "within": "24h", "by": "guide"}       {"kind": "league", "by": "guide"}
/// {"kind": "layers", "heroSku": "yogurt-12"}
/// ```
public final class QuestionJson {
  /// In the order in which they are offered.
  public static final List<String> KINDS =
      List.of(
          "funnel",
          "cohort",
          "rfm",
          "rfm_moves",
          "lifecycle_flow",
          "repurchase",
          "basket",
          "path",
          "layers",
          "concentration",
          "new_old",
          "coupon_yield",
          "community",
          "replies",
          "league");

  private QuestionJson() {}

  /// @throws UnreadableException naming the place, what was found and what is allowed
  public static Question read(Place place) {
    String kind = place.get("kind").text();
    if (!KINDS.contains(kind)) {
      List<String> near = Near.to(kind, KINDS);
      throw new UnreadableException(
          place.at() + ".kind",
          "'" + kind + "'",
          String.join(", ", KINDS) + (near.isEmpty() ? "" : "; perhaps " + near.getFirst()));
    }
    try {
      return read(kind, place);
    } catch (IllegalArgumentException e) {
      throw new UnreadableException(place.at(), "a question of this kind", text(e));
    }
  }

  private static Question read(String kind, Place place) {
    return switch (kind) {
      case "funnel" -> {
        place.only("kind", "steps", "within", "window", "exclusions", "holding", "times");
        yield new FunnelSteps(
            place.get("steps").list().stream().map(QuestionJson::event).toList(),
            place.get("exclusions").list().stream().map(QuestionJson::exclusion).toList(),
            place.get("holding").text(""),
            period(place.get("within"), "7d"),
            window(place.get("window")),
            flag(place.get("times")));
      }
      case "cohort" -> {
        place.only(
            "kind",
            "entry",
            "returning",
            "grain",
            "rolling",
            "unbounded",
            "sum",
            "periods",
            "window");
        yield new Cohorts(
            event(place.get("entry"), "order_paid"),
            event(place.get("returning"), "order_paid"),
            grain(place.get("grain")),
            flag(place.get("rolling")),
            flag(place.get("unbounded")),
            place.get("sum").absent() ? "amountFen" : textOrEmpty(place.get("sum")),
            number(place.get("periods"), 12),
            window(place.get("window")));
      }
      case "rfm" -> {
        place.only("kind", "layout", "scores", "window");
        yield new RfmGrid(
            layout(place.get("layout")), rules(place.get("scores")), window(place.get("window")));
      }
      case "rfm_moves" -> {
        place.only("kind", "back", "scores", "window");
        yield new RfmMoves(
            period(place.get("back"), "90d"),
            rules(place.get("scores")),
            window(place.get("window")));
      }
      case "lifecycle_flow" -> {
        place.only("kind", "ago");
        List<Period> ago =
            place.get("ago").list().stream().map(each -> period(each, "0d")).toList();
        yield new LifecycleFlow(
            ago.isEmpty()
                ? List.of(
                    Period.parse("90d"),
                    Period.parse("60d"),
                    Period.parse("30d"),
                    Period.parse("0d"))
                : ago);
      }
      case "repurchase" -> {
        place.only("kind", "purchase", "stretch", "stretches", "most", "window");
        yield new Repurchase(
            event(place.get("purchase"), "order_paid"),
            number(place.get("stretch"), 7),
            number(place.get("stretches"), 26),
            number(place.get("most"), 3),
            window(place.get("window")));
      }
      case "basket" -> {
        place.only("kind", "purchase", "property", "perPerson", "most", "window");
        yield new Baskets(
            event(place.get("purchase"), "product_purchased"),
            place.get("property").text("sku"),
            flag(place.get("perPerson")),
            number(place.get("most"), 30),
            window(place.get("window")));
      }
      case "path" -> {
        place.only("kind", "from", "names", "steps", "gap", "back", "most", "window");
        yield new Paths(
            event(place.get("from")),
            place.get("names").list().stream().map(Place::text).toList(),
            number(place.get("steps"), 4),
            period(place.get("gap"), "1d"),
            flag(place.get("back")),
            number(place.get("most"), 12),
            window(place.get("window")));
      }
      case "layers" -> {
        place.only("kind", "heroSku", "window");
        yield new LayerSheet(place.get("heroSku").text(), window(place.get("window")));
      }
      case "concentration" -> {
        place.only("kind", "window");
        yield new Concentration(window(place.get("window")));
      }
      case "new_old" -> {
        place.only("kind", "grain", "window");
        yield new NewAndOld(grain(place.get("grain")), window(place.get("window")));
      }
      case "coupon_yield" -> {
        place.only("kind", "window");
        yield new CouponYield(window(place.get("window")));
      }
      case "community" -> {
        place.only("kind", "weeks");
        yield new Communities(number(place.get("weeks"), 52));
      }
      case "replies" -> {
        place.only("kind", "by", "within", "window");
        yield new Replies(
            place.get("by").text(""),
            period(place.get("within"), "24h"),
            window(place.get("window")));
      }
      default -> {
        place.only("kind", "by", "window");
        yield new League(place.get("by").text("guide"), window(place.get("window"), "within 30d"));
      }
    };
  }

  /// What people are told apart by: `{"trait": "city"}`, `{"source": true}`, `{"event":
  /// "contact_added", "property": "guide", "last": true}`; nothing where nothing stands.
  public static By by(Place place) {
    if (place.absent()) {
      return new By.Nothing();
    }
    place.only("trait", "source", "event", "property", "last");
    if (!place.get("trait").absent()) {
      return new By.Trait(place.get("trait").text());
    }
    if (flag(place.get("source"))) {
      return new By.FirstSource();
    }
    if (place.get("property").absent()) {
      throw place.refused("{\"trait\": …}, {\"source\": true} or {\"property\": …}");
    }
    return new By.Property(
        place.get("event").text(""),
        place.get("property").text(),
        place.get("last").absent() || flag(place.get("last")));
  }

  private static FunnelSteps.Exclusion exclusion(Place place) {
    place.only("event", "after");
    return new FunnelSteps.Exclusion(event(place.get("event")), number(place.get("after"), 1));
  }

  private static EventPattern event(Place place, String otherwise) {
    return place.absent() ? EventPattern.of(otherwise) : event(place);
  }

  private static EventPattern event(Place place) {
    String text = place.text();
    try {
      return RuleText.event(text);
    } catch (RuleException e) {
      throw new UnreadableException(place.at() + ", " + e.where(), e.found(), e.allowed());
    }
  }

  private static Window window(Place place) {
    return window(place, "");
  }

  private static Window window(Place place, String otherwise) {
    String text = place.text(otherwise);
    try {
      return RuleText.window(text);
    } catch (RuleException e) {
      throw new UnreadableException(place.at() + ", " + e.where(), e.found(), e.allowed());
    }
  }

  private static Period period(Place place, String otherwise) {
    String text = place.text(otherwise);
    try {
      return Period.parse(text);
    } catch (IllegalArgumentException e) {
      throw place.refused("a period: 30d, 48h, 15m");
    }
  }

  private static Grain grain(Place place) {
    Grain grain = Grain.ofWire(place.text("month"));
    if (grain == null) {
      throw place.refused("day, week, half_month, month, quarter, year");
    }
    return grain;
  }

  private static RfmGrid.Layout layout(Place place) {
    return switch (place.text("grid")) {
      case "grid" -> RfmGrid.Layout.GRID;
      case "cells" -> RfmGrid.Layout.CELLS;
      case "classes" -> RfmGrid.Layout.CLASSES;
      default -> throw place.refused("grid, cells, classes");
    };
  }

  /// `fifths` of everybody, `fixed` for the standard bounds, or four bounds each.
  private static Rfm.@Nullable Rules rules(Place place) {
    if (place.json() instanceof Json.Obj) {
      place.only("recencyDays", "frequency", "monetaryFen");
      return new Rfm.Rules(
          bounds(place.get("recencyDays")).stream().map(Math::toIntExact).toList(),
          bounds(place.get("frequency")).stream().map(Math::toIntExact).toList(),
          bounds(place.get("monetaryFen")));
    }
    return switch (place.text("fifths")) {
      case "fifths" -> null;
      case "fixed" -> Rfm.Rules.STANDARD;
      default -> throw place.refused("fifths, fixed, or {recencyDays, frequency, monetaryFen}");
    };
  }

  private static List<Long> bounds(Place place) {
    var bounds = new ArrayList<Long>();
    for (Place each : place.list()) {
      bounds.add(whole(each));
      if (bounds.size() > 1 && bounds.get(bounds.size() - 2) >= bounds.getLast()) {
        throw each.refused("a bound above the one before it");
      }
    }
    if (bounds.size() != 4) {
      throw place.refused("four growing bounds");
    }
    return bounds;
  }

  private static int number(Place place, int otherwise) {
    return place.absent() ? otherwise : Math.toIntExact(whole(place));
  }

  private static long whole(Place place) {
    if (place.json() instanceof Json.Num number && number.whole()) {
      try {
        return number.number().longValueExact();
      } catch (ArithmeticException e) {
        throw place.refused("a whole number that is not that large");
      }
    }
    throw place.refused("a whole number");
  }

  private static boolean flag(Place place) {
    if (place.absent()) {
      return false;
    }
    if (place.json() instanceof Json.Bool(boolean on)) {
      return on;
    }
    throw place.refused("true or false");
  }

  private static String textOrEmpty(Place place) {
    return place.json() instanceof Json.Str(String text) && text.isEmpty() ? "" : place.text();
  }

  private static String text(IllegalArgumentException e) {
    return String.valueOf(e.getMessage());
  }
}
