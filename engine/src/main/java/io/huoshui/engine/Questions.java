package io.huoshui.engine;

import io.huoshui.audience.Audience;
import io.huoshui.audience.Condition;
import io.huoshui.audience.RuleText;
import io.huoshui.audience.Segment;
import io.huoshui.audience.Unreachable;
import io.huoshui.engine.columns.Censuses;
import io.huoshui.engine.columns.Cubes;
import io.huoshui.engine.columns.EachPerson;
import io.huoshui.engine.columns.Finds;
import io.huoshui.engine.columns.Sweep;
import io.huoshui.engine.picks.Plan;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.identity.Link;
import io.huoshui.identity.Pairwise;
import io.huoshui.insight.BestSeller;
import io.huoshui.insight.CampaignReport;
import io.huoshui.insight.CampaignsElsewhere;
import io.huoshui.insight.Census;
import io.huoshui.insight.Layers;
import io.huoshui.insight.Overview;
import io.huoshui.insight.attribution.Credits;
import io.huoshui.insight.attribution.Touches;
import io.huoshui.insight.experiment.Reading;
import io.huoshui.insight.tree.Cube;
import io.huoshui.insight.value.BuyerSample;
import io.huoshui.insight.value.PaidDays;
import io.huoshui.insight.value.ValueModels;
import io.huoshui.journey.Arms;
import io.huoshui.journey.Journey;
import io.huoshui.journey.Position;
import io.huoshui.journey.Steering;
import io.huoshui.loyalty.CouponTemplate;
import io.huoshui.profile.Calendar;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Fold;
import io.huoshui.profile.Lifecycle;
import io.huoshui.profile.Person;
import io.huoshui.profile.Rfm;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Total;
import io.huoshui.profile.Window;
import io.huoshui.reach.Attachment;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.GatePolicy;
import io.huoshui.reach.MassProgress;
import io.huoshui.reach.Reason;
import io.huoshui.reach.Template;
import io.huoshui.reach.Touchpoint;
import io.huoshui.tag.TagBook;
import io.huoshui.trial.SplitTest;
import io.huoshui.trial.Trial;
import io.huoshui.trial.TrialTable;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// What may be asked of the engine. Every answer is of one moment: between two writes.
public final class Questions {
  private static final int AT_A_TIME = 4_096;

  private final Engine engine;

  Questions(Engine engine) {
    this.engine = engine;
  }

  // The brand.

  public Overview overview() {
    return everybody(
        "overview",
        Glance::new,
        (at, watch) -> {
          Instant now = at.picture.now();
          ZoneId zone = at.picture.zone();
          Census census =
              at.picture.count(watch, () -> new Census(now, zone), () -> new Censuses(now, zone));
          return census.overview(at.identifiers, at.merges, at.events, at.sources);
        });
  }

  /// Leaves of metric trees counted over everybody.
  public Cube cube(Cube.Asked asked) {
    return everybody(
        asked,
        Picture::new,
        (picture, watch) -> picture.count(watch, () -> new Cube(asked), () -> new Cubes(asked)));
  }

  /// What an overview says beside what people's timelines do.
  private static final class Glance {
    final Picture picture;
    final int identifiers;
    final int merges;
    final long events;
    final List<String> sources = new ArrayList<>();

    Glance(State at) {
      this.picture = new Picture(at);
      this.identifiers = at.graph.nodes();
      this.merges = at.graph.merges();
      this.events = at.events();
      for (int source = 0; source < at.words().sources(); source++) {
        sources.add(at.words().sourceOf(source));
      }
    }
  }

  /// Asks about everybody as of one instant, in three steps: under the lock what is needed is
  /// pictured, without it the picture is asked, and until the next write the answer is given again.
  ///
  /// @param question equal questions have equal answers
  private <P, A> A everybody(
      Object question, Function<State, P> picture, BiFunction<P, Consumer<Sweep>, A> ask) {
    return engine
        .given()
        .of(
            question,
            watch -> {
              var version = new long[1];
              P taken =
                  engine.read(
                      at -> {
                        version[0] = at.version();
                        return picture.apply(at);
                      });
              return new GivenAnswers.Answer<>(ask.apply(taken, watch), version[0]);
            });
  }

  /// A question about everybody that is being asked.
  ///
  /// @param done how many of `all` blocks are asked
  /// @param cancel lets whoever asks it get a `CancellationException`
  public record UnderWay(String question, int done, int all, Runnable cancel) {}

  /// The questions about everybody that are being asked now.
  public List<UnderWay> underWay() {
    return engine.given().underWay();
  }

  /// Everything about everybody at one instant, to be written down elsewhere.
  public Extract extract() {
    return engine.read(at -> new Extract(engine, at));
  }

  /// An erasure, and when it was.
  ///
  /// @param record of the log
  public record Erased(long record, Instant at) {}

  /// Whoever was erased after a record of the log, in order.
  public List<Erased> erasedAfter(long record) {
    return engine.read(
        at ->
            at.erasedAfter(record).stream()
                .map(one -> new Erased(one.record(), Instant.ofEpochMilli(one.atMs())))
                .toList());
  }

  // What other stores follow, in the order in which it was taken. Numbers are the same after every
  // replay.

  /// One event.
  ///
  /// @param profile the identifier it hangs on, as a profile was named before any merge
  public record Numbered(
      int number, String name, int profile, Instant time, Properties properties) {}

  /// @param next where to go on
  public record Passage(List<Numbered> events, int next) {}

  /// What is in force, in the order in which it was published.
  public List<Entry.Published> definitions() {
    return engine.read(at -> List.copyOf(at.definitions));
  }

  /// How many events there are to follow (coupons issued, redeemed, expired); the first has number
  /// 0.
  public int occurrences() {
    return engine.read(at -> at.occurrences.size());
  }

  /// At most `most` of them from a number on.
  public Passage occurrencesSince(int number, int most) {
    return engine.read(
        at -> {
          int end = Math.min(at.occurrences.size(), number + most);
          var found = new ArrayList<Numbered>();
          for (int i = number; i < end; i++) {
            Occurrences.Occurrence one = at.occurrences.get(i);
            found.add(new Numbered(i, one.name(), one.node(), one.time(), one.properties()));
          }
          return new Passage(found, Math.max(number, end));
        });
  }

  /// Somebody entered or left a live segment.
  ///
  /// @param position without a gap; the same after every replay
  /// @param profile as it was named then
  public record Change(long position, Instant at, String segment, int profile, boolean entered) {}

  /// @param first the oldest position still kept: a reader who stopped before it has to read the
  ///   members anew
  /// @param next where to go on
  public record Changed(List<Change> changes, long first, long next) {}

