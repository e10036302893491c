package io.huoshui.platforms.feed;

import io.huoshui.feed.FeedMap;
import io.huoshui.feed.Field;
import io.huoshui.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// The maps that come with the product, one file per vendor beside this class. Where a header row
/// or a field was seen, and when, stands in the file.
public final class VendorMaps {
  public static final List<String> VENDORS =
      List.of("taobao", "jd", "pdd", "douyin", "youzan", "meituan", "eleme");

  private static final List<String> KINDS = List.of("order", "refund", "member");

  /// @param source of the events, the same for file, API and push
  /// @param lent whether its phones are always lent ones
  /// @param maps by what a record is about: `order`, `refund`, `member`
  public record Vendor(
      String name,
      String zh,
      String en,
      String source,
      boolean lent,
      Map<String, FeedMap> maps,
      Map<String, Json> written) {
    public Vendor {
      maps = Map.copyOf(maps);
      written = Map.copyOf(written);
    }
  }

  private static final Map<String, Vendor> ALL = read();

  private VendorMaps() {}

  public static List<Vendor> all() {
    return List.copyOf(ALL.values());
  }

  public static @Nullable Vendor find(String name) {
    return ALL.get(name);
  }

  /// What every field is called, the likelier names first: those of tills and ERPs, those of the
  /// vendors' maps, and those that may mean several things (`usual.yaml`).
  public static Map<Field, Set<String>> names() {
    var names = new EnumMap<Field, Set<String>>(Field.class);
    Json usual = yaml("usual");
    for (Field field : Field.values()) {
      var of = new LinkedHashSet<>(texts(usual, "fields." + field.wire() + ".first"));
      for (Vendor vendor : ALL.values()) {
        for (String kind : KINDS) {
          FeedMap map = vendor.maps.get(kind);
          FeedMap.From from = map == null ? null : map.fields().get(field);
          if (from != null) {
            of.addAll(from.columns());
          }
        }
      }
      of.addAll(texts(usual, "fields." + field.wire() + ".otherwise"));
      names.put(field, of);
    }
    return names;
  }

  private static List<String> texts(Json json, String path) {
    var texts = new ArrayList<String>();
    for (Json item : Caller.items(json, path)) {
      if (item instanceof Json.Str(String text)) {
        texts.add(text);
      }
    }
    return texts;
  }

  private static Map<String, Vendor> read() {
    var all = new LinkedHashMap<String, Vendor>();
    for (String name : VENDORS) {
      all.put(name, vendor(name, yaml(name)));
    }
    return all;
  }

  private static Json yaml(String name) {
    try (InputStream in = VendorMaps.class.getResourceAsStream(name + ".yaml")) {
      if (in == null) {
        throw new IllegalStateException("No map of " + name);
      }
      Object yaml =
          new Yaml(new SafeConstructor(new LoaderOptions()))
              .load(new InputStreamReader(in, StandardCharsets.UTF_8));
      return json(yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Vendor vendor(String name, Json json) {
    var maps = new LinkedHashMap<String, FeedMap>();
    var written = new LinkedHashMap<String, Json>();
    for (String kind : KINDS) {
      if (json instanceof Json.Obj object && object.get(kind) instanceof Json.Obj map) {
        maps.put(kind, FeedMap.read(map));
        written.put(kind, map);
      }
    }
    return new Vendor(
        name,
        Caller.text(json, "title.zh"),
        Caller.text(json, "title.en"),
        Caller.text(json, "source"),
        Caller.text(json, "lent").equals("true"),
        maps,
        written);
  }

  private static Json json(Object yaml) {
    return switch (yaml) {
      case Map<?, ?> map -> {
        var fields = new LinkedHashMap<String, Json>();
        map.forEach((key, value) -> fields.put(String.valueOf(key), json(value)));
        yield new Json.Obj(fields);
      }
      case List<?> list -> {
        var items = new ArrayList<Json>();
        list.forEach(item -> items.add(json(item)));
        yield Json.of(items);
      }
      case Boolean on -> Json.of(on);
      case Integer number -> Json.of(number.longValue());
      default -> Json.of(String.valueOf(yaml));
    };
  }
}
