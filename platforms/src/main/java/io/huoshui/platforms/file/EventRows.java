package io.huoshui.platforms.file;

import io.huoshui.event.EventCatalogue;
import io.huoshui.event.EventType;
import io.huoshui.event.Identifier;
import io.huoshui.event.Intake;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/// The rows of one event rule, ordered by time, each written as one line of JSON or refused.
///
/// Ids: `source:name:key` when the rule names its key, else `source:` and a hash of everything the
/// event says. Never the row's number, so that the same export in another order, or with rows
/// added, yields the same ids.
final class EventRows implements AutoCloseable {
  private static final byte[] PROPERTIES = ascii("],\"properties\":{");
  private static final byte[] SOURCE = ascii(",\"source\":");
  private static final byte[] IDENTIFIERS = ascii(",\"identifiers\":[");
  private static final byte[] TIME = ascii(",\"time\":");
  private static final byte[] NAME = ascii("\"name\":");
  private static final byte[] KIND = ascii("{\"kind\":");
  private static final byte[] SCOPE = ascii(",\"scope\":");
  private static final byte[] VALUE = ascii(",\"value\":");
  private static final byte[] ID = ascii("{\"id\":");

  /// Beyond this a text is no amount of money but an attack on arithmetic.
  private static final int LONGEST_NUMBER = 40;

  private final ImportMap map;
  private final ImportMap.EventRule rule;
  private final DuckDBConnection connection;
  private final Statement statement;
  private final ResultSet rows;
  private final long total;
  private final int fractionDigits;
  private final String timeColumn;
  private final int timeIndex;
  private final int rowIndex;
  private final int[] idIndexes;
  private final int[] identifierIndexes;
  private final List<Field> fields;
  private final JsonBytes body = new JsonBytes(4_096);
  private final MessageDigest digest;
  private final byte[] nameJson;
  private final byte[] sourceJson;

  private boolean any;
  private long ms;
  private boolean timed;
  private long row;
  private String id = "";

  /// How a column of the select reaches JSON.
  private enum Form {
    TEXT,
    WHOLE,
    DECIMAL,
    NUMBER,
    FLAG,
    INSTANT,
    MONEY
  }

  private record Field(String key, String column, int index, Form form, String type) {}

