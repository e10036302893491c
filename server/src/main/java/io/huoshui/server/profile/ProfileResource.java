package io.huoshui.server.profile;

import io.huoshui.acquisition.FirstTouch;
import io.huoshui.engine.Engine;
import io.huoshui.engine.Questions;
import io.huoshui.event.Identifier;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.journey.Journey;
import io.huoshui.journey.Path;
import io.huoshui.journey.Position;
import io.huoshui.profile.Person;
import io.huoshui.profile.Personal;
import io.huoshui.profile.Rfm;
import io.huoshui.reach.Touchpoint;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Problem;
import io.huoshui.server.callback.Inbox;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// People. Personal data is masked; `reveal=true` shows it and is written into the audit.
@RestController
@RequestMapping("/api/v1/profiles")
class ProfileResource {
  private static final int MOST = 200;

  private final Engine engine;
  private final Audit audit;
  private final Inbox callbacks;

  private final ApplicationEventPublisher forgetting;

  ProfileResource(
      Engine engine, Audit audit, Inbox callbacks, ApplicationEventPublisher forgetting) {
    this.callbacks = callbacks;
    this.forgetting = forgetting;
    this.engine = engine;
    this.audit = audit;
  }

  record Name(String kind, String scope, String value) {}

  record Line(
      String id,
      @Nullable String name,
      List<Name> identifiers,
      int events,
      @Nullable Instant lastSeen,
      String lifecycle,
      int orders,
      long paidFen,
      @Nullable Integer daysSinceOrder) {}

  /// @param next the cursor of the next page, null on the last
  record Page(List<Line> items, @Nullable String next) {}

  @GetMapping
  Page search(
      @RequestParam(defaultValue = "") String query,
      @RequestParam(defaultValue = "") String cursor,
      @RequestParam(defaultValue = "50") int limit) {
    int most = bounded(limit);
    List<Questions.Line> lines = engine.ask().people(query, cursor(cursor), most);
    return page(lines, most);
  }

  static Page page(List<Questions.Line> lines, int most) {
    return new Page(
        lines.stream().map(ProfileResource::line).toList(),
        lines.size() < most ? null : "p" + lines.getLast().profile());
  }

  private static Line line(Questions.Line line) {
    return new Line(
        "p" + line.profile(),
        line.name() == null ? null : Personal.masked(line.name()),
        line.identifiers().stream().map(i -> name(i, false)).toList(),
        line.events(),
        line.last(),
        line.lifecycle().wire(),
        line.rfm() == null ? 0 : line.rfm().frequency(),
        line.rfm() == null ? 0 : line.rfm().monetaryFen(),
        line.rfm() == null ? null : line.rfm().recencyDays());
  }

