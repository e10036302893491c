package io.huoshui.insight.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A metric against its base, with everything its formula stands on.
///
/// @param now null for no base; so are all others
/// @param change `now - before`
/// @param relative the change as a part of what was before
/// @param ofParent what it has to do with the change of what stands on it; those of one formula add
///   up to that change
/// @param ofRoot the same with the change of the root
/// @param method how the parts' contributions were worked out; empty where there are none
/// @param sample how many events the value is made of, the fewest of any leaf beneath
/// @param target for these days, without slices
/// @param note why there is no value; null when there is one
public record Reading(
    Metric metric,
    @Nullable Double now,
    @Nullable Double before,
    @Nullable Double change,
    @Nullable Double relative,
    @Nullable Double ofParent,
    @Nullable Double ofRoot,
    String method,
    long sample,
    long sampleBefore,
    @Nullable Double target,
    @Nullable Note note,
    List<Reading> parts) {
  public Reading {
    parts = List.copyOf(parts);
  }

  /// Why there is no number, or no contributions.
  ///
  /// @param about the metric or the dimension that is to blame
  public record Note(Kind kind, String about) {
    /// Kinds of notes.
    public enum Kind {
      DIVIDED_BY_ZERO("没有基数:除以零", "no base: divided by zero"),
      NO_NUMBERS("没有上传数字", "no numbers were uploaded"),
      NOT_BY_SLICE("不能按此维度拆分", "not known by this dimension"),
      PART_WITHOUT_BASE("组成部分没有基数", "a part has no base"),
      NO_TARGET("没有目标", "no target"),
      PARTS_DO_NOT_FIT("各部分的目标算不出这个目标", "the targets of the parts do not make this one");

      private final String zh;
      private final String en;

      Kind(String zh, String en) {
        this.zh = zh;
        this.en = en;
      }

      public String wire() {
        return name().toLowerCase(Locale.ROOT);
      }
    }

    public String zh() {
      return kind.zh + "(" + about + ")";
    }

    public String en() {
      return kind.en + " (" + about + ")";
    }
  }

  /// A target that follows from those of the parts to so many digits fits them.
  private static final double FITS = 1e-6;

  static Reading of(
      Metrics metrics,
      String root,
      Days days,
      Map<String, String> slice,
      Comparison compare,
      Side now,
      Side before) {
    return of(metrics, metrics.place(root), days, slice, compare, now, before, null, 1);
  }

  /// @param ofParent null when there is nothing above, or no contribution to it
  /// @param slope of the root per unit of this; NaN when it is not known
  private static Reading of(
      Metrics metrics,
      int place,
      Days days,
      Map<String, String> slice,
      Comparison compare,
      Side now,
      Side before,
      @Nullable Double ofParent,
      double slope) {
    Metric metric = metrics.at(place);
    double to = now.value(place);
    double from = before.value(place);
    Formula formula = metrics.formula(place);
    Contributions contributions = null;
    if (formula != null) {
      double[] partsBefore = before.parts(metrics, place);
      if (fits(from, formula.of(partsBefore))) {
        contributions = Contributions.of(formula, partsBefore, now.parts(metrics, place));
      }
    }
    var parts = new ArrayList<Reading>();
    for (int i = 0; i < metrics.parts(place).size(); i++) {
      parts.add(
          of(
              metrics,
              metrics.parts(place).get(i),
              days,
              slice,
              compare,
              now,
              before,
              contributions == null ? null : contributions.part(i),
              contributions == null ? Double.NaN : slope * contributions.slope(i)));
    }
    double change = to - from;
    return new Reading(
        metric,
        Sheet.orNone(to),
        Sheet.orNone(from),
        Sheet.orNone(change),
        from == 0 ? null : Sheet.orNone(change / Math.abs(from)),
        ofParent,
        Sheet.orNone(slope * change),
        contributions == null ? "" : contributions.method().wire(),
        now.events(place),
        before.events(place),
        slice.isEmpty() ? metric.target(days) : null,
        note(metrics, place, slice, compare, now, before, contributions != null),
        parts);
  }

  private static boolean fits(double own, double worked) {
    return Math.abs(own - worked) <= FITS * Math.max(Math.abs(own), Math.abs(worked));
  }

  private static @Nullable Note note(
      Metrics metrics,
      int place,
      Map<String, String> slice,
      Comparison compare,
      Side now,
      Side before,
      boolean contributions) {
    Note missing = missing(metrics, place, slice, now);
    if (missing != null) {
      return missing;
    }
    if (Double.isNaN(before.value(place))) {
      return compare == Comparison.TARGET
          ? new Note(Note.Kind.NO_TARGET, metrics.at(place).name())
          : missing(metrics, place, slice, before);
    }
    return contributions || metrics.at(place).leaf()
        ? null
        : new Note(Note.Kind.PARTS_DO_NOT_FIT, metrics.at(place).name());
  }

  private static @Nullable Note missing(
      Metrics metrics, int place, Map<String, String> slice, Side side) {
    if (!Double.isNaN(side.value(place))) {
      return null;
    }
    Metric metric = metrics.at(place);
    for (int leaf : metrics.leaves(place)) {
      for (String dimension : slice.keySet()) {
        if (!metrics.at(leaf).slices().contains(dimension)) {
          return new Note(Note.Kind.NOT_BY_SLICE, metrics.at(leaf).name() + ", " + dimension);
        }
      }
    }
    if (metric.leaf()) {
      return new Note(Note.Kind.NO_NUMBERS, metric.name());
    }
    for (int part : metrics.parts(place)) {
      if (Double.isNaN(side.value(part))) {
        return new Note(Note.Kind.PART_WITHOUT_BASE, metrics.at(part).name());
      }
    }
    return new Note(Note.Kind.DIVIDED_BY_ZERO, metric.name());
  }
}
