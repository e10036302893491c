package io.huoshui.sandbox.http;

import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One HTTP request, read whole.
public final class Call {
  private final String method;
  private final String path;
  private final String rawQuery;
  private final Map<String, String> headers;
  private final byte[] body;

  /// @param headers first values, names in lower case
  public Call(
      String method,
      String path,
      @Nullable String rawQuery,
      Map<String, String> headers,
      byte[] body) {
    this.method = method;
    this.path = path;
    this.rawQuery = rawQuery == null ? "" : rawQuery;
    this.headers = Map.copyOf(headers);
    this.body = body;
  }

  public String method() {
    return method;
  }

  public String path() {
    return path;
  }

  public String rawQuery() {
    return rawQuery;
  }

  /// A header's first value, or empty.
  public String header(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
  }

  public byte[] body() {
    return body;
  }

  public InputStream bodyStream() {
    return new java.io.ByteArrayInputStream(body);
  }

  public Map<String, String> query() {
    return parameters(rawQuery);
  }

  /// A query parameter, or empty.
  public String query(String name) {
    return query().getOrDefault(name, "");
  }

  /// `a=1&b=2`, decoded; the first of equal names counts.
  public static Map<String, String> parameters(String encoded) {
    var map = new LinkedHashMap<String, String>();
    for (String pair : encoded.split("&")) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        map.putIfAbsent(decode(name), decode(value));
      }
    }
    return map;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException broken) {
      return text;
    }
  }
}
