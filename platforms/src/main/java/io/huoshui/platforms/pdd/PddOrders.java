package io.huoshui.platforms.pdd;

import io.huoshui.json.Json;
import io.huoshui.platforms.feed.Caller;
import io.huoshui.platforms.feed.Credentials;
import io.huoshui.platforms.feed.OrderSource;
import io.huoshui.platforms.feed.Signatures;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// `pdd.order.number.list.increment.get` by the time of change, at most 30 minutes at once, and
/// `pdd.order.information.get` per order (open.pinduoduo.com, read 2026-11-28).
public final class PddOrders implements OrderSource {
  public static final String URL = "https://gw-api.pinduoduo.com/api/router";
  static final int SIZE = 100;

  /// 10014: the shop took its authorisation back; 10019, 10035: access_token expired.
  private static final Set<String> EXPIRED = Set.of("10014", "10019", "10035");

  /// 52101 to 52103, 70031 to 70033: too many calls, or closed for a while; 50000 to 52002: the
  /// platform's own (the pages of open.pinduoduo.com as public repositories keep them, 2026-04).
  private static final Set<String> BUSY =
      Set.of(
          "50000", "50001", "50002", "52001", "52002", "52101", "52102", "52103", "70031", "70032",
          "70033");

  private final Caller caller;
  private final Credentials credentials;
  private final InstantSource clock;

  public PddOrders(Caller caller, Credentials credentials, InstantSource clock) {
    this.caller = caller;
    this.credentials = credentials;
    this.clock = clock;
  }

  /// `md5(secret + k1v1k2v2… + secret)` in capitals.
  public static String sign(Map<String, String> parameters, String secret) {
    var signed = new TreeMap<>(parameters);
    signed.remove("sign");
    return Signatures.md5(secret + Signatures.joined(signed) + secret).toUpperCase(Locale.ROOT);
  }

  @Override
  public Duration window() {
    return Duration.ofMinutes(30);
  }

  private Json call(String type, Map<String, String> more) {
    var all = new TreeMap<>(more);
    all.put("type", type);
    all.put("client_id", credentials.appKey());
    all.put("access_token", credentials.session());
    all.put("timestamp", "" + clock.instant().getEpochSecond());
    all.put("data_type", "JSON");
    all.put("sign", sign(all, credentials.appSecret()));
    Json answer = caller.form(credentials.url(URL), all);
    String code = Caller.text(answer, "error_response.error_code");
    if (!code.isEmpty()) {
      throw Caller.refusal(code, Caller.text(answer, "error_response.error_msg"), EXPIRED, BUSY);
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
                  "pdd.order.number.list.increment.get",
                  Map.of(
                      "start_updated_at",
                      "" + from.getEpochSecond(),
                      "end_updated_at",
                      "" + to.getEpochSecond(),
                      "is_lucky_flag",
                      "0",
                      "order_status",
                      "5",
                      "refund_status",
                      "5",
                      "page",
                      "" + page,
                      "page_size",
                      "" + SIZE));
          var orders = new ArrayList<Json>();
          for (Json one : Caller.items(answer, "order_sn_increment_get_response.order_sn_list")) {
            orders.addAll(find(Caller.text(one, "order_sn")));
          }
          return new Caller.Answer(
              orders, Caller.total(answer, "order_sn_increment_get_response.total_count"));
        });
  }

  @Override
  public List<Json> find(String order) {
    Json answer = call("pdd.order.information.get", Map.of("order_sn", order));
    return answer instanceof Json.Obj object
            && object.get("order_info_get_response") instanceof Json.Obj got
            && got.get("order_info") instanceof Json.Obj found
        ? List.of(found)
        : List.of();
  }
}
