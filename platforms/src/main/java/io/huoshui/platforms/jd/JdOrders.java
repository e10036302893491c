package io.huoshui.platforms.jd;

import io.huoshui.json.Json;
import io.huoshui.platforms.feed.Caller;
import io.huoshui.platforms.feed.Credentials;
import io.huoshui.platforms.feed.OrderSource;
import io.huoshui.platforms.feed.Signatures;
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

/// `jingdong.pop.order.search` by the time of change, `jingdong.pop.order.get` for one.
///
/// The signature was checked against the example of open.jd.com (dev-guide, listId 2643); the names
/// of the answer's fields are those of public clients. A window is a month at most, of the last
/// three; behind the gateway the business refuses in the shape of a success (`apiResult`).
public final class JdOrders implements OrderSource {
  public static final String URL = "https://api.jd.com/routerjson";
  static final int SIZE = 100;

  /// All that the API's description lists; an order that is not paid yet is none.
  private static final String STATES =
      "WAIT_SELLER_STOCK_OUT,WAIT_GOODS_RECEIVE_CONFIRM,WAIT_SELLER_DELIVERY,FINISHED_L,"
          + "TRADE_CANCELED,LOCKED,PAUSE,POP_ORDER_PAUSE";

  private static final String FIELDS =
      "orderId,orderState,orderPayment,orderStartTime,orderEndTime,paymentConfirmTime,modified,pin,"
          + "open_id_buyer,consigneeInfo,itemInfoList";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT)
          .withZone(ZoneId.of("Asia/Shanghai"));

  /// 18, 19: missing and invalid access_token.
  private static final Set<String> EXPIRED = Set.of("18", "19");

  /// 1: out of service; 2: too many calls; 43, 65 to 67: the platform's own. 3 to 15 and 20 to 25
  /// are the caller's (table of jos.jd.com as public clients carry it, read 2026-11-28).
  private static final Set<String> BUSY = Set.of("1", "2", "43", "65", "66", "67");

  private final Caller caller;
  private final Credentials credentials;
  private final InstantSource clock;

  public JdOrders(Caller caller, Credentials credentials, InstantSource clock) {
    this.caller = caller;
    this.credentials = credentials;
    this.clock = clock;
  }

  /// `md5(secret + k1v1k2v2… + secret)` in capitals; `format` and `sign_method` are not in it.
  public static String sign(Map<String, String> parameters, String secret) {
    var signed = new TreeMap<>(parameters);
    signed.keySet().removeAll(Set.of("sign", "format", "sign_method"));
    return Signatures.md5(secret + Signatures.joined(signed) + secret).toUpperCase(Locale.ROOT);
  }

  @Override
  public Duration window() {
    return Duration.ofDays(1);
  }

  private Json call(String method, Json parameters) {
    var all = new TreeMap<String, String>();
    all.put("method", method);
    all.put("app_key", credentials.appKey());
    all.put("access_token", credentials.session());
    all.put("timestamp", TIME.format(clock.instant()));
    all.put("v", "2.0");
    all.put("360buy_param_json", parameters.write());
    all.put("sign", sign(all, credentials.appSecret()));
    Json answer = caller.form(credentials.url(URL), all);
    String code = Caller.text(answer, "error_response.code");
    if (!code.isEmpty()) {
      throw Caller.refusal(code, Caller.text(answer, "error_response.zh_desc"), EXPIRED, BUSY);
    }
    return answer;
  }

  /// The business's answer, when it is none of its refusals.
  private static Json said(Json answer, String at) {
    String success = Caller.text(answer, at + ".apiResult.success");
    if (!success.isEmpty() && !success.equals("true")) {
      throw Caller.refusal(
          Caller.text(answer, at + ".apiResult.numberCode"),
          Caller.text(answer, at + ".apiResult.chineseErrCode"),
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
                  "jingdong.pop.order.search",
                  Json.object(
                      "start_date",
                      Json.of(TIME.format(from)),
                      "end_date",
                      Json.of(TIME.format(to)),
                      "order_state",
                      Json.of(STATES),
                      "source_id",
                      Json.of("JOS"),
                      "optional_fields",
                      Json.of(FIELDS),
                      "page",
                      Json.of("" + page),
                      "page_size",
                      Json.of("" + SIZE),
                      "dateType",
                      Json.of("0")));
          String at = "jingdong_pop_order_search_responce.searchorderinfo_result";
          return new Caller.Answer(
              Caller.items(said(answer, at), at + ".orderInfoList"),
              Caller.total(answer, at + ".orderTotal"));
        });
  }

  @Override
  public List<Json> find(String order) {
    Json answer =
        call(
            "jingdong.pop.order.get",
            Json.object(
                "order_id",
                Json.of(order),
                "optional_fields",
                Json.of(FIELDS),
                "source_id",
                Json.of("JOS")));
    return said(answer, "jingdong_pop_order_get_responce.orderDetailInfo")
                instanceof Json.Obj object
            && object.get("jingdong_pop_order_get_responce") instanceof Json.Obj got
            && got.get("orderDetailInfo") instanceof Json.Obj detail
            && detail.get("orderInfo") instanceof Json.Obj found
        ? List.of(found)
        : List.of();
  }
}
