package io.huoshui.server.community;

import io.huoshui.community.Ledger;
import io.huoshui.community.Moves;
import io.huoshui.community.Moves.Candidate;
import io.huoshui.community.Moves.Invitation;
import io.huoshui.community.Moves.Limits;
import io.huoshui.community.Moves.Plan;
import io.huoshui.community.Moves.Target;
import io.huoshui.community.Stay;
import io.huoshui.engine.Engine;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.Properties;
import io.huoshui.json.Json;
import io.huoshui.reach.Guides;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Problem;
import io.huoshui.server.audience.Picks;
import io.huoshui.server.audience.Whom;
import io.huoshui.server.community.Communities.Group;
import io.huoshui.server.profile.Forgotten;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.context.event.EventListener;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// 大池洗小池: plans who is invited from large groups into small ones, and tells each on their day.
///
/// Telling is an event `group_invited` on the person's timeline: a journey that is entered by it
/// says it in words, through the gate. Seats are counted and promised by one at a time.
@Service
class GroupMoves {
  /// How long a seat is kept for whoever was invited, counted from their day.
  private static final Duration HOLDS = Duration.ofDays(7);

  private final Engine engine;
  private final Communities communities;
  private final GroupMoveStore store;
  private final Picks picks;
  private final Audit audit;
  private final TransactionTemplate transaction;

  GroupMoves(
      Engine engine,
      Communities communities,
      GroupMoveStore store,
      Picks picks,
      Audit audit,
      PlatformTransactionManager transactions) {
    this.engine = engine;
    this.communities = communities;
    this.store = store;
    this.picks = picks;
    this.audit = audit;
    this.transaction = new TransactionTemplate(transactions);
  }

  /// Whom a theme is for; the first that means somebody comes first for them.
  record Theme(String theme, Whom whom) {}

  /// @param from the large groups
  /// @param into the small ones; every group with a kind when left out
  /// @param first day of invitations; tomorrow when left out
  record Spec(
      @Nullable String name,
      List<String> from,
      @Nullable List<String> into,
      List<Theme> themes,
      @Nullable Integer reserve,
      @Nullable Integer perGuideAndDay,
      @Nullable Integer perTargetAndDay,
      @Nullable LocalDate first,
      @Nullable Integer days,
      @Nullable Boolean ownerInvites) {}

  /// @param targets before the plan
  record Planned(Plan plan, List<Target> targets, int candidates) {}

