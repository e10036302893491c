package io.huoshui.engine;

import io.huoshui.audience.Condition;
import io.huoshui.audience.RuleText;
import io.huoshui.audience.Segment;
import io.huoshui.engine.Engine.Reading;
import io.huoshui.engine.disk.DiskException;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.insight.CampaignReport;
import io.huoshui.insight.Layers;
import io.huoshui.journey.Journey;
import io.huoshui.journey.JourneyJson;
import io.huoshui.journey.Position;
import io.huoshui.json.Json;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Window;
import io.huoshui.reach.Category;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.GatePolicy;
import io.huoshui.reach.Touchpoint;
import io.huoshui.trial.Trial;
import io.huoshui.trial.TrialJson;
import io.huoshui.trial.TrialTable;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// A state of its own, for rehearsals: what the engine would do, on no log and no disk. One thread
/// drives it. Whatever is applied goes the way it goes in an engine, by the same code.
public final class Replica implements AutoCloseable {
  private final Crew crew;
  private final State state;
  private final View view;

  /// @param threads any number of them makes the same state
  private Replica(int threads) {
    crew = new Crew(threads);
    state = new State(crew);
    view = state.view();
  }

  private static int every() {
    return Runtime.getRuntime().availableProcessors();
  }

  /// Nobody is there yet.
  public static Replica empty(ZoneId zone, Instant now, String linkBase) {
    var replica = new Replica(every());
    replica.apply(new Entry.Configured(now.toEpochMilli(), zone.getId(), linkBase));
    return replica;
  }

  /// What a folder's log says up to an instant, with what it says happened afterwards.
  ///
  /// @param at up to which; [Instant#MAX] for all of it
  /// @param afterwards is told the events that were taken later, in the order of the log
  /// @throws EngineException LOCKED when an engine has the folder: rehearse on a backup of it, or
  ///   stop it first; LOG_DAMAGED; REFUSED when nothing happened until then
  public static Replica of(
      Path folder, Seal seal, Instant at, Consumer<Event> afterwards, Consumer<Reading> progress) {
    Storage storage = Storage.of(folder);
    try (SegmentLog log = SegmentLog.inspect(storage, seal)) {
      return new Reader(storage, seal, log, every(), afterwards, progress).read(at);
    }
  }

  /// The same of a folder whose engine goes on, up to where it said its log was. Its lock is not
  /// asked for and nothing is written; one thread reads, the engine needs the others. Hold a
  /// [Standing] meanwhile, so that no file goes while it is read.
  ///
  /// @param extent of that standing, or of an earlier one: the same people again
  /// @throws EngineException BUSY when erased people were cleaned out of the log since the extent
  ///   was told; LOG_DAMAGED; REFUSED
  public static Replica beside(
      Path folder,
      Seal seal,
      SegmentLog.Extent extent,
      Instant at,
      Consumer<Event> afterwards,
      Consumer<Reading> progress) {
    Storage storage = Storage.of(folder);
    if (!extent.segments().isEmpty()) {
      String first = SegmentLog.name(extent.segments().getFirst());
      if (storage.disk().list("log").stream().noneMatch(name -> ("log/" + name).equals(first))) {
        throw new EngineException(
            EngineException.Code.BUSY,
            "The log was cut meanwhile, because erased people were cleaned out of it. Ask again.");
      }
    }
    try (SegmentLog log = SegmentLog.beside(storage, seal, extent)) {
      return new Reader(storage, seal, log, 1, afterwards, progress).read(at);
    }
  }

