package io.huoshui.audience;

import io.huoshui.audience.Condition.Times;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Value;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Fold;
import io.huoshui.profile.Lifecycle;
import io.huoshui.profile.Operator;
import io.huoshui.profile.Period;
import io.huoshui.profile.Person;
import io.huoshui.profile.Rfm;
import io.huoshui.profile.Window;
import io.huoshui.reach.ChannelKind;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;

/// The one-line text form. What is written reads back as the same rule.
///
/// ```
/// rule    = all { "or" all }            all = unary { "and" unary }       unary = [ "not" ] ( atom | "(" rule ")" )
/// atom    = "has" trait op value | "has tag" text [ "by" source ] [ window ] | "has identifier" kind
///         | "has" ( "consent" | "withdrawn" | "unasked" ) channel | "reachable" channel
///         | "lifecycle" state | "rfm" ( class | [ "r" scores ] [ "f" scores ] [ "m" scores ] )
///         | "date" trait [ "each year" ] "in" days [ "to" days ] "days"
///         | "did" event [ "at least" n | "at most" n | "exactly" n ] [ where ] [ window ]
///         | "did not" event [ where ] [ window ]
///         | ( "first" | "last" ) event [ where ] [ window ]
///         | ( "first" | "last" ) "(" event "." property ")" [ where ] [ window ] op value
///         | fold "(" event [ "." property ] ")" [ where ] [ window ] op number
///         | ( "top" | "bottom" ) percent "by" fold "(" event [ "." property ] ")" [ where ] [ window ]
///         | "sequence" event [ where ] { "then" event [ where ] } "each within" period [ window ]
///         | "sequence" event [ where ] "without" event [ where ] "within" period [ window ]
///         | "in audience" text | "in segment" text | "in group" text | "in any group"
///         | "journey" text ( "entered" | "active" | "held_out" | "sent" | "delivered" | "clicked" | "converted" | "finished" )
///         | "near" degrees "," degrees "within" distance | "share" percent "to" percent "of" text
/// where   = "where [" property op value { "," property op value } "]"
/// window  = "within" period | "between" period "and" period "ago" | "before" period "ago" | "from" date "to" date
/// fold    = "count" | "sum" | "average" | "min" | "max" | "distinct"
/// op      = "=" | "!=" | "<" | "<=" | ">" | ">=" | "contains" | "in"
/// ```
public final class RuleText {
  private RuleText() {}

  /// @throws RuleException naming the position, what was found and what is allowed
  public static Condition parse(String text) {
    return RuleReader.read(text);
  }

  /// Reads an event with its tests: `order_paid where [channel = "tmall"]`.
  ///
  /// @throws RuleException as [#parse]
  public static EventPattern event(String text) {
    return RuleReader.readEvent(text);
  }

  /// Reads a window alone: `within 30d`, `from 2026-01-01 to 2026-01-31`; nothing is ever.
  ///
  /// @throws RuleException as [#parse]
  public static Window window(String text) {
    return RuleReader.readWindow(text);
  }

  /// What [#event] reads.
  public static String write(EventPattern event) {
    return event.event() + write(event.where());
  }

  public static String write(Condition rule) {
    return switch (rule) {
      case Condition.Any(List<Condition> parts) -> joined(parts, " or ", rule);
      case Condition.All(List<Condition> parts) -> joined(parts, " and ", rule);
      case Condition.Not(Condition part) -> "not " + bracketed(part);
      case Condition.HasTrait(String trait, Operator operator, Value value) ->
          "has " + quotedUnlessWord(trait) + " " + operator.sign() + " " + write(value);
      case Condition.HasTag(String tag, String source, Window window) ->
          "has tag "
              + quote(tag)
              + (source.isEmpty() ? "" : " by " + quotedUnlessWord(source))
              + write(window);
      case Condition.HasConsent(String channel, Person.Consent said) ->
          "has " + said.wire() + " " + quotedUnlessWord(channel);
      case Condition.Reachable(ChannelKind channel) -> "reachable " + channel.wire();
      case Condition.HasIdentifier(IdentifierKind kind) -> "has identifier " + kind.wire();
      case Condition.InLifecycle(Lifecycle state) -> "lifecycle " + state.wire();
      case Condition.InRfm rfm -> "rfm " + write(rfm);
      case Condition.DateIn(String trait, boolean yearly, int fromDay, int toDay) ->
          "date "
              + quotedUnlessWord(trait)
              + (yearly ? " each year" : "")
              + " in "
              + fromDay
              + (fromDay == toDay ? "" : " to " + toDay)
              + " days";
      case Condition.Did(EventPattern event, Times times, Window window) ->
          "did " + event.event() + write(times) + write(event.where()) + write(window);
      case Condition.DidNot(EventPattern event, Window window) ->
          "did not " + event.event() + write(event.where()) + write(window);
      case Condition.Measured(
              Fold fold,
              EventPattern event,
              Window window,
              Operator operator,
              double value) ->
          folded(fold, event)
              + write(event.where())
              + write(window)
              + " "
              + operator.sign()
              + " "
              + number(value);
      case Condition.Edge(boolean first, EventPattern event, Window window) ->
          (first ? "first " : "last ") + event.event() + write(event.where()) + write(window);
      case Condition.EdgeValue edge ->
          folded(edge.fold(), edge.event())
              + write(edge.event().where())
              + write(edge.window())
              + " "
              + edge.operator().sign()
              + " "
              + write(edge.value());
      case Condition.Top(
              boolean most,
              int permille,
              Fold fold,
              EventPattern event,
              Window window) ->
          (most ? "top " : "bottom ")
              + percent(permille * 10)
              + " by "
              + folded(fold, event)
              + write(event.where())
              + write(window);
      case Condition.Unfollowed(
              EventPattern event,
              EventPattern next,
              Period within,
              Window window) ->
          "sequence "
              + event.event()
              + write(event.where())
              + " without "
              + next.event()
              + write(next.where())
              + " within "
              + within
              + write(window);
      case Condition.InGroup(String group) ->
          group.isEmpty() ? "in any group" : "in group " + quotedUnlessWord(group);
      case Condition.OnJourney(String journey, Person.Standing standing) ->
          "journey " + quotedUnlessWord(journey) + " " + standing.wire();
      case Condition.Near(double lat, double lon, int metres) ->
          "near " + decimal(lat) + ", " + decimal(lon) + " within " + metres + "m";
      case Condition.Share(String salt, int from, int to) ->
          "share " + percent(from) + " to " + percent(to) + " of " + quotedUnlessWord(salt);
      case Condition.InSegment(String segment) -> "in segment " + quotedUnlessWord(segment);
      case Condition.Sequence(List<EventPattern> steps, Period within, Window window) ->
          "sequence "
              + String.join(
                  " then ", steps.stream().map(s -> s.event() + write(s.where())).toList())
              + " each within "
              + within
              + write(window);
      case Condition.InAudience(String audience) -> "in audience " + quotedUnlessWord(audience);
    };
  }

