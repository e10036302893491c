package io.huoshui.platforms.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonRowsTest {
  /// `⏎` stands for a line's end. Whether an object is valid inside is checked in bulk later.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          # given                               | items
          {"a":1}⏎{"a":2}⏎                      | 1:{"a":1} 2:{"a":2}
          {"a":1}⏎⏎ ⏎{"a":2}                    | 1:{"a":1} 4:{"a":2}
          {"a":1}⏎{"a":⏎{"a":3}                 | 1:{"a":1} 2:{"a": 3:{"a":3}
          [{"a":1},{"a":2}]                     | 1:{"a":1} 1:{"a":2}
          [⏎ {"a":"}"},⏎ {"a":"\\"{"}⏎]         | 2:{"a":"}"} 3:{"a":"\\"{"}
          [⏎{"a":}⏎,⏎{"a":2}]                   | 2:{"a":} 4:{"a":2}
          [{"a":1}, 5, {"a":2}]                 | 1:{"a":1} 1!malformed_json 1:{"a":2}
          [{"a":1},{"a":                        | 1:{"a":1} 1!malformed_json
          {⏎ "a":1⏎}⏎{⏎ "a":2⏎}                 | 1:{⏎ "a":1⏎} 4:{⏎ "a":2⏎}
          """)
  void objectsAndNeighbours(String given, String items) throws IOException {
    assertThat(all(given.strip().replace('⏎', '\n'))).isEqualTo(items.strip().replace('⏎', '\n'));
  }

  @Test
  void nestingIsCountedNotFollowed() throws IOException {
    String deep = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    assertThat(all("{\"a\":1}\n" + deep + "\n{\"a\":3}\n"))
        .isEqualTo("1:{\"a\":1} 2!too_deep 3:{\"a\":3}");
    assertThat(all("[{\"a\":1}," + deep + ",{\"a\":3}]"))
        .isEqualTo("1:{\"a\":1} 1!too_deep 1:{\"a\":3}");
  }

  @Test
  void longItemsAreRefused() throws IOException {
    String big = "{\"a\":\"" + "x".repeat(2 << 20) + "\"}";
    assertThat(all("{\"a\":1}\n" + big + "\n{\"a\":3}\n"))
        .isEqualTo("1:{\"a\":1} 2!text_too_long 3:{\"a\":3}");
  }

  private static String all(String text) throws IOException {
    try (var rows = new JsonRows(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))) {
      var shown = new ArrayList<String>();
      for (Rows.Item item; (item = rows.next()) != null; ) {
        shown.add(
            switch (item) {
              case Rows.Good(long line, var fields) -> line + ":" + fields.getFirst();
              case Rows.Bad bad -> bad.line() + "!" + bad.code();
            });
      }
      return String.join(" ", shown);
    }
  }
}