  /// Makes a replica of what a log says.
  private record Reader(
      Storage storage,
      Seal seal,
      SegmentLog log,
      int threads,
      Consumer<Event> afterwards,
      Consumer<Reading> progress) {
    Replica read(Instant at) {
      var replica = new Replica(threads);
      try {
        long from = checkpointed(replica, at);
        if (from == 0) {
          replica.close();
          replica = new Replica(threads);
          from = new Base(storage.disk(), seal).restore(log, replica.state);
        }
        replay(from, replica, at);
        return replica;
      } catch (RuntimeException | Error e) {
        replica.close();
        throw e;
      }
    }

    /// @return which record comes next; 0 when there is no checkpoint that helps
    private long checkpointed(Replica replica, Instant at) {
      var checkpoint = new Checkpoint(storage.disk(), seal);
      long record = checkpoint.newest(log.next() - 1);
      if (record + 1 < log.first() || record == 0) {
        return 0;
      }
      try {
        checkpoint.read(record, replica.state);
        return replica.now().isAfter(at) ? 0 : record + 1;
      } catch (EngineException | DiskException e) {
        // It is derived: the log says the same, only longer.
        return 0;
      }
    }

    private void replay(long from, Replica replica, Instant at) {
      if (from > 1 && replica.now().isAfter(at)) {
        throw new EngineException(
            EngineException.Code.REFUSED,
            "The log in "
                + storage.disk().where()
                + " begins at "
                + replica.now()
                + ", because erased people were cleaned away then; "
                + at
                + " is before that. Rehearse from a later instant.");
      }
      long untilMs = at.equals(Instant.MAX) ? Long.MAX_VALUE : at.toEpochMilli();
      boolean[] over = new boolean[1];
      log.replay(
          from,
          (number, record) -> {
            Entry entry = EntryCodec.read(record);
            over[0] |= entry.nowMs() > untilMs;
            if (!over[0]) {
              replica.apply(entry);
            } else if (entry instanceof Entry.Events(long _, List<Event> events)) {
              events.forEach(afterwards);
            }
            if (number % 100 == 0 || number == log.next() - 1) {
              progress.accept(
                  new Reading(number, log.next() - 1, replica.state.events(), log.share()));
            }
          });
      if (replica.state.events() == 0) {
        throw new EngineException(
            EngineException.Code.REFUSED,
            "Nothing happened in "
                + storage.disk().where()
                + " until "
                + at
                + ". Name a later --at.");
      }
    }
  }

  public void apply(Entry entry) {
    state.apply(entry);
  }

  /// Lets the clock reach an instant, as an engine does: what autopilots decide on the way happens
  /// at its own.
  public void advanceTo(Instant to) {
    for (Pilots.Due due = Pilots.next(state);
        due != null && !due.at().isAfter(to);
        due = Pilots.next(state)) {
      if (due.at().isAfter(now())) {
        apply(new Entry.Ticked(due.at().toEpochMilli()));
      }
      Pilots.Question question = Pilots.question(state);
      Entry decided =
          question == null
              ? null
              : question.entry(state, question.measure(_ -> {}), now().toEpochMilli());
      if (decided == null) {
        break;
      }
      apply(decided);
    }
    apply(new Entry.Ticked(to.toEpochMilli()));
  }

  public List<Trial> trials() {
    return List.copyOf(state.trials.values());
  }

  /// What came of a trial until now.
  public TrialTable.Results results(Trial trial) {
    return new Trials(state, trial).results(_ -> {});
  }

  /// What a journey's autopilot decided, and knows now; null when it has none.
  public @Nullable Flight flight(String journey) {
    Flight.Asked asked = Flight.of(state, journey);
    return asked == null ? null : asked.flight();
  }

