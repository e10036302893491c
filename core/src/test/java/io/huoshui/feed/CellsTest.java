package io.huoshui.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneId;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CellsTest {
  private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "null!",
      textBlock =
          """
          59.9         | 5990
          ¥1,234.50    | 123450
          ￥ 12.00     | 1200
          1234.5元     | 123450
          １２．３０   | 1230
          -12          | -1200
          0            | 0
          12.345       | null!
          1,2a         | null!
          RMB 8        | 800
          1000000000000000 | null!
          """)
  void amountsAreFen(String text, Long fen) {
    assertThat(Cells.fen(text, false)).as(text).isEqualTo(fen);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null!",
      textBlock =
          """
          2026-06-01 10:00:00       | 2026-06-01T02:00:00Z
          2026/6/1 10:00            | 2026-06-01T02:00:00Z
          2026年6月1日 10时00分05秒 | 2026-06-01T02:00:05Z
          20260601100000            | 2026-06-01T02:00:00Z
          2026-06-01T10:00:00+08:00 | 2026-06-01T02:00:00Z
          2026-06-01                | 2026-05-31T16:00:00Z
          1780279200                | 2026-06-01T02:00:00Z
          1780279200000             | 2026-06-01T02:00:00Z
          2026-02-30 10:00:00       | null!
          2026-13-01                | null!
          0                         | null!
          0000-00-00 00:00:00       | null!
          soon                      | null!
          """)
  void timesAreOfTheShopsZone(String text, String instant) {
    assertThat(Cells.time(text, SHANGHAI))
        .as(text)
        .isEqualTo(instant == null ? null : java.time.Instant.parse(instant));
  }

  @Test
  void cellsAreFreedFromSpreadsheets() {
    Map.of(
            "=\"2026061012345678\"", "2026061012345678",
            "=\"=\"\"123\"\"\"", "123",
            "'2026061012345678", "2026061012345678",
            "\"a\"", "a",
            "--", "",
            "无", "")
        .forEach(
            (raw, text) -> {
              assertThat(Cells.clean(raw)).as(raw).isEqualTo(text);
              assertThat(Cells.clean("\uFEFF\t" + raw + "\t")).as(raw).isEqualTo(text);
            });
  }
}
