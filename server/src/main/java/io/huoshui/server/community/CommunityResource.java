package io.huoshui.server.community;

import io.huoshui.community.Community;
import io.huoshui.community.Ledger;
import io.huoshui.community.LifeCurve;
import io.huoshui.community.Point;
import io.huoshui.community.Stage;
import io.huoshui.community.Stay;
import io.huoshui.community.Waves;
import io.huoshui.engine.Engine;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Problem;
import io.huoshui.server.audience.Freezing;
import io.huoshui.server.community.Communities.Group;
import io.huoshui.server.community.CommunityStore.About;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Groups: which there are, how alive they are, who is in them, and the people behind each number.
@RestController
@RequestMapping("/api/v1/communities")
class CommunityResource {
  private static final int SPARK_DAYS = 60;
  private static final int MOST_DAYS = 400;
  private static final int PAGE = 200;
  private static final List<Integer> KEPT_AFTER = List.of(1, 3, 7, 14, 30, 60);

  private final Engine engine;
  private final Communities communities;
  private final CommunityStore store;
  private final KeywordReplies replies;
  private final GroupSync sync;
  private final Freezing freezing;
  private final Audit audit;

  CommunityResource(
      Engine engine,
      Communities communities,
      CommunityStore store,
      KeywordReplies replies,
      GroupSync sync,
      Freezing freezing,
      Audit audit) {
    this.engine = engine;
    this.communities = communities;
    this.store = store;
    this.replies = replies;
    this.sync = sync;
    this.freezing = freezing;
    this.audit = audit;
  }

  /// @param stage null when nobody ever was in
  /// @param ofPeak what is left of the most there ever was; null when there is no base
  /// @param spark active people of the last days, the oldest first
  /// @param members customers who are in now
  /// @param room how many more it takes
  record Line(
      String chat,
      String name,
      String owner,
      String kind,
      String theme,
      String store,
      List<String> labels,
      @Nullable String stage,
      String zh,
      String en,
      int ageDays,
      long members,
      int staff,
      int capacity,
      long room,
      int active,
      int windowDays,
      @Nullable Double ofPeak,
      int joined7,
      int left7,
      List<Integer> spark,
      @Nullable Instant opened,
      @Nullable Instant dissolved,
      @Nullable Instant readAt) {}

  private Line line(Group group, Instant now) {
    LifeCurve.Reading last = group.life().isEmpty() ? null : group.life().getLast();
    Ledger ledger = group.ledger();
    List<Point> days = ledger == null ? List.of() : ledger.days();
    List<Point> week = days.subList(Math.max(0, days.size() - 7), days.size());
    long members = group.members(now);
    About about = group.about();
    return new Line(
        about.chat(),
        group.community().name(),
        group.community().owner(),
        about.kind(),
        about.theme(),
        about.store(),
        about.labels(),
        last == null ? null : last.stage().wire(),
        last == null ? "还没有人入群" : last.reason(true),
        last == null ? "Nobody ever was in it." : last.reason(false),
        last == null ? 0 : last.ageDays(),
        members,
        about.staff(),
        about.capacity(),
        Math.max(0, about.capacity() - about.staff() - members),
        last == null ? 0 : last.active(),
        last == null ? communities.rule().windowDays() : last.windowDays(),
        last == null ? null : last.ofPeak(),
        week.stream().mapToInt(Point::joined).sum(),
        week.stream().mapToInt(Point::left).sum(),
        days.subList(Math.max(0, days.size() - SPARK_DAYS), days.size()).stream()
            .map(Point::active)
            .toList(),
        group.opened(),
        group.community().dissolved(),
        about.readAt());
  }

  /// @param stages how many groups stand where
  /// @param members people who are in some group; one who is in two counts once
  record All(
      List<Line> communities, Map<String, Integer> stages, long members, Instant at, String note) {}

  /// The most active first.
  @GetMapping
  All all(
      @RequestParam(required = false) @Nullable String stage,
      @RequestParam(defaultValue = "") String owner,
      @RequestParam(defaultValue = "") String label,
      @RequestParam(defaultValue = "") String q) {
    Instant now = engine.now();
    var in = new RoaringBitmap();
    var stages = new TreeMap<String, Integer>();
    var lines = new ArrayList<Line>();
    for (Group group : communities.all().values()) {
      Line line = line(group, now);
      if ((stage == null || stage.equals(line.stage()))
          && (owner.isEmpty() || owner.equals(line.owner()))
          && (label.isEmpty() || line.labels().contains(label))
          && (q.isEmpty() || line.name().contains(q) || line.chat().contains(q))) {
        lines.add(line);
        stages.merge(Objects.requireNonNullElse(line.stage(), "none"), 1, Integer::sum);
        in.or(people(group, "in", now));
      }
    }
    lines.sort(Comparator.comparingInt(Line::active).reversed().thenComparing(Line::chat));
    return new All(
        lines,
        stages,
        in.getLongCardinality(),
        now,
        "Active: spoke, opened a link of the group, or ordered while in it. What is said in"
            + " customer groups is known only where something passes it on (docs/communities.md).");
  }

