package io.huoshui.insight.tree;

import io.huoshui.event.Near;
import io.huoshui.json.UnreadableException;
import io.huoshui.profile.Grain;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A metric asked for: which days, in which slice, against what.
///
/// @param root the metric
/// @param team for [Comparison#TEAM_AVERAGE] the dimension of the slice whose members are the team;
///   empty for the others
/// @param by dimensions to go into; empty for those that any leaf knows, as many as may be asked
///   for
public record Inquiry(
    String root,
    Days days,
    Comparison compare,
    Map<String, String> slice,
    String team,
    List<String> by) {
  public Inquiry {
    slice = Collections.unmodifiableMap(new LinkedHashMap<>(slice));
    by = List.copyOf(by);
  }

  /// @param base the days compared with; null where it is no days
  public record Answer(
      Inquiry inquiry, @Nullable Days base, Reading reading, Drill drill, List<String> dimensions) {
    public Answer {
      dimensions = List.copyOf(dimensions);
    }
  }

  /// @throws UnreadableException naming what can not be asked, and what can
  public void check(Metrics metrics) {
    Metric metric = metrics.find(root);
    if (metric == null) {
      throw new UnreadableException(
          "metric",
          root,
          "the name of a metric, perhaps "
              + String.join(
                  ", ", Near.to(root, metrics.all().stream().map(Metric::name).toList())));
    }
    Grain grain = metrics.grain(root);
    if (!days.whole(grain)) {
      throw new UnreadableException(
          "days",
          days.toString(),
          "days made of whole ones of grain " + grain.wire() + ", as the metric is known");
    }
    List<String> known = metrics.anySlices(root);
    var all = new LinkedHashSet<>(slice.keySet());
    all.addAll(by);
    for (String dimension : all) {
      if (!known.contains(dimension)) {
        throw new UnreadableException("slice", dimension, String.join(", ", known));
      }
    }
    if (all.size() > Cube.MOST_DIMENSIONS) {
      throw new UnreadableException(
          "slice", all.size() + " dimensions", "at most " + Cube.MOST_DIMENSIONS);
    }
    if (compare == Comparison.TEAM_AVERAGE && !slice.containsKey(team)) {
      throw new UnreadableException(
          "team",
          "'" + team + "'",
          "a dimension of the slice: " + String.join(", ", slice.keySet()));
    }
  }

  /// What has to be counted for it.
  public Cube.Asked asked(Metrics metrics, ZoneId zone) {
    check(metrics);
    var dimensions = new LinkedHashSet<>(slice.keySet());
    dimensions.addAll(by);
    if (by.isEmpty()) {
      for (String dimension : metrics.anySlices(root)) {
        if (dimensions.size() < Cube.MOST_DIMENSIONS) {
          dimensions.add(dimension);
        }
      }
    }
    var columns = new ArrayList<Days>();
    columns.add(days);
    Days base = compare.base(days);
    if (base != null) {
      columns.add(base);
    }
    return asked(metrics, root, List.copyOf(dimensions), columns, zone);
  }

  /// The folds beneath a metric.
  public static Cube.Asked asked(
      Metrics metrics, String root, List<String> dimensions, List<Days> columns, ZoneId zone) {
    var leaves = new ArrayList<Cube.Leaf>();
    for (Metric leaf : metrics.leaves(root)) {
      if (leaf.origin() instanceof Metric.Origin.Folded folded) {
        leaves.add(new Cube.Leaf(leaf.name(), folded));
      }
    }
    return new Cube.Asked(leaves, dimensions, columns, zone);
  }

  /// @param cube of [#asked]
  public Answer answer(Metrics metrics, Cube cube, Numbers numbers) {
    var grid = new Grid(metrics, cube, numbers);
    Side now = grid.sheet(slice).side(0);
    Side before =
        switch (compare) {
          case LAST_PERIOD, LAST_WEEK, LAST_YEAR -> grid.sheet(slice).side(1);
          case TARGET -> slice.isEmpty() ? Side.target(metrics, days) : Side.none(metrics);
          case TEAM_AVERAGE -> team(grid);
        };
    Reading reading = Reading.of(metrics, root, days, slice, compare, now, before);
    Days base = compare.base(days);
    Drill drill =
        base == null
            ? Drill.between(grid, root, slice, now, before)
            : Drill.within(grid, root, slice, grid.dimensions(), 0, 1);
    return new Answer(this, base, reading, drill, grid.dimensions());
  }

  private Side team(Grid grid) {
    var others = new LinkedHashMap<>(slice);
    others.remove(team);
    // Whoever is not said is nobody of the team.
    long members = grid.by(others, team).keySet().stream().filter(each -> !each.isEmpty()).count();
    return Side.average(grid.metrics(), grid.sheet(others).side(0), (int) members);
  }
}
