package io.huoshui.sandbox.world;

import io.huoshui.event.Event;
import io.huoshui.sandbox.brand.Brand;
import io.huoshui.sandbox.customers.Delivery;
import io.huoshui.sandbox.customers.Due;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// When people of the brand do something of their own accord, for one stretch of time: eight bytes
/// each, sorted. What they do is made again when its time has come.
final class OrganicPlan {
  private static final int PERSON_BITS = 24;
  private static final long PERSON_MASK = (1L << PERSON_BITS) - 1;

  private final Brand brand;
  private final long fromMs;
  private final long toMs;
  private final long[] occasions;
  private int next;

  private OrganicPlan(Brand brand, long fromMs, long toMs, long[] occasions) {
    this.brand = brand;
    this.fromMs = fromMs;
    this.toMs = toMs;
    this.occasions = occasions;
  }

  /// @param toMs exclusive
  static OrganicPlan of(Brand brand, long fromMs, long toMs) {
    var occasions = new long[1024];
    int size = 0;
    for (long person = 0; person < brand.settings().people(); person++) {
      for (long at : brand.occasions(person, fromMs, toMs)) {
        if (size == occasions.length) {
          occasions = Arrays.copyOf(occasions, size * 2);
        }
        occasions[size++] = (at - fromMs) << PERSON_BITS | person;
      }
    }
    occasions = Arrays.copyOf(occasions, size);
    Arrays.sort(occasions);
    return new OrganicPlan(brand, fromMs, toMs, occasions);
  }

  long toMs() {
    return toMs;
  }

  /// Forgets what was delivered.
  void passed(long throughMs) {
    while (next < occasions.length && atMs(next) <= throughMs) {
      next++;
    }
  }

  /// The next dues up to and including a moment: at least one if there is one, never only a part of
  /// a millisecond.
  List<Due> upcoming(long throughMs, int about) {
    var dues = new ArrayList<Due>();
    for (int i = next; i < occasions.length; i++) {
      long at = atMs(i);
      if (at > throughMs || (dues.size() >= about && at != atMs(i - 1))) {
        break;
      }
      addDues(occasions[i] & PERSON_MASK, at, dues);
    }
    return dues;
  }

  private long atMs(int index) {
    return fromMs + (occasions[index] >>> PERSON_BITS);
  }

  private void addDues(long person, long at, List<Due> to) {
    var events = new ArrayList<Event>();
    brand.between(person, at, at + 1, events::add);
    int rank = 10;
    int begin = 0;
    for (int i = 1; i <= events.size(); i++) {
      // One delivery goes to one intake, so a change of source ends it.
      if (i == events.size() || !events.get(i).source().equals(events.get(begin).source())) {
        to.add(new Due(at, person, rank++, new Delivery.Happened(events.subList(begin, i))));
        begin = i;
      }
    }
  }
}
