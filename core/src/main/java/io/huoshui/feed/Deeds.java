package io.huoshui.feed;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.feed.Records.Cell;
import io.huoshui.feed.Records.Item;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The rules by which records become events.
///
/// | record | event | id |
/// |---|---|---|
/// | order, paid | `order_paid` | `ORDER:paid` |
/// | its lines | `product_purchased` | `ORDER:paid:LINE` |
/// | closed before it was paid | `order_cancelled` of 0 fen | `ORDER:cancelled` |
/// | more given back than known so far | `order_refunded` of the difference | `ORDER:refunded:TOTAL` |
/// | named after it was taken without a name | `profile_updated` | `ORDER:named` |
/// | member | `member_registered` | `member:ID:registered` |
///
/// Ids are made of the source's own numbers, so a file, an answer and a message say the same event.
/// The server drops the second of a source and id.
public final class Deeds {
  private static final int LONGEST_CODE = 160;

  private final FeedMap map;
  private final String source;
  private final String shop;
  private final boolean lent;

  /// @param source of the events
  /// @param shop the scope of the buyers' names
  /// @param lent whether phones of this source are always lent ones
  public Deeds(FeedMap map, String source, String shop, boolean lent) {
    this.map = map;
    this.source = source;
    this.shop = shop;
    this.lent = lent;
  }

  /// What became of one group of records.
  ///
  /// @param notes what was seen and not used, counted: `phone_lent`, `phone_masked`,
  ///   `buyer_masked`…
  /// @param known to be kept for the next record of this order
  /// @param changedAt when the source last changed it; null when it does not say
  public record Outcome(
      List<Event> events,
      List<Defect> defects,
      Map<String, Integer> notes,
      Known known,
      @Nullable Instant changedAt) {
    public Outcome {
      events = List.copyOf(events);
      defects = List.copyOf(defects);
      notes = Map.copyOf(notes);
    }
  }

  /// @param records of one order; a single one for other kinds
  /// @param known what earlier records of the same order became
  public Outcome of(List<Item> records, Known known) {
    var reading = new Reading(records);
    List<Event> events = List.of();
    Known after = known;
    if (records.isEmpty()) {
      return new Outcome(events, List.of(), Map.of(), known, null);
    }
    try {
      switch (map.kind()) {
        case ORDER -> {
          Result result = order(reading, known);
          events = result.events;
          after = result.known;
        }
        case REFUND -> {
          Result result = refund(reading, known);
          events = result.events;
          after = result.known;
        }
        case MEMBER -> events = List.of(member(reading));
        case EVENT -> events = List.of(event(reading));
      }
    } catch (Broken broken) {
      reading.defects.add(broken.defect);
      events = List.of();
      after = known;
    }
    return new Outcome(events, reading.defects, reading.notes, after, reading.changedAt());
  }

  private record Result(List<Event> events, Known known) {}

  /// A defect on its way out.
  private static final class Broken extends RuntimeException {
    private final transient Defect defect;

    Broken(Defect defect) {
      super(defect.why(), null, false, false);
      this.defect = defect;
    }
  }

  /// The records of one group, read with their defects and notes.
  private final class Reading {
    private final List<Item> records;
    private final List<Defect> defects = new ArrayList<>();
    private final Map<String, Integer> notes = new TreeMap<>();

    Reading(List<Item> records) {
      this.records = records;
    }

    Item first() {
      return records.getFirst();
    }

    void note(String what) {
      notes.merge(what, 1, Integer::sum);
    }

    /// The first text that any of the records has.
    String text(Field field) {
      for (Item record : records) {
        String text = record.text(field);
        if (!text.isEmpty()) {
          return text;
        }
      }
      return "";
    }

    String needed(Field field) {
      String text = text(field);
      if (text.isEmpty()) {
        throw broken(first(), field, "missing_value", "Nothing stands there.");
      }
      return text;
    }

