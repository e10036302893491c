package io.huoshui.audience;

import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Value;
import io.huoshui.profile.Draw;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Fold;
import io.huoshui.profile.Lifecycle;
import io.huoshui.profile.Operator;
import io.huoshui.profile.Period;
import io.huoshui.profile.Person;
import io.huoshui.profile.Rfm;
import io.huoshui.profile.Window;
import io.huoshui.reach.ChannelKind;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A rule about one person, true or false at any [Moment].
public sealed interface Condition {
  /// What [#listensTo] calls any change of where somebody stands on a journey.
  String JOURNEYS = "$journeys";

  /// A trait compares: `has city = "上海"`. Of a list, one that compares is enough.
  record HasTrait(String trait, Operator operator, Value value) implements Condition {}

  /// The person carries a tag now.
  ///
  /// @param source from which it must have come; empty for any
  /// @param window in which it must have been put on
  record HasTag(String tag, String source, Window window) implements Condition {
    public HasTag(String tag) {
      this(tag, "", Window.ever());
    }
  }

  /// The person's last word on a channel.
  record HasConsent(String channel, Person.Consent said) implements Condition {
    public HasConsent(String channel) {
      this(channel, Person.Consent.GIVEN);
    }
  }

  /// Something can reach the person on a channel now: there is an address, and no word against it.
  record Reachable(ChannelKind channel) implements Condition {}

  /// The person is known under an identifier of this kind.
  record HasIdentifier(IdentifierKind kind) implements Condition {}

  record InLifecycle(Lifecycle state) implements Condition {}

  /// The person's RFM scores by the brand's bounds. Nobody who never ordered has any.
  record InRfm(Rfm.Scores recency, Rfm.Scores frequency, Rfm.Scores monetary)
      implements Condition {}

  /// A trait that is a date lies between two days, counted from today of the brand.
  ///
  /// @param yearly the day and month count, in whichever year: birthdays, anniversaries. 29
  ///   February is 1 March where there is none
  /// @param fromDay the first day, 0 is today, negative is past
  /// @param toDay the last day, not before the first
  record DateIn(String trait, boolean yearly, int fromDay, int toDay) implements Condition {
    static final int FARTHEST = 36_500;

    /// Whether a trait's value lies there now.
    public boolean holds(@Nullable Value value, Moment moment) {
      LocalDate day = Meaning.date(value);
      return day != null && Meaning.falls(this, day, moment.today());
    }

    public DateIn {
      if (fromDay > toDay || fromDay < -FARTHEST || toDay > FARTHEST) {
        throw new IllegalArgumentException(
            "in "
                + fromDay
                + " to "
                + toDay
                + " days: the nearer one comes first, and a hundred"
                + " years are the farthest");
      }
    }
  }

  /// Events that match, in the window, as often as said.
  record Did(EventPattern event, Times times, Window window) implements Condition {}

  /// Not one event that matches, in the window.
  record DidNot(EventPattern event, Window window) implements Condition {}

  /// The very first, or the very last, event that matches lies in the window.
  record Edge(boolean first, EventPattern event, Window window) implements Condition {}

  /// A property of the first, or the last, matching event of the window compares. No such event, or
  /// none that has the property, compares as false.
  record EdgeValue(
      boolean first,
      EventPattern event,
      String property,
      Window window,
      Operator operator,
      Value value)
      implements Condition {
    Fold fold() {
      return new Fold(first ? Fold.Kind.FIRST : Fold.Kind.LAST, property);
    }
  }

  /// A number folded from the matching events compares. Nothing to fold compares as false.
  record Measured(Fold fold, EventPattern event, Window window, Operator operator, double value)
      implements Condition {
    public Measured {
      numeric(fold);
    }
  }