  /// Publishes a definition, after looking whether what it names is there.
  ///
  /// @return its version
  /// @throws EngineException UNKNOWN_NAME, REFUSED
  public int publish(Entry.Definition kind, String name, String json) {
    Json body = Json.parse(json);
    switch (kind) {
      case SEGMENT ->
          check(
              Segment.parse(
                      name,
                      body instanceof Json.Obj object
                              && object.get("rule") instanceof Json.Str(String rule)
                          ? rule
                          : "")
                  .rule());
      case JOURNEY -> check(JourneyJson.read(body, 1));
      case TEMPLATE -> Definitions.template(body);
      case COUPON_TEMPLATE -> Definitions.coupon(body);
      case GATE_POLICY -> Definitions.gatePolicy(body);
      case TRIAL -> check(JourneyJson.read(TrialJson.read(body).journey(), 1));
      case EVENT_TYPE, TAG_GROUP -> {}
      case AUDIENCE -> throw new IllegalArgumentException("An audience is frozen, not published.");
    }
    int version = state.version(kind, name) + 1;
    apply(new Entry.Published(now().toEpochMilli(), kind, name, version, json));
    return version;
  }

  /// Freezes whoever satisfies a rule now.
  ///
  /// @return how many there are
  public int freeze(String audience, String segment, String text) {
    if (segment.isEmpty()) {
      check(RuleText.parse(text));
    } else if (!state.segments.containsKey(segment)) {
      throw unknown("segment", segment, state.segments.keySet());
    }
    apply(new Entry.Frozen(now().toEpochMilli(), audience, segment, text, "rehearsal", true));
    var frozen = state.audiences.get(audience);
    return frozen == null ? 0 : frozen.size();
  }

  private void check(Condition rule) {
    for (String name : rule.listensTo()) {
      if (!name.equals("*")
          && !name.equals(Condition.JOURNEYS)
          && state.catalogue().find(name) == null) {
        throw unknown("event", name, Set.copyOf(state.catalogue().near(name)));
      }
    }
    for (String other : rule.segments()) {
      if (!state.segments.containsKey(other)) {
        throw unknown("segment", other, state.segments.keySet());
      }
    }
  }

  private void check(Journey journey) {
    for (Journey.Step step : journey.steps()) {
      switch (step) {
        case Journey.Step.Send send when !state.templates.containsKey(send.template()) ->
            throw unknown("template", send.template(), state.templates.keySet());
        case Journey.Step.IssueCoupon coupon
            when !state.couponTemplates.containsKey(coupon.template()) ->
            throw unknown("coupon template", coupon.template(), state.couponTemplates.keySet());
        default -> {}
      }
    }
    String segment = journey.entrySegment();
    if (!segment.isEmpty() && !state.segments.containsKey(segment)) {
      throw unknown("segment", segment, state.segments.keySet());
    }
    if (journey.entry() instanceof Journey.Entry.OfEvent(var pattern)
        && state.catalogue().find(pattern.event()) == null) {
      throw unknown("event", pattern.event(), Set.copyOf(state.catalogue().near(pattern.event())));
    }
  }

  private static EngineException unknown(String what, String name, Set<String> known) {
    return new EngineException(
        EngineException.Code.UNKNOWN_NAME,
        "No "
            + what
            + " '"
            + name
            + "'. Known: "
            + String.join(", ", known.stream().sorted().toList())
            + ".");
  }

  // What is there.

  public Instant now() {
    return state.now();
  }

  public ZoneId zone() {
    return state.zone();
  }

  public GatePolicy gatePolicy() {
    return state.gatePolicy();
  }

  /// How many identifiers there are; each one's node is less.
  public int nodes() {
    return state.graph.nodes();
  }

  public long people() {
    return state.graph.profiles();
  }

  public long events() {
    return state.events();
  }

  public List<String> segments() {
    return List.copyOf(state.segments.keySet());
  }

  /// Who is in a segment now, by the names of their profiles.
  public RoaringBitmap members(String segment) {
    LiveSegment live = state.segments.get(segment);
    if (live == null) {
      throw unknown("segment", segment, state.segments.keySet());
    }
    return state.members(live);
  }

  public List<String> journeys() {
    return List.copyOf(state.journeys.keySet());
  }

  /// A version of a journey.
  public @Nullable Journey journey(String name, int version) {
    return state.version(name, version);
  }

  public @Nullable Journey latest(String journey) {
    return state.latest(journey);
  }

