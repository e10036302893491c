package io.huoshui.sandbox.customers;

import java.util.Comparator;

/// Something the server hears of at a moment.
///
/// The order of dues is total and depends on nothing but their content.
///
/// @param person whose it is; the dues of one person are delivered strictly one after the other
/// @param rank orders what one person does in the same millisecond
public record Due(long atMs, long person, int rank, Delivery delivery) implements Comparable<Due> {
  private static final Comparator<Due> ORDER =
      Comparator.comparingLong(Due::atMs)
          .thenComparingLong(Due::person)
          .thenComparingInt(Due::rank)
          .thenComparing(due -> due.delivery().key());

  @Override
  public int compareTo(Due other) {
    return ORDER.compare(this, other);
  }
}