  /// Who entered and left segments from a position on, at most `most`.
  ///
  /// @param segment null for all; positions are those of all
  public Changed changes(@Nullable String segment, long position, int most) {
    return engine.read(
        at -> {
          var found = new ArrayList<Change>();
          long next = Math.max(at.changes.first(), Math.min(position, at.changes.next()));
          for (; next < at.changes.next() && found.size() < most; next++) {
            Changes.Change one = at.changes.get(next);
            if (segment == null || segment.equals(one.segment())) {
              found.add(
                  new Change(
                      next,
                      Instant.ofEpochMilli(one.timeMs()),
                      one.segment(),
                      one.profile(),
                      one.entered()));
            }
          }
          return new Changed(found, at.changes.first(), next);
        });
  }

  /// The same, waiting for the first when there is none yet.
  public Changed changes(@Nullable String segment, long position, int most, Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    Changed found = changes(segment, position, most);
    while (found.changes().isEmpty()
        && engine.awaitChange(found.next(), Duration.ofNanos(end - System.nanoTime()))) {
      found = changes(segment, found.next(), most);
    }
    return found;
  }

  /// Every name a profile ever had: its own, and those of what was merged with it. Empty when there
  /// is no such profile.
  public List<Integer> namesOf(int profile) {
    return engine.read(
        at ->
            profile >= at.graph.nodes()
                ? List.of()
                : Arrays.stream(at.graph.members(at.graph.profileOf(profile))).boxed().toList());
  }

  public Identifier identifier(int name) {
    return engine.read(at -> at.graph.identifier(name));
  }

  /// The number of each identifier, -1 for one that nobody ever had.
  public int[] numbersOf(List<Identifier> identifiers) {
    return engine.read(at -> identifiers.stream().mapToInt(at.graph::find).toArray());
  }

  /// The numbers of all identifiers of one kind and scope that some people have; asked a part of
  /// the people at a time, so that events are taken in between.
  public RoaringBitmap numbersOf(RoaringBitmap members, IdentifierKind kind, String scope) {
    var numbers = new RoaringBitmap();
    var cursor = members.getIntIterator();
    while (cursor.hasNext()) {
      engine.read(
          at -> {
            for (int i = 0; i < AT_A_TIME && cursor.hasNext(); i++) {
              for (int number : at.graph.members(at.graph.profileOf(cursor.next()))) {
                Identifier identifier = at.graph.identifier(number);
                if (identifier.kind() == kind
                    && identifier.scope().equals(scope)
                    && !identifier.erased()) {
                  numbers.add(number);
                }
              }
            }
            return true;
          });
    }
    return numbers;
  }

  // People.

  /// One line of a list of people.
  public record Line(
      int profile,
      List<Identifier> identifiers,
      @Nullable String name,
      int events,
      @Nullable Instant last,
      Lifecycle lifecycle,
      @Nullable Rfm rfm) {}

  /// Finds people by an identifier's value, by their number (`p123`), or, with an empty query, from
  /// the beginning.
  ///
  /// @param after the last profile of the page before, -1 for the first page
  public List<Line> people(String query, int after, int most) {
    return engine.read(
        at -> {
          var lines = new ArrayList<Line>();
          if (query.isBlank()) {
            for (int p = after + 1; p < at.graph.nodes() && lines.size() < most; p++) {
              if (at.graph.person(p)) {
                lines.add(line(at, p));
              }
            }
          } else {
            for (int p : search(at, query.strip())) {
              if (p > after && lines.size() < most) {
                lines.add(line(at, p));
              }
            }
          }
          return lines;
        });
  }

  /// Exact on normalised values for every kind; then by number; then identifiers that contain the
  /// text.
  private static Set<Integer> search(State at, String query) {
    var found = new TreeSet<Integer>();
    if (query.matches("p\\d{1,9}")) {
      int node = Integer.parseInt(query.substring(1));
      if (node < at.graph.nodes()) {
        found.add(at.graph.profileOf(node));
        return found;
      }
    }
    String phone = "";
    try {
      phone = Identifier.of(IdentifierKind.PHONE, query).value();
    } catch (IllegalArgumentException e) {
      // Not a phone: the query stays what it is.
      phone = query;
    }
    for (int node : at.graph.like(List.of(query, phone), query.length() >= 4 ? query : "", 1_000)) {
      found.add(at.graph.profileOf(node));
    }
    return found;
  }

  private static Line line(State at, int profile) {
    View view = at.view().of(profile);
    Value name = view.trait("name");
    return new Line(
        profile,
        identifiers(at, profile),
        name == null ? null : name.shown(),
        view.size(),
        view.size() == 0 ? null : Instant.ofEpochMilli(view.timeMs(view.size() - 1)),
        Lifecycle.of(view, at.now(), at.zone(), Lifecycle.Bounds.STANDARD),
        Rfm.of(view, Window.ever(), at.now(), at.zone()));
  }

  private static List<Identifier> identifiers(State at, int profile) {
    return Arrays.stream(at.graph.members(profile)).mapToObj(at.graph::identifier).toList();
  }

  /// Everything about one person but the events.
  public record Profile(
      int profile,
      List<Identifier> identifiers,
      List<Evidence> evidence,
      Map<String, Value> traits,
      List<String> tags,
      Map<String, Person.Consent> consents,
      Lifecycle lifecycle,
      @Nullable Rfm rfm,
      Rfm.@Nullable Cell rfmCell,
      List<String> segments,
      List<String> audiences,
      List<Position> positions,
      List<Touchpoint> touchpoints,
      int events) {}

  /// A link with its two ends by name.
  public record Evidence(Link link, Identifier a, Identifier b) {}

  /// @param node any identifier's number of the person, the present name or a former one
  /// @return null when there is none
  public @Nullable Profile profile(int node) {
    return engine.<@Nullable Profile>read(
        at -> {
          if (node < 0 || node >= at.graph.nodes()) {
            return null;
          }
          int profile = at.graph.profileOf(node);
          View view = at.view().of(profile);
          Rfm rfm = Rfm.of(view, Window.ever(), at.now(), at.zone());
          var consents = new LinkedHashMap<String, Person.Consent>();
          for (ChannelKind channel : ChannelKind.values()) {
            Person.Consent said = view.consent(channel.wire());
            // Of the many ways of an app only those somebody said something about.
            if (!channel.ofApp() || said != Person.Consent.UNKNOWN) {
              consents.put(channel.wire(), said);
            }
          }
          return new Profile(
              profile,
              identifiers(at, profile),
              at.graph.evidence(profile).stream()
                  .map(
                      link ->
                          new Evidence(
                              link, at.graph.identifier(link.a()), at.graph.identifier(link.b())))
                  .toList(),
              view.traits(),
              view.tags(),
              consents,
              Lifecycle.of(view, at.now(), at.zone(), Lifecycle.Bounds.STANDARD),
              rfm,
              rfm == null ? null : Rfm.Rules.STANDARD.score(rfm),
              at.segments.values().stream()
                  .filter(live -> live.has(at.ordinals.of(profile)))
                  .map(live -> live.segment.name())
                  .toList(),
              at.audiences.keySet().stream().filter(view::inAudience).toList(),
              at.positionsOf(profile),
              at.touchpointsOf(profile),
              view.size());
        });
  }

