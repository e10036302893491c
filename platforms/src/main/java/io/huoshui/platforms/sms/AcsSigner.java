package io.huoshui.platforms.sms;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signs calls with ACS3-HMAC-SHA256, as Alibaba Cloud's V3 request structure asks. The parameters
/// travel in the body, so that no personal data stands in a URL.
final class AcsSigner {
  private static final String ALGORITHM = "ACS3-HMAC-SHA256";

  private final String accessKeyId;
  private final byte[] secret;
  private final String version;

  /// @param version of the API that is called
  AcsSigner(String accessKeyId, String accessKeySecret, String version) {
    this.version = version;
    this.accessKeyId = accessKeyId;
    this.secret = accessKeySecret.getBytes(StandardCharsets.UTF_8);
  }

  HttpRequest.Builder sign(URI endpoint, String action, Map<String, String> parameters) {
    String body =
        String.join(
            "&",
            parameters.entrySet().stream()
                .map(p -> encode(p.getKey()) + "=" + encode(p.getValue()))
                .toList());
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    var headers = new TreeMap<String, String>();
    headers.put("content-type", "application/x-www-form-urlencoded");
    headers.put("x-acs-action", action);
    headers.put("x-acs-content-sha256", hex(sha256(bytes)));
    headers.put("x-acs-date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    headers.put("x-acs-signature-nonce", UUID.randomUUID().toString());
    headers.put("x-acs-version", version);
    String signed = String.join(";", headers.keySet());
    var canonical = new StringBuilder();
    headers.forEach((name, value) -> canonical.append(name).append(':').append(value).append('\n'));
    String request =
        String.join("\n", "POST", "/", "", canonical.toString(), signed, hex(sha256(bytes)));
    String toSign = ALGORITHM + "\n" + hex(sha256(request.getBytes(StandardCharsets.UTF_8)));
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(endpoint).POST(HttpRequest.BodyPublishers.ofByteArray(bytes));
    headers.forEach(builder::header);
    return builder.header(
        "Authorization",
        ALGORITHM
            + " Credential="
            + accessKeyId
            + ",SignedHeaders="
            + signed
            + ",Signature="
            + hex(hmac(toSign)));
  }

  private byte[] hmac(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256 is part of every JDK", e);
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }
}
