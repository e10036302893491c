package io.huoshui.platforms.feed;

import io.huoshui.feed.Records;
import io.huoshui.json.Json;
import io.huoshui.json.JsonException;
import io.huoshui.platforms.feed.SourceException.Cure;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Calls a platform and understands how it refuses.
public final class Caller {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient http;

  public Caller(HttpClient http) {
    this.http = http;
  }

  public Json form(URI to, Map<String, String> parameters) {
    return send(
        HttpRequest.newBuilder(to)
            .header("Content-Type", "application/x-www-form-urlencoded;charset=utf-8")
            .POST(HttpRequest.BodyPublishers.ofString(encoded(parameters))));
  }

  public Json get(URI to, Map<String, String> parameters) {
    return send(HttpRequest.newBuilder(URI.create(to + "?" + encoded(parameters))).GET());
  }

  public Json json(URI to, String body) {
    return send(
        HttpRequest.newBuilder(to)
            .header("Content-Type", "application/json;charset=utf-8")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  public static String encoded(Map<String, String> parameters) {
    var pairs = new ArrayList<String>();
    parameters.forEach(
        (key, value) ->
            pairs.add(
                URLEncoder.encode(key, StandardCharsets.UTF_8)
                    + "="
                    + URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return String.join("&", pairs);
  }

  private Json send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> answer =
          http.send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
      int status = answer.statusCode();
      if (status == 429 || status >= 500) {
        String after = answer.headers().firstValue("Retry-After").orElse("");
        throw new SourceException(
            Cure.WAIT,
            "" + status,
            "The platform answered " + status + ".",
            after.matches("\\d{1,5}") ? Long.parseLong(after) : 0);
      }
      return Json.parse(answer.body());
    } catch (JsonException e) {
      throw new SourceException(Cure.WAIT, "no_json", "The platform answered something else.", 0);
    } catch (IOException e) {
      throw new SourceException(Cure.WAIT, "unreachable", "The platform does not answer: " + e, 0);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SourceException(Cure.WAIT, "stopped", "The server stops.", 0);
    }
  }

  /// A refusal by its code.
  ///
  /// @param expired codes that mean that the session is over
  /// @param busy codes that ask for time
  public static SourceException refusal(
      String code, String message, Set<String> expired, Set<String> busy) {
    Cure cure =
        expired.contains(code) ? Cure.AUTHORISE : busy.contains(code) ? Cure.WAIT : Cure.MEND;
    return new SourceException(cure, code, message + " (" + code + ")", 0);
  }

  /// The text at a path; empty when nothing stands there.
  public static String text(Json json, String path) {
    return switch (Records.at(json, path)) {
      case Json.Str(String text) -> text;
      case Json.Num(var number) -> number.toPlainString();
      case Json.Bool(boolean on) -> String.valueOf(on);
      case null, default -> "";
    };
  }

  /// How many records a window has.
  ///
  /// @throws SourceException when nothing says so: an answer of another shape is no empty window
  public static long total(Json json, String path) {
    String text = text(json, path);
    if (!text.matches("\\d{1,15}")) {
      throw new SourceException(
          Cure.MEND, "no_total", "The platform's answer has no number at " + path + ".", 0);
    }
    return Long.parseLong(text);
  }

  /// The items at a path.
  public static List<Json> items(Json json, String path) {
    Json found = path.isEmpty() ? json : Records.at(json, path);
    return found instanceof Json.Arr(List<Json> items) ? items : List.of();
  }

  /// A page by its number, from the last to the first.
  public interface Asked {
    Answer ask(int page);
  }

  /// @param total how many records the window has
  public record Answer(List<Json> records, long total) {
    public Answer {
      records = List.copyOf(records);
    }
  }

  public static OrderSource.Page backwards(String cursor, int size, Asked asked) {
    if (cursor.isEmpty()) {
      Answer first = asked.ask(1);
      int pages = (int) ((first.total + size - 1) / size);
      return pages <= 1
          ? new OrderSource.Page(first.records, "")
          : new OrderSource.Page(List.of(), "" + pages);
    }
    int page = Integer.parseInt(cursor);
    return new OrderSource.Page(asked.ask(page).records, page <= 1 ? "" : "" + (page - 1));
  }
}
