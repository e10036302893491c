package io.huoshui.server.access;

import io.huoshui.engine.Seal;
import io.huoshui.server.Settings;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.springframework.stereotype.Component;

/// Secrets of others, as rows keep them: sealed with the key of the personal data (AES-GCM), in
/// base 64. They are opened to be used, and never answered.
@Component
public class Sealed {
  /// Rows are told apart from the log's groups, which are numbered from 0 upwards.
  private static final long ROWS = -7;

  private final Seal seal;

  Sealed(Settings settings) {
    this.seal = new Seal(KeyFile.read(settings.dataDir().resolve("keys/engine.key")));
  }

  public String seal(String secret) {
    return Base64.getEncoder()
        .encodeToString(seal.seal(ROWS, secret.getBytes(StandardCharsets.UTF_8)));
  }

  public String open(String sealed) {
    return new String(seal.open(ROWS, Base64.getDecoder().decode(sealed)), StandardCharsets.UTF_8);
  }
}
