package io.huoshui.server.feed;

import io.huoshui.feed.FeedMap;
import io.huoshui.json.Json;
import io.huoshui.json.JsonException;
import io.huoshui.server.access.Problem;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/// Feeds on the wire.
final class FeedJson {
  private FeedJson() {}

  static ResponseEntity<String> answer(Json json) {
    return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(json.write());
  }

  static Json.Obj read(String body) {
    try {
      if (Json.parse(body) instanceof Json.Obj object) {
        return object;
      }
    } catch (JsonException e) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "malformed_json", String.valueOf(e.getMessage()))
          .thrown();
    }
    throw Problem.of(HttpStatus.BAD_REQUEST, "malformed_json", "The body is no JSON object.")
        .thrown();
  }

  /// @return empty when it is not there
  static String text(Json.Obj body, String key) {
    return switch (body.get(key)) {
      case null -> "";
      case Json.Null _ -> "";
      case Json.Str(String text) -> text.strip();
      case Json.Num(var number) -> number.toPlainString();
      default ->
          throw Problem.of(HttpStatus.BAD_REQUEST, "bad_field", "'" + key + "' is a text.")
              .at(key, "something else", "a text")
              .thrown();
    };
  }

  static FeedMap map(Json json) {
    try {
      return FeedMap.read(json);
    } catch (FeedMap.MapException e) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_map", String.valueOf(e.getMessage()))
          .at("map." + e.at(), "", e.allowed())
          .next("docs/feeds.md says what a map is made of.")
          .thrown();
    }
  }

  static Map<String, String> cells(Json row) {
    var cells = new LinkedHashMap<String, String>();
    if (row instanceof Json.Obj(Map<String, Json> fields)) {
      fields.forEach(
          (column, value) -> {
            if (value instanceof Json.Str(String text)) {
              cells.put(column, text);
            }
          });
    }
    return cells;
  }

  static Json row(Map<String, String> cells) {
    var fields = new LinkedHashMap<String, Json>();
    cells.forEach((column, text) -> fields.put(column, Json.of(text)));
    return new Json.Obj(fields);
  }

  static Json counts(Map<String, ? extends Number> counts) {
    var fields = new LinkedHashMap<String, Json>();
    counts.forEach((what, count) -> fields.put(what, Json.of(count.longValue())));
    return new Json.Obj(fields);
  }

  static Json of(@Nullable Instant instant) {
    return instant == null ? new Json.Null() : Json.of(instant.toString());
  }

  static Json of(@Nullable String text) {
    return text == null ? new Json.Null() : Json.of(text);
  }
}