  record Day(
      LocalDate day,
      int members,
      int joined,
      int left,
      int speakers,
      int messages,
      int clickers,
      int buyers,
      long revenueFen,
      int active,
      String stage,
      String hindsight,
      String zh,
      String en) {}

  record Owned(String owner, Instant since) {}

  record Detail(
      Line community,
      String notice,
      List<String> admins,
      List<Owned> owners,
      List<Day> days,
      LifeCurve.Rule rule) {}

  @GetMapping("/{chat}")
  Detail one(@PathVariable String chat) {
    Group group = communities.find(chat);
    Community community = group.community();
    var days = new ArrayList<Day>();
    Ledger ledger = group.ledger();
    if (ledger != null) {
      List<Stage> after = LifeCurve.inHindsight(ledger.days(), communities.rule(), 5);
      for (int i = Math.max(0, ledger.days().size() - MOST_DAYS); i < ledger.days().size(); i++) {
        Point point = ledger.days().get(i);
        LifeCurve.Reading reading = group.life().get(i);
        days.add(
            new Day(
                LocalDate.ofEpochDay(point.day()),
                point.members(),
                point.joined(),
                point.left(),
                point.speakers(),
                point.messages(),
                point.clickers(),
                point.buyers(),
                point.revenueFen(),
                point.active(),
                reading.stage().wire(),
                after.get(i).wire(),
                reading.reason(true),
                reading.reason(false)));
      }
    }
    return new Detail(
        line(group, engine.now()),
        community.notice(),
        community.admins(),
        community.owners().stream().map(each -> new Owned(each.owner(), each.since())).toList(),
        days,
        communities.rule());
  }

  /// What people say of a group; what is left out stays.
  record Edit(
      @Nullable String kind,
      @Nullable String theme,
      @Nullable String store,
      @Nullable List<String> labels,
      @Nullable Integer capacity) {}

