package io.huoshui.audience.lookalike;

import io.huoshui.audience.Explanation.Language;
import io.huoshui.event.EventCatalogue;
import io.huoshui.event.EventType;

/// One question about a timeline whose answer is a number or a word.
///
/// @param word what the question is about where it is about something: an event, a category, a
///   trait; else empty
public record Feature(Kind kind, String word) {
  /// How an answer is said.
  enum Unit {
    COUNT,
    DAYS,
    MONEY,
    SHARE,
    NUMBER,
    YES,
    WORD
  }

  /// `{}` in the texts stands for the word.
  public enum Kind {
    RECENCY(Unit.DAYS, "距最近下单天数", "days since the last order"),
    LAST_SEEN(Unit.DAYS, "距最近行为天数", "days since the last event"),
    TENURE(Unit.DAYS, "首次行为至今天数", "days since the first event"),
    ORDERS(Unit.COUNT, "累计订单数", "orders"),
    PAID(Unit.MONEY, "累计支付", "paid in all"),
    AVERAGE_ORDER(Unit.MONEY, "客单价", "paid per order"),
    PAID_90(Unit.MONEY, "近 90 天支付", "paid in 90 days"),
    GAP(Unit.DAYS, "平均下单间隔天数", "mean days between orders"),
    GAP_SPREAD(Unit.NUMBER, "下单间隔波动", "spread of the gaps between orders"),
    OVERDUE(Unit.NUMBER, "距上单 ÷ 平均间隔", "days since the last order ÷ mean gap"),
    SKUS(Unit.COUNT, "买过的 SKU 数", "different SKUs bought"),
    CATEGORIES(Unit.COUNT, "买过的品类数", "different categories bought"),
    ITEMS_PER_ORDER(Unit.NUMBER, "每单商品行数", "product lines per order"),
    DISCOUNT_SHARE(Unit.SHARE, "优惠占比", "share of discounts"),
    GIVEN_BACK(Unit.COUNT, "取消、退款与退货次数", "cancellations, refunds and returns"),
    WEEKEND(Unit.SHARE, "周末下单占比", "share of orders at weekends"),
    HOURS(Unit.SHARE, "{}点下单占比", "share of orders at {} o'clock"),
    ORDERED_WITH(Unit.SHARE, "订单 {} 的占比", "share of orders with {}"),
    FROM_SOURCE(Unit.SHARE, "来源 {} 的行为占比", "share of events from {}"),
    DID_30(Unit.COUNT, "近 30 天{}次数", "{} in 30 days, times"),
    DID_90(Unit.COUNT, "近 90 天{}次数", "{} in 90 days, times"),
    DID_365(Unit.COUNT, "近 365 天{}次数", "{} in 365 days, times"),
    BOUGHT_CATEGORY(Unit.COUNT, "购买品类 {} 的次数", "lines bought of category {}"),
    BOUGHT_SKU(Unit.COUNT, "购买 SKU {} 的次数", "lines bought of SKU {}"),
    LIFECYCLE(Unit.WORD, "生命周期", "lifecycle"),
    TRAIT_NUMBER(Unit.NUMBER, "属性 {}", "trait {}"),
    TRAIT(Unit.WORD, "属性 {}", "trait {}"),
    TAGGED(Unit.YES, "标签 {}", "tag {}"),
    CONSENTED(Unit.WORD, "{} 授权", "consent to {}");

    final Unit unit;
    private final String zh;
    private final String en;

    Kind(Unit unit, String zh, String en) {
      this.unit = unit;
      this.zh = zh;
      this.en = en;
    }

    boolean ofEvent() {
      return this == DID_30 || this == DID_90 || this == DID_365;
    }
  }

  /// What is asked, for people.
  public String said(EventCatalogue events, Language language) {
    boolean zh = language == Language.ZH;
    String about = word;
    if (kind.ofEvent()) {
      EventType type = events.find(word);
      about = type == null ? word : zh ? type.zh() : type.en();
    }
    return (zh ? kind.zh : kind.en).replace("{}", about);
  }
}
