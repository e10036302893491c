package io.huoshui.engine.columns;

import io.huoshui.engine.Dice;
import io.huoshui.engine.Lives;
import io.huoshui.engine.Seal;
import io.huoshui.event.Event;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.profile.EventList;
import io.huoshui.profile.Person;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Window;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/// Random people of one block, as plain events and as columns; with values nobody would expect, and
/// times at the edges of windows.
final class Crowd {
  static final Seal SEAL = new Seal(new byte[32]);
  private static final List<String> KEYS =
      List.of(
          "amountFen",
          "sku",
          "category",
          "quantity",
          "weight",
          "tag",
          "choice",
          "channel",
          "city",
          "age",
          "orderId",
          "name",
          "lat",
          "lon",
          "group",
          "birthday");

  final Dice dice;
  final Instant now;
  final ZoneId zone;
  final Words words = new Words();
  final int first;
  final int stride;

  /// Per local, in order.
  final List<List<Event>> events = new ArrayList<>();

  /// The node of each event.
  final List<List<Integer>> nodes = new ArrayList<>();

  /// The edges events are put at.
  final List<Window.Span> edges = new ArrayList<>();

  Crowd(Dice dice, Instant now, ZoneId zone, int span, int most) {
    this.dice = dice;
    this.now = now;
    this.zone = zone;
    this.first = dice.roll(1000);
    this.stride = dice.between(1, 3);
    for (String window :
        List.of("0d", "1d", "7d", "30d", "90d", "150d", "180d", "360d", "730d", "48h", "5h")) {
      edges.add(Window.last(window).at(now, zone));
    }
    // Keys that have learned enough: their new texts are the block's own.
    for (String key : KEYS) {
      if (dice.chance(30)) {
        int code = words.key(key);
        for (int i = 0; i < Words.MOST_TEXTS_PER_KEY; i++) {
          words.text(code, key + i);
        }
      }
    }
    var lives = new Lives(dice);
    for (int local = 0; local < span; local++) {
      var own = new ArrayList<Event>();
      int count = dice.chance(10) ? 0 : dice.between(1, most);
      for (int i = 0; i < count; i++) {
        Event event = strange(lives.event(now));
        // Sometimes exactly as long after another as rules say within.
        own.add(i > 0 && dice.chance(15) ? after(own.get(i - 1), event) : event);
      }
      List<Event> sorted = new EventList(own).events();
      events.add(sorted);
      var ofEvents = new ArrayList<Integer>();
      int few = dice.chance(5) ? 50 : 3;
      for (int i = 0; i < sorted.size(); i++) {
        ofEvents.add(1_000_000 + local * 3 + dice.roll(few));
      }
      nodes.add(ofEvents);
    }
  }

  private Event after(Event one, Event other) {
    long ms = dice.of(1_800_000L, 18_000_000L, 172_800_000L);
    return new Event(
        other.id(),
        other.name(),
        one.time().plusMillis(ms),
        other.source(),
        other.identifiers(),
        other.properties());
  }

  private Event strange(Event event) {
    Instant time = event.time();
    if (dice.chance(15)) {
      Window.Span span = dice.of(edges);
      time = Instant.ofEpochMilli(dice.of(span.fromMs(), span.toMs()) + dice.between(-2, 1));
    }
    Properties properties = event.properties();
    if (dice.chance(20)) {
      for (int left = dice.between(1, 3); left > 0; left--) {
        boolean known = properties.size() > 0 && dice.chance(50);
        properties = properties.with(known ? dice.of(properties.keys()) : dice.of(KEYS), value(2));
      }
    }
    return new Event(
        event.id(), event.name(), time, event.source(), event.identifiers(), properties);
  }

  /// Any value.
  Value value(int depth) {
    return switch (dice.roll(depth > 0 ? 9 : 8)) {
      case 0 -> Value.of(dice.of("milk", "yogurt", "5", "0", "-0.0", "true", "", "?", "1.5"));
      case 1 -> Value.of(dice.text(5));
      case 2 -> Value.of("long ".repeat(20) + dice.roll(3));
      case 3 -> Value.of((long) dice.between(-3, 30));
      case 4 -> Value.of((long) dice.of(Long.MAX_VALUE, Long.MIN_VALUE, 1L << 60, -1L, 9_900L));
      case 5 -> Value.of((double) dice.of(0.0, -0.0, 1.5, 0.1, 1e308, -1e308, 5.0, 1e-9, 9900.0));
      case 6 -> Value.of(dice.chance(50));
      case 7 -> Value.of(dice.of("vip", "sms", "上海", "sku1"));
      default -> new Value.Many(dice.list(0, 3, () -> value(depth - 1)));
    };
  }

  /// All of it written at once.
  BlockWriter written() {
    var writer = new BlockWriter(words, first, stride, events.size());
    for (int local = 0; local < events.size(); local++) {
      if (!events.get(local).isEmpty() || dice.chance(50)) {
        writer.local(local);
        for (int i = 0; i < events.get(local).size(); i++) {
          write(writer, local, i);
        }
      }
    }
    return writer;
  }

