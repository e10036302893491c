package io.huoshui.engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Personal data at rest: AES-256-GCM with a nonce that never comes again, bound to the numbers of
/// the records inside.
///
/// The sealed form is `nonce (12) | encrypted | tag (16)`. The tag is also a checksum: a flipped
/// bit anywhere is an error when opened.
///
/// A nonce is eight random bytes, drawn when the seal is made, and a count of four bytes; before
/// the count begins again the eight are drawn anew. So no restart has to remember anything: two of
/// a million starts draw the same eight bytes with a chance of one in thirty million.
public final class Seal {
  private static final int NONCE = 12;
  private static final int TAG = 16;

  /// How much longer the sealed form is.
  public static final int OVERHEAD = NONCE + TAG;

  // Making a cipher costs more than sealing a short record with it.
  private static final ThreadLocal<Cipher> CIPHERS = ThreadLocal.withInitial(Seal::cipher);

  private final SecretKeySpec key;
  private final SecureRandom random = new SecureRandom();
  private final byte[] prefix = new byte[8];
  private int count;

  /// @param key 32 bytes
  public Seal(byte[] key) {
    if (key.length != 32) {
      throw new IllegalArgumentException("The key has " + key.length + " bytes, AES-256 needs 32");
    }
    this.key = new SecretKeySpec(key, "AES");
  }

  private static Cipher cipher() {
    try {
      return Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
  }

  private synchronized void nonce(byte[] into, int at) {
    if (count == 0) {
      random.nextBytes(prefix);
    }
    ByteBuffer.wrap(into, at, NONCE).put(prefix).putInt(count++);
  }

  /// One record.
  ///
  /// @param number what the bytes are bound to: they open under this number only
  public byte[] seal(long number, byte[] plain) {
    byte[] closed = new byte[plain.length + OVERHEAD];
    seal(number, 1, plain, plain.length, closed, 0);
    return closed;
  }

  /// Several records as one.
  ///
  /// @param first the number of the first record
  /// @param count how many records: the bytes open under these two numbers only
  /// @param length how much of `plain` is sealed
  /// @param into where [#OVERHEAD] more bytes than `length` are written, from `at` on
  public void seal(long first, int count, byte[] plain, int length, byte[] into, int at) {
    nonce(into, at);
    Cipher cipher = CIPHERS.get();
    try {
      cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG * 8, into, at, NONCE));
      cipher.updateAAD(bound(first, count));
      cipher.doFinal(plain, 0, length, into, at + NONCE);
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
  }

  /// @throws EngineException WRONG_KEY when the bytes were changed, or sealed with another key
  public byte[] open(long number, byte[] closed) {
    byte[] plain = new byte[Math.max(0, closed.length - OVERHEAD)];
    open(number, 1, closed, closed.length, plain);
    return plain;
  }

  /// Several records that were sealed as one.
  ///
  /// @param length how much of `closed` is the sealed form
  /// @param into where [#OVERHEAD] bytes less than `length` are written
  /// @throws EngineException WRONG_KEY when the bytes were changed, or sealed with another key or
  ///   other numbers
  public void open(long first, int count, byte[] closed, int length, byte[] into) {
    if (length < OVERHEAD) {
      throw shut(first, count, new AEADBadTagException(length + " bytes are no sealed form"));
    }
    Cipher cipher = CIPHERS.get();
    try {
      cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG * 8, closed, 0, NONCE));
      cipher.updateAAD(bound(first, count));
      cipher.doFinal(closed, NONCE, length - NONCE, into, 0);
    } catch (AEADBadTagException e) {
      throw shut(first, count, e);
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
  }

  private static EngineException shut(long first, int count, Exception cause) {
    return new EngineException(
        EngineException.Code.WRONG_KEY,
        (count == 1
                ? "Record " + first + " does not open"
                : "Records " + first + " to " + (first + count - 1) + " do not open")
            + " with this key: the key is another one, or the bytes were changed on disk. Restore"
            + " data/keys/engine.key, or the backup.",
        cause);
  }

  private static IllegalStateException missing(GeneralSecurityException e) {
    return new IllegalStateException("AES-GCM is part of every JDK", e);
  }

  private static final byte[] BRAND = "huoshui".getBytes(StandardCharsets.US_ASCII);

  private static byte[] bound(long first, int count) {
    return ByteBuffer.wrap(Arrays.copyOf(BRAND, BRAND.length + 12))
        .position(BRAND.length)
        .putLong(first)
        .putInt(count)
        .array();
  }
}