  @PutMapping("/{chat}")
  Line edit(@PathVariable String chat, @RequestBody Edit edit) {
    Group group = communities.find(chat);
    About was = group.about();
    Integer capacity = edit.capacity();
    if (capacity != null && (capacity < 1 || capacity > 2_000)) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_capacity", "No group is that large.")
          .at("capacity", String.valueOf(capacity), "1 to 2000; WeCom: 200 or 500")
          .thrown();
    }
    store.edit(
        new About(
            chat,
            Objects.requireNonNullElse(edit.kind(), was.kind()),
            Objects.requireNonNullElse(edit.theme(), was.theme()),
            Objects.requireNonNullElse(edit.store(), was.store()),
            Objects.requireNonNullElse(edit.labels(), was.labels()),
            capacity == null ? was.capacity() : capacity,
            was.staff(),
            was.readAt()));
    audit.record("community_edited", chat);
    return line(communities.find(chat), engine.now());
  }

  @GetMapping("/rule")
  LifeCurve.Rule rule() {
    return communities.rule();
  }

  /// By which rule stages are said from now on, of days that are past too.
  @PutMapping("/rule")
  LifeCurve.Rule rule(@RequestBody LifeCurve.Rule rule) {
    communities.rule(rule);
    audit.record("community_rule", rule.toString());
    return communities.rule();
  }

  // Members.

  record StayView(
      Instant from,
      @Nullable Instant to,
      String by,
      String liveCode,
      String scene,
      @Nullable String ending) {
    static StayView of(Stay stay) {
      Stay.Ending ending = stay.ending();
      return new StayView(
          stay.from(),
          stay.to(),
          stay.by(),
          stay.liveCode(),
          stay.scene(),
          ending == null ? null : ending.wire());
    }
  }

  /// @param name masked; null where none is known
  record Person(
      String customer,
      @Nullable String name,
      boolean in,
      List<StayView> stays,
      @Nullable LocalDate lastActive,
      int activeDays,
      int messages,
      int orders,
      long revenueFen) {}

  /// @param next where to go on; null when this was the last page
  record Members(List<Person> members, int of, @Nullable String next) {}

  /// @param who `in`, `left` or `all`
  @GetMapping("/{chat}/members")
  Members members(
      @PathVariable String chat,
      @RequestParam(defaultValue = "in") String who,
      @RequestParam(defaultValue = "") String after) {
    Group group = communities.find(chat);
    Ledger ledger = group.ledger();
    Instant now = engine.now();
    List<Ledger.Member> meant =
        ledger == null
            ? List.of()
            : ledger.members().stream()
                .filter(member -> who.equals("all") || member.in(now) == who.equals("in"))
                .toList();
    int from = after.isEmpty() ? -1 : Integer.parseInt(after.substring(1));
    List<Ledger.Member> page =
        meant.stream().filter(member -> member.person() > from).limit(PAGE).toList();
    boolean more = !page.isEmpty() && page.getLast().person() < meant.getLast().person();
    Map<String, String> names =
        io.huoshui.server.audience.Member.names(
            engine,
            RoaringBitmap.bitmapOf(page.stream().mapToInt(Ledger.Member::person).toArray()));
    return new Members(
        page.stream()
            .map(
                member ->
                    new Person(
                        "p" + member.person(),
                        names.get("p" + member.person()),
                        member.in(now),
                        member.stays().stream().map(StayView::of).toList(),
                        member.activeDays().isEmpty()
                            ? null
                            : LocalDate.ofEpochDay(member.activeDays().getLast()),
                        member.activeDays().size(),
                        member.messages(),
                        member.orders(),
                        member.revenueFen()))
            .toList(),
        meant.size(),
        more ? "p" + page.getLast().person() : null);
  }

  // Waves.

  /// @param of for how many so many days have passed; 0 is no base, and the shares are null
  record KeptView(
      int days, int of, int in, int active, @Nullable Double share, @Nullable Double activeShare) {}

  record WaveView(int number, LocalDate from, LocalDate to, int people, List<KeptView> kept) {}

  record WavesView(int quietDays, List<WaveView> waves, String note) {}

  @GetMapping("/{chat}/waves")
  WavesView waves(@PathVariable String chat, @RequestParam(defaultValue = "3") int quietDays) {
    return new WavesView(
        quietDays,
        waves(communities.find(chat), quietDays).stream()
            .map(
                wave ->
                    new WaveView(
                        wave.number(),
                        wave.from(),
                        wave.to(),
                        wave.people().size(),
                        wave.kept().stream()
                            .map(
                                kept ->
                                    new KeptView(
                                        kept.days(),
                                        kept.of().size(),
                                        kept.in().size(),
                                        kept.active().size(),
                                        kept.share(),
                                        kept.of().isEmpty()
                                            ? null
                                            : (double) kept.active().size() / kept.of().size()))
                            .toList()))
            .toList(),
        "A wave ends when nobody came in for "
            + quietDays
            + " days. Only those count for whom so many days are over.");
  }

  private List<Waves.Wave> waves(Group group, int quietDays) {
    if (quietDays < 1 || quietDays > 60) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_waves", "Quiet days end a wave.")
          .at("quietDays", String.valueOf(quietDays), "1 to 60")
          .thrown();
    }
    Ledger ledger = group.ledger();
    return ledger == null
        ? List.of()
        : Waves.of(ledger, quietDays, KEPT_AFTER, communities.zone(), engine.now());
  }

  // Doors.

  /// @param door `in`, `left`, `ever`, `active`, `silent` (in, and not active in the window),
  ///   `buyers`, `joined:2026-03-01`, `left:2026-03-01`, `active:2026-03-01`, or `wave:1`,
  ///   `wave:1:of:7`, `wave:1:in:7`, `wave:1:active:7`
  /// @param name of the audience
  record Opening(String door, @Nullable String name, @Nullable Integer quietDays) {}

  record Opened(String audience, int people) {}

  /// The people behind a number, as an audience.
  @PostMapping("/{chat}/audience")
  Opened open(@PathVariable String chat, @RequestBody Opening asked) {
    Group group = communities.find(chat);
    String name = String.valueOf(asked.name());
    freezing.free(name);
    RoaringBitmap people =
        asked.door().startsWith("wave:")
            ? wave(group, asked.door(), asked.quietDays() == null ? 3 : asked.quietDays())
            : people(group, asked.door(), engine.now());
    var kept =
        freezing.choose(name, "group " + chat + ", " + asked.door(), audit.who(), false, people);
    audit.record("community_opened", chat + " " + asked.door() + " → " + name);
    return new Opened(kept.name(), kept.size());
  }

  private static Problem.Refusal noDoor(String door) {
    return Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "unknown_door", "No such number.")
        .at(
            "door",
            door,
            "in, left, ever, active, silent, buyers, joined:DAY, left:DAY, active:DAY, wave:N,"
                + " wave:N:of:DAYS, wave:N:in:DAYS, wave:N:active:DAYS")
        .thrown();
  }

  private RoaringBitmap people(Group group, String door, Instant now) {
    var people = new RoaringBitmap();
    Ledger ledger = group.ledger();
    if (ledger == null) {
      return people;
    }
    ZoneId zone = communities.zone();
    int today = (int) now.atZone(zone).toLocalDate().toEpochDay();
    int window = communities.rule().windowDays();
    String[] parts = door.split(":", 2);
    Integer day = parts.length == 2 ? day(door, parts[1]) : null;
    for (Ledger.Member member : ledger.members()) {
      boolean in = member.in(now);
      boolean active =
          day == null ? member.active(today - window + 1, today) : member.active(day, day);
      boolean belongs =
          switch (parts[0]) {
            case "in" -> in;
            case "left" -> day == null ? !in : left(member, day, zone);
            case "ever" -> true;
            case "active" -> active;
            case "silent" -> in && !active;
            case "buyers" -> member.orders() > 0;
            case "joined" -> day != null && joined(member, day, zone);
            default -> throw noDoor(door);
          };
      if (belongs) {
        people.add(member.person());
      }
    }
    return people;
  }

  private static int day(String door, String text) {
    try {
      return (int) LocalDate.parse(text).toEpochDay();
    } catch (DateTimeException e) {
      throw noDoor(door);
    }
  }

  private static boolean joined(Ledger.Member member, int day, ZoneId zone) {
    return member.stays().stream()
        .anyMatch(stay -> stay.from().atZone(zone).toLocalDate().toEpochDay() == day);
  }

  private static boolean left(Ledger.Member member, int day, ZoneId zone) {
    return member.stays().stream()
        .map(Stay::to)
        .filter(Objects::nonNull)
        .anyMatch(to -> to.atZone(zone).toLocalDate().toEpochDay() == day);
  }

  private RoaringBitmap wave(Group group, String door, int quietDays) {
    List<String> parts = Arrays.asList(door.toLowerCase(Locale.ROOT).split(":"));
    List<Waves.Wave> waves = waves(group, quietDays);
    Waves.Wave wave =
        waves.stream()
            .filter(each -> String.valueOf(each.number()).equals(parts.get(1)))
            .findFirst()
            .orElseThrow(() -> noDoor(door));
    List<Integer> people = wave.people();
    if (parts.size() == 4) {
      Waves.Kept kept =
          wave.kept().stream()
              .filter(each -> String.valueOf(each.days()).equals(parts.get(3)))
              .findFirst()
              .orElseThrow(() -> noDoor(door));
      people =
          switch (parts.get(2)) {
            case "of" -> kept.of();
            case "in" -> kept.in();
            case "active" -> kept.active();
            default -> throw noDoor(door);
          };
    } else if (parts.size() != 2) {
      throw noDoor(door);
    }
    var members = new RoaringBitmap();
    people.forEach(members::add);
    return members;
  }

  // Messages.

  /// One message of a group, from whatever is able to read it.
  @PostMapping("/{chat}/messages")
  KeywordReplies.Taken message(
      @PathVariable String chat, @RequestBody KeywordReplies.Written written) {
    return replies.take(chat, written);
  }

  @GetMapping("/{chat}/answers")
  List<GroupReplyStore.Line> answers(@PathVariable String chat) {
    return replies.answers(chat);
  }

  // The platform.

  record Begun(long job) {}

  /// Reads every group from the platform, and tells what is missing.
  @PostMapping("/reconcile")
  Begun reconcile() {
    long job = sync.begin(audit.who());
    audit.record("communities_reconcile", "job " + job);
    return new Begun(job);
  }

  /// Reads one group now.
  @PostMapping("/{chat}/read")
  GroupSync.Read read(@PathVariable String chat) {
    return sync.read(chat);
  }

  record Chat(String chat) {}

  /// The chat id behind the id that a mini-program has of the group it was opened in.
  @GetMapping("/opengid/{opengid}")
  Chat chat(@PathVariable String opengid) {
    return new Chat(sync.chatOf(opengid));
  }

  /// What WeCom itself counted: of guides' groups together, never of one group.
  @GetMapping("/statistics")
  GroupSync.Statistics statistics(
      @RequestParam(defaultValue = "") List<String> owners,
      @RequestParam LocalDate from,
      @RequestParam LocalDate to,
      @RequestParam(defaultValue = "true") boolean byDay) {
    return sync.statistics(owners, from, to, byDay);
  }
}
