package io.huoshui.engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Personal data at rest: AES-256-GCM with a fresh nonce per record, bound to the record's number.
///
/// The tag is also the checksum: a flipped bit anywhere is an error when read back.
public final class Seal {
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  private final SecretKeySpec key;
  private final SecureRandom random = new SecureRandom();

  /// @param key 32 bytes
  public Seal(byte[] key) {
    if (key.length != 32) {
      throw new IllegalArgumentException("The key has " + key.length + " bytes, AES-256 needs 32");
    }
    this.key = new SecretKeySpec(key, "AES");
  }

  /// @param number what the bytes are bound to: they open under this number only
  public byte[] seal(long number, byte[] plain) {
    try {
      byte[] nonce = new byte[NONCE];
      random.nextBytes(nonce);
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(bound(number));
      byte[] sealed = new byte[NONCE + cipher.getOutputSize(plain.length)];
      System.arraycopy(nonce, 0, sealed, 0, NONCE);
      cipher.doFinal(plain, 0, plain.length, sealed, NONCE);
      return sealed;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is part of every JDK", e);
    }
  }

  /// @throws EngineException when the bytes were changed, or sealed with another key
  public byte[] open(long number, byte[] sealed) {
    if (sealed.length < NONCE + TAG_BITS / 8) {
      throw closed(number, null);
    }
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, sealed, 0, NONCE));
      cipher.updateAAD(bound(number));
      return cipher.doFinal(sealed, NONCE, sealed.length - NONCE);
    } catch (AEADBadTagException e) {
      throw closed(number, e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is part of every JDK", e);
    }
  }

  private static EngineException closed(long number, @Nullable Exception cause) {
    return new EngineException(
        EngineException.Code.WRONG_KEY,
        "Record "
            + number
            + " does not open with this key: the key is another one, or the record was changed on"
            + " disk. Restore data/keys/engine.key, or the backup.",
        cause);
  }

  private static byte[] bound(long number) {
    return ByteBuffer.allocate(15)
        .put("huoshui".getBytes(StandardCharsets.US_ASCII))
        .putLong(number)
        .array();
  }
}
