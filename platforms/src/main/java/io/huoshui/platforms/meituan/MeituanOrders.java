package io.huoshui.platforms.meituan;

import io.huoshui.json.Json;
import io.huoshui.json.JsonException;
import io.huoshui.platforms.feed.Caller;
import io.huoshui.platforms.feed.Credentials;
import io.huoshui.platforms.feed.OrderSource;
import io.huoshui.platforms.feed.Signatures;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// `order/getOrderDetail`. The platform has no list of orders by time: they come by push.
public final class MeituanOrders implements OrderSource {
  public static final String URL = "https://waimaiopen.meituan.com/api/v1";

  /// 2000: the shop's authorisation is over. 701 to 703 (parameters, app, signature) are the
  /// caller's, as public code that answers like the platform has it (read 2026-11-28).
  private static final Set<String> EXPIRED = Set.of("2000");

  private static final Set<String> BUSY = Set.of("1", "600");

  private final Caller caller;
  private final Credentials credentials;
  private final InstantSource clock;

  public MeituanOrders(Caller caller, Credentials credentials, InstantSource clock) {
    this.caller = caller;
    this.credentials = credentials;
    this.clock = clock;
  }

  /// `md5(url + "?" + k1=v1&k2=v2… + consumer_secret)` over all parameters but `sig`, by name.
  public static String sign(String url, Map<String, String> parameters, String secret) {
    var pairs = new ArrayList<String>();
    new TreeMap<>(parameters)
        .forEach(
            (key, value) -> {
              if (!key.equals("sig")) {
                pairs.add(key + "=" + value);
              }
            });
    return Signatures.md5(url + "?" + String.join("&", pairs) + secret);
  }

  /// `detail` and the like are JSON in a text.
  static Json unfolded(Json order) {
    if (!(order instanceof Json.Obj(Map<String, Json> fields))) {
      return order;
    }
    var open = new LinkedHashMap<String, Json>();
    fields.forEach(
        (key, value) -> {
          Json inner = value;
          if (value instanceof Json.Str(String text)
              && (key.equals("detail") || key.equals("extras"))) {
            try {
              inner = Json.parse(text);
            } catch (JsonException _) {
              inner = value;
            }
          }
          open.put(key, inner);
        });
    return new Json.Obj(open);
  }

  @Override
  public Duration window() {
    return Duration.ofDays(1);
  }

  @Override
  public Page pull(Instant from, Instant to, String cursor) {
    return new Page(List.of(), "");
  }

  @Override
  public List<Json> find(String order) {
    URI url = URI.create(credentials.url(URL) + "/order/getOrderDetail");
    var parameters = new TreeMap<String, String>();
    parameters.put("app_id", credentials.appKey());
    parameters.put("timestamp", "" + clock.instant().getEpochSecond());
    parameters.put("order_id", order);
    if (!credentials.session().isEmpty()) {
      // Of an app that serves shops of others; one's own has none.
      parameters.put("access_token", credentials.session());
    }
    parameters.put("sig", sign(url.toString(), parameters, credentials.appSecret()));
    Json answer = caller.get(url, parameters);
    String code = Caller.text(answer, "error.code");
    if (!code.isEmpty()) {
      throw Caller.refusal(code, Caller.text(answer, "error.msg"), EXPIRED, BUSY);
    }
    return answer instanceof Json.Obj object && object.get("data") instanceof Json.Obj found
        ? List.of(unfolded(found))
        : List.of();
  }
}
