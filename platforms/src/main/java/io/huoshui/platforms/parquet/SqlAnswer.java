package io.huoshui.platforms.parquet;

import io.huoshui.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a statement of the workbench came to.
public sealed interface SqlAnswer {
  record Column(String name, String type) {}

  /// @param rows a list of cells each: text, number, boolean or null
  /// @param truncated whether there were more
  record Rows(List<Column> columns, List<List<Json>> rows, boolean truncated, long millis)
      implements SqlAnswer {
    public Rows {
      columns = List.copyOf(columns);
      rows = List.copyOf(rows);
    }
  }

  /// @param why in words
  /// @param position in the statement, from 0; null where DuckDB names none
  record Refused(Why kind, String why, @Nullable Integer position) implements SqlAnswer {}

  /// Why a statement has no answer.
  enum Why {
    NOT_READ_ONLY("not_read_only"),
    ONE_STATEMENT("one_statement"),
    NO_FILES("no_files"),
    SYNTAX("syntax"),
    UNKNOWN_NAME("unknown_name"),
    TOO_SLOW("too_slow"),
    TOO_MUCH_MEMORY("too_much_memory"),
    FAILED("failed");

    private final String wire;

    Why(String wire) {
      this.wire = wire;
    }

    public String wire() {
      return wire;
    }
  }
}
