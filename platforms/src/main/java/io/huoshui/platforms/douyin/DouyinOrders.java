package io.huoshui.platforms.douyin;

import io.huoshui.json.Json;
import io.huoshui.platforms.feed.Caller;
import io.huoshui.platforms.feed.Credentials;
import io.huoshui.platforms.feed.OrderSource;
import io.huoshui.platforms.feed.Signatures;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// `order.searchList` by the time of change, at most 90 days at once, and `order.orderDetail`
/// (op.jinritemai.com, read 2026-11-28). Parameters travel as JSON whose keys are in order.
public final class DouyinOrders implements OrderSource {
  public static final String URL = "https://openapi-fxg.jinritemai.com";
  static final int SIZE = 100;

  /// 30001, 30002, 30004, 30005: the token is missing, expired or another shop's.
  private static final Set<String> EXPIRED =
      Set.of("30002", "30003", "30004", "30005", "30006", "30007");

  /// 20000: the platform's own; 40003, 70000: too many calls.
  private static final Set<String> BUSY = Set.of("20000", "40003", "60000", "70000", "80000");

  private final Caller caller;
  private final Credentials credentials;
  private final InstantSource clock;

  public DouyinOrders(Caller caller, Credentials credentials, InstantSource clock) {
    this.caller = caller;
    this.credentials = credentials;
    this.clock = clock;
  }

  /// HMAC-SHA-256, or MD5, over `secret + app_key…method…param_json…timestamp…v2 + secret`.
  public static String sign(
      String appKey,
      String secret,
      String method,
      String parameters,
      String timestamp,
      boolean hmac) {
    String pattern =
        secret
            + "app_key"
            + appKey
            + "method"
            + method
            + "param_json"
            + parameters
            + "timestamp"
            + timestamp
            + "v2"
            + secret;
    return hmac ? Signatures.hmac("HmacSHA256", secret, pattern) : Signatures.md5(pattern);
  }

  @Override
  public Duration window() {
    return Duration.ofDays(1);
  }

  private Json call(String method, Map<String, Json> business) {
    String parameters = new Json.Obj(new LinkedHashMap<>(new TreeMap<>(business))).write();
    String timestamp = "" + clock.instant().getEpochSecond();
    var query = new TreeMap<String, String>();
    query.put("app_key", credentials.appKey());
    query.put("access_token", credentials.session());
    query.put("method", method);
    query.put("timestamp", timestamp);
    query.put("v", "2");
    query.put("sign_method", "hmac-sha256");
    query.put(
        "sign",
        sign(credentials.appKey(), credentials.appSecret(), method, parameters, timestamp, true));
    Json answer =
        caller.json(
            URI.create(
                credentials.url(URL)
                    + "/"
                    + method.replace('.', '/')
                    + "?"
                    + Caller.encoded(query)),
            parameters);
    String code = Caller.text(answer, "code");
    if (code.isEmpty()) {
      code = Caller.text(answer, "err_no");
    }
    if (!code.equals("10000") && !code.equals("0")) {
      throw Caller.refusal(
          code, Caller.text(answer, "msg") + " " + Caller.text(answer, "sub_msg"), EXPIRED, BUSY);
    }
    return answer;
  }

  @Override
  public Page pull(Instant from, Instant to, String cursor) {
    return Caller.backwards(
        cursor,
        SIZE,
        page -> {
          Json answer =
              call(
                  "order.searchList",
                  Map.of(
                      "update_time_start",
                      Json.of(from.getEpochSecond()),
                      "update_time_end",
                      Json.of(to.getEpochSecond()),
                      "order_by",
                      Json.of("update_time"),
                      "order_asc",
                      Json.of(true),
                      "page",
                      Json.of((long) page - 1),
                      "size",
                      Json.of((long) SIZE)));
          return new Caller.Answer(
              Caller.items(answer, "data.shop_order_list"), Caller.total(answer, "data.total"));
        });
  }

  @Override
  public List<Json> find(String order) {
    Json answer = call("order.orderDetail", Map.of("shop_order_id", Json.of(order)));
    return answer instanceof Json.Obj object
            && object.get("data") instanceof Json.Obj data
            && data.get("shop_order_detail") instanceof Json.Obj found
        ? List.of(found)
        : List.of();
  }
}
