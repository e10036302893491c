package io.huoshui.insight.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormulaTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a + b × c          | 14  | a,b,c
          (a + b) * c        | 20  | a,b,c
          （a＋b               | 0   |
          a - b - c          | -5  | a,b,c
          a / b / c          | 0.16666666666666666 | a,b,c
          a ÷ (b × c)        | 0.16666666666666666 | a,b,c
          c · 0.5 − 1        | 1   | c
          2                  | 2   | ''
          a / (b - b)        | NaN | a,b
          0 / 0              | NaN | ''
          (a)                | 2   | a
          """)
  void formulasAreWorkedOut(String text, double value, String names) {
    if (names == null) {
      assertThat(catchThrowableOfType(FormulaException.class, () -> Formula.parse(text)))
          .isNotNull();
      return;
    }
    Formula formula = Formula.parse(text);
    assertThat(String.join(",", formula.names())).isEqualTo(names);
    double[] values = new double[formula.names().size()];
    Arrays.setAll(values, i -> formula.names().get(i).charAt(0) - 'a' + 2);
    assertThat(formula.of(values)).isEqualTo(Double.valueOf(value));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          a +        | 4 | the end | a name, a number or (
          a b        | 3 | 'b'     | +, -, ×, ÷ or the end
          a × )      | 5 | ')'     | a name, a number or (
          (a + b     | 7 | the end | +, -, ×, ÷ or )
          a + #      | 5 | '#'     | a name, a number or (
          1.2.3 × a  | 1 | '1.2.3' | a number as 12 or 0.5
          ""         | 1 | the end | a name, a number or (
          """)
  void whatIsNoFormulaIsRefusedAtItsPlace(String text, int at, String found, String allowed) {
    FormulaException refused =
        catchThrowableOfType(FormulaException.class, () -> Formula.parse(text));
    assertThat(refused.at()).isEqualTo(at);
    assertThat(refused.found()).isEqualTo(found);
    assertThat(refused.allowed()).isEqualTo(allowed);
  }

  @Test
  void whatIsTooLongOrTooDeepIsRefused() {
    assertThat(
            catchThrowableOfType(
                FormulaException.class, () -> Formula.parse("(".repeat(900) + "a")))
        .hasMessageContaining("at most 50 parentheses");
    assertThat(
            catchThrowableOfType(
                FormulaException.class, () -> Formula.parse("a+".repeat(600) + "a")))
        .hasMessageContaining("at most 1000");
  }

  @Test
  void theShapeOfAFormulaIsSeen() {
    assertThat(Formula.parse("2 × (a - b) / 4 + 1").linear())
        .hasToString("Linear[by=[0.5, -0.5], constant=1.0]");
    assertThat(Formula.parse("a × b").linear()).isNull();
    assertThat(Formula.parse("a × b / (c × a × 3)").exponents()).containsExactly(0, 1, -1);
    assertThat(Formula.parse("a × (b + c)").exponents()).isNull();
    assertThat(Formula.parse("(a + b) / c").quotient()).isNotNull();
    assertThat(Formula.parse("(a + 1) / c").quotient()).isNull();
    assertThat(Formula.parse("a / 3").quotient()).isNull();
    assertThat(Formula.parse("a × b / c").quotient()).isNull();
  }
}
