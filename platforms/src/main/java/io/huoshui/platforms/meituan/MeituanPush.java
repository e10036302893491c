package io.huoshui.platforms.meituan;

import io.huoshui.json.Json;
import io.huoshui.platforms.feed.Credentials;
import io.huoshui.platforms.feed.Push;
import io.huoshui.platforms.feed.Signatures;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Orders paid, finished and cancelled, as a form whose values are encoded once more. `sig` as in
/// calls, over the address the app registered; public clients work it out over values decoded once
/// or twice, and both prove the same secret.
public final class MeituanPush implements Push {
  @Override
  public Told read(Message message, Credentials credentials) {
    var all = new TreeMap<>(message.query());
    for (String pair : message.body().split("&")) {
      int at = pair.indexOf('=');
      if (at > 0) {
        all.put(decoded(pair.substring(0, at)), decoded(pair.substring(at + 1)));
      }
    }
    String sig = all.getOrDefault("sig", "");
    var plain = new TreeMap<String, String>();
    all.forEach((key, value) -> plain.put(key, decoded(value)));
    String secret = credentials.appSecret();
    if (!credentials.appKey().equals(all.get("app_id"))
        || (!Signatures.same(MeituanOrders.sign(message.url(), all, secret), sig)
            && !Signatures.same(MeituanOrders.sign(message.url(), plain, secret), sig))) {
      throw new BadSignature("sig is not md5(url?parameters + consumer_secret)");
    }
    var fields = new LinkedHashMap<String, Json>();
    plain.forEach((key, value) -> fields.put(key, Json.of(value)));
    String order = all.getOrDefault("order_id", "");
    if (order.isEmpty()) {
      return new Told("", List.of(), List.of());
    }
    if (!all.containsKey("total")) {
      // It only names the order. That it was named before says nothing about now.
      return new Told("", List.of(), List.of(order));
    }
    String id = order + ":" + all.getOrDefault("status", "") + ":" + all.getOrDefault("utime", "");
    return new Told(id, List.of(MeituanOrders.unfolded(new Json.Obj(fields))), List.of());
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return text;
    }
  }

  @Override
  public String answer() {
    return "{\"data\":\"ok\"}";
  }

  /// For who plays the platform.
  public static String sig(String url, Map<String, String> parameters, String secret) {
    return MeituanOrders.sign(url, parameters, secret);
  }
}
