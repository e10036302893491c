package io.huoshui.feed;

import io.huoshui.json.Json;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which column or path of a source is what, and which words mean which state. Data: a brand writes
/// its own for an ERP or a till, those of the marketplaces come with the product.
///
/// ```
/// {"record": "order", "zone": "Asia/Shanghai",
///  "fields": {"orderId": {"columns": ["订单编号", "订单号"], "paths": ["tid"]}, …},
///  "needed": ["orderId", "paid", "state"],
///  "properties": {"channel": {"columns": ["渠道"]}},
///  "states": {"unpaid": ["等待买家付款"], "paid": ["交易成功"], "cancelled": ["交易关闭"], "refunded": [], "nothing": []},
///  "known": ["买家留言"],
///  "json": {"items": "orders.order", "unit": "yuan"}}
/// ```
///
/// @param states words of the orders' states
/// @param refundStates words of the refunds' states where they are others; empty: as states
/// @param needed fields without which a file is refused
/// @param event the name of the event of a [Kind#EVENT] record
/// @param known columns that are expected and not read
/// @param items path to the list of lines within a record of JSON; empty when it is one line
/// @param jsonFen whether amounts in JSON are in fen; in files they are always yuan
public record FeedMap(
    Kind kind,
    String event,
    ZoneId zone,
    Map<Field, From> fields,
    Set<Field> needed,
    Map<String, From> properties,
    Map<State, List<String>> states,
    Map<State, List<String>> refundStates,
    Set<String> known,
    String items,
    boolean jsonFen) {
  /// What one record is about.
  public enum Kind {
    ORDER,
    REFUND,
    MEMBER,
    EVENT;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Where something stands; the first that is there counts.
  ///
  /// @param columns of a file
  /// @param paths within a record of JSON: `full_order_info.pay_info.payment`
  /// @param item paths within one of its lines
  public record From(List<String> columns, List<String> paths, List<String> item) {
    public From {
      columns = List.copyOf(columns);
      paths = List.copyOf(paths);
      item = List.copyOf(item);
    }
  }

  public FeedMap {
    fields = java.util.Collections.unmodifiableMap(new EnumMap<>(fields));
    needed = java.util.Collections.unmodifiableSet(new LinkedHashSet<>(needed));
    properties = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    states = Map.copyOf(states);
    refundStates = Map.copyOf(refundStates);
    known = Set.copyOf(known);
  }

  /// A map that can not be.
  public static final class MapException extends RuntimeException {
    private final String at;
    private final String allowed;

    MapException(String at, String why, String allowed) {
      super(why);
      this.at = at;
      this.allowed = allowed;
    }

    /// Which key: `fields.orderId`.
    public String at() {
      return at;
    }

    public String allowed() {
      return allowed;
    }
  }

  /// @throws MapException with key and what is allowed there
  public static FeedMap read(Json json) {
    if (!(json instanceof Json.Obj map)) {
      throw new MapException("", "A map is an object.", "{\"record\": …, \"fields\": {…}}");
    }
    for (String key : map.fields().keySet()) {
      if (!List.of(
              "record",
              "event",
              "zone",
              "fields",
              "needed",
              "properties",
              "states",
              "refundStates",
              "known",
              "json")
          .contains(key)) {
        throw new MapException(
            key,
            "A map has no '" + key + "'.",
            "record, event, zone, fields, needed, properties, states, refundStates, known, json");
      }
    }
    String record = text(map, "record", "order");
    Kind kind = null;
    for (Kind one : Kind.values()) {
      kind = one.wire().equals(record) ? one : kind;
    }
    if (kind == null) {
      throw new MapException(
          "record", "No record is a '" + record + "'.", "order, refund, member, event");
    }
    String event = text(map, "event", "");
    if (kind == Kind.EVENT && !event.matches("[a-z][a-z0-9]*(_[a-z0-9]+)+")) {
      throw new MapException(
          "event", "Records of kind event need the event's name.", "object_verb: store_visited");
    }
    ZoneId zone;
    try {
      zone = ZoneId.of(text(map, "zone", "Asia/Shanghai"));
    } catch (DateTimeException _) {
      throw new MapException("zone", "There is no such zone.", "Asia/Shanghai, UTC…");
    }
    var fields = new EnumMap<Field, From>(Field.class);
    object(map, "fields")
        .forEach(
            (name, from) -> {
              Field field = Field.ofWire(name);
              if (field == null) {
                throw new MapException(
                    "fields." + name,
                    "There is no field '" + name + "'.",
                    String.join(", ", Field.wires()));
              }
              fields.put(field, from("fields." + name, from));
            });
    var properties = new LinkedHashMap<String, From>();
    object(map, "properties")
        .forEach(
            (name, from) -> {
              if (!name.matches("[a-zA-Z][a-zA-Z0-9_]{0,63}") || name.endsWith("Fen")) {
                throw new MapException(
                    "properties." + name,
                    "'" + name + "' can not name a property.",
                    "letters, digits and _; money is a field, not a property");
              }
              properties.put(name, from("properties." + name, from));
            });
    var needed = new LinkedHashSet<Field>();
    Json asked = map.get("needed");
    for (String name : asked == null ? List.<String>of() : texts("needed", asked)) {
      Field field = Field.ofWire(name);
      if (field == null || !fields.containsKey(field)) {
        throw new MapException(
            "needed",
            "'" + name + "' is needed and is none of the map's fields.",
            String.join(", ", fields.keySet().stream().map(Field::wire).toList()));
      }
      needed.add(field);
    }
    needed.addAll(must(kind, fields));
    Json.Obj shape =
        map.get("json") instanceof Json.Obj given ? given : new Json.Obj(Map.<String, Json>of());
    String unit = text(shape, "unit", "yuan");
    if (!unit.equals("yuan") && !unit.equals("fen")) {
      throw new MapException("json.unit", "Amounts are in yuan or fen.", "yuan, fen");
    }
    Json known = map.get("known");
    return new FeedMap(
        kind,
        event,
        zone,
        fields,
        needed,
        properties,
        states(map, "states"),
        states(map, "refundStates"),
        known == null ? Set.of() : Set.copyOf(new LinkedHashSet<>(texts("known", known))),
        text(shape, "items", ""),
        unit.equals("fen"));
  }

  private static Map<State, List<String>> states(Json.Obj map, String key) {
    var states = new EnumMap<State, List<String>>(State.class);
    object(map, key)
        .forEach(
            (name, words) -> {
              State state = null;
              for (State one : State.values()) {
                state = one.wire().equals(name) ? one : state;
              }
              if (state == null) {
                throw new MapException(
                    key + "." + name,
                    "There is no state '" + name + "'.",
                    "nothing, unpaid, paid, cancelled, refunded");
              }
              states.put(state, texts(key + "." + name, words));
            });
    return states;
  }

  /// What a kind of record can not do without.
  private static List<Field> must(Kind kind, Map<Field, From> fields) {
    List<List<Field>> oneOf =
        switch (kind) {
          case ORDER ->
              List.of(
                  List.of(Field.ORDER_ID),
                  List.of(Field.PAID, Field.LINE_PAID),
                  List.of(Field.PAID_AT, Field.CREATED_AT));
          case REFUND ->
              List.of(
                  List.of(Field.ORDER_ID),
                  List.of(Field.REFUND_ID),
                  List.of(Field.REFUNDED),
                  List.of(Field.REFUNDED_AT, Field.CHANGED_AT, Field.ENDED_AT));
          case MEMBER ->
              List.of(
                  List.of(
                      Field.MEMBER_NUMBER,
                      Field.CUSTOMER_ID,
                      Field.BUYER,
                      Field.OPEN_BUYER,
                      Field.PHONE),
                  List.of(Field.REGISTERED_AT));
          case EVENT ->
              List.of(
                  List.of(
                      Field.MEMBER_NUMBER,
                      Field.CUSTOMER_ID,
                      Field.BUYER,
                      Field.OPEN_BUYER,
                      Field.PHONE),
                  List.of(Field.AT));
        };
    var must = new ArrayList<Field>();
    for (List<Field> choice : oneOf) {
      if (choice.stream().noneMatch(fields::containsKey)) {
        throw new MapException(
            "fields",
            "Records of kind "
                + kind.wire()
                + " need "
                + String.join(" or ", choice.stream().map(Field::wire).toList())
                + ".",
            String.join(", ", choice.stream().map(Field::wire).toList()));
      }
      if (choice.size() == 1) {
        must.add(choice.getFirst());
      }
    }
    return must;
  }

  private static String text(Json.Obj json, String key, String otherwise) {
    return switch (json.get(key)) {
      case null -> otherwise;
      case Json.Str(String text) -> text.strip();
      default -> throw new MapException(key, "'" + key + "' is a text.", "a text");
    };
  }

  private static Map<String, Json> object(Json.Obj json, String key) {
    return switch (json.get(key)) {
      case null -> Map.of();
      case Json.Obj(Map<String, Json> fields) -> fields;
      default -> throw new MapException(key, "'" + key + "' is an object.", "{…}");
    };
  }

  private static List<String> texts(String at, Json json) {
    return switch (json) {
      case Json.Str(String text) -> List.of(text);
      case Json.Num(var number) -> List.of(number.toPlainString());
      case Json.Arr(List<Json> items) -> {
        var texts = new ArrayList<String>();
        items.forEach(item -> texts.addAll(texts(at, item)));
        yield List.copyOf(texts);
      }
      default -> throw new MapException(at, "'" + at + "' is a list of texts.", "[\"…\"]");
    };
  }

  private static From from(String at, Json json) {
    if (json instanceof Json.Str(String column)) {
      return new From(List.of(column), List.of(), List.of());
    }
    if (!(json instanceof Json.Obj keys)) {
      throw new MapException(
          at, "'" + at + "' says where it stands.", "{\"columns\": […], \"paths\": […]}");
    }
    for (String key : keys.fields().keySet()) {
      if (!List.of("columns", "paths", "item").contains(key)) {
        throw new MapException(
            at + "." + key, "There is no '" + key + "'.", "columns, paths, item");
      }
    }
    return new From(
        list(at, keys.get("columns")), list(at, keys.get("paths")), list(at, keys.get("item")));
  }

  private static List<String> list(String at, @Nullable Json json) {
    return json == null ? List.of() : texts(at, json);
  }

  /// What a status says. A cell may hold several words (`已发货，退款成功`): the one that goes furthest
  /// counts.
  ///
  /// @return null when a word in it is not known
  public @Nullable State state(Field field, String text) {
    var table = field == Field.REFUND_STATE && !refundStates.isEmpty() ? refundStates : states;
    String plain = Cells.plain(text);
    State whole = word(table, plain);
    if (whole != null) {
      return whole;
    }
    State furthest = null;
    for (String part : plain.split("[,;/|、;+\\s]+")) {
      State one = part.isEmpty() ? State.NOTHING : word(table, part);
      if (one == null) {
        return null;
      }
      furthest = furthest == null || one.compareTo(furthest) > 0 ? one : furthest;
    }
    return furthest;
  }

  private static @Nullable State word(Map<State, List<String>> table, String text) {
    for (Map.Entry<State, List<String>> each : table.entrySet()) {
      for (String word : each.getValue()) {
        if (Cells.plain(word).equalsIgnoreCase(text)) {
          return each.getKey();
        }
      }
    }
    return null;
  }

  /// The words it knows, for a refusal.
  public String words(Field field) {
    var table = field == Field.REFUND_STATE && !refundStates.isEmpty() ? refundStates : states;
    var words = new ArrayList<String>();
    for (State state : State.values()) {
      words.addAll(table.getOrDefault(state, List.of()));
    }
    return String.join(", ", words);
  }
}