    Broken broken(Item record, Field field, String code, String why) {
      String text = record.text(field);
      return new Broken(
          new Defect(
              record.line(),
              record.where(field),
              field.personal() && !text.isEmpty() ? Cells.masked(text) : text,
              code,
              why));
    }

    @Nullable Long fen(Item record, Field field) {
      Cell cell = record.cells().get(field);
      if (cell == null) {
        return null;
      }
      Long fen = Cells.fen(cell.text(), cell.json() && map.jsonFen());
      if (fen == null) {
        throw broken(
            record,
            field,
            "bad_amount",
            "No amount in whole fen: "
                + (cell.json() && map.jsonFen() ? "fen" : "yuan")
                + " as 12.30.");
      }
      return fen;
    }

    long amount(Item record, Field field, long otherwise) {
      Long fen = fen(record, field);
      if (fen != null && fen < 0) {
        throw broken(record, field, "bad_amount", "An amount is not below zero here.");
      }
      return fen == null ? otherwise : fen;
    }

    @Nullable Instant time(Field field, boolean latest) {
      Instant found = null;
      for (Item record : records) {
        String text = record.text(field);
        if (text.isEmpty()) {
          continue;
        }
        Instant time = Cells.time(text, map.zone());
        if (time == null && !text.matches("[0:\\-/ .T]+")) {
          throw broken(
              record, field, "impossible_time", "No time that exists: 2026-01-31 23:59:59.");
        }
        if (time != null
            && (found == null || (latest ? time.isAfter(found) : time.isBefore(found)))) {
          found = time;
        }
      }
      return found;
    }

    State state(Item record, Field field, State otherwise) {
      String text = record.text(field);
      if (text.isEmpty()) {
        return otherwise;
      }
      State state = map.state(field, text);
      if (state == null) {
        throw broken(
            record,
            field,
            "unknown_state",
            "No state is known by this word. Known: " + map.words(field));
      }
      return state;
    }

    long count(Item record) {
      String text = record.text(Field.COUNT);
      if (text.isEmpty()) {
        return 1;
      }
      Long count = Cells.count(text);
      if (count == null) {
        throw broken(record, Field.COUNT, "bad_number", "No number of pieces.");
      }
      return count;
    }

    @Nullable Instant changedAt() {
      try {
        return time(Field.CHANGED_AT, true);
      } catch (Broken _) {
        return null;
      }
    }
  }

