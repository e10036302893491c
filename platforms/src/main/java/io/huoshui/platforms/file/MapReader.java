package io.huoshui.platforms.file;

import io.huoshui.event.EventCatalogue;
import io.huoshui.event.EventType;
import io.huoshui.event.IdentifierKind;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Currency;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/// Reads a map and refuses what is wrong in it by line, key and what is allowed there.
final class MapReader {
  private static final Set<String> TOP =
      ordered("source", "timeZone", "currency", "files", "tables", "events");
  private static final Set<String> FILE =
      ordered(
          "path",
          "format",
          "columns",
          "header",
          "delimiter",
          "quote",
          "encoding",
          "sheet",
          "nulls",
          "duplicates",
          "rejects");
  private static final Set<String> CHECK = ordered("code", "column", "when", "why");
  private static final Set<String> EVENT =
      ordered("name", "select", "id", "time", "identifiers", "money", "properties");
  private static final Set<String> FORMATS = ordered("csv", "json", "ndjson", "parquet", "xlsx");

  private final String where;

  /// Collected, not thrown: the names a brand adds itself are unknown here.
  private final List<String> warnings = new ArrayList<>();

  private MapReader(String where) {
    this.where = where;
  }

  /// A map, and what looks odd in it.
  record Read(ImportMap map, List<String> warnings) {}

  static Read read(Path file) {
    try {
      return parse(String.valueOf(file.getFileName()), Files.readString(file));
    } catch (IOException e) {
      throw new ImportException(
          "import.no_map",
          ImportException.Kind.USER,
          "The map " + file + " can not be read: " + e.getClass().getSimpleName(),
          "Give --map the path of a YAML file; examples/ has two.",
          e);
    }
  }

  static Read parse(String name, String yaml) {
    var reader = new MapReader(name);
    Node root;
    try {
      root = new Yaml(new LoaderOptions()).compose(new StringReader(yaml));
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
      throw ImportException.inMap(
          name,
          line,
          "this is no YAML: " + e.getProblem(),
          "Check the indentation and the quotes.");
    }
    if (root == null) {
      throw ImportException.inMap(name, 1, "the map is empty", "See docs/import.md.");
    }
    return new Read(reader.map(root, yaml), List.copyOf(reader.warnings));
  }

  private ImportMap map(Node root, String yaml) {
    Map<String, Entry> top = entries(root, "the map", TOP);
    String source = need(root, top, "source").text();
    if (!source.matches("[a-z][a-z0-9_]{0,63}")) {
      throw wrong(
          top, "source", source, "small letters, digits and _, starting with a letter, at most 64");
    }
    String zoneText = need(root, top, "timeZone").text();
    ZoneId zone;
    try {
      zone = ZoneId.of(zoneText);
    } catch (DateTimeException _) {
      throw wrong(top, "timeZone", zoneText, "a zone such as Asia/Shanghai, Europe/London, UTC");
    }
    String currencyText = need(root, top, "currency").text();
    Currency currency;
    try {
      currency = Currency.getInstance(currencyText);
    } catch (IllegalArgumentException _) {
      throw wrong(top, "currency", currencyText, "an ISO 4217 code such as CNY, GBP, USD");
    }
    var files = new ArrayList<ImportMap.SourceFile>();
    for (Entry entry : entries(need(root, top, "files").value, "files", null).values()) {
      files.add(file(entry));
    }
    var steps = new ArrayList<ImportMap.Step>();
    Entry tables = top.get("tables");
    if (tables != null) {
      for (Entry entry : entries(tables.value, "tables", null).values()) {
        checkTable(entry, files, steps);
        steps.add(new ImportMap.Step(contentLine(entry.value), entry.key, entry.text()));
      }
    }
    var events = new ArrayList<ImportMap.EventRule>();
    Entry list = need(root, top, "events");
    if (!(list.value instanceof SequenceNode sequence) || sequence.getValue().isEmpty()) {
      throw at(list.line, "'events' is a list with at least one event", "See docs/import.md.");
    }
    for (Node node : sequence.getValue()) {
      events.add(event(node));
    }
    if (files.isEmpty()) {
      throw at(need(root, top, "files").line, "'files' names no file", "See docs/import.md.");
    }
    return new ImportMap(where, source, zone, currency, files, steps, events, digest(yaml));
  }

