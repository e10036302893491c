package io.huoshui.sandbox.market;

import static io.huoshui.sandbox.market.Forms.number;
import static io.huoshui.sandbox.market.Forms.time;
import static io.huoshui.sandbox.market.Forms.yuan;

import io.huoshui.json.Json;
import io.huoshui.sandbox.brand.Brand;
import io.huoshui.sandbox.draw.Dice;
import io.huoshui.sandbox.http.Answer;
import io.huoshui.sandbox.http.Call;
import io.huoshui.sandbox.market.Shop.Line;
import io.huoshui.sandbox.market.Shop.Order;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// 拼多多 over POP: `pdd.order.number.list.increment.get`, `pdd.order.information.get`.
///
/// Where it was seen (2026-11-28): the signature on open.pinduoduo.com (idStr 8EC06C399636041E);
/// codes, the ten minutes of the timestamp and the shape of a refusal in the pages of
/// open.pinduoduo.com as public repositories keep them (captured 2026-04); parameters, fields, 30
/// minutes per window, three months, a hundred per page in the description that lywzx/pdd-node-sdk
/// carries. That a window that is too long is a 50001 with a sub message was not seen: the page
/// names 50001 for whatever the business refuses.
final class Pdd implements Vendor {
  private static final Duration SKEW = Duration.ofMinutes(10);

  @Override
  public String name() {
    return "pdd";
  }

  @Override
  public Shop open(Brand brand) {
    return Shop.ofTills(brand, 0, Pdd::numbered);
  }

  /// `260601-123456789012345`.
  private static String numbered(String order) {
    return "260601-"
        + (100_000_000_000_000L + Math.floorMod(Dice.hash(11, order), 900_000_000_000_000L));
  }

  @Override
  public boolean plays(Call call) {
    return call.path().equals("/api/router");
  }

  @Override
  public Answer answer(Call call, Desk desk, boolean busy) {
    Map<String, String> given = Call.parameters(new String(call.body(), StandardCharsets.UTF_8));
    String type = given.getOrDefault("type", "");
    long stamp = Forms.number(given.getOrDefault("timestamp", ""), 0, Long.MAX_VALUE);
    if (type.isEmpty()
        || Duration.between(Instant.ofEpochSecond(stamp), Instant.now()).abs().compareTo(SKEW)
            > 0) {
      return refused(10_001, "公共参数错误:" + (type.isEmpty() ? "type" : "timestamp"), "");
    }
    if (!Desk.KEY.equals(given.get("client_id"))) {
      return refused(10_016, "client下线或者clientId不正确", "");
    }
    String sign =
        Digests.md5(Desk.SECRET + Digests.strung(given) + Desk.SECRET).toUpperCase(Locale.ROOT);
    if (!sign.equals(given.get("sign"))) {
      return refused(20_004, "签名sign校验失败", "");
    }
    if (!desk.admits(given.getOrDefault("access_token", ""))) {
      return refused(10_019, "access_token已过期", "");
    }
    if (busy) {
      return refused(70_031, "调用过于频繁，请调整调用频率", "");
    }
    return switch (type) {
      case "pdd.order.number.list.increment.get" -> increment(given, desk);
      case "pdd.order.information.get" -> {
        Order order = desk.shop().find(given.getOrDefault("order_sn", ""));
        yield order == null || order.paidAt().isBefore(desk.shownSince())
            ? refused(50_001, "业务服务错误", "订单不存在")
            : Forms.json(
                Json.object(
                    "order_info_get_response", Json.object("order_info", information(order))));
      }
      default -> refused(10_017, "type不正确", "");
    };
  }

