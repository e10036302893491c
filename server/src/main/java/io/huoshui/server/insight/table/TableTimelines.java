package io.huoshui.server.insight.table;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.platforms.file.Table;
import io.huoshui.profile.EventList;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A table's rows as timelines, so that the questions asked of a brand are asked of a table.
///
/// With an order column the rows of one order of one customer are one order, of the time of its
/// first row. Without one each row is an order.
final class TableTimelines {
  /// Options it reads besides `customer` and `time`.
  static final List<String> TAKES =
      List.of(
          "amount",
          "quantity",
          "price",
          "event",
          "order",
          "cancelled-prefix",
          "duplicates",
          "until");

  static final String USAGE =
      """
          --amount COLUMN          what a row came to; or --quantity COLUMN --price COLUMN
          --order COLUMN           rows with the same order are one order
          --cancelled-prefix C     orders whose number begins so are cancellations
          --duplicates keep|drop   rows that are equal in every column (drop, with --order; else keep)
          --until DATE             what is known; the last day of the file when nothing is said
      """;

  private static final String NO_CUSTOMER = "without a customer: left out";
  private static final String NO_TIME = "without a readable time: left out";
  private static final String NO_AMOUNT = "without a readable amount: left out";
  private static final String DUPLICATE = "equal to an earlier row in every column: left out";
  private static final String CANCELLED = "of a cancelled order: money given back";
  private static final String NEGATIVE = "of less than nothing: money given back";
  private static final String FREE = "of nothing: no purchase, left out";
  private static final String LATER = "after --until: left out";

  private final Map<String, Long> rules = new LinkedHashMap<>();
  private final List<EventList> people = new ArrayList<>();
  private long orders;
  private long paidFen;
  private long givenBackFen;
  private long unknownFen;
  private Instant last = Instant.MIN;

  /// What happened, before the rows of an order are put together.
  private static final class Happened {
    final String name;
    final String order;
    long timeMs;
    long fen;

    Happened(String name, String order, long timeMs) {
      this.name = name;
      this.order = order;
      this.timeMs = timeMs;
    }
  }

  private TableTimelines() {}

  static TableTimelines read(Path file, Options options) {
    var read = new TableTimelines();
    read.take(file, options);
    if (read.people.isEmpty()) {
      throw new Refused(
          "insight.nobody",
          "no row of " + file + " tells who did what when: " + read.rules,
          "Look at --customer, --time, --amount and --event.",
          1);
    }
    return read;
  }

  private void take(Path file, Options options) {
    String amount = options.given("amount");
    String quantity = options.given("quantity");
    String price = options.given("price");
    String event = options.given("event");
    String order = options.given("order");
    if ((quantity == null) != (price == null) || (amount != null && quantity != null)) {
      throw Refused.command(
          "--amount, --quantity and --price do not go together",
          "--amount COLUMN, or --quantity COLUMN --price COLUMN");
    }
    boolean money = amount != null || quantity != null;
    if (!money && event == null) {
      throw Refused.command(
          "it is not said what happened",
          "--amount COLUMN for purchases, --event COLUMN for names");
    }
    boolean drop =
        options.among("duplicates", order == null ? "keep" : "drop", "keep", "drop").equals("drop");
    long untilMs =
        options.has("until")
            ? options.date("until").plusDays(1).toEpochDay() * 86_400_000L
            : Long.MAX_VALUE;
    Table table = Table.open(file, options.columns());
    var wanted = new ArrayList<Table.Column>();
    wanted.add(Table.Column.text(options.needed("customer")));
    wanted.add(Table.Column.time(options.needed("time")));
    int amountAt = place(wanted, amount, true);
    int quantityAt = place(wanted, quantity, true);
    int priceAt = place(wanted, price, true);
    int eventAt = place(wanted, event, false);
    int orderAt = place(wanted, order, false);
    int allAt = wanted.size();
    if (drop) {
      table.columns().forEach(column -> wanted.add(Table.Column.text(column)));
    }
    for (String rule : List.of("rows", NO_CUSTOMER, NO_TIME)) {
      rules.put(rule, 0L);
    }
    if (money) {
      rules.put(NO_AMOUNT, 0L);
    }
    if (drop) {
      rules.put(DUPLICATE, 0L);
    }
    String prefix = options.given("cancelled-prefix");
    var seen = new HashSet<String>();
    var byCustomer = new LinkedHashMap<String, Map<String, Happened>>();
    table.read(
        wanted,
        row -> {
          count("rows");
          if (drop && !seen.add(whole(row, allAt, wanted.size()))) {
            count(DUPLICATE);
            return;
          }
          Double paid =
              amountAt >= 0
                  ? row.number(amountAt)
                  : quantityAt >= 0 ? product(row.number(quantityAt), row.number(priceAt)) : null;
          String customer = row.text(0);
          if (customer == null) {
            count(NO_CUSTOMER);
            unknownFen += paid == null ? 0 : Math.round(paid * 100);
            return;
          }
          Long at = row.timeMs(1);
          if (at == null) {
            count(NO_TIME);
            return;
          }
          if (at >= untilMs) {
            count(LATER);
            return;
          }
          if (money && eventAt < 0 && paid == null) {
            count(NO_AMOUNT);
            return;
          }
          String number = orderAt < 0 ? null : row.text(orderAt);
          String name = eventAt < 0 ? null : row.text(eventAt);
          happened(
              byCustomer.computeIfAbsent(customer, _ -> new LinkedHashMap<>()),
              name,
              number,
              prefix,
              at,
              paid == null ? 0 : Math.round(paid * 100));
        });
    byCustomer.values().forEach(this::person);
  }