  /// One event as it is shown.
  public record Happening(
      int index, String name, Instant time, String source, Properties properties) {}

  /// The person's events, the latest first.
  ///
  /// @param before only events before this index of the timeline; the size for the first page
  public List<Happening> timeline(int node, int before, int most) {
    return engine.read(
        at -> {
          if (node < 0 || node >= at.graph.nodes()) {
            return List.<Happening>of();
          }
          View view = at.view().of(at.graph.profileOf(node));
          var page = new ArrayList<Happening>();
          for (int i = Math.min(before, view.size()) - 1; i >= 0 && page.size() < most; i--) {
            page.add(
                new Happening(
                    i,
                    view.name(i),
                    Instant.ofEpochMilli(view.timeMs(i)),
                    view.source(i),
                    view.properties(i)));
          }
          return page;
        });
  }

  /// A fold over one person's timeline.
  public @Nullable Value fold(int node, Fold fold, EventPattern pattern, Window window) {
    return engine.<@Nullable Value>read(
        at ->
            fold.over(
                pattern, at.view().of(at.graph.profileOf(node)), window, at.now(), at.zone()));
  }

  /// The profile an identifier belongs to, or -1.
  public int find(Identifier identifier) {
    return engine.read(
        at -> {
          int node = at.graph.find(identifier);
          return node < 0 ? -1 : at.graph.profileOf(node);
        });
  }

  /// The profiles that identifiers belong to, -1 where nobody is known by one; a part at a time, so
  /// that events are taken in between.
  public int[] find(List<Identifier> identifiers) {
    int[] found = new int[identifiers.size()];
    for (int from = 0; from < found.length; from += AT_A_TIME) {
      int begin = from;
      engine.read(
          at -> {
            for (int i = begin; i < Math.min(found.length, begin + AT_A_TIME); i++) {
              int node = at.graph.find(identifiers.get(i));
              found[i] = node < 0 ? -1 : at.graph.profileOf(node);
            }
            return true;
          });
    }
    return found;
  }

  /// The profile of a name that a customer has or had (`p123`), -1 when there is none.
  public int named(int name) {
    return engine.read(
        at ->
            name >= 0 && name < at.graph.nodes() && at.graph.person(at.graph.profileOf(name))
                ? at.graph.profileOf(name)
                : -1);
  }

  /// Who the customers of some names are now, by the names they have: whoever was merged since
  /// under the name it has now, whoever was erased not at all.
  public RoaringBitmap present(RoaringBitmap names) {
    return engine.read(
        at -> {
          var present = new RoaringBitmap();
          at.present(names)
              .forEach(
                  (int profile) -> {
                    if (at.graph.person(profile)) {
                      present.add(profile);
                    }
                  });
          return present;
        });
  }

  /// The profile a node belongs to now.
  public int profileOf(int node) {
    return engine.read(at -> at.graph.profileOf(node));
  }

  /// Collects for each truth of "person has identifiers" how the graph sees it.
  public void tally(List<Identifier> identifiers, int person, Pairwise.Tally tally) {
    engine.read(
        at -> {
          for (Identifier identifier : identifiers) {
            int node = at.graph.find(identifier);
            if (node >= 0) {
              tally.add(at.graph.profileOf(node), person);
            }
          }
          return true;
        });
  }

  // Segments and audiences.

  /// @param version grows with every publishing
  /// @param count members now
  /// @param entered since it was published
  /// @param at the instant of all these
  public record SegmentLine(
      Segment segment, int version, long count, long entered, long left, Instant at) {}

  public List<SegmentLine> segments() {
    return engine.read(
        at ->
            at.segments.values().stream()
                .map(
                    live ->
                        new SegmentLine(
                            live.segment,
                            at.version(Entry.Definition.SEGMENT, live.segment.name()),
                            live.count(),
                            live.entered(),
                            live.left(),
                            at.now()))
                .toList());
  }

  /// Exactly who satisfies a rule now, by the names of their profiles.
  public RoaringBitmap members(Condition rule) {
    return picked(rule, picker -> picker.members(_ -> {}), State::members);
  }

  /// How many people satisfy a rule now.
  public long count(Condition rule) {
    return picked(
        rule,
        picker -> picker.count(_ -> {}),
        (at, whole) -> at.members(whole).getLongCardinality());
  }

  /// One step of how a rule was answered.
  ///
  /// @param line what was expected before
  /// @param asked the people it was asked about
  /// @param held those of them for whom it holds
  /// @param stretches of 16,384 people in which it was asked; the others were decided before
  /// @param answers about blocks that it was asked for
  /// @param reused how many of them were there already
  public record Step(
      Plan.Line line, long asked, long held, int stretches, long answers, long reused) {}

  /// How a rule was answered.
  ///
  /// @param steps in the order in which they were carried out
  /// @param stretches there are in all
  /// @param fresh people who are in no block yet, and are asked one by one
  public record Planned(
      List<Step> steps,
      int stretches,
      long fresh,
      long count,
      int everybody,
      Instant at,
      long record) {
    public Planned {
      steps = List.copyOf(steps);
    }
  }

  /// Answers a rule and says how. What journeys or audiences are asked for is one step: people are
  /// asked one by one, while nothing is written.
  public Planned plan(Condition rule) {
    var seen = new Seen[1];
    Planned none =
        engine.read(
            at -> {
              seen[0] = new Seen(at, List.of(rule));
              return new Planned(List.of(), 0, 0, 0, at.graph.profiles(), at.now(), at.version());
            });
    Condition whole = seen[0].whole(rule);
    if (!Picker.answers(whole)) {
      return engine.read(
          at -> {
            long count = at.members(whole).getLongCardinality();
            int people = at.graph.profiles();
            var line =
                new Plan.Line(
                    0,
                    RuleText.write(whole),
                    "under the lock, by loops over columns or one by one",
                    0,
                    0);
            return new Planned(
                List.of(new Step(line, people, count, 0, 0, 0)),
                0,
                0,
                count,
                people,
                at.now(),
                at.version());
          });
    }
    Picker picker = seen[0].picker(List.of(whole));
    Plan plan = picker.plan();
    List<Plan.Line> lines = plan.explain();
    Picker.Outcomes came = picker.outcomes(plan);
    var steps = new ArrayList<Step>();
    for (int i = 0; i < lines.size(); i++) {
      Picker.Outcome of = came.steps().get(i);
      steps.add(
          new Step(lines.get(i), of.asked(), of.held(), of.stretches(), of.answers(), of.reused()));
    }
    return new Planned(
        steps,
        came.stretches(),
        came.fresh(),
        came.count(),
        none.everybody(),
        none.at(),
        none.record());
  }

