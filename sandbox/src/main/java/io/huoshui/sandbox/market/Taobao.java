package io.huoshui.sandbox.market;

import static io.huoshui.sandbox.market.Forms.number;
import static io.huoshui.sandbox.market.Forms.time;
import static io.huoshui.sandbox.market.Forms.yuan;

import io.huoshui.json.Json;
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
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// 淘宝 / 天猫 over TOP: `taobao.trades.sold.increment.get`, `taobao.trade.fullinfo.get`.
///
/// Where it was seen (2026-11-28): the signature, codes 7, 22, 25, 27, 29, 41, a window of a day,
/// the newest change first and nothing older than three months on open.taobao.com, and the same in
/// the descriptions that bububa/opentaobao carries of it.
final class Taobao implements Vendor {
  @Override
  public String name() {
    return "taobao";
  }

  @Override
  public Shop open(Brand brand) {
    return new Shop(brand, Source.TMALL);
  }

  @Override
  public boolean plays(Call call) {
    return call.path().equals("/router/rest");
  }

  @Override
  public Answer answer(Call call, Desk desk, boolean busy) {
    Map<String, String> given = Call.parameters(new String(call.body(), StandardCharsets.UTF_8));
    if (!Desk.KEY.equals(given.get("app_key"))) {
      return refused(29, "Invalid app Key");
    }
    String strung = Digests.strung(given);
    String sign =
        switch (given.getOrDefault("sign_method", "")) {
          case "hmac-sha256" -> Digests.hmacSha256(Desk.SECRET, strung);
          default -> Digests.md5(Desk.SECRET + strung + Desk.SECRET);
        };
    if (!Digests.same(sign, given.getOrDefault("sign", ""))) {
      return refused(25, "Invalid signature");
    }
    if (!desk.admits(given.getOrDefault("session", ""))) {
      return refused(27, "Invalid session");
    }
    if (busy) {
      return refused(7, "App Call Limited");
    }
    return switch (given.getOrDefault("method", "")) {
      case "taobao.trades.sold.increment.get" -> sold(given, desk);
      case "taobao.trade.fullinfo.get" -> {
        Order order = desk.shop().find(given.getOrDefault("tid", ""));
        yield order == null
            ? refused(15, "Remote service error")
            : Forms.json(
                Json.object("trade_fullinfo_get_response", Json.object("trade", trade(order))));
      }
      default -> refused(22, "Invalid method");
    };
  }

  private static Answer sold(Map<String, String> given, Desk desk) {
    Instant from = time(given.getOrDefault("start_modified", ""));
    Instant to = time(given.getOrDefault("end_modified", ""));
    if (to.isAfter(from.plusSeconds(86_400)) || !to.isAfter(from)) {
      return refused(41, "Invalid arguments: start_modified, end_modified");
    }
    var orders = new ArrayList<>(desk.shop().changed(from, to));
    orders.removeIf(order -> order.paidAt().isBefore(desk.shownSince()));
    Collections.reverse(orders);
    int size = number(given.get("page_size"), 40, 100);
    return Forms.json(
        Json.object(
            "trades_sold_increment_get_response",
            Json.object(
                "total_results",
                Json.of((long) orders.size()),
                "trades",
                Json.object(
                    "trade",
                    Json.of(
                        Forms.page(orders, number(given.get("page_no"), 1, 100_000), size).stream()
                            .map(Taobao::trade)
                            .toList())))));
  }

  private static Answer refused(long code, String message) {
    return Forms.json(
        Json.object("error_response", Json.object("code", Json.of(code), "msg", Json.of(message))));
  }

  private static Json trade(Order order) {
    var lines = new ArrayList<Json>();
    for (Line line : order.lines()) {
      lines.add(
          Json.object(
              "oid", Json.of(line.id()),
              "outer_sku_id", Json.of(line.sku()),
              "title", Json.of(line.title()),
              "num", Json.of(line.pieces()),
              "payment", Json.of(yuan(line.fen())),
              "refund_status", Json.of(order.closed() ? "SUCCESS" : "NO_REFUND"),
              "status", Json.of(order.closed() ? "TRADE_CLOSED" : "TRADE_FINISHED")));
    }
    return Json.object(
        "tid", Json.of(order.id()),
        "status", Json.of(order.closed() ? "TRADE_CLOSED" : "TRADE_FINISHED"),
        "payment", Json.of(yuan(order.fen())),
        "created", Json.of(time(order.paidAt())),
        "pay_time", Json.of(time(order.paidAt())),
        "end_time", Json.of(time(order.changedAt())),
        "modified", Json.of(time(order.changedAt())),
        "buyer_nick", Json.of(order.buyer()),
        "oaid", Json.of("1" + Long.toHexString(Dice.hash(order.person(), "oaid"))),
        "receiver_mobile", Json.of(order.phone()),
        "orders", Json.object("order", Json.of(lines)));
  }

  @Override
  public List<String> columns() {
    return List.of(
        "订单编号", "买家会员名", "买家实际支付金额", "订单状态", "联系手机", "订单创建时间", "订单付款时间", "确认收货时间", "退款金额");
  }

  @Override
  public void export(Order order, Sheet sheet) {
    sheet.row(
        "=\"" + order.id() + "\"",
        order.buyer(),
        yuan(order.fen()),
        order.closed() ? "交易关闭" : "交易成功",
        order.phone(),
        time(order.paidAt()),
        time(order.paidAt()),
        time(order.changedAt()),
        yuan(order.backFen()));
  }
}
