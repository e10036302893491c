package io.huoshui.insight;

import io.huoshui.profile.Buyers;
import io.huoshui.profile.Calendar;
import io.huoshui.profile.Lifecycle;
import io.huoshui.profile.Rfm;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Total;
import io.huoshui.profile.Window;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Everybody counted for the [Overview].
public final class Census implements Total<Census> {
  private final Instant now;
  private final ZoneId zone;
  private final Calendar calendar;
  private final Window.Span interacting;
  private final Window.Span repurchasing;
  private final Map<String, FromSource> sources = new HashMap<>();
  private final long[] lifecycle = new long[Lifecycle.values().length];
  private final Buyers buyers = new Buyers();
  private long people;
  private long orders;
  private long cancelled;
  private long grossFen;
  private long givenBackFen;
  private long quiet;
  private long firstMs = Long.MAX_VALUE;
  private long lastMs = Long.MIN_VALUE;

  public Census(Instant now, ZoneId zone) {
    this.now = now;
    this.zone = zone;
    this.calendar = new Calendar(zone);
    this.interacting = Lifecycle.INTERACTING.at(now.toEpochMilli(), calendar);
    this.repurchasing = Lifecycle.REPURCHASING.at(now.toEpochMilli(), calendar);
  }

  private static final class FromSource {
    long events;
    long people;

    /// The number of the last person counted here.
    long seen;
  }

  @Override
  public void add(Timeline timeline) {
    Rfm rfm = Rfm.of(timeline, Window.ever(), now, zone);
    person(
        Lifecycle.of(timeline, now.toEpochMilli(), calendar, Lifecycle.Bounds.STANDARD),
        Lifecycle.activeWithoutRepurchase(timeline, interacting, repurchasing));
    if (rfm != null) {
      buyer(rfm.recencyDays(), rfm.frequency(), rfm.monetaryFen());
    }
    for (int i = 0; i < timeline.size(); i++) {
      switch (timeline.name(i)) {
        case "order_paid" -> paid(timeline.whole(i, "amountFen"));
        case "order_cancelled" -> givenBack(timeline.whole(i, "amountFen"), true);
        case "order_refunded" -> givenBack(timeline.whole(i, "amountFen"), false);
        default -> {}
      }
      from(timeline.source(i));
    }
    span(timeline.timeMs(0), timeline.timeMs(timeline.size() - 1));
  }

  // What one person's timeline says, part by part: for a host that finds it in another way.

  /// Begins with the next person, who has events.
  public void person(Lifecycle state, boolean activeWithoutRepurchase) {
    people++;
    lifecycle[state.ordinal()]++;
    quiet += activeWithoutRepurchase ? 1 : 0;
  }

  /// The person ordered up to now.
  public void buyer(int recencyDays, int frequency, long monetaryFen) {
    buyers.add(recencyDays, frequency, monetaryFen);
  }

  public void paid(long amountFen) {
    orders++;
    grossFen += amountFen;
  }

  public void givenBack(long amountFen, boolean wasCancelled) {
    cancelled += wasCancelled ? 1 : 0;
    givenBackFen += amountFen;
  }

  /// The person has an event from a source.
  private void from(String source) {
    FromSource counted = sources.computeIfAbsent(source, _ -> new FromSource());
    counted.events++;
    counted.people += counted.seen == people ? 0 : 1;
    counted.seen = people;
  }

  /// Some of the people have events from a source.
  public void source(String name, long events, long from) {
    FromSource counted = sources.computeIfAbsent(name, _ -> new FromSource());
    counted.events += events;
    counted.people += from;
  }

  /// When the person's first and last event was.
  public void span(long first, long last) {
    firstMs = Math.min(firstMs, first);
    lastMs = Math.max(lastMs, last);
  }

  @Override
  public void addWithoutEvents(long more) {
    people += more;
    lifecycle[Lifecycle.REGISTERED.ordinal()] += more;
  }

  @Override
  public void add(Census other) {
    people += other.people;
    orders += other.orders;
    cancelled += other.cancelled;
    grossFen += other.grossFen;
    givenBackFen += other.givenBackFen;
    quiet += other.quiet;
    span(other.firstMs, other.lastMs);
    buyers.add(other.buyers);
    for (int state = 0; state < lifecycle.length; state++) {
      lifecycle[state] += other.lifecycle[state];
    }
    other.sources.forEach((name, theirs) -> source(name, theirs.events, theirs.people));
  }

  @Override
  public long people() {
    return people;
  }

  /// @param known sources to be listed also when nothing is from them
  /// @param events on all timelines
  public Overview overview(long identifiers, long merges, long events, Collection<String> known) {
    known.forEach(name -> sources.computeIfAbsent(name, _ -> new FromSource()));
    var listed = new ArrayList<Overview.Source>();
    sources.forEach(
        (name, counted) -> listed.add(new Overview.Source(name, counted.events, counted.people)));
    listed.sort(
        Comparator.comparingLong(Overview.Source::events)
            .reversed()
            .thenComparing(Overview.Source::name));
    var states = new EnumMap<Lifecycle, Long>(Lifecycle.class);
    for (Lifecycle state : Lifecycle.values()) {
      states.put(state, lifecycle[state.ordinal()]);
    }
    return new Overview(
        people,
        identifiers,
        merges,
        events,
        orders,
        cancelled,
        buyers.size(),
        grossFen - givenBackFen,
        grossFen,
        instant(firstMs),
        instant(lastMs),
        List.copyOf(listed),
        states,
        quiet,
        rfm());
  }

  private @Nullable Instant instant(long timeMs) {
    return lastMs == Long.MIN_VALUE ? null : Instant.ofEpochMilli(timeMs);
  }

  private Overview.RfmTable rfm() {
    var cells = new TreeMap<String, Long>();
    var classes = new LinkedHashMap<String, Long>();
    var fixed = new LinkedHashMap<String, Long>();
    for (Rfm.Class8 each : Rfm.Class8.values()) {
      classes.put(each.wire(), 0L);
    }
    buyers
        .quintiles()
        .forEach(
            (cell, count) -> {
              cells.put(cell.code(), count);
              classes.merge(cell.class8().wire(), count, Long::sum);
            });
    buyers.classes(Rfm.Rules.STANDARD).forEach((each, count) -> fixed.put(each.wire(), count));
    return new Overview.RfmTable(buyers.size(), cells, classes, fixed);
  }
}
