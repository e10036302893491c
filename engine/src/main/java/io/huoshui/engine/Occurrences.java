package io.huoshui.engine;

import io.huoshui.event.Properties;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What other stores follow, numbered in the order in which it was taken; the numbers are the same
/// after every replay.
final class Occurrences {
  /// Events of these names are kept to be followed.
  static final Set<String> FOLLOWED = Set.of("coupon_issued", "coupon_redeemed", "coupon_expired");

  /// @param node the identifier it hangs on, as a profile was named before any merge
  record Occurrence(String name, int node, Instant time, Properties properties) {}

  private final List<Occurrence> all = new ArrayList<>();

  void add(List<Occurrence> more) {
    all.addAll(more);
  }

  Occurrence get(int number) {
    return all.get(number);
  }

  List<Occurrence> copy() {
    return List.copyOf(all);
  }

  int size() {
    return all.size();
  }
}
