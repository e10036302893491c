package io.huoshui.sandbox.market;

import io.huoshui.json.Json;
import io.huoshui.json.JsonException;
import io.huoshui.sandbox.brand.Brand;
import io.huoshui.sandbox.brand.Source;
import io.huoshui.sandbox.http.Answer;
import io.huoshui.sandbox.http.Call;
import io.huoshui.sandbox.http.Endpoint;
import io.huoshui.sandbox.market.Shop.Line;
import io.huoshui.sandbox.market.Shop.Order;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The shops over HTTP.
///
/// | path | plays |
/// |---|---|
/// | `POST /router/rest` | TOP: trades.sold.increment.get, trade.fullinfo.get |
/// | `POST /order/searchList`, `/order/orderDetail` | Douyin |
/// | `POST /api/youzan.trades.sold.get/4.0.4`, `/api/youzan.trade.get/4.0.2` | Youzan |
/// | `GET /sandbox/market/VENDOR/export.csv` | the same orders as a file; JD too |
/// | `POST /sandbox/market/VENDOR/refund?order=&fen=` | a late change |
/// | `POST /sandbox/market/VENDOR/session?is=` | only this session is taken from now on |
/// | `POST /sandbox/market/VENDOR/faults?kind=busy|down&times=` | refuses the next calls |
/// | `POST /sandbox/market/VENDOR/push?order=&to=&times=` | tells of an order (Douyin, Youzan) |
public final class Market implements Endpoint {
  public static final String KEY = "12345678";
  public static final String SECRET = "sandbox-market-secret";
  public static final String SESSION = "sandbox-session";

  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZONE);
  private static final Map<String, Source> SHOPS =
      Map.of(
          "taobao", Source.TMALL,
          "jd", Source.JD,
          "douyin", Source.DOUYIN,
          "youzan", Source.MINI_PROGRAM);

  private final Supplier<Brand> brand;
  private final Supplier<Instant> clock;
  private final Map<String, Shop> shops = new ConcurrentHashMap<>();
  private final Map<String, String> sessions = new ConcurrentHashMap<>();
  private final Map<String, Fault> faults = new ConcurrentHashMap<>();
  private final HttpClient http = HttpClient.newHttpClient();

  private record Fault(String kind, AtomicInteger left) {}

  public Market(Supplier<Brand> brand, Supplier<Instant> clock) {
    this.brand = brand;
    this.clock = clock;
  }

  /// Whether a path is played here.
  public static boolean plays(String path) {
    return path.equals("/router/rest")
        || path.startsWith("/order/")
        || path.startsWith("/api/youzan.")
        || path.startsWith("/sandbox/market/");
  }

  public Shop shop(String vendor) {
    return shops.computeIfAbsent(
        vendor, name -> new Shop(brand.get(), SHOPS.getOrDefault(name, Source.TMALL)));
  }

  @Override
  public Answer answer(Call call) throws InterruptedException {
    String path = call.path();
    if (path.startsWith("/sandbox/market/")) {
      return control(call, path.substring("/sandbox/market/".length()));
    }
    if (path.equals("/router/rest")) {
      return top(call);
    }
    return path.startsWith("/order/") ? douyin(call) : youzan(call);
  }

  private static Answer json(Json json) {
    return new Answer.Text(200, "application/json; charset=utf-8", json.write());
  }

  /// The fault that is ordered for a vendor's next call; empty for none.
  private String fault(String vendor) {
    Fault fault = faults.get(vendor);
    return fault != null && fault.left.getAndDecrement() > 0 ? fault.kind : "";
  }

  private boolean session(String vendor, String given) {
    return sessions.getOrDefault(vendor, SESSION).equals(given);
  }

  private static final Answer DOWN = new Answer.Text(502, "text/html", "<html>502</html>");

  // TOP.

  private Answer top(Call call) {
    String fault = fault("taobao");
    if (fault.equals("down")) {
      return DOWN;
    }
    Map<String, String> given = Call.parameters(new String(call.body(), StandardCharsets.UTF_8));
    if (!KEY.equals(given.get("app_key"))) {
      return top("29", "Invalid app Key");
    }
    var signed = new StringBuilder();
    new TreeMap<>(given)
        .forEach(
            (key, value) -> {
              if (!key.equals("sign") && !value.isEmpty()) {
                signed.append(key).append(value);
              }
            });
    String sign =
        switch (given.getOrDefault("sign_method", "")) {
          case "hmac-sha256" -> hmac(signed.toString());
          default -> md5(SECRET + signed + SECRET);
        };
    if (!sign.equalsIgnoreCase(given.getOrDefault("sign", ""))) {
      return top("25", "Invalid signature");
    }
    if (!session("taobao", given.getOrDefault("session", ""))) {
      return top("27", "Invalid session");
    }
    if (fault.equals("busy")) {
      return top("7", "App Call Limited");
    }
    switch (given.getOrDefault("method", "")) {
      case "taobao.trades.sold.increment.get" -> {
        Instant from = time(given.getOrDefault("start_modified", ""));
        Instant to = time(given.getOrDefault("end_modified", ""));
        if (to.isAfter(from.plusSeconds(86_400)) || !to.isAfter(from)) {
          return top("41", "Invalid arguments: start_modified, end_modified");
        }
        // The newest change first, as TOP has it.
        var orders = new ArrayList<>(shop("taobao").changed(from, to));
        Collections.reverse(orders);
        int size = number(given.get("page_size"), 40, 100);
        return json(
            Json.object(
                "trades_sold_increment_get_response",
                Json.object(
                    "total_results",
                    Json.of((long) orders.size()),
                    "trades",
                    Json.object(
                        "trade",
                        Json.of(
                            page(orders, number(given.get("page_no"), 1, 100_000), size).stream()
                                .map(Market::trade)
                                .toList())))));
      }
      case "taobao.trade.fullinfo.get" -> {
        Order order = shop("taobao").find(given.getOrDefault("tid", ""));
        return order == null
            ? top("15", "Remote service error")
            : json(Json.object("trade_fullinfo_get_response", Json.object("trade", trade(order))));
      }
      default -> {
        return top("22", "Invalid method");
      }
    }
  }

  private static Answer top(String code, String message) {
    return json(
        Json.object(
            "error_response",
            Json.object("code", Json.of(Long.parseLong(code)), "msg", Json.of(message))));
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
        "created", Json.of(TIME.format(order.paidAt())),
        "pay_time", Json.of(TIME.format(order.paidAt())),
        "end_time", Json.of(TIME.format(order.changedAt())),
        "modified", Json.of(TIME.format(order.changedAt())),
        "buyer_nick", Json.of(order.buyer()),
        "receiver_mobile", Json.of(order.phone()),
        "orders", Json.object("order", Json.of(lines)));
  }

  // Douyin.

  private Answer douyin(Call call) {
    String fault = fault("douyin");
    if (fault.equals("down")) {
      return DOWN;
    }
    String method = call.path().substring(1).replace('/', '.');
    String body = new String(call.body(), StandardCharsets.UTF_8);
    String pattern =
        SECRET
            + "app_key"
            + KEY
            + "method"
            + method
            + "param_json"
            + body
            + "timestamp"
            + call.query("timestamp")
            + "v2"
            + SECRET;
    if (!KEY.equals(call.query("app_key")) || !hmac(pattern).equals(call.query("sign"))) {
      return douyin(30_008, "签名不匹配");
    }
    if (!session("douyin", call.query("access_token"))) {
      return douyin(30_005, "access_token 已过期");
    }
    if (fault.equals("busy")) {
      return douyin(70_000, "请求过于频繁");
    }
    Json asked;
    try {
      asked = Json.parse(body);
    } catch (JsonException e) {
      return douyin(40_004, "参数不是 JSON");
    }
    if (method.equals("order.orderDetail")) {
      Order order = shop("douyin").find(text(asked, "shop_order_id"));
      return order == null
          ? douyin(50_002, "订单不存在")
          : json(
              Json.object(
                  "code", Json.of(10_000L),
                  "msg", Json.of("success"),
                  "data", Json.object("shop_order_detail", shopOrder(order))));
    }
    List<Order> orders =
        shop("douyin")
            .changed(
                Instant.ofEpochSecond(number(text(asked, "update_time_start"), 0, Long.MAX_VALUE)),
                Instant.ofEpochSecond(number(text(asked, "update_time_end"), 0, Long.MAX_VALUE)));
    int size = number(text(asked, "size"), 10, 100);
    int page = number(text(asked, "page"), 0, 100_000) + 1;
    return json(
        Json.object(
            "code", Json.of(10_000L),
            "msg", Json.of("success"),
            "data",
                Json.object(
                    "total", Json.of((long) orders.size()),
                    "shop_order_list",
                        Json.of(
                            page(orders, page, size).stream().map(Market::shopOrder).toList()))));
  }

  private static Answer douyin(long code, String message) {
    return json(Json.object("code", Json.of(code), "msg", Json.of(message)));
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
        "mask_post_tel", Json.of(order.phone()),
        "sku_order_list", Json.of(lines));
  }

  // Youzan.

  private Answer youzan(Call call) {
    String fault = fault("youzan");
    if (fault.equals("down")) {
      return DOWN;
    }
    if (!session("youzan", call.query("access_token"))) {
      return youzan(4203, "请求鉴权错误: token 已过期");
    }
    if (fault.equals("busy")) {
      return youzan(4005, "调用太频繁");
    }
    Json asked;
    try {
      asked = Json.parse(new String(call.body(), StandardCharsets.UTF_8));
    } catch (JsonException e) {
      return youzan(4007, "参数不是 JSON");
    }
    if (call.path().contains("youzan.trade.get/")) {
      Order order = shop("youzan").find(text(asked, "tid"));
      return order == null
          ? youzan(101_304_001, "订单不存在")
          : json(
              Json.object(
                  "code", Json.of(200L),
                  "success", Json.of(true),
                  "data", Json.object("full_order_info", full(order))));
    }
    List<Order> orders =
        shop("youzan").changed(time(text(asked, "start_update")), time(text(asked, "end_update")));
    int size = number(text(asked, "page_size"), 20, 100);
    return json(
        Json.object(
            "code", Json.of(200L),
            "success", Json.of(true),
            "data",
                Json.object(
                    "total_results", Json.of((long) orders.size()),
                    "full_order_info_list",
                        Json.of(
                            page(orders, number(text(asked, "page_no"), 1, 100_000), size).stream()
                                .map(order -> Json.object("full_order_info", full(order)))
                                .toList()))));
  }

  private static Answer youzan(long code, String message) {
    return json(
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
                "created", Json.of(TIME.format(order.paidAt())),
                "pay_time", Json.of(TIME.format(order.paidAt())),
                "success_time", Json.of(TIME.format(order.changedAt())),
                "update_time", Json.of(TIME.format(order.changedAt()))),
        "pay_info", Json.object("payment", Json.of(yuan(order.fen()))),
        "buyer_info",
            Json.object(
                "yz_open_id", Json.of(order.buyer()), "buyer_phone", Json.of(order.phone())),
        "refund_order",
            Json.of(
                back
                    ? List.of(Json.object("refund_fee", Json.of(yuan(order.backFen()))))
                    : List.<Json>of()),
        "orders", Json.of(lines));
  }

  // Steering.

  private Answer control(Call call, String path) throws InterruptedException {
    String[] parts = path.split("/");
    String vendor = parts[0];
    if (parts.length != 2 || !SHOPS.containsKey(vendor)) {
      return Answer.problem(404, "unknown_shop", "There are " + new TreeMap<>(SHOPS).keySet());
    }
    switch (call.method() + " " + parts[1]) {
      case "GET export.csv" -> {
        String csv = export(vendor);
        // Spreadsheets in China are written in GB18030 as often as in UTF-8.
        Charset charset =
            call.query("encoding").equals("gb18030")
                ? Charset.forName("GB18030")
                : StandardCharsets.UTF_8;
        byte[] bytes = csv.getBytes(charset);
        return new Answer.Stream(
            "text/csv; charset=" + charset.name(), false, out -> out.write(bytes));
      }
      case "POST refund" ->
          shop(vendor)
              .giveBack(
                  call.query("order"),
                  number(call.query("fen"), 0, Long.MAX_VALUE),
                  Instant.ofEpochSecond(clock.get().getEpochSecond()));
      case "POST session" -> sessions.put(vendor, call.query("is"));
      case "POST faults" ->
          faults.put(
              vendor,
              new Fault(
                  call.query("kind"), new AtomicInteger(number(call.query("times"), 1, 1000))));
      case "POST push" -> {
        return push(vendor, call);
      }
      default -> {
        return Answer.problem(404, "unknown_path", "See the table of Market.");
      }
    }
    return json(Json.object("ok", Json.of(true)));
  }

  private Answer push(String vendor, Call call) throws InterruptedException {
    Order order = shop(vendor).find(call.query("order"));
    if (order == null || (!vendor.equals("douyin") && !vendor.equals("youzan"))) {
      return Answer.problem(
          404, "nothing_to_push", "No such order, or a shop that pushes nothing.");
    }
    String id = vendor + "-" + order.id() + "-" + order.changedAt().getEpochSecond();
    String body =
        vendor.equals("douyin")
            ? Json.of(
                    List.of(
                        Json.object(
                            "tag", Json.of("101"),
                            "msg_id", Json.of(id),
                            "data", Json.of(Json.object("p_id", Json.of(order.id())).write()))))
                .write()
            : Json.object(
                    "msg_id", Json.of(id),
                    "type", Json.of("trade_TradePaid"),
                    "msg",
                        Json.of(
                            URLEncoder.encode(
                                Json.object("full_order_info", full(order)).write(),
                                StandardCharsets.UTF_8)))
                .write();
    var answers = new ArrayList<Json>();
    for (int i = 0; i < number(call.query("times"), 1, 100); i++) {
      try {
        answers.add(
            Json.of(
                (long)
                    http.send(
                            HttpRequest.newBuilder(URI.create(call.query("to")))
                                .header("Content-Type", "application/json")
                                .header("app-id", KEY)
                                .header("event-sign", md5(KEY + body + SECRET))
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                            HttpResponse.BodyHandlers.ofString())
                        .statusCode()));
      } catch (IOException e) {
        answers.add(Json.of(0L));
      }
    }
    return json(Json.object("answers", Json.of(answers)));
  }

  private String export(String vendor) {
    var out = new StringBuilder("\uFEFF");
    switch (vendor) {
      case "taobao" -> {
        out.append("订单编号,买家会员名,买家实际支付金额,订单状态,联系手机,订单创建时间,订单付款时间,确认收货时间,退款金额\n");
        for (Order order : shop(vendor).orders()) {
          row(
              out,
              "=\"" + order.id() + "\"",
              order.buyer(),
              yuan(order.fen()),
              order.closed() ? "交易关闭" : "交易成功",
              order.phone(),
              TIME.format(order.paidAt()),
              TIME.format(order.paidAt()),
              TIME.format(order.changedAt()),
              yuan(order.backFen()));
        }
      }
      case "jd" -> {
        out.append("订单号,商品ID,商品名称,订购数量,下单时间,应付金额,订单状态,下单帐号,联系电话,付款确认时间,订单完成时间\n");
        for (Order order : shop(vendor).orders()) {
          for (Line line : order.lines()) {
            row(
                out,
                order.id(),
                line.sku(),
                line.title(),
                "" + line.pieces(),
                TIME.format(order.paidAt()),
                yuan(order.fen()),
                order.closed() ? "(删除)等待出库" : "完成",
                order.buyer(),
                order.phone(),
                TIME.format(order.paidAt()),
                TIME.format(order.changedAt()));
          }
        }
      }
      case "douyin" -> {
        out.append(
            "主订单编号,子订单编号,选购商品,商家编码,商品数量,订单应付金额,订单提交时间,支付完成时间,订单完成时间,订单状态,售后状态,doudian_open_id\n");
        for (Order order : shop(vendor).orders()) {
          long left = order.fen();
          for (int i = 0; i < order.lines().size(); i++) {
            Line line = order.lines().get(i);
            // A coupon is spread over the rows; the last one takes what is left.
            long part = i == order.lines().size() - 1 ? left : Math.min(left, line.fen());
            left -= part;
            row(
                out,
                order.id() + "\t",
                line.id() + "\t",
                line.title(),
                line.sku(),
                "" + line.pieces(),
                yuan(part),
                TIME.format(order.paidAt()),
                TIME.format(order.paidAt()),
                TIME.format(order.changedAt()),
                order.closed() ? "已关闭" : "已完成",
                order.closed() ? "退款成功" : "-",
                order.buyer());
          }
        }
      }
      default -> {
        out.append("订单号,订单状态,订单创建时间,买家付款时间,交易成功时间,订单实付金额,订单已退款金额,退款状态,买家手机号,yz_open_id\n");
        for (Order order : shop(vendor).orders()) {
          row(
              out,
              order.id(),
              order.closed() ? "交易关闭" : "交易完成",
              TIME.format(order.paidAt()),
              TIME.format(order.paidAt()),
              TIME.format(order.changedAt()),
              yuan(order.fen()),
              yuan(order.backFen()),
              order.closed() ? "全额退款成功" : order.backFen() > 0 ? "部分退款" : "无退款",
              order.phone(),
              order.buyer());
        }
      }
    }
    return out.toString();
  }

  private static void row(StringBuilder out, String... cells) {
    for (int i = 0; i < cells.length; i++) {
      String cell = cells[i];
      boolean quoted = cell.indexOf(',') >= 0 || cell.indexOf('"') >= 0;
      out.append(i == 0 ? "" : ",")
          .append(quoted ? "\"" + cell.replace("\"", "\"\"") + "\"" : cell);
    }
    out.append('\n');
  }

  private static String yuan(long fen) {
    return BigDecimal.valueOf(fen, 2).toPlainString();
  }

  private static <T> List<T> page(List<T> all, int page, int size) {
    int from = (int) Math.min(all.size(), (page - 1L) * size);
    return all.subList(from, Math.min(all.size(), from + size));
  }

  private static Instant time(String text) {
    try {
      return LocalDateTime.parse(text, TIME).atZone(ZONE).toInstant();
    } catch (DateTimeException _) {
      return Instant.EPOCH;
    }
  }

  private static String text(Json json, String key) {
    return json instanceof Json.Obj object
        ? switch (object.get(key)) {
          case Json.Str(String text) -> text;
          case Json.Num(BigDecimal number) -> number.toPlainString();
          case null, default -> "";
        }
        : "";
  }

  private static int number(@org.jspecify.annotations.Nullable String text, int least, int most) {
    return (int) number(text == null ? "" : text, least, (long) most);
  }

  private static long number(String text, long least, long most) {
    return text.matches("\\d{1,15}") ? Math.clamp(Long.parseLong(text), least, most) : least;
  }

  private static String md5(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has MD5", e);
    }
  }

  private static String hmac(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has HMAC-SHA-256", e);
    }
  }
}
