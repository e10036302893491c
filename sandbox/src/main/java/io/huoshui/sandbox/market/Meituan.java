package io.huoshui.sandbox.market;

import static io.huoshui.sandbox.market.Forms.time;
import static io.huoshui.sandbox.market.Forms.yuan;

import io.huoshui.json.Json;
import io.huoshui.sandbox.brand.Brand;
import io.huoshui.sandbox.draw.Dice;
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
import java.util.TreeMap;

/// 美团外卖: `order/getOrderDetail`, and orders told as a form: paid with everything, cancelled by
/// number.
///
/// Where it was seen (2026-11-28): the rule of `sig` in several public clients
/// (kuangcao/meituanwaimai-sdk among them), without a published example; codes 600, 701, 702, 703,
/// 2000 and states in public code that answers like it (Code-Fly/MeituanAPI); fields, and that the
/// values of a push are percent-encoded once more, in two recorded pushes in public repositories.
/// Clients do not agree whether `sig` is over values decoded once or twice: this signs the plain
/// ones. An app of one's own has no session; 2000 (超过授权使用期) is answered until `access_token` is the
/// new one, and 808 (what refused operations on orders were seen with) of an order nobody knows.
final class Meituan implements Vendor {
  @Override
  public String name() {
    return "meituan";
  }

  @Override
  public Shop open(Brand brand) {
    return Shop.ofTills(brand, 1, Meituan::numbered);
  }

  /// What buyer and shop see.
  private static String numbered(String order) {
    return ""
        + (1_000_000_000_000_000L + Math.floorMod(Dice.hash(21, order), 9_000_000_000_000_000L));
  }

  /// What the API calls the same order.
  private static String inner(Order order) {
    return "" + (1_000_000_000L + Math.floorMod(Dice.hash(22, order.id()), 9_000_000_000L));
  }

  @Override
  public boolean plays(Call call) {
    return call.path().startsWith("/api/v1/") && call.path().length() > "/api/v1/".length();
  }

  @Override
  public Answer answer(Call call, Desk desk, boolean busy) {
    Map<String, String> given = call.query();
    for (String needed : List.of("app_id", "timestamp", "sig")) {
      if (given.getOrDefault(needed, "").isEmpty()) {
        return refused(701, "缺少参数，数据不完整");
      }
    }
    if (!Desk.KEY.equals(given.get("app_id"))) {
      return refused(702, "app_id不存在");
    }
    if (!sig("http://" + call.header("host") + call.path(), given).equals(given.get("sig"))) {
      return refused(703, "签名验证错误");
    }
    if (!desk.admits(given.getOrDefault("access_token", Desk.SESSION))) {
      return refused(2000, "超过授权使用期");
    }
    if (busy) {
      return refused(600, "内部错误");
    }
    if (!call.path().equals("/api/v1/order/getOrderDetail")) {
      return refused(701, "缺少参数，数据不完整");
    }
    String asked = given.getOrDefault("order_id", "");
    for (Order order : desk.shop().orders()) {
      if (order.id().equals(asked) || inner(order).equals(asked)) {
        var fields = new TreeMap<String, Json>();
        form(order, order.closed())
            .forEach(
                (key, value) ->
                    fields.put(
                        key,
                        value.matches("\\d{1,9}")
                            ? Json.of(Long.parseLong(value))
                            : Json.of(value)));
        return Forms.json(Json.object("data", new Json.Obj(fields)));
      }
    }
    return refused(808, "订单不存在");
  }

  private static Answer refused(long code, String message) {
    return Forms.json(
        Json.object(
            "data",
            Json.of("ng"),
            "error",
            Json.object("code", Json.of(code), "msg", Json.of(message))));
  }

  /// `md5(url?k1=v1&k2=v2… + consumer_secret)` by name.
  private static String sig(String url, Map<String, String> given) {
    var text = new StringBuilder(url).append('?');
    var sorted = new TreeMap<>(given);
    sorted.remove("sig");
    boolean first = true;
    for (Map.Entry<String, String> each : sorted.entrySet()) {
      text.append(first ? "" : "&").append(each.getKey()).append('=').append(each.getValue());
      first = false;
    }
    return Digests.md5(text.append(Desk.SECRET).toString());
  }

  /// An order as it is, or as it was when it was paid. It does not say when that was.
  private static Map<String, String> form(Order order, boolean cancelled) {
    var lines = new ArrayList<Json>();
    for (Line line : order.lines()) {
      lines.add(
          Json.object(
              "app_food_code", Json.of(line.sku()),
              "food_name", Json.of(line.title()),
              "sku_id", Json.of(line.sku()),
              "quantity", Json.of(line.pieces())));
    }
    var form = new TreeMap<String, String>();
    form.put("order_id", inner(order));
    form.put("wm_order_id_view", order.id());
    form.put("app_poi_code", "poi_01");
    form.put("wm_poi_name", "一店");
    form.put("total", yuan(order.fen()));
    form.put("original_price", yuan(order.fen()));
    form.put("status", cancelled ? "9" : "2");
    form.put("ctime", "" + order.paidAt().getEpochSecond());
    form.put("utime", "" + (cancelled ? order.changedAt() : order.paidAt()).getEpochSecond());
    form.put("recipient_name", "王(先生)");
    // Lent: rings the guest only while the order is open.
    form.put(
        "recipient_phone",
        "17000000000_" + (1000 + Math.floorMod(Dice.hash(1, order.id()), 9000L)));
    form.put("openUid", Long.toHexString(Dice.hash(order.person(), "meituan")));
    form.put("detail", Json.of(lines).write());
    return form;
  }

  @Override
  public List<Message> tells(Order order, String to, Instant wall) {
    var messages = new ArrayList<Message>();
    messages.add(message(form(order, false), to, wall));
    if (order.closed()) {
      messages.add(
          message(
              Map.of(
                  "order_id", inner(order),
                  "reason_code", "1001",
                  "reason", "顾客取消"),
              to,
              wall));
    }
    return messages;
  }

  private static Message message(Map<String, String> said, String to, Instant wall) {
    var form = new TreeMap<>(said);
    form.put("app_id", Desk.KEY);
    form.put("timestamp", "" + wall.getEpochSecond());
    form.put("sig", sig(to, form));
    var body = new StringBuilder();
    form.forEach(
        (key, value) ->
            body.append(body.isEmpty() ? "" : "&")
                .append(key)
                .append('=')
                .append(encoded(encoded(value))));
    return new Message("application/x-www-form-urlencoded", Map.of(), body.toString());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public List<String> columns() {
    return List.of(
        "订单编号", "门店名称", "下单时间", "订单完成时间", "订单状态", "用户实付金额", "收餐人姓名", "收餐人电话", "退款金额", "菜品信息");
  }

  @Override
  public void export(Order order, Sheet sheet) {
    sheet.row(
        order.id(),
        "一店",
        time(order.paidAt()),
        time(order.changedAt()),
        order.closed() ? "全额退款" : order.backFen() > 0 ? "部分退款" : "已完成",
        yuan(order.fen()),
        "王(先生)",
        "17000000000_" + (1000 + Math.floorMod(Dice.hash(1, order.id()), 9000L)),
        yuan(order.backFen()),
        String.join(";", order.lines().stream().map(Line::title).toList()));
  }
}
