package io.huoshui.sandbox.customers;

import java.util.EnumMap;
import java.util.Map;

/// The table of [Habit]s, with some values replaced.
public final class Habits {
  public static final Habits DEFAULT = new Habits(Map.of());

  private final Map<Habit, Double> replaced;

  private Habits(Map<Habit, Double> replaced) {
    this.replaced = replaced.isEmpty() ? Map.of() : new EnumMap<>(replaced);
  }

  public double get(Habit habit) {
    return replaced.getOrDefault(habit, habit.value());
  }

  public Habits with(Habit habit, double value) {
    var more = new EnumMap<Habit, Double>(Habit.class);
    more.putAll(replaced);
    more.put(habit, value);
    return new Habits(more);
  }
}
