package io.huoshui.sandbox.market;

import static io.huoshui.sandbox.market.Forms.text;
import static io.huoshui.sandbox.market.Forms.time;
import static io.huoshui.sandbox.market.Forms.yuan;

import io.huoshui.json.Json;
import io.huoshui.json.JsonException;
import io.huoshui.sandbox.brand.Brand;
import io.huoshui.sandbox.brand.Source;
import io.huoshui.sandbox.draw.Dice;
import io.huoshui.sandbox.http.Answer;
import io.huoshui.sandbox.http.Call;
import io.huoshui.sandbox.market.Shop.Line;
import io.huoshui.sandbox.market.Shop.Order;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// 京东 over JOS: `jingdong.pop.order.search`, `jingdong.pop.order.get`.
///
/// Where it was seen (2026-11-28): the signature on open.jd.com (dev-guide, listId 2643); codes and
/// the six minutes of the timestamp in the table of jos.jd.com as blog.csdn.net/DianSan_ERP
/// (142364242) and public clients carry it; parameters, states, a month per window and a hundred
/// per page in the description of the API that a public client carries (apiId 1566), the three
/// months and `apiResult` in notes that another made of it in 2026-09. How a refusal of the
/// business looks (`apiResult.numberCode`) was seen without a list of its numbers.
final class Jd implements Vendor {
  private static final Duration SKEW = Duration.ofMinutes(6);
  private static final Set<String> STATES =
      Set.of(
          "WAIT_SELLER_STOCK_OUT",
          "WAIT_GOODS_RECEIVE_CONFIRM",
          "WAIT_SELLER_DELIVERY",
          "PAUSE",
          "FINISHED_L",
          "TRADE_CANCELED",
          "LOCKED",
          "POP_ORDER_PAUSE");

  @Override
  public String name() {
    return "jd";
  }

  @Override
  public Shop open(Brand brand) {
    return new Shop(brand, Source.JD);
  }

  @Override
  public boolean plays(Call call) {
    return call.path().equals("/routerjson");
  }

  @Override
  public Answer answer(Call call, Desk desk, boolean busy) {
    var given = new TreeMap<>(call.query());
    given.putAll(Call.parameters(new String(call.body(), StandardCharsets.UTF_8)));
    for (Map.Entry<String, Answer> needed :
        Map.of(
                "method", refused(14, "缺少方法名参数"),
                "v", refused(4, "缺少版本参数"),
                "timestamp", refused(7, "缺少时间戳参数"),
                "sign", refused(11, "缺少签名参数"),
                "app_key", refused(20, "缺少app_key参数"))
            .entrySet()) {
      if (given.getOrDefault(needed.getKey(), "").isEmpty()) {
        return needed.getValue();
      }
    }
    if (!Desk.KEY.equals(given.get("app_key"))) {
      return refused(21, "无效app_key");
    }
    Instant stamp = time(given.getOrDefault("timestamp", ""));
    if (Duration.between(stamp, Instant.now()).abs().compareTo(SKEW) > 0) {
      return refused(8, "非法的时间戳参数");
    }
    var signed = new TreeMap<>(given);
    signed.keySet().removeAll(Set.of("format", "sign_method"));
    String sign =
        Digests.md5(Desk.SECRET + Digests.strung(signed) + Desk.SECRET).toUpperCase(Locale.ROOT);
    if (!sign.equals(given.get("sign"))) {
      return refused(12, "无效签名");
    }
    if (given.getOrDefault("access_token", "").isEmpty()) {
      return refused(18, "缺少access_token参数");
    }
    if (!desk.admits(given.getOrDefault("access_token", ""))) {
      return refused(19, "无效access_token");
    }
    if (busy) {
      return refused(2, "限制时间内调用失败次数");
    }
    Json asked;
    try {
      asked = Json.parse(given.getOrDefault("360buy_param_json", ""));
    } catch (JsonException _) {
      return refused(63, "json格式不合法");
    }
    return switch (given.getOrDefault("method", "")) {
      case "jingdong.pop.order.search" -> search(asked, desk);
      case "jingdong.pop.order.get" -> get(asked, desk);
      default -> refused(15, "不存在的方法名");
    };
  }