  private EventRows(
      ImportMap map,
      ImportMap.EventRule rule,
      DuckDBConnection connection,
      Statement statement,
      ResultSet rows,
      long total,
      int timeIndex,
      int rowIndex,
      int[] idIndexes,
      int[] identifierIndexes,
      List<Field> fields) {
    this.map = map;
    this.rule = rule;
    this.connection = connection;
    this.statement = statement;
    this.rows = rows;
    this.total = total;
    this.timeColumn = rule.time();
    this.timeIndex = timeIndex;
    this.rowIndex = rowIndex;
    this.idIndexes = idIndexes;
    this.identifierIndexes = identifierIndexes;
    this.fields = fields;
    this.fractionDigits = Math.max(0, map.currency().getDefaultFractionDigits());
    this.nameJson = ascii("\"" + rule.name() + "\"");
    this.sourceJson = ascii("\"" + map.source() + "\"");
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// @param connection this rule's own; closed with the rows
  static EventRows open(ImportMap map, ImportMap.EventRule rule, DuckDBConnection connection)
      throws SQLException {
    try {
      return new Opening(map, rule, connection).open();
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /// Finds the rule's columns in its select and asks for them in forms Java reads fast.
  private static final class Opening {
    private final ImportMap map;
    private final ImportMap.EventRule rule;
    private final DuckDBConnection connection;
    private final Map<String, String> types = new LinkedHashMap<>();
    private final List<String> asked = new ArrayList<>();

    Opening(ImportMap map, ImportMap.EventRule rule, DuckDBConnection connection) {
      this.map = map;
      this.rule = rule;
      this.connection = connection;
    }

    EventRows open() throws SQLException {
      String from = "(\n" + rule.select() + "\n)";
      Staging.query(
          connection,
          "describe select * from " + from,
          row -> types.put(row.getString(1), row.getString(2).toUpperCase(Locale.ROOT)));
      String time = ms(find("time", rule.time()));
      int timeIndex = ask(time);
      ask("cast(" + Sql.name(find("time", rule.time())) + " as varchar)");
      int rowIndex = types.containsKey("_row") ? ask(Sql.name("_row")) : 0;
      int[] ids = new int[rule.id().size()];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = ask("cast(" + Sql.name(find("id", rule.id().get(i))) + " as varchar)");
      }
      int[] identifiers = new int[rule.identifiers().size()];
      for (int i = 0; i < identifiers.length; i++) {
        ImportMap.Naming naming = rule.identifiers().get(i);
        String column = find("identifier " + naming.kind().wire(), naming.column());
        identifiers[i] = ask("cast(" + Sql.name(column) + " as varchar)");
      }
      var fields = new ArrayList<Field>();
      rule.money().forEach((key, column) -> fields.add(money(key, find("money " + key, column))));
      rule.properties()
          .forEach((key, column) -> fields.add(property(key, find("property " + key, column))));
      long total = count(from);
      // The same rows come in the same order each time, which resuming relies on (and checks).
      String order =
          rowIndex > 0
              ? time + " nulls first, " + Sql.name("_row")
              : time
                  + " nulls first, "
                  + types.keySet().stream().map(Sql::name).collect(Collectors.joining(", "));
      Statement statement = connection.createStatement();
      ResultSet rows =
          statement.executeQuery(
              "select " + String.join(", ", asked) + " from " + from + " order by " + order);
      return new EventRows(
          map,
          rule,
          connection,
          statement,
          rows,
          total,
          timeIndex,
          rowIndex,
          ids,
          identifiers,
          List.copyOf(fields));
    }

    private int ask(String expression) {
      asked.add(expression);
      return asked.size();
    }

    private String find(String what, String column) {
      for (String known : types.keySet()) {
        if (known.equalsIgnoreCase(column)) {
          return known;
        }
      }
      throw ImportException.inMap(
          map.name(),
          rule.line(),
          "event '"
              + rule.name()
              + "': "
              + what
              + " names the column '"
              + column
              + "', which the"
              + " select does not yield",
          "Known: " + String.join(", ", types.keySet()) + ".");
    }

    private String type(String column) {
      return String.valueOf(types.get(column));
    }

    private String ms(String column) {
      String name = Sql.name(column);
      String zone = Sql.text(map.zone().getId());
      return switch (type(column)) {
        case "TIMESTAMP WITH TIME ZONE" -> "epoch_ms(" + name + ")";
        case "DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS" ->
            "epoch_ms(timezone(" + zone + ", cast(" + name + " as timestamp)))";
        case "VARCHAR" -> "epoch_ms(try_cast(" + name + " as timestamptz))";
        default ->
            throw ImportException.inMap(
                map.name(),
                rule.line(),
                "event '" + rule.name() + "': time '" + column + "' is of type " + type(column),
                "Allowed: a date, a time or ISO text. Seconds since 1970: to_timestamp(column).");
      };
    }

    private Field money(String key, String column) {
      String type = type(column);
      String name = Sql.name(column);
      if (type.startsWith("DECIMAL")) {
        return new Field(key, column, ask(name), Form.MONEY, type);
      }
      return switch (type) {
        case "TINYINT",
            "SMALLINT",
            "INTEGER",
            "BIGINT",
            "UTINYINT",
            "USMALLINT",
            "UINTEGER",
            "UBIGINT",
            "HUGEINT",
            "UHUGEINT",
            "DOUBLE",
            "FLOAT",
            "VARCHAR" ->
            new Field(key, column, ask("cast(" + name + " as varchar)"), Form.MONEY, type);
        default -> throw unsupported(key, column, type, "a decimal, a whole number or text");
      };
    }

    private Field property(String key, String column) {
      String type = type(column);
      String name = Sql.name(column);
      EventType known = EventCatalogue.standard().find(rule.name());
      boolean textual = known != null && known.required().get(key) == EventType.PropertyType.TEXT;
      if (textual) {
        return new Field(key, column, ask("cast(" + name + " as varchar)"), Form.TEXT, type);
      }
      if (type.startsWith("DECIMAL")) {
        return new Field(key, column, ask(name), Form.DECIMAL, type);
      }
      if (type.startsWith("ENUM")) {
        return new Field(key, column, ask("cast(" + name + " as varchar)"), Form.TEXT, type);
      }
      return switch (type) {
        case "VARCHAR", "UUID", "DATE", "TIME", "JSON" ->
            new Field(key, column, ask("cast(" + name + " as varchar)"), Form.TEXT, type);
        case "TINYINT",
            "SMALLINT",
            "INTEGER",
            "BIGINT",
            "UTINYINT",
            "USMALLINT",
            "UINTEGER",
            "UBIGINT",
            "HUGEINT",
            "UHUGEINT" ->
            new Field(key, column, ask("try_cast(" + name + " as bigint)"), Form.WHOLE, type);
        case "DOUBLE", "FLOAT" ->
            new Field(key, column, ask("cast(" + name + " as double)"), Form.NUMBER, type);
        case "BOOLEAN" -> new Field(key, column, ask(name), Form.FLAG, type);
        case "TIMESTAMP WITH TIME ZONE",
            "TIMESTAMP",
            "TIMESTAMP_S",
            "TIMESTAMP_MS",
            "TIMESTAMP_NS" ->
            new Field(key, column, ask(ms(column)), Form.INSTANT, type);
        default -> throw unsupported(key, column, type, "text, a number, a flag, a date or a time");
      };
    }

    private ImportException unsupported(String key, String column, String type, String allowed) {
      return ImportException.inMap(
          map.name(),
          rule.line(),
          "event '" + rule.name() + "': " + key + " is read from '" + column + "' of type " + type,
          "Allowed: " + allowed + ". Cast it in the select.");
    }

    /// How many rows the select yields. Two different rows under one id would lose the second in
    /// silence, as a duplicate: refused here, while it can be said which.
    private long count(String from) throws SQLException {
      long[] counts = new long[3];
      List<String> columns =
          rule.id().stream().map(column -> Sql.name(find("id", column))).toList();
      String key = String.join(", ", columns);
      // A row without its key is refused by itself later.
      String keyed =
          columns.stream()
              .map(column -> column + " is not null")
              .collect(Collectors.joining(" and "));
      Staging.query(
          connection,
          "select count(*), "
              + (key.isEmpty()
                  ? "0, 0"
                  : "count(*) filter (%s), count(distinct (%s)) filter (%s)"
                      .formatted(keyed, key, keyed))
              + " from "
              + from,
          row -> {
            counts[0] = row.getLong(1);
            counts[1] = row.getLong(2);
            counts[2] = row.getLong(3);
          });
      if (counts[1] > counts[2]) {
        var example = new StringBuilder();
        Staging.query(
            connection,
            "select concat_ws(', ', "
                + key
                + "), count(*) from "
                + from
                + " where "
                + keyed
                + " group by "
                + key
                + " having count(*) > 1 order by 2 desc, 1 limit 1",
            row ->
                example
                    .append(row.getString(1))
                    .append(" (")
                    .append(row.getLong(2))
                    .append(" rows)"));
        throw ImportException.inMap(
            map.name(),
            rule.line(),
            "event '"
                + rule.name()
                + "': id "
                + rule.id()
                + " does not tell all rows apart, for example "
                + example,
            "Add columns to the id, group by it in the select, or leave the id out: then the whole"
                + " content is the id.");
      }
      return counts[0];
    }
  }

  /// How many rows there are.
  long total() {
    return total;
  }

  ImportMap.EventRule rule() {
    return rule;
  }

  /// Goes to the next row.
  ///
  /// @return false after the last
  boolean advance() {
    try {
      any = rows.next();
      if (any) {
        ms = rows.getLong(timeIndex);
        timed = !rows.wasNull();
        row = rowIndex == 0 ? 0 : rows.getLong(rowIndex);
      }
      return any;
    } catch (SQLException e) {
      throw Staging.failure("event '" + rule.name() + "'", e);
    }
  }

  /// When the present row's event happened; the earliest of all when it has no time.
  long ms() {
    return timed ? ms : Long.MIN_VALUE;
  }

  /// The present row's number, see [InputFile#row]; 0 when the select does not keep it.
  long row() {
    return row;
  }

  /// The id of the event last written.
  String id() {
    return id;
  }

  /// Appends the present row's event and a line's end to `out`, or says why it is none.
  Rejects.@Nullable Refusal write(JsonBytes out) {
    try {
      Rejects.Refusal refusal = writeBody();
      if (refusal != null) {
        return refusal;
      }
      refusal = makeId();
      if (refusal != null) {
        return refusal;
      }
      out.plain(ID).text(id).plain(',').append(body).plain('\n');
      return null;
    } catch (SQLException e) {
      throw Staging.failure("event '" + rule.name() + "'", e);
    }
  }

  private Rejects.@Nullable Refusal writeBody() throws SQLException {
    if (!timed) {
      return refusal(
          "impossible_time", timeColumn, rows.getString(timeIndex + 1), "no time that exists");
    }
    body.clear();
    body.plain(NAME).plain(nameJson).plain(TIME).time(ms).plain(SOURCE).plain(sourceJson);
    body.plain(IDENTIFIERS);
    int named = 0;
    for (int i = 0; i < identifierIndexes.length; i++) {
      ImportMap.Naming naming = rule.identifiers().get(i);
      String value = rows.getString(identifierIndexes[i]);
      if (value == null || value.isBlank()) {
        continue;
      }
      String normal;
      try {
        normal = Identifier.of(naming.kind(), naming.scope(), value).value();
      } catch (IllegalArgumentException e) {
        return refusal("bad_identifier", naming.column(), value, String.valueOf(e.getMessage()));
      }
      if (named++ > 0) {
        body.plain(',');
      }
      body.plain(KIND).text(naming.kind().wire());
      if (!naming.scope().isEmpty()) {
        body.plain(SCOPE).text(naming.scope());
      }
      body.plain(VALUE).text(normal).plain('}');
    }
    if (named == 0) {
      return refusal(
          "no_identifier", rule.identifiers().getFirst().column(), "", "it names nobody");
    }
    body.plain(PROPERTIES);
    boolean first = true;
    for (Field field : fields) {
      String text = field.form == Form.TEXT ? rows.getString(field.index) : null;
      if (field.form == Form.TEXT) {
        if (text == null) {
          continue;
        }
        if (text.length() > Intake.LONGEST_TEXT) {
          return refusal(
              "text_too_long",
              field.column,
              text.substring(0, 80) + "…",
              text.length() + " characters, at most " + Intake.LONGEST_TEXT);
        }
      } else if (rows.getObject(field.index) == null) {
        continue;
      }
      if (!first) {
        body.plain(',');
      }
      first = false;
      body.text(field.key).plain(':');
      switch (field.form) {
        case TEXT -> body.text(text == null ? "" : text);
        case WHOLE -> body.number(rows.getLong(field.index));
        case DECIMAL -> decimal(rows.getBigDecimal(field.index));
        case NUMBER -> body.plain(ascii(Double.toString(rows.getDouble(field.index))));
        case FLAG -> body.plain(ascii(Boolean.toString(rows.getBoolean(field.index))));
        case INSTANT -> body.time(rows.getLong(field.index));
        case MONEY -> {
          Rejects.Refusal refusal = money(field);
          if (refusal != null) {
            return refusal;
          }
        }
      }
    }
    body.plain('}').plain('}');
    return null;
  }

  private void decimal(BigDecimal value) {
    BigDecimal shortest = value.stripTrailingZeros();
    body.plain(ascii((shortest.scale() < 0 ? shortest.setScale(0) : shortest).toPlainString()));
  }

  /// Whole units to the smallest, exactly or not at all.
  private Rejects.@Nullable Refusal money(Field field) throws SQLException {
    BigDecimal amount;
    if (field.type.startsWith("DECIMAL")) {
      amount = rows.getBigDecimal(field.index);
    } else {
      String text = rows.getString(field.index).strip();
      try {
        amount = text.length() > LONGEST_NUMBER ? null : new BigDecimal(text);
      } catch (NumberFormatException _) {
        amount = null;
      }
      if (amount == null || Math.abs((long) amount.scale()) > LONGEST_NUMBER) {
        return refusal("bad_money", field.column, text, "it is no amount of money");
      }
    }
    if (amount.signum() < 0) {
      return refusal(
          "bad_money",
          field.column,
          amount.toPlainString(),
          "money is never below zero; a refund is an event of its own");
    }
    try {
      body.number(amount.movePointRight(fractionDigits).longValueExact());
      return null;
    } catch (ArithmeticException _) {
      return refusal(
          "bad_money",
          field.column,
          amount.toPlainString(),
          "no whole number of the smallest unit of "
              + map.currency().getCurrencyCode()
              + "; round it in the select if that is meant");
    }
  }

  private Rejects.@Nullable Refusal makeId() throws SQLException {
    if (idIndexes.length > 0) {
      var key = new StringBuilder(map.source()).append(':').append(rule.name());
      for (int i = 0; i < idIndexes.length; i++) {
        String part = rows.getString(idIndexes[i]);
        if (part == null || part.isBlank()) {
          return refusal("bad_id", rule.id().get(i), "", "the id is empty");
        }
        key.append(':').append(part);
      }
      if (key.length() <= Intake.LONGEST_ID) {
        id = key.toString();
        return null;
      }
      digest.update(key.toString().getBytes(StandardCharsets.UTF_8));
    } else {
      digest.update(body.bytes(), 0, body.length());
    }
    byte[] hash = digest.digest();
    id =
        map.source()
            + ":"
            + Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, 16));
    return null;
  }

  private Rejects.Refusal refusal(String code, String column, @Nullable String value, String why) {
    return new Rejects.Refusal(
        row, code, column, value == null ? "" : Rows.shown(value), rule.name() + ": " + why, "");
  }

  @Override
  public void close() {
    try {
      rows.close();
      statement.close();
      connection.close();
    } catch (SQLException e) {
      throw Staging.failure("event '" + rule.name() + "'", e);
    }
  }
}
