package io.huoshui.engine;

import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What other stores follow, numbered in the order in which it was taken; the numbers are the same
/// after every replay.
final class Occurrences {
  /// Events of these names are kept to be followed.
  static final Set<String> FOLLOWED =
      Set.of(
          "coupon_issued",
          "coupon_redeemed",
          "coupon_expired",
          "task_assigned",
          "task_done",
          "hook_wanted");

  /// What those who follow read of them.
  private static final Set<String> COUNTED =
      Set.of(
          "coupon",
          "template",
          "journey",
          "valueFen",
          "thresholdFen",
          "discountFen",
          "expires",
          "orderId");

  /// @param node the identifier it hangs on, as a profile was named before any merge
  record Occurrence(String name, int node, Instant time, Properties properties) {}

  private final List<Occurrence> all = new ArrayList<>();

  void add(List<Occurrence> more) {
    all.addAll(more);
  }

  /// Forgets what the occurrences of an erased identifier said beyond what they are followed for.
  void erase(int node) {
    for (int i = 0; i < all.size(); i++) {
      Occurrence one = all.get(i);
      if (one.node() == node) {
        all.set(i, new Occurrence(one.name(), node, one.time(), erased(one.properties())));
      }
    }
  }

  /// What stays of an occurrence when its person is erased.
  static Properties erased(Properties properties) {
    var keys = new ArrayList<String>();
    var values = new ArrayList<Value>();
    for (int i = 0; i < properties.size(); i++) {
      if (COUNTED.contains(properties.key(i))) {
        keys.add(properties.key(i));
        values.add(properties.value(i));
      }
    }
    return Properties.of(keys.toArray(String[]::new), values.toArray(Value[]::new), keys.size());
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