  private Result order(Reading reading, Known known) {
    String order = reading.needed(Field.ORDER_ID);
    Instant created = reading.time(Field.CREATED_AT, false);
    Instant paidAt = reading.time(Field.PAID_AT, false);
    Instant ended = reading.time(Field.ENDED_AT, true);
    Instant refundedAt = reading.time(Field.REFUNDED_AT, true);
    Instant changed = reading.time(Field.CHANGED_AT, true);

    // States of the rows: the order was paid when any of them was.
    boolean paid = false;
    boolean open = false;
    boolean closed = true;
    long sumFen = 0;
    long backFen = 0;
    boolean anyLinePaid = false;
    boolean wholeBack = true;
    boolean anyBack = false;
    boolean saysRefund = false;
    boolean saidHow = false;
    for (Item record : reading.records) {
      State state = reading.state(record, Field.STATE, paidAt == null ? State.NOTHING : State.PAID);
      State refund = reading.state(record, Field.REFUND_STATE, State.NOTHING);
      boolean back =
          refund == State.REFUNDED
              || state == State.REFUNDED
              || (state == State.CANCELLED && paidAt != null);
      paid |= state == State.PAID || state == State.REFUNDED || refund == State.REFUNDED || back;
      open |= state == State.UNPAID || state == State.NOTHING;
      closed &= state == State.CANCELLED;
      Long linePaid =
          record.cells().containsKey(Field.LINE_PAID)
              ? (Long) reading.amount(record, Field.LINE_PAID, 0)
              : null;
      anyLinePaid |= linePaid != null;
      sumFen += linePaid == null ? 0 : linePaid;
      long explicit = reading.amount(record, Field.LINE_REFUNDED, 0);
      // A refund that is only asked for has an amount and no success.
      boolean says = record.cells().containsKey(Field.REFUND_STATE);
      backFen +=
          back ? (explicit > 0 ? explicit : linePaid == null ? 0 : linePaid) : says ? 0 : explicit;
      wholeBack &= back;
      anyBack |= back;
      saysRefund |= says;
      saidHow |= explicit > 0;
    }
    long paidFen =
        reading.records.stream().anyMatch(r -> r.cells().containsKey(Field.PAID))
            ? reading.amount(holder(reading, Field.PAID), Field.PAID, 0)
            : sumFen;
    Item refundedBy = holderOrNull(reading, Field.REFUNDED);
    if (refundedBy != null) {
      long said = reading.amount(refundedBy, Field.REFUNDED, 0);
      if (said > 0 && (anyBack || !saysRefund)) {
        backFen = said;
        saidHow = true;
      }
    }
    if (wholeBack && !saidHow && (paid || paidAt != null)) {
      // Lines are without what a coupon took off the order.
      backFen = paidFen;
    } else if (!saidHow) {
      backFen = Math.min(backFen, paidFen);
    }

    var events = new ArrayList<Event>();
    if (closed && paidAt == null) {
      Instant at = first(ended, changed, created);
      if (at == null) {
        throw reading.broken(
            reading.first(), Field.ENDED_AT, "no_time", "Nothing says when it was closed.");
      }
      Named named = named(reading, order, known);
      if (known.paidFen() > 0) {
        // Its payment came earlier, from a platform that does not say when: all of it goes back.
        long before = known.refundedFen();
        if (known.paidFen() > before) {
          events.addAll(refunded(reading, order, known.paidFen(), known, at, named));
        }
        return new Result(
            events,
            new Known(known.paidFen(), known.paidFen(), known.refunds(), known.anonymous()));
      }
      events.add(
          new Event(
              order + ":cancelled",
              "order_cancelled",
              at,
              source,
              named.identifiers,
              properties(reading, order, Map.of("amountFen", Value.of(0L)))));
      return new Result(events, known);
    }
    if (!paid || (open && paidAt == null && backFen == 0)) {
      reading.note("unpaid");
      return new Result(List.of(), known);
    }
    Instant at = first(paidAt, created);
    if (at == null) {
      throw reading.broken(
          reading.first(), Field.PAID_AT, "no_time", "Nothing says when it was paid.");
    }
    Named named = named(reading, order, known);
    long pieces = 0;
    boolean lines = false;
    for (Item record : reading.records) {
      if (!record.text(Field.SKU).isEmpty() || !record.text(Field.TITLE).isEmpty()) {
        lines = true;
      }
      pieces += reading.count(record);
    }
    var about = new LinkedHashMap<String, Value>();
    about.put("amountFen", Value.of(paidFen));
    if (lines || !reading.text(Field.COUNT).isEmpty()) {
      about.put("items", Value.of(pieces));
    }
    events.add(
        new Event(
            order + ":paid",
            "order_paid",
            at,
            source,
            named.identifiers,
            properties(reading, order, about)));
    if (lines) {
      var used = new LinkedHashSet<String>();
      for (Item record : reading.records) {
        String sku = record.text(Field.SKU);
        sku = sku.isEmpty() ? record.text(Field.TITLE) : sku;
        if (sku.isEmpty()) {
          continue;
        }
        String line = record.text(Field.LINE_ID);
        line = line.isEmpty() ? sku : line;
        String id = cut(order + ":paid:" + line);
        for (int n = 2; !used.add(id); n++) {
          id = cut(order + ":paid:" + line + ":" + n);
        }
        var of = new LinkedHashMap<String, Value>();
        of.put("sku", Value.of(sku));
        of.put("quantity", Value.of(reading.count(record)));
        if (!record.text(Field.TITLE).isEmpty()) {
          of.put("title", Value.of(record.text(Field.TITLE)));
        }
        if (anyLinePaid && record.cells().containsKey(Field.LINE_PAID)) {
          of.put("amountFen", Value.of(reading.amount(record, Field.LINE_PAID, 0)));
        }
        of.put("orderId", Value.of(order));
        events.add(
            new Event(id, "product_purchased", at, source, named.identifiers, Properties.of(of)));
      }
    }
    long refunded = known.refundedFen();
    if (backFen > refunded) {
      Instant when = first(refundedAt, ended, changed, at);
      events.addAll(refunded(reading, order, backFen, known, when == null ? at : when, named));
      refunded = known.announcing(backFen).coming().getLast();
    }
    if (known.anonymous() && !named.anonymous) {
      events.add(naming(order, at, named));
    }
    return new Result(
        events,
        new Known(
            paidFen,
            refunded,
            known.refunds(),
            known.anonymous() || named.anonymous,
            refunded > known.refundedFen() ? List.of() : known.coming()));
  }

