package io.huoshui.server.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/// A random secret of 256 bits, shown once and kept as its hash.
final class Secret {
  private static final SecureRandom RANDOM = new SecureRandom();

  private Secret() {}

  /// @param prefix says what it opens, so that a leaked one is recognised: `hsw_` write, `hsa_`
  ///   admin, `hss_` session
  static String make(String prefix) {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /// SHA-256: enough for 256 random bits, which nobody can guess through.
  static byte[] hash(String secret) {
    return hash(secret.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] hash(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }
}
