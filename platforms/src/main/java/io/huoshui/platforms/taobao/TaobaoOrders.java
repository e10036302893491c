package io.huoshui.platforms.taobao;

import io.huoshui.json.Json;
import io.huoshui.platforms.feed.Caller;
import io.huoshui.platforms.feed.Credentials;
import io.huoshui.platforms.feed.OrderSource;
import io.huoshui.platforms.feed.Signatures;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// `taobao.trades.sold.increment.get` by the time of change, `taobao.trade.fullinfo.get` for one.
///
/// A window is a day at most, of the last three months (open.taobao.com, read 2026-11-28).
public final class TaobaoOrders implements OrderSource {
  public static final String URL = "https://eco.taobao.com/router/rest";
  static final int SIZE = 100;

  private static final String FIELDS =
      "tid,status,payment,created,modified,pay_time,end_time,buyer_nick,buyer_open_uid,oaid,"
          + "receiver_name,receiver_mobile,receiver_state,receiver_city,receiver_address,orders";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT)
          .withZone(ZoneId.of("Asia/Shanghai"));

  /// 26, 27: missing and invalid session.
  private static final Set<String> EXPIRED = Set.of("26", "27", "53", "invalid-sessionkey");

  /// 7: app call limited; 9, 900: the platform's own.
  private static final Set<String> BUSY =
      Set.of("7", "9", "10", "900", "isp.top-remote-unknown-error");

  private final Caller caller;
  private final Credentials credentials;
  private final InstantSource clock;

  public TaobaoOrders(Caller caller, Credentials credentials, InstantSource clock) {
    this.caller = caller;
    this.credentials = credentials;
    this.clock = clock;
  }

  /// TOP's signature: `md5(secret + k1v1k2v2… + secret)` or HMAC over the same, in capitals.
  public static String sign(Map<String, String> parameters, String secret, String method) {
    String joined = Signatures.joined(parameters);
    return (switch (method) {
          case "hmac" -> Signatures.hmac("HmacMD5", secret, joined);
          case "hmac-sha256" -> Signatures.hmac("HmacSHA256", secret, joined);
          default -> Signatures.md5(secret + joined + secret);
        })
        .toUpperCase(Locale.ROOT);
  }

  @Override
  public Duration window() {
    return Duration.ofDays(1);
  }

  private Json call(String method, Map<String, String> more) {
    var parameters = new TreeMap<>(more);
    parameters.put("method", method);
    parameters.put("app_key", credentials.appKey());
    parameters.put("session", credentials.session());
    parameters.put("timestamp", TIME.format(clock.instant()));
    parameters.put("format", "json");
    parameters.put("v", "2.0");
    parameters.put("sign_method", "hmac-sha256");
    parameters.put("sign", sign(parameters, credentials.appSecret(), "hmac-sha256"));
    URI url = credentials.url(URL);
    Json answer = caller.form(url, parameters);
    String code = Caller.text(answer, "error_response.code");
    if (!code.isEmpty()) {
      String sub = Caller.text(answer, "error_response.sub_code");
      throw Caller.refusal(
          code,
          Caller.text(answer, "error_response.msg") + (sub.isEmpty() ? "" : ", " + sub),
          EXPIRED,
          sub.startsWith("isp.") || sub.startsWith("accesscontrol.limited") ? Set.of(code) : BUSY);
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
                  "taobao.trades.sold.increment.get",
                  Map.of(
                      "fields",
                      FIELDS,
                      "start_modified",
                      TIME.format(from),
                      "end_modified",
                      TIME.format(to),
                      "page_no",
                      "" + page,
                      "page_size",
                      "" + SIZE));
          return new Caller.Answer(
              Caller.items(answer, "trades_sold_increment_get_response.trades.trade"),
              Caller.total(answer, "trades_sold_increment_get_response.total_results"));
        });
  }

  @Override
  public List<Json> find(String order) {
    Json answer = call("taobao.trade.fullinfo.get", Map.of("fields", FIELDS, "tid", order));
    return answer instanceof Json.Obj object
            && object.get("trade_fullinfo_get_response") instanceof Json.Obj got
            && got.get("trade") instanceof Json.Obj trade
        ? List.of(trade)
        : List.of();
  }
}
