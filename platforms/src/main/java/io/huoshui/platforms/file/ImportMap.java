package io.huoshui.platforms.file;

import io.huoshui.event.IdentifierKind;
import java.nio.charset.Charset;
import java.time.ZoneId;
import java.util.Collections;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How the files of one source become events. Written by an operator as YAML, see docs/import.md.
///
/// @param name of the map file, for messages
/// @param source who says so, on every event
/// @param zone of local times in the files
/// @param currency of money columns; decides how many of the smallest unit make one
/// @param steps named selects that later ones may build on, in order
/// @param digest of the map's text: another map is another import
public record ImportMap(
    String name,
    String source,
    ZoneId zone,
    Currency currency,
    List<SourceFile> files,
    List<Step> steps,
    List<EventRule> events,
    String digest) {
  public ImportMap {
    files = List.copyOf(files);
    steps = List.copyOf(steps);
    events = List.copyOf(events);
  }

  /// @param name the table's name in the selects
  /// @param path a glob below the folder given on the command line
  /// @param format empty: by the file's name
  /// @param columns declared types; the others are guessed from all values
  /// @param header the names of the columns when the file has none
  /// @param delimiter null: the likeliest of the first line
  /// @param nulls texts that mean nothing, beside the empty one
  public record SourceFile(
      String name,
      int line,
      String path,
      String format,
      Map<String, ColumnType> columns,
      List<String> header,
      @Nullable Character delimiter,
      char quote,
      Charset encoding,
      String sheet,
      List<String> nulls,
      boolean dropDuplicates,
      List<Check> rejects) {
    public SourceFile {
      columns = Map.copyOf(columns);
      header = List.copyOf(header);
      nulls = List.copyOf(nulls);
      rejects = List.copyOf(rejects);
    }
  }

  /// A row for which `when` is true becomes no event.
  ///
  /// @param column whose value is shown with the refusal; may be empty
  public record Check(int line, String code, String column, String when, String why) {}

  public record Step(int line, String name, String select) {}

  /// @param selectLine where the select begins in the map
  /// @param id columns that together name the event; empty: its whole content does
  /// @param money property → column in whole units of the currency
  /// @param properties property → column
  public record EventRule(
      int line,
      String name,
      int selectLine,
      String select,
      List<String> id,
      String time,
      List<Naming> identifiers,
      Map<String, String> money,
      Map<String, String> properties) {
    public EventRule {
      id = List.copyOf(id);
      identifiers = List.copyOf(identifiers);
      // Their order is the order in the JSON and so part of the content id: kept as given.
      money = Collections.unmodifiableMap(new LinkedHashMap<>(money));
      properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    }
  }

  /// One identifier and the column it is read from.
  public record Naming(IdentifierKind kind, String scope, String column) {}
}