  private static int bounded(int limit) {
    if (limit < 1 || limit > MOST) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_limit", "A page has a size.")
          .at("limit", String.valueOf(limit), "1 to " + MOST)
          .thrown();
    }
    return limit;
  }

  private static int cursor(String cursor) {
    return cursor.isEmpty() ? -1 : number(cursor, "cursor");
  }

  private static int number(String id, String field) {
    if (!id.matches("p\\d{1,9}")) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_profile", "A customer is named p and a number.")
          .at(field, id, "p0, p1, …")
          .thrown();
    }
    return Integer.parseInt(id.substring(1));
  }

  private static int index(String cursor) {
    if (!cursor.matches("\\d{1,9}")) {
      throw Problem.of(
              HttpStatus.BAD_REQUEST, "bad_cursor", "The cursor is not one this call gave.")
          .at("cursor", cursor, "what the page before answered as next")
          .thrown();
    }
    return Integer.parseInt(cursor);
  }

  private static Name name(Identifier identifier, boolean reveal) {
    return new Name(
        identifier.kind().wire(),
        identifier.scope(),
        reveal ? identifier.value() : identifier.masked());
  }

  record Evidence(
      int link, Name a, Name b, String standing, String because, Instant time, String source) {}

  /// @param way the steps taken, in order
  record Place(
      String journey,
      int version,
      String step,
      Instant enteredAt,
      @Nullable Instant due,
      boolean heldOut,
      @Nullable Instant goalAt,
      @Nullable String exit,
      List<String> way) {}

  record Message(
      String key,
      String journey,
      String template,
      String channel,
      String verdict,
      String why,
      Instant at,
      String stage,
      String text,
      @Nullable Instant receiptAt) {}

  record RfmView(int recencyDays, int frequency, long monetaryFen, String cell, String className) {}

  /// Where they came from first, for life.
  ///
  /// @param code the live code, or the scene of an official account
  record First(String code, String variant, String event, Instant at) {}

  private @Nullable First first(int profile) {
    var found = new First[1];
    engine
        .ask()
        .each(
            RoaringBitmap.bitmapOf(profile),
            (_, person) -> {
              FirstTouch first = FirstTouch.of(person.timeline());
              if (first != null) {
                found[0] =
                    new First(
                        first.code(),
                        first.variant(),
                        first.event(),
                        Instant.ofEpochMilli(first.atMs()));
              }
            });
    return found[0];
  }

  record Whole(
      String id,
      List<Name> identifiers,
      Map<String, Object> traits,
      List<String> tags,
      Map<String, Person.Consent> consents,
      String lifecycle,
      @Nullable RfmView rfm,
      List<String> segments,
      List<String> audiences,
      List<Evidence> evidence,
      List<Place> positions,
      List<Message> messages,
      @Nullable First firstTouch,
      int events,
      boolean revealed) {}

  @GetMapping("/{id}")
  Whole one(@PathVariable String id, @RequestParam(defaultValue = "false") boolean reveal) {
    Questions.Profile found = engine.ask().profile(number(id, "id"));
    if (found == null) {
      throw Problem.of(HttpStatus.NOT_FOUND, "no_such_profile", "There is no customer " + id + ".")
          .thrown();
    }
    if (reveal) {
      audit.record("profile_revealed", "p" + found.profile());
    }
    Rfm rfm = found.rfm();
    Rfm.Cell cell = found.rfmCell();
    return new Whole(
        "p" + found.profile(),
        found.identifiers().stream().map(i -> name(i, reveal)).toList(),
        traits(found.traits(), reveal),
        found.tags(),
        found.consents(),
        found.lifecycle().wire(),
        rfm == null || cell == null
            ? null
            : new RfmView(
                rfm.recencyDays(),
                rfm.frequency(),
                rfm.monetaryFen(),
                cell.code(),
                cell.class8().wire()),
        found.segments(),
        found.audiences(),
        found.evidence().stream()
            .map(
                e ->
                    new Evidence(
                        e.link().number(),
                        name(e.a(), reveal),
                        name(e.b(), reveal),
                        e.link().standing().name().toLowerCase(Locale.ROOT),
                        e.link().evidence(),
                        e.link().time(),
                        e.link().source()))
            .toList(),
        found.positions().stream().map(this::place).toList(),
        found.touchpoints().stream().map(t -> message(t, reveal)).toList(),
        first(found.profile()),
        found.events(),
        reveal);
  }

  /// @param erased false when that had happened before
  record Erasure(String id, boolean erased) {}

  /// Forgets a customer on request (个人信息删除). Asked again, it does nothing.
  @PostMapping("/{id}/erase")
  Erasure erase(@PathVariable String id) {
    int node = number(id, "id");
    Questions.Profile known = engine.ask().profile(node);
    List<Integer> names =
        known == null ? List.of(node) : engine.ask().namesOf(engine.ask().profileOf(node));
    Forgotten person = known(known, names);
    boolean erased =
        callbacks.erasing(
            known == null ? List.of() : known.identifiers(),
            engine.now(),
            () -> forgetting.publishEvent(person),
            () -> engine.erase(node, audit.who()));
    // For what was written in between, and when asked again after a crash.
    forgetting.publishEvent(person);
    if (erased) {
      audit.record("profile_erased", id);
    }
    return new Erasure(id, erased);
  }

  private Forgotten known(Questions.@Nullable Profile profile, List<Integer> names) {
    if (profile == null) {
      return new Forgotten(names, List.of(), List.of());
    }
    var identifiers = new ArrayList<Forgotten.Gone>();
    for (int name : names) {
      Identifier identifier = engine.ask().identifier(name);
      if (!identifier.erased()) {
        identifiers.add(new Forgotten.Gone(identifier, name));
      }
    }
    var words = new ArrayList<String>();
    profile
        .traits()
        .forEach(
            (key, value) -> {
              if (Personal.is("profile_updated", key) && value instanceof Value.Text(String text)) {
                words.add(text);
              }
            });
    return new Forgotten(names, identifiers, words);
  }

  private static Map<String, Object> traits(Map<String, Value> traits, boolean reveal) {
    var shown = new LinkedHashMap<String, Object>();
    traits.forEach((key, value) -> shown.put(key, shown("profile_updated", key, value, reveal)));
    return shown;
  }

  private static Object shown(String event, String key, Value value, boolean reveal) {
    if (!reveal && Personal.is(event, key)) {
      return Personal.masked(value.shown());
    }
    return switch (value) {
      case Value.Text(String text) -> text;
      case Value.Whole(long number) -> number;
      case Value.Decimal(double number) -> number;
      case Value.Flag(boolean on) -> on;
      case Value.Many(List<Value> values) ->
          values.stream().map(one -> shown(event, key, one, reveal)).toList();
    };
  }

  private Place place(Position position) {
    return new Place(
        position.journey(),
        position.version(),
        position.step(),
        position.enteredAt(),
        position.due(),
        position.heldOut(),
        position.goalAt(),
        position.exit() == null ? null : position.exit().wire(),
        way(position));
  }

  private List<String> way(Position position) {
    Journey journey = engine.ask().journey(position.journey(), position.version());
    return journey == null ? List.of() : Path.steps(journey, position.path());
  }

  private static Message message(Touchpoint touchpoint, boolean reveal) {
    return new Message(
        touchpoint.key(),
        touchpoint.journey(),
        touchpoint.template(),
        touchpoint.channel().wire(),
        touchpoint.reason().wire(),
        touchpoint.reason().zh(),
        touchpoint.due(),
        touchpoint.delivery().stage().name().toLowerCase(Locale.ROOT),
        reveal || touchpoint.text().isEmpty() ? touchpoint.text() : "••••••",
        touchpoint.delivered() ? touchpoint.delivery().at() : null);
  }

  record Happening(
      int index, String name, Instant time, String source, Map<String, Object> properties) {}

  record Timeline(List<Happening> items, @Nullable String next) {}

  /// The latest events first. The cursor is an index of the timeline.
  @GetMapping("/{id}/events")
  Timeline events(
      @PathVariable String id,
      @RequestParam(defaultValue = "") String cursor,
      @RequestParam(defaultValue = "50") int limit,
      @RequestParam(defaultValue = "false") boolean reveal) {
    int node = number(id, "id");
    int before = cursor.isEmpty() ? Integer.MAX_VALUE : index(cursor);
    List<Questions.Happening> page = engine.ask().timeline(node, before, bounded(limit));
    if (reveal) {
      audit.record("timeline_revealed", id);
    }
    boolean more = !page.isEmpty() && page.getLast().index() > 0;
    return new Timeline(
        page.stream()
            .map(
                h ->
                    new Happening(h.index(), h.name(), h.time(), h.source(), properties(h, reveal)))
            .toList(),
        more ? String.valueOf(page.getLast().index()) : null);
  }

  private static Map<String, Object> properties(Questions.Happening happening, boolean reveal) {
    Properties properties = happening.properties();
    var shown = new LinkedHashMap<String, Object>();
    for (int i = 0; i < properties.size(); i++) {
      String key = properties.key(i);
      shown.put(key, shown(happening.name(), key, properties.value(i), reveal));
    }
    return shown;
  }
}
