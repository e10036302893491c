package io.huoshui.sandbox.sms;

import io.huoshui.sandbox.http.Call;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Tencent Cloud's signature v3, `TC3-HMAC-SHA256` (cloud.tencent.com/document/product/382/38767),
/// over whichever headers the caller says it signed.
final class Tc3Signature {
  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "TC3-HMAC-SHA256\\s+Credential=([^/,\\s]+)/([\\d-]+)/(\\w+)/tc3_request\\s*,"
              + "\\s*SignedHeaders=([^,\\s]+)\\s*,\\s*Signature=([0-9a-f]{64})");

  private Tc3Signature() {}

  /// What the Authorization header says.
  sealed interface Claim {
    record Signed(
        String secretId, String day, String service, List<String> headers, String signature)
        implements Claim {}

    record Unsigned() implements Claim {}
  }

  static Claim claim(Call call) {
    Matcher matcher = AUTHORIZATION.matcher(call.header("Authorization").strip());
    return matcher.matches()
        ? new Claim.Signed(
            matcher.group(1),
            matcher.group(2),
            matcher.group(3),
            List.of(matcher.group(4).split(";")),
            matcher.group(5))
        : new Claim.Unsigned();
  }

  /// Whether the claim holds for this call.
  static boolean holds(Claim.Signed claim, Call call, String secretKey) {
    return claim.headers().contains("content-type")
        && claim.headers().contains("host")
        && MessageDigest.isEqual(
            claim.signature().getBytes(StandardCharsets.US_ASCII),
            sign(claim, call, secretKey).getBytes(StandardCharsets.US_ASCII));
  }

  static String sign(Claim.Signed claim, Call call, String secretKey) {
    var request = new StringBuilder("POST\n/\n").append(call.rawQuery()).append('\n');
    for (String header : claim.headers()) {
      request.append(header).append(':').append(call.header(header).strip()).append('\n');
    }
    request
        .append('\n')
        .append(String.join(";", claim.headers()))
        .append('\n')
        .append(AcsSignature.payloadHash(call.body()));
    String toSign =
        "TC3-HMAC-SHA256\n"
            + call.header("X-TC-Timestamp")
            + "\n"
            + claim.day()
            + "/"
            + claim.service()
            + "/tc3_request\n"
            + AcsSignature.payloadHash(request.toString().getBytes(StandardCharsets.UTF_8));
    byte[] key = ("TC3" + secretKey).getBytes(StandardCharsets.UTF_8);
    for (String step : List.of(claim.day(), claim.service(), "tc3_request", toSign)) {
      key = hmac(key, step);
    }
    return java.util.HexFormat.of().formatHex(key);
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has HmacSHA256", e);
    }
  }
}
