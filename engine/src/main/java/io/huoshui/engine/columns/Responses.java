package io.huoshui.engine.columns;

import io.huoshui.insight.Response;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What some people of a block did, each in a stretch of time of their own: what [Response] says of
/// each. For one thread, block after block.
public final class Responses {
  private final Matcher paid = Matcher.of("order_paid");
  private final Matcher cancelled = Matcher.of("order_cancelled");
  private final Matcher refunded = Matcher.of("order_refunded");
  private final Matcher clicked = Matcher.of("link_clicked");
  private final Wholes amounts = new Wholes("amountFen");
  private @Nullable Run run;

  /// Of one person.
  ///
  /// @param number where the answer goes
  public record Stretch(int local, long fromMs, long toMs, int number) {}

  /// @param stretches in order of their locals
  /// @param out at a stretch's number the revenue; changed
  public void revenues(Block block, List<Stretch> stretches, double[] out) {
    paid.bind(block);
    cancelled.bind(block);
    refunded.bind(block);
    amounts.bind(block);
    each(block, stretches, (here, local, stretch) -> revenue(here, local, stretch, out));
  }

  private void revenue(Run run, int local, Stretch stretch, double[] out) {
    long[] plus = paid.bits(run);
    long[] back = cancelled.bits(run);
    long[] refund = refunded.bits(run);
    long[] fen = amounts.of(run);
    double sum = 0;
    int to = run.starts[local + 1];
    for (int row = run.starts[local]; row < to; row++) {
      boolean adds = Bits.get(plus, row);
      if (!adds && !Bits.get(back, row) && !Bits.get(refund, row)) {
        continue;
      }
      long time = run.timeMs(row);
      if (time > stretch.toMs()) {
        break;
      }
      if (time >= stretch.fromMs()) {
        // The least long has no opposite: taken away as a decimal, as core does.
        sum = adds ? sum + fen[row] : sum - fen[row];
      }
    }
    out[stretch.number()] = sum;
  }

  /// @param stretches in order of their locals; none ends
  /// @param journeys at a stretch's number the journey whose messages are looked for
  /// @param into at a stretch's number where the messages' keys go
  public void clicks(
      Block block, List<Stretch> stretches, List<String> journeys, List<Set<String>> into) {
    clicked.bind(block);
    if (!clicked.occurs()) {
      return;
    }
    int key = block.words().findKey("touchpoint");
    each(
        block,
        stretches,
        (here, local, stretch) -> {
          long[] bits = clicked.bits(here);
          int to = here.starts[local + 1];
          for (int row = Bits.first(bits, here.starts[local], to);
              row >= 0;
              row = Bits.first(bits, row + 1, to)) {
            if (here.timeMs(row) >= stretch.fromMs()) {
              Response.click(
                  block.property(here.firstRow + row, key),
                  journeys.get(stretch.number()),
                  into.get(stretch.number()));
            }
          }
        });
  }

  private interface Asked {
    void of(Run run, int local, Stretch stretch);
  }

  private void each(Block block, List<Stretch> stretches, Asked asked) {
    Run here = run;
    if (here == null) {
      here = new Run(block);
      run = here;
    }
    here.begin(block);
    int next = 0;
    while (next < stretches.size() && here.next()) {
      for (; next < stretches.size(); next++) {
        int local = stretches.get(next).local() - here.firstLocal;
        if (local >= here.locals) {
          break;
        }
        asked.of(here, local, stretches.get(next));
      }
    }
  }
}
