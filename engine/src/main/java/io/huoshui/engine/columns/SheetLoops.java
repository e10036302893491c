package io.huoshui.engine.columns;

import io.huoshui.insight.sheet.By;
import io.huoshui.insight.sheet.Cohorts;
import io.huoshui.insight.sheet.FirstLook;
import io.huoshui.insight.sheet.FunnelSteps;
import io.huoshui.insight.sheet.Glance;
import io.huoshui.insight.sheet.Grouped;
import io.huoshui.insight.sheet.Question;
import io.huoshui.insight.sheet.RfmGrid;
import io.huoshui.insight.sheet.Scene;
import io.huoshui.profile.Funnel;
import io.huoshui.profile.Rfm;
import io.huoshui.profile.Window;
import org.jspecify.annotations.Nullable;

/// Sheets over blocks: what [Grouped#add] and [Glance#add] count. Funnels, cohorts and RFM by loops
/// over columns; the others person by person.
public final class SheetLoops {
  private SheetLoops() {}

  /// @param scene of one thread
  public static Loop<Grouped> of(Question question, By by, FirstLook first, Scene scene) {
    if (by instanceof By.Nothing) {
      if (question instanceof FunnelSteps steps && steps.plain() instanceof Funnel plain) {
        return new FunnelLoop(plain, scene.span(plain.window()));
      }
      if (question instanceof Cohorts cohorts) {
        return new CohortLoop(cohorts, scene);
      }
      if (question instanceof RfmGrid grid) {
        return new RfmLoop(grid, first, scene);
      }
    }
    return new EachPerson<>();
  }

  /// The first look.
  public static Loop<Glance> first(Question question, By by, Scene scene) {
    return by instanceof By.Nothing && question instanceof RfmGrid grid
        ? new RfmLook(grid, scene)
        : new EachPerson<>();
  }

  /// How many have events and are not left out.
  private static int people(Block block, long @Nullable [] skip) {
    Packed starts = block.starts();
    int people = 0;
    for (int local = 0; local < block.span(); local++) {
      people +=
          starts.get(local) < starts.get(local + 1) && (skip == null || !Bits.get(skip, local))
              ? 1
              : 0;
    }
    return people;
  }

  private static final class FunnelLoop implements Loop<Grouped> {
    private final Funnels funnels;
    private final int steps;

    FunnelLoop(Funnel funnel, Window.Span span) {
      this.funnels = new Funnels(funnel, span);
      this.steps = funnel.steps().size();
    }

    @Override
    public void over(Block block, long @Nullable [] skip, Grouped into) {
      long[] histogram = new long[steps + 1];
      funnels.over(block, skip, histogram);
      long reached = 0;
      for (int level = steps; level >= 1; level--) {
        reached += histogram[level];
        String row = Integer.toString(level);
        if (reached > 0) {
          into.all().of(row, FunnelSteps.REACHED).add(reached, reached, 0);
        }
        if (histogram[level] > 0) {
          into.all().of(row, FunnelSteps.STOPPED).add(histogram[level], histogram[level], 0);
        }
      }
      into.counted(people(block, skip));
    }
  }

  private static final class RfmLook implements Loop<Glance> {
    private final Rfms rfms;

    RfmLook(RfmGrid grid, Scene scene) {
      this.rfms = new Rfms(grid.window(), scene.now(), scene.calendar().zone());
    }

    @Override
    public void over(Block block, long @Nullable [] skip, Glance into) {
      Rfms.Answers answers = rfms.over(block, skip);
      for (int local = 0; local < answers.span(); local++) {
        if (answers.frequency(local) > 0) {
          into.look()
              .buyer(
                  0,
                  answers.recencyDays(local),
                  answers.frequency(local),
                  answers.monetaryFen(local));
        }
      }
      into.counted(people(block, skip));
    }
  }

  private static final class RfmLoop implements Loop<Grouped> {
    private final RfmGrid grid;
    private final FirstLook first;
    private final Rfms rfms;

    RfmLoop(RfmGrid grid, FirstLook first, Scene scene) {
      this.grid = grid;
      this.first = first;
      this.rfms = new Rfms(grid.window(), scene.now(), scene.calendar().zone());
    }

    @Override
    public void over(Block block, long @Nullable [] skip, Grouped into) {
      Rfms.Answers answers = rfms.over(block, skip);
      // A buyer is in one cell: counted by its score, and put down once per block.
      long[] people = new long[125];
      long[] money = new long[125];
      for (int local = 0; local < answers.span(); local++) {
        Rfm rfm = answers.get(local);
        if (rfm != null) {
          Rfm.Cell cell = grid.score(rfm, first);
          int at = (cell.r() - 1) * 25 + (cell.f() - 1) * 5 + cell.m() - 1;
          people[at]++;
          money[at] += rfm.monetaryFen();
        }
      }
      for (int at = 0; at < people.length; at++) {
        if (people[at] > 0) {
          long several = people[at];
          grid.put(
              new Rfm.Cell(1 + at / 25, 1 + at / 5 % 5, 1 + at % 5),
              money[at],
              (row, column, value) -> into.all().of(row, column).add(several, several, value));
        }
      }
      into.counted(people(block, skip));
    }
  }
}