  /// A picture answers while events go on being taken; what is in none is asked while they wait.
  private <A> A picked(
      Condition rule, Function<Picker, A> ask, BiFunction<State, Condition, A> slowly) {
    Seen seen = engine.read(at -> new Seen(at, List.of(rule)));
    Condition whole = seen.whole(rule);
    return Picker.answers(whole)
        ? ask.apply(seen.picker(List.of(whole)))
        : engine.read(at -> slowly.apply(at, whole));
  }

  /// Everybody at one instant, and the other segments that some rules stand on.
  private final class Seen {
    private final People people;
    private final Heard heard;
    private final Map<String, Condition> others = new HashMap<>();

    /// The state must not change meanwhile.
    Seen(State at, List<Condition> rules) {
      this.people = new People(at);
      this.heard = at.heard.still();
      for (Condition rule : rules) {
        for (String name : rule.segments()) {
          LiveSegment live = at.segments.get(name);
          if (live != null) {
            others.put(name, live.rule());
          }
        }
      }
    }

    Map<ChannelKind, RoaringBitmap> capped() {
      var capped = new EnumMap<ChannelKind, RoaringBitmap>(ChannelKind.class);
      for (ChannelKind channel : ChannelKind.values()) {
        capped.put(channel, heard.capped(channel, people.moment().now(), people.names()));
      }
      return capped;
    }

    Condition whole(Condition rule) {
      return rule.with(
          Condition.Surroundings.of(
              others::get,
              top -> Ranking.cut(people, top, Runtime.getRuntime().availableProcessors())));
    }

    Picker picker(List<Condition> whole) {
      return new Picker(whole, people, engine.answers(), engine.traits());
    }
  }

  /// The segments that stand on one, and the journeys entered by it or branching on it, in words.
  public List<String> usersOf(String segment) {
    return engine.read(at -> at.usersOf(segment));
  }

  /// Several answers of one instant.
  ///
  /// @param members of each rule, in the order asked
  /// @param capped per channel whoever heard so much that nothing more may go out to them now
  /// @param everybody how many people there are
  /// @param record of the log: the same record, the same answers
  public record Picked(
      List<RoaringBitmap> members,
      Map<ChannelKind, RoaringBitmap> capped,
      int everybody,
      Instant at,
      long record) {}

  /// Exactly who satisfies each of some rules, all at one instant. Events are taken meanwhile,
  /// unless a rule asks for journeys or audiences.
  public Picked pick(List<Condition> rules) {
    var seen = new Seen[1];
    Picked empty =
        engine.read(
            at -> {
              seen[0] = new Seen(at, rules);
              return picked(at, List.of(), Map.of());
            });
    List<Condition> whole = rules.stream().map(seen[0]::whole).toList();
    if (!whole.stream().allMatch(Picker::answers)) {
      return engine.read(
          at -> picked(at, rules.stream().map(at::members).toList(), new Seen(at, rules).capped()));
    }
    return new Picked(
        seen[0].picker(whole).membersOfEach(_ -> {}),
        seen[0].capped(),
        empty.everybody(),
        empty.at(),
        empty.record());
  }

  private static Picked picked(
      State at, List<RoaringBitmap> members, Map<ChannelKind, RoaringBitmap> capped) {
    return new Picked(members, capped, at.graph.profiles(), at.now(), at.version());
  }

  /// Whom a rule picks, and to how many of them nothing could go out now.
  ///
  /// @param missed per channel the people under the first reason the gate would give
  public record Looked(
      RoaringBitmap members,
      Map<ChannelKind, Map<Reason, Long>> missed,
      int everybody,
      Instant at,
      long record) {}

  /// Who satisfies a rule, and whom of them nothing reaches: counted with the rule in one sweep.
  public Looked look(Condition rule) {
    var all = new ArrayList<Condition>();
    all.add(rule);
    for (ChannelKind channel : ChannelKind.values()) {
      Unreachable.reasons(channel).values().forEach(why -> all.add(both(rule, why)));
      all.add(both(rule, new Condition.Reachable(channel)));
    }
    var seen = new Seen[1];
    Picked empty =
        engine.read(
            at -> {
              seen[0] = new Seen(at, all);
              return picked(at, List.of(), Map.of());
            });
    Condition whole = seen[0].whole(rule);
    if (!Picker.answers(whole)) {
      return looked(pick(all));
    }
    List<Condition> wholes =
        all.stream().map(part -> part == rule ? whole : seen[0].whole(part)).toList();
    Map<ChannelKind, RoaringBitmap> capped = seen[0].capped();
    RoaringBitmap members = seen[0].picker(List.of(whole)).members(_ -> {});
    long[] counts = seen[0].picker(wholes).counts(_ -> {});
    var missed = new EnumMap<ChannelKind, Map<Reason, Long>>(ChannelKind.class);
    int next = 1;
    for (ChannelKind channel : ChannelKind.values()) {
      var reasons = new LinkedHashMap<Reason, Long>();
      for (Reason reason : Unreachable.reasons(channel).keySet()) {
        reasons.put(reason, counts[next++]);
      }
      RoaringBitmap heard = capped.getOrDefault(channel, new RoaringBitmap());
      // Mostly nobody heard too much, and nobody has to be named.
      reasons.put(
          Reason.FREQUENCY_CAP,
          heard.isEmpty()
              ? 0L
              : RoaringBitmap.andCardinality(
                  heard, seen[0].picker(List.of(wholes.get(next))).members(_ -> {})));
      next++;
      missed.put(channel, reasons);
    }
    return new Looked(members, missed, empty.everybody(), empty.at(), empty.record());
  }