  private static Answer search(Json asked, Desk desk) {
    Instant from = time(text(asked, "start_date"));
    Instant to = time(text(asked, "end_date"));
    Set<String> states = Set.of(text(asked, "order_state").split(","));
    int size = Forms.number(text(asked, "page_size"), 0, 1_000_000);
    int page = Forms.number(text(asked, "page"), 0, 1_000_000);
    if (!STATES.containsAll(states)) {
      return unwilling("search", "order_state");
    }
    if (text(asked, "optional_fields").isEmpty() || text(asked, "source_id").isEmpty()) {
      return unwilling("search", "optional_fields, source_id");
    }
    if (size < 1 || size > 100 || page < 1) {
      return unwilling("search", "page, page_size");
    }
    if (!to.isAfter(from)
        || to.isAfter(ZonedDateTime.ofInstant(from, Forms.ZONE).plusMonths(1).toInstant())) {
      return unwilling("search", "start_date, end_date");
    }
    var orders = new ArrayList<>(desk.shop().changed(from, to));
    orders.removeIf(
        order -> order.changedAt().isBefore(desk.shownSince()) || !states.contains(state(order)));
    return Forms.json(
        Json.object(
            "jingdong_pop_order_search_responce",
            Json.object(
                "code",
                Json.of("0"),
                "searchorderinfo_result",
                Json.object(
                    "apiResult",
                    Json.object("success", Json.of(true), "numberCode", Json.of(0L)),
                    "orderTotal",
                    Json.of((long) orders.size()),
                    "orderInfoList",
                    Json.of(Forms.page(orders, page, size).stream().map(Jd::order).toList())))));
  }

  private static Answer get(Json asked, Desk desk) {
    Order order = desk.shop().find(text(asked, "order_id"));
    return order == null
        ? unwilling("get", "order_id")
        : Forms.json(
            Json.object(
                "jingdong_pop_order_get_responce",
                Json.object(
                    "code",
                    Json.of("0"),
                    "orderDetailInfo",
                    Json.object(
                        "apiResult",
                        Json.object("success", Json.of(true), "numberCode", Json.of(0L)),
                        "orderInfo",
                        order(order)))));
  }

  private static Answer refused(long code, String message) {
    return Forms.json(
        Json.object(
            "error_response",
            Json.object("code", Json.of("" + code), "zh_desc", Json.of(message))));
  }

  /// What the business behind the gateway refuses, in the shape of a success.
  private static Answer unwilling(String what, String parameters) {
    Json no =
        Json.object(
            "success", Json.of(false),
            "numberCode", Json.of("10100021"),
            "chineseErrCode", Json.of("参数不合法: " + parameters));
    return Forms.json(
        Json.object(
            "jingdong_pop_order_" + what + "_responce",
            what.equals("search")
                ? Json.object(
                    "code",
                    Json.of("0"),
                    "searchorderinfo_result",
                    Json.object(
                        "apiResult",
                        no,
                        "orderTotal",
                        Json.of(0L),
                        "orderInfoList",
                        Json.of(List.<Json>of())))
                : Json.object(
                    "code", Json.of("0"), "orderDetailInfo", Json.object("apiResult", no))));
  }

  private static String state(Order order) {
    return order.closed() ? "TRADE_CANCELED" : "FINISHED_L";
  }

  private static Json order(Order order) {
    var lines = new ArrayList<Json>();
    for (Line line : order.lines()) {
      lines.add(
          Json.object(
              "skuId", Json.of("" + (Dice.hash(0, line.sku()) >>> 30)),
              "outerSkuId", Json.of(line.sku()),
              "skuName", Json.of(line.title()),
              "itemTotal", Json.of("" + line.pieces())));
    }
    return Json.object(
        "orderId", Json.of(order.id()),
        "orderState", Json.of(state(order)),
        "orderPayment", Json.of(yuan(order.fen())),
        "orderStartTime", Json.of(time(order.paidAt())),
        "paymentConfirmTime", Json.of(time(order.paidAt())),
        "orderEndTime", Json.of(time(order.changedAt())),
        "modified", Json.of(time(order.changedAt())),
        "pin", Json.of(order.buyer()),
        "open_id_buyer", Json.of("o*" + Long.toHexString(Dice.hash(order.person(), "jd"))),
        // Lent for the parcel: whose it is tomorrow, nobody knows.
        "consigneeInfo", Json.object("mobile", Json.of("17000000000-" + lent(order))),
        "itemInfoList", Json.of(lines));
  }

  private static long lent(Order order) {
    return 1000 + Math.floorMod(Dice.hash(1, order.id()), 9000L);
  }

  @Override
  public List<String> columns() {
    return List.of(
        "订单号", "商品ID", "商品名称", "订购数量", "下单时间", "应付金额", "订单状态", "下单帐号", "联系电话", "付款确认时间", "订单完成时间",
        "货号");
  }

  @Override
  public void export(Order order, Sheet sheet) {
    for (Line line : order.lines()) {
      sheet.row(
          order.id(),
          "" + (Dice.hash(0, line.sku()) >>> 30),
          line.title(),
          "" + line.pieces(),
          time(order.paidAt()),
          yuan(order.fen()),
          order.closed() ? "(删除)等待出库" : "完成",
          order.buyer(),
          order.phone(),
          time(order.paidAt()),
          time(order.changedAt()),
          line.sku());
    }
  }
}
