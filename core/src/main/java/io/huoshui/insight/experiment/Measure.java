package io.huoshui.insight.experiment;

/// A number that is compared between variants.
public sealed interface Measure {
  String name();

  /// The mean over people.
  record Mean(String column) implements Measure {
    @Override
    public String name() {
      return column;
    }
  }

  /// One sum by another over all people: people are what is assigned, and have many of what is
  /// divided by (orders, visits), so its variance is by the delta method.
  record Ratio(String numerator, String denominator) implements Measure {
    @Override
    public String name() {
      return numerator + "/" + denominator;
    }
  }
}
