package io.huoshui.insight.season;

import io.huoshui.audience.Condition;
import io.huoshui.audience.Condition.Times;
import io.huoshui.event.Value;
import io.huoshui.insight.Layers;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Operator;
import io.huoshui.profile.Window;
import java.time.LocalDate;
import java.util.List;

/// The rules that pick whom a season's numbers count: every number is a door.
public final class Doors {
  /// Before it nobody sold anything here.
  private static final LocalDate EVER = LocalDate.of(1990, 1, 1);

  private Doors() {}

  /// Who did something on days of a season.
  public static Condition did(String event, Window.Dates days) {
    return new Condition.Did(EventPattern.of(event), Times.atLeast(1), days);
  }

  static Condition didNot(String event, Window.Dates days) {
    return new Condition.DidNot(EventPattern.of(event), days);
  }

  public static Window.Dates days(Season season) {
    return new Window.Dates(season.from(), season.to());
  }

  static Window.Dates before(Season season) {
    return new Window.Dates(EVER, season.from().minusDays(1));
  }

  public static Condition buyers(Season season) {
    return did("order_paid", days(season));
  }

  public static Condition newBuyers(Season season) {
    return new Condition.All(List.of(buyers(season), didNot("order_paid", before(season))));
  }

  public static Condition oldBuyers(Season season) {
    return new Condition.All(List.of(buyers(season), did("order_paid", before(season))));
  }

  public static Condition newFriends(Season season) {
    return new Condition.All(
        List.of(
            new Condition.Any(
                List.of(did("contact_added", days(season)), did("account_followed", days(season)))),
            didNot("contact_added", before(season)),
            didNot("account_followed", before(season))));
  }

  /// Who bought an item on days of a season.
  public static Condition bought(Season season, String sku, boolean it) {
    return new Condition.Did(
        EventPattern.of(
            "product_purchased",
            new EventPattern.Where("sku", it ? Operator.EQUAL : Operator.NOT_EQUAL, Value.of(sku))),
        Times.atLeast(1),
        days(season));
  }

  /// A layer of the layered contribution, as [Layers] counts it.
  public static Condition layer(Season season, Layers.Layer layer) {
    Condition hero = bought(season, season.heroSku(), true);
    Condition other = bought(season, season.heroSku(), false);
    Condition anything = new Condition.Any(List.of(other, buyers(season)));
    return switch (layer) {
      case HERO_AND_MORE -> new Condition.All(List.of(hero, other));
      case ONLY_HERO -> new Condition.All(List.of(hero, new Condition.Not(other)));
      case OTHER_BUYERS -> new Condition.All(List.of(new Condition.Not(hero), anything));
      case NON_BUYERS ->
          new Condition.All(List.of(new Condition.Not(hero), new Condition.Not(anything)));
    };
  }

  /// The members of a segment, and those of them who bought.
  public static Condition segment(String name) {
    return new Condition.InSegment(name);
  }

  public static Condition buyersOf(Season season, String segment) {
    return new Condition.All(List.of(segment(segment), buyers(season)));
  }
}