  /// What was given back since. What a crash may have left untaken is said once more, under its own
  /// id, and not made part of a sum that may hold it already.
  private List<Event> refunded(
      Reading reading, String order, long total, Known known, Instant at, Named named) {
    var events = new ArrayList<Event>();
    long before = known.refundedFen();
    for (long coming : known.announcing(total).coming()) {
      if (coming > before) {
        events.add(refunded(reading, order, coming, before, at, named));
        before = coming;
      }
    }
    return events;
  }

  private Event refunded(
      Reading reading, String order, long total, long before, Instant at, Named named) {
    return new Event(
        order + ":refunded:" + total,
        "order_refunded",
        at,
        source,
        named.identifiers,
        properties(reading, order, Map.of("amountFen", Value.of(total - before))));
  }

  /// Joins the order that was taken under its own number to whom it turned out to be of.
  private Event naming(String order, Instant at, Named named) {
    var both = new ArrayList<>(named.identifiers);
    both.add(ofOrder(order));
    return new Event(
        order + ":named",
        "profile_updated",
        at,
        source,
        both,
        Properties.of(Map.of("orderId", Value.of(order))));
  }

  private Result refund(Reading reading, Known known) {
    String order = reading.needed(Field.ORDER_ID);
    String refund = reading.needed(Field.REFUND_ID);
    Item record = reading.records.getLast();
    State state =
        reading.state(
            record, Field.REFUND_STATE, reading.state(record, Field.STATE, State.REFUNDED));
    if (state != State.REFUNDED) {
      reading.note("not_refunded");
      return new Result(List.of(), known);
    }
    long fen = reading.amount(record, Field.REFUNDED, 0);
    Instant at =
        first(
            reading.time(Field.REFUNDED_AT, true),
            reading.time(Field.ENDED_AT, true),
            reading.time(Field.CHANGED_AT, true));
    if (at == null) {
      throw reading.broken(
          record, Field.REFUNDED_AT, "no_time", "Nothing says when the money went back.");
    }
    var refunds = new TreeMap<>(known.refunds());
    refunds.put(refund, fen);
    long total = refunds.values().stream().mapToLong(Long::longValue).sum();
    Named named = named(reading, order, known);
    var events = new ArrayList<Event>();
    long refunded = known.refundedFen();
    if (total > refunded) {
      events.addAll(refunded(reading, order, total, known, at, named));
      refunded = known.announcing(total).coming().getLast();
    }
    return new Result(
        events,
        new Known(
            known.paidFen(),
            refunded,
            refunds,
            known.anonymous(),
            refunded > known.refundedFen() ? List.of() : known.coming()));
  }

