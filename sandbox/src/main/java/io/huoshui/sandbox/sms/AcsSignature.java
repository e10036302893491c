package io.huoshui.sandbox.sms;

import io.huoshui.sandbox.http.Call;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Alibaba Cloud's V3 signature, `ACS3-HMAC-SHA256`
/// (help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature).
///
/// The date is not compared with a clock: a client under a virtual clock may sign with either.
public final class AcsSignature {
  private static final String ALGORITHM = "ACS3-HMAC-SHA256";
  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          ALGORITHM
              + "\\s+Credential=([^,\\s]+)\\s*,\\s*SignedHeaders=([^,\\s]+)\\s*,\\s*Signature=([0-9a-f]{64})");

  private AcsSignature() {}

  /// What the Authorization header says.
  public sealed interface Claim {
    record Signed(String accessKeyId, List<String> headers, String signature) implements Claim {}

    record Unsigned() implements Claim {}
  }

  public static Claim claim(Call call) {
    Matcher matcher = AUTHORIZATION.matcher(call.header("Authorization").strip());
    return matcher.matches()
        ? new Claim.Signed(matcher.group(1), List.of(matcher.group(2).split(";")), matcher.group(3))
        : new Claim.Unsigned();
  }

  /// Whether the claim holds for this call.
  public static boolean holds(Claim.Signed claim, Call call, String accessKeySecret) {
    String payload = hex(sha256(call.body()));
    String stated = call.header("x-acs-content-sha256");
    return (stated.isEmpty() || stated.equals(payload))
        && claim.headers().contains("x-acs-action")
        && MessageDigest.isEqual(
            claim.signature().getBytes(StandardCharsets.US_ASCII),
            sign(call, claim.headers(), payload, accessKeySecret)
                .getBytes(StandardCharsets.US_ASCII));
  }

  static String sign(Call call, List<String> headers, String payload, String accessKeySecret) {
    var canonicalHeaders = new StringBuilder();
    for (String header : headers) {
      canonicalHeaders.append(header).append(':').append(call.header(header).strip()).append('\n');
    }
    String request =
        String.join(
            "\n",
            call.method(),
            call.path().isEmpty() ? "/" : call.path(),
            canonicalQuery(call.query()),
            canonicalHeaders.toString(),
            String.join(";", headers),
            payload);
    String toSign = ALGORITHM + "\n" + hex(sha256(request.getBytes(StandardCharsets.UTF_8)));
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(accessKeySecret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return hex(mac.doFinal(toSign.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has HmacSHA256", e);
    }
  }

  private static String canonicalQuery(Map<String, String> query) {
    var pairs = new TreeMap<String, String>();
    query.forEach((name, value) -> pairs.put(encode(name), encode(value)));
    return String.join(
        "&", pairs.entrySet().stream().map(pair -> pair.getKey() + "=" + pair.getValue()).toList());
  }

  /// RFC 3986.
  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  static String payloadHash(byte[] body) {
    return hex(sha256(body));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
