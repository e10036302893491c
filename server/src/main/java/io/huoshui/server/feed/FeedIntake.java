package io.huoshui.server.feed;

import io.huoshui.engine.Engine;
import io.huoshui.event.Event;
import io.huoshui.event.Intake;
import io.huoshui.feed.Deeds;
import io.huoshui.feed.Defect;
import io.huoshui.feed.FeedMap;
import io.huoshui.feed.Known;
import io.huoshui.feed.Records;
import io.huoshui.json.Json;
import io.huoshui.platforms.feed.Signatures;
import io.huoshui.platforms.feed.SourceException;
import io.huoshui.platforms.feed.VendorMaps;
import io.huoshui.server.access.Problem;
import io.huoshui.server.access.Sealed;
import io.huoshui.server.feed.FeedStore.Feed;
import io.huoshui.server.feed.FeedStore.Quarantined;
import io.huoshui.server.flow.Time;
import io.huoshui.server.profile.Forgotten;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;

/// The one way of records into the engine, whatever they came by.
///
/// The ledger of orders is written after the engine has the events: after a crash in between, the
/// same events are made again and dropped as duplicates by source and id. What is given back is a
/// difference to the ledger, so that is announced there before.
@Service
class FeedIntake {
  /// In the quarantine: the number of an order that nobody has seen yet.
  private static final String WANTED = "wanted";

  private final Engine engine;
  private final Time time;
  private final FeedStore store;
  private final Sealed sealed;

  /// Two ways of one order at once would both find the ledger without it.
  private final ReentrantLock one = new ReentrantLock();

  FeedIntake(Engine engine, Time time, FeedStore store, Sealed sealed) {
    this.engine = engine;
    this.time = time;
    this.store = store;
    this.sealed = sealed;
  }

  /// The present of feeds: the engine's, or the wall's.
  Instant now() {
    return time.virtual() ? engine.now() : Instant.now();
  }

  /// Records of one order with what they were made of, for the quarantine.
  record Group(List<Records.Item> items, Json raw, @Nullable Defect unreadable) {
    Group {
      items = List.copyOf(items);
    }

    /// Whether it came by an API or a push, where a record has no line that tells it from others.
    boolean lineless() {
      return unreadable == null && !items.isEmpty() && items.getFirst().line() == 0;
    }

    /// The order's number, else a digest of the record.
    String recordId() {
      String order = items.isEmpty() ? "" : items.getFirst().group();
      return order.isEmpty() ? Signatures.hmac("HmacSHA256", "record", raw.write()) : order;
    }
  }

  record Taken(long records, long events, long duplicates, long quarantined) {
    static final Taken NOTHING = new Taken(0, 0, 0, 0);

    Taken and(Taken more) {
      return new Taken(
          records + more.records,
          events + more.events,
          duplicates + more.duplicates,
          quarantined + more.quarantined);
    }
  }

  FeedMap map(Feed feed) {
    if (feed.map() != null) {
      return FeedMap.read(Json.parse(feed.map()));
    }
    VendorMaps.Vendor vendor = VendorMaps.find(feed.vendor());
    FeedMap map = vendor == null ? null : vendor.maps().get(feed.kind());
    if (map == null) {
      throw Problem.of(
              HttpStatus.CONFLICT,
              "no_map",
              "Feed '" + feed.name() + "' has no map for its records.")
          .next("PUT /api/v1/feeds/" + feed.name() + " with a map.")
          .thrown();
    }
    return map;
  }

  Deeds deeds(Feed feed, FeedMap map) {
    VendorMaps.Vendor vendor = VendorMaps.find(feed.vendor());
    return new Deeds(map, feed.source(), feed.shop(), vendor != null && vendor.lent());
  }

  /// Objects of an API or a push, each an order.
  List<Group> ofJson(FeedMap map, List<Json> records) {
    return records.stream()
        .map(record -> new Group(Records.ofJson(map, record), Json.object("json", record), null))
        .toList();
  }

  /// @param file where it came from: a file's name, `api`, `push`
  Taken take(Feed feed, String file, List<Group> groups) {
    one.lock();
    try {
      return take(feed, map(feed), file, groups);
    } finally {
      one.unlock();
    }
  }

