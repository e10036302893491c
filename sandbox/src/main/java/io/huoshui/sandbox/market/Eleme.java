package io.huoshui.sandbox.market;

import static io.huoshui.sandbox.market.Forms.text;
import static io.huoshui.sandbox.market.Forms.time;
import static io.huoshui.sandbox.market.Forms.yuan;

import io.huoshui.json.Json;
import io.huoshui.json.JsonException;
import io.huoshui.sandbox.brand.Brand;
import io.huoshui.sandbox.draw.Dice;
import io.huoshui.sandbox.http.Answer;
import io.huoshui.sandbox.http.Call;
import io.huoshui.sandbox.market.Shop.Line;
import io.huoshui.sandbox.market.Shop.Order;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// 饿了么 over NOP 1.0.0: `eleme.order.getOrder`, and orders told as JSON: type 10 with everything, 14
/// (取消) by number.
///
/// Where it was seen (2026-11-28): both signatures, the codes and the shape of a message in the
/// vendor's own SDK for PHP (copies of eleme-openapi-php-sdk) and recorded messages of other types
/// (dianj.com.cn); fields in its SDK for Java (dllen/eleme-openapi-java-sdk). No example with its
/// secret was found. How far a timestamp may be off was not seen, so `INVALID_TIMESTAMP` is said
/// only of none at all.
final class Eleme implements Vendor {
  @Override
  public String name() {
    return "eleme";
  }

  @Override
  public Shop open(Brand brand) {
    return Shop.ofTills(brand, 2, Eleme::numbered);
  }

  private static String numbered(String order) {
    return ""
        + (8_000_000_000_000_000_000L
            + Math.floorMod(Dice.hash(31, order), 1_000_000_000_000_000_000L));
  }

  @Override
  public boolean plays(Call call) {
    return call.path().equals("/api/v1/") || call.path().equals("/api/v1");
  }

  @Override
  public Answer answer(Call call, Desk desk, boolean busy) {
    Json asked;
    try {
      asked = Json.parse(new String(call.body(), StandardCharsets.UTF_8));
    } catch (JsonException _) {
      return refused("", "ILLEGAL_REQUEST", "不是 JSON");
    }
    String id = text(asked, "id");
    if (!text(asked, "nop").equals("1.0.0") || id.isEmpty()) {
      return refused(id, "ILLEGAL_REQUEST", "nop, id");
    }
    var signed = new TreeMap<String, Json>();
    for (String part : List.of("metas", "params")) {
      if (asked instanceof Json.Obj object && object.get(part) instanceof Json.Obj(var fields)) {
        signed.putAll(fields);
      }
    }
    var string = new StringBuilder(text(asked, "action")).append(text(asked, "token"));
    signed.forEach((key, value) -> string.append(key).append('=').append(value.write()));
    String signature = Digests.md5(string.append(Desk.SECRET).toString()).toUpperCase(Locale.ROOT);
    if (!(signed.get("timestamp") instanceof Json.Num)) {
      return refused(id, "INVALID_TIMESTAMP", "timestamp");
    }
    if (!Json.of(Desk.KEY).equals(signed.get("app_key"))
        || !signature.equals(text(asked, "signature"))) {
      return refused(id, "INVALID_SIGNATURE", "签名错误");
    }
    if (!desk.admits(text(asked, "token"))) {
      return refused(id, "UNAUTHORIZED", "token 已失效");
    }
    if (busy) {
      return refused(id, "EXCEED_LIMIT", "调用次数超过限制");
    }
    if (!text(asked, "action").equals("eleme.order.getOrder")) {
      return refused(id, "METHOD_NOT_ALLOWED", text(asked, "action"));
    }
    String number = signed.get("orderId") instanceof Json.Str(String given) ? given : "";
    Order order = desk.shop().find(number);
    return order == null
        ? refused(id, "VALIDATION_FAILED", "订单不存在")
        : Forms.json(
            Json.object(
                "nop",
                Json.of("1.0.0"),
                "id",
                Json.of(id),
                "result",
                order(order, order.closed()),
                "error",
                new Json.Null()));
  }

