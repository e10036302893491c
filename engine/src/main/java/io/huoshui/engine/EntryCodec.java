package io.huoshui.engine;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.insight.Uplift;
import io.huoshui.journey.Steering;
import io.huoshui.reach.Channel.Outcome;
import io.huoshui.trial.Pilot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// Entries as bytes. Every entry carries its own words, so any one can be read alone; words that
/// repeat within one entry are written once.
final class EntryCodec {
  private static final int FORMAT = 1;
  private static final IdentifierKind[] KINDS = IdentifierKind.values();
  private static final Steering[] STEERINGS = Steering.values();
  private static final Pilot.Act[] ACTS = Pilot.Act.values();
  private static final Pilot.Why[] WHYS = Pilot.Why.values();
  private static final Entry.Definition[] DEFINITIONS = Entry.Definition.values();

  private EntryCodec() {}

  static byte[] write(Entry entry) {
    var out = new Bytes();
    out.putByte(FORMAT);
    switch (entry) {
      case Entry.Configured(long nowMs, String zone, String linkBase) -> {
        head(out, 10, nowMs);
        out.putText(zone);
        out.putText(linkBase);
      }
      case Entry.Events(long nowMs, List<Event> events) -> {
        head(out, 1, nowMs);
        var words = new HashMap<String, Integer>();
        out.putWhole(events.size());
        for (Event event : events) {
          write(event, out, words);
        }
      }
      case Entry.Published(
              long nowMs,
              Entry.Definition kind,
              String name,
              int version,
              String json) -> {
        head(out, 2, nowMs);
        out.putByte(kind.ordinal());
        out.putText(name);
        out.putWhole(version);
        out.putText(json);
      }
      case Entry.Frozen(
              long nowMs,
              String audience,
              String segment,
              String text,
              String who,
              boolean again) -> {
        head(out, 16, nowMs);
        out.putText(audience);
        out.putText(segment);
        out.putText(text);
        out.putText(who);
        out.putByte(again ? 1 : 0);
      }
      case Entry.Retired(long nowMs, Entry.Definition kind, String name) -> {
        head(out, 13, nowMs);
        out.putByte(kind.ordinal());
        out.putText(name);
      }
      case Entry.Chosen(
              long nowMs,
              String audience,
              String text,
              String who,
              boolean again,
              RoaringBitmap members) -> {
        head(out, 17, nowMs);
        out.putText(audience);
        out.putText(text);
        out.putText(who);
        out.putByte(again ? 1 : 0);
        out.putBitmap(members);
      }
      case Entry.Tagged(
              long nowMs,
              String tag,
              boolean on,
              String source,
              String who,
              String why,
              RoaringBitmap members) -> {
        head(out, 15, nowMs);
        out.putText(tag);
        out.putByte(on ? 1 : 0);
        out.putText(source);
        out.putText(who);
        out.putText(why);
        out.putBitmap(members);
      }
      case Entry.Launched(long nowMs, String journey) -> {
        head(out, 4, nowMs);
        out.putText(journey);
      }
      case Entry.Called(long nowMs, String journey, String key, RoaringBitmap members) -> {
        head(out, 18, nowMs);
        out.putText(journey);
        out.putText(key);
        out.putBitmap(members);
      }
      case Entry.Steered(long nowMs, String journey, Steering steering, String who) -> {
        head(out, 19, nowMs);
        out.putText(journey);
        out.putByte(steering.ordinal());
        out.putText(who);
      }
      case Entry.Migrated(
              long nowMs,
              String journey,
              int version,
              Map<String, String> to,
              String who) -> {
        head(out, 20, nowMs);
        out.putText(journey);
        out.putWhole(version);
        out.putWhole(to.size());
        new TreeMap<>(to)
            .forEach(
                (step, target) -> {
                  out.putText(step);
                  out.putText(target);
                });
        out.putText(who);
      }
      case Entry.Piloted piloted -> {
        head(out, 21, piloted.nowMs());
        out.putText(piloted.journey());
        write(piloted.act(), piloted.why(), piloted.measured(), piloted.roi(), piloted.who(), out);
        out.putBitmap(piloted.cohort());
      }
      case Entry.Ticked(long nowMs) -> head(out, 5, nowMs);
      case Entry.Resumed(long nowMs) -> head(out, 12, nowMs);
      case Entry.Joined(
              long nowMs,
              Identifier one,
              Identifier other,
              String decision,
              String who) -> {
        head(out, 6, nowMs);
        write(one, out);
        write(other, out);
        out.putText(decision);
        out.putText(who);
      }
      case Entry.Severed(long nowMs, int link, String who) -> {
        head(out, 7, nowMs);
        out.putWhole(link);
        out.putText(who);
      }
      case Entry.HandedOver(long nowMs, String batch, List<String> keys) -> {
        head(out, 8, nowMs);
        out.putText(batch);
        out.putWhole(keys.size());
        keys.forEach(out::putText);
      }
      case Entry.Answered(long nowMs, String batch, List<Outcome> outcomes) -> {
        head(out, 9, nowMs);
        out.putText(batch);
        out.putWhole(outcomes.size());
        for (Outcome outcome : outcomes) {
          write(outcome, out);
        }
      }
      case Entry.Staffed(long nowMs, String guide, boolean left, String successor, String who) -> {
        head(out, 30, nowMs);
        out.putText(guide);
        out.putByte(left ? 1 : 0);
        out.putText(successor);
        out.putText(who);
      }
      case Entry.Recalled(long nowMs, List<String> keys) -> {
        head(out, 31, nowMs);
        out.putWhole(keys.size());
        keys.forEach(out::putText);
      }
      case Entry.Erased(long nowMs, List<Integer> nodes, String who) -> {
        head(out, 11, nowMs);
        out.putWhole(nodes.size());
        nodes.forEach(out::putWhole);
        out.putText(who);
      }
    }
    return out.copy();
  }

