package io.huoshui.platforms.youzan;

import io.huoshui.json.Json;
import io.huoshui.platforms.feed.Caller;
import io.huoshui.platforms.feed.Credentials;
import io.huoshui.platforms.feed.OrderSource;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// `youzan.trades.sold.get` 4.0.4 by the time of change, `youzan.trade.get` 4.0.2 for one. The
/// token is the only proof; calls are not signed.
public final class YouzanOrders implements OrderSource {
  public static final String URL = "https://open.youzanyun.com";
  static final int SIZE = 100;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT)
          .withZone(ZoneId.of("Asia/Shanghai"));

  /// 4201, 4202, 4203: the token is wrong, missing or over.
  private static final Set<String> EXPIRED = Set.of("4201", "4202", "4203", "10000");

  private static final Set<String> BUSY = Set.of("429", "4005", "5001", "50000", "-1", "140200102");

  private final Caller caller;
  private final Credentials credentials;

  public YouzanOrders(Caller caller, Credentials credentials) {
    this.caller = caller;
    this.credentials = credentials;
  }

  @Override
  public Duration window() {
    return Duration.ofDays(1);
  }

  private Json call(String api, String version, Json parameters) {
    Json answer =
        caller.json(
            URI.create(
                credentials.url(URL)
                    + "/api/"
                    + api
                    + "/"
                    + version
                    + "?access_token="
                    + URLEncoder.encode(credentials.session(), StandardCharsets.UTF_8)),
            parameters.write());
    String code = Caller.text(answer, "code");
    if (code.isEmpty()) {
      code = Caller.text(answer, "gw_err_resp.err_code");
    }
    if (!code.equals("200")) {
      String message = Caller.text(answer, "message");
      throw Caller.refusal(
          code,
          message.isEmpty() ? Caller.text(answer, "gw_err_resp.err_msg") : message,
          EXPIRED,
          BUSY);
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
                  "youzan.trades.sold.get",
                  "4.0.4",
                  Json.object(
                      "start_update",
                      Json.of(TIME.format(from)),
                      "end_update",
                      Json.of(TIME.format(to)),
                      "page_no",
                      Json.of((long) page),
                      "page_size",
                      Json.of((long) SIZE)));
          var orders = new ArrayList<Json>();
          for (Json each : Caller.items(answer, "data.full_order_info_list")) {
            if (each instanceof Json.Obj object
                && object.get("full_order_info") instanceof Json.Obj order) {
              orders.add(order);
            }
          }
          return new Caller.Answer(orders, Caller.total(answer, "data.total_results"));
        });
  }

  @Override
  public List<Json> find(String order) {
    Json answer = call("youzan.trade.get", "4.0.2", Json.object("tid", Json.of(order)));
    return answer instanceof Json.Obj object
            && object.get("data") instanceof Json.Obj data
            && data.get("full_order_info") instanceof Json.Obj found
        ? List.of(found)
        : List.of();
  }
}
