package io.huoshui.insight.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// An experiment that is being counted, one person after the other. For one thread; parts of the
/// people add up.
public final class Experiment {
  private final Design design;
  private final List<String> features;
  private final Map<String, Moments> arms = new LinkedHashMap<>();

  /// Per feature and value, per variant.
  private final Map<String, Map<String, Map<String, Moments>>> segments = new LinkedHashMap<>();

  public Experiment(Design design) {
    this(design, List.of());
  }

  /// @param features by whose values people fall into segments
  public Experiment(Design design, List<String> features) {
    this.design = design;
    this.features = List.copyOf(features);
    design.variants().forEach(variant -> arms.put(variant.name(), nobody()));
    features.forEach(feature -> segments.put(feature, new TreeMap<>()));
  }

  private Moments nobody() {
    return new Moments(design.columns().size());
  }

  public void add(String variant, double... values) {
    add(variant, List.of(), values);
  }

  /// @param of the person's value of each feature; empty where features are not asked
  /// @param values in the order of [Design#columns()]
  public void add(String variant, List<String> of, double... values) {
    Moments arm = arms.get(variant);
    if (arm == null) {
      throw new IllegalArgumentException(
          "'" + variant + "' is none of the variants: " + String.join(", ", arms.keySet()));
    }
    arm.add(values);
    for (int i = 0; i < Math.min(of.size(), features.size()); i++) {
      segment(features.get(i), of.get(i), variant).add(values);
    }
  }

  private Moments segment(String feature, String value, String variant) {
    return segments
        .computeIfAbsent(feature, _ -> new TreeMap<>())
        .computeIfAbsent(value, _ -> new LinkedHashMap<>())
        .computeIfAbsent(variant, _ -> nobody());
  }

  /// Adds what was counted of other people, of the same design.
  public void add(Experiment other) {
    other.arms.forEach((variant, theirs) -> arms.getOrDefault(variant, nobody()).add(theirs));
    other.segments.forEach(
        (feature, values) ->
            values.forEach(
                (value, variants) ->
                    variants.forEach(
                        (variant, theirs) -> segment(feature, value, variant).add(theirs))));
  }

  public Reading read() {
    return new Analysis(design).read(arms);
  }

  public Reading.Segments segments() {
    return new Analysis(design).segments(segments);
  }

  /// The names of the features.
  public List<String> features() {
    return new ArrayList<>(segments.keySet());
  }
}
