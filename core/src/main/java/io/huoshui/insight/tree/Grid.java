package io.huoshui.insight.tree;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Every metric in any slice: what a [Cube] counted and what [Numbers] were told, with formulas
/// over them.
public final class Grid {
  private final Metrics metrics;
  private final Cube cube;
  private final int columns;

  /// Per metric its rows; null of formulas.
  private final List<@Nullable Leaf> leaves = new ArrayList<>();

  // A drill asks for the same again and again.
  private final Map<Map<String, String>, Sheet> sheets = new HashMap<>();
  private final Map<By, Map<String, Sheet>> members = new HashMap<>();

  private record By(Map<String, String> slice, String dimension) {}

  /// Rows of one leaf.
  private record Leaf(List<String> dimensions, boolean adds, boolean given, List<Cube.Row> rows) {}

  /// @param cube was asked for every fold beneath what this will be asked for
  /// @throws IllegalArgumentException when the cube is full
  public Grid(Metrics metrics, Cube cube, Numbers numbers) {
    if (cube.full()) {
      throw new IllegalArgumentException("The cube is full: no number of it is right");
    }
    this.metrics = metrics;
    this.cube = cube;
    this.columns = cube.asked().columns().size();
    var places = new HashMap<String, Integer>();
    for (int i = 0; i < cube.asked().leaves().size(); i++) {
      places.put(cube.asked().leaves().get(i).metric(), i);
    }
    for (Metric metric : metrics.all()) {
      leaves.add(
          switch (metric.origin()) {
            case Metric.Origin.Worked _ -> null;
            case Metric.Origin.Given given -> given(metric.name(), given, numbers);
            case Metric.Origin.Folded _ -> {
              Integer place = places.get(metric.name());
              if (place == null) {
                yield null;
              }
              var rows = new ArrayList<Cube.Row>();
              cube.rows(place, rows::add);
              boolean adds = cube.asked().leaves().get(place).fold().measure().adds();
              yield new Leaf(cube.asked().dimensions(place), adds, false, rows);
            }
          });
    }
  }

  private Leaf given(String metric, Metric.Origin.Given given, Numbers numbers) {
    List<String> dimensions =
        cube.asked().dimensions().stream().filter(given.slices()::contains).toList();
    var rows = new HashMap<List<@Nullable String>, Cube.Row>();
    var order = new ArrayList<Cube.Row>();
    for (Numbers.Row told : numbers.rows()) {
      if (!told.metric().equals(metric)) {
        continue;
      }
      for (int column = 0; column < columns; column++) {
        if (cube.asked().columns().get(column).contains(told.day())) {
          List<@Nullable String> members = new ArrayList<>();
          dimensions.forEach(name -> members.add(told.slice().getOrDefault(name, "")));
          Cube.Row row = rows.get(members);
          if (row == null) {
            double[] none = new double[columns];
            Arrays.fill(none, Double.NaN);
            row = new Cube.Row(members, none, new long[columns]);
            rows.put(members, row);
            order.add(row);
          }
          row.values[column] =
              row.events[column] == 0 ? told.value() : row.values[column] + told.value();
          row.events[column]++;
        }
      }
    }
    return new Leaf(dimensions, true, true, order);
  }

  public Metrics metrics() {
    return metrics;
  }

  public List<Days> days() {
    return cube.asked().columns();
  }

  /// The dimensions that may be asked for.
  public List<String> dimensions() {
    return cube.asked().dimensions();
  }

  /// Every metric in one slice.
  ///
  /// @param slice per dimension the member; empty for everything
  public Sheet sheet(Map<String, String> slice) {
    return sheets.computeIfAbsent(Map.copyOf(slice), this::worked);
  }

  private Sheet worked(Map<String, String> slice) {
    var sheet = new Sheet(metrics, columns);
    for (int place = 0; place < metrics.size(); place++) {
      Leaf leaf = leaves.get(place);
      if (leaf == null || !knows(place, slice, "")) {
        continue;
      }
      sheet.begin(place, leaf.given());
      for (Cube.Row row : leaf.rows()) {
        if (matches(leaf, row, slice, "")) {
          sheet.add(place, row);
        }
      }
    }
    sheet.work();
    return sheet;
  }

  /// Every metric member by member of a dimension within a slice; of leaves that do not know the
  /// dimension there is no number.
  public Map<String, Sheet> by(Map<String, String> slice, String dimension) {
    return members.computeIfAbsent(
        new By(Map.copyOf(slice), dimension), by -> worked(by.slice(), by.dimension()));
  }

  private Map<String, Sheet> worked(Map<String, String> slice, String dimension) {
    var sheets = new TreeMap<String, Sheet>();
    for (int place = 0; place < metrics.size(); place++) {
      Leaf leaf = leaves.get(place);
      if (leaf != null && knows(place, slice, dimension)) {
        int at = leaf.dimensions().indexOf(dimension);
        for (Cube.Row row : leaf.rows()) {
          if (matches(leaf, row, slice, dimension)
              && row.members.get(at) instanceof String member) {
            Sheet sheet = sheets.computeIfAbsent(member, _ -> new Sheet(metrics, columns));
            sheet.begin(place, leaf.given());
            sheet.add(place, row);
          }
        }
      }
    }
    for (int place = 0; place < metrics.size(); place++) {
      Leaf leaf = leaves.get(place);
      if (leaf != null && !leaf.given() && knows(place, slice, dimension)) {
        for (Sheet sheet : sheets.values()) {
          sheet.begin(place, false);
        }
      }
    }
    sheets.values().forEach(Sheet::work);
    return sheets;
  }

  /// @param dimension one more; empty for none
  private boolean knows(int place, Map<String, String> slice, String dimension) {
    List<String> known = metrics.at(place).slices();
    return known.containsAll(slice.keySet()) && (dimension.isEmpty() || known.contains(dimension));
  }

  private static boolean matches(
      Leaf leaf, Cube.Row row, Map<String, String> slice, String dimension) {
    for (int i = 0; i < leaf.dimensions().size(); i++) {
      String name = leaf.dimensions().get(i);
      String wanted = slice.get(name);
      String member = row.members.get(i);
      if (wanted != null
          ? !wanted.equals(member)
          : !leaf.adds() && chosen(member, name, dimension)) {
        return false;
      }
    }
    return true;
  }

  /// Whether a row that is kept per choice of dimensions is of another choice.
  private static boolean chosen(@Nullable String member, String name, String dimension) {
    return (member != null) != name.equals(dimension);
  }
}