  private static Answer refused(String id, String code, String message) {
    return Forms.json(
        Json.object(
            "nop",
            Json.of("1.0.0"),
            "id",
            Json.of(id),
            "result",
            new Json.Null(),
            "error",
            Json.object("code", Json.of(code), "message", Json.of(message))));
  }

  /// An order as it is, or as it was when it took effect.
  private static Json.Obj order(Order order, boolean closed) {
    var lines = new ArrayList<Json>();
    for (Line line : order.lines()) {
      lines.add(
          Json.object(
              "id", Json.of(Dice.hash(0, line.sku()) >>> 30),
              "skuId", Json.of(Dice.hash(1, line.sku()) >>> 30),
              "extendCode", Json.of(line.sku()),
              "name", Json.of(line.title()),
              "quantity", Json.of(line.pieces()),
              "total", new Json.Num(new BigDecimal(yuan(line.fen())))));
    }
    return Json.object(
        "id", Json.of(order.id()),
        "createdAt", Json.of(time(order.paidAt()).replace(' ', 'T')),
        "activeAt", Json.of(time(order.paidAt()).replace(' ', 'T')),
        "status", Json.of(closed ? "invalid" : "settled"),
        "refundStatus", Json.of(closed ? "successful" : "noRefund"),
        "totalPrice", new Json.Num(new BigDecimal(yuan(order.fen()))),
        "shopName", Json.of("一店"),
        "consignee", Json.of("张**"),
        // Lent, and the digits to dial after it.
        "phoneList",
            Json.of(
                List.of(
                    Json.of(
                        "17000000000," + (1000 + Math.floorMod(Dice.hash(1, order.id()), 9000L))))),
        "userIdStr", Json.of("" + (Dice.hash(order.person(), "eleme") >>> 1)),
        "groups",
            Json.of(
                List.of(
                    Json.object(
                        "name", Json.of("1号篮子"),
                        "type", Json.of("normal"),
                        "items", Json.of(lines)))));
  }

  @Override
  public List<Message> tells(Order order, String to, Instant wall) {
    var messages = new ArrayList<Message>();
    messages.add(message(order, 10, order(order, false), wall));
    if (order.closed()) {
      messages.add(
          message(
              order,
              14,
              Json.object(
                  "orderId", Json.of(order.id()),
                  "state", Json.of("invalid"),
                  "shopId", Json.of(152_128_506L),
                  "updateTime", Json.of(order.changedAt().getEpochSecond()),
                  "role", Json.of(1L)),
              wall));
    }
    return messages;
  }

  private static Message message(Order order, long type, Json about, Instant wall) {
    var said = new TreeMap<String, Json>();
    said.put("requestId", Json.of("" + (Dice.hash(type, order.id() + order.changedAt()) >>> 1)));
    said.put("type", Json.of(type));
    said.put("appId", Json.of(23_388_475L));
    said.put("message", Json.of(about.write()));
    said.put("shopId", Json.of(152_128_506L));
    said.put("timestamp", Json.of(wall.toEpochMilli()));
    said.put("userId", Json.of(100_452_735_447_201_579L));
    var string = new StringBuilder();
    for (Map.Entry<String, Json> each : said.entrySet()) {
      string
          .append(each.getKey())
          .append('=')
          .append(
              each.getValue() instanceof Json.Str(String text) ? text : each.getValue().write());
    }
    said.put(
        "signature",
        Json.of(Digests.md5(string.append(Desk.SECRET).toString()).toUpperCase(Locale.ROOT)));
    return new Message("application/json", Map.of(), new Json.Obj(said).write());
  }

  @Override
  public List<String> columns() {
    return List.of("订单号", "门店名称", "下单时间", "生效时间", "完成时间", "订单状态", "用户实付", "顾客电话", "退单状态", "退款金额");
  }

  @Override
  public void export(Order order, Sheet sheet) {
    sheet.row(
        order.id(),
        "一店",
        time(order.paidAt()),
        time(order.paidAt()),
        time(order.changedAt()),
        order.closed() ? "无效订单" : "已完成",
        yuan(order.fen()),
        "17000000000," + (1000 + Math.floorMod(Dice.hash(1, order.id()), 9000L)),
        order.backFen() > 0 ? "退单成功" : "无退单",
        yuan(order.backFen()));
  }
}
