package io.huoshui.engine;

import io.huoshui.audience.Audience;
import io.huoshui.audience.Condition;
import io.huoshui.audience.Segment;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.identity.Link;
import io.huoshui.identity.Pairwise;
import io.huoshui.insight.CampaignReport;
import io.huoshui.insight.Layers;
import io.huoshui.insight.Overview;
import io.huoshui.insight.Uplift;
import io.huoshui.journey.Journey;
import io.huoshui.journey.Position;
import io.huoshui.loyalty.CouponTemplate;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Fold;
import io.huoshui.profile.Lifecycle;
import io.huoshui.profile.Person;
import io.huoshui.profile.Rfm;
import io.huoshui.profile.Window;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.GatePolicy;
import io.huoshui.reach.Reason;
import io.huoshui.reach.Template;
import io.huoshui.reach.Touchpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// What may be asked of the engine. Every answer is of one moment: between two writes.
public final class Questions {
  /// What a sender writes as SKU when it does not know the item: no item can be the hero by it.
  private static final String UNSPECIFIED = "unspecified";

  private final Engine engine;

  Questions(Engine engine) {
    this.engine = engine;
  }

  // The brand.

  public Overview overview() {
    return engine.read(Questions::overview);
  }

  private static Overview overview(State at) {
    int[] eventsOf = new int[at.words().sources()];
    int[] peopleOf = new int[eventsOf.length];
    var lifecycle = new EnumMap<Lifecycle, Long>(Lifecycle.class);
    for (Lifecycle state : Lifecycle.values()) {
      lifecycle.put(state, 0L);
    }
    var rfms = new ArrayList<Rfm>();
    long orders = 0;
    long cancelled = 0;
    long gross = 0;
    long given = 0;
    long quiet = 0;
    long people = 0;
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    int paid = at.words().findName("order_paid");
    int undone = at.words().findName("order_cancelled");
    int refunded = at.words().findName("order_refunded");
    View view = at.view();
    for (int profile = 0; profile < at.graph.nodes(); profile++) {
      if (!at.graph.person(profile)) {
        continue;
      }
      people++;
      view.of(profile);
      boolean[] seen = new boolean[eventsOf.length];
      for (int i = 0; i < view.size(); i++) {
        int source = view.sourceNumber(i);
        eventsOf[source]++;
        if (!seen[source]) {
          seen[source] = true;
          peopleOf[source]++;
        }
        int name = view.nameNumber(i);
        if (name == paid) {
          orders++;
          gross += view.whole(i, "amountFen");
        } else if (name == undone || name == refunded) {
          cancelled += name == undone ? 1 : 0;
          given += view.whole(i, "amountFen");
        }
        first = Math.min(first, view.timeMs(i));
        last = Math.max(last, view.timeMs(i));
      }
      lifecycle.merge(
          Lifecycle.of(view, at.now(), at.zone(), Lifecycle.Bounds.STANDARD), 1L, Long::sum);
      quiet += Lifecycle.activeWithoutRepurchase(view, at.now(), at.zone()) ? 1 : 0;
      Rfm rfm = Rfm.of(view, Window.ever(), at.now(), at.zone());
      if (rfm != null) {
        rfms.add(rfm);
      }
    }
    var sources = new ArrayList<Overview.Source>();
    for (int i = 0; i < eventsOf.length; i++) {
      sources.add(new Overview.Source(at.words().sourceOf(i), eventsOf[i], peopleOf[i]));
    }
    sources.sort((a, b) -> Long.compare(b.events(), a.events()));
    return new Overview(
        people,
        at.graph.nodes(),
        at.graph.merges(),
        at.events(),
        orders,
        cancelled,
        rfms.size(),
        gross - given,
        gross,
        last == Long.MIN_VALUE ? null : Instant.ofEpochMilli(first),
        last == Long.MIN_VALUE ? null : Instant.ofEpochMilli(last),
        sources,
        lifecycle,
        quiet,
        rfm(rfms));
  }

