package io.huoshui.platforms.youzan;

import io.huoshui.json.Json;
import io.huoshui.json.JsonException;
import io.huoshui.platforms.feed.Caller;
import io.huoshui.platforms.feed.Credentials;
import io.huoshui.platforms.feed.Push;
import io.huoshui.platforms.feed.Signatures;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// 消息推送: `Event-Sign: md5(client_id + body + client_secret)`; `msg` is JSON, percent-encoded, with
/// the whole order where it is one.
public final class YouzanPush implements Push {
  @Override
  public Told read(Message message, Credentials credentials) {
    String sign = Signatures.md5(credentials.appKey() + message.body() + credentials.appSecret());
    if (!Signatures.same(sign, message.header("event-sign"))) {
      throw new BadSignature("Event-Sign is not md5(client_id + body + client_secret)");
    }
    Json body = Json.parse(message.body());
    String id = Caller.text(body, "msg_id");
    if (Caller.text(body, "test").equals("true")) {
      return new Told(id, List.of(), List.of());
    }
    Json told;
    try {
      told = Json.parse(URLDecoder.decode(Caller.text(body, "msg"), StandardCharsets.UTF_8));
    } catch (JsonException | IllegalArgumentException _) {
      return new Told(id, List.of(), List.of());
    }
    if (told instanceof Json.Obj object
        && object.get("full_order_info") instanceof Json.Obj order) {
      return new Told(id, List.of(order), List.of());
    }
    String tid = Caller.text(told, "tid");
    return new Told(id, List.of(), tid.isEmpty() ? List.of() : List.of(tid));
  }

  @Override
  public String answer() {
    return "{\"code\":0,\"msg\":\"success\"}";
  }
}
