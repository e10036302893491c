package io.huoshui.profile;

/// What is counted over people, one timeline at a time. Totals of different people add up to the
/// total of all, in whatever order: so a host may count parts side by side.
public interface Total<T extends Total<T>> {
  /// Counts one person, who has events.
  void add(Timeline timeline);

  /// Counts people who have no events.
  void addWithoutEvents(long more);

  /// Takes over what was counted of other people.
  void add(T other);

  /// How many people were counted.
  long people();
}