  private static Looked looked(Picked picked) {
    var missed = new EnumMap<ChannelKind, Map<Reason, Long>>(ChannelKind.class);
    int next = 1;
    for (ChannelKind channel : ChannelKind.values()) {
      var reasons = new LinkedHashMap<Reason, Long>();
      for (Reason reason : Unreachable.reasons(channel).keySet()) {
        reasons.put(reason, picked.members().get(next++).getLongCardinality());
      }
      reasons.put(
          Reason.FREQUENCY_CAP,
          (long)
              RoaringBitmap.andCardinality(
                  picked.capped().getOrDefault(channel, new RoaringBitmap()),
                  picked.members().get(next++)));
      missed.put(channel, reasons);
    }
    return new Looked(
        picked.members().getFirst(), missed, picked.everybody(), picked.at(), picked.record());
  }

  private static Condition both(Condition one, Condition other) {
    return new Condition.All(List.of(one, other));
  }

  /// What was collected so far: event names, the properties of each, traits, and tags that lie on
  /// timelines. What only the erased ever sent is in it until a checkpoint leaves it out.
  public Collected collected() {
    return engine.vocabulary().of(engine.<Vocabulary.Sources>read(Vocabulary::sources));
  }

  /// The values most of some people have, the commonest first.
  ///
  /// @param values of one person; asked a part of the people at a time, so that events are taken in
  ///   between: what changes meanwhile may be counted or not
  public List<Value> commonest(
      RoaringBitmap members, Function<Person, Collection<Value>> values, int most) {
    var counts = new HashMap<Value, Integer>();
    var cursor = members.getIntIterator();
    while (cursor.hasNext()) {
      engine.read(
          at -> {
            View view = at.view();
            for (int i = 0; i < AT_A_TIME && cursor.hasNext(); i++) {
              Person person = view.of(at.graph.profileOf(cursor.next()));
              values.apply(person).forEach(value -> counts.merge(value, 1, Integer::sum));
            }
            return true;
          });
    }
    return counts.entrySet().stream()
        .sorted(
            Map.Entry.<Value, Integer>comparingByValue()
                .reversed()
                .thenComparing(entry -> entry.getKey().shown()))
        .limit(most)
        .map(Map.Entry::getKey)
        .toList();
  }

  /// Shows some people, one after the other; a part of them at a time, so that events are taken in
  /// between: what changes meanwhile may be seen or not.
  ///
  /// @param reader takes the name of each, and the person while it is shown
  public void each(RoaringBitmap members, BiConsumer<Integer, Person> reader) {
    var cursor = members.getIntIterator();
    while (cursor.hasNext()) {
      engine.read(
          at -> {
            View view = at.view();
            for (int i = 0; i < AT_A_TIME && cursor.hasNext(); i++) {
              int profile = at.graph.profileOf(cursor.next());
              reader.accept(profile, view.of(profile));
            }
            return true;
          });
    }
  }

  /// Everybody to whom a message was let out that is meant, by the names they have now.
  public RoaringBitmap sent(Predicate<Touchpoint> said) {
    return engine.read(
        at -> {
          var people = new RoaringBitmap();
          for (Touchpoint touchpoint : at.touchpoints()) {
            int profile = at.graph.profileOf(touchpoint.profile());
            if (touchpoint.reason() == Reason.SENT
                && at.graph.person(profile)
                && said.test(touchpoint)) {
              people.add(profile);
            }
          }
          return people;
        });
  }

  /// The people most like those who satisfy a rule. The seed is asked for just after the picture of
  /// everybody was taken.
  ///
  /// @throws java.util.concurrent.CancellationException when it was cancelled ([#underWay])
  public Lookalikes.Outcome lookalikes(Lookalikes.Asked asked) {
    return everybody(
        asked,
        Lookalikes::new,
        (at, watch) -> at.find(members(asked.seed()), asked.size(), asked.withSeed(), watch));
  }

  /// The classic questions about everybody, as of one instant.
  ///
  /// @throws java.util.concurrent.CancellationException when it was cancelled ([#underWay])
  public Sheets.Answer sheets(Sheets.Asked asked) {
    return everybody(asked, Sheets::new, (at, watch) -> at.answer(asked, watch));
  }

  /// Who is in a cell now, by the names of their profiles.
  ///
  /// @param part as the answer calls it
  public RoaringBitmap open(Sheets.Asked asked, String part, String row, String column) {
    return everybody(
        List.of(asked, part, row, column),
        Sheets::new,
        (at, watch) -> at.open(asked, part, row, column, watch));
  }

  public List<Audience> audiences() {
    return engine.read(at -> List.copyOf(at.audiences.values()));
  }

  /// Lines for some of the members, in order.
  public List<Line> lines(RoaringBitmap members, int after, int most) {
    return engine.read(
        at -> {
          var lines = new ArrayList<Line>();
          var cursor = members.getIntIterator();
          cursor.advanceIfNeeded(after + 1);
          while (cursor.hasNext() && lines.size() < most) {
            lines.add(line(at, at.graph.profileOf(cursor.next())));
          }
          return lines;
        });
  }

  // Definitions as they are in force.

  public List<Journey> journeys() {
    return engine.read(
        at ->
            at.journeys.values().stream()
                .map(versions -> versions.lastEntry().getValue())
                .toList());
  }

  public List<Template> templates() {
    return engine.read(at -> List.copyOf(at.templates.values()));
  }

  public List<CouponTemplate> couponTemplates() {
    return engine.read(at -> List.copyOf(at.couponTemplates.values()));
  }

  public TagBook tags() {
    return engine.read(State::tags);
  }

  /// The version of a definition that is in force, 0 when there is none.
  public int version(Entry.Definition kind, String name) {
    return engine.read(at -> at.version(kind, name));
  }

  /// Who uses an audience, in words.
  public List<String> usersOfAudience(String audience) {
    return engine.read(at -> at.usersOfAudience(audience));
  }

  /// A tag that somebody carries.
  ///
  /// @param since when it was put on
  /// @param source which system said so
  /// @param properties of the event that put it on: `by`, `why`, `segment`, `journey`…
  public record Carried(String tag, Instant since, String source, Properties properties) {}

  /// The tags somebody carries, by name.
  public List<Carried> carried(int name) {
    return engine.read(
        at -> {
          if (name < 0 || name >= at.graph.nodes()) {
            return List.<Carried>of();
          }
          View view = at.view().of(at.graph.profileOf(name));
          return view.tags().stream()
              .map(
                  tag -> {
                    int by = view.taggedBy(tag);
                    return new Carried(
                        tag,
                        Instant.ofEpochMilli(view.timeMs(by)),
                        view.source(by),
                        view.properties(by));
                  })
              .toList();
        });
  }

  /// The brand's time zone.
  public ZoneId zone() {
    return engine.read(State::zone);
  }