  private static int place(List<Table.Column> wanted, @Nullable String column, boolean number) {
    if (column == null) {
      return -1;
    }
    wanted.add(number ? Table.Column.number(column) : Table.Column.text(column));
    return wanted.size() - 1;
  }

  private static String whole(Table.Row row, int from, int to) {
    var whole = new StringBuilder();
    for (int place = from; place < to; place++) {
      String text = row.text(place);
      whole.append(text == null ? "" : text).append('\0');
    }
    return whole.toString();
  }

  private static @Nullable Double product(@Nullable Double one, @Nullable Double other) {
    return one == null || other == null ? null : one * other;
  }

  private void count(String rule) {
    rules.merge(rule, 1L, Long::sum);
  }

  private void happened(
      Map<String, Happened> of,
      @Nullable String named,
      @Nullable String order,
      @Nullable String prefix,
      long at,
      long fen) {
    String name = named;
    if (name == null) {
      boolean cancelled = prefix != null && order != null && order.startsWith(prefix);
      if (cancelled) {
        count(CANCELLED);
      } else if (fen < 0) {
        count(NEGATIVE);
      } else if (fen == 0) {
        count(FREE);
        return;
      }
      name = cancelled ? "order_cancelled" : fen < 0 ? "order_refunded" : "order_paid";
    }
    String key = order == null ? "#" + of.size() : name + "/" + order;
    String kind = name;
    Happened one = of.computeIfAbsent(key, _ -> new Happened(kind, order == null ? "" : order, at));
    one.timeMs = Math.min(one.timeMs, at);
    one.fen += Math.abs(fen);
  }

  private void person(Map<String, Happened> happened) {
    var events = new ArrayList<Event>();
    for (Happened one : happened.values()) {
      Instant at = Instant.ofEpochMilli(one.timeMs);
      last = at.isAfter(last) ? at : last;
      switch (one.name) {
        case "order_paid" -> {
          orders++;
          paidFen += one.fen;
        }
        case "order_cancelled", "order_refunded" -> givenBackFen += one.fen;
        default -> {}
      }
      events.add(
          new Event(
              one.name + events.size(),
              one.name,
              at,
              "table",
              List.of(Identifier.of(IdentifierKind.MEMBER_NUMBER, "row")),
              Properties.of("amountFen", one.fen, "orderId", one.order)));
    }
    if (!events.isEmpty()) {
      people.add(new EventList(events));
    }
  }

  List<EventList> people() {
    return people;
  }

  /// The instant everything is asked at: the end of the last day.
  Instant now(Options options) {
    long day =
        options.has("until")
            ? options.date("until").toEpochDay()
            : Math.floorDiv(last.toEpochMilli(), 86_400_000L);
    return Instant.ofEpochMilli((day + 1) * 86_400_000L - 1);
  }

  Map<String, Long> rules() {
    return rules;
  }

  Set<Map.Entry<String, Double>> money() {
    var money = new LinkedHashMap<String, Double>();
    money.put("paid", paidFen / 100.0);
    money.put("givenBack", givenBackFen / 100.0);
    money.put("revenue", (paidFen - givenBackFen) / 100.0);
    money.put("ofUnknownCustomers", unknownFen / 100.0);
    return money.entrySet();
  }

  long orders() {
    return orders;
  }
}
