package io.huoshui.sandbox.sms;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.sandbox.http.Call;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AcsSignatureTest {
  private static final byte[] NOTHING = new byte[0];

  /// The example on the platform's own page about the V3 signature.
  private static Map<String, String> published() {
    var headers = new HashMap<String, String>();
    headers.put("host", "ecs.cn-shanghai.aliyuncs.com");
    headers.put("x-acs-action", "RunInstances");
    headers.put(
        "x-acs-content-sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    headers.put("x-acs-date", "2023-10-26T10:22:32Z");
    headers.put("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d");
    headers.put("x-acs-version", "2014-05-26");
    headers.put(
        "authorization",
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;"
            + "x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature="
            + "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0");
    return headers;
  }

  private static final String QUERY =
      "RegionId=cn-shanghai&ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd";

  private static boolean holds(Call call, String secret) {
    return AcsSignature.claim(call) instanceof AcsSignature.Claim.Signed claim
        && AcsSignature.holds(claim, call, secret);
  }

  @Test
  void thePublishedExampleHolds() {
    assertThat(holds(new Call("POST", "/", QUERY, published(), NOTHING), "YourAccessKeySecret"))
        .isTrue();
  }

  @Test
  void anythingElseDoesNot() {
    var call = new Call("POST", "/", QUERY, published(), NOTHING);
    assertThat(holds(call, "AnotherSecret")).isFalse();
    assertThat(holds(new Call("GET", "/", QUERY, published(), NOTHING), "YourAccessKeySecret"))
        .isFalse();
    assertThat(
            holds(
                new Call("POST", "/", QUERY + "&a=1", published(), NOTHING), "YourAccessKeySecret"))
        .isFalse();
    assertThat(
            holds(
                new Call("POST", "/", QUERY, published(), "x".getBytes(StandardCharsets.UTF_8)),
                "YourAccessKeySecret"))
        .isFalse();
    var later = published();
    later.put("x-acs-date", "2023-10-26T10:22:33Z");
    assertThat(holds(new Call("POST", "/", QUERY, later, NOTHING), "YourAccessKeySecret"))
        .isFalse();
    var unsigned = published();
    unsigned.remove("authorization");
    assertThat(AcsSignature.claim(new Call("POST", "/", QUERY, unsigned, NOTHING)))
        .isInstanceOf(AcsSignature.Claim.Unsigned.class);
  }
}