  /// What would become of a journey's messages now; null when there is no such journey.
  public @Nullable Forecast forecast(String journey) {
    return engine.read(
        at -> {
          Journey latest = at.latest(journey);
          return latest == null ? null : Forecast.of(at, latest);
        });
  }

  /// What a template says to somebody outside a journey, where nobody has a coupon.
  ///
  /// @param channel the one that reaches them
  /// @param otherWords placeholders that this person has no word for
  public record Preview(
      ChannelKind channel, String text, List<Attachment> attachments, List<String> otherWords) {}

  /// @return null when there is no such template or person
  public @Nullable Preview preview(String template, int profile) {
    return engine.read(
        at -> {
          Template named = at.templates.get(template);
          if (named == null || profile < 0 || profile >= at.graph.nodes()) {
            return null;
          }
          View view = at.view();
          view.of(at.graph.profileOf(profile));
          Template found = named.to(view);
          return new Preview(
              found.channel(),
              Forecast.text(at, found, view, null),
              found.attach(name -> Forecast.word(at, found, view, null, name)),
              found.placeholders().stream()
                  .filter(name -> !name.equals("link") && view.trait(name) == null)
                  .toList());
        });
  }

  public GatePolicy gatePolicy() {
    return engine.read(State::gatePolicy);
  }

  // Whatever core counts.

  /// Counts everybody by a rule of core, timeline by timeline.
  ///
  /// @param question equal questions have equal answers
  /// @param nobody a total of nobody, as of an instant in the brand's zone; one per thread. What is
  ///   answered is shared: it is not added to
  public <T extends Total<T>> T counted(Object question, BiFunction<Instant, ZoneId, T> nobody) {
    return everybody(
        question,
        Picture::new,
        (at, watch) -> at.count(watch, () -> nobody.apply(at.now(), at.zone()), EachPerson::new));
  }

  /// Whom a rule of core means, timeline by timeline, by the names of their profiles. Whoever has
  /// no event is never among them.
  ///
  /// @param question equal questions have equal answers
  /// @param belongs the rule as of an instant in the brand's zone; one per thread
  public RoaringBitmap whose(
      Object question, BiFunction<Instant, ZoneId, Predicate<Timeline>> belongs) {
    return everybody(question, Whose::new, (at, watch) -> at.find(belongs, watch));
  }

  /// Draws buyers by their numbers, with all they bought up to now.
  public BuyerSample buyerSample(int most) {
    record Asked(int most) {}
    return everybody(
        new Asked(most),
        Picture::new,
        (at, watch) -> {
          var drawn = new ConcurrentLinkedQueue<BuyerSample>();
          at.each(
              watch,
              _ -> true,
              () -> {
                var calendar = new Calendar(at.zone());
                var sample = new BuyerSample(most);
                drawn.add(sample);
                return (ordinal, view) ->
                    sample.add(ordinal, PaidDays.of(view, calendar, at.now().toEpochMilli()));
              });
          var all = new BuyerSample(most);
          drawn.forEach(all::add);
          return all;
        });
  }

  /// What is expected of one customer by models, up to the end of a day of the brand; null for who
  /// never bought, or is not there.
  public ValueModels.@Nullable Expected expected(ValueModels models, int node, int day) {
    return engine.<ValueModels.@Nullable Expected>read(
        at ->
            node < 0 || node >= at.graph.nodes()
                ? null
                : models.expected(
                    at.view().of(at.graph.profileOf(node)), new Calendar(at.zone()), day));
  }

  // Campaigns.

  /// Layered contribution of everybody who has an event in the window.
  public List<Layers.Share> layers(String heroSku, Window window) {
    record Asked(String heroSku, Window window) {}
    return everybody(
        new Asked(heroSku, window),
        Picture::new,
        (at, watch) -> {
          var span = window.at(at.now(), at.zone());
          var nobody = new Layers(heroSku, span);
          return at.count(watch, () -> new Layers(heroSku, span), () -> new Finds.OfLayers(nobody))
              .shares();
        });
  }

  /// The SKU most people bought in the window: the hero item where nobody named one. Empty when
  /// nothing was bought.
  public String bestSeller(Window window) {
    record Asked(Window window) {}
    return everybody(
        new Asked(window),
        Picture::new,
        (at, watch) -> {
          var span = window.at(at.now(), at.zone());
          var nobody = new BestSeller(span);
          return at.count(watch, () -> new BestSeller(span), () -> new Finds.OfBestSeller(nobody))
              .sku();
        });
  }

  /// Reports of all journeys anybody entered, in the order they were published. A version of a
  /// journey with the people in it; null when there is no such version.
  ///
  /// @param version 0 for the newest
  public @Nullable Canvas canvas(String name, int version) {
    record Taken(
        Journey journey, Steering steering, List<Position> positions, Arms arms, Instant at) {}
    Taken taken =
        engine.<@Nullable Taken>read(
            at -> {
              Journey latest = at.latest(name);
              Journey journey = latest == null || version == 0 ? latest : at.version(name, version);
              return journey == null
                  ? null
                  : new Taken(journey, at.steering(name), at.positions(), at.arms.copy(), at.now());
            });
    return taken == null
        ? null
        : Canvas.of(taken.journey(), taken.steering(), taken.positions(), taken.arms(), taken.at());
  }

  /// Everybody whom nothing will ever move on; has to be empty.
  public List<Canvas.Stuck> stuck(int most) {
    return engine.read(
        at -> {
          var found = new ArrayList<Canvas.Stuck>();
          for (Position position : at.positions()) {
            String why =
                Canvas.stuck(
                    position,
                    at.version(position.journey(), position.version()),
                    at.steering(position.journey()),
                    at.now());
            if (why != null && found.size() < most) {
              found.add(new Canvas.Stuck(position, why));
            }
          }
          return found;
        });
  }

  /// The versions of a journey, and how many people are under way on each, by the wait they stand
  /// in.
  public Map<Integer, Map<String, Long>> underWay(String journey) {
    List<Position> positions = engine.read(State::positions);
    var found = new TreeMap<Integer, Map<String, Long>>();
    engine
        .<Set<Integer>>read(at -> Set.copyOf(at.versionsOf(journey)))
        .forEach(version -> found.put(version, new TreeMap<>()));
    for (Position position : positions) {
      if (!position.over() && position.journey().equals(journey)) {
        found
            .computeIfAbsent(position.version(), _ -> new TreeMap<>())
            .merge(position.step(), 1L, Long::sum);
      }
    }
    return found;
  }

  public List<Trial> trials() {
    return engine.read(at -> List.copyOf(at.trials.values()));
  }

