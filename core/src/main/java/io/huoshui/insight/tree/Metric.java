package io.huoshui.insight.tree;

import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Grain;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One number of the brand, as it is defined.
///
/// @param owner who answers for it; empty when nobody does
/// @param grain null for days, and of a formula for that of its parts
public record Metric(
    String name,
    String zh,
    String en,
    Unit unit,
    Better better,
    String owner,
    @Nullable Grain grain,
    Origin origin,
    List<Target> targets) {
  public Metric {
    targets = List.copyOf(targets);
  }

  /// How a value is shown.
  public enum Unit {
    COUNT,
    PEOPLE,
    /// Money, in fen.
    FEN,
    /// Part of a whole: 0.052 is 5.2 %.
    SHARE,
    NUMBER;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Which direction is good.
  public enum Better {
    UP,
    DOWN;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// What is counted of the events of a leaf.
  public enum Measure {
    COUNT,
    /// Those who have one, each once in the days and the slice asked for.
    PEOPLE,
    /// Of a property: whole numbers exactly, decimals to the millionth; what is no number adds
    /// nothing, and more than [Cube#LARGEST] counts as that.
    SUM,
    /// Values of a property, each once per person: for what is one person's, as order numbers are.
    DISTINCT;

    /// Whether members and days add up to the whole.
    public boolean adds() {
      return this == COUNT || this == SUM;
    }

    /// Whether an event counts that has no value of the property.
    public boolean countsWithoutValue() {
      return this != DISTINCT;
    }
  }

  /// Which of a person's matching events count.
  public enum Which {
    EVERY,
    /// The first of the whole timeline, when it lies in the days asked for.
    FIRST,
    /// All after that.
    LATER
  }

  /// That an event counts only when one of some others came after it: a message that was replied
  /// to.
  ///
  /// @param within how long after it at most
  public record Follow(List<EventPattern> events, Duration within) {
    public Follow {
      events = List.copyOf(events);
    }
  }

  /// Where the numbers come from.
  public sealed interface Origin {
    /// @param property empty for [Measure#COUNT] and [Measure#PEOPLE]
    /// @param slices per dimension the property that says the member; [EventPattern#SOURCE] is the
    ///   event's source
    /// @param follow null when it does not matter what came after
    record Folded(
        List<EventPattern> events,
        Measure measure,
        String property,
        Which which,
        Map<String, String> slices,
        @Nullable Follow follow)
        implements Origin {
      public Folded {
        events = List.copyOf(events);
        slices = Collections.unmodifiableMap(new LinkedHashMap<>(slices));
        boolean needs = measure == Measure.SUM || measure == Measure.DISTINCT;
        if (needs == property.isEmpty()) {
          throw new IllegalArgumentException(measure + " and the property '" + property + "'");
        }
      }
    }

    /// Numbers the brand uploads: what is no event of a person.
    ///
    /// @param slices the dimensions its rows may name
    record Given(List<String> slices) implements Origin {
      public Given {
        slices = List.copyOf(slices);
      }
    }

    record Worked(String formula) implements Origin {}
  }

  /// What is to be reached without slices.
  ///
  /// @param days for these; or
  /// @param each for every one of a grain
  public record Target(@Nullable Days days, @Nullable Grain each, double value) {
    public Target {
      if ((days == null) == (each == null)) {
        throw new IllegalArgumentException("a target is for some days, or for each of a grain");
      }
    }
  }

  /// Null when there is none for exactly these days.
  public @Nullable Double target(Days days) {
    Double otherwise = null;
    for (Target target : targets) {
      if (days.equals(target.days())) {
        return target.value();
      }
      if (target.each() != null && target.each() == days.grain()) {
        otherwise = target.value();
      }
    }
    return otherwise;
  }

  public boolean leaf() {
    return !(origin instanceof Origin.Worked);
  }

  /// The dimensions of a leaf; none of a formula's own.
  List<String> slices() {
    return switch (origin) {
      case Origin.Folded folded -> List.copyOf(folded.slices().keySet());
      case Origin.Given given -> given.slices();
      case Origin.Worked _ -> List.of();
    };
  }
}
