package io.huoshui.sandbox.wecom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CallbackCryptoTest {
  /// The samples lie beside the repository, not in it.
  private static final Path VECTORS =
      Path.of("..", "..", "shared", "payloads", "callback_crypto_kat.json");

  @Test
  void agreesWithThePublishedVectors() throws IOException {
    assumeThat(VECTORS).as("payload samples beside the repository").exists();
    int signatures = 0;
    int encryptions = 0;
    for (JsonNode vector :
        JsonMapper.shared().readTree(Files.readAllBytes(VECTORS)).path("vectors")) {
      String name = vector.path("name").stringValue();
      String encrypt = vector.path("encrypt").stringValue();
      String plain = vector.path("plain").asString("");
      var crypto =
          new CallbackCrypto(
              vector.path("token").stringValue(),
              vector.path("encodingAesKey").asString("a".repeat(43)),
              vector.path("receiveid").asString(""));
      if (vector.has("signature")) {
        assertThat(
                crypto.signature(
                    vector.path("timestamp").stringValue(),
                    vector.path("nonce").stringValue(),
                    encrypt))
            .as(name)
            .isEqualTo(vector.path("signature").stringValue());
        signatures++;
      }
      if (!plain.isEmpty()) {
        assertThat(crypto.decrypt(encrypt)).as(name).isEqualTo(plain);
        assertThat(crypto.encrypt(plain, vector.path("random16").stringValue()))
            .as(name)
            .isEqualTo(encrypt);
        encryptions++;
      }
    }
    assertThat(signatures).isGreaterThanOrEqualTo(5);
    assertThat(encryptions).isGreaterThanOrEqualTo(6);
  }

  @Test
  void whatIsSealedOpensForTheSameCorpOnly() {
    String key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";
    var crypto = new CallbackCrypto("token", key, "ww1");
    for (int length : new int[] {0, 1, 8, 9, 31, 32, 33, 500}) {
      String message = "活".repeat(length);
      assertThat(crypto.decrypt(crypto.encrypt(message, "0123456789abcdef"))).isEqualTo(message);
    }
    String sealed = crypto.encrypt("x", "0123456789abcdef");
    assertThatThrownBy(() -> new CallbackCrypto("token", key, "ww2").decrypt(sealed))
        .hasMessageContaining("another corp");
    assertThatThrownBy(() -> new CallbackCrypto("token", "short", "ww1"))
        .hasMessageContaining("43");
    assertThatThrownBy(() -> crypto.encrypt("x", "short")).hasMessageContaining("16");
  }
}
