package io.huoshui.platforms.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvRowsTest {
  /// `⏎` stands for a line's end, `·` for a carriage return, `´` for a quote.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          # given after the header 'a,b'            | read
          1,2                                       | 2:[1, 2]
          1,2⏎3,4⏎                                  | 2:[1, 2] 3:[3, 4]
          1,2·⏎3,4·⏎                                | 2:[1, 2] 3:[3, 4]
          ⏎⏎1,2⏎⏎3,4                                | 4:[1, 2] 6:[3, 4]
          ,⏎1,                                      | 2:[null, null] 3:[1, null]
          ´1´,´2´⏎3,4                               | 2:[1, 2] 3:[3, 4]
          ´x, y´,´say ´´no´´´                       | 2:[x, y, say ´no´]
          ´two⏎lines´,2⏎3,4                         | 2:[two⏎lines, 2] 4:[3, 4]
          5´ nail,2⏎3,4                             | 2:[5´ nail, 2] 3:[3, 4]
          1⏎3,4                                     | 2!wrong_columns 3:[3, 4]
          1,2,3⏎3,4                                 | 2!wrong_columns 3:[3, 4]
          ´open,2⏎3,4⏎5,6                           | 2!broken_quote 3:[3, 4] 4:[5, 6]
          ´open,2⏎´3´,4⏎5,6                         | 2!broken_quote 3:[3, 4] 4:[5, 6]
          1,´open⏎3,´4´⏎5,6                         | 2!broken_quote 3:[3, 4] 4:[5, 6]
          ´a´b,2⏎3,4                                | 2!broken_quote 3:[3, 4]
          ´a´´b,2⏎3,4                               | 2!broken_quote 3:[3, 4]
          1,´open                                   | 2!broken_quote
          ´                                         | 2!broken_quote
          """)
  void rowsAndNeighbours(String given, String read) throws IOException {
    assertThat(all("a,b\n" + text(given))).isEqualTo(text(read));
  }

  private static String text(String table) {
    return table.strip().replace('⏎', '\n').replace('·', '\r').replace('´', '"');
  }

  @ParameterizedTest
  @ValueSource(chars = {',', '\t', ';', '|'})
  void theDelimiterIsTheOneOfTheFirstLine(char delimiter) throws IOException {
    String text = "a,b;c\td|e\n".replace(delimiter, '\0').replaceAll("[,;\t|]", "-");
    String header = text.replace('\0', delimiter).replace("\n", delimiter + "z\n");
    try (var rows = rows(header + "1" + delimiter + "2" + delimiter + "3\n")) {
      assertThat(rows.columns()).hasSize(3);
      assertThat(rows.next()).isEqualTo(new Rows.Good(2, List.of("1", "2", "3")));
    }
  }

  @Test
  void namesAreMadeUniqueAndTheMarkIsNoPartOfThem() throws IOException {
    try (var rows = rows("\uFEFFname,,Name,column2\n1,2,3,4\n")) {
      assertThat(rows.columns()).containsExactly("name", "column2", "Name_2", "column2_2");
    }
  }

  @Test
  void bytesThatAreNoUtf8HarmTheirRowOnly() throws IOException {
    byte[] text = "a,b\n1,2\n3,x?y\n5,六\n".getBytes(StandardCharsets.UTF_8);
    text[indexOf(text, '?')] = (byte) 0xFF;
    try (var rows = rows(text)) {
      assertThat(rows.next()).isEqualTo(new Rows.Good(2, List.of("1", "2")));
      assertThat(rows.next())
          .isInstanceOfSatisfying(
              Rows.Bad.class,
              bad -> {
                assertThat(bad.line()).isEqualTo(3);
                assertThat(bad.code()).isEqualTo("invalid_utf8");
                assertThat(bad.field()).isEqualTo("b");
              });
      assertThat(rows.next()).isEqualTo(new Rows.Good(4, List.of("5", "六")));
    }
  }

  @ParameterizedTest
  @CsvSource({"plain, ''", "quoted, '\"'"})
  void twoMegabytesInOneFieldAreRefused(String name, String quote) throws IOException {
    String long2 = quote + "x".repeat(2 << 20) + quote;
    assertThat(all("a,b\n1,2\n3," + long2 + "\n5,6\n"))
        .as(name)
        .isEqualTo("2:[1, 2] 3!text_too_long 4:[5, 6]");
  }

  @Test
  void aQuoteThatStaysOpenOverManyLinesIsLetGo() throws IOException {
    String rest = "7,8\n".repeat(400_000);
    try (var rows = rows("a,b\n1,\"open\n" + rest)) {
      assertThat(rows.next()).isInstanceOf(Rows.Bad.class);
      int good = 0;
      while (rows.next() instanceof Rows.Good) {
        good++;
      }
      assertThat(good).isEqualTo(400_000);
    }
  }

  /// Law: how the bytes arrive does not matter.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 64})
  void piecesMakeNoDifference(int size) throws IOException {
    var text = new StringBuilder("id,name,note\n");
    for (int i = 0; i < 300; i++) {
      text.append(i).append(",\"n, \"\"").append(i).append("\"\"\",");
      text.append(i % 7 == 0 ? "\"broken" : i % 5 == 0 ? "\"two\r\nlines\"" : "活水").append("\r\n");
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    InputStream slow =
        new FilterInputStream(new ByteArrayInputStream(bytes)) {
          @Override
          public int read(byte[] target, int from, int length) throws IOException {
            return super.read(target, from, Math.min(size, length));
          }
        };
    try (var whole = rows(bytes);
        var pieces = new CsvRows(slow, List.of(), null, '"', List.of())) {
      assertThat(items(pieces)).isEqualTo(items(whole));
    }
  }

  private static int indexOf(byte[] bytes, char wanted) {
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    throw new IllegalArgumentException();
  }

  private static CsvRows rows(String text) throws IOException {
    return rows(text.getBytes(StandardCharsets.UTF_8));
  }

  private static CsvRows rows(byte[] text) throws IOException {
    return new CsvRows(new ByteArrayInputStream(text), List.of(), null, '"', List.of());
  }

  private static List<Rows.Item> items(Rows rows) throws IOException {
    var items = new ArrayList<Rows.Item>();
    for (Rows.Item item; (item = rows.next()) != null; ) {
      items.add(item);
    }
    return items;
  }

  private static String all(String text) throws IOException {
    try (var rows = rows(text)) {
      var shown = new ArrayList<String>();
      for (Rows.Item item : items(rows)) {
        shown.add(
            switch (item) {
              case Rows.Good(long line, var fields) ->
                  line + ":" + fields.stream().map(Objects::toString).toList();
              case Rows.Bad bad -> bad.line() + "!" + bad.code();
            });
      }
      return String.join(" ", shown);
    }
  }
}
