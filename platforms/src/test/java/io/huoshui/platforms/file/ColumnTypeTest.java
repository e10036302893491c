package io.huoshui.platforms.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnTypeTest {
  /// `-` stands for: can not be read.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # type                          | text                          | value
          whole                           | 17                            | 17
          whole                           | ' -17 '                       | -17
          whole                           | 17.0                          | 17
          whole                           | 5.6                           | -
          whole                           | 1e3                           | -
          whole                           | 1,000                         | -
          whole                           | 99999999999999999999          | -
          decimal                         | 2.55                          | 2.550000
          decimal                         | -0.001                        | -0.001000
          decimal                         | 1.1234567                     | -
          decimal                         | 4.440892e-16                  | -
          decimal                         | ¥59                           | -
          decimal 2                       | 4.440892e-16                  | 0.00
          decimal 2                       | 1.005                         | 1.01
          decimal 0                       | 2.5                           | 3
          number                          | 4.440892e-16                  | 4.440892e-16
          number                          | inf                           | -
          flag                            | 是                            | true
          flag                            | No                            | false
          flag                            | perhaps                       | -
          date                            | 2024-02-29                    | 2024-02-29
          date                            | 2023-02-29                    | -
          date %d.%m.%Y                   | 29.02.2024                    | 2024-02-29
          date %d.%m.%Y                   | 30.02.2024                    | -
          time                            | 2024-01-05 10:00:00           | 2024-01-04T21:00:00Z
          time                            | 2024-01-05                    | 2024-01-04T11:00:00Z
          time                            | 2024-01-05T10:00:00Z          | 2024-01-05T10:00:00Z
          time                            | 2024-01-05 10:00:00+08        | 2024-01-05T02:00:00Z
          time                            | 2024-02-30 10:00:00           | -
          time UTC                        | 2024-01-05 10:00:00           | 2024-01-05T10:00:00Z
          time UTC                        | 2024-01-05                    | 2024-01-05T00:00:00Z
          time UTC                        | 2024-01-05 10:00:00+08        | 2024-01-05T02:00:00Z
          time Asia/Shanghai              | 2024-01-05 10:00:00           | 2024-01-05T02:00:00Z
          time %m/%d/%Y %H:%M             | 12/1/2010 8:26                | 2010-11-30T19:26:00Z
          time UTC %m/%d/%Y %H:%M         | 12/1/2010 8:26                | 2010-12-01T08:26:00Z
          time UTC %m/%d/%Y %H:%M         | 13/1/2010 8:26                | -
          """)
  void exactOrNotAtAll(String type, String text, String value) throws SQLException {
    ColumnType parsed = Objects.requireNonNull(ColumnType.parse(type));
    boolean time = parsed instanceof ColumnType.Time;
    String sql = parsed.sql("t");
    try (var db = DriverManager.getConnection("jdbc:duckdb:");
        var statement = db.createStatement()) {
      // Thirteen hours ahead of UTC in January.
      statement.execute("set TimeZone = 'Pacific/Auckland'");
      try (var rows =
          statement.executeQuery(
              "select "
                  + (time ? "strftime(timezone('UTC', " + sql + "), '%Y-%m-%dT%H:%M:%SZ')" : sql)
                  + "::varchar from (select "
                  + Sql.text(text)
                  + " as t)")) {
        rows.next();
        assertThat(rows.getString(1)).isEqualTo(value.equals("-") ? null : value);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "int",
        "whole 3",
        "decimal 7",
        "date Asia/Shanghai",
        "time Nowhere/X",
        "time x"
      })
  void otherWordsAreNoTypes(String type) {
    assertThat(ColumnType.parse(type)).isNull();
  }
}