  /// What was decided, without when and for how many.
  static void write(
      Pilot.Act act,
      Pilot.Why why,
      Pilot.Measured measured,
      Pilot.@Nullable Roi roi,
      String who,
      Bytes out) {
    out.putByte(act.ordinal());
    out.putByte(why.ordinal());
    for (Uplift.Arm arm : List.of(measured.treated(), measured.heldOut())) {
      out.putWhole(arm.people());
      out.putDouble(arm.sum());
      out.putDouble(arm.sumOfSquares());
    }
    out.putSigned(measured.costFen());
    out.putSigned(measured.spentFen());
    out.putByte(roi == null ? 0 : 1);
    if (roi != null) {
      out.putDouble(roi.estimate());
      out.putDouble(roi.low());
      out.putDouble(roi.high());
    }
    out.putText(who);
  }

  static Pilot.Decided decided(Bytes in, long atMs, long people) {
    Pilot.Act act = ACTS[in.takeByte()];
    Pilot.Why why = WHYS[in.takeByte()];
    var treated = new Uplift.Arm(in.takeWhole(), in.takeDouble(), in.takeDouble());
    var heldOut = new Uplift.Arm(in.takeWhole(), in.takeDouble(), in.takeDouble());
    var measured = new Pilot.Measured(treated, heldOut, in.takeSigned(), in.takeSigned());
    Pilot.Roi roi =
        in.takeByte() == 0
            ? null
            : new Pilot.Roi(in.takeDouble(), in.takeDouble(), in.takeDouble());
    return new Pilot.Decided(
        Instant.ofEpochMilli(atMs), act, why, people, measured, roi, in.takeText());
  }

  private static void head(Bytes out, int type, long nowMs) {
    out.putByte(type);
    out.putSigned(nowMs);
  }

  /// A word that came before is a number above zero; a new one is zero and the word.
  static void word(String word, Bytes out, Map<String, Integer> words) {
    Integer known = words.putIfAbsent(word, words.size() + 1);
    if (known == null) {
      out.putWhole(0);
      out.putText(word);
    } else {
      out.putWhole(known);
    }
  }

  static String word(Bytes in, List<String> words) {
    int number = in.takeInt();
    if (number > 0) {
      return words.get(number - 1);
    }
    String word = in.takeText().intern();
    words.add(word);
    return word;
  }