  private Event member(Reading reading) {
    Instant at = reading.time(Field.REGISTERED_AT, false);
    if (at == null) {
      throw reading.broken(
          reading.first(), Field.REGISTERED_AT, "missing_value", "Nothing stands there.");
    }
    Named named = named(reading, "", Known.NOTHING);
    if (named.identifiers.isEmpty()) {
      throw reading.broken(reading.first(), Field.BUYER, "names_nobody", "No name that can join.");
    }
    Identifier strongest = named.identifiers.getFirst();
    var about = new LinkedHashMap<String, Value>();
    if (!reading.text(Field.LEVEL).isEmpty()) {
      about.put("level", Value.of(reading.text(Field.LEVEL)));
    }
    reading.first().properties().forEach((name, cell) -> about.put(name, Value.of(cell.text())));
    return new Event(
        cut("member:" + strongest.kind().wire() + ":" + strongest.value() + ":registered"),
        "member_registered",
        at,
        source,
        named.identifiers,
        Properties.of(about));
  }

  private Event event(Reading reading) {
    Instant at = reading.time(Field.AT, false);
    if (at == null) {
      throw reading.broken(reading.first(), Field.AT, "missing_value", "Nothing stands there.");
    }
    Named named = named(reading, "", Known.NOTHING);
    if (named.identifiers.isEmpty()) {
      throw reading.broken(reading.first(), Field.PHONE, "names_nobody", "No name that can join.");
    }
    var about = new LinkedHashMap<String, Value>();
    if (reading.first().cells().containsKey(Field.AMOUNT)) {
      about.put("amountFen", Value.of(reading.amount(reading.first(), Field.AMOUNT, 0)));
    }
    for (Field field : List.of(Field.ORDER_ID, Field.SKU, Field.STORE)) {
      if (!reading.text(field).isEmpty()) {
        about.put(field.wire(), Value.of(reading.text(field)));
      }
    }
    reading.first().properties().forEach((name, cell) -> about.put(name, Value.of(cell.text())));
    String id = reading.text(Field.ID);
    Identifier strongest = named.identifiers.getFirst();
    return new Event(
        cut(map.event() + ":" + (id.isEmpty() ? strongest.value() + ":" + at.toEpochMilli() : id)),
        map.event(),
        at,
        source,
        named.identifiers,
        Properties.of(about));
  }

  private static Item holder(Reading reading, Field field) {
    Item found = holderOrNull(reading, field);
    return found == null ? reading.first() : found;
  }

  private static @Nullable Item holderOrNull(Reading reading, Field field) {
    for (Item record : reading.records) {
      if (record.cells().containsKey(field)) {
        return record;
      }
    }
    return null;
  }

  private static @Nullable Instant first(@Nullable Instant... times) {
    for (Instant time : times) {
      if (time != null) {
        return time;
      }
    }
    return null;
  }

  private static String cut(String id) {
    return id.length() <= 120 ? id : id.substring(0, 111) + Integer.toHexString(id.hashCode());
  }

  private Properties properties(Reading reading, String order, Map<String, Value> about) {
    var all = new LinkedHashMap<>(about);
    reading.first().properties().forEach((name, cell) -> all.put(name, Value.of(cell.text())));
    all.put("orderId", Value.of(order));
    all.put("shop", Value.of(shop));
    for (Field field : List.of(Field.PROVINCE, Field.CITY, Field.STORE)) {
      String text = reading.text(field);
      if (!text.isEmpty() && text.indexOf('*') < 0 && !Phones.sealed(text)) {
        all.put(field.wire(), Value.of(text));
      }
    }
    return Properties.of(all);
  }

  /// @param anonymous whether nothing that joins was there
  private record Named(List<Identifier> identifiers, boolean anonymous) {}

  private Identifier ofOrder(String order) {
    return Identifier.of(IdentifierKind.CUSTOMER_ID, shop + ":order", order);
  }