  private Limits limits(Spec spec, Instant now) {
    LocalDate tomorrow = now.atZone(communities.zone()).toLocalDate().plusDays(1);
    try {
      return new Limits(
          Objects.requireNonNullElse(spec.reserve(), 5),
          Objects.requireNonNullElse(spec.perGuideAndDay(), 20),
          Objects.requireNonNullElse(spec.perTargetAndDay(), 30),
          Objects.requireNonNullElse(spec.first(), tomorrow),
          Objects.requireNonNullElse(spec.days(), 7),
          Objects.requireNonNullElse(spec.ownerInvites(), true));
    } catch (IllegalArgumentException e) {
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT, "bad_limits", String.valueOf(e.getMessage()))
          .thrown();
    }
  }

  /// What a run would do now. Nothing is promised.
  Planned preview(Spec spec) {
    return plan(spec, engine.now());
  }

  private Planned plan(Spec spec, Instant now) {
    if (spec.from() == null || spec.from().isEmpty() || spec.themes() == null) {
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT, "missing_field", "A move goes from groups.")
          .at("from", "nothing", "chat ids; and themes: [{theme, whom}]")
          .thrown();
    }
    SortedMap<String, Group> groups = communities.all();
    List<GroupMoveStore.Row> open = store.open(now);
    List<Target> targets = targets(spec, groups, open, now);
    Map<Integer, List<String>> themes = new HashMap<>();
    for (int i = 0; i < spec.themes().size(); i++) {
      Theme theme = spec.themes().get(i);
      picks
          .of(theme.whom(), "themes[" + i + "].whom")
          .members()
          .forEach(
              (int person) ->
                  themes.computeIfAbsent(person, _ -> new ArrayList<>(1)).add(theme.theme()));
    }
    List<Candidate> candidates = candidates(spec, groups, open, themes, now);
    return new Planned(
        Moves.plan(candidates, targets, limits(spec, now)), targets, candidates.size());
  }

  private static Problem.Refusal unknown(String field, String chat) {
    return Problem.of(
            HttpStatus.UNPROCESSABLE_CONTENT, "unknown_community", "There is no such group.")
        .at(field, chat, "a chat id of GET /api/v1/communities")
        .thrown();
  }

  private List<Target> targets(
      Spec spec, SortedMap<String, Group> groups, List<GroupMoveStore.Row> open, Instant now) {
    List<String> into = spec.into();
    List<String> chats =
        into == null || into.isEmpty()
            ? groups.values().stream()
                .filter(group -> !group.about().kind().isEmpty())
                .map(group -> group.about().chat())
                .filter(chat -> !spec.from().contains(chat))
                .toList()
            : into;
    var targets = new ArrayList<Target>();
    for (String chat : chats) {
      Group group = groups.get(chat);
      if (group == null) {
        throw unknown("into", chat);
      }
      if (group.community().dissolved() != null) {
        continue;
      }
      RoaringBitmap in = in(group, now);
      long promised =
          open.stream()
              .filter(row -> row.chat().equals(chat))
              .filter(row -> !in.contains(engine.ask().profileOf(row.profile())))
              .count();
      targets.add(
          new Target(
              chat,
              group.about().kind(),
              group.about().theme(),
              group.community().owner(),
              group.about().capacity(),
              (int) (in.getLongCardinality() + group.about().staff() + promised)));
    }
    return targets;
  }

  private static RoaringBitmap in(Group group, Instant now) {
    var in = new RoaringBitmap();
    Ledger ledger = group.ledger();
    if (ledger != null) {
      ledger.members().stream()
          .filter(member -> member.in(now))
          .forEach(member -> in.add(member.person()));
    }
    return in;
  }

  private List<Candidate> candidates(
      Spec spec,
      SortedMap<String, Group> groups,
      List<GroupMoveStore.Row> open,
      Map<Integer, List<String>> themes,
      Instant now) {
    var kinds = new HashMap<Integer, Set<String>>();
    groups
        .values()
        .forEach(
            group -> {
              String kind = group.about().kind();
              if (!kind.isEmpty()) {
                in(group, now)
                    .forEach(
                        (int person) ->
                            kinds.computeIfAbsent(person, _ -> new HashSet<>()).add(kind));
              }
            });
    for (GroupMoveStore.Row row : open) {
      Group group = groups.get(row.chat());
      if (group != null && !group.about().kind().isEmpty()) {
        kinds
            .computeIfAbsent(engine.ask().profileOf(row.profile()), _ -> new HashSet<>())
            .add(group.about().kind());
      }
    }
    var scores = new LinkedHashMap<Integer, Double>();
    for (String chat : spec.from()) {
      Group group = groups.get(chat);
      if (group == null) {
        throw unknown("from", chat);
      }
      Ledger ledger = group.ledger();
      if (ledger != null) {
        ledger.members().stream()
            .filter(member -> member.in(now))
            .forEach(member -> scores.merge(member.person(), score(member), Math::max));
      }
    }
    var people = new RoaringBitmap();
    scores.keySet().forEach(people::add);
    var candidates = new ArrayList<Candidate>();
    Guides guides = engine.guides();
    engine
        .ask()
        .each(
            people,
            (profile, person) ->
                candidates.add(
                    new Candidate(
                        profile,
                        guides.of(person),
                        themes.getOrDefault(profile, List.of()),
                        kinds.getOrDefault(profile, Set.of()),
                        scores.getOrDefault(profile, 0.0))));
    return candidates;
  }

  /// Who bought comes before who was active, and both before who was neither.
  private static double score(Ledger.Member member) {
    return 10.0 * member.orders() + member.activeDays().size();
  }

  /// Plans and promises the seats.
  Planned run(Spec spec) {
    String name = String.valueOf(spec.name());
    if (!name.matches("[a-z][a-z0-9_]{0,63}")) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_name", "A move has a name.")
          .at("name", name, "a small letter, then letters, digits, '_', at most 64")
          .thrown();
    }
    return Objects.requireNonNull(
        transaction.execute(
            _ -> {
              store.alone();
              if (store.find(name).isPresent()) {
                throw Problem.of(
                        HttpStatus.CONFLICT, "move_exists", "There is a move '" + name + "'.")
                    .at("name", name, "a name no move has")
                    .thrown();
              }
              Instant now = engine.now();
              Planned planned = plan(spec, now);
              var reasons = new LinkedHashMap<String, Json>();
              planned
                  .plan()
                  .reasons()
                  .forEach((why, count) -> reasons.put(why.wire(), Json.of(count)));
              store.add(name, json(spec).write(), audit.who(), now, new Json.Obj(reasons).write());
              for (Invitation each : planned.plan().invitations()) {
                store.add(
                    name,
                    List.of(each),
                    each.day().atStartOfDay(communities.zone()).toInstant().plus(HOLDS));
              }
              audit.record(
                  "community_move", name + " " + planned.plan().invitations().size() + " people");
              return planned;
            }));
  }

  private static Json json(Spec spec) {
    List<String> into = spec.into();
    return Json.object(
        "from", Json.of(spec.from().stream().map(Json::of).toList()),
        "into", Json.of((into == null ? List.<String>of() : into).stream().map(Json::of).toList()),
        "themes",
            Json.of(
                spec.themes().stream()
                    .map(each -> Json.object("theme", Json.of(each.theme()), "whom", whom(each)))
                    .toList()));
  }

  private static Json whom(Theme theme) {
    Whom whom = theme.whom();
    return Json.of(
        whom.text() != null
            ? whom.text()
            : whom.segment() != null
                ? "segment " + whom.segment()
                : whom.audience() != null ? "audience " + whom.audience() : "people");
  }

  /// Tells whoever's day has come. The id of the event is that of the invitation, so twice is once.
  void pass() {
    Instant now = engine.now();
    LocalDate today = now.atZone(communities.zone()).toLocalDate();
    List<GroupMoveStore.Row> due = store.due(today);
    while (!due.isEmpty()) {
      for (GroupMoveStore.Row row : due) {
        Identifier who = engine.ask().identifier(row.profile());
        if (!who.erased()) {
          engine.take(
              List.of(
                  new Event(
                      "group-invited/" + row.move() + "/" + row.profile(),
                      "group_invited",
                      now,
                      "huoshui",
                      List.of(who),
                      Properties.of(
                          "group", row.chat(), "guide", row.guide(), "move", row.move()))));
        }
        store.invited(row, now);
      }
      due = store.due(today);
    }
  }

  /// Somebody is erased: nobody invites them.
  @EventListener
  void forgotten(Forgotten person) {
    store.forget(person.names(), engine.now());
    communities.forget();
  }

  // What came of it.

  /// @param step `planned`, `invited`, `joined`, `active`, `bought`
  record Step(String step, RoaringBitmap people) {}

  /// Each step is of those of the step before.
  List<Step> funnel(String move) {
    var steps = new TreeMap<Integer, RoaringBitmap>();
    for (int i = 0; i < 5; i++) {
      steps.put(i, new RoaringBitmap());
    }
    SortedMap<String, Group> groups = communities.all();
    var byChat = new HashMap<String, Map<Integer, Ledger.Member>>();
    for (GroupMoveStore.Row row : store.of(move)) {
      int person = engine.ask().profileOf(row.profile());
      int reached = 0;
      Instant invited = row.invitedAt();
      if (invited != null) {
        reached = 1;
        Ledger.Member member =
            byChat.computeIfAbsent(row.chat(), chat -> members(groups.get(chat))).get(person);
        Instant joined = member == null ? null : joined(member, invited);
        if (member != null && joined != null) {
          reached = 2;
          int day = (int) joined.atZone(communities.zone()).toLocalDate().toEpochDay();
          if (member.active(day, Integer.MAX_VALUE)) {
            reached = 3;
            Instant bought = member.firstOrder();
            reached = bought != null && !bought.isBefore(joined) ? 4 : 3;
          }
        }
      }
      for (int i = 0; i <= reached; i++) {
        Objects.requireNonNull(steps.get(i)).add(person);
      }
    }
    var names = List.of("planned", "invited", "joined", "active", "bought");
    var funnel = new ArrayList<Step>();
    steps.forEach((i, people) -> funnel.add(new Step(names.get(i), people)));
    return funnel;
  }

  private static Map<Integer, Ledger.Member> members(@Nullable Group group) {
    var members = new HashMap<Integer, Ledger.Member>();
    Ledger ledger = group == null ? null : group.ledger();
    if (ledger != null) {
      ledger.members().forEach(member -> members.put(member.person(), member));
    }
    return members;
  }

  private static @Nullable Instant joined(Ledger.Member member, Instant since) {
    return member.stays().stream()
        .map(Stay::from)
        .filter(from -> !from.isBefore(since))
        .findFirst()
        .orElse(null);
  }

  GroupMoveStore.Move find(String name) {
    return store
        .find(name)
        .orElseThrow(
            () ->
                Problem.of(HttpStatus.NOT_FOUND, "unknown_move", "No move '" + name + "'.")
                    .next("GET /api/v1/community-moves lists all.")
                    .thrown());
  }

  List<GroupMoveStore.Move> all() {
    return store.all();
  }

  /// The targets of a move, for a list.
  Set<String> targets(String move) {
    var chats = new LinkedHashSet<String>();
    store.of(move).forEach(row -> chats.add(row.chat()));
    return chats;
  }
}
