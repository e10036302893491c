package io.huoshui.platforms.eleme;

import io.huoshui.json.Json;
import io.huoshui.platforms.feed.Caller;
import io.huoshui.platforms.feed.Credentials;
import io.huoshui.platforms.feed.OrderSource;
import io.huoshui.platforms.feed.Signatures;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// NOP 1.0.0, `eleme.order.getOrder`. Orders come by push.
public final class ElemeOrders implements OrderSource {
  public static final String URL = "https://open-api.shop.ele.me/api/v1/";

  private static final Set<String> EXPIRED = Set.of("UNAUTHORIZED", "TOKEN_EXPIRED");
  private static final Set<String> BUSY = Set.of("EXCEED_LIMIT", "SERVER_ERROR");

  private final Caller caller;
  private final Credentials credentials;
  private final InstantSource clock;

  public ElemeOrders(Caller caller, Credentials credentials, InstantSource clock) {
    this.caller = caller;
    this.credentials = credentials;
    this.clock = clock;
  }

  /// `md5(action + token + k1=json1k2=json2… + secret)` in capitals, over metas and params by name.
  public static String sign(
      String action, String token, Map<String, Json> parameters, String secret) {
    var text = new StringBuilder(action).append(token);
    new TreeMap<>(parameters)
        .forEach((key, value) -> text.append(key).append('=').append(value.write()));
    return Signatures.md5(text.append(secret).toString()).toUpperCase(Locale.ROOT);
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
    String action = "eleme.order.getOrder";
    long seconds = clock.instant().getEpochSecond();
    Map<String, Json> signed =
        Map.of(
            "app_key",
            Json.of(credentials.appKey()),
            "timestamp",
            Json.of(seconds),
            "orderId",
            Json.of(order));
    Json answer =
        caller.json(
            credentials.url(URL),
            Json.object(
                    "nop",
                    Json.of("1.0.0"),
                    "id",
                    Json.of(Signatures.md5(order + seconds)),
                    "action",
                    Json.of(action),
                    "token",
                    Json.of(credentials.session()),
                    "metas",
                    Json.object(
                        "app_key", Json.of(credentials.appKey()), "timestamp", Json.of(seconds)),
                    "params",
                    Json.object("orderId", Json.of(order)),
                    "signature",
                    Json.of(sign(action, credentials.session(), signed, credentials.appSecret())))
                .write());
    String code = Caller.text(answer, "error.code");
    if (!code.isEmpty()) {
      throw Caller.refusal(code, Caller.text(answer, "error.message"), EXPIRED, BUSY);
    }
    return answer instanceof Json.Obj object && object.get("result") instanceof Json.Obj found
        ? List.of(found)
        : List.of();
  }
}