  /// What came of a trial until now.
  public TrialTable.Results results(Trial trial) {
    return engine.read(at -> new Trials(at, trial)).results(_ -> {});
  }

  /// What a journey's autopilot decided, and knows now; null when it has none.
  public @Nullable Flight flight(String journey) {
    Flight.Asked asked = engine.<Flight.@Nullable Asked>read(at -> Flight.of(at, journey));
    return asked == null ? null : asked.flight();
  }

  public Steering steering(String journey) {
    return engine.read(at -> at.steering(journey));
  }

  /// One version of a journey; null when there is none.
  public @Nullable Journey journey(String name, int version) {
    return engine.<@Nullable Journey>read(at -> at.version(name, version));
  }

  /// How many people of some are under way on each other journey.
  public Map<String, Long> alsoOn(RoaringBitmap people, String besides) {
    return engine.read(
        at -> {
          var others = new TreeMap<String, RoaringBitmap>();
          for (Position position : at.positions()) {
            int profile = at.graph.profileOf(position.profile());
            if (!position.over()
                && !position.journey().equals(besides)
                && people.contains(profile)) {
              others.computeIfAbsent(position.journey(), _ -> new RoaringBitmap()).add(profile);
            }
          }
          var counts = new TreeMap<String, Long>();
          others.forEach((name, members) -> counts.put(name, members.getLongCardinality()));
          return counts;
        });
  }

  public List<CampaignReport> campaigns() {
    return everybody("campaigns", Campaigns::new, Campaigns::reports);
  }

  /// Campaigns that were run elsewhere and came as events: who received them, who redeemed their
  /// coupons.
  public List<CampaignReport> campaignsAsTheyHappened() {
    return everybody(
        "campaigns as they happened",
        Picture::new,
        (at, watch) -> at.count(watch, CampaignsElsewhere::new, Finds.OfCampaigns::new).reports());
  }

  /// A journey's split as an experiment.
  ///
  /// @param goal whether the journey has a goal, by whose time people are counted
  /// @param early per variant, how many came whose time is not over: of them nothing is said
  public record Split(SplitTest test, boolean goal, Map<String, Long> early, Reading reading) {}

  /// A split's arms against each other and the hold-out.
  ///
  /// @param step empty for the first split
  /// @param within of entering, what counts where the journey has no goal
  /// @param before of entering, what was paid then foretells what is paid (CUPED)
  /// @param byRevenue whether revenue decides; else conversion does
  /// @return null when there is no such journey, or nothing to compare
  public @Nullable Split split(
      String journey, String step, Duration within, Duration before, boolean byRevenue) {
    var asked = new SplitTests.Asked(journey, step, within, before, byRevenue);
    return this.<SplitTests, Optional<Split>>everybody(
            asked,
            at -> new SplitTests(at, asked),
            (at, watch) -> Optional.ofNullable(at.read(watch)))
        .orElse(null);
  }

  /// Who is behind a number of people of a split's reading, by the names of their profiles.
  ///
  /// @param variant as [Split#test] calls it
  /// @param converted only who reached the goal, or who did not; null for both
  /// @param early those whose time is not over, in the place of those whose time is
  public RoaringBitmap openSplit(
      String journey,
      String step,
      Duration within,
      String variant,
      @Nullable Boolean converted,
      boolean early) {
    var asked = new SplitTests.Asked(journey, step, within, Duration.ZERO, true);
    return engine.read(at -> new SplitTests(at, asked)).open(variant, converted, early);
  }

  /// Which channels are given how much of what was paid.
  public Credits.Table attribution(Touches touches, long halfLifeMs) {
    return everybody(
        List.of("attribution", touches, halfLifeMs),
        Picture::new,
        (at, watch) -> {
          List<Credits> parts = Collections.synchronizedList(new ArrayList<>());
          at.each(
              watch,
              _ -> true,
              () -> {
                var credits = new Credits(touches.lookbackMs(), halfLifeMs);
                parts.add(credits);
                return (_, view) -> credits.trails(touches.trails(view));
              });
          var all = new Credits(touches.lookbackMs(), halfLifeMs);
          parts.forEach(all::add);
          return all.table();
        });
  }

  /// What became of messages on one channel.
  ///
  /// @param verdicts per reason how many, by its wire name
  /// @param sent which the platform took
  public record Messages(
      ChannelKind channel,
      SortedMap<String, Long> verdicts,
      long sent,
      long delivered,
      long failed,
      long costFen) {}

  /// Messages that were due in `[from, to)`, by channel.
  ///
  /// @param journeys only of these; empty for all
  public List<Messages> messages(Set<String> journeys, Instant from, Instant to) {
    record Asked(Set<String> journeys, Instant from, Instant to) {}
    return everybody(
        new Asked(Set.copyOf(journeys), from, to),
        State::touchpoints,
        (touchpoints, _) -> {
          var byChannel = new EnumMap<ChannelKind, Messages>(ChannelKind.class);
          for (Touchpoint one : touchpoints) {
            if ((journeys.isEmpty() || journeys.contains(one.journey()))
                && !one.due().isBefore(from)
                && one.due().isBefore(to)) {
              Messages before =
                  byChannel.getOrDefault(
                      one.channel(), new Messages(one.channel(), new TreeMap<>(), 0, 0, 0, 0));
              before.verdicts().merge(one.reason().wire(), 1L, Long::sum);
              boolean taken =
                  one.reason() == Reason.SENT
                      && switch (one.delivery().stage()) {
                        case ACCEPTED, DELIVERED, FAILED -> true;
                        case WAITING, HANDED -> false;
                      };
              byChannel.put(
                  one.channel(),
                  new Messages(
                      one.channel(),
                      before.verdicts(),
                      before.sent() + (taken ? 1 : 0),
                      before.delivered() + (one.delivered() ? 1 : 0),
                      before.failed()
                          + (taken && one.delivery().stage() == Touchpoint.Stage.FAILED ? 1 : 0),
                      before.costFen() + (taken ? one.costFen() : 0)));
            }
          }
          return List.copyOf(byChannel.values());
        });
  }

  // Reach.

  public @Nullable Touchpoint touchpoint(String key) {
    return engine.<@Nullable Touchpoint>read(at -> at.touchpoint(key));
  }

  public @Nullable Touchpoint touchpointByCode(String code) {
    return engine.<@Nullable Touchpoint>read(at -> at.touchpointByCode(code));
  }

  public @Nullable String touchpointKey(String batch, String address) {
    return engine.<@Nullable String>read(at -> at.touchpointKey(batch, address));
  }

