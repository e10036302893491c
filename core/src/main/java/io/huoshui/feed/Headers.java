package io.huoshui.feed;

import io.huoshui.event.Near;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// A file's columns against a map: decided before a row of it is taken.
///
/// @param chosen per field its columns, as the file writes them, the first that holds something
///   counts
/// @param missing without which the file is refused
/// @param unknown columns that are neither read nor expected
public record Headers(
    Map<Field, List<String>> chosen,
    Map<String, List<String>> properties,
    List<Missing> missing,
    List<String> unknown) {
  /// @param wanted the names under which it is known
  /// @param near what stands in the file and is most like it
  public record Missing(Field field, List<String> wanted, List<String> near) {}

  public Headers {
    chosen = java.util.Collections.unmodifiableMap(new EnumMap<>(chosen));
    properties = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    missing = List.copyOf(missing);
    unknown = List.copyOf(unknown);
  }

  public boolean fits() {
    return missing.isEmpty();
  }

  public static Headers of(FeedMap map, List<String> columns) {
    var byName = new LinkedHashMap<String, String>();
    for (String column : columns) {
      byName.putIfAbsent(Cells.column(column), column);
    }
    var read = new LinkedHashSet<String>();
    var chosen = new EnumMap<Field, List<String>>(Field.class);
    map.fields()
        .forEach(
            (field, from) -> {
              List<String> found = found(from, byName);
              if (!found.isEmpty()) {
                chosen.put(field, found);
                read.addAll(found);
              }
            });
    var properties = new LinkedHashMap<String, List<String>>();
    map.properties()
        .forEach(
            (name, from) -> {
              List<String> found = found(from, byName);
              if (!found.isEmpty()) {
                properties.put(name, found);
                read.addAll(found);
              }
            });
    var missing = new ArrayList<Missing>();
    for (Field field : map.needed()) {
      if (!chosen.containsKey(field)) {
        List<String> wanted = map.fields().getOrDefault(field, NOWHERE).columns();
        missing.add(
            new Missing(
                field,
                wanted,
                wanted.isEmpty() ? List.of() : Near.to(wanted.getFirst(), left(columns, read))));
      }
    }
    if (map.kind() == FeedMap.Kind.ORDER
        && !map.needed().contains(Field.PAID)
        && !chosen.containsKey(Field.PAID)
        && !chosen.containsKey(Field.LINE_PAID)) {
      missing.add(either(map, Field.PAID, Field.LINE_PAID, left(columns, read)));
    }
    if (map.kind() == FeedMap.Kind.ORDER
        && !chosen.containsKey(Field.PAID_AT)
        && !chosen.containsKey(Field.CREATED_AT)) {
      missing.add(either(map, Field.PAID_AT, Field.CREATED_AT, left(columns, read)));
    }
    var known = new LinkedHashSet<String>();
    map.known().forEach(name -> known.add(Cells.column(name)));
    return new Headers(
        chosen,
        properties,
        missing,
        columns.stream()
            .filter(column -> !read.contains(column) && !known.contains(Cells.column(column)))
            .toList());
  }

  private static final FeedMap.From NOWHERE = new FeedMap.From(List.of(), List.of(), List.of());

  private static List<String> left(List<String> columns, LinkedHashSet<String> read) {
    return columns.stream().filter(column -> !read.contains(column)).toList();
  }

  private static Missing either(FeedMap map, Field a, Field b, List<String> left) {
    var wanted = new ArrayList<>(map.fields().getOrDefault(a, NOWHERE).columns());
    wanted.addAll(map.fields().getOrDefault(b, NOWHERE).columns());
    return new Missing(a, wanted, wanted.isEmpty() ? List.of() : Near.to(wanted.getFirst(), left));
  }

  private static List<String> found(FeedMap.From from, Map<String, String> byName) {
    var found = new ArrayList<String>();
    for (String alias : from.columns()) {
      String column = byName.get(Cells.column(alias));
      if (column != null && !found.contains(column)) {
        found.add(column);
      }
    }
    return found;
  }
}
