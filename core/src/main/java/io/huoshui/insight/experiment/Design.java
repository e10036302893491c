package io.huoshui.insight.experiment;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What was planned before anybody looked.
///
/// @param variants in the order in which they are shown
/// @param control the one the others are compared with
/// @param measures the first decides
/// @param guardrails must not get worse
/// @param covariate a number of each person from before the experiment, for CUPED; null for none
/// @param alpha how often a difference may be seen where there is none, over all variants together
/// @param power how often a difference that is there is to be seen
/// @param lift the least relative change of the first measure that is worth finding, 0 where none
///   was said
/// @param look whether this is the last look, or one of many
/// @param tunedTo the number of people at which bounds for many looks are narrowest
public record Design(
    List<Variant> variants,
    String control,
    List<Measure> measures,
    List<Guardrail> guardrails,
    @Nullable String covariate,
    double alpha,
    double power,
    double lift,
    Look look,
    double tunedTo) {
  public static final double TUNED_TO = 10_000;

  /// @param share of everybody, planned; all add up to 1. 0 for all where none was planned
  public record Variant(String name, double share) {}

  /// @param up whether more is better
  public record Guardrail(Measure measure, boolean up) {}

  public enum Look {
    /// Nobody looked before, or nobody would have stopped.
    LAST,
    /// Somebody may look at any time, and stop.
    ANY
  }

  public Design {
    variants = List.copyOf(variants);
    measures = List.copyOf(measures);
    guardrails = List.copyOf(guardrails);
    if (variants.size() < 2) {
      throw new IllegalArgumentException(
          "An experiment has two variants or more, got "
              + variants.stream().map(Variant::name).toList());
    }
    if (variants.stream().noneMatch(variant -> variant.name().equals(control))) {
      throw new IllegalArgumentException(
          "The control '"
              + control
              + "' is none of the variants: "
              + String.join(", ", variants.stream().map(Variant::name).toList()));
    }
    if (measures.isEmpty()) {
      throw new IllegalArgumentException("An experiment measures something");
    }
    if (!(alpha > 0 && alpha < 0.5 && power > 0 && power < 1 && lift >= 0)) {
      throw new IllegalArgumentException(
          "alpha " + alpha + " is above 0 and below 0.5, power " + power + " above 0 and below 1");
    }
    double sum = variants.stream().mapToDouble(Variant::share).sum();
    if (Math.abs(sum) > 1e-9 && Math.abs(sum - 1) > 1e-9) {
      throw new IllegalArgumentException("The planned shares add up to " + sum + ", not to 1");
    }
  }

  /// Variants of equal shares, or of the shares given in any unit.
  ///
  /// @param shares per name, above 0; empty for equal ones
  public static List<Variant> variants(List<String> names, java.util.Map<String, Double> shares) {
    double sum = names.stream().mapToDouble(name -> shares.getOrDefault(name, 0.0)).sum();
    return names.stream()
        .map(
            name ->
                new Variant(
                    name,
                    shares.isEmpty() ? 1.0 / names.size() : shares.getOrDefault(name, 0.0) / sum))
        .toList();
  }

  /// The columns of a person's numbers, in their order.
  public List<String> columns() {
    var columns = new LinkedHashSet<String>();
    var all = new ArrayList<>(measures);
    guardrails.forEach(guardrail -> all.add(guardrail.measure()));
    for (Measure measure : all) {
      switch (measure) {
        case Measure.Mean(String column) -> columns.add(column);
        case Measure.Ratio(String numerator, String denominator) -> {
          columns.add(numerator);
          columns.add(denominator);
        }
      }
    }
    if (covariate != null) {
      columns.add(covariate);
    }
    return List.copyOf(columns);
  }

  boolean planned() {
    return variants.stream().anyMatch(variant -> variant.share() > 0);
  }

  List<Variant> treated() {
    return variants.stream().filter(variant -> !variant.name().equals(control)).toList();
  }
}
