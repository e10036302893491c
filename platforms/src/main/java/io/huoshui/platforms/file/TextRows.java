package io.huoshui.platforms.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A file with a header as rows of text: CSV with any separator (UTF-8 with or without a mark, or
/// GB18030; gzip or plain) and XLSX. A row that can not be read is told and harms no other.
public final class TextRows implements AutoCloseable {
  /// One line of the file, from 1; the header is a line too.
  public sealed interface Line {
    long line();
  }

  /// @param cells column → text as it stands there; what is empty is not there
  public record Good(long line, Map<String, String> cells) implements Line {}

  public record Bad(long line, String code, String column, String value, String why)
      implements Line {}

  private final Path file;
  private final Rows rows;

  private TextRows(Path file, Rows rows) {
    this.file = file;
    this.rows = rows;
  }

  /// @param fileName what the sender called it: its ending says the format
  public static TextRows open(Path file, String fileName) {
    try {
      return new TextRows(file, IdentifierFile.rows(file, fileName, List.of()));
    } catch (IOException e) {
      throw InputFile.unreadable(file, e);
    }
  }

  public List<String> columns() {
    return rows.columns();
  }

  /// The next line, or null after the last.
  public @Nullable Line next() {
    try {
      return switch (rows.next()) {
        case null -> null;
        case Rows.Bad(long line, String code, String field, String value, String why, String _) ->
            new Bad(line, code, field, value, why);
        case Rows.Good(long line, List<@Nullable String> fields) -> {
          var cells = new LinkedHashMap<String, String>();
          List<String> columns = rows.columns();
          for (int i = 0; i < columns.size() && i < fields.size(); i++) {
            String text = fields.get(i);
            if (text != null && !text.isBlank()) {
              cells.put(columns.get(i), text);
            }
          }
          yield new Good(line, cells);
        }
      };
    } catch (IOException e) {
      throw InputFile.unreadable(file, e);
    }
  }

  @Override
  public void close() {
    try {
      rows.close();
    } catch (IOException e) {
      throw InputFile.unreadable(file, e);
    }
  }
}
