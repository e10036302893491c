package io.huoshui.platforms.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What helps against each refusal. A refusal in the shape of a success, and an answer of another
/// shape, are no empty windows: whoever took them for one would lose the orders in it.
class RefusalsTest {
  private static final Instant NOW = Instant.parse("2026-07-01T04:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          taobao | {"error_response":{"code":27,"msg":"Invalid session"}}                  | AUTHORISE | 27
          taobao | {"error_response":{"code":7,"msg":"App Call Limited"}}                  | WAIT      | 7
          taobao | {"error_response":{"code":25,"msg":"Invalid signature"}}                | MEND      | 25
          taobao | {"trades_sold_increment_get_response":{}}                               | MEND      | no_total
          jd     | {"error_response":{"code":"19","zh_desc":"无效access_token"}}           | AUTHORISE | 19
          jd     | {"error_response":{"code":"2","zh_desc":"限制时间内调用失败次数"}}      | WAIT      | 2
          jd     | {"error_response":{"code":"67","zh_desc":"后端"}}                       | WAIT      | 67
          jd     | {"error_response":{"code":"8","zh_desc":"非法的时间戳参数"}}            | MEND      | 8
          jd     | {"error_response":{"code":"20","zh_desc":"缺少app_key参数"}}            | MEND      | 20
          jd     | {"jingdong_pop_order_search_responce":{"code":"0","searchorderinfo_result":{"apiResult":{"success":false,"numberCode":"10100021"},"orderTotal":0,"orderInfoList":[]}}} | MEND | 10100021
          jd     | {"jingdong_pop_order_search_responce":{}}                               | MEND      | no_total
          pdd    | {"error_response":{"error_code":10019,"error_msg":"access_token已过期"}} | AUTHORISE | 10019
          pdd    | {"error_response":{"error_code":10014,"error_msg":"授权已被取消"}}       | AUTHORISE | 10014
          pdd    | {"error_response":{"error_code":70031,"error_msg":"调用过于频繁"}}       | WAIT      | 70031
          pdd    | {"error_response":{"error_code":52101,"error_msg":"限流"}}               | WAIT      | 52101
          pdd    | {"error_response":{"error_code":10016,"error_msg":"clientId不正确"}}     | MEND      | 10016
          pdd    | {"error_response":{"error_code":20004,"error_msg":"签名"}}               | MEND      | 20004
          pdd    | {"order_list_get_response":{}}                                           | MEND      | no_total
          douyin | {"code":30005,"msg":"access_token 已过期"}                               | AUTHORISE | 30005
          douyin | {"code":10000,"data":{}}                                                 | MEND      | no_total
          youzan | {"code":4203,"message":"token"}                                          | AUTHORISE | 4203
          youzan | {"code":200,"data":{}}                                                   | MEND      | no_total
          meituan | {"data":"ng","error":{"code":2000,"msg":"超过授权使用期"}}              | AUTHORISE | 2000
          meituan | {"data":"ng","error":{"code":600,"msg":"内部错误"}}                     | WAIT      | 600
          meituan | {"data":"ng","error":{"code":701,"msg":"缺少参数"}}                     | MEND      | 701
          eleme  | {"result":null,"error":{"code":"UNAUTHORIZED","message":"token"}}        | AUTHORISE | UNAUTHORIZED
          eleme  | {"result":null,"error":{"code":"EXCEED_LIMIT","message":"limit"}}        | WAIT      | EXCEED_LIMIT
          eleme  | {"result":null,"error":{"code":"INVALID_SIGNATURE","message":"sign"}}    | MEND      | INVALID_SIGNATURE
          """)
  void eachHasItsCure(String vendor, String answer, SourceException.Cure cure, String code)
      throws Exception {
    HttpServer platform =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    platform.createContext(
        "/",
        exchange -> {
          byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    platform.start();
    try {
      OrderSource source =
          Sources.orders(
              vendor,
              new Caller(HttpClient.newHttpClient()),
              new Credentials(
                  Map.of(
                      "appKey", "k",
                      "appSecret", "s",
                      "session", "t",
                      "url", "http://127.0.0.1:" + platform.getAddress().getPort())),
              InstantSource.fixed(NOW));
      assertThat(source).isNotNull();
      SourceException refusal =
          catchThrowableOfType(
              SourceException.class,
              () -> {
                if (source != null && Sources.pulls(vendor)) {
                  source.pull(NOW.minusSeconds(600), NOW, "");
                } else if (source != null) {
                  source.find("1");
                }
              });
      assertThat(refusal).isNotNull();
      assertThat(refusal.cure() + " " + refusal.code()).isEqualTo(cure + " " + code);
    } finally {
      platform.stop(0);
    }
  }
}