  /// The profile that a name, or an identifier's node, belongs to now.
  public int profileOf(int node) {
    return state.graph.profileOf(node);
  }

  public Identifier identifier(int node) {
    return state.graph.identifier(node);
  }

  /// The nodes of the profile that a node belongs to.
  public int[] names(int node) {
    return state.graph.members(state.graph.profileOf(node));
  }

  /// The identifiers of the profile that a node belongs to.
  public List<Identifier> identifiers(int node) {
    var found = new ArrayList<Identifier>();
    for (int member : state.graph.members(state.graph.profileOf(node))) {
      found.add(state.graph.identifier(member));
    }
    return found;
  }

  /// The node of an identifier, -1 when nobody has it.
  public int find(Identifier identifier) {
    return state.graph.find(identifier);
  }

  /// A person's timeline; valid until the next call.
  public Timeline timeline(int node) {
    return view.of(state.graph.profileOf(node));
  }

  /// The guide who added the person last; empty when nobody did.
  public String guide(int node) {
    Timeline timeline = timeline(node);
    for (int i = timeline.size() - 1; i >= 0; i--) {
      if (timeline.name(i).equals("contact_added")) {
        Value guide = timeline.property(i, "guide");
        return guide == null ? "" : guide.shown();
      }
    }
    return "";
  }

  /// The identifier a channel reaches the person at, or null.
  public @Nullable Identifier address(int node, ChannelKind channel) {
    view.of(state.graph.profileOf(node));
    return view.identifier(channel.address(), "");
  }

  /// Messages let out to the person a node belongs to, on a channel or on all, after an instant.
  public int sentSince(int node, @Nullable ChannelKind channel, long sinceMs) {
    int profile = state.graph.profileOf(node);
    return state
        .lanes[Lane.of(state.ordinals.of(profile))]
        .history(profile)
        .sentSince(channel, Category.ALL, sinceMs);
  }

  // Messages.

  /// What may leave now, in order. By each index a message is asked for.
  public int[] outbox() {
    return state.outbox.stream().mapToInt(Integer::intValue).toArray();
  }

  public Touchpoint touchpoint(int index) {
    return state.touchpoint(index);
  }

  /// The coupon of the journey a message belongs to; empty when there is none.
  public String coupon(int index) {
    return state.position(state.positionOfTouchpoint(index)).coupon();
  }

  /// The same of a message by its key.
  public String coupon(String key) {
    int index = state.touchpointIndex(key);
    return index < 0 ? "" : coupon(index);
  }

  public String nextBatch() {
    return state.nextBatch();
  }

  /// All messages there ever were, in an order that follows from what happened.
  public List<Touchpoint> touchpoints() {
    return state.touchpoints();
  }

  public List<Position> positions() {
    return state.positions();
  }

  public List<CampaignReport> reports() {
    return new Campaigns(state).reports(_ -> {});
  }

  /// How many tasks and the like happened so far.
  public int occurrences() {
    return state.occurrences.size();
  }

  /// A task given to a guide, a coupon, a hook's call.
  public record Occurred(String name, int node, Instant time, Properties properties) {}

  public Occurred occurrence(int number) {
    Occurrences.Occurrence one = state.occurrences.get(number);
    return new Occurred(one.name(), one.node(), one.time(), one.properties());
  }

  /// Everybody by what they bought in `[fromMs, toMs)`.
  public List<Layers.Share> layers(String heroSku, long fromMs, long toMs) {
    var layers = new Layers(heroSku, new Window.Span(fromMs, toMs));
    for (int ordinal = 0; ordinal < state.ordinals.size(); ordinal++) {
      int profile = state.ordinals.node(ordinal);
      if (state.graph.person(profile)) {
        layers.add(view.of(profile));
      }
    }
    return layers.shares();
  }

  @Override
  public void close() {
    crew.close();
  }
}
