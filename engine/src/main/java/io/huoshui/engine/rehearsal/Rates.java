package io.huoshui.engine.rehearsal;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/// The table of [Rate]s with some values replaced: for every message, or for those of a template.
public final class Rates {
  public static final Rates DEFAULT = new Rates(Map.of(), Map.of());

  private final Map<Rate, Double> all;
  private final Map<String, Map<Rate, Double>> byTemplate;

  public Rates(Map<Rate, Double> all, Map<String, Map<Rate, Double>> byTemplate) {
    this.all = all.isEmpty() ? Map.of() : new EnumMap<>(all);
    this.byTemplate = new HashMap<>(byTemplate);
  }

  /// Whether a script said it, for every message.
  boolean given(Rate rate) {
    return all.containsKey(rate);
  }

  /// The same with other values for every message; what is said of a template stays.
  Rates with(Map<Rate, Double> others) {
    var table = new EnumMap<Rate, Double>(Rate.class);
    table.putAll(all);
    table.putAll(others);
    return new Rates(table, byTemplate);
  }

  public double get(Rate rate) {
    return all.getOrDefault(rate, rate.value());
  }

  /// @param template whose messages answer otherwise, if any do
  public double get(Rate rate, String template) {
    Map<Rate, Double> own = byTemplate.get(template);
    Double value = own == null ? null : own.get(rate);
    return value == null ? get(rate) : value;
  }
}