  /// Who it is about: what joins, and what is only kept.
  ///
  /// An order that names nobody in a way that joins is taken under its own number: two strangers
  /// with one masked phone stay two people.
  private Named named(Reading reading, String order, Known known) {
    Set<Identifier> joins = new LinkedHashSet<>();
    Set<Identifier> kept = new LinkedHashSet<>();
    scoped(reading, Field.MEMBER_NUMBER, IdentifierKind.MEMBER_NUMBER, "", joins);
    scoped(reading, Field.CUSTOMER_ID, IdentifierKind.CUSTOMER_ID, shop, joins);
    String buyer = reading.text(Field.BUYER);
    if (Phones.framed(buyer)) {
      reading.note("buyer_sealed");
      kept.add(code("buyer", buyer));
    } else if (buyer.indexOf('*') >= 0) {
      reading.note("buyer_masked");
    } else if (!buyer.isEmpty()) {
      joins.add(Identifier.of(IdentifierKind.BUYER_ID, shop, buyer));
    }
    scoped(reading, Field.OPEN_BUYER, IdentifierKind.BUYER_ID, shop + ":open", joins);
    String receiver = reading.text(Field.RECEIVER);
    boolean nameLends = Phones.nameLends(receiver);
    switch (Phones.of(reading.text(Field.PHONE), lent || nameLends)) {
      case Phones.Found.Phone(Identifier phone) -> joins.add(phone);
      case Phones.Found.Masked(Identifier masked) -> {
        kept.add(masked);
        reading.note("phone_masked");
      }
      case Phones.Found.Lent() -> reading.note("phone_lent");
      case Phones.Found.Sealed() -> {
        kept.add(code("phone", reading.text(Field.PHONE)));
        reading.note("phone_sealed");
      }
      case Phones.Found.Unusable() -> reading.note("phone_unusable");
      case Phones.Found.Nothing() -> reading.note("phone_missing");
    }
    String oaid = reading.text(Field.RECEIVER_CODE);
    if (!oaid.isEmpty()) {
      kept.add(code("oaid", oaid));
    }
    String email = reading.text(Field.EMAIL);
    if (email.indexOf('@') > 0 && email.indexOf('*') < 0) {
      kept.add(Identifier.of(IdentifierKind.EMAIL, email));
    }
    String region = region(reading);
    if (!receiver.isEmpty() && !region.isEmpty() && !Phones.sealed(receiver)) {
      String name = Phones.name(receiver);
      if (!name.isEmpty() && name.length() <= 60) {
        kept.add(Identifier.of(IdentifierKind.NAME_REGION, name + "|" + region));
      }
    }
    boolean anonymous = joins.isEmpty() && !order.isEmpty();
    if (anonymous) {
      joins.add(ofOrder(order));
      if (!known.anonymous()) {
        reading.note("names_nobody");
      }
    }
    var all = new ArrayList<>(joins);
    // Alone they would be a person: whoever shares them would be the same one.
    if (!joins.isEmpty()) {
      all.addAll(kept);
    }
    return new Named(List.copyOf(all), anonymous);
  }

  private static String region(Reading reading) {
    String province = reading.text(Field.PROVINCE);
    String city = reading.text(Field.CITY);
    if (!province.isEmpty() || !city.isEmpty()) {
      return province + city;
    }
    // An address in one column: province and city stand before its second blank.
    String[] words = reading.text(Field.ADDRESS).split("\\s+");
    return words.length >= 2 && words[0].indexOf('*') < 0 ? words[0] + words[1] : "";
  }

  private void scoped(
      Reading reading, Field field, IdentifierKind kind, String scope, Set<Identifier> into) {
    String text = reading.text(field);
    if (!text.isEmpty() && text.indexOf('*') < 0 && !Phones.framed(text) && text.length() <= 256) {
      into.add(Identifier.of(kind, scope, text));
    }
  }

  /// Ciphertext and codes, told apart by shop and by what they stand for. Long ones are cut: they
  /// are recognised, never opened.
  private Identifier code(String what, String text) {
    String value =
        text.length() <= LONGEST_CODE
            ? text
            : text.substring(0, LONGEST_CODE - 9) + "~" + Integer.toHexString(text.hashCode());
    return Identifier.of(IdentifierKind.RECEIVER_CODE, shop + "|" + what + "|" + value);
  }
}