  private void checkTable(
      Entry entry, List<ImportMap.SourceFile> files, List<ImportMap.Step> steps) {
    tableName(entry);
    if (files.stream().anyMatch(file -> file.name().equalsIgnoreCase(entry.key))
        || steps.stream().anyMatch(step -> step.name().equalsIgnoreCase(entry.key))) {
      throw at(entry.line, "'" + entry.key + "' is named twice", "Give each table its own name.");
    }
  }

  private void tableName(Entry entry) {
    if (!entry.key.matches("[a-zA-Z][a-zA-Z0-9_]{0,40}")) {
      throw at(
          entry.line,
          "'" + entry.key + "' can not name a table",
          "Allowed: letters, digits and _, starting with a letter, at most 41.");
    }
  }

  private void propertyName(Entry entry) {
    if (!entry.key.matches("[a-zA-Z][a-zA-Z0-9_]{0,63}")) {
      throw at(
          entry.line,
          "'" + entry.key + "' can not name a property",
          "Allowed: letters, digits and _, starting with a letter, at most 64.");
    }
  }

  private ImportMap.SourceFile file(Entry entry) {
    tableName(entry);
    String what = "file '" + entry.key + "'";
    Map<String, Entry> keys = entries(entry.value, what, FILE);
    var columns = new LinkedHashMap<String, ColumnType>();
    Entry declared = keys.get("columns");
    if (declared != null) {
      for (Entry column : entries(declared.value, "columns of " + what, null).values()) {
        ColumnType type = ColumnType.parse(column.text());
        if (type == null) {
          throw at(
              column.line,
              "column '" + column.key + "' can not be of type '" + column.text() + "'",
              "Allowed: " + String.join(", ", ColumnType.FORMS) + ".");
        }
        columns.put(column.key, type);
      }
    }
    String format = keys.containsKey("format") ? need(entry.value, keys, "format").text() : "";
    if (!format.isEmpty() && !FORMATS.contains(format)) {
      throw wrong(keys, "format", format, String.join(", ", FORMATS));
    }
    Entry delimiter = keys.get("delimiter");
    Entry duplicates = keys.get("duplicates");
    boolean drop = false;
    if (duplicates != null) {
      drop = duplicates.text().equals("drop");
      if (!drop && !duplicates.text().equals("keep")) {
        throw wrong(keys, "duplicates", duplicates.text(), "drop, keep");
      }
    }
    var rejects = new ArrayList<ImportMap.Check>();
    Entry checks = keys.get("rejects");
    if (checks != null) {
      if (!(checks.value instanceof SequenceNode sequence)) {
        throw at(checks.line, "'rejects' is a list", "Each item has code, when, why, column.");
      }
      for (Node node : sequence.getValue()) {
        Map<String, Entry> check = entries(node, "a reject of " + what, CHECK);
        rejects.add(
            new ImportMap.Check(
                line(node),
                need(node, check, "code").text(),
                check.containsKey("column") ? need(node, check, "column").text() : "",
                need(node, check, "when").text(),
                need(node, check, "why").text()));
      }
    }
    return new ImportMap.SourceFile(
        entry.key,
        entry.line,
        need(entry.value, keys, "path").text(),
        format,
        columns,
        texts(keys.get("header")),
        delimiter == null ? null : one(keys, "delimiter"),
        keys.containsKey("quote") ? one(keys, "quote") : '"',
        encoding(keys),
        keys.containsKey("sheet") ? need(entry.value, keys, "sheet").text() : "",
        texts(keys.get("nulls")),
        drop,
        rejects);
  }

