package io.huoshui.audience;

import io.huoshui.audience.Condition.Times;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Value;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Fold;
import io.huoshui.profile.Lifecycle;
import io.huoshui.profile.Operator;
import io.huoshui.profile.Period;
import io.huoshui.profile.Window;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// The one-line text form. What is written reads back as the same rule.
///
/// ```
/// rule    = all { "or" all }            all = unary { "and" unary }       unary = [ "not" ] ( atom | "(" rule ")" )
/// atom    = "has" trait op value | "has tag" text | "has consent" channel | "has identifier" kind
///         | "lifecycle" state
///         | "did" event [ "at least" n | "at most" n | "exactly" n ] [ where ] [ window ]
///         | "did not" event [ where ] [ window ]
///         | fold "(" event [ "." property ] ")" [ where ] [ window ] op number
///         | "sequence" event [ where ] { "then" event [ where ] } "each within" period [ window ]
///         | "in audience" text
/// where   = "where [" property op value { "," property op value } "]"
/// window  = "within" period | "between" period "and" period "ago" | "before" period "ago" | "from" date "to" date
/// fold    = "count" | "sum" | "average" | "min" | "max" | "distinct"
/// op      = "=" | "!=" | "<" | "<=" | ">" | ">=" | "contains" | "in"
/// ```
public final class RuleText {
  private static final int DEEPEST = 64;

  private final List<Token> tokens;
  private int at;
  private int depth;

  private record Token(String text, int position, boolean quoted) {}

  private RuleText(List<Token> tokens) {
    this.tokens = tokens;
  }

  /// @throws RuleException naming the position, what was found and what is allowed
  public static Condition parse(String text) {
    var reader = new RuleText(tokens(text));
    Condition rule = reader.rule();
    if (reader.at < reader.tokens.size()) {
      throw reader.wrong("'and', 'or', or the end");
    }
    return rule;
  }

