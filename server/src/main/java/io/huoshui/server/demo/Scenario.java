package io.huoshui.server.demo;

import io.huoshui.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// `examples/NAME/scenario.yaml`: what the demo publishes, picks and launches.
public record Scenario(
    Instant start,
    String zone,
    String currency,
    String heroSku,
    String heroWithin,
    int launchHour,
    Json gatePolicy,
    List<Json> coupons,
    List<Json> templates,
    List<Segment> segments,
    List<Campaign> campaigns) {

  public record Segment(String name, String text) {}

  /// @param journey the definition as JSON
  public record Campaign(String name, String segment, String audience, Json journey) {}

  public static Scenario read(Path file) {
    try {
      var tree = YAMLMapper.builder().build().readTree(Files.readString(file));
      Json json = Json.parse(JsonMapper.builder().build().writeValueAsString(tree));
      var segments = new ArrayList<Segment>();
      for (Json segment : list(json, "segments")) {
        segments.add(new Segment(text(segment, "name"), text(segment, "text")));
      }
      var campaigns = new ArrayList<Campaign>();
      for (Json campaign : list(json, "campaigns")) {
        Json journey = get(campaign, "journey");
        campaigns.add(
            new Campaign(
                text(journey, "journey"),
                text(campaign, "segment"),
                text(campaign, "audience"),
                journey));
      }
      return new Scenario(
          OffsetDateTime.parse(text(json, "start")).toInstant(),
          text(json, "zone"),
          text(json, "currency"),
          text(get(json, "hero"), "sku"),
          text(get(json, "hero"), "within"),
          (int) number(json, "launchHour"),
          get(json, "gatePolicy"),
          list(json, "coupons"),
          list(json, "templates"),
          segments,
          campaigns);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The scenario " + file + " can not be read: " + e.getMessage(), e);
    }
  }

  public static Json get(Json json, String key) {
    return json instanceof Json.Obj object && object.get(key) instanceof Json found
        ? found
        : new Json.Null();
  }

  public static String text(Json json, String key) {
    return get(json, key) instanceof Json.Str(String text) ? text : "";
  }

  public static long number(Json json, String key) {
    return get(json, key) instanceof Json.Num(var number) ? number.longValue() : 0;
  }

  public static double decimal(Json json, String key) {
    return get(json, key) instanceof Json.Num(var number) ? number.doubleValue() : Double.NaN;
  }

  public static List<Json> list(Json json, String key) {
    return get(json, key) instanceof Json.Arr(List<Json> items) ? items : List.of();
  }
}
