package io.huoshui.insight.tree;

import io.huoshui.event.EventCatalogue;
import io.huoshui.profile.Grain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A [MetricSet] that holds together. Immutable.
public final class Metrics {
  private final MetricSet set;

  /// Parts before what stands on them.
  private final List<Metric> ordered = new ArrayList<>();

  private final Map<String, Integer> places = new HashMap<>();
  private final List<@Nullable Formula> formulas = new ArrayList<>();

  /// Per metric the places of its formula's names.
  private final List<List<Integer>> parts = new ArrayList<>();

  private final List<Grain> grains = new ArrayList<>();

  /// Per metric the leaves beneath, itself when it is one.
  private final List<List<Integer>> leaves = new ArrayList<>();

  /// @throws IllegalArgumentException when a [Review] finds something
  public Metrics(MetricSet set, EventCatalogue catalogue) {
    List<Finding> findings = Review.of(set, catalogue);
    if (!findings.isEmpty()) {
      throw new IllegalArgumentException("The metrics do not hold together: " + findings);
    }
    this.set = set;
    var byName = new LinkedHashMap<String, Metric>();
    set.metrics().forEach(metric -> byName.put(metric.name(), metric));
    byName.values().forEach(metric -> take(metric, byName));
  }

  private void take(Metric metric, Map<String, Metric> byName) {
    if (places.containsKey(metric.name())) {
      return;
    }
    Formula formula =
        metric.origin() instanceof Metric.Origin.Worked(String text) ? Formula.parse(text) : null;
    var own = new ArrayList<Integer>();
    Set<Integer> beneath = new LinkedHashSet<>();
    if (formula != null) {
      for (String name : formula.names()) {
        Metric part = byName.get(name);
        if (part == null) {
          throw new IllegalStateException("A review lets no unknown name through: " + name);
        }
        take(part, byName);
        int place = place(name);
        own.add(place);
        beneath.addAll(leaves.get(place));
      }
    }
    int place = ordered.size();
    if (metric.leaf()) {
      beneath.add(place);
    }
    Grain grain = metric.grain();
    ordered.add(metric);
    places.put(metric.name(), place);
    formulas.add(formula);
    parts.add(List.copyOf(own));
    leaves.add(List.copyOf(beneath));
    grains.add(grain != null ? grain : own.isEmpty() ? Grain.DAY : grains.get(own.getFirst()));
  }

  public MetricSet set() {
    return set;
  }

  public List<MetricSet.Tree> trees() {
    return set.trees();
  }

  /// Parts before what stands on them.
  public List<Metric> all() {
    return List.copyOf(ordered);
  }

  public @Nullable Metric find(String name) {
    Integer place = places.get(name);
    return place == null ? null : ordered.get(place);
  }

  public @Nullable Dimension dimension(String name) {
    return set.allDimensions().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElse(null);
  }

  int size() {
    return ordered.size();
  }

  Metric at(int place) {
    return ordered.get(place);
  }

  /// @throws IllegalArgumentException when there is none
  int place(String name) {
    Integer place = places.get(name);
    if (place == null) {
      throw new IllegalArgumentException("No metric '" + name + "'");
    }
    return place;
  }

  @Nullable Formula formula(int place) {
    return formulas.get(place);
  }

  List<Integer> parts(int place) {
    return parts.get(place);
  }

  List<Integer> leaves(int place) {
    return leaves.get(place);
  }

  /// For which days a metric may be asked: made of whole ones of this.
  public Grain grain(String metric) {
    return grains.get(place(metric));
  }

  /// The leaves a metric stands on.
  public List<Metric> leaves(String metric) {
    return leaves.get(place(metric)).stream().map(ordered::get).toList();
  }

  /// The dimensions every leaf beneath a metric is known by, in the set's order.
  public List<String> slices(String metric) {
    return slices(place(metric));
  }

  List<String> slices(int place) {
    return set.allDimensions().stream()
        .map(Dimension::name)
        .filter(
            name ->
                leaves.get(place).stream()
                    .allMatch(leaf -> ordered.get(leaf).slices().contains(name)))
        .toList();
  }

  /// The dimensions any leaf beneath a metric is known by, in the set's order.
  public List<String> anySlices(String metric) {
    int place = place(metric);
    return set.allDimensions().stream()
        .map(Dimension::name)
        .filter(
            name ->
                leaves.get(place).stream()
                    .anyMatch(leaf -> ordered.get(leaf).slices().contains(name)))
        .toList();
  }
}
