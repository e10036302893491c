package io.huoshui.sandbox.market;

import io.huoshui.json.Json;
import io.huoshui.sandbox.brand.Brand;
import io.huoshui.sandbox.http.Answer;
import io.huoshui.sandbox.http.Call;
import io.huoshui.sandbox.http.Endpoint;
import io.huoshui.sandbox.market.Shop.Order;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The shops over HTTP: each [Vendor]'s own calls, and what steers them.
///
/// | path | does |
/// |---|---|
/// | `GET /sandbox/market/VENDOR/orders` | what it sold and gave back: the truth to compare with |
/// | `GET /sandbox/market/VENDOR/export.csv` | the same as the vendor's file |
/// | `POST /sandbox/market/VENDOR/refund?order=&fen=` | a late change |
/// | `POST /sandbox/market/VENDOR/forget?order=` | the vendor knows that order no more |
/// | `POST /sandbox/market/VENDOR/session?is=` | only this session is taken from now on |
/// | `POST /sandbox/market/VENDOR/faults?kind=busy\|down&times=` | refuses the next calls |
/// | `POST /sandbox/market/VENDOR/push?order=&to=&times=` | tells of an order, or of all |
public final class Market implements Endpoint {
  public static final String KEY = Desk.KEY;
  public static final String SECRET = Desk.SECRET;
  public static final String SESSION = Desk.SESSION;

  private static final String STEERING = "/sandbox/market/";
  private static final List<Vendor> ALL =
      List.of(
          new Taobao(),
          new Jd(),
          new Pdd(),
          new Douyin(),
          new Youzan(),
          new Meituan(),
          new Eleme());
  private static final Map<String, Vendor> VENDORS = byName();
  private static final Answer DOWN = new Answer.Text(502, "text/html", "<html>502</html>");

  private final Map<String, Shop> shops = new ConcurrentHashMap<>();
  private final Map<String, Desk> desks = new TreeMap<>();
  private final HttpClient http = HttpClient.newHttpClient();

  public Market(Supplier<Brand> brand, Supplier<Instant> clock) {
    VENDORS.forEach(
        (name, vendor) ->
            desks.put(
                name,
                new Desk(() -> shops.computeIfAbsent(name, _ -> vendor.open(brand.get())), clock)));
  }

  private static Map<String, Vendor> byName() {
    var vendors = new TreeMap<String, Vendor>();
    ALL.forEach(vendor -> vendors.put(vendor.name(), vendor));
    return vendors;
  }

  /// Whether a call is played here.
  public static boolean plays(Call call) {
    return call.path().startsWith(STEERING) || of(call) != null;
  }

  private static @Nullable Vendor of(Call call) {
    for (Vendor vendor : ALL) {
      if (vendor.plays(call)) {
        return vendor;
      }
    }
    return null;
  }

  @Override
  public Answer answer(Call call) throws InterruptedException {
    Vendor vendor = of(call);
    if (vendor == null) {
      return control(call, call.path().substring(STEERING.length()));
    }
    Desk desk = desk(vendor);
    return switch (desk.trouble()) {
      case DOWN -> DOWN;
      case BUSY -> vendor.answer(call, desk, true);
      case NONE -> vendor.answer(call, desk, false);
    };
  }

  private Desk desk(Vendor vendor) {
    Desk desk = desks.get(vendor.name());
    if (desk == null) {
      throw new IllegalStateException(vendor.name());
    }
    return desk;
  }

  private Answer control(Call call, String path) throws InterruptedException {
    String[] parts = path.split("/");
    Vendor vendor = VENDORS.get(parts[0]);
    if (parts.length != 2 || vendor == null) {
      return Answer.problem(404, "unknown_shop", "There are " + VENDORS.keySet());
    }
    Desk desk = desk(vendor);
    switch (call.method() + " " + parts[1]) {
      case "GET orders" -> {
        return Forms.json(Json.of(desk.shop().orders().stream().map(Market::truth).toList()));
      }
      case "GET export.csv" -> {
        var sheet = new Sheet(vendor.columns());
        desk.shop().orders().forEach(order -> vendor.export(order, sheet));
        // Spreadsheets in China are written in GB18030 as often as in UTF-8.
        Charset charset =
            call.query("encoding").equals("gb18030")
                ? Charset.forName("GB18030")
                : StandardCharsets.UTF_8;
        byte[] bytes = sheet.toString().getBytes(charset);
        return new Answer.Stream(
            "text/csv; charset=" + charset.name(), false, out -> out.write(bytes));
      }
      case "POST refund" ->
          desk.shop()
              .giveBack(
                  call.query("order"),
                  Forms.number(call.query("fen"), 0, Long.MAX_VALUE),
                  desk.now());
      case "POST forget" -> desk.shop().forget(call.query("order"));
      case "POST session" -> desk.session(call.query("is"));
      case "POST faults" -> {
        Desk.Trouble trouble;
        try {
          trouble = Desk.Trouble.valueOf(call.query("kind").toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException _) {
          return Answer.problem(400, "unknown_kind", "kind is busy, down or none.");
        }
        desk.order(trouble, Forms.number(call.query("times"), 1, 1000));
      }
      case "POST push" -> {
        return push(vendor, desk, call);
      }
      default -> {
        return Answer.problem(404, "unknown_path", "See the table of docs/feeds.md.");
      }
    }
    return Forms.json(Json.object("ok", Json.of(true)));
  }

  private static Json truth(Order order) {
    return Json.object(
        "id", Json.of(order.id()),
        "person", Json.of(order.person()),
        "fen", Json.of(order.fen()),
        "backFen", Json.of(order.backFen()),
        "lines", Json.of((long) order.lines().size()),
        "paidAt", Json.of(order.paidAt().toString()),
        "changedAt", Json.of(order.changedAt().toString()));
  }

  /// Sends what a vendor tells of an order, or of all without one; the answers' HTTP statuses, 0
  /// for none.
  private Answer push(Vendor vendor, Desk desk, Call call) throws InterruptedException {
    Order one = desk.shop().find(call.query("order"));
    List<Order> orders =
        call.query("order").isEmpty()
            ? desk.shop().orders()
            : one == null ? List.of() : List.of(one);
    String to = call.query("to");
    var messages = new ArrayList<Vendor.Message>();
    for (Order order : orders) {
      messages.addAll(vendor.tells(order, to, Instant.now()));
    }
    if (messages.isEmpty()) {
      return Answer.problem(
          404, "nothing_to_push", "No such order, or a shop that pushes nothing.");
    }
    var answers = new ArrayList<Json>();
    for (Vendor.Message message : messages) {
      for (int i = 0; i < Forms.number(call.query("times"), 1, 100); i++) {
        answers.add(Json.of(send(to, message)));
      }
    }
    return Forms.json(Json.object("answers", Json.of(answers)));
  }

  private long send(String to, Vendor.Message message) throws InterruptedException {
    try {
      var request =
          HttpRequest.newBuilder(URI.create(to))
              .header("Content-Type", message.contentType())
              .POST(HttpRequest.BodyPublishers.ofString(message.body()));
      message.headers().forEach(request::header);
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode();
    } catch (IOException | IllegalArgumentException _) {
      return 0;
    }
  }
}
