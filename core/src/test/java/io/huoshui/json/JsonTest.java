package io.huoshui.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.Dice;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          # read                        | written
          null                          | null
          ~ true ~                      | true
          -0                            | 0
          0.50                          | 0.50
          1e3                           | 1000
          1E-2                          | 0.01
          ""                            | ""
          "\\u6d3b\\u6C34\\/\\b\\f"     | "活水/\\u0008\\u000c"
          "\\ud83d\\ude00"              | "😀"
          [1, [ ], {} ]                 | [1,[],{}]
          {"b":1,"a":{"c":[true]}}      | {"b":1,"a":{"c":[true]}}
          """)
  void readsAndWrites(String read, String written) {
    assertThat(Json.parse(read).write()).isEqualTo(written);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          # text          | where         | why
          ~~              | character 0   | Expected a value, found the end at character 0.
          nul             | character 0   | Expected a value, found 'n' at character 0.
          {"a":1,}        | character 7   | Expected '"', found '}' at character 7.
          {"a" 1}         | character 5   | Expected ':', found '1' at character 5.
          {"a":1          | character 6   | Expected ',' or '}', found the end at character 6.
          [1,]            | character 3   | Expected a value, found ']' at character 3.
          [1 2]           | character 3   | Expected ',' or ']', found '2' at character 3.
          1 2             | character 2   | Expected nothing more, found '2' at character 2.
          01              | character 0   | Expected a value, found '0' at character 0.
          +1              | character 0   | Expected a value, found '+' at character 0.
          1.              | character 2   | Expected a digit, found the end at character 2.
          .5              | character 0   | Expected a value, found '.' at character 0.
          1e              | character 2   | Expected an exponent of one to three digits, found the end at character 2.
          1e1000          | character 6   | Expected an exponent of one to three digits, found the end at character 6.
          NaN             | character 0   | Expected a value, found 'N' at character 0.
          'a'             | character 0   | Expected a value, found ''' at character 0.
          "a              | character 2   | Expected '"' that ends the text, found the end at character 2.
          "\\x"           | character 2   | Expected an escape: \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u, found 'x' at character 2.
          "\\u12"         | character 3   | Expected four hex digits, found '1' at character 3.
          "\\u12g4"       | character 5   | Expected four hex digits, found 'g' at character 5.
          {"a":1,"a":2}   | character 7   | The key "a" stands there twice.
          """)
  void whatIsNotJsonSaysWhere(String text, String where, String why) {
    assertThatThrownBy(() -> Json.parse(text))
        .isInstanceOfSatisfying(JsonException.class, e -> assertThat(e.where()).isEqualTo(where))
        .hasMessage(why);
  }

  @Test
  void controlCharactersAndLongNumbersAreRefused() {
    assertThatThrownBy(() -> Json.parse("\"a\nb\""))
        .hasMessageContaining("no control character in a text");
    assertThatThrownBy(() -> Json.parse("1".repeat(65)))
        .hasMessage("A number of more than 64 characters.");
    assertThat(Json.parse("1".repeat(64)).write()).hasSize(64);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":", "[[{\"a\":["})
  void aBombOfDepthIsAnError(String opening) {
    assertThatThrownBy(() -> Json.parse(opening.repeat(100_000)))
        .isInstanceOf(JsonException.class)
        .hasMessage("Nested deeper than 64 levels.");
  }

  @Test
  void whatIsWrittenReadsBack() {
    Dice.overSeeds(
        1_000,
        seed -> {
          Json json = json(new Dice(seed), 4);
          assertThat(Json.parse(json.write())).as(json.write()).isEqualTo(json);
        });
  }

  private static Json json(Dice dice, int depth) {
    return switch (dice.roll(depth == 0 ? 4 : 6)) {
      case 0 -> Json.of(dice.text(20) + "\u0001\t");
      case 1 -> Json.of(dice.bits());
      case 2 -> Json.of(dice.chance(50));
      case 3 -> new Json.Null();
      case 4 -> Json.of(List.copyOf(dice.list(0, 4, () -> json(dice, depth - 1))));
      default -> {
        var fields = new LinkedHashMap<String, Json>();
        for (int left = dice.roll(4); left > 0; left--) {
          fields.put(dice.text(5), json(dice, depth - 1));
        }
        yield new Json.Obj(fields);
      }
    };
  }
}
