package io.huoshui.insight.tree;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where a change comes from: from the root down to the part that explains most of it, into the
/// member it happened at, to the few who made it; as data, and as a sentence.
///
/// @param end why it goes no further
/// @param steps from the root on
/// @param slice what was asked for, and the members it went into
/// @param metric where it ended
public record Drill(
    Metric root,
    @Nullable Double before,
    @Nullable Double now,
    List<Step> steps,
    Map<String, String> slice,
    Metric metric,
    End end,
    String zh,
    String en) {
  public Drill {
    steps = List.copyOf(steps);
    slice = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(slice));
  }

  /// A part, a member or a few have to explain so much of a change to be followed.
  public static final double ENOUGH = 0.6;

  /// Members have to explain so much more than they would had all changed alike: otherwise the
  /// largest would always be guilty.
  public static final double STANDS_OUT = 0.2;

  private static final int MOST_STEPS = 12;

  /// Why a drill ends.
  public enum End {
    /// A few members were found.
    FEW,
    /// Nothing stands out: the change is everywhere.
    SPREAD,
    NO_CHANGE,
    NO_BASE
  }

  /// One step.
  public sealed interface Step {
    /// What the step explains of the change before it; may be more than 1.
    double share();

    /// Down to a part of a formula.
    record Down(Metric metric, double share, double before, double now) implements Step {}

    /// Into one member.
    record Into(Dimension dimension, String member, double share, double before, double now)
        implements Step {}

    /// The fewest who explain enough, of so many.
    record Few(Dimension dimension, List<String> members, int of, double share) implements Step {
      public Few {
        members = List.copyOf(members);
      }
    }
  }

  /// Whether the change is bad.
  public boolean bad() {
    return before != null
        && now != null
        && (root.better() == Metric.Better.UP ? now < before : now > before);
  }

  /// Drills within a slice.
  ///
  /// @param dimensions that may be gone into
  static Drill within(
      Grid grid,
      String root,
      Map<String, String> slice,
      List<String> dimensions,
      int now,
      int before) {
    Sheet sheet = grid.sheet(slice);
    return new Way(grid, root, slice, dimensions, now, before)
        .go(sheet.side(now), sheet.side(before));
  }

  /// Drills down the formulas only: where the base is no days, its members are not known.
  static Drill between(Grid grid, String root, Map<String, String> slice, Side now, Side before) {
    return new Way(grid, root, slice, List.of(), 0, 0).go(now, before);
  }

  private static final class Way {
    private final Grid grid;
    private final Metrics metrics;
    private final Metric root;
    private final Map<String, String> slice;
    private final List<String> left;
    private final int now;
    private final int before;
    private final List<Step> steps = new ArrayList<>();
    private int place;

    Way(
        Grid grid,
        String root,
        Map<String, String> slice,
        List<String> dimensions,
        int now,
        int before) {
      this.grid = grid;
      this.metrics = grid.metrics();
      this.place = metrics.place(root);
      this.root = metrics.at(place);
      this.slice = new LinkedHashMap<>(slice);
      this.left = new ArrayList<>(dimensions);
      this.left.removeAll(slice.keySet());
      this.now = now;
      this.before = before;
    }

    Drill go(Side to, Side from) {
      Double was = Sheet.orNone(from.value(place));
      Double is = Sheet.orNone(to.value(place));
      End end;
      if (was == null || is == null) {
        end = End.NO_BASE;
      } else if (was.equals(is)) {
        end = End.NO_CHANGE;
      } else {
        end = follow(to, from);
      }
      return new Drill(
          root,
          was,
          is,
          steps,
          slice,
          metrics.at(place),
          end,
          Sentence.zh(root, was, is, steps, end),
          Sentence.en(root, was, is, steps, end));
    }

    private End follow(Side to, Side from) {
      Side is = to;
      Side was = from;
      while (steps.size() < MOST_STEPS) {
        if (down(is, was)) {
          continue;
        }
        if (into()) {
          Sheet sheet = grid.sheet(slice);
          is = sheet.side(now);
          was = sheet.side(before);
          continue;
        }
        return few() ? End.FEW : End.SPREAD;
      }
      return End.SPREAD;
    }

    /// Not below a quotient: what a rate is made of only says what it is.
    private boolean down(Side is, Side was) {
      Formula formula = metrics.formula(place);
      if (formula == null || formula.divides()) {
        return false;
      }
      Contributions parts =
          Contributions.of(formula, was.parts(metrics, place), is.parts(metrics, place));
      double change = is.value(place) - was.value(place);
      if (parts == null || change == 0) {
        return false;
      }
      int best = -1;
      for (int i = 0; i < metrics.parts(place).size(); i++) {
        if (best < 0 || parts.part(i) / change > parts.part(best) / change) {
          best = i;
        }
      }
      if (best < 0 || parts.part(best) / change < ENOUGH) {
        return false;
      }
      double share = parts.part(best) / change;
      place = metrics.parts(place).get(best);
      steps.add(new Step.Down(metrics.at(place), share, was.value(place), is.value(place)));
      return true;
    }

    private List<Breakdown> breakdowns() {
      var found = new ArrayList<Breakdown>();
      for (String dimension : left) {
        if (metrics.slices(place).contains(dimension)) {
          Breakdown breakdown =
              Breakdown.of(grid, metrics.at(place).name(), slice, dimension, now, before);
          if (breakdown.method() != Breakdown.Method.NONE && breakdown.members().size() > 1) {
            found.add(breakdown);
          }
        }
      }
      return found;
    }

    /// How much a member explains of a change.
    private static double explains(Breakdown.Member member, double change) {
      Double own = member.contribution();
      return own == null || change == 0 ? 0 : own / change;
    }

    private static double share(Breakdown.Member member) {
      Double share = member.share();
      return share == null ? 0 : share;
    }

    private static double change(Breakdown breakdown) {
      Double change = breakdown.change();
      return change == null ? 0 : change;
    }

    private boolean into() {
      Breakdown best = null;
      double most = 0;
      for (Breakdown breakdown : breakdowns()) {
        Breakdown.Member first = breakdown.members().getFirst();
        double explains = explains(first, change(breakdown));
        double out = explains - share(first);
        if (explains >= ENOUGH && out >= STANDS_OUT && out > most && itself(first, breakdown)) {
          best = breakdown;
          most = out;
        }
      }
      if (best == null) {
        return false;
      }
      Breakdown.Member member = best.members().getFirst();
      Double is = member.now();
      Double was = member.before();
      if (is == null || was == null) {
        return false;
      }
      slice.put(best.dimension().name(), member.member());
      left.remove(best.dimension().name());
      steps.add(
          new Step.Into(
              best.dimension(), member.member(), explains(member, change(best)), was, is));
      return true;
    }

    /// Whether it is the member's own number that changed, the same way as the whole, and not how
    /// many it is among.
    private static boolean itself(Breakdown.Member member, Breakdown breakdown) {
      Double own = member.change();
      if (own == null || own * change(breakdown) <= 0) {
        return false;
      }
      Double rate = member.rate();
      Double contribution = member.contribution();
      return rate == null
          || (contribution != null
              && rate * contribution > 0
              && Math.abs(rate) >= Math.abs(contribution) / 2);
    }

    private boolean few() {
      Step.Few best = null;
      double most = 0;
      for (Breakdown breakdown : breakdowns()) {
        double explained = 0;
        double share = 0;
        var members = new ArrayList<String>();
        for (Breakdown.Member member : breakdown.members()) {
          if (explained >= ENOUGH || explains(member, change(breakdown)) <= 0) {
            break;
          }
          explained += explains(member, change(breakdown));
          share += share(member);
          members.add(member.member());
        }
        int of = breakdown.members().size();
        if (explained >= ENOUGH
            && explained - share >= STANDS_OUT
            && members.size() * 2 <= of
            && explained - share > most) {
          most = explained - share;
          best = new Step.Few(breakdown.dimension(), members, of, explained);
        }
      }
      if (best == null) {
        return false;
      }
      steps.add(best);
      return true;
    }
  }
}
