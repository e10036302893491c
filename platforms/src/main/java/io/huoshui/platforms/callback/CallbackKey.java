package io.huoshui.platforms.callback;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// One token with its EncodingAESKey (developer.work.weixin.qq.com/document/path/90968):
/// AES-256-CBC, the first half of the key being the initial vector; the plain text is 16 random
/// bytes, the length in four, the message, and whom it is meant for; padded to blocks of 32.
///
/// Ciphers and digests are kept and used again: making them costs more than one message.
public final class CallbackKey {
  private static final int RANDOM = 16;
  private static final int BLOCK = 32;
  private static final int CHARACTERS = 43;
  private static final HexFormat HEX = HexFormat.of();
  private static final ConcurrentLinkedQueue<MessageDigest> DIGESTS = new ConcurrentLinkedQueue<>();

  private final String token;
  private final @Nullable SecretKeySpec aes;
  private final @Nullable IvParameterSpec vector;
  private final @Nullable Instant until;
  private final ConcurrentLinkedQueue<Cipher> ciphers = new ConcurrentLinkedQueue<>();

  /// @param encodingAesKey 43 characters; empty where messages come in the open
  /// @param until when it stops to count, for a key that was replaced; null for the one in force
  /// @throws IllegalArgumentException without showing the key
  public CallbackKey(String token, String encodingAesKey, @Nullable Instant until) {
    if (token.isEmpty()) {
      throw new IllegalArgumentException("The token of a callback is empty");
    }
    this.token = token;
    this.until = until;
    if (encodingAesKey.isEmpty()) {
      this.aes = null;
      this.vector = null;
      return;
    }
    if (encodingAesKey.length() != CHARACTERS) {
      throw new IllegalArgumentException(
          "encodingAesKey has 43 characters, this one " + encodingAesKey.length());
    }
    byte[] key = Base64.getDecoder().decode(encodingAesKey + "=");
    this.aes = new SecretKeySpec(key, "AES");
    this.vector = new IvParameterSpec(key, 0, RANDOM);
  }

  boolean counts(Instant now) {
    return until == null || now.isBefore(until);
  }

  boolean encrypts() {
    return aes != null;
  }

  /// Whether the signature is `sha1(sort(token, parts…))`, in a time that does not tell how much of
  /// it is right.
  boolean signed(String signature, String... parts) {
    return MessageDigest.isEqual(
        signature(parts).getBytes(StandardCharsets.US_ASCII),
        signature.getBytes(StandardCharsets.UTF_8));
  }

  /// The signature of these parts, in hex.
  public String signature(String... parts) {
    String[] sorted = Arrays.copyOf(parts, parts.length + 1);
    sorted[parts.length] = token;
    Arrays.sort(sorted);
    MessageDigest sha1 = DIGESTS.poll();
    if (sha1 == null) {
      sha1 = digest();
    }
    for (String part : sorted) {
      sha1.update(part.getBytes(StandardCharsets.UTF_8));
    }
    String hex = HEX.formatHex(sha1.digest());
    DIGESTS.add(sha1);
    return hex;
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-1", e);
    }
  }

  /// What was encrypted.
  ///
  /// @param receiver whom it is meant for: a corp id or app id
  record Opened(String message, String receiver) {}

  /// @throws Refusal.Refused BAD_ENCRYPTION
  Opened open(String encrypt) {
    if (aes == null) {
      throw Refusal.BAD_ENCRYPTION.because("The account has no key for encryption");
    }
    byte[] padded;
    try {
      padded = decrypted(Base64.getDecoder().decode(encrypt));
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      throw Refusal.BAD_ENCRYPTION.because("What is encrypted is no base 64 of whole blocks");
    }
    int padding = padded.length == 0 ? 0 : padded[padded.length - 1];
    int end = padded.length - padding;
    int from = RANDOM + Integer.BYTES;
    if (padding < 1 || padding > BLOCK || end < from) {
      throw Refusal.BAD_ENCRYPTION.because("The padding is wrong");
    }
    int length = ByteBuffer.wrap(padded).getInt(RANDOM);
    if (length < 0 || length > end - from) {
      throw Refusal.BAD_ENCRYPTION.because("The length within is wrong");
    }
    return new Opened(
        new String(padded, from, length, StandardCharsets.UTF_8),
        new String(padded, from + length, end - from - length, StandardCharsets.UTF_8));
  }

  private byte[] decrypted(byte[] closed) throws GeneralSecurityException {
    Cipher cipher = ciphers.poll();
    if (cipher == null) {
      cipher = Cipher.getInstance("AES/CBC/NoPadding");
      cipher.init(Cipher.DECRYPT_MODE, aes, vector);
    }
    // After it a cipher of the JDK stands as it was initialised, with the same vector. One that
    // failed is not kept.
    byte[] open = cipher.doFinal(closed);
    ciphers.add(cipher);
    return open;
  }

  /// The other direction, for tests and for whoever plays a platform.
  ///
  /// @param random16 sixteen ASCII characters
  public String close(String message, String random16, String receiver) {
    byte[] random = random16.getBytes(StandardCharsets.UTF_8);
    byte[] text = message.getBytes(StandardCharsets.UTF_8);
    byte[] whom = receiver.getBytes(StandardCharsets.UTF_8);
    int size = RANDOM + Integer.BYTES + text.length + whom.length;
    int padding = BLOCK - size % BLOCK;
    var plain = ByteBuffer.allocate(size + padding);
    plain.put(random, 0, RANDOM).putInt(text.length).put(text).put(whom);
    while (plain.hasRemaining()) {
      plain.put((byte) padding);
    }
    try {
      Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
      cipher.init(Cipher.ENCRYPT_MODE, aes, vector);
      return Base64.getEncoder().encodeToString(cipher.doFinal(plain.array()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has AES-256-CBC", e);
    }
  }
}
