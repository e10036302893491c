package io.huoshui.server.access;

import io.huoshui.server.Settings;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.stereotype.Component;

/// Keys made from the key of the personal data, one per purpose: what one of them made tells
/// nothing of the others.
@Component
public class DerivedKeys {
  private static final String HMAC = "HmacSHA256";

  private final Settings settings;

  DerivedKeys(Settings settings) {
    this.settings = settings;
  }

  /// HMAC-SHA-256 with the key of a purpose. For one thread.
  public Mac mac(String purpose) {
    Mac master = of(KeyFile.read(settings.dataDir().resolve("keys/engine.key")));
    return of(master.doFinal(purpose.getBytes(StandardCharsets.UTF_8)));
  }

  private static Mac of(byte[] key) {
    try {
      var mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has HMAC-SHA-256", e);
    }
  }
}
