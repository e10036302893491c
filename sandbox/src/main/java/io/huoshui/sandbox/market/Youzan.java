package io.huoshui.sandbox.market;

import static io.huoshui.sandbox.market.Forms.number;
import static io.huoshui.sandbox.market.Forms.text;
import static io.huoshui.sandbox.market.Forms.time;
import static io.huoshui.sandbox.market.Forms.yuan;

import io.huoshui.json.Json;
import io.huoshui.json.JsonException;
import io.huoshui.sandbox.brand.Brand;
import io.huoshui.sandbox.brand.Source;
import io.huoshui.sandbox.http.Answer;
import io.huoshui.sandbox.http.Call;
import io.huoshui.sandbox.market.Shop.Line;
import io.huoshui.sandbox.market.Shop.Order;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// 有赞: `youzan.trades.sold.get` 4.0.4, `youzan.trade.get` 4.0.2, and messages with the whole order.
///
/// Where it was seen (2026-11-28): open.youzanyun.com's index of calls; the structure in public SDK
/// code.
final class Youzan implements Vendor {
  @Override
  public String name() {
    return "youzan";
  }

  @Override
  public Shop open(Brand brand) {
    return new Shop(brand, Source.MINI_PROGRAM);
  }

  @Override
  public boolean plays(Call call) {
    return call.path().startsWith("/api/youzan.");
  }

  @Override
  public Answer answer(Call call, Desk desk, boolean busy) {
    if (!desk.admits(call.query("access_token"))) {
      return refused(4203, "请求鉴权错误: token 已过期");
    }
    if (busy) {
      return refused(4005, "调用太频繁");
    }
    Json asked;
    try {
      asked = Json.parse(new String(call.body(), StandardCharsets.UTF_8));
    } catch (JsonException _) {
      return refused(4007, "参数不是 JSON");
    }
    return switch (call.path()) {
      case "/api/youzan.trade.get/4.0.2" -> {
        Order order = desk.shop().find(text(asked, "tid"));
        yield order == null
            ? refused(101_304_001, "订单不存在")
            : Forms.json(
                Json.object(
                    "code", Json.of(200L),
                    "success", Json.of(true),
                    "data", Json.object("full_order_info", full(order))));
      }
      case "/api/youzan.trades.sold.get/4.0.4" -> sold(asked, desk);
      default -> refused(4007, "接口不存在");
    };
  }

  private static Answer sold(Json asked, Desk desk) {
    List<Order> orders =
        desk.shop().changed(time(text(asked, "start_update")), time(text(asked, "end_update")));
    int size = number(text(asked, "page_size"), 20, 100);
    int page = number(text(asked, "page_no"), 1, 100_000);
    return Forms.json(
        Json.object(
            "code", Json.of(200L),
            "success", Json.of(true),
            "data",
                Json.object(
                    "total_results", Json.of((long) orders.size()),
                    "full_order_info_list",
                        Json.of(
                            Forms.page(orders, page, size).stream()
                                .map(order -> Json.object("full_order_info", full(order)))
                                .toList()))));
  }

  private static Answer refused(long code, String message) {
    return Forms.json(
        Json.object("code", Json.of(code), "success", Json.of(false), "message", Json.of(message)));
  }

  private static Json full(Order order) {
    var lines = new ArrayList<Json>();
    for (Line line : order.lines()) {
      lines.add(
          Json.object(
              "oid", Json.of(line.id()),
              "outer_sku_id", Json.of(line.sku()),
              "title", Json.of(line.title()),
              "num", Json.of(line.pieces()),
              "payment", Json.of(yuan(line.fen()))));
    }
    boolean back = order.backFen() > 0;
    return Json.object(
        "order_info",
            Json.object(
                "tid", Json.of(order.id()),
                "status", Json.of(order.closed() ? "TRADE_CLOSED" : "TRADE_SUCCESS"),
                "refund_state", Json.of(order.closed() ? 12L : back ? 2L : 0L),
                "created", Json.of(time(order.paidAt())),
                "pay_time", Json.of(time(order.paidAt())),
                "success_time", Json.of(time(order.changedAt())),
                "update_time", Json.of(time(order.changedAt()))),
        "pay_info", Json.object("payment", Json.of(yuan(order.fen()))),
        "buyer_info",
            Json.object(
                "yz_open_id", Json.of(order.buyer()), "buyer_phone", Json.of(order.phone())),
        "refund_order",
            Json.of(
                back
                    ? List.<Json>of(Json.object("refund_fee", Json.of(yuan(order.backFen()))))
                    : List.<Json>of()),
        "orders", Json.of(lines));
  }

  @Override
  public List<Message> tells(Order order, String to, Instant wall) {
    String body =
        Json.object(
                "msg_id",
                Json.of("youzan-" + order.id() + "-" + order.changedAt().getEpochSecond()),
                "type",
                Json.of("trade_TradePaid"),
                "msg",
                Json.of(
                    URLEncoder.encode(
                        Json.object("full_order_info", full(order)).write(),
                        StandardCharsets.UTF_8)))
            .write();
    return List.of(
        new Message(
            "application/json",
            Map.of("event-sign", Digests.md5(Desk.KEY + body + Desk.SECRET)),
            body));
  }

  @Override
  public List<String> columns() {
    return List.of(
        "订单号",
        "订单状态",
        "订单创建时间",
        "买家付款时间",
        "交易成功时间",
        "订单实付金额",
        "订单已退款金额",
        "退款状态",
        "买家手机号",
        "yz_open_id");
  }

  @Override
  public void export(Order order, Sheet sheet) {
    sheet.row(
        order.id(),
        order.closed() ? "交易关闭" : "交易完成",
        time(order.paidAt()),
        time(order.paidAt()),
        time(order.changedAt()),
        yuan(order.fen()),
        yuan(order.backFen()),
        order.closed() ? "全额退款成功" : order.backFen() > 0 ? "部分退款" : "无退款",
        order.phone(),
        order.buyer());
  }
}
