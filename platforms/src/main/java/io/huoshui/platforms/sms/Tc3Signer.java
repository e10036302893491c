package io.huoshui.platforms.sms;

import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signs calls with TC3-HMAC-SHA256, Tencent Cloud's signature v3
/// (cloud.tencent.com/document/product/382/38767). Only the content type and the host are signed
/// with the body: the least that is allowed, and what the vendor's example shows.
final class Tc3Signer {
  private static final String ALGORITHM = "TC3-HMAC-SHA256";
  private static final String JSON = "application/json; charset=utf-8";
  private static final String SIGNED = "content-type;host";

  private final String secretId;
  private final String secretKey;

  Tc3Signer(String secretId, String secretKey) {
    this.secretId = secretId;
    this.secretKey = secretKey;
  }

  /// The Authorization header.
  ///
  /// @param service `sms`
  String authorization(String service, String host, String body, Instant now) {
    LocalDate day = now.atOffset(ZoneOffset.UTC).toLocalDate();
    String scope = day + "/" + service + "/tc3_request";
    String request =
        String.join(
            "\n",
            "POST",
            "/",
            "",
            "content-type:" + JSON,
            "host:" + host,
            "",
            SIGNED,
            hex(sha256(body)));
    String toSign =
        String.join(
            "\n", ALGORITHM, Long.toString(now.getEpochSecond()), scope, hex(sha256(request)));
    byte[] key = ("TC3" + secretKey).getBytes(StandardCharsets.UTF_8);
    for (String step : new String[] {day.toString(), service, "tc3_request"}) {
      key = hmac(key, step);
    }
    return ALGORITHM
        + " Credential="
        + secretId
        + "/"
        + scope
        + ", SignedHeaders="
        + SIGNED
        + ", Signature="
        + hex(hmac(key, toSign));
  }

  HttpRequest.Builder sign(
      URI endpoint, String action, String version, String region, String body, Instant now) {
    String host =
        endpoint.getPort() < 0 ? endpoint.getHost() : endpoint.getHost() + ":" + endpoint.getPort();
    return HttpRequest.newBuilder(endpoint)
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .header("Content-Type", JSON)
        .header("Authorization", authorization("sms", host, body, now))
        .header("X-TC-Action", action)
        .header("X-TC-Version", version)
        .header("X-TC-Region", region)
        .header("X-TC-Timestamp", Long.toString(now.getEpochSecond()));
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256 is part of every JDK", e);
    }
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
