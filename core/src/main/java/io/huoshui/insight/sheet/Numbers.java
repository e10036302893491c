package io.huoshui.insight.sheet;

import org.jspecify.annotations.Nullable;

/// What sheets say in numbers.
final class Numbers {
  /// Keys of small numbers, so that nobody writes them anew for each person.
  private static final String[] KEYS = new String[512];

  static {
    for (int i = 0; i < KEYS.length; i++) {
      KEYS[i] = Integer.toString(i);
    }
  }

  private Numbers() {}

  static String key(int number) {
    return number >= 0 && number < KEYS.length ? KEYS[number] : Integer.toString(number);
  }

  /// @return null where there is no base
  static @Nullable Double share(double part, double whole) {
    return whole == 0 ? null : part / whole;
  }

  static @Nullable Double share(long part, long whole) {
    return share((double) part, (double) whole);
  }

  static @Nullable Double share(long part, double whole) {
    return share((double) part, whole);
  }

  static @Nullable Double share(double part, long whole) {
    return share(part, (double) whole);
  }

  static Double of(long number) {
    return (double) number;
  }
}
