package io.huoshui.server.rehearsal;

/// What a rehearsal takes of the heap, and what is left of it. The engine must not be starved by a
/// question.
///
/// @param neededMb expected, on the safe side
/// @param freeMb not in use now
record Memory(long neededMb, long freeMb) {
  private static final long MB = 1L << 20;
  private static final long BASE_MB = 64;

  /// A person of the brand with two years of history: 8.1 GB for a million (docs/numbers.md).
  private static final long BRAND_PERSON = 10_500;

  private static final long PERSON = 2_000;
  private static final long EVENT = 150;

  /// @param people and their events, as the engine has them now
  static Memory ofOwn(long people, long events) {
    return new Memory(BASE_MB + (people * PERSON + events * EVENT) / MB, free());
  }

  static Memory ofBrand(long people) {
    return new Memory(BASE_MB + people * BRAND_PERSON / MB, free());
  }

  /// The same, as it is now. What only waits to be collected is not in use.
  Memory now() {
    long free = free();
    if (free < neededMb) {
      System.gc();
      free = free();
    }
    return new Memory(neededMb, free);
  }

  boolean enough() {
    return neededMb <= freeMb;
  }

  private static long free() {
    Runtime runtime = Runtime.getRuntime();
    return (runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory()) / MB;
  }
}
