package io.huoshui.platforms.feed;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Digests, and the parameters in their order.
public final class Signatures {
  private Signatures() {}

  /// In small hexadecimal digits.
  public static String md5(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has MD5", e);
    }
  }

  /// @param algorithm `HmacMD5`, `HmacSHA256`
  public static String hmac(String algorithm, String key, String text) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), algorithm));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has " + algorithm, e);
    }
  }

  /// `key1value1key2value2`, by key, without what is empty.
  public static String joined(Map<String, String> parameters) {
    var text = new StringBuilder();
    new TreeMap<>(parameters)
        .forEach(
            (key, value) -> {
              if (!value.isEmpty()) {
                text.append(key).append(value);
              }
            });
    return text.toString();
  }

  /// Compares without telling by its time how much was right.
  public static boolean same(String a, String b) {
    return MessageDigest.isEqual(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }
}
