package io.huoshui.insight.tree;

import io.huoshui.event.EventCatalogue;
import io.huoshui.event.Near;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Grain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Looks through a [MetricSet] and says everything that keeps it from being computed.
public final class Review {
  /// Nodes of a tree written out, with what stands in it twice.
  static final int MOST_NODES = 500;

  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,63}");

  private final MetricSet set;
  private final EventCatalogue catalogue;
  private final Map<String, Metric> byName = new LinkedHashMap<>();
  private final Map<String, Formula> formulas = new HashMap<>();
  private final List<Finding> findings = new ArrayList<>();

  /// Grains of what lies beneath no circle, as far as they are known.
  private final Map<String, Grain> grains = new HashMap<>();

  private final Set<String> mixed = new HashSet<>();

  /// How many nodes each would be as a tree.
  private final Map<String, Long> sizes = new HashMap<>();

  private Review(MetricSet set, EventCatalogue catalogue) {
    this.set = set;
    this.catalogue = catalogue;
  }

  /// @return in the order of the metrics; none when the set can be computed
  public static List<Finding> of(MetricSet set, EventCatalogue catalogue) {
    var review = new Review(set, catalogue);
    review.look();
    return List.copyOf(review.findings);
  }

  private void found(
      Finding.Code code,
      String metric,
      String field,
      String value,
      String path,
      String why,
      String allowed,
      List<String> near) {
    findings.add(new Finding(code, metric, field, value, path, why, allowed, near));
  }

  private void look() {
    if (set.metrics().size() > MetricSet.MOST_METRICS) {
      found(
          Finding.Code.TOO_LARGE,
          "",
          "metrics",
          String.valueOf(set.metrics().size()),
          "",
          "There are too many metrics.",
          "at most " + MetricSet.MOST_METRICS,
          List.of());
      return;
    }
    for (Metric metric : set.metrics()) {
      if (!NAME.matcher(metric.name()).matches()) {
        found(
            Finding.Code.BAD_NAME,
            metric.name(),
            "name",
            metric.name(),
            "",
            "Formulas could not say this name.",
            "a letter, then letters, digits and _, at most 64",
            List.of());
      }
      if (byName.putIfAbsent(metric.name(), metric) != null) {
        found(
            Finding.Code.TWICE,
            metric.name(),
            "name",
            metric.name(),
            "",
            "Two metrics have this name.",
            "another name",
            List.of());
      }
    }
    byName.values().forEach(this::lookAt);
    circles();
    byName.keySet().forEach(this::grain);
    for (MetricSet.Tree tree : set.trees()) {
      if (!byName.containsKey(tree.root())) {
        found(
            Finding.Code.UNKNOWN_NAME,
            tree.name(),
            "root",
            tree.root(),
            "",
            "The tree stands on a metric that is not there.",
            "the name of a metric",
            Near.to(tree.root(), byName.keySet()));
      } else if (size(tree.root()) > MOST_NODES) {
        found(
            Finding.Code.TOO_LARGE,
            tree.name(),
            "root",
            tree.root(),
            "",
            "Written out, the tree has too many nodes.",
            "at most " + MOST_NODES,
            List.of());
      }
    }
  }

  private void lookAt(Metric metric) {
    switch (metric.origin()) {
      case Metric.Origin.Worked(String text) -> formula(metric, text);
      case Metric.Origin.Folded folded -> {
        folded.events().forEach(pattern -> known(metric, "events", pattern));
        Metric.Follow follow = folded.follow();
        if (follow != null) {
          follow.events().forEach(pattern -> known(metric, "followedBy", pattern));
        }
      }
      case Metric.Origin.Given _ -> {}
    }
    List<String> known = set.allDimensions().stream().map(Dimension::name).toList();
    for (String slice : metric.slices()) {
      if (!known.contains(slice)) {
        found(
            Finding.Code.UNKNOWN_DIMENSION,
            metric.name(),
            "slices",
            slice,
            "",
            "No dimension has this name.",
            String.join(", ", known),
            Near.to(slice, known));
      }
    }
  }

  private void known(Metric metric, String field, EventPattern pattern) {
    if (catalogue.find(pattern.event()) == null) {
      found(
          Finding.Code.UNKNOWN_EVENT,
          metric.name(),
          field,
          pattern.event(),
          "",
          "No event has this name.",
          "an event of the catalogue",
          catalogue.near(pattern.event()));
    }
  }

  private void formula(Metric metric, String text) {
    Formula formula;
    try {
      formula = Formula.parse(text);
    } catch (FormulaException e) {
      found(
          Finding.Code.BAD_FORMULA,
          metric.name(),
          "formula",
          text,
          "",
          String.valueOf(e.getMessage()),
          e.allowed(),
          List.of());
      return;
    }
    formulas.put(metric.name(), formula);
    for (String name : formula.names()) {
      if (!byName.containsKey(name)) {
        found(
            Finding.Code.UNKNOWN_NAME,
            metric.name(),
            "formula",
            name,
            metric.name() + " → " + name,
            "No metric has this name.",
            "the name of a metric",
            Near.to(name, byName.keySet()));
      }
    }
    if (formula.names().size() > Contributions.MOST && formula.linear() == null) {
      found(
          Finding.Code.TOO_MANY_FACTORS,
          metric.name(),
          "formula",
          String.valueOf(formula.names().size()),
          "",
          "A formula that is no sum can be taken apart up to so many names.",
          "at most " + Contributions.MOST + " names; give parts of it a name of their own",
          List.of());
    }
  }

  private List<String> parts(String name) {
    Formula formula = formulas.get(name);
    return formula == null
        ? List.of()
        : formula.names().stream().filter(byName::containsKey).toList();
  }

  // Circles.

  private final Set<String> closed = new HashSet<>();
  private final Set<String> inCircle = new HashSet<>();

  private void circles() {
    for (String name : byName.keySet()) {
      walk(name, new ArrayList<>());
    }
  }

  /// The sets are bounded ([MetricSet#MOST_METRICS]), and so is how deep this goes.
  private void walk(String name, List<String> way) {
    int begin = way.indexOf(name);
    if (begin >= 0) {
      List<String> circle = new ArrayList<>(way.subList(begin, way.size()));
      inCircle.addAll(circle);
      circle.add(name);
      found(
          Finding.Code.CYCLE,
          name,
          "formula",
          formulas.get(name) instanceof Formula formula ? formula.text() : "",
          String.join(" → ", circle),
          "The metric stands on itself.",
          "metrics that do not lead back",
          List.of());
      return;
    }
    if (closed.contains(name)) {
      return;
    }
    way.add(name);
    for (String part : parts(name)) {
      walk(part, way);
    }
    way.removeLast();
    closed.add(name);
  }

  // Grain and size, of what stands on no circle.

  private boolean round(String name) {
    return inCircle.contains(name) || parts(name).stream().anyMatch(this::roundOnce);
  }

  private final Map<String, Boolean> roundOnes = new HashMap<>();

  private boolean roundOnce(String name) {
    Boolean known = roundOnes.get(name);
    if (known == null) {
      roundOnes.put(name, true);
      known = round(name);
      roundOnes.put(name, known);
    }
    return known;
  }

  private Grain grain(String name) {
    Grain known = grains.get(name);
    if (known != null) {
      return known;
    }
    Metric metric = byName.get(name);
    Grain own = metric == null ? null : metric.grain();
    if (roundOnce(name) || parts(name).isEmpty()) {
      Grain grain = own == null ? Grain.DAY : own;
      grains.put(name, grain);
      if (metric != null) {
        targets(metric, grain);
      }
      return grain;
    }
    Map<Grain, String> ways = new LinkedHashMap<>();
    for (String part : parts(name)) {
      Grain grain = grain(part);
      // What is mixed itself was said there.
      if (!mixed.contains(part)) {
        ways.putIfAbsent(grain, way(name, part));
      }
    }
    if (own != null) {
      ways.putIfAbsent(own, name + " itself");
    }
    if (ways.isEmpty()) {
      mixed.add(name);
    }
    if (ways.size() > 1) {
      mixed.add(name);
      found(
          Finding.Code.MIXED_GRAIN,
          name,
          "grain",
          ways.keySet().stream().map(Grain::wire).collect(Collectors.joining(", ")),
          ways.entrySet().stream()
              .map(each -> each.getValue() + " (" + each.getKey().wire() + ")")
              .collect(Collectors.joining("; ")),
          "The parts are known for different lengths of time.",
          "parts of one grain",
          List.of());
    }
    Grain grain = own != null ? own : ways.isEmpty() ? Grain.DAY : ways.keySet().iterator().next();
    grains.put(name, grain);
    if (metric != null) {
      targets(metric, grain);
    }
    return grain;
  }

  /// From a name over a part down to the first leaf.
  private String way(String name, String part) {
    var way = new StringBuilder(name);
    String at = part;
    while (true) {
      way.append(" → ").append(at);
      List<String> next = parts(at);
      if (next.isEmpty()) {
        return way.toString();
      }
      at = next.getFirst();
    }
  }

  private void targets(Metric metric, Grain grain) {
    for (Metric.Target target : metric.targets()) {
      Days days = target.days();
      if (days != null && !days.whole(grain)) {
        found(
            Finding.Code.BAD_TARGET,
            metric.name(),
            "targets",
            days.toString(),
            "",
            "The metric is not known for these days.",
            "days made of whole ones of grain " + grain.wire(),
            List.of());
      }
    }
  }

  private long size(String name) {
    Long known = sizes.get(name);
    if (known != null) {
      return known;
    }
    if (roundOnce(name)) {
      return 0;
    }
    long size = 1;
    for (String part : parts(name)) {
      size = Math.min(Integer.MAX_VALUE, size + size(part));
    }
    sizes.put(name, size);
    return size;
  }
}