  private void write(BlockWriter writer, int local, int index) {
    Event event = events.get(local).get(index);
    writer.event(
        event.time().toEpochMilli(),
        words.name(event.name()),
        words.source(event.source()),
        nodes.get(local).get(index));
    Properties properties = event.properties();
    for (int i = 0; i < properties.size(); i++) {
      writer.property(words.key(properties.key(i)), properties.value(i));
    }
  }

  /// A part of it written first, and the rest merged into that.
  BlockWriter merged() {
    var early = new BlockWriter(words, first, stride, events.size());
    var isEarly = new boolean[events.size()][];
    int percent = dice.of(0, 50, 90, 97);
    for (int local = 0; local < events.size(); local++) {
      isEarly[local] = new boolean[events.get(local).size()];
      early.local(local);
      boolean untouched = dice.chance(50);
      for (int i = 0; i < isEarly[local].length; i++) {
        isEarly[local][i] = untouched || dice.chance(percent);
        if (isEarly[local][i]) {
          write(early, local, i);
        }
      }
    }
    Block old = Block.read(early.finish(SEAL, 1), words, SEAL);
    // Texts that were the block's own are learned meanwhile, under another key.
    int key = words.key("learns");
    for (String text : List.of("milk", "vip", "sms", "上海", "5", "sku1")) {
      words.text(key, text);
    }
    var writer = new BlockWriter(words, first, stride, events.size());
    int local = 0;
    while (local < events.size()) {
      int to = local;
      while (to < events.size() && all(isEarly[to])) {
        to++;
      }
      writer.copyLocals(old, local, to, 0);
      if (to < events.size()) {
        merge(writer, old, to, isEarly[to]);
      }
      local = to + 1;
    }
    return writer;
  }

  private static boolean all(boolean[] flags) {
    for (boolean flag : flags) {
      if (!flag) {
        return false;
      }
    }
    return true;
  }

  private void merge(BlockWriter writer, Block old, int local, boolean[] isEarly) {
    writer.local(local);
    int row = old.rowsFrom(local);
    int i = 0;
    while (i < isEarly.length) {
      int from = row;
      for (; i < isEarly.length && isEarly[i]; i++) {
        row++;
      }
      writer.copy(old, from, row);
      for (; i < isEarly.length && !isEarly[i]; i++) {
        write(writer, local, i);
      }
    }
  }

  /// Written whichever way.
  Block block() {
    MemorySegment image = (dice.chance(50) ? written() : merged()).finish(SEAL, 2);
    return Block.read(image, words, SEAL);
  }

  /// What no event says.
  Facts facts() {
    return new Facts() {
      @Override
      public boolean has(int ordinal, IdentifierKind kind) {
        return (ordinal * 31 + kind.ordinal() * 7) % 3 == 0;
      }

      @Override
      public boolean inAudience(int ordinal, String audience) {
        return (ordinal * 17 + audience.length()) % 4 == 0;
      }

      @Override
      public boolean onJourney(int ordinal, String journey, Person.Standing standing) {
        return (ordinal * 13 + standing.ordinal()) % 3 == 0;
      }

      @Override
      public int profile(int ordinal) {
        return ordinal;
      }
    };
  }

  /// One of them as core sees a person.
  Person person(int local) {
    int ordinal = first + local * stride;
    Timeline timeline = new EventList(events.get(local));
    Facts facts = facts();
    return new Person() {
      @Override
      public int profile() {
        return ordinal;
      }

      @Override
      public Timeline timeline() {
        return timeline;
      }

      @Override
      public boolean has(IdentifierKind kind) {
        return facts.has(ordinal, kind);
      }

      @Override
      public boolean inAudience(String audience) {
        return facts.inAudience(ordinal, audience);
      }

      @Override
      public boolean inSegment(String segment, Instant now) {
        throw new AssertionError("A rule over blocks is whole");
      }

      @Override
      public boolean onJourney(String journey, Standing standing) {
        return standing == Standing.CLICKED
            ? Person.clicked(timeline, journey)
            : facts.onJourney(ordinal, journey, standing);
      }

      @Override
      public List<String> traitNames() {
        return List.of();
      }
    };
  }

  static final List<String> ZONES =
      List.of(
          "Asia/Kathmandu",
          "America/St_Johns",
          "Europe/Berlin",
          "Australia/Lord_Howe",
          "Asia/Shanghai");

  /// Few with little, sometimes few with more events than a word has bits, and now and then more
  /// than one stretch of a run holds.
  static Crowd any(long seed) {
    return seed % 60 == 0
        ? any(seed, 800, 40)
        : seed % 10 == 3 ? any(seed, 9, 200) : any(seed, 80, 22);
  }

  /// Somewhere, some time: often at a whole hour, or just before the clocks change.
  static Crowd any(long seed, int span, int most) {
    var dice = new Dice(seed);
    ZoneId zone = ZoneId.of(ZONES.get((int) (seed % ZONES.size())));
    Instant now = Instant.parse("2026-03-05T08:00:00Z").plusMillis(dice.roll(300) * 3_600_000L);
    if (dice.chance(50)) {
      now = now.plusMillis(dice.roll(3_600_000));
    }
    return new Crowd(dice, now, zone, span, most);
  }
}
