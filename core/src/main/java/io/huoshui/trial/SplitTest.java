package io.huoshui.trial;

import io.huoshui.insight.experiment.Design;
import io.huoshui.insight.experiment.Measure;
import io.huoshui.journey.Journey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A split of a journey read as an experiment: its arms against each other and against the
/// hold-out. A journey without a split is one arm against its hold-out.
///
/// Whoever came to the split is counted, held out or not. What the journey did before it was done
/// to all arms and not to the hold-out.
///
/// @param step the split; empty for none
/// @param nexts per arm the step it leads to; empty where the arm ends the journey
/// @param shares per arm and hold-out as planned, adding up to 1; empty where they change on the
///   way
/// @param actsBefore whether something is done to people on a way to the split: then what arms do
///   beyond the hold-out is the doing of both
public record SplitTest(
    String step, Map<String, String> nexts, Map<String, Double> shares, boolean actsBefore) {
  /// The variant of those who get nothing.
  public static final String HOLD_OUT = "hold_out";

  /// The only arm of a journey without a split.
  public static final String TREATED = "treated";

  public static final String REVENUE = "revenueFen";
  public static final String CONVERTED = "converted";
  public static final String BEFORE = "revenueFenBefore";

  public SplitTest {
    nexts = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(nexts));
    shares = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(shares));
  }

  /// The splits of a journey, in the order in which they are written.
  public static List<String> splits(Journey journey) {
    return journey.steps().stream()
        .filter(step -> step instanceof Journey.Step.Split || step instanceof Journey.Step.Adapt)
        .map(Journey.Step::id)
        .toList();
  }

  /// @param step a split of the journey; empty for the first, or none where it has none
  /// @return null when the journey has no such split, or neither a split nor a hold-out, or two
  ///   arms lead to the same step: then nobody knows who took which
  public static @Nullable SplitTest of(Journey journey, String step) {
    String wanted = step.isEmpty() ? splits(journey).stream().findFirst().orElse("") : step;
    double treated = 1 - journey.holdOutShare();
    var nexts = new LinkedHashMap<String, String>();
    var shares = new LinkedHashMap<String, Double>();
    switch (wanted.isEmpty() ? null : journey.step(wanted)) {
      case Journey.Step.Split split ->
          split
              .shares()
              .forEach(
                  share -> {
                    nexts.put(share.name(), share.next());
                    shares.put(share.name(), treated * share.percent() / 100);
                  });
      case Journey.Step.Adapt adapt ->
          adapt.arms().forEach(arm -> nexts.put(arm.name(), arm.next()));
      case null -> {
        if (!wanted.isEmpty()) {
          return null;
        }
        nexts.put(TREATED, "");
        shares.put(TREATED, treated);
      }
      default -> {
        return null;
      }
    }
    if (journey.holdOutShare() > 0 && !shares.isEmpty()) {
      shares.put(HOLD_OUT, journey.holdOutShare());
    }
    boolean told = new HashSet<>(nexts.values()).size() == nexts.size();
    int variants = nexts.size() + (journey.holdOutShare() > 0 ? 1 : 0);
    return told && variants > 1
        ? new SplitTest(wanted, nexts, shares, actsBefore(journey, wanted))
        : null;
  }

  private static boolean actsBefore(Journey journey, String split) {
    for (Journey.Step step : journey.steps()) {
      if (!split.isEmpty() && acts(step) && leads(journey, step, split, new HashSet<>())) {
        return true;
      }
    }
    return false;
  }

  private static boolean leads(Journey journey, Journey.Step from, String to, Set<String> seen) {
    for (String next : from.nexts()) {
      Journey.Step step = journey.step(next);
      if (next.equals(to) || (step != null && seen.add(next) && leads(journey, step, to, seen))) {
        return true;
      }
    }
    return false;
  }

  private static boolean acts(Journey.Step step) {
    return switch (step) {
      case Journey.Step.Send _, Journey.Step.IssueCoupon _, Journey.Step.Tag _ -> true;
      case Journey.Step.Task _, Journey.Step.Points _, Journey.Step.Start _ -> true;
      case Journey.Step.HandOver _, Journey.Step.Tell _ -> true;
      case Journey.Step.Wait _, Journey.Step.WaitUntil _, Journey.Step.WaitFor _ -> false;
      case Journey.Step.WaitBefore _, Journey.Step.Branch _, Journey.Step.Split _ -> false;
      case Journey.Step.Adapt _, Journey.Step.Exit _ -> false;
    };
  }

  /// The variant of somebody who went a way.
  ///
  /// @param steps as [io.huoshui.journey.Path] tells them
  /// @return null when they did not come to the split
  public @Nullable String variant(List<String> steps, boolean heldOut) {
    if (step.isEmpty()) {
      return heldOut ? HOLD_OUT : TREATED;
    }
    int at = steps.indexOf(step);
    if (at < 0) {
      return null;
    }
    if (heldOut) {
      return HOLD_OUT;
    }
    String next = at + 1 < steps.size() ? steps.get(at + 1) : "";
    for (Map.Entry<String, String> arm : nexts.entrySet()) {
      if (arm.getValue().equals(next)) {
        return arm.getKey();
      }
    }
    return null;
  }

  /// What it is read by: revenue and conversion of a person, with what they paid before they
  /// entered as the covariate; at any time, since people look at reports whenever they like.
  ///
  /// @param heldOut whether there is a hold-out to compare with; else the first arm is the control
  /// @param byRevenue whether revenue decides; else conversion does
  /// @param sameShares whether the planned shares held for all who entered
  public Design design(boolean heldOut, boolean byRevenue, boolean sameShares) {
    var names = new ArrayList<>(nexts.keySet());
    if (heldOut) {
      names.addFirst(HOLD_OUT);
    }
    var planned = new LinkedHashMap<String, Double>();
    names.forEach(name -> planned.put(name, shares.getOrDefault(name, 0.0)));
    boolean known = sameShares && planned.values().stream().allMatch(share -> share > 0);
    return new Design(
        known
            ? Design.variants(names, planned)
            : names.stream().map(name -> new Design.Variant(name, 0)).toList(),
        names.getFirst(),
        byRevenue
            ? List.of(new Measure.Mean(REVENUE), new Measure.Mean(CONVERTED))
            : List.of(new Measure.Mean(CONVERTED), new Measure.Mean(REVENUE)),
        List.of(),
        BEFORE,
        0.05,
        0.8,
        0,
        Design.Look.ANY,
        Design.TUNED_TO);
  }
}