  private static void write(Event event, Bytes out, Map<String, Integer> words) {
    out.putText(event.id());
    word(event.name(), out, words);
    out.putSigned(event.time().toEpochMilli());
    word(event.source(), out, words);
    out.putWhole(event.identifiers().size());
    for (Identifier identifier : event.identifiers()) {
      out.putByte(identifier.kind().ordinal());
      word(identifier.scope(), out, words);
      out.putText(identifier.value());
    }
    Properties properties = event.properties();
    out.putWhole(properties.size());
    for (int i = 0; i < properties.size(); i++) {
      word(properties.key(i), out, words);
      write(properties.value(i), out);
    }
  }

  static void write(Value value, Bytes out) {
    out.putValue(value);
  }

  static Value value(Bytes in) {
    return in.takeValue();
  }

  private static void write(Identifier identifier, Bytes out) {
    out.putByte(identifier.kind().ordinal());
    out.putText(identifier.scope());
    out.putText(identifier.value());
  }

  private static Identifier identifier(Bytes in) {
    return new Identifier(KINDS[in.takeByte()], in.takeText(), in.takeText());
  }

  private static void write(Outcome outcome, Bytes out) {
    switch (outcome) {
      case Outcome.Accepted(String platformId) -> {
        out.putByte(0);
        out.putText(platformId);
      }
      case Outcome.Refused(String code, String why) -> {
        out.putByte(1);
        out.putText(code);
        out.putText(why);
      }
      case Outcome.Later(String code, String why, int afterSeconds) -> {
        out.putByte(2);
        out.putText(code);
        out.putText(why);
        out.putWhole(afterSeconds);
      }
      case Outcome.Unknown(String why) -> {
        out.putByte(3);
        out.putText(why);
      }
      case Outcome.Absent() -> out.putByte(4);
      case Outcome.Poisoned(String code, String why) -> {
        out.putByte(5);
        out.putText(code);
        out.putText(why);
      }
      case Outcome.Halted(String code, String why) -> {
        out.putByte(6);
        out.putText(code);
        out.putText(why);
      }
    }
  }

  private static Outcome outcome(Bytes in) {
    int type = in.takeByte();
    return switch (type) {
      case 0 -> new Outcome.Accepted(in.takeText());
      case 1 -> new Outcome.Refused(in.takeText(), in.takeText());
      case 2 -> new Outcome.Later(in.takeText(), in.takeText(), in.takeInt());
      case 3 -> new Outcome.Unknown(in.takeText());
      case 4 -> new Outcome.Absent();
      case 5 -> new Outcome.Poisoned(in.takeText(), in.takeText());
      case 6 -> new Outcome.Halted(in.takeText(), in.takeText());
      default ->
          throw new EngineException(EngineException.Code.LOG_DAMAGED, "No outcome type " + type);
    };
  }

