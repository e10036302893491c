package io.huoshui.platforms.eleme;

import io.huoshui.json.Json;
import io.huoshui.json.JsonException;
import io.huoshui.platforms.feed.Caller;
import io.huoshui.platforms.feed.Credentials;
import io.huoshui.platforms.feed.Push;
import io.huoshui.platforms.feed.Signatures;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Pushes: `signature = md5(k1=v1k2=v2… + secret)` in capitals over the other fields. `message` is
/// JSON in a text: the whole order when it took effect (10), else its number and new state.
public final class ElemePush implements Push {
  /// What a message is signed with.
  public static String sign(Json.Obj message, String secret) {
    var text = new StringBuilder();
    for (Map.Entry<String, Json> field : new TreeMap<>(message.fields()).entrySet()) {
      if (!field.getKey().equals("signature")) {
        text.append(field.getKey()).append('=').append(Caller.text(message, field.getKey()));
      }
    }
    return Signatures.md5(text.append(secret).toString()).toUpperCase(Locale.ROOT);
  }

  @Override
  public Told read(Message message, Credentials credentials) {
    if (message.body().isBlank()) {
      // The address is tried with an empty call before it is registered.
      return new Told("", List.of(), List.of());
    }
    if (!(Json.parse(message.body()) instanceof Json.Obj body)
        || !Signatures.same(sign(body, credentials.appSecret()), Caller.text(body, "signature"))) {
      throw new BadSignature("signature is not md5(fields + secret)");
    }
    String id = Caller.text(body, "requestId");
    Json told;
    try {
      told = Json.parse(Caller.text(body, "message"));
    } catch (JsonException _) {
      return new Told(id, List.of(), List.of());
    }
    if (Caller.text(body, "type").equals("10")) {
      return new Told(id, List.of(told), List.of());
    }
    String order = Caller.text(told, "orderId");
    return new Told(id, List.of(), order.isEmpty() ? List.of() : List.of(order));
  }

  @Override
  public String answer() {
    return "{\"message\":\"ok\"}";
  }
}
