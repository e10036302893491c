package io.huoshui.platforms.sms;

import io.huoshui.platforms.account.Answers;
import io.huoshui.platforms.account.CallLimits;
import io.huoshui.platforms.account.NotNow;
import io.huoshui.platforms.account.Platform;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Calls of one Aliyun product in the RPC style, signed, within what the vendor takes of the
/// account.
///
/// A call is made once: what became of one whose answer was lost, the caller has to find out.
public final class AcsApi {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Platform platform;
  private final String product;
  private final URI endpoint;
  private final AcsSigner signer;
  private final CallLimits limits;
  private final HttpClient http;

  /// @param product as people call it
  /// @param version of the API, `2017-05-25`
  /// @param limits what the vendor takes of the account
  public AcsApi(
      Platform platform,
      String product,
      String url,
      String keyId,
      String keySecret,
      String version,
      CallLimits limits) {
    this.platform = platform;
    this.product = product;
    this.endpoint = URI.create(url.endsWith("/") ? url : url + "/");
    this.signer = new AcsSigner(keyId, keySecret, version);
    this.limits = limits;
    this.http =
        HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(3))
            .version(HttpClient.Version.HTTP_1_1)
            .build();
  }

  /// What came of a call.
  public sealed interface Reply {
    record Answered(JsonNode body) implements Reply {}

    /// Never reached the platform.
    record Refused(String code, String why, int seconds) implements Reply {}

    /// May have reached it.
    record Lost(String why) implements Reply {}
  }

  public Reply call(String action, Map<String, String> parameters) {
    CallLimits.Turn turn;
    try {
      turn = limits.enter(action);
    } catch (NotNow e) {
      return new Reply.Refused("Throttling.User", e.why(), e.seconds());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Reply.Refused("interrupted", "interrupted before the call", 1);
    }
    HttpRequest request = signer.sign(endpoint, action, parameters).timeout(PATIENCE).build();
    try {
      HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      JsonNode body = JSON.readTree(response.body());
      String code = body.path("Code").asString("");
      if (code.equals("OK")) {
        turn.wentWell();
      } else if (!code.isEmpty()) {
        turn.answered(Answers.table().of(platform, code));
      }
      return new Reply.Answered(body);
    } catch (ConnectException | HttpConnectTimeoutException e) {
      return new Reply.Refused(
          "unreachable",
          product
              + " at "
              + endpoint.getHost()
              + ":"
              + endpoint.getPort()
              + " does not take connections.",
          2);
    } catch (IOException | JacksonException e) {
      return new Reply.Lost(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Reply.Lost("interrupted");
    } finally {
      turn.lost();
    }
  }

  /// The vendor takes mainland numbers without the country code.
  public static String domestic(String e164) {
    return e164.startsWith("+86") ? e164.substring(3) : e164.substring(1);
  }
}