  static Entry read(byte[] bytes) {
    Bytes in = Bytes.reading(bytes, 0, bytes.length);
    int format = in.takeByte();
    if (format != FORMAT) {
      throw new EngineException(
          EngineException.Code.LOG_DAMAGED,
          "The log has format " + format + ", this version reads " + FORMAT);
    }
    int type = in.takeByte();
    long nowMs = in.takeSigned();
    return switch (type) {
      case 1 -> {
        int count = in.takeInt();
        var events = new ArrayList<Event>(count);
        var words = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
          events.add(event(in, words));
        }
        yield new Entry.Events(nowMs, events);
      }
      case 2 ->
          new Entry.Published(
              nowMs, DEFINITIONS[in.takeByte()], in.takeText(), in.takeInt(), in.takeText());
      // As logs of the first version have them.
      case 3 -> new Entry.Frozen(nowMs, in.takeText(), in.takeText());
      case 14 -> new Entry.Chosen(nowMs, in.takeText(), in.takeText(), in.takeBitmap());
      case 16 ->
          new Entry.Frozen(
              nowMs,
              in.takeText(),
              in.takeText(),
              in.takeText(),
              in.takeText(),
              in.takeByte() == 1);
      case 17 ->
          new Entry.Chosen(
              nowMs,
              in.takeText(),
              in.takeText(),
              in.takeText(),
              in.takeByte() == 1,
              in.takeBitmap());
      case 15 ->
          new Entry.Tagged(
              nowMs,
              in.takeText(),
              in.takeByte() == 1,
              in.takeText(),
              in.takeText(),
              in.takeText(),
              in.takeBitmap());
      case 4 -> new Entry.Launched(nowMs, in.takeText());
      case 18 -> new Entry.Called(nowMs, in.takeText(), in.takeText(), in.takeBitmap());
      case 19 -> new Entry.Steered(nowMs, in.takeText(), STEERINGS[in.takeByte()], in.takeText());
      case 20 -> {
        String journey = in.takeText();
        int version = in.takeInt();
        var to = new HashMap<String, String>();
        for (int left = in.takeInt(); left > 0; left--) {
          to.put(in.takeText(), in.takeText());
        }
        yield new Entry.Migrated(nowMs, journey, version, to, in.takeText());
      }
      case 21 -> {
        String journey = in.takeText();
        Pilot.Decided decided = decided(in, nowMs, 0);
        yield new Entry.Piloted(
            nowMs,
            journey,
            decided.act(),
            decided.why(),
            decided.measured(),
            decided.roi(),
            decided.who(),
            in.takeBitmap());
      }
      case 5 -> new Entry.Ticked(nowMs);
      case 6 ->
          new Entry.Joined(nowMs, identifier(in), identifier(in), in.takeText(), in.takeText());
      case 7 -> new Entry.Severed(nowMs, in.takeInt(), in.takeText());
      case 8 -> {
        String batch = in.takeText();
        int count = in.takeInt();
        var keys = new ArrayList<String>(count);
        for (int i = 0; i < count; i++) {
          keys.add(in.takeText());
        }
        yield new Entry.HandedOver(nowMs, batch, keys);
      }
      case 9 -> {
        String batch = in.takeText();
        int count = in.takeInt();
        var outcomes = new ArrayList<Outcome>(count);
        for (int i = 0; i < count; i++) {
          outcomes.add(outcome(in));
        }
        yield new Entry.Answered(nowMs, batch, outcomes);
      }
      case 30 ->
          new Entry.Staffed(nowMs, in.takeText(), in.takeByte() == 1, in.takeText(), in.takeText());
      case 31 -> {
        int count = in.takeInt();
        var keys = new ArrayList<String>(count);
        for (int i = 0; i < count; i++) {
          keys.add(in.takeText());
        }
        yield new Entry.Recalled(nowMs, keys);
      }
      case 12 -> new Entry.Resumed(nowMs);
      case 13 -> new Entry.Retired(nowMs, DEFINITIONS[in.takeByte()], in.takeText());
      case 10 -> new Entry.Configured(nowMs, in.takeText(), in.takeText());
      case 11 -> {
        int count = in.takeInt();
        var nodes = new ArrayList<Integer>(count);
        for (int i = 0; i < count; i++) {
          nodes.add(in.takeInt());
        }
        yield new Entry.Erased(nowMs, nodes, in.takeText());
      }
      default ->
          throw new EngineException(EngineException.Code.LOG_DAMAGED, "No entry type " + type);
    };
  }

  private static Event event(Bytes in, List<String> words) {
    String id = in.takeText();
    String name = word(in, words);
    Instant time = Instant.ofEpochMilli(in.takeSigned());
    String source = word(in, words);
    int count = in.takeInt();
    var identifiers = new ArrayList<Identifier>(count);
    for (int i = 0; i < count; i++) {
      IdentifierKind kind = KINDS[in.takeByte()];
      identifiers.add(new Identifier(kind, word(in, words), in.takeText()));
    }
    int properties = in.takeInt();
    String[] keys = new String[properties];
    Value[] values = new Value[properties];
    for (int i = 0; i < properties; i++) {
      keys[i] = word(in, words);
      values[i] = value(in);
    }
    return new Event(id, name, time, source, identifiers, Properties.of(keys, values, properties));
  }
}
