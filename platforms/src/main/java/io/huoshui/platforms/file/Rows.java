package io.huoshui.platforms.file;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows of one file, one after the other, good and bad.
interface Rows extends AutoCloseable {
  /// Longer fields are refused: nothing an event carries is near this.
  int LONGEST_FIELD_BYTES = 1 << 20;

  /// How much of a bad row is shown, in characters.
  int LONGEST_SHOWN = 65_536;

  sealed interface Item {
    /// Where it begins: the line of a text, the row of a sheet; from 1.
    long line();
  }

  /// @param fields as text, in the order of [Rows#columns]; null where there is nothing
  record Good(long line, List<@Nullable String> fields) implements Item {}

  /// A row that can not be read. The next one can.
  ///
  /// @param field the column's name, or empty
  record Bad(long line, String code, String field, String value, String why, String raw)
      implements Item {}

  List<String> columns();

  /// The next item, or null after the last.
  @Nullable Item next() throws IOException;

  @Override
  void close() throws IOException;

  static String shown(String raw) {
    return raw.length() <= LONGEST_SHOWN
        ? raw
        : raw.substring(0, LONGEST_SHOWN) + "… (" + raw.length() + " characters)";
  }
}
