package io.huoshui.engine.columns;

import io.huoshui.audience.Moment;
import io.huoshui.insight.Census;
import io.huoshui.profile.Lifecycle;
import io.huoshui.profile.Rfm;
import io.huoshui.profile.Window;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What [Census#add] counts, over blocks: one pass over the rows, with the names of events turned
/// into what they count for once per block.
public final class Censuses implements Loop<Census> {
  private static final byte NOTHING = 0;
  private static final byte PAID = 1;
  private static final byte CANCELLED = 2;
  private static final byte REFUNDED = 3;
  private static final byte INTERACTION = 4;

  private final long nowMs;
  private final Stages stages;
  private final LocalDays days;
  private final long today;
  private final Window.Span interacting;
  private final Window.Span repurchasing;
  private final Wholes amounts = new Wholes("amountFen");
  private @Nullable Run run;
  private byte[] kinds = {};
  private long[] names = {};
  private long[] sources = {};

  // Per source of the block.
  private long[] events = {};
  private long[] people = {};
  private int[] seen = {};

  public Censuses(Instant now, ZoneId zone) {
    var moment = new Moment(now, zone, Lifecycle.Bounds.STANDARD);
    this.nowMs = now.toEpochMilli();
    this.stages = new Stages(moment);
    this.days = new LocalDays(zone);
    this.today = days.of(nowMs);
    this.interacting = moment.span(Lifecycle.INTERACTING);
    this.repurchasing = moment.span(Lifecycle.REPURCHASING);
  }

  @Override
  public void over(Block block, long @Nullable [] skip, Census into) {
    Run here = run;
    if (here == null) {
      here = new Run(block);
      run = here;
    }
    here.begin(block);
    bind(block);
    while (here.next()) {
      over(here, skip, into);
    }
    for (int source = 0; source < events.length; source++) {
      if (events[source] > 0) {
        into.source(block.words().sourceOf(source), events[source], people[source]);
      }
    }
  }

  private void bind(Block block) {
    amounts.bind(block);
    Packed palette = block.names().palette();
    kinds = new byte[palette == null ? 0 : palette.count()];
    for (int place = 0; palette != null && place < kinds.length; place++) {
      kinds[place] = kind(block.words().nameOf((int) palette.get(place)));
    }
    int known = block.words().sources();
    events = new long[known];
    people = new long[known];
    seen = new int[known];
    Arrays.fill(seen, -1);
  }

  private static byte kind(String name) {
    return switch (name) {
      case "order_paid" -> PAID;
      case "order_cancelled" -> CANCELLED;
      case "order_refunded" -> REFUNDED;
      default -> Lifecycle.INTERACTIONS.contains(name) ? INTERACTION : NOTHING;
    };
  }

  private void over(Run run, long @Nullable [] skip, Census into) {
    if (names.length < run.rows) {
      names = new long[run.rows];
      sources = new long[run.rows];
    }
    run.block.names().raw(run.firstRow, run.firstRow + run.rows, names);
    run.block.sources().get(run.firstRow, run.firstRow + run.rows, sources);
    long[] times = run.times();
    long[] paid = amounts.of(run);
    for (int local = 0; local < run.locals; local++) {
      int from = run.starts[local];
      int to = run.starts[local + 1];
      if (from < to && (skip == null || !Bits.get(skip, run.firstLocal + local))) {
        person(run.firstLocal + local, from, to, times, paid, into);
      }
    }
  }

  private void person(int local, int from, int to, long[] times, long[] paid, Census into) {
    int orders = 0;
    long monetary = 0;
    long last = 0;
    int inTheYear = 0;
    int interactions = 0;
    for (int row = from; row < to; row++) {
      int source = (int) sources[row];
      events[source]++;
      if (seen[source] != local) {
        seen[source] = local;
        people[source]++;
      }
      switch (kinds[(int) names[row]]) {
        case PAID -> {
          into.paid(paid[row]);
          long time = times[row];
          if (time <= nowMs) {
            orders++;
            monetary = Rfm.add(monetary, paid[row]);
            last = time;
            inTheYear += within(repurchasing, time) ? 1 : 0;
          }
        }
        case INTERACTION -> interactions += within(interacting, times[row]) ? 1 : 0;
        case CANCELLED -> into.givenBack(paid[row], true);
        case REFUNDED -> into.givenBack(paid[row], false);
        default -> {}
      }
    }
    into.person(
        stages.of(orders, last), Lifecycle.activeWithoutRepurchase(interactions, inTheYear));
    into.span(times[from], times[to - 1]);
    if (orders > 0) {
      into.buyer((int) (today - days.of(last)), orders, monetary);
    }
  }

  private static boolean within(Window.Span span, long timeMs) {
    return span.fromMs() <= timeMs && timeMs < span.toMs();
  }
}
