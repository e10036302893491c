package io.huoshui.sandbox.wecom;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Signs and encrypts callbacks as WeCom does (developer.work.weixin.qq.com/document/path/90968):
/// AES-256-CBC, the key being base64 of the 43 characters, the first half of it the initial vector;
/// plain text is 16 random bytes, the length in four bytes, the message, the corp id; padding to
/// 32.
public final class CallbackCrypto {
  private static final int RANDOM_BYTES = 16;
  private static final int BLOCK = 32;
  private static final int KEY_CHARACTERS = 43;

  /// What goes into one callback.
  public record Sealed(String signature, String timestamp, String nonce, String encrypt) {}

  private final String token;
  private final byte[] key;
  private final byte[] corpId;

  public CallbackCrypto(String token, String encodingAesKey, String corpId) {
    this.token = token;
    if (encodingAesKey.length() != KEY_CHARACTERS) {
      throw new IllegalArgumentException(
          "encodingAesKey has 43 characters, this one " + encodingAesKey.length());
    }
    this.key = Base64.getDecoder().decode(encodingAesKey + "=");
    this.corpId = corpId.getBytes(StandardCharsets.UTF_8);
  }

  /// @param random16 sixteen ASCII characters
  public Sealed seal(String message, String random16, String timestamp, String nonce) {
    String encrypt = encrypt(message, random16);
    return new Sealed(signature(timestamp, nonce, encrypt), timestamp, nonce, encrypt);
  }

  String signature(String timestamp, String nonce, String encrypt) {
    String[] parts = {token, timestamp, nonce, encrypt};
    Arrays.sort(parts);
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1")
              .digest(String.join("", parts).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has SHA-1", e);
    }
  }

  String encrypt(String message, String random16) {
    byte[] random = random16.getBytes(StandardCharsets.UTF_8);
    if (random.length != RANDOM_BYTES) {
      throw new IllegalArgumentException("16 random bytes, got " + random.length);
    }
    byte[] text = message.getBytes(StandardCharsets.UTF_8);
    int size = RANDOM_BYTES + Integer.BYTES + text.length + corpId.length;
    int padding = BLOCK - size % BLOCK;
    var plain = ByteBuffer.allocate(size + padding);
    plain.put(random).putInt(text.length).put(text).put(corpId);
    while (plain.hasRemaining()) {
      plain.put((byte) padding);
    }
    return Base64.getEncoder().encodeToString(cipher(Cipher.ENCRYPT_MODE, plain.array()));
  }

  /// @throws IllegalArgumentException when it is not for this corp, or not whole
  String decrypt(String encrypt) {
    byte[] padded = cipher(Cipher.DECRYPT_MODE, Base64.getDecoder().decode(encrypt));
    int padding = padded.length == 0 ? 0 : padded[padded.length - 1];
    int end = padded.length - padding;
    if (padding < 1 || padding > BLOCK || end < RANDOM_BYTES + Integer.BYTES) {
      throw new IllegalArgumentException("The padding is wrong: another key?");
    }
    int length = ByteBuffer.wrap(padded).getInt(RANDOM_BYTES);
    int from = RANDOM_BYTES + Integer.BYTES;
    if (length < 0 || length > end - from) {
      throw new IllegalArgumentException("The length is wrong: another key?");
    }
    if (!Arrays.equals(padded, from + length, end, corpId, 0, corpId.length)) {
      throw new IllegalArgumentException("This is for another corp");
    }
    return new String(padded, from, length, StandardCharsets.UTF_8);
  }

  private byte[] cipher(int mode, byte[] input) {
    try {
      var cipher = Cipher.getInstance("AES/CBC/NoPadding");
      cipher.init(
          mode,
          new SecretKeySpec(key, "AES"),
          new IvParameterSpec(Arrays.copyOf(key, RANDOM_BYTES)));
      return cipher.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("Not AES-256-CBC of whole blocks", e);
    }
  }
}