  private static List<Token> tokens(String text) {
    var tokens = new ArrayList<Token>();
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (Character.isWhitespace(c)) {
        i++;
      } else if (c == '"') {
        int start = i++;
        var out = new StringBuilder();
        while (i < text.length() && text.charAt(i) != '"') {
          if (text.charAt(i) == '\\' && i + 1 < text.length()) {
            i++;
          }
          out.append(text.charAt(i++));
        }
        if (i >= text.length()) {
          throw new RuleException(
              "character " + start, "a text that does not end", "a closing '\"'");
        }
        i++;
        tokens.add(new Token(out.toString(), start, true));
      } else if ("()[],".indexOf(c) >= 0) {
        tokens.add(new Token(String.valueOf(c), i++, false));
      } else if ("=!<>".indexOf(c) >= 0) {
        int length = i + 1 < text.length() && text.charAt(i + 1) == '=' ? 2 : 1;
        tokens.add(new Token(text.substring(i, i + length), i, false));
        i += length;
      } else {
        int start = i;
        while (i < text.length()
            && !Character.isWhitespace(text.charAt(i))
            && "()[],=!<>\"".indexOf(text.charAt(i)) < 0) {
          i++;
        }
        tokens.add(new Token(text.substring(start, i), start, false));
      }
    }
    return tokens;
  }

  private Condition rule() {
    deeper();
    var parts = new ArrayList<Condition>();
    do {
      parts.add(all());
    } while (take("or"));
    depth--;
    return parts.size() == 1 ? parts.getFirst() : new Condition.Any(parts);
  }

  private void deeper() {
    if (++depth > DEEPEST) {
      throw wrong("at most " + DEEPEST + " levels of parentheses and 'not'");
    }
  }

  private Condition all() {
    var parts = new ArrayList<Condition>();
    do {
      parts.add(unary());
    } while (take("and"));
    return parts.size() == 1 ? parts.getFirst() : new Condition.All(parts);
  }

  private Condition unary() {
    int nots = 0;
    while (take("not")) {
      nots++;
      deeper();
    }
    Condition part;
    if (take("(")) {
      part = rule();
      expect(")");
    } else {
      part = atom();
    }
    for (; nots > 0; nots--) {
      part = new Condition.Not(part);
      depth--;
    }
    return part;
  }

  private Condition atom() {
    if (take("has")) {
      return has();
    }
    if (take("lifecycle")) {
      String word = word("a lifecycle state");
      Lifecycle state = Lifecycle.ofWire(word);
      if (state == null) {
        at--;
        throw wrong(
            String.join(", ", Arrays.stream(Lifecycle.values()).map(Lifecycle::wire).toList()));
      }
      return new Condition.InLifecycle(state);
    }
    if (take("did")) {
      if (take("not")) {
        EventPattern event = event();
        return new Condition.DidNot(event, window());
      }
      String name = word("an event name");
      Times times = times();
      EventPattern event = new EventPattern(name, where());
      return new Condition.Did(event, times, window());
    }
    if (take("sequence")) {
      return sequence();
    }
    if (take("in")) {
      expect("audience");
      return new Condition.InAudience(word("an audience name"));
    }
    for (Fold.Kind kind : Fold.Kind.values()) {
      if (kind.numeric() && take(kind.wire())) {
        return measured(kind);
      }
    }
    throw wrong(
        "has, lifecycle, did, sequence, in audience, count, sum, average, min, max, distinct, not,"
            + " '('");
  }

  private Condition has() {
    if (take("tag")) {
      return new Condition.HasTag(word("a tag"));
    }
    if (take("consent")) {
      return new Condition.HasConsent(word("a channel"));
    }
    if (take("identifier")) {
      String word = word("an identifier kind");
      IdentifierKind kind = IdentifierKind.ofWire(word);
      if (kind == null) {
        at--;
        throw wrong(String.join(", ", IdentifierKind.wires()));
      }
      return new Condition.HasIdentifier(kind);
    }
    String trait = word("a trait");
    Operator operator = operator();
    return new Condition.HasTrait(trait, operator, value(operator));
  }

  private Condition sequence() {
    var steps = new ArrayList<EventPattern>();
    do {
      steps.add(event());
    } while (take("then"));
    if (steps.size() < 2) {
      throw wrong("'then' and a second event");
    }
    expect("each");
    expect("within");
    return new Condition.Sequence(steps, period(), window());
  }

  private Condition measured(Fold.Kind kind) {
    expect("(");
    String path = word("an event, or event.property");
    expect(")");
    int dot = path.indexOf('.');
    String event = dot < 0 ? path : path.substring(0, dot);
    String property = dot < 0 ? "" : path.substring(dot + 1);
    if (property.isEmpty() != (kind == Fold.Kind.COUNT)) {
      at -= 2;
      throw wrong(kind == Fold.Kind.COUNT ? "an event without a property" : "event.property");
    }
    var pattern = new EventPattern(event, where());
    Window window = window();
    Operator operator = operator();
    Value value = value(operator);
    if (Double.isNaN(value.asNumber())) {
      at--;
      throw wrong("a number");
    }
    return new Condition.Measured(
        new Fold(kind, property), pattern, window, operator, value.asNumber());
  }

  private EventPattern event() {
    String name = word("an event name");
    return new EventPattern(name, where());
  }

  private Times times() {
    Times.Bound bound;
    if (take("at")) {
      bound = take("least") ? Times.Bound.AT_LEAST : Times.Bound.AT_MOST;
      if (bound == Times.Bound.AT_MOST) {
        expect("most");
      }
    } else if (take("exactly")) {
      bound = Times.Bound.EXACTLY;
    } else {
      return Times.atLeast(1);
    }
    int count = whole();
    if (!take("times")) {
      take("time");
    }
    try {
      return new Times(bound, count);
    } catch (IllegalArgumentException e) {
      at--;
      throw wrong("a number of times that can be both true and false; for never, 'did not'");
    }
  }

  private List<EventPattern.Where> where() {
    var tests = new ArrayList<EventPattern.Where>();
    if (take("where")) {
      expect("[");
      do {
        String property = word("a property");
        Operator operator = operator();
        tests.add(new EventPattern.Where(property, operator, value(operator)));
      } while (take(","));
      expect("]");
    }
    return tests;
  }

  private Window window() {
    try {
      if (take("within")) {
        return new Window.Last(period());
      }
      if (take("between")) {
        Period newer = period();
        expect("and");
        Period older = period();
        expect("ago");
        return new Window.Ago(newer, older);
      }
      if (take("before")) {
        Period length = period();
        expect("ago");
        return new Window.Before(length);
      }
      if (take("from")) {
        LocalDate from = date();
        expect("to");
        return new Window.Dates(from, date());
      }
    } catch (IllegalArgumentException e) {
      at--;
      throw new RuleException("character " + position(), found(), String.valueOf(e.getMessage()));
    }
    return Window.ever();
  }

  private Period period() {
    String word = word("a period");
    try {
      return Period.parse(word);
    } catch (IllegalArgumentException e) {
      at--;
      throw wrong("a period: 30d, 48h, 15m");
    }
  }

  private LocalDate date() {
    String word = word("a date");
    try {
      return LocalDate.parse(word);
    } catch (DateTimeParseException e) {
      at--;
      throw wrong("a date of the calendar: 2026-06-18");
    }
  }

  private Operator operator() {
    Operator operator = Operator.ofSign(word("a comparison"));
    if (operator == null) {
      at--;
      throw wrong("= != < <= > >= contains in");
    }
    return operator;
  }

  private Value value(Operator operator) {
    if (operator == Operator.ONE_OF) {
      expect("(");
      var values = new ArrayList<Value>();
      do {
        values.add(single());
      } while (take(","));
      expect(")");
      return new Value.Many(values);
    }
    return single();
  }

  private Value single() {
    if (at >= tokens.size()) {
      throw wrong("a value");
    }
    Token token = tokens.get(at++);
    if (token.quoted()) {
      return Value.of(token.text());
    }
    if (token.text().equals("true") || token.text().equals("false")) {
      return Value.of(token.text().equals("true"));
    }
    if (token.text().matches("-?\\d+")) {
      try {
        return Value.of(Long.parseLong(token.text()));
      } catch (NumberFormatException e) {
        at--;
        throw wrong("a whole number of at most 19 digits");
      }
    }
    if (token.text().matches("-?\\d{1,310}\\.\\d{1,400}")) {
      double number = Double.parseDouble(token.text());
      if (Double.isFinite(number)) {
        return Value.of(number);
      }
    }
    if (token.text().matches("[\\p{L}_][\\p{L}\\p{N}_.:-]*")) {
      return Value.of(token.text());
    }
    at--;
    throw wrong("a number, true, false, a word, or a text in quotes");
  }

  private int whole() {
    String word = word("a number");
    if (!word.matches("\\d{1,6}")) {
      at--;
      throw wrong("a whole number");
    }
    return Integer.parseInt(word);
  }

  private String word(String what) {
    if (at >= tokens.size()) {
      throw wrong(what);
    }
    return tokens.get(at++).text();
  }

  private boolean take(String word) {
    if (at < tokens.size() && !tokens.get(at).quoted() && tokens.get(at).text().equals(word)) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(String word) {
    if (!take(word)) {
      throw wrong("'" + word + "'");
    }
  }

  private int position() {
    return at < tokens.size()
        ? tokens.get(at).position()
        : tokens.isEmpty() ? 0 : tokens.getLast().position() + tokens.getLast().text().length();
  }

  private String found() {
    return at < tokens.size() ? "'" + tokens.get(at).text() + "'" : "the end";
  }

  private RuleException wrong(String allowed) {
    return new RuleException("character " + position(), found(), allowed);
  }

  public static String write(Condition rule) {
    return switch (rule) {
      case Condition.Any(List<Condition> parts) -> joined(parts, " or ", rule);
      case Condition.All(List<Condition> parts) -> joined(parts, " and ", rule);
      case Condition.Not(Condition part) -> "not " + bracketed(part);
      case Condition.HasTrait(String trait, Operator operator, Value value) ->
          "has " + quotedUnlessWord(trait) + " " + operator.sign() + " " + write(value);
      case Condition.HasTag(String tag) -> "has tag " + quote(tag);
      case Condition.HasConsent(String channel) -> "has consent " + quotedUnlessWord(channel);
      case Condition.HasIdentifier(IdentifierKind kind) -> "has identifier " + kind.wire();
      case Condition.InLifecycle(Lifecycle state) -> "lifecycle " + state.wire();
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
          fold.kind().wire()
              + "("
              + event.event()
              + (fold.property().isEmpty() ? "" : "." + fold.property())
              + ")"
              + write(event.where())
              + write(window)
              + " "
              + operator.sign()
              + " "
              + number(value);
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
    return text.matches("[A-Za-z][A-Za-z0-9_]*") && !text.matches("tag|consent|identifier")
        ? text
        : quote(text);
  }

  private static String quote(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