  private char one(Map<String, Entry> keys, String key) {
    Entry entry = keys.get(key);
    String text = entry == null ? "" : entry.text().replace("\\t", "\t");
    if (text.length() != 1 || text.charAt(0) > 127) {
      throw wrong(keys, key, text, "one ASCII character, \"\\t\" for a tabulator");
    }
    return text.charAt(0);
  }

  private Charset encoding(Map<String, Entry> keys) {
    Entry entry = keys.get("encoding");
    if (entry == null) {
      return StandardCharsets.UTF_8;
    }
    try {
      return Charset.forName(entry.text());
    } catch (IllegalCharsetNameException | UnsupportedCharsetException _) {
      throw wrong(keys, "encoding", entry.text(), "UTF-8, GBK, GB18030, Big5, UTF-16…");
    }
  }

  private ImportMap.EventRule event(Node node) {
    Map<String, Entry> keys = entries(node, "an event", EVENT);
    String name = need(node, keys, "name").text();
    String what = "event '" + name + "'";
    if (!name.matches("[a-z][a-z0-9]*(_[a-z0-9]+)+") || name.length() > 64) {
      throw wrong(keys, "name", name, "object_verb in small letters, such as order_paid");
    }
    EventType type = EventCatalogue.standard().find(name);
    if (type == null) {
      warnings.add(
          where
              + " line "
              + line(node)
              + ": '"
              + name
              + "' is not in the standard catalogue (near: "
              + String.join(", ", EventCatalogue.standard().near(name))
              + "); the server takes it only when the brand has added it.");
    }
    Entry select = need(node, keys, "select");
    List<String> id = texts(keys.get("id"));
    var identifiers = new ArrayList<ImportMap.Naming>();
    for (Entry entry :
        entries(need(node, keys, "identifiers").value, "identifiers of " + what, null).values()) {
      identifiers.add(naming(entry));
    }
    if (identifiers.isEmpty()) {
      throw at(line(node), what + " names nobody", "Give it at least one identifier.");
    }
    var money = columns(keys.get("money"), "money of " + what);
    for (Map.Entry<String, Entry> each : money.entrySet()) {
      if (!each.getKey().endsWith("Fen")) {
        throw at(
            each.getValue().line,
            "money '" + each.getKey() + "' is counted in the smallest unit",
            "Call it '" + each.getKey() + "Fen'.");
      }
    }
    var properties = columns(keys.get("properties"), "properties of " + what);
    for (var each : List.of(money, properties)) {
      each.values().forEach(this::propertyName);
    }
    for (Map.Entry<String, Entry> each : properties.entrySet()) {
      if (each.getKey().endsWith("Fen")) {
        throw at(
            each.getValue().line,
            "'" + each.getKey() + "' is money and stands under properties",
            "Move it under 'money', as a column in whole units (yuan, pounds).");
      }
      if (money.containsKey(each.getKey())) {
        throw at(each.getValue().line, "'" + each.getKey() + "' is given twice", "Keep one.");
      }
    }
    if (type != null) {
      for (String required : new TreeSet<>(type.required().keySet())) {
        if (!money.containsKey(required) && !properties.containsKey(required)) {
          throw at(
              line(node),
              what + " lacks '" + required + "'",
              name + " needs: " + String.join(", ", new TreeSet<>(type.required().keySet())) + ".");
        }
      }
    }
    return new ImportMap.EventRule(
        line(node),
        name,
        contentLine(select.value),
        select.text(),
        id,
        need(node, keys, "time").text(),
        identifiers,
        texts(money),
        texts(properties));
  }

  private ImportMap.Naming naming(Entry entry) {
    int at = entry.key.indexOf('@');
    String kindName = at < 0 ? entry.key : entry.key.substring(0, at);
    String scope = at < 0 ? "" : entry.key.substring(at + 1);
    IdentifierKind kind = IdentifierKind.ofWire(kindName);
    if (kind == null) {
      throw at(
          entry.line,
          "unknown kind of identifier '" + kindName + "'",
          "Known: " + String.join(", ", IdentifierKind.wires()) + ".");
    }
    if (kind.scoped() == scope.isEmpty()) {
      throw at(
          entry.line,
          kind.scoped()
              ? "'" + kindName + "' is unique only within one system"
              : "'" + kindName + "' is unique everywhere and takes no scope",
          kind.scoped() ? "Write " + kindName + "@shop." : "Write " + kindName + ".");
    }
    return new ImportMap.Naming(kind, scope, entry.text());
  }

