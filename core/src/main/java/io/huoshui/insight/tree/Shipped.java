package io.huoshui.insight.tree;

import io.huoshui.json.Json;

/// The trees of the mission (S15, S16), over what sources send. Every factor is worked out of the
/// same counts as its neighbours, so that a product is what it says: gross sales are those that
/// were paid.
///
/// Packages are not events of people: the brand uploads how many it sent.
public final class Shipped {
  private Shipped() {}

  private static final String TEXT =
      """
      {"metrics": [
        {"name": "packages", "zh": "包裹数", "en": "packages", "given": ["channel", "card", "region", "store", "guide"]},
        {"name": "card_scans", "zh": "扫码人数", "en": "people who scanned", "people": "card_scanned",
         "slices": ["channel", "card", "region", "store", "guide"]},
        {"name": "scan_rate", "zh": "扫码率", "en": "scan rate", "unit": "share", "formula": "card_scans / packages"},
        {"name": "new_friends", "zh": "新增好友", "en": "new friends", "unit": "people", "formula": "packages × scan_rate"},
        {"name": "first_orders", "zh": "首单数", "en": "first orders", "count": "order_paid", "which": "first",
         "slices": ["channel", "store", "guide", "campaign", "source"]},
        {"name": "first_order_rate", "zh": "首单转化率", "en": "first-order conversion", "unit": "share", "formula": "first_orders / card_scans"},
        {"name": "new_customer_orders", "zh": "新客订单", "en": "new-customer orders", "formula": "new_friends × first_order_rate"},
        {"name": "first_sales", "zh": "首单金额", "en": "first-order sales", "unit": "fen",
         "sum": {"events": "order_paid", "property": "amountFen"}, "which": "first",
         "slices": ["channel", "store", "guide", "campaign", "source"]},
        {"name": "first_basket", "zh": "首单客单价", "en": "first basket", "unit": "fen", "formula": "first_sales / first_orders"},
        {"name": "new_customer_sales", "zh": "新客销售额", "en": "new-customer sales", "unit": "fen", "formula": "new_customer_orders × first_basket"},

        {"name": "visitors", "zh": "流量", "en": "traffic",
         "people": ["page_viewed", "product_viewed", "cart_added", "store_visited", "live_joined", "card_scanned", "link_clicked",
                    "message_replied", "checked_in", "invite_accepted", "order_paid"], "slices": ["channel", "store", "guide", "source"]},
        {"name": "active", "zh": "活跃人数", "en": "active people",
         "people": ["product_viewed", "cart_added", "live_joined", "link_clicked", "message_replied", "checked_in", "invite_accepted", "order_paid"],
         "slices": ["channel", "store", "guide", "source"]},
        {"name": "activity", "zh": "活跃率", "en": "activity", "unit": "share", "formula": "active / visitors"},
        {"name": "invited", "zh": "受邀人数", "en": "people invited", "people": "invite_accepted", "slices": ["channel", "store", "guide", "source"]},
        {"name": "sharing", "zh": "分享系数", "en": "sharing", "unit": "number", "formula": "(active + invited) / active"},
        {"name": "buyers", "zh": "购买人数", "en": "buyers", "people": "order_paid", "slices": ["channel", "store", "guide", "campaign", "source"]},
        {"name": "conversion", "zh": "转化率", "en": "conversion", "unit": "share", "formula": "buyers / (active + invited)"},
        {"name": "orders", "zh": "订单数", "en": "orders", "count": "order_paid", "slices": ["channel", "store", "guide", "campaign", "source"]},
        {"name": "repurchase", "zh": "复购次数", "en": "orders per buyer", "unit": "number", "formula": "orders / buyers"},
        {"name": "sales", "zh": "销售额", "en": "sales", "unit": "fen", "sum": {"events": "order_paid", "property": "amountFen"},
         "slices": ["channel", "store", "guide", "campaign", "source"]},
        {"name": "basket", "zh": "客单价", "en": "basket", "unit": "fen", "formula": "sales / orders"},
        {"name": "gmv", "zh": "GMV", "en": "GMV", "unit": "fen", "formula": "visitors × activity × sharing × conversion × repurchase × basket"},

        {"name": "friends_gained", "zh": "新加好友", "en": "friends gained", "people": "contact_added", "slices": ["guide", "liveCode", "source"]},
        {"name": "friends_lost", "zh": "流失好友", "en": "friends lost", "people": "contact_removed", "better": "down", "slices": ["guide", "source"]},
        {"name": "retained", "zh": "留存率", "en": "retained", "unit": "share", "formula": "(friends_gained - friends_lost) / friends_gained"},
        {"name": "active_of_retained", "zh": "留存活跃比", "en": "active per retained", "unit": "number", "formula": "active / (friends_gained - friends_lost)"},
        {"name": "first_purchase", "zh": "首购率", "en": "first purchase", "unit": "share", "formula": "buyers / active"},
        {"name": "ltv", "zh": "LTV(每位好友的订单数)", "en": "LTV (orders per friend)", "unit": "number",
         "formula": "retained × active_of_retained × first_purchase × repurchase × sharing"},

        {"name": "first_buyers", "zh": "首购客户", "en": "first-time customers", "people": "order_paid", "which": "first",
         "slices": ["channel", "store", "guide", "campaign", "source"]},
        {"name": "repeat_buyers", "zh": "复购客户", "en": "repeat customers", "people": "order_paid", "which": "later",
         "slices": ["channel", "store", "guide", "campaign", "source"]},
        {"name": "customers", "zh": "客户数", "en": "customers", "unit": "people", "formula": "first_buyers + repeat_buyers"},
        {"name": "value_per_customer", "zh": "单客价值", "en": "value per customer", "unit": "fen", "formula": "sales / customers"},
        {"name": "customer_value", "zh": "客户总价值", "en": "customer value", "unit": "fen", "formula": "customers × value_per_customer"},

        {"name": "store_visits", "zh": "到店次数", "en": "store visits", "count": "store_visited", "slices": ["store", "guide", "region"]},
        {"name": "store_orders", "zh": "门店订单", "en": "store orders", "count": "order_paid where [channel = \\"store\\"]", "slices": ["store", "guide", "region"]},
        {"name": "store_conversion", "zh": "进店转化率", "en": "store conversion", "unit": "share", "formula": "store_orders / store_visits"},
        {"name": "store_paid", "zh": "门店实收", "en": "paid in stores", "unit": "fen",
         "sum": {"events": "order_paid where [channel = \\"store\\"]", "property": "amountFen"}, "slices": ["store", "guide", "region"]},
        {"name": "store_basket", "zh": "门店客单价", "en": "store basket", "unit": "fen", "formula": "store_paid / store_orders"},
        {"name": "store_sales", "zh": "门店销售额", "en": "store sales", "unit": "fen", "formula": "store_visits × store_conversion × store_basket"},

        {"name": "delivered", "zh": "送达消息", "en": "messages delivered", "count": "message_delivered", "slices": ["template", "guide", "source"]},
        {"name": "answered", "zh": "48 小时内被回复的消息", "en": "messages answered within 48 hours", "count": "message_delivered",
         "followedBy": {"events": "message_replied", "within": "48h"}, "slices": ["template", "guide", "source"]},
        {"name": "reply_rate", "zh": "回复率", "en": "reply rate", "unit": "share", "formula": "answered / delivered"}
       ],
       "trees": [
        {"name": "new_customer_sales", "zh": "新客销售", "en": "New-customer sales", "root": "new_customer_sales"},
        {"name": "gmv", "zh": "GMV", "en": "GMV", "root": "gmv"},
        {"name": "ltv", "zh": "LTV", "en": "LTV", "root": "ltv"},
        {"name": "customer_value", "zh": "客户 × 价值", "en": "Customers × value", "root": "customer_value"},
        {"name": "store", "zh": "门店", "en": "Store", "root": "store_sales"},
        {"name": "replies", "zh": "话术回复", "en": "Script lines", "root": "reply_rate"}
       ]}
      """;

  /// As it can be written and changed.
  public static String text() {
    return TEXT;
  }

  public static MetricSet set() {
    return MetricJson.read(Json.parse(TEXT));
  }
}
