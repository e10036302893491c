package io.huoshui.engine;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/// Random lives of a handful of people who share phones, have several accounts, and whose senders'
/// clocks are late or ahead.
public final class Lives {
  private final Dice dice;
  private final int people;
  private int next;

  public Lives(Dice dice) {
    this(dice, 9);
  }

  Lives(Dice dice, int people) {
    this.dice = dice;
    this.people = people;
  }

  public List<Event> batch(Instant now, int most) {
    return dice.list(1, most, () -> event(now));
  }

  public Event event(Instant now) {
    String name =
        dice.of(
            "order_paid",
            "order_paid",
            "order_paid",
            "product_purchased",
            "product_viewed",
            "page_viewed",
            "profile_updated",
            "tag_added",
            "tag_removed",
            "consent_given",
            "consent_withdrawn",
            "contact_added",
            "contact_removed",
            "message_replied",
            "checked_in",
            "order_cancelled",
            "order_refunded",
            "campaign_received",
            "coupon_redeemed",
            "link_clicked",
            "group_joined",
            "group_left");
    String id = "e" + next++;
    return new Event(id, name, time(now), dice.of("tmall", "pos", "wecom"), who(), what(name, id));
  }

  private Instant time(Instant now) {
    int choice = dice.roll(20);
    Duration ago =
        choice == 0
            ? Duration.ofMinutes(-dice.between(1, 20 * 60))
            : choice < 14
                ? Duration.ofMinutes(dice.roll(6 * 24 * 60))
                : choice < 18
                    ? Duration.ofHours(dice.roll(60 * 24))
                    : Duration.ofHours(dice.roll(800 * 24));
    return now.minus(ago);
  }

  private List<Identifier> who() {
    int person = dice.roll(people);
    var names = new ArrayList<Identifier>();
    for (int left = dice.between(1, 3); left > 0; left--) {
      names.add(name(dice.chance(6) ? dice.roll(people) : person));
    }
    return names;
  }

  private Identifier name(int person) {
    return switch (dice.roll(7)) {
      case 0 -> Identifier.of(IdentifierKind.UNIONID, "u" + person);
      case 1 -> Identifier.of(IdentifierKind.MEMBER_NUMBER, "m" + person);
      // A household shares a phone.
      case 2 ->
          Identifier.of(
              IdentifierKind.PHONE,
              String.format(java.util.Locale.ROOT, "1380000%04d", person / 2));
      case 3 -> Identifier.of(IdentifierKind.EXTERNAL_USERID, "corp", "x" + person);
      case 4 -> Identifier.of(IdentifierKind.OPENID, dice.of("wx1", "wx2"), "o" + person);
      case 5 -> Identifier.of(IdentifierKind.BUYER_ID, "shop", "b" + person);
      default -> Identifier.of(IdentifierKind.EMAIL, "p" + person + "@example.cn");
    };
  }

  private Properties what(String name, String id) {
    return switch (name) {
      case "order_paid" -> Properties.of("orderId", id, "amountFen", 100 * dice.roll(200));
      case "product_purchased" ->
          Properties.of(
              "orderId",
              id,
              "sku",
              "sku" + dice.roll(4),
              "category",
              dice.of("milk", "yogurt", "cheese"),
              "quantity",
              dice.roll(4),
              "weight",
              dice.roll(100) / 8.0 + 0.01);
      case "order_cancelled", "order_refunded" -> Properties.of("amountFen", 100 * dice.roll(50));
      case "campaign_received" ->
          Properties.of("campaign", "c" + dice.roll(3), "campaignType", dice.of("sms", "mail"));
      case "coupon_redeemed" ->
          dice.chance(70) ? Properties.of("campaign", "c" + dice.roll(4)) : Properties.NONE;
      case "link_clicked" ->
          Properties.of("touchpoint", dice.of("a/", "a/1", "ab/1", "b/1", "b/2", "a"));
      case "product_viewed" -> Properties.of("sku", "sku" + dice.roll(4));
      case "profile_updated" ->
          dice.chance(50)
              ? Properties.of("city", dice.of("上海", "杭州", "Köln"), "age", dice.between(18, 60))
              : dice.chance(50)
                  ? Properties.of("name", dice.text(6), "member", dice.chance(50))
                  : Properties.of(
                      "birthday",
                      LocalDate.of(1980, 1, 1).plusDays(dice.roll(9_000)).toString(),
                      "expires",
                      LocalDate.of(2026, 3, 1).plusDays(dice.roll(30)).toString());
      case "tag_added", "tag_removed" -> {
        Properties tag = Properties.of("tag", dice.of("vip", "lost", "奶粉"));
        yield dice.chance(50) ? tag : tag.with("choice", Value.of(dice.of("mood", "layer")));
      }
      case "consent_given", "consent_withdrawn" ->
          Properties.of("channel", dice.of("sms", "wecom", "call"));
      case "group_joined", "group_left" -> Properties.of("group", dice.of("a", "b"));
      case "checked_in" ->
          dice.chance(50)
              ? Properties.NONE
              : Properties.of(
                  "lat", 31 + dice.roll(100) / 1_000.0, "lon", 121 + dice.roll(100) / 1_000.0);
      case "message_replied" -> Properties.of("text", dice.text(100));
      default -> Properties.NONE;
    };
  }
}
