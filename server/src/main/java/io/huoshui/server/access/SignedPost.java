package io.huoshui.server.access;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/// Tells another system something: a JSON body by POST, with an `Idempotency-Key` and
/// `X-Huoshui-Signature: t=SECONDS,v1=HEX`, HMAC-SHA256 of `SECONDS.BODY`.
@Component
public class SignedPost {
  public static final int SHORTEST_SECRET = 16;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(5))
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /// What became of it.
  public sealed interface Outcome {
    record Taken() implements Outcome {}

    /// Sending it again would not help.
    record Refused(int status) implements Outcome {}

    /// @param after how long the other side asked for; zero when it did not
    record Later(String why, Duration after) implements Outcome {}
  }

  /// An address that may be told.
  public static URI url(@Nullable String text) {
    try {
      URI url = URI.create(String.valueOf(text));
      if (("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
          && url.getHost() != null) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_url", "There is nowhere to send it.")
        .at("url", String.valueOf(text), "an address with http or https")
        .thrown();
  }

  /// A secret that signs well enough.
  public static String secret(@Nullable String text) {
    if (text == null || text.length() < SHORTEST_SECRET) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_secret", "What is sent is signed.")
          .at("secret", "…", SHORTEST_SECRET + " characters at least")
          .thrown();
    }
    return text;
  }

  public Outcome send(String url, String secret, String idempotencyKey, String body) {
    long now = Instant.now().getEpochSecond();
    HttpResponse<String> answer;
    try {
      answer =
          http.send(
              HttpRequest.newBuilder(URI.create(url))
                  .timeout(PATIENCE)
                  .header("Content-Type", "application/json")
                  .header("Idempotency-Key", idempotencyKey)
                  .header(
                      "X-Huoshui-Signature",
                      "t=" + now + ",v1=" + signature(secret, now + "." + body))
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      return new Outcome.Later(
          url + " does not answer: " + e.getClass().getSimpleName(), Duration.ZERO);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome.Later("stopped", Duration.ZERO);
    }
    int status = answer.statusCode();
    if (status / 100 == 2) {
      return new Outcome.Taken();
    }
    if (status / 100 == 4 && status != 408 && status != 425 && status != 429) {
      return new Outcome.Refused(status);
    }
    String asked = answer.headers().firstValue("Retry-After").orElse("");
    return new Outcome.Later(
        "answered with " + status,
        asked.matches("\\d{1,5}") ? Duration.ofSeconds(Long.parseLong(asked)) : Duration.ZERO);
  }

  public static String signature(String secret, String text) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("Every Java has HmacSHA256", e);
    }
  }
}
