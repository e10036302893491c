package io.huoshui.engine.columns;

import io.huoshui.profile.Rfm;
import io.huoshui.profile.Window;
import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/// RFM of everybody in a block: what [Rfm#of] says of each. For one thread, block after block.
public final class Rfms {
  private final Matcher orders;
  private final LocalDays days;
  private final long today;
  private final Wholes amounts = new Wholes("amountFen");
  private @Nullable Run run;

  public Rfms(Window window, Instant now, ZoneId zone) {
    this.orders = Matcher.of("order_paid", window.at(now, zone));
    this.days = new LocalDays(zone);
    this.today = days.of(now.toEpochMilli());
  }

  /// @param skip locals left out, who count as if they had never ordered; null for none
  public Answers over(Block block, long @Nullable [] skip) {
    Run here = run;
    if (here == null) {
      here = new Run(block);
      run = here;
    }
    here.begin(block);
    orders.bind(block);
    var answers = new Answers(block.span());
    if (!orders.occurs()) {
      return answers;
    }
    amounts.bind(block);
    while (here.next()) {
      over(here, skip, answers);
    }
    return answers;
  }

  private void over(Run run, long @Nullable [] skip, Answers answers) {
    long[] bits = orders.bits(run);
    long[] paid = amounts.of(run);
    for (int local = 0; local < run.locals; local++) {
      int at = run.firstLocal + local;
      if (skip != null && Bits.get(skip, at)) {
        continue;
      }
      int end = run.starts[local + 1];
      int frequency = 0;
      long monetary = 0;
      int last = -1;
      for (int row = Bits.first(bits, run.starts[local], end);
          row >= 0;
          row = Bits.first(bits, row + 1, end)) {
        frequency++;
        monetary = Rfm.add(monetary, paid[row]);
        last = row;
      }
      if (frequency > 0) {
        answers.frequency[at] = frequency;
        answers.monetaryFen[at] = monetary;
        answers.recencyDays[at] = (int) (today - days.of(run.timeMs(last)));
      }
    }
  }

  /// An answer per local.
  public static final class Answers {
    private final int[] recencyDays;
    private final int[] frequency;
    private final long[] monetaryFen;

    private Answers(int span) {
      this.recencyDays = new int[span];
      this.frequency = new int[span];
      this.monetaryFen = new long[span];
    }

    public int span() {
      return frequency.length;
    }

    /// 0 for somebody who never ordered in the window.
    public int frequency(int local) {
      return frequency[local];
    }

    /// Only of somebody who ordered.
    public int recencyDays(int local) {
      return recencyDays[local];
    }

    public long monetaryFen(int local) {
      return monetaryFen[local];
    }

    public @Nullable Rfm get(int local) {
      return frequency[local] == 0
          ? null
          : new Rfm(recencyDays[local], frequency[local], monetaryFen[local]);
    }
  }
}
