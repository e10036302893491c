package io.huoshui.insight.tree;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A formula over names: `+ - × ÷` (also `*`, `/`), numbers and parentheses.
///
/// ```
/// packages × scan_rate        (first_orders + later_orders) / buyers
/// ```
public final class Formula {
  /// In characters.
  static final int LONGEST = 1_000;

  private static final int DEEPEST = 50;

  /// What a formula is made of. A name is its place among [#names()].
  private sealed interface Part {
    record Named(int index) implements Part {}

    record Fixed(double number) implements Part {}

    record Two(char sign, Part left, Part right) implements Part {}
  }

  private final String text;
  private final Part whole;
  private final List<String> names;

  private Formula(String text, Part whole, List<String> names) {
    this.text = text;
    this.whole = whole;
    this.names = List.copyOf(names);
  }

  /// @throws FormulaException naming the place
  public static Formula parse(String text) {
    var reader = new Reader(text);
    Part whole = reader.whole();
    return new Formula(text, whole, reader.names);
  }

  public String text() {
    return text;
  }

  /// Each once, in the order in which they come first.
  public List<String> names() {
    return names;
  }

  /// @param values one per name
  /// @return NaN where there is no base: something is divided by zero, or has none itself
  public double of(double[] values) {
    double value = of(whole, values);
    return Double.isFinite(value) ? value : Double.NaN;
  }

  private static double of(Part part, double[] values) {
    return switch (part) {
      case Part.Named(int index) -> values[index];
      case Part.Fixed(double number) -> number;
      case Part.Two(char sign, Part left, Part right) -> {
        double a = of(left, values);
        double b = of(right, values);
        yield switch (sign) {
          case '+' -> a + b;
          case '-' -> a - b;
          case '*' -> a * b;
          default -> b == 0 ? Double.NaN : a / b;
        };
      }
    };
  }

  // Shapes.

  /// A sum of multiples of the names, and a constant.
  ///
  /// @param by per name
  record Linear(List<Double> by, double constant) {
    double of(double[] values) {
      double sum = constant;
      for (int i = 0; i < values.length; i++) {
        // What is left out can not spoil a sum by having no base.
        sum += by.get(i) == 0 ? 0 : by.get(i) * values[i];
      }
      return sum;
    }

    private boolean fixed() {
      return by.stream().allMatch(each -> each == 0);
    }
  }

  /// Null when it is no sum.
  @Nullable Linear linear() {
    return linear(whole);
  }

  private @Nullable Linear linear(Part part) {
    return switch (part) {
      case Part.Named(int index) -> {
        var by = zeros();
        by.set(index, 1.0);
        yield new Linear(by, 0);
      }
      case Part.Fixed(double number) -> new Linear(zeros(), number);
      case Part.Two(char sign, Part left, Part right) -> {
        Linear a = linear(left);
        Linear b = linear(right);
        if (a == null || b == null) {
          yield null;
        }
        yield switch (sign) {
          case '+' -> plus(a, b, 1);
          case '-' -> plus(a, b, -1);
          case '*' ->
              a.fixed() ? times(b, a.constant()) : b.fixed() ? times(a, b.constant()) : null;
          default -> b.fixed() && b.constant() != 0 ? times(a, 1 / b.constant()) : null;
        };
      }
    };
  }

  private List<Double> zeros() {
    var zeros = new ArrayList<Double>();
    names.forEach(_ -> zeros.add(0.0));
    return zeros;
  }

  private static Linear plus(Linear a, Linear b, double factor) {
    var by = new ArrayList<Double>();
    for (int i = 0; i < a.by().size(); i++) {
      by.add(a.by().get(i) + factor * b.by().get(i));
    }
    return new Linear(by, a.constant() + factor * b.constant());
  }

  private static Linear times(Linear a, double factor) {
    return new Linear(a.by().stream().map(each -> each * factor).toList(), a.constant() * factor);
  }

  /// Per name how often it is multiplied in, less how often it divides; null when it is no product.
  @Nullable List<Integer> exponents() {
    return exponents(whole);
  }

