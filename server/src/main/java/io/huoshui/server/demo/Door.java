package io.huoshui.server.demo;

import io.huoshui.json.Json;
import io.huoshui.json.JsonException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;

/// One HTTP server and the token to it.
public final class Door {
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final String url;
  private final String token;

  public Door(String url, String token) {
    this.url = url;
    this.token = token;
  }

  /// A call that was answered with a refusal, or not at all.
  public static final class DoorException extends RuntimeException {
    private final int status;

    DoorException(int status, String message) {
      super(message);
      this.status = status;
    }

    /// The HTTP status, 0 when there was no answer.
    public int status() {
      return status;
    }
  }

  public String url() {
    return url;
  }

  public Json get(String path) {
    return send(request(path).GET().build());
  }

  public boolean has(String path) {
    try {
      get(path);
      return true;
    } catch (DoorException e) {
      if (e.status() == 404) {
        return false;
      }
      throw e;
    }
  }

  public Json post(String path, Json body) {
    return post(path, "application/json", body.write().getBytes(StandardCharsets.UTF_8), "");
  }

  /// @param key another token than the door's own, or empty
  public Json post(String path, String contentType, byte[] body, String key) {
    return send(
        request(path, key.isEmpty() ? token : key)
            .header("Content-Type", contentType)
            .header("Prefer", "return=minimal")
            .header("Idempotency-Key", UUID.randomUUID().toString())
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build());
  }

  /// A stream that is read as it comes.
  public InputStream stream(String path) {
    try {
      HttpResponse<InputStream> response =
          http.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofInputStream());
      if (response.statusCode() != 200) {
        throw new DoorException(
            response.statusCode(), url + path + " answered " + response.statusCode());
      }
      return response.body();
    } catch (IOException e) {
      throw new DoorException(0, url + path + " does not answer: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DoorException(0, "interrupted");
    }
  }

  private HttpRequest.Builder request(String path) {
    return request(path, token);
  }

  private HttpRequest.Builder request(String path, String bearer) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofMinutes(10));
    return bearer.isEmpty() ? builder : builder.header("Authorization", "Bearer " + bearer);
  }

  private Json send(HttpRequest request) {
    try {
      HttpResponse<String> response =
          http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      Json body = json(response.body());
      if (response.statusCode() >= 300) {
        String detail = Scenario.text(body, "detail");
        throw new DoorException(
            response.statusCode(),
            request.method()
                + " "
                + request.uri().getPath()
                + " answered "
                + response.statusCode()
                + ": "
                + (detail.isEmpty() ? response.body() : detail)
                + " "
                + Scenario.text(body, "next"));
      }
      return body;
    } catch (IOException e) {
      throw new DoorException(0, url + " does not answer: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DoorException(0, "interrupted");
    }
  }

  private static Json json(String text) {
    try {
      return text.isBlank() ? new Json.Null() : Json.parse(text);
    } catch (JsonException e) {
      return new Json.Str(text);
    }
  }
}
