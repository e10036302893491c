package io.huoshui.sandbox.market;

import static io.huoshui.sandbox.market.Forms.number;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// 抖店: `order.searchList`, `order.orderDetail`, and messages that name orders.
///
/// Where it was seen (2026-11-28): calls and fields on op.jinritemai.com; the rule of the signature
/// in two public clients, without a published example.
final class Douyin implements Vendor {
  @Override
  public String name() {
    return "douyin";
  }

  @Override
  public Shop open(Brand brand) {
    return new Shop(brand, Source.DOUYIN);
  }

  @Override
  public boolean plays(Call call) {
    return call.path().startsWith("/order/");
  }

  @Override
  public Answer answer(Call call, Desk desk, boolean busy) {
    String method = call.path().substring(1).replace('/', '.');
    String body = new String(call.body(), StandardCharsets.UTF_8);
    String pattern =
        Desk.SECRET
            + "app_key"
            + Desk.KEY
            + "method"
            + method
            + "param_json"
            + body
            + "timestamp"
            + call.query("timestamp")
            + "v2"
            + Desk.SECRET;
    if (!Desk.KEY.equals(call.query("app_key"))
        || !Digests.hmacSha256(Desk.SECRET, pattern).equals(call.query("sign"))) {
      return refused(30_008, "签名不匹配");
    }
    if (!desk.admits(call.query("access_token"))) {
      return refused(30_005, "access_token 已过期");
    }
    if (busy) {
      return refused(70_000, "请求过于频繁");
    }
    Json asked;
    try {
      asked = Json.parse(body);
    } catch (JsonException _) {
      return refused(40_004, "参数不是 JSON");
    }
    return switch (method) {
      case "order.orderDetail" -> {
        Order order = desk.shop().find(text(asked, "shop_order_id"));
        yield order == null
            ? refused(50_002, "订单不存在")
            : Forms.json(
                Json.object(
                    "code", Json.of(10_000L),
                    "msg", Json.of("success"),
                    "data", Json.object("shop_order_detail", shopOrder(order))));
      }
      case "order.searchList" -> searchList(asked, desk);
      default -> refused(40_004, "参数不合法: method");
    };
  }

  private static Answer searchList(Json asked, Desk desk) {
    List<Order> orders =
        desk.shop()
            .changed(
                Instant.ofEpochSecond(number(text(asked, "update_time_start"), 0, Long.MAX_VALUE)),
                Instant.ofEpochSecond(number(text(asked, "update_time_end"), 0, Long.MAX_VALUE)));
    int size = number(text(asked, "size"), 10, 100);
    int page = number(text(asked, "page"), 0, 100_000) + 1;
    return Forms.json(
        Json.object(
            "code", Json.of(10_000L),
            "msg", Json.of("success"),
            "data",
                Json.object(
                    "total", Json.of((long) orders.size()),
                    "shop_order_list",
                        Json.of(
                            Forms.page(orders, page, size).stream()
                                .map(Douyin::shopOrder)
                                .toList()))));
  }

  private static Answer refused(long code, String message) {
    return Forms.json(Json.object("code", Json.of(code), "msg", Json.of(message)));
  }

  private static Json shopOrder(Order order) {
    var lines = new ArrayList<Json>();
    for (Line line : order.lines()) {
      lines.add(
          Json.object(
              "order_id", Json.of(line.id()),
              "code", Json.of(line.sku()),
              "product_name", Json.of(line.title()),
              "item_num", Json.of(line.pieces()),
              "pay_amount", Json.of(line.fen()),
              "order_status", Json.of(order.closed() ? 4L : 5L),
              "after_sale_info", Json.object("refund_status", Json.of(order.closed() ? 3L : 0L))));
    }
    return Json.object(
        "order_id", Json.of(order.id()),
        "order_status", Json.of(order.closed() ? 4L : 5L),
        "create_time", Json.of(order.paidAt().getEpochSecond()),
        "pay_time", Json.of(order.paidAt().getEpochSecond()),
        "finish_time", Json.of(order.changedAt().getEpochSecond()),
        "update_time", Json.of(order.changedAt().getEpochSecond()),
        "pay_amount", Json.of(order.fen()),
        "doudian_open_id", Json.of(order.buyer()),
        "encrypt_post_tel",
            Json.of("$AgAAAA" + Long.toHexString(Dice.hash(order.person(), order.id())) + "==$0$"),
        "mask_post_tel", Json.of(order.phone()),
        "open_address_id", Json.of(Long.toHexString(Dice.hash(order.person(), "address"))),
        "sku_order_list", Json.of(lines));
  }

  @Override
  public List<Message> tells(Order order, String to, Instant wall) {
    String body =
        Json.of(
                List.of(
                    Json.object(
                        "tag", Json.of("101"),
                        "msg_id",
                            Json.of(
                                "douyin-" + order.id() + "-" + order.changedAt().getEpochSecond()),
                        "data", Json.of(Json.object("p_id", Json.of(order.id())).write()))))
            .write();
    return List.of(
        new Message(
            "application/json",
            Map.of("app-id", Desk.KEY, "event-sign", Digests.md5(Desk.KEY + body + Desk.SECRET)),
            body));
  }

  @Override
  public List<String> columns() {
    return List.of(
        "主订单编号",
        "子订单编号",
        "选购商品",
        "商家编码",
        "商品数量",
        "订单应付金额",
        "订单提交时间",
        "支付完成时间",
        "订单完成时间",
        "订单状态",
        "售后状态",
        "doudian_open_id");
  }

  @Override
  public void export(Order order, Sheet sheet) {
    List<Long> shares = order.shares();
    for (int i = 0; i < order.lines().size(); i++) {
      Line line = order.lines().get(i);
      sheet.row(
          order.id() + "\t",
          line.id() + "\t",
          line.title(),
          line.sku(),
          "" + line.pieces(),
          yuan(shares.get(i)),
          time(order.paidAt()),
          time(order.paidAt()),
          time(order.changedAt()),
          order.closed() ? "已关闭" : "已完成",
          order.closed() ? "退款成功" : "-",
          order.buyer());
    }
  }
}
