package io.huoshui.platforms.feed;

import java.net.URI;
import java.util.List;
import java.util.Map;

/// What a shop's app is known by. Never printed.
public record Credentials(Map<String, String> values) {
  public Credentials {
    values = Map.copyOf(values);
  }

  /// What a vendor's feed is asked for: the key, the secret, the session of the shop.
  public static final List<String> KEYS = List.of("appKey", "appSecret", "session", "url");

  public String get(String key) {
    return values.getOrDefault(key, "");
  }

  public String appKey() {
    return get("appKey");
  }

  public String appSecret() {
    return get("appSecret");
  }

  public String session() {
    return get("session");
  }

  /// The platform's address, or another one that speaks like it.
  public URI url(String otherwise) {
    String set = get("url");
    return URI.create(set.isEmpty() ? otherwise : set);
  }

  @Override
  public String toString() {
    return "Credentials[" + values.keySet() + "]";
  }
}