  /// The person is among the most, or the least, by a number folded from their events. Who has no
  /// such event is not ranked; who has as much as the last one in is in, too.
  ///
  /// @param permille of those ranked, 1 to 1000
  record Top(boolean most, int permille, Fold fold, EventPattern event, Window window)
      implements Condition {
    public Top {
      numeric(fold);
      if (permille < 1 || permille > 1_000) {
        throw new IllegalArgumentException(
            "A share of those ranked is 0.1 % to 100 %, got " + permille / 10.0 + " %");
      }
    }

    /// The number of the last one in.
    ///
    /// @param ranked everybody's numbers; it is put in order
    public OptionalDouble cut(double[] ranked) {
      if (ranked.length == 0) {
        return OptionalDouble.empty();
      }
      Arrays.sort(ranked);
      int in = (int) ((ranked.length * (long) permille + 999) / 1_000);
      return OptionalDouble.of(most ? ranked[ranked.length - in] : ranked[in - 1]);
    }

    /// What it comes to where the last one in has this number.
    Condition above(OptionalDouble cut) {
      var any = new Did(event, Times.atLeast(1), window);
      return cut.isEmpty()
          ? new Not(new Any(List.of(any, new DidNot(event, window))))
          : new All(
              List.of(
                  any,
                  new Measured(
                      fold,
                      event,
                      window,
                      most ? Operator.MORE_OR_EQUAL : Operator.LESS_OR_EQUAL,
                      cut.getAsDouble())));
    }
  }

  /// The steps one after the other, each at most `within` after the one before, the first in the
  /// window.
  record Sequence(List<EventPattern> steps, Period within, Window window) implements Condition {
    public Sequence {
      steps = List.copyOf(steps);
      if (steps.size() < 2) {
        throw new IllegalArgumentException("A sequence has at least two steps");
      }
    }
  }

  /// An event of the window was not followed by another within a time that is over.
  record Unfollowed(EventPattern event, EventPattern next, Period within, Window window)
      implements Condition {}

  /// The person is in a community now; the empty name is any.
  record InGroup(String group) implements Condition {}

  /// How far the person ever came on a journey.
  record OnJourney(String journey, Person.Standing standing) implements Condition {}

  /// The person was last seen within so many metres of a place.
  ///
  /// @param lat degrees north, -90 to 90
  /// @param lon degrees east, -180 to 180
  record Near(double lat, double lon, int metres) implements Condition {
    /// Whether a place, in degrees north and east, lies so near.
    public boolean holds(double north, double east) {
      return Meaning.metres(lat, lon, north, east) <= metres;
    }

    public Near {
      if (!(Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && metres > 0)) {
        throw new IllegalArgumentException(
            "A place is -90 to 90 degrees north and -180 to 180 east, and a distance is more than"
                + " nothing");
      }
    }
  }

  /// A random share of everybody, always the same people under the same salt. Shares of one salt
  /// that do not overlap have no one in common.
  ///
  /// @param from where the share begins, in hundredths of a percent
  /// @param to where it ends, not included; 10 000 is everybody
  record Share(String salt, int from, int to) implements Condition {
    public static final int ALL = 10_000;

    public Share {
      if (from < 0 || from >= to || to > ALL) {
        throw new IllegalArgumentException(
            "A share goes from 0 % to 100 %, the lower first; got "
                + from / 100.0
                + " % to "
                + to / 100.0
                + " %");
      }
    }

    /// Whether a profile, by its name, is in the share.
    public boolean has(int profile) {
      double drawn = Draw.fraction(salt, profile) * ALL;
      return from <= drawn && drawn < to;
    }
  }

  /// The person satisfies another segment's rule now.
  record InSegment(String segment) implements Condition {}

  record InAudience(String audience) implements Condition {}

  record All(List<Condition> parts) implements Condition {
    public All {
      parts = List.copyOf(parts);
    }
  }

  record Any(List<Condition> parts) implements Condition {
    public Any {
      parts = List.copyOf(parts);
    }
  }

  record Not(Condition part) implements Condition {}

  /// How often.
  record Times(Bound bound, int count) {
    public enum Bound {
      AT_LEAST,
      AT_MOST,
      EXACTLY
    }

    public Times {
      if (count < 0 || (count == 0 && bound != Bound.EXACTLY)) {
        throw new IllegalArgumentException(
            "'" + bound + " " + count + " times' is always true or never");
      }
    }

    public static Times atLeast(int count) {
      return new Times(Bound.AT_LEAST, count);
    }