  /// Touchpoints of a journey, of one reason or of all, in order.
  ///
  /// @param after the number of the last one on the page before, -1 for the first page
  public List<Touchpoint> touchpoints(
      String journey, @Nullable Reason reason, int after, int most) {
    return engine.read(
        at -> {
          var page = new ArrayList<Touchpoint>();
          List<Touchpoint> all = at.touchpoints();
          for (int i = after + 1; i < all.size() && page.size() < most; i++) {
            Touchpoint touchpoint = all.get(i);
            if (touchpoint.journey().equals(journey)
                && (reason == null || touchpoint.reason() == reason)) {
              page.add(touchpoint);
            }
          }
          return page;
        });
  }

  /// How far a mass task has come.
  public MassProgress massProgress(String journey) {
    record Asked(String progressOf) {}
    return everybody(
        new Asked(journey),
        State::touchpoints,
        (touchpoints, _) -> {
          var progress = new MassProgress();
          for (Touchpoint one : touchpoints) {
            if (one.journey().equals(journey)) {
              progress.add(one);
            }
          }
          return progress;
        });
  }

  /// What the gate would say of a template to some people now, by profile.
  ///
  /// @param members names of profiles
  /// @param after the last profile of the page before, -1 for the first page
  /// @return null when there is no such template
  public @Nullable List<Outlook> outlook(
      String template, RoaringBitmap members, int after, int most) {
    return engine.<@Nullable List<Outlook>>read(
        at -> {
          Template named = at.templates.get(template);
          return named == null ? null : Outlook.of(at, named, members, after, most);
        });
  }

  /// Whether somebody may be dialled again, as far as the limits of a callee go.
  ///
  /// @param profile a name of theirs
  /// @param reference of the redial, which does not count itself
  public boolean mayRedial(int profile, String reference) {
    return engine.read(at -> Outlook.mayRedial(at, profile, reference));
  }

  /// What was taken by the platform but has no receipt yet, per channel and platform id.
  public List<Touchpoint> awaitingReceipt(ChannelKind channel) {
    return engine.read(
        at ->
            at.touchpoints().stream()
                .filter(
                    t ->
                        t.channel() == channel && t.delivery().stage() == Touchpoint.Stage.ACCEPTED)
                .toList());
  }

  /// What one guide has to send, or sent, in one task of the platform.
  ///
  /// @param task the platform's id of it
  /// @param sender the guide; empty where the platform chose
  /// @param state `created` while nobody has got anything, `confirmed` once the guide sent it,
  ///   `failed` when nobody got it
  /// @param waiting customers of whom nothing is known yet
  /// @param failed by code, how many did not get it: `not_a_friend`, `monthly_quota`, `unconfirmed`
  public record SenderTask(
      String task,
      String sender,
      String journey,
      String template,
      Instant created,
      String state,
      int customers,
      int delivered,
      int waiting,
      SortedMap<String, Integer> failed) {}

  /// The tasks of a channel whose messages people have to send by hand, the newest first.
  ///
  /// @param sender whose; null for everybody's
  public List<SenderTask> senderTasks(ChannelKind channel, @Nullable String sender, int most) {
    List<Touchpoint> handed =
        engine.read(
            at ->
                at.touchpoints().stream()
                    .filter(t -> t.channel() == channel && !t.delivery().platformId().isEmpty())
                    .filter(t -> sender == null || t.sender().equals(sender))
                    .toList());
    var tasks = new LinkedHashMap<String, List<Touchpoint>>();
    for (Touchpoint touchpoint : handed) {
      tasks
          .computeIfAbsent(
              touchpoint.delivery().platformId() + "\n" + touchpoint.sender(),
              _ -> new ArrayList<>())
          .add(touchpoint);
    }
    return tasks.values().stream()
        .map(Questions::senderTask)
        .sorted(Comparator.comparing(SenderTask::created).reversed())
        .limit(most)
        .toList();
  }

  private static SenderTask senderTask(List<Touchpoint> of) {
    var failed = new TreeMap<String, Integer>();
    int delivered = 0;
    int waiting = 0;
    Instant created = of.getFirst().due();
    for (Touchpoint touchpoint : of) {
      created = touchpoint.due().isBefore(created) ? touchpoint.due() : created;
      switch (touchpoint.delivery().stage()) {
        case DELIVERED -> delivered++;
        case FAILED -> failed.merge(touchpoint.delivery().why(), 1, Integer::sum);
        case WAITING, HANDED, ACCEPTED -> waiting++;
      }
    }
    Touchpoint first = of.getFirst();
    return new SenderTask(
        first.delivery().platformId(),
        first.sender(),
        first.journey(),
        first.template(),
        created,
        waiting == of.size() ? "created" : delivered == 0 && waiting == 0 ? "failed" : "confirmed",
        of.size(),
        delivered,
        waiting,
        failed);
  }

  /// Figures of the moment for `/metrics` and `/health`.
  ///
  /// @param held let out since the last tick, leaving with the next
  /// @param oldestWaiting when the oldest message in the outbox was let out, null when it is empty
  /// @param verdicts messages per reason
  public record Pulse(
      long people,
      long events,
      int timers,
      int activePositions,
      int outbox,
      int held,
      int unanswered,
      @Nullable Instant oldestWaiting,
      Map<Reason, Long> verdicts,
      Instant now,
      @Nullable Instant nextTimer,
      long eventBytes,
      long timerBytes) {}

  /// What waits to be done, cheap enough to ask several times a second.
  public record Backlog(
      int outbox, int held, int unanswered, Instant now, @Nullable Instant nextTimer) {}

  public Backlog backlog() {
    return engine.read(
        at ->
            new Backlog(
                at.outbox.size(), at.held(), at.handovers.size(), at.now(), at.nextTimer()));
  }

  /// Messages on these channels that wait to leave, or left without an answer.
  public int waiting(Set<ChannelKind> channels) {
    return engine.read(
        at -> {
          int waiting = 0;
          for (ChannelKind channel : channels) {
            waiting += at.outbox.waiting(channel);
          }
          for (State.Handover handover : at.handovers.values()) {
            for (int index : handover.touchpoints()) {
              waiting += channels.contains(at.touchpoint(index).channel()) ? 1 : 0;
            }
          }
          return waiting;
        });
  }

  public Pulse pulse() {
    return engine.read(
        at ->
            new Pulse(
                at.graph.profiles(),
                at.events(),
                at.timersPending(),
                at.activePositions(),
                at.outbox.size(),
                at.held(),
                at.handovers.size(),
                at.outbox.isEmpty() ? null : at.touchpoint(at.outbox.first()).due(),
                at.verdicts(),
                at.now(),
                at.nextTimer(),
                at.memoryBytes(),
                at.timerBytes()));
  }
}
