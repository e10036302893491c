package io.huoshui.platforms.douyin;

import io.huoshui.json.Json;
import io.huoshui.json.JsonException;
import io.huoshui.platforms.feed.Caller;
import io.huoshui.platforms.feed.Credentials;
import io.huoshui.platforms.feed.Push;
import io.huoshui.platforms.feed.Signatures;
import java.util.ArrayList;
import java.util.List;

/// 消息推送: a list of messages that name orders, signed in the head with `md5(app_key + body +
/// app_secret)`. The order itself is asked for.
public final class DouyinPush implements Push {
  @Override
  public Told read(Message message, Credentials credentials) {
    String sign = Signatures.md5(credentials.appKey() + message.body() + credentials.appSecret());
    if (!credentials.appKey().equals(message.header("app-id"))
        || !Signatures.same(sign, message.header("event-sign"))) {
      throw new BadSignature("event-sign is not md5(app_key + body + app_secret)");
    }
    var orders = new ArrayList<String>();
    String id = "";
    for (Json one : Caller.items(Json.parse(message.body()), "")) {
      id = Caller.text(one, "msg_id");
      String data = Caller.text(one, "data");
      try {
        String order =
            data.isEmpty() ? Caller.text(one, "data.p_id") : Caller.text(Json.parse(data), "p_id");
        if (!order.isEmpty() && !order.equals("0")) {
          orders.add(order);
        }
      } catch (JsonException _) {
        // The platform's own test message carries a plain text.
      }
    }
    return new Told(id, List.of(), orders);
  }

  @Override
  public String answer() {
    return "{\"code\":0,\"msg\":\"success\"}";
  }
}