    /// Whether this many are as many as said.
    public boolean holds(int actual) {
      return switch (bound) {
        case AT_LEAST -> actual >= count;
        case AT_MOST -> actual <= count;
        case EXACTLY -> actual == count;
      };
    }
  }

  private static void numeric(Fold fold) {
    if (!fold.kind().numeric()) {
      throw new IllegalArgumentException(fold.kind().wire() + " is not a number to compare");
    }
  }

  /// Whether the person satisfies the rule at this moment. This is the meaning of a rule; every
  /// faster way of answering has to agree with it.
  ///
  /// @throws IllegalStateException for a [Top], which has no answer for one person alone: [#with]
  ///   comes first
  default boolean test(Person person, Moment moment) {
    return Meaning.test(this, person, moment);
  }

  /// What a rule is made of; empty for those that are not made of others.
  default List<Condition> parts() {
    return switch (this) {
      case All(List<Condition> parts) -> parts;
      case Any(List<Condition> parts) -> parts;
      case Not(Condition part) -> List.of(part);
      default -> List.of();
    };
  }

  /// Gives each condition of the rule, itself and its parts' parts.
  default void each(Consumer<Condition> reader) {
    reader.accept(this);
    parts().forEach(part -> part.each(reader));
  }

  /// What a rule stands on that is neither in it nor in one person.
  interface Surroundings {
    /// A published rule, made whole with [#with]; null when there is none.
    @Nullable Condition segment(String name);

    /// The number the last one in has; empty when nobody is ranked.
    OptionalDouble cut(Top top);

    /// @param segments a published rule, or null
    /// @param cuts the number the last one in has
    static Surroundings of(
        Function<String, @Nullable Condition> segments, Function<Top, OptionalDouble> cuts) {
      return new Surroundings() {
        @Override
        public @Nullable Condition segment(String name) {
          return segments.apply(name);
        }

        @Override
        public OptionalDouble cut(Top top) {
          return cuts.apply(top);
        }
      };
    }
  }

  /// The same rule with the rules of other segments in their place, and every [Top] by its number.
  ///
  /// @throws RuleException when a segment is not there
  default Condition with(Surroundings surroundings) {
    return switch (this) {
      case InSegment(String name) -> {
        Condition rule = surroundings.segment(name);
        if (rule == null) {
          throw new RuleException("in segment", "'" + name + "'", "a segment that is published");
        }
        yield rule;
      }
      case Top top -> top.above(surroundings.cut(top));
      case All(List<Condition> parts) -> new All(with(parts, surroundings));
      case Any(List<Condition> parts) -> new Any(with(parts, surroundings));
      case Not(Condition part) -> new Not(part.with(surroundings));
      default -> this;
    };
  }

  private static List<Condition> with(List<Condition> parts, Surroundings surroundings) {
    return parts.stream().map(part -> part.with(surroundings)).toList();
  }

  /// Whether it has to be made whole by [#with] before anybody can be asked.
  default boolean standsAlone() {
    var alone = new boolean[] {true};
    each(
        part -> {
          if (part instanceof Top || part instanceof InSegment) {
            alone[0] = false;
          }
        });
    return alone[0];
  }

  /// Through what time alone can change the answer.
  default List<Turning.Watch> watches() {
    var watches = new ArrayList<Turning.Watch>();
    each(part -> Dependencies.watches(part, watches));
    return List.copyOf(watches);
  }

  /// The event names whose arrival can change the answer.
  default Set<String> listensTo() {
    var names = new TreeSet<String>();
    each(part -> Dependencies.names(part, names));
    return names;
  }

  /// The audiences whose freezing can change the answer.
  default Set<String> audiences() {
    var names = new TreeSet<String>();
    each(
        part -> {
          if (part instanceof InAudience(String audience)) {
            names.add(audience);
          }
        });
    return names;
  }

  /// The segments it names.
  default Set<String> segments() {
    var names = new TreeSet<String>();
    each(
        part -> {
          if (part instanceof InSegment(String segment)) {
            names.add(segment);
          }
        });
    return names;
  }
}
