package io.huoshui.platforms.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableTest {
  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (OutputStream out =
        name.endsWith(".gz")
            ? new GZIPOutputStream(Files.newOutputStream(file))
            : Files.newOutputStream(file)) {
      out.write(bytes);
    }
    return file;
  }

  private static List<String> rows(Table table) {
    var rows = new ArrayList<String>();
    table.read(
        List.of(Table.Column.text("who"), Table.Column.day("when"), Table.Column.measure("bought")),
        row -> rows.add(row.text(0) + " " + row.timeMs(1) + " " + row.number(2)));
    return rows;
  }

  /// The same two rows in every dress.
  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      quoteCharacter = '~',
      textBlock =
          """
          comma.csv     @ who,when,bought\\na b,2026-01-02,yes\\n,2026-01-03,0\\n              @
          semi.csv.gz   @ "who";"when";"bought"\\n"a b";2026-01-02;yes\\n"";2026-01-03;0\\n    @
          tab.csv       @ who\\twhen\\tbought\\na b\\t20260102\\t是\\n\\t2026/01/03\\t否\\n     @
          lines.ndjson  @ {"who":"a b","when":"2026-01-02","bought":true}\\n{"who":null,"when":"2026-01-03","bought":false}\\n @
          bare.csv      @ a b,2026-01-02,1\\n,2026-01-03,0\\n                                  @ who,when,bought
          """)
  void manyDressesOneTable(String name, String text, String columns) throws IOException {
    Path file = file(name.strip(), text.strip().replace("\\n", "\n").replace("\\t", "\t"));
    Table table =
        Table.open(
            file, columns == null || columns.isBlank() ? List.of() : List.of(columns.split(",")));
    assertThat(table.columns()).containsExactly("who", "when", "bought");
    assertThat(rows(table))
        .containsExactly(
            "a b " + Instant.parse("2026-01-02T00:00:00Z").toEpochMilli() + " 1.0",
            "null " + Instant.parse("2026-01-03T00:00:00Z").toEpochMilli() + " 0.0");
  }

  @Test
  void columnsThatStandApartByBlanks() throws IOException {
    Path file =
        file("cdnow.txt", " 00004    1 19970101  2   29.33\r\n\n 00005\t1 19970118 x 14.96\n");
    var rows = new ArrayList<String>();
    Table.open(file, List.of("id", "n", "date", "units", "amount"))
        .read(
            List.of(
                Table.Column.text("id"),
                Table.Column.time("date"),
                Table.Column.number("units"),
                Table.Column.number("amount")),
            row ->
                rows.add(
                    row.text(0) + " " + row.timeMs(1) + " " + row.number(2) + " " + row.number(3)));
    assertThat(rows)
        .containsExactly("00004 852076800000 2.0 29.33", "00005 853545600000 null 14.96");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          # written                   | the instant           | the day
          2026-01-02T01:30:00+08:00   | 2026-01-01T17:30:00Z  | -
          2026-01-02T01:30:00Z        | 2026-01-02T01:30:00Z  | -
          2026-01-02 01:30:00         | 2026-01-02T01:30:00Z  | 2026-01-02T00:00:00Z
          2026-01-02                  | 2026-01-02T00:00:00Z  | 2026-01-02T00:00:00Z
          12/1/2010 8:26              | 2010-12-01T08:26:00Z  | 2010-12-01T00:00:00Z
          20260102                    | 2026-01-02T00:00:00Z  | 2026-01-02T00:00:00Z
          yesterday                   | -                     | -
          2026-02-30                  | -                     | -
          """)
  void timesAreReadAsTheyAreWritten(String written, String instant, String day) throws IOException {
    Path file = file("t.csv", "t,u\n" + written + ",1\n");
    var found = new ArrayList<String>();
    Table.open(file, List.of())
        .read(
            List.of(Table.Column.time("t"), Table.Column.day("t")),
            row -> {
              for (int place = 0; place < 2; place++) {
                Long at = row.timeMs(place);
                found.add(at == null ? "-" : Instant.ofEpochMilli(at).toString());
              }
            });
    assertThat(found.getFirst()).isEqualTo(instant == null ? "-" : instant);
    if (day != null) {
      assertThat(found.getLast()).isEqualTo(day);
    }
  }

  @Test
  void whatIsNotThereIsSaidWithWhatIs() throws IOException {
    Path file = file("t.csv", "a,b\n1,2\n");
    Table table = Table.open(file, List.of());
    assertThatThrownBy(() -> table.read(List.of(Table.Column.text("c")), _ -> {}))
        .isInstanceOfSatisfying(
            ImportException.class,
            e -> {
              assertThat(e.code()).isEqualTo("insight.no_column");
              assertThat(e.getMessage()).contains("has no column 'c'");
              assertThat(e.next()).isEqualTo("It has a, b.");
            });
    assertThatThrownBy(() -> Table.open(folder.resolve("none.csv"), List.of()))
        .hasMessageContaining("can not be read");
    assertThatThrownBy(() -> Table.open(file("x.parquet", "no parquet"), List.of()))
        .isInstanceOfSatisfying(
            ImportException.class, e -> assertThat(e.code()).isEqualTo("insight.unreadable"));
  }
}