  private static Overview.RfmTable rfm(List<Rfm> rfms) {
    var cells = new TreeMap<String, Long>();
    var classes = new LinkedHashMap<String, Long>();
    var fixed = new LinkedHashMap<String, Long>();
    for (Rfm.Class8 each : Rfm.Class8.values()) {
      classes.put(each.wire(), 0L);
      fixed.put(each.wire(), 0L);
    }
    for (Rfm.Cell cell : Rfm.quintiles(rfms)) {
      cells.merge(cell.code(), 1L, Long::sum);
      classes.merge(cell.class8().wire(), 1L, Long::sum);
    }
    for (Rfm rfm : rfms) {
      fixed.merge(Rfm.Rules.STANDARD.score(rfm).class8().wire(), 1L, Long::sum);
    }
    return new Overview.RfmTable(rfms.size(), cells, classes, fixed);
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
    for (int node = 0; node < at.graph.nodes() && found.size() < 1_000; node++) {
      String value = at.graph.identifier(node).value();
      if (at.graph.identifier(node).erased()) {
        continue;
      }
      if (value.equals(query)
          || value.equals(phone)
          || (query.length() >= 4 && value.contains(query))) {
        found.add(at.graph.profileOf(node));
      }
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
          for (String channel : List.of("sms", "wecom", "call")) {
            consents.put(channel, view.consent(channel));
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

  /// @param count members now
  /// @param entered since it was published
  public record SegmentLine(Segment segment, long count, long entered, long left) {}

  public List<SegmentLine> segments() {
    return engine.read(
        at ->
            at.segments.values().stream()
                .map(
                    live ->
                        new SegmentLine(live.segment, live.count(), live.entered(), live.left()))
                .toList());
  }

  /// Exactly who satisfies a rule now.
  public RoaringBitmap members(Condition rule) {
    Everybody everybody = engine.read(at -> new Everybody(rule, at));
    if (!everybody.alone()) {
      return engine.read(at -> at.members(rule));
    }
    // Blocks never change, so events go on being taken while they are asked.
    everybody.askBlocks(Runtime.getRuntime().availableProcessors());
    return engine.read(everybody::members);
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

  public GatePolicy gatePolicy() {
    return engine.read(State::gatePolicy);
  }

  // Campaigns.

  /// Layered contribution of everybody who has an event in the window.
  public List<Layers.Share> layers(String heroSku, Window window) {
    return engine.read(
        at -> {
          Window.Span span = window.at(at.now(), at.zone());
          var layers = new Layers(heroSku, span);
          View view = at.view();
          for (int profile = 0; profile < at.graph.nodes(); profile++) {
            if (at.graph.person(profile)) {
              layers.add(view.of(profile));
            }
          }
          return layers.shares();
        });
  }

  /// The SKU most people bought in the window: the hero item where nobody named one. Empty when
  /// nothing was bought.
  public String bestSeller(Window window) {
    return engine.read(
        at -> {
          Window.Span span = window.at(at.now(), at.zone());
          var buyers = new HashMap<String, Integer>();
          View view = at.view();
          for (int profile = 0; profile < at.graph.nodes(); profile++) {
            if (at.graph.person(profile)) {
              view.of(profile);
              var mine = new HashSet<String>();
              int end = view.from(span.toMs());
              for (int i = view.from(span.fromMs()); i < end; i++) {
                if (view.name(i).equals("product_purchased")) {
                  Value sku = view.property(i, "sku");
                  if (sku != null && !sku.shown().equals(UNSPECIFIED) && mine.add(sku.shown())) {
                    buyers.merge(sku.shown(), 1, Integer::sum);
                  }
                }
              }
            }
          }
          return buyers.entrySet().stream()
              .max(
                  Map.Entry.<String, Integer>comparingByValue()
                      .thenComparing(Map.Entry.comparingByKey(java.util.Comparator.reverseOrder())))
              .map(Map.Entry::getKey)
              .orElse("");
        });
  }

  /// Reports of all journeys anybody entered, in the order they were published.
  public List<CampaignReport> campaigns() {
    return engine.read(
        at -> {
          var byJourney = new LinkedHashMap<String, List<Position>>();
          at.journeys.keySet().forEach(name -> byJourney.put(name, new ArrayList<>()));
          for (Position position : at.positions()) {
            byJourney.computeIfAbsent(position.journey(), _ -> new ArrayList<>()).add(position);
          }
          var touchpoints = new HashMap<String, List<Touchpoint>>();
          for (Touchpoint touchpoint : at.touchpoints()) {
            touchpoints
                .computeIfAbsent(touchpoint.journey(), _ -> new ArrayList<>())
                .add(touchpoint);
          }
          var reports = new ArrayList<CampaignReport>();
          byJourney.forEach(
              (name, positions) -> {
                Journey journey = at.latest(name);
                if (journey != null && !positions.isEmpty()) {
                  reports.add(
                      report(at, journey, positions, touchpoints.getOrDefault(name, List.of())));
                }
              });
          return reports;
        });
  }

  private static CampaignReport report(
      State at, Journey journey, List<Position> positions, List<Touchpoint> touchpoints) {
    Uplift.Arm treated = Uplift.Arm.EMPTY;
    Uplift.Arm heldOut = Uplift.Arm.EMPTY;
    long converted = 0;
    long heldConverted = 0;
    View view = at.view();
    // Somebody who entered more than once, or was merged, is one person with one revenue.
    var counted = new HashSet<Integer>();
    for (Position position : positions) {
      int profile = at.graph.profileOf(position.profile());
      boolean reached = position.goalAt() != null;
      if (!counted.add(profile)) {
        continue;
      }
      double revenue = revenue(view.of(profile), position, journey);
      if (position.heldOut()) {
        heldOut = heldOut.plus(revenue);
        heldConverted += reached ? 1 : 0;
      } else {
        treated = treated.plus(revenue);
        converted += reached ? 1 : 0;
      }
    }
    var verdicts = new TreeMap<String, Long>();
    long sent = 0;
    long delivered = 0;
    long cost = 0;
    for (Touchpoint touchpoint : touchpoints) {
      verdicts.merge(touchpoint.reason().wire(), 1L, Long::sum);
      if (touchpoint.reason() == Reason.SENT) {
        switch (touchpoint.delivery().stage()) {
          case ACCEPTED, DELIVERED, FAILED -> {
            sent++;
            cost += touchpoint.costFen();
          }
          case WAITING, HANDED -> {}
        }
        delivered += touchpoint.delivered() ? 1 : 0;
      }
    }
    return new CampaignReport(
        journey.name(),
        journey.title(),
        switch (journey.entry()) {
          case Journey.Entry.OfAudience(String audience) -> audience;
          case Journey.Entry.OfSegment(String segment) -> segment;
          case Journey.Entry.OfEvent(EventPattern event) -> event.event();
        },
        true,
        positions.getFirst().enteredAt(),
        counted.size(),
        verdicts,
        sent,
        delivered,
        clicked(at, journey.name(), touchpoints),
        converted,
        (long) treated.sum(),
        new CampaignReport.HoldOut(heldOut.people(), heldConverted, (long) heldOut.sum()),
        cost,
        journey.holdOutShare() == 0 ? null : Uplift.of(treated, heldOut));
  }

  private static long clicked(State at, String journey, List<Touchpoint> touchpoints) {
    var keys = new HashSet<String>();
    View view = at.view();
    for (Touchpoint touchpoint : touchpoints) {
      view.of(at.graph.profileOf(touchpoint.profile()));
      for (int i = view.from(touchpoint.due().toEpochMilli()); i < view.size(); i++) {
        if (view.name(i).equals("link_clicked")
            && view.property(i, "touchpoint") instanceof Value.Text(String key)
            && key.startsWith(journey + "/")) {
          keys.add(key);
        }
      }
    }
    return keys.size();
  }

  private static double revenue(View view, Position position, Journey journey) {
    Journey.Goal goal = journey.goal();
    long from = position.enteredAt().toEpochMilli();
    long to =
        goal == null
            ? Long.MAX_VALUE
            : position.enteredAt().plus(goal.within().exact()).toEpochMilli();
    double paid = 0;
    for (int i = view.from(from); i < view.size() && view.timeMs(i) <= to; i++) {
      if (view.name(i).equals("order_paid")) {
        paid += view.whole(i, "amountFen");
      } else if (view.name(i).equals("order_cancelled") || view.name(i).equals("order_refunded")) {
        paid -= view.whole(i, "amountFen");
      }
    }
    return paid;
  }

  /// Campaigns that were run elsewhere and came as events: who received them, who redeemed their
  /// coupons.
  public List<CampaignReport> campaignsAsTheyHappened() {
    return engine.read(
        at -> {
          var received = new TreeMap<String, Set<Integer>>();
          var redeemed = new TreeMap<String, Set<Integer>>();
          var redemptions = new HashMap<String, Long>();
          var titles = new HashMap<String, String>();
          var starts = new HashMap<String, Long>();
          View view = at.view();
          for (int profile = 0; profile < at.graph.nodes(); profile++) {
            if (!at.graph.person(profile)) {
              continue;
            }
            view.of(profile);
            for (int i = 0; i < view.size(); i++) {
              String name = view.name(i);
              if (name.equals("campaign_received")) {
                String campaign = shown(view.property(i, "campaign"));
                received.computeIfAbsent(campaign, _ -> new HashSet<>()).add(profile);
                titles.putIfAbsent(campaign, shown(view.property(i, "campaignType")));
                starts.merge(campaign, view.timeMs(i), Math::min);
              } else if (name.equals("coupon_redeemed") && view.property(i, "campaign") != null) {
                String campaign = shown(view.property(i, "campaign"));
                redeemed.computeIfAbsent(campaign, _ -> new HashSet<>()).add(profile);
                redemptions.merge(campaign, 1L, Long::sum);
              }
            }
          }
          var reports = new ArrayList<CampaignReport>();
          received.entrySet().stream()
              .sorted(java.util.Comparator.comparingLong(e -> starts.getOrDefault(e.getKey(), 0L)))
              .forEach(
                  entry -> {
                    String campaign = entry.getKey();
                    long people = entry.getValue().size();
                    reports.add(
                        new CampaignReport(
                            "campaign " + campaign,
                            titles.getOrDefault(campaign, ""),
                            "",
                            false,
                            Instant.ofEpochMilli(starts.getOrDefault(campaign, 0L)),
                            people,
                            Map.of("sent", people),
                            people,
                            people,
                            redemptions.getOrDefault(campaign, 0L),
                            redeemed.getOrDefault(campaign, Set.of()).size(),
                            0,
                            new CampaignReport.HoldOut(0, 0, 0),
                            0,
                            null));
                  });
          return reports;
        });
  }

  private static String shown(@Nullable Value value) {
    return value == null ? "" : value.shown();
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
          for (int index : at.outbox) {
            waiting += channels.contains(at.touchpoint(index).channel()) ? 1 : 0;
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
        at -> {
          var verdicts = new EnumMap<Reason, Long>(Reason.class);
          for (Touchpoint touchpoint : at.touchpoints()) {
            verdicts.merge(touchpoint.reason(), 1L, Long::sum);
          }
          return new Pulse(
              at.graph.profiles(),
              at.events(),
              at.timersPending(),
              at.activePositions(),
              at.outbox.size(),
              at.held(),
              at.handovers.size(),
              at.outbox.isEmpty() ? null : at.touchpoint(at.outbox.first()).due(),
              verdicts,
              at.now(),
              at.nextTimer(),
              at.memoryBytes(),
              at.timerBytes());
        });
  }
}
