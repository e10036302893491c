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
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the text form of a rule, from left to right. The grammar is in [RuleText].
final class RuleReader {
  private static final int DEEPEST = 64;
  private static final String ATOMS =
      "has, reachable, lifecycle, rfm, date, did, first, last, count, sum, average, min, max,"
          + " distinct, top, bottom, sequence, in, journey, near, share, not, '('";
  private static final Pattern PERCENT = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,2})?)%");
  private static final Pattern DISTANCE = Pattern.compile("(\\d{1,5}(?:\\.\\d{1,3})?)(m|km)");
  private static final Pattern SCORES = Pattern.compile("([1-5])(?:-([1-5]))?");

  private final List<Token> tokens;
  private int at;
  private int depth;

  private record Token(String text, int position, boolean quoted) {}

  private RuleReader(List<Token> tokens) {
    this.tokens = tokens;
  }

  /// @throws RuleException naming the position, what was found and what is allowed
  static Condition read(String text) {
    var reader = new RuleReader(tokens(text));
    Condition rule = reader.rule();
    if (reader.at < reader.tokens.size()) {
      throw reader.wrong("'and', 'or', or the end");
    }
    return rule;
  }

  static EventPattern readEvent(String text) {
    var reader = new RuleReader(tokens(text));
    EventPattern event = reader.event();
    if (reader.at < reader.tokens.size()) {
      throw reader.wrong("'where [', or the end");
    }
    return event;
  }

  static Window readWindow(String text) {
    var reader = new RuleReader(tokens(text));
    Window window = reader.window();
    if (reader.at < reader.tokens.size()) {
      throw reader.wrong(
          "within 30d, between 30d and 60d ago, before 90d ago, from 2026-01-01 to 2026-01-31");
    }
    return window;
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
        throw before(
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
    if (take("first")) {
      return edge(true);
    }
    if (take("last")) {
      return edge(false);
    }
    if (take("top")) {
      return top(true);
    }
    if (take("bottom")) {
      return top(false);
    }
    if (take("sequence")) {
      return sequence();
    }
    if (take("in")) {
      return in();
    }
    if (take("reachable")) {
      ChannelKind channel = ChannelKind.ofWire(word("a channel"));
      if (channel == null) {
        throw before(
            String.join(", ", Arrays.stream(ChannelKind.values()).map(ChannelKind::wire).toList()));
      }
      return new Condition.Reachable(channel);
    }
    if (take("rfm")) {
      return rfm();
    }
    if (take("date")) {
      return dateIn();
    }
    if (take("journey")) {
      String journey = word("a journey");
      Person.Standing standing = Person.Standing.ofWire(word("how far they came"));
      if (standing == null) {
        throw before(
            String.join(
                ", ", Arrays.stream(Person.Standing.values()).map(Person.Standing::wire).toList()));
      }
      return new Condition.OnJourney(journey, standing);
    }
    if (take("near")) {
      return near();
    }
    if (take("share")) {
      int from = hundredths();
      expect("to");
      int to = hundredths();
      expect("of");
      String salt = word("a salt");
      return built(() -> new Condition.Share(salt, from, to));
    }
    for (Fold.Kind kind : Fold.Kind.values()) {
      if (kind.numeric() && take(kind.wire())) {
        return measured(kind);
      }
    }
    throw wrong(ATOMS);
  }

  private Condition has() {
    if (take("tag")) {
      String tag = word("a tag");
      String source = take("by") ? word("a source") : "";
      return new Condition.HasTag(tag, source, window());
    }
    for (Person.Consent said : Person.Consent.values()) {
      if (take(said.wire())) {
        return new Condition.HasConsent(word("a channel"), said);
      }
    }
    if (take("identifier")) {
      String word = word("an identifier kind");
      IdentifierKind kind = IdentifierKind.ofWire(word);
      if (kind == null) {
        throw before(String.join(", ", IdentifierKind.wires()));
      }
      return new Condition.HasIdentifier(kind);
    }
    String trait = word("a trait");
    Operator operator = operator();
    return new Condition.HasTrait(trait, operator, value(operator));
  }

  private Condition edge(boolean first) {
    if (!take("(")) {
      EventPattern event = event();
      return new Condition.Edge(first, event, window());
    }
    Fold.Kind kind = first ? Fold.Kind.FIRST : Fold.Kind.LAST;
    Path path = path(kind);
    var pattern = new EventPattern(path.event(), where());
    Window window = window();
    Operator operator = operator();
    return new Condition.EdgeValue(
        first, pattern, path.property(), window, operator, value(operator));
  }

  private Condition top(boolean most) {
    int hundredths = hundredths();
    if (hundredths % 10 != 0) {
      throw before("a share with one digit behind the point at most: 20%, 0.5%");
    }
    expect("by");
    Fold.Kind kind = null;
    for (Fold.Kind known : Fold.Kind.values()) {
      if (known.numeric() && kind == null && take(known.wire())) {
        kind = known;
      }
    }
    if (kind == null) {
      throw wrong("count, sum, average, min, max, distinct");
    }
    expect("(");
    Path path = path(kind);
    var pattern = new EventPattern(path.event(), where());
    var fold = new Fold(kind, path.property());
    Window window = window();
    return built(() -> new Condition.Top(most, hundredths / 10, fold, pattern, window));
  }

  private Condition in() {
    if (take("audience")) {
      return new Condition.InAudience(word("an audience name"));
    }
    if (take("segment")) {
      return new Condition.InSegment(word("a segment name"));
    }
    if (take("group")) {
      return new Condition.InGroup(word("a group"));
    }
    if (take("any")) {
      expect("group");
      return new Condition.InGroup("");
    }
    throw wrong("audience, segment, group, any group");
  }

  private Condition rfm() {
    if (at < tokens.size() && !List.of("r", "f", "m").contains(tokens.get(at).text())) {
      Rfm.Class8 known = Rfm.Class8.ofWire(word("a class"));
      if (known == null) {
        throw before(
            "r, f, m with scores, "
                + String.join(
                    ", ", Arrays.stream(Rfm.Class8.values()).map(Rfm.Class8::wire).toList()));
      }
      List<Rfm.Scores> scores = known.scores();
      return new Condition.InRfm(scores.get(0), scores.get(1), scores.get(2));
    }
    Rfm.Scores r = take("r") ? scores() : Rfm.Scores.ANY;
    Rfm.Scores f = take("f") ? scores() : Rfm.Scores.ANY;
    Rfm.Scores m = take("m") ? scores() : Rfm.Scores.ANY;
    return new Condition.InRfm(r, f, m);
  }

  private Rfm.Scores scores() {
    Matcher matcher = SCORES.matcher(word("scores"));
    if (!matcher.matches()) {
      throw before("scores from 1 to 5: 4-5, or 3");
    }
    int from = Integer.parseInt(matcher.group(1));
    int to = matcher.group(2) == null ? from : Integer.parseInt(matcher.group(2));
    return built(() -> new Rfm.Scores(from, to));
  }

  private Condition dateIn() {
    String trait = word("a trait");
    boolean yearly = take("each");
    if (yearly) {
      expect("year");
    }
    expect("in");
    int from = days();
    int to = take("to") ? days() : from;
    expect("days");
    return built(() -> new Condition.DateIn(trait, yearly, from, to));
  }

  private int days() {
    String word = word("a number of days");
    if (!word.matches("-?\\d{1,5}")) {
      throw before("a number of days, negative for the past");
    }
    return Integer.parseInt(word);
  }

  private Condition near() {
    double lat = degrees();
    expect(",");
    double lon = degrees();
    expect("within");
    Matcher matcher = DISTANCE.matcher(word("a distance"));
    if (!matcher.matches()) {
      throw before("a distance: 500m, 3km");
    }
    double metres =
        Double.parseDouble(matcher.group(1)) * (matcher.group(2).equals("km") ? 1_000 : 1);
    return built(() -> new Condition.Near(lat, lon, (int) Math.round(metres)));
  }

  private double degrees() {
    String word = word("degrees");
    if (!word.matches("-?\\d{1,3}(\\.\\d{1,30})?")) {
      throw before("degrees: 31.2304");
    }
    return Double.parseDouble(word);
  }

  /// A share in hundredths of a percent.
  private int hundredths() {
    Matcher matcher = PERCENT.matcher(word("a share"));
    if (!matcher.matches()) {
      throw before("a share: 20%, 0.5%");
    }
    return new BigDecimal(matcher.group(1)).movePointRight(2).intValueExact();
  }

  /// What is built of words that were read, or where they stand when it can not be.
  private <T> T built(Supplier<T> making) {
    try {
      return making.get();
    } catch (IllegalArgumentException e) {
      at--;
      throw new RuleException("character " + position(), found(), String.valueOf(e.getMessage()));
    }
  }

  private Condition sequence() {
    var steps = new ArrayList<EventPattern>();
    steps.add(event());
    if (take("without")) {
      EventPattern next = event();
      expect("within");
      Period within = period();
      return new Condition.Unfollowed(steps.getFirst(), next, within, window());
    }
    while (take("then")) {
      steps.add(event());
    }
    if (steps.size() < 2) {
      throw wrong("'then' or 'without' and a second event");
    }
    expect("each");
    expect("within");
    return new Condition.Sequence(steps, period(), window());
  }

  private Condition measured(Fold.Kind kind) {
    expect("(");
    Path path = path(kind);
    var pattern = new EventPattern(path.event(), where());
    Window window = window();
    Operator operator = operator();
    Value value = value(operator);
    if (Double.isNaN(value.asNumber())) {
      throw before("a number");
    }
    return new Condition.Measured(
        new Fold(kind, path.property()), pattern, window, operator, value.asNumber());
  }

  private record Path(String event, String property) {}

  /// What is folded, up to the closing bracket.
  private Path path(Fold.Kind kind) {
    String path = word("an event, or event.property");
    expect(")");
    int dot = path.indexOf('.');
    String event = dot < 0 ? path : path.substring(0, dot);
    String property = dot < 0 ? "" : path.substring(dot + 1);
    if (property.isEmpty() != (kind == Fold.Kind.COUNT)) {
      at -= 2;
      throw wrong(kind == Fold.Kind.COUNT ? "an event without a property" : "event.property");
    }
    return new Path(event, property);
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
      throw before("a number of times that can be both true and false; for never, 'did not'");
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
      throw before("a period: 30d, 48h, 15m");
    }
  }

  private LocalDate date() {
    String word = word("a date");
    try {
      return LocalDate.parse(word);
    } catch (DateTimeParseException e) {
      throw before("a date of the calendar: 2026-06-18");
    }
  }

  private Operator operator() {
    Operator operator = Operator.ofSign(word("a comparison"));
    if (operator == null) {
      throw before("= != < <= > >= contains in");
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
        throw before("a whole number of at most 19 digits");
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
    throw before("a number, true, false, a word, or a text in quotes");
  }

  private int whole() {
    String word = word("a number");
    if (!word.matches("\\d{1,6}")) {
      throw before("a whole number");
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

  /// The same of the word that was just read.
  private RuleException before(String allowed) {
    at--;
    return wrong(allowed);
  }

  private RuleException wrong(String allowed) {
    return new RuleException("character " + position(), found(), allowed);
  }
}
