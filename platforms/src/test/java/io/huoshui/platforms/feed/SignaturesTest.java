package io.huoshui.platforms.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.json.Json;
import io.huoshui.platforms.douyin.DouyinOrders;
import io.huoshui.platforms.douyin.DouyinPush;
import io.huoshui.platforms.eleme.ElemePush;
import io.huoshui.platforms.jd.JdOrders;
import io.huoshui.platforms.meituan.MeituanPush;
import io.huoshui.platforms.pdd.PddOrders;
import io.huoshui.platforms.taobao.TaobaoOrders;
import io.huoshui.platforms.youzan.YouzanPush;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Against the examples that the platforms publish, and those of RFC 2202 and RFC 4231.
class SignaturesTest {
  @Test
  void taobao() {
    // open.taobao.com, docId 101617.
    assertThat(
            TaobaoOrders.sign(
                Map.of(
                    "method", "taobao.item.seller.get",
                    "app_key", "12345678",
                    "session", "test",
                    "timestamp", "2016-01-01 12:00:00",
                    "format", "json",
                    "v", "2.0",
                    "sign_method", "md5",
                    "fields", "num_iid,title,nick,price,num",
                    "num_iid", "11223344"),
                "helloworld",
                "md5"))
        .isEqualTo("66987CB115214E59E6EC978214934FB8");
    assertThat(TaobaoOrders.sign(Map.of("Hi", " There"), "\u000b".repeat(16), "hmac"))
        .isEqualTo("9294727A3638BB1C13F48EF8158BFC9D");
    assertThat(TaobaoOrders.sign(Map.of("Hi", " There"), "\u000b".repeat(20), "hmac-sha256"))
        .isEqualTo("B0344C61D8DB38535CA8AFCEAF0BF12B881DC200C9833DA726E9376C2E32CFF7");
  }

  @Test
  void jd() {
    // open.jd.com, dev-guide, listId 2643.
    var parameters = new TreeMap<String, String>();
    parameters.put(
        "360buy_param_json",
        "{\"end_date\":null,\"optional_fields\":null,\"order_state\":\"WAIT_SELLER_STOCK_OUT\","
            + "\"page\":\"1\",\"page_size\":\"200\",\"start_date\":null}");
    parameters.put("access_token", "yourtoken");
    parameters.put("app_key", "yourappkey");
    parameters.put("method", "jingdong.pop.order.search");
    parameters.put("timestamp", "2021-05-07 09:20:39.683+0800");
    parameters.put("v", "2.0");
    parameters.put("format", "json");
    assertThat(JdOrders.sign(parameters, "yourappSecret"))
        .isEqualTo("D70825340F4084360B9362B60DFD7930");
  }

  @Test
  void pdd() {
    // open.pinduoduo.com, idStr 8EC06C399636041E.
    assertThat(
            PddOrders.sign(
                Map.of(
                    "access_token", "asd78172s8ds9a921j9qqwda12312w1w21211",
                    "client_id", "1",
                    "data_type", "XML",
                    "order_status", "1",
                    "page", "1",
                    "page_size", "10",
                    "timestamp", "1480411125",
                    "type", "pdd.order.number.list.get"),
                "testSecret"))
        .isEqualTo("E4DE3ED21002510DED352819E7AE6775");
  }

  @Test
  void douyin() {
    // Not the platform's: worked out by another public client over the same rule.
    String parameters = "{\"page\":0,\"size\":100}";
    assertThat(
            DouyinOrders.sign(
                "appkey123", "secret123", "order.searchList", parameters, "1800000000", false))
        .isEqualTo("a84d3597bbb7aaeb0540d1022623165c");
    assertThat(
            DouyinOrders.sign(
                "appkey123", "secret123", "order.searchList", parameters, "1800000000", true))
        .isEqualTo("8a5350b8fdacaa753c0885ab9859d382a31de4add09c6943c1d34298bd2165f1");
  }

  private static final Credentials APP =
      new Credentials(Map.of("appKey", "key1", "appSecret", "secret1"));

  @Test
  void pushesAreReadWhenTheyAreSignedAndOnlyThen() {
    String douyin =
        "[{\"tag\":\"101\",\"msg_id\":\"m1\",\"data\":\"{\\\"p_id\\\":4920,\\\"shop_id\\\":1}\"}]";
    var head = Map.of("app-id", "key1", "event-sign", Signatures.md5("key1" + douyin + "secret1"));
    assertThat(new DouyinPush().read(message(head, douyin), APP))
        .isEqualTo(new Push.Told("m1", java.util.List.of(), java.util.List.of("4920")));
    refused(new DouyinPush(), head, douyin + " ");

    String youzan =
        "{\"msg_id\":\"y1\",\"type\":\"trade_TradePaid\",\"msg\":\"%7B%22full_order_info%22%3A%7B%22order_info%22%3A%7B%22tid%22%3A%22E1%22%7D%7D%7D\"}";
    head = Map.of("event-sign", Signatures.md5("key1" + youzan + "secret1"));
    assertThat(new YouzanPush().read(message(head, youzan), APP).records())
        .containsExactly(Json.parse("{\"order_info\":{\"tid\":\"E1\"}}"));
    refused(new YouzanPush(), head, youzan + " ");

    String url = "https://shop.example/callbacks/feed/mt";
    var form =
        new HashMap<>(
            Map.of(
                "app_id",
                "key1",
                "order_id",
                "7",
                "status",
                "8",
                "total",
                "12.5",
                "timestamp",
                "1"));
    form.put("detail", "[{\"food_name\":\"面\"}]");
    form.put("sig", MeituanPush.sig(url, form, "secret1"));
    var told =
        new MeituanPush()
            .read(new Push.Message(url, Map.of(), Map.of(), Caller.encoded(form)), APP);
    assertThat(Caller.text(told.records().getFirst(), "detail.0.food_name")).isEqualTo("面");
    form.put("total", "0.5");
    assertThatThrownBy(
            () ->
                new MeituanPush()
                    .read(new Push.Message(url, Map.of(), Map.of(), Caller.encoded(form)), APP))
        .isInstanceOf(Push.BadSignature.class);

    Json.Obj eleme =
        Json.object(
            "requestId",
            Json.of("r1"),
            "type",
            Json.of(18L),
            "message",
            Json.of("{\"orderId\":\"9\"}"));
    var signed = new java.util.LinkedHashMap<>(eleme.fields());
    signed.put("signature", Json.of(ElemePush.sign(eleme, "secret1")));
    String body = new Json.Obj(signed).write();
    assertThat(new ElemePush().read(message(Map.of(), body), APP).orders()).containsExactly("9");
    refused(new ElemePush(), Map.of(), body.replace("18", "10"));
  }

  private static Push.Message message(Map<String, String> headers, String body) {
    return new Push.Message("https://shop.example/callbacks/feed/x", headers, Map.of(), body);
  }

  private static void refused(Push push, Map<String, String> headers, String body) {
    assertThatThrownBy(() -> push.read(message(headers, body), APP))
        .isInstanceOf(Push.BadSignature.class);
  }

  @Test
  void credentialsAreNotPrinted() {
    assertThat(APP.toString()).doesNotContain("secret1").doesNotContain("key1");
  }
}
