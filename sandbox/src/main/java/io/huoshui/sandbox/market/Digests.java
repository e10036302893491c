package io.huoshui.sandbox.market;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What the vendors sign with, written from their side: nothing of it is shared with a client.
final class Digests {
  private Digests() {}

  /// In small hexadecimal digits.
  static String md5(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has MD5", e);
    }
  }

  static String hmacSha256(String key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has HMAC-SHA-256", e);
    }
  }

  /// `k1v1k2v2…` by name, without `sign` and what is empty.
  static String strung(Map<String, String> given) {
    var text = new StringBuilder();
    new TreeMap<>(given)
        .forEach(
            (key, value) -> {
              if (!key.equals("sign") && !value.isEmpty()) {
                text.append(key).append(value);
              }
            });
    return text.toString();
  }

  static boolean same(String right, String given) {
    return right.toUpperCase(Locale.ROOT).equals(given.toUpperCase(Locale.ROOT));
  }
}
