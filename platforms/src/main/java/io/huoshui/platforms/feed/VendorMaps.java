package io.huoshui.platforms.feed;

import io.huoshui.feed.FeedMap;
import io.huoshui.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  private static Map<String, Vendor> read() {
    var all = new LinkedHashMap<String, Vendor>();
    for (String name : VENDORS) {
      try (InputStream in = VendorMaps.class.getResourceAsStream(name + ".yaml")) {
        if (in == null) {
          throw new IllegalStateException("No map of " + name);
        }
        Object yaml =
            new Yaml(new SafeConstructor(new LoaderOptions()))
                .load(new InputStreamReader(in, StandardCharsets.UTF_8));
        all.put(name, vendor(name, json(yaml)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return all;
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
