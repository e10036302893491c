package io.huoshui.platforms.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Signatures and encryption against vectors others made, and one of our own.
class CryptoVectorsTest {
  @Test
  void everyVectorOfOthersHolds() throws Exception {
    Path file = Samples.folder().resolve("callback_crypto_kat.json");
    assumeTrue(Files.exists(file), "needs " + file);
    int held = 0;
    for (JsonNode vector : JsonMapper.shared().readTree(file).path("vectors")) {
      String name = vector.path("name").asString("");
      var key =
          new CallbackKey(
              vector.path("token").asString(""), vector.path("encodingAesKey").asString(""), null);
      String encrypt = vector.path("encrypt").asString("");
      if (vector.has("signature")) {
        String signature = vector.path("signature").asString("");
        String[] parts = {
          vector.path("timestamp").asString(""), vector.path("nonce").asString(""), encrypt
        };
        assertThat(key.signature(parts)).as(name).isEqualTo(signature);
        assertThat(key.signed(signature, parts)).as(name).isTrue();
        assertThat(key.signed(signature.replace('4', '5'), parts)).as(name).isFalse();
      }
      if (vector.has("plain")) {
        CallbackKey.Opened opened = key.open(encrypt);
        assertThat(opened.message()).as(name).isEqualTo(vector.path("plain").asString(""));
        assertThat(opened.receiver()).as(name).isEqualTo(vector.path("receiveid").asString(""));
      }
      held++;
    }
    assertThat(held).isEqualTo(8);
  }

  /// Made with openssl: `openssl enc -aes-256-cbc -nopad -K … -iv …` over what [CallbackKey#close]
  /// lays out, and `openssl sha1` over the sorted parts.
  @Test
  void ourOwnVectorHolds() {
    var key = new CallbackKey("huoshui", "HuoshuiHuoshuiHuoshuiHuoshuiHuoshuiHuoshui0", null);
    String xml = "<xml><Event><![CDATA[click]]></Event></xml>";
    String encrypt = key.close(xml, "0123456789abcdef", "ww0");
    assertThat(encrypt).isEqualTo(OWN_ENCRYPT);
    assertThat(key.signature("1700000000", "n0", encrypt)).isEqualTo(OWN_SIGNATURE);
    CallbackKey.Opened opened = key.open(encrypt);
    assertThat(opened.message()).isEqualTo(xml);
    assertThat(opened.receiver()).isEqualTo("ww0");
  }

  private static final String OWN_ENCRYPT =
      "WYEgzP7Bx03S2FNATB8liP7Su7im3ovmNLK+eC/rA1O8zzGB4KxdlO+An312eputvDM4WYeTbt6Kqf8wVtYevIt4i9WHPEK0LoO1xmNQznExhZ8gjTQpDDWsFD2fZO+F";
  private static final String OWN_SIGNATURE = "e406665f7094f25ed8a6bb8ba4a01b68498ffa65";

  @Test
  void aCipherIsGoodForTheNextMessageAlsoAfterABadOne() {
    var key = new CallbackKey("t", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", null);
    String good = key.close("一", "aaaabbbbccccdddd", "ww1");
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> key.open(good.substring(0, 20))).isInstanceOf(Refusal.Refused.class);
      assertThatThrownBy(() -> key.open("no base 64 at all")).isInstanceOf(Refusal.Refused.class);
      assertThat(key.open(good).message()).isEqualTo("一");
    }
    var other = new CallbackKey("t", "bbcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", null);
    assertThatThrownBy(() -> other.open(good)).isInstanceOf(Refusal.Refused.class);
  }
}