  private static String folded(Fold fold, EventPattern event) {
    return fold.kind().wire()
        + "("
        + event.event()
        + (fold.property().isEmpty() ? "" : "." + fold.property())
        + ")";
  }

  private static String write(Condition.InRfm rfm) {
    for (Rfm.Class8 known : Rfm.Class8.values()) {
      if (known.scores().equals(List.of(rfm.recency(), rfm.frequency(), rfm.monetary()))) {
        return known.wire();
      }
    }
    return "r " + rfm.recency() + " f " + rfm.frequency() + " m " + rfm.monetary();
  }

  /// Of hundredths of a percent.
  static String percent(int hundredths) {
    return BigDecimal.valueOf(hundredths, 2).stripTrailingZeros().toPlainString() + "%";
  }

  private static String joined(List<Condition> parts, String word, Condition whole) {
    // One part or none can not be written as a list; brackets around a single part keep the text
    // readable.
    if (parts.isEmpty()) {
      throw new IllegalArgumentException(
          "An empty " + whole.getClass().getSimpleName() + " has no text form");
    }
    return String.join(word, parts.stream().map(part -> inside(part, whole)).toList());
  }

  private static String inside(Condition part, Condition whole) {
    boolean bracket =
        part instanceof Condition.Any
            || (part instanceof Condition.All && whole instanceof Condition.All);
    return bracket ? "(" + write(part) + ")" : write(part);
  }

  private static String bracketed(Condition part) {
    return part instanceof Condition.Any || part instanceof Condition.All
        ? "(" + write(part) + ")"
        : write(part);
  }

  private static String write(Times times) {
    return switch (times.bound()) {
      case AT_LEAST -> times.count() == 1 ? "" : " at least " + times.count() + " times";
      case AT_MOST -> " at most " + times.count() + " times";
      case EXACTLY -> " exactly " + times.count() + " times";
    };
  }

  private static String write(List<EventPattern.Where> where) {
    return where.isEmpty()
        ? ""
        : " where ["
            + String.join(
                ", ",
                where.stream()
                    .map(
                        w ->
                            quotedUnlessWord(w.property())
                                + " "
                                + w.operator().sign()
                                + " "
                                + write(w.value()))
                    .toList())
            + "]";
  }

  private static String write(Window window) {
    return switch (window) {
      case Window.Ever() -> "";
      case Window.Last(Period length) -> " within " + length;
      case Window.Ago(Period newer, Period older) -> " between " + newer + " and " + older + " ago";
      case Window.Before(Period length) -> " before " + length + " ago";
      case Window.Dates(LocalDate from, LocalDate to) -> " from " + from + " to " + to;
    };
  }

  static String write(Value value) {
    return switch (value) {
      case Value.Text(String text) -> quote(text);
      case Value.Whole(long number) -> Long.toString(number);
      case Value.Decimal(double number) -> decimal(number);
      case Value.Flag(boolean on) -> Boolean.toString(on);
      case Value.Many(List<Value> values) ->
          "(" + String.join(", ", values.stream().map(RuleText::write).toList()) + ")";
    };
  }

  /// Whole numbers without a point, so that amounts read as people write them.
  static String number(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? String.format(Locale.ROOT, "%d", (long) number)
        : decimal(number);
  }

  private static String decimal(double number) {
    String plain = BigDecimal.valueOf(number).toPlainString();
    return plain.contains(".") ? plain : plain + ".0";
  }

  private static String quotedUnlessWord(String text) {
    return text.matches("[A-Za-z][A-Za-z0-9_]*")
            && !text.matches("tag|consent|withdrawn|unasked|identifier")
        ? text
        : quote(text);
  }

  private static String quote(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