  private Taken take(Feed feed, FeedMap map, String file, List<Group> groups) {
    Deeds deeds = deeds(feed, map);
    var orders = new LinkedHashSet<String>();
    groups.forEach(group -> group.items.forEach(item -> orders.add(item.group())));
    Map<String, Known> before = store.known(feed.source(), feed.shop(), orders);
    Map<String, Known> known = new HashMap<>(before);
    var after = new HashMap<String, Known>();
    var events = new ArrayList<Event>();
    var notes = new TreeMap<String, Integer>();
    long quarantined = 0;
    Instant newest = null;
    Instant now = now();
    var catalogue = engine.catalogue();
    List<String> again = groups.stream().filter(Group::lineless).map(Group::recordId).toList();
    if (!again.isEmpty()) {
      store.superseded(feed.name(), again);
    }
    for (Group group : groups) {
      if (group.unreadable != null) {
        quarantine(feed, file, group, group.unreadable, now);
        quarantined++;
        continue;
      }
      String order = group.items.isEmpty() ? "" : group.items.getFirst().group();
      Deeds.Outcome outcome = deeds.of(group.items, known.getOrDefault(order, Known.NOTHING));
      List<Defect> defects = new ArrayList<>(outcome.defects());
      for (Event event : outcome.events()) {
        Intake.Verdict.Rejected rejected = Intake.check(event, catalogue, now);
        if (rejected != null) {
          defects.add(
              new Defect(
                  group.items.getFirst().line(),
                  rejected.field(),
                  rejected.value(),
                  rejected.code(),
                  rejected.why() + " Allowed: " + rejected.allowed() + "."));
        }
      }
      if (!defects.isEmpty()) {
        for (Defect defect : defects) {
          quarantine(feed, file, group, defect, now);
        }
        quarantined++;
        continue;
      }
      outcome.notes().forEach((note, count) -> notes.merge(note, count, Integer::sum));
      events.addAll(outcome.events());
      for (Event event : outcome.events()) {
        newest = newest == null || event.time().isAfter(newest) ? event.time() : newest;
      }
      if (!order.isEmpty() && !outcome.known().equals(known.getOrDefault(order, Known.NOTHING))) {
        known.put(order, outcome.known());
        after.put(order, outcome.known());
      }
    }
    var announced = new HashMap<String, Known>();
    after.forEach(
        (order, is) -> {
          Known was = before.getOrDefault(order, Known.NOTHING);
          if (is.refundedFen() > was.refundedFen()) {
            announced.put(order, was.announcing(is.refundedFen()));
          }
        });
    store.know(feed.source(), feed.shop(), announced);
    BitSet taken = events.isEmpty() ? new BitSet() : engine.take(events);
    store.know(feed.source(), feed.shop(), after);
    long fresh = taken.cardinality();
    store.took(feed.name(), groups.size(), fresh, events.size() - fresh, newest, notes);
    return new Taken(groups.size(), fresh, events.size() - fresh, quarantined);
  }

  private void quarantine(Feed feed, String file, Group group, Defect defect, Instant now) {
    store.quarantine(
        feed.name(),
        new Quarantined(
            0,
            now,
            file,
            group.recordId(),
            defect.line(),
            defect.column(),
            defect.value(),
            defect.code(),
            defect.why(),
            sealed.seal(group.raw.write())));
  }

  /// An order that a push named and the platform does not give.
  void refused(Feed feed, String order, SourceException why) {
    store.superseded(feed.name(), List.of(order));
    store.quarantine(
        feed.name(),
        new Quarantined(
            0,
            now(),
            "api",
            order,
            0,
            "",
            order,
            "refused_by_platform",
            String.valueOf(why.getMessage()),
            sealed.seal(Json.object(WANTED, Json.of(order)).write())));
  }

  /// What was quarantined, once more, as the map is now. What becomes events leaves the quarantine.
  Taken again(Feed feed) {
    FeedMap map = map(feed);
    Taken all = Taken.NOTHING;
    // What comes back into the quarantine stands behind this, and is not tried twice.
    long last = store.lastQuarantined(feed.name());
    long after = 0;
    var done = new java.util.HashSet<String>();
    while (true) {
      List<Quarantined> some = store.quarantined(feed.name(), after, 500);
      if (some.isEmpty()) {
        return all;
      }
      for (Quarantined each : some) {
        after = each.id();
        if (after > last) {
          return all;
        }
        String raw = sealed.open(each.raw());
        if (Json.parse(raw) instanceof Json.Obj object
            && object.get(WANTED) instanceof Json.Str(String order)) {
          // Asked for with the next run.
          store.push(feed.name(), "", List.of(order), now());
          store.mended(each.id());
          continue;
        }
        Group group = group(map, each, Json.parse(raw));
        if (group == null) {
          continue;
        }
        // A record with two defects is there twice and taken once.
        store.mended(each.id());
        if (done.add(raw)) {
          all = all.and(take(feed, each.file(), List.of(group)));
        }
      }
      if (some.size() < 500) {
        return all;
      }
    }
  }

  private static @Nullable Group group(FeedMap map, Quarantined each, Json raw) {
    if (!(raw instanceof Json.Obj object)) {
      return null;
    }
    Json json = object.get("json");
    if (json != null) {
      return new Group(Records.ofJson(map, json), raw, null);
    }
    var items = new ArrayList<Records.Item>();
    if (object.get("rows") instanceof Json.Arr(List<Json> rows)) {
      for (Json row : rows) {
        Map<String, String> cells = FeedJson.cells(row);
        items.add(
            Records.ofRow(
                map,
                io.huoshui.feed.Headers.of(map, List.copyOf(cells.keySet())),
                each.line(),
                cells));
      }
    }
    return items.isEmpty() ? null : new Group(items, raw, null);
  }

  /// Somebody is erased: records in quarantine that name them will not become events any more.
  @EventListener
  void forgotten(Forgotten person) {
    if (person.known().isEmpty()) {
      return;
    }
    one.lock();
    try {
      store.forget(
          each ->
              person.namedIn(each.value())
                  || person.namedIn(each.why())
                  || person.namedIn(sealed.open(each.raw())));
    } finally {
      one.unlock();
    }
  }
}