  private static Answer increment(Map<String, String> given, Desk desk) {
    for (String needed : List.of("is_lucky_flag", "order_status", "refund_status")) {
      if (given.getOrDefault(needed, "").isEmpty()) {
        return refused(21_002, "请求参数不能为空", needed);
      }
    }
    Instant from =
        Instant.ofEpochSecond(
            Forms.number(given.getOrDefault("start_updated_at", ""), 0, Long.MAX_VALUE));
    Instant to =
        Instant.ofEpochSecond(
            Forms.number(given.getOrDefault("end_updated_at", ""), 0, Long.MAX_VALUE));
    if (!to.isAfter(from) || to.isAfter(from.plus(Duration.ofMinutes(30)))) {
      return refused(50_001, "业务服务错误", "开始时间结束时间间距不超过 30 分钟");
    }
    var orders = new ArrayList<>(desk.shop().changed(from, to));
    orders.removeIf(order -> order.paidAt().isBefore(desk.shownSince()));
    int size = number(given.get("page_size"), 1, 100);
    int page = number(given.get("page"), 1, 100_000);
    return Forms.json(
        Json.object(
            "order_sn_increment_get_response",
            Json.object(
                "total_count",
                Json.of((long) orders.size()),
                "order_sn_list",
                Json.of(
                    Forms.page(orders, page, size).stream()
                        .map(
                            order ->
                                Json.object(
                                    "order_sn", Json.of(order.id()),
                                    "order_status", Json.of(3L),
                                    "refund_status", Json.of(order.closed() ? 4L : 1L)))
                        .toList()))));
  }

  private static Answer refused(long code, String message, String sub) {
    return Forms.json(
        Json.object(
            "error_response",
            Json.object(
                "error_code", Json.of(code),
                "error_msg", Json.of(message),
                "sub_msg", Json.of(sub),
                "request_id", Json.of("15440104776643887"))));
  }

  /// Buyers are sealed: no name, a phone nobody reads, an address's code.
  private static Json information(Order order) {
    var lines = new ArrayList<Json>();
    for (Line line : order.lines()) {
      lines.add(
          Json.object(
              "goods_id", Json.of(Dice.hash(0, line.title()) >>> 30),
              "sku_id", Json.of(Dice.hash(0, line.sku()) >>> 30),
              "outer_id", Json.of(line.sku()),
              "goods_name", Json.of(line.title()),
              "goods_count", Json.of(line.pieces())));
    }
    String sealed = Long.toHexString(Dice.hash(order.person(), order.id())) + "AAAA==";
    return Json.object(
        "order_sn", Json.of(order.id()),
        "order_status", Json.of(3L),
        "refund_status", Json.of(order.closed() ? 4L : 1L),
        "pay_amount", Json.of(yuan(order.fen())),
        "created_time", Json.of(time(order.paidAt())),
        "pay_time", Json.of(time(order.paidAt())),
        "confirm_time", Json.of(time(order.paidAt())),
        "receive_time", Json.of(time(order.changedAt())),
        "updated_at", Json.of(time(order.changedAt())),
        "receiver_name", Json.of("~AgAAAA" + sealed + "~1~"),
        "receiver_phone", Json.of("~AgAAAB" + sealed + "~1~"),
        "open_address_id", Json.of(Long.toHexString(Dice.hash(order.person(), "address"))),
        "item_list", Json.of(lines));
  }

  @Override
  public List<String> columns() {
    return List.of(
        "商品",
        "订单号",
        "订单状态",
        "用户实付金额(元)",
        "商品数量(件)",
        "收货人",
        "手机",
        "支付时间",
        "拼单成功时间",
        "确认收货时间",
        "商家编码-规格维度",
        "售后状态",
        "退款金额(元)");
  }

  @Override
  public void export(Order order, Sheet sheet) {
    for (Line line : order.lines()) {
      sheet.row(
          line.title(),
          order.id(),
          order.closed() ? "已收货，退款成功" : "已收货",
          yuan(order.fen()),
          "" + line.pieces(),
          "某[" + (1000 + Math.floorMod(Dice.hash(1, order.id()), 9000L)) + "]",
          "17000000000",
          time(order.paidAt()),
          time(order.paidAt()),
          time(order.changedAt()),
          line.sku(),
          order.backFen() > 0 ? "退款成功" : "无售后或售后取消",
          yuan(order.backFen()));
    }
  }
}