  private @Nullable List<Integer> exponents(Part part) {
    return switch (part) {
      case Part.Named(int index) -> {
        var powers = new ArrayList<Integer>();
        names.forEach(_ -> powers.add(0));
        powers.set(index, 1);
        yield powers;
      }
      case Part.Fixed(double number) -> {
        var powers = new ArrayList<Integer>();
        names.forEach(_ -> powers.add(0));
        yield number == 0 ? null : powers;
      }
      case Part.Two(char sign, Part left, Part right) -> {
        if (sign == '+' || sign == '-') {
          yield null;
        }
        List<Integer> a = exponents(left);
        List<Integer> b = exponents(right);
        if (a == null || b == null) {
          yield null;
        }
        var powers = new ArrayList<Integer>();
        for (int i = 0; i < a.size(); i++) {
          powers.add(a.get(i) + (sign == '*' ? b.get(i) : -b.get(i)));
        }
        yield powers;
      }
    };
  }

  /// One sum over another, without constants: what members of a slice have a share and a rate of.
  record Quotient(Linear top, Linear bottom) {}

  /// Null when it is none.
  @Nullable Quotient quotient() {
    if (whole instanceof Part.Two(char sign, Part left, Part right) && sign == '/') {
      Linear top = linear(left);
      Linear bottom = linear(right);
      if (top != null
          && bottom != null
          && !bottom.fixed()
          && top.constant() == 0
          && bottom.constant() == 0) {
        return new Quotient(top, bottom);
      }
    }
    return null;
  }

  /// Whether it is one thing divided by another: a rate, an average.
  boolean divides() {
    return whole instanceof Part.Two(char sign, Part _, Part right)
        && sign == '/'
        && !(right instanceof Part.Fixed);
  }

  /// Reads from the left; each method leaves the place behind what it read.
  private static final class Reader {
    private static final String MORE = "+, -, ×, ÷ or the end";

    private final String text;
    private final List<String> names = new ArrayList<>();
    private int at;
    private int depth;

    Reader(String text) {
      this.text = text;
    }

    Part whole() {
      if (text.length() > LONGEST) {
        throw new FormulaException(
            LONGEST + 1, text.length() + " characters", "at most " + LONGEST);
      }
      Part sum = sum();
      if (at < text.length()) {
        throw refused(MORE);
      }
      return sum;
    }

    private Part sum() {
      Part left = product();
      for (char sign = sign(); sign == '+' || sign == '-'; sign = sign()) {
        at++;
        left = new Part.Two(sign, left, product());
      }
      return left;
    }

    private Part product() {
      Part left = factor();
      for (char sign = sign(); sign == '*' || sign == '/'; sign = sign()) {
        at++;
        left = new Part.Two(sign, left, factor());
      }
      return left;
    }

    private Part factor() {
      blanks();
      if (at == text.length()) {
        throw refused("a name, a number or (");
      }
      char c = text.charAt(at);
      if (c == '(' || c == '（') {
        if (++depth > DEEPEST) {
          throw refused("at most " + DEEPEST + " parentheses within each other");
        }
        at++;
        Part inner = sum();
        if (at == text.length() || (text.charAt(at) != ')' && text.charAt(at) != '）')) {
          throw refused("+, -, ×, ÷ or )");
        }
        at++;
        depth--;
        return inner;
      }
      int from = at;
      if (isDigit(c)) {
        while (at < text.length() && (isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
          at++;
        }
        return new Part.Fixed(number(from));
      }
      while (at < text.length() && isOfName(text.charAt(at))) {
        at++;
      }
      if (at == from) {
        throw refused("a name, a number or (");
      }
      String name = text.substring(from, at);
      if (!names.contains(name)) {
        names.add(name);
      }
      return new Part.Named(names.indexOf(name));
    }

    private double number(int from) {
      String digits = text.substring(from, at);
      try {
        return Double.parseDouble(digits);
      } catch (NumberFormatException e) {
        throw new FormulaException(from + 1, "'" + digits + "'", "a number as 12 or 0.5");
      }
    }

    private static boolean isDigit(char c) {
      return c >= '0' && c <= '9';
    }

    private static boolean isOfName(char c) {
      return c == '_' || isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    /// The sign that comes next, as one of `+-*/`; else what stands there, or a blank at the end.
    private char sign() {
      blanks();
      if (at == text.length()) {
        return ' ';
      }
      char c = text.charAt(at);
      return switch (c) {
        case '×', '·' -> '*';
        case '÷' -> '/';
        case '−' -> '-';
        default -> c;
      };
    }

    private void blanks() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
    }

    private FormulaException refused(String allowed) {
      return new FormulaException(
          at + 1, at < text.length() ? "'" + text.charAt(at) + "'" : "the end", allowed);
    }
  }
}