  private Map<String, Entry> columns(@Nullable Entry entry, String what) {
    return entry == null ? Map.of() : entries(entry.value, what, null);
  }

  private Map<String, String> texts(Map<String, Entry> entries) {
    var texts = new LinkedHashMap<String, String>();
    entries.forEach((key, entry) -> texts.put(key, entry.text()));
    return texts;
  }

  /// One text or a list of texts.
  private List<String> texts(@Nullable Entry entry) {
    if (entry == null) {
      return List.of();
    }
    if (entry.value instanceof SequenceNode sequence) {
      var texts = new ArrayList<String>();
      for (Node node : sequence.getValue()) {
        texts.add(new Entry(entry.key, line(node), node).text());
      }
      return texts;
    }
    return List.of(entry.text());
  }

  /// A key with the line it stands in.
  private final class Entry {
    private final String key;
    private final int line;
    private final Node value;

    Entry(String key, int line, Node value) {
      this.key = key;
      this.line = line;
      this.value = value;
    }

    String text() {
      if (value instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
        return scalar.getValue().strip();
      }
      throw at(line, "'" + key + "' needs a text", "See docs/import.md.");
    }
  }

  /// The keys of one mapping, in order.
  ///
  /// @param allowed null when the keys are names of the operator's own
  private Map<String, Entry> entries(Node node, String what, @Nullable Set<String> allowed) {
    if (!(node instanceof MappingNode mapping)) {
      throw at(
          line(node),
          what + " needs keys",
          allowed == null
              ? "Write 'name: value' lines below it."
              : "Allowed: " + String.join(", ", allowed) + ".");
    }
    var entries = new LinkedHashMap<String, Entry>();
    for (NodeTuple tuple : mapping.getValue()) {
      int line = line(tuple.getKeyNode());
      if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
        throw at(line, what + " has a key that is no text", "Write 'name: value'.");
      }
      String key = keyNode.getValue();
      if (allowed != null && !allowed.contains(key)) {
        throw at(
            line,
            "unknown key '" + key + "' in " + what,
            "Allowed: " + String.join(", ", allowed) + ".");
      }
      if (entries.put(key, new Entry(key, line, tuple.getValueNode())) != null) {
        throw at(line, "key '" + key + "' appears twice in " + what, "Keep one.");
      }
    }
    return entries;
  }

  private Entry need(Node parent, Map<String, Entry> entries, String key) {
    Entry entry = entries.get(key);
    if (entry == null) {
      throw at(line(parent), "'" + key + "' is missing", "Add '" + key + ":'. See docs/import.md.");
    }
    return entry;
  }

  private ImportException wrong(
      Map<String, Entry> entries, String key, String value, String allowed) {
    Entry entry = entries.get(key);
    return at(
        entry == null ? 1 : entry.line,
        "'" + key + "' can not be '" + value + "'",
        "Allowed: " + allowed + ".");
  }

  private ImportException at(int line, String message, String next) {
    return ImportException.inMap(where, line, message, next);
  }

  private static int line(Node node) {
    return node.getStartMark() == null ? 1 : node.getStartMark().getLine() + 1;
  }

  /// Where the first line of a text stands: a block (`|`) starts below its mark.
  private static int contentLine(Node node) {
    boolean block =
        node instanceof ScalarNode scalar
            && (scalar.getScalarStyle() == DumperOptions.ScalarStyle.LITERAL
                || scalar.getScalarStyle() == DumperOptions.ScalarStyle.FOLDED);
    return block ? line(node) + 1 : line(node);
  }

  private static Set<String> ordered(String... names) {
    return Collections.unmodifiableSet(new LinkedHashSet<>(List.of(names)));
  }

  private static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
