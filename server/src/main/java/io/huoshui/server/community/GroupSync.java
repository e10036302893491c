package io.huoshui.server.community;

import io.huoshui.community.Community;
import io.huoshui.community.GroupChange;
import io.huoshui.community.GroupDiff;
import io.huoshui.community.GroupDiff.Known;
import io.huoshui.community.Ledger;
import io.huoshui.community.Stay;
import io.huoshui.engine.Engine;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.json.Json;
import io.huoshui.platforms.wecom.WecomCallbacks;
import io.huoshui.reach.GroupChats;
import io.huoshui.reach.GroupChats.Counted;
import io.huoshui.reach.GroupChats.Member;
import io.huoshui.reach.PlatformTags.Outcome;
import io.huoshui.server.access.Problem;
import io.huoshui.server.account.NotSetUp;
import io.huoshui.server.callback.GroupReading;
import io.huoshui.server.callback.Inbox;
import io.huoshui.server.community.Communities.Group;
import io.huoshui.server.flow.Time;
import io.huoshui.server.job.Job;
import io.huoshui.server.job.JobKind;
import io.huoshui.server.job.Jobs;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.event.EventListener;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;

/// Brings groups and the platform to say the same: reads a group, and what is missing becomes its
/// log and events on timelines.
///
/// Everything has an id made of what it says, so reading a group twice tells it once. It runs as a
/// job over all groups, by night and when asked; a part is one page of the platform's list.
@Service
class GroupSync implements JobKind, GroupReading {
  static final String KIND = "communities";
  private static final Logger LOG = LoggerFactory.getLogger(GroupSync.class);
  private static final LocalTime NIGHT = LocalTime.of(3, 30);

  /// Callbacks of one doing come one after the other.
  private static final Duration SETTLES = Duration.ofSeconds(5);

  private final Engine engine;
  private final Communities communities;
  private final CommunityStore store;
  private final GroupPlatform.Ready ready;
  private final Inbox inbox;
  private final ObjectProvider<Jobs> jobs;
  private final Time time;
  private final Map<String, Long> toRead = new ConcurrentHashMap<>();
  private @Nullable LocalDate lastNight;

  GroupSync(
      Engine engine,
      Communities communities,
      CommunityStore store,
      GroupPlatform.Ready ready,
      Inbox inbox,
      ObjectProvider<Jobs> jobs,
      Time time) {
    this.engine = engine;
    this.communities = communities;
    this.store = store;
    this.ready = ready;
    this.inbox = inbox;
    this.jobs = jobs;
    this.time = time;
  }

  private GroupChats chats() {
    return ready.chats().orElseThrow(() -> NotSetUp.of("wecom").thrown());
  }

  // Jobs.

  @Override
  public String kind() {
    return KIND;
  }

  long begin(String who) {
    var _ = chats();
    return jobs.getObject().begin(KIND, "groups", Json.object(), 0, who);
  }

  /// Reads what was told of, and at night everything.
  void pass() {
    readTold();
    if (ready.chats().isEmpty() || time.virtual()) {
      return;
    }
    var local = engine.now().atZone(communities.zone());
    LocalDate night = local.toLocalDate();
    if (lastNight == null) {
      // A server that starts in the afternoon has not missed tonight.
      lastNight = local.toLocalTime().isBefore(NIGHT) ? night.minusDays(1) : night;
    }
    if (night.isAfter(lastNight) && !local.toLocalTime().isBefore(NIGHT)) {
      lastNight = night;
      begin("night");
    }
  }

  @Override
  public Step step(Job job) {
    String cursor = job.at().get("cursor") instanceof Json.Str(String text) ? text : "";
    Outcome<GroupChats.Page> answer = chats().page(List.of(), cursor);
    if (!(answer instanceof Outcome.Done<GroupChats.Page>(GroupChats.Page page))) {
      return failed(answer);
    }
    long missing = job.at("missing", 0);
    for (GroupChats.Listed listed : page.groups()) {
      Outcome<Read> read = one(listed.chat());
      if (!(read instanceof Outcome.Done<Read>(Read done))) {
        if (read instanceof Outcome.Refused<Read> refused) {
          // Dissolved since the list was made; the next night finds what is left of it.
          LOG.warn("group {} not read: {} {}", listed.chat(), refused.code(), refused.why());
          continue;
        }
        return failed(read);
      }
      missing += done.total();
    }
    long done = job.done() + page.groups().size();
    Json.Obj at =
        Json.object(
            "cursor", Json.of(page.next()), "missing", Json.of(missing), "groups", Json.of(done));
    return page.next().isEmpty() ? new Step.Done(done, at) : new Step.On(done, at);
  }

  private static <T> Step failed(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Refused<T> refused -> new Step.Failed(refused.code() + ": " + refused.why());
      case Outcome.Later<T> later ->
          new Step.Later(
              later.code() + ": " + later.why(), Duration.ofSeconds(later.afterSeconds()));
      case Outcome.Unknown<T> unknown -> new Step.Later(unknown.why(), Duration.ofSeconds(5));
      case Outcome.Done<T> done -> throw new IllegalStateException("Not failed: " + done);
    };
  }

  // One group.

  /// What was missing.
  record Read(String chat, int changes, int joined, int learned, int gone) {
    int total() {
      return changes + joined + learned + gone;
    }
  }

  /// @param told how many of `joined` and `gone` are on timelines now and were not
  private record Done(Read read, int told) {}

  @Override
  public Outcome<Compared> compare(GroupChats chats, String chat) {
    return switch (one(chats, chat)) {
      case Outcome.Done<Done>(Done(Read read, int told)) ->
          new Outcome.Done<>(new Compared(read.joined() + read.gone(), told));
      case Outcome.Refused<Done> refused -> refused.failed();
      case Outcome.Later<Done> later -> later.failed();
      case Outcome.Unknown<Done> unknown -> unknown.failed();
    };
  }

  private Outcome<Read> one(String chat) {
    return switch (one(chats(), chat)) {
      case Outcome.Done<Done>(Done(Read read, int _)) -> new Outcome.Done<>(read);
      case Outcome.Refused<Done> refused -> refused.failed();
      case Outcome.Later<Done> later -> later.failed();
      case Outcome.Unknown<Done> unknown -> unknown.failed();
    };
  }

  Read read(String chat) {
    return done(one(chat));
  }

  private static <T> T done(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Done<T>(T value) -> value;
      case Outcome.Refused<T>(String code, String why, var _) ->
          throw Problem.of(
                  HttpStatus.CONFLICT, "platform_refused", "WeCom says " + code + ": " + why)
              .thrown();
      case Outcome.Later<T>(String code, String why, int _) -> throw away(code + ": " + why);
      case Outcome.Unknown<T>(String why) -> throw away(why);
    };
  }

  private static Problem.Refusal away(String why) {
    return Problem.of(HttpStatus.SERVICE_UNAVAILABLE, "platform_unreachable", why)
        .next("Ask again in a while.")
        .thrown();
  }

  private synchronized Outcome<Done> one(GroupChats chats, String chat) {
    Outcome<GroupChats.Group> answer = chats.group(chat);
    if (!(answer instanceof Outcome.Done<GroupChats.Group>(GroupChats.Group now))) {
      return answer.failed();
    }
    communities.forget();
    Instant looked = engine.now();
    Group group = communities.all().get(chat);
    GroupDiff.Found found =
        GroupDiff.of(
            group == null ? Community.of(chat, List.of()) : group.community(),
            group == null ? List.of() : known(chats.scope(), group, looked),
            now,
            looked);
    for (GroupChange change : found.changes()) {
      store.change("read/" + chat + "/" + change, chat, change);
    }
    var events = new ArrayList<Event>();
    found
        .joined()
        .forEach(member -> events.add(joined(customer(chats, member), chat, member, looked)));
    found.gone().forEach(each -> events.add(left(chat, each, "found_gone", looked)));
    int told = take(events);
    var _ =
        take(
            found.learned().stream()
                .map(each -> learned(customer(chats, each.member()), chat, each, looked))
                .toList());
    store.read(
        chat, (int) now.members().stream().filter(member -> !member.customer()).count(), looked);
    communities.forget();
    return new Outcome.Done<>(
        new Done(
            new Read(
                chat,
                found.changes().size(),
                found.joined().size(),
                found.learned().size(),
                found.gone().size()),
            told));
  }

  /// What a platform says of somebody from before they were erased brings nobody back.
  private int take(List<Event> events) {
    if (events.isEmpty()) {
      return 0;
    }
    try {
      return inbox.pulled(events);
    } catch (InterruptedException e) {
      // The server stops; what was not told is missing at the next reading, too.
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  private List<Known> known(String scope, Group group, Instant now) {
    Ledger ledger = group.ledger();
    var known = new ArrayList<Known>();
    if (ledger != null) {
      for (Ledger.Member member : ledger.members()) {
        for (Stay stay : member.stays()) {
          if (stay.covers(now)) {
            known.add(
                new Known(member.person(), communities.accounts(member.person(), scope), stay));
          }
        }
      }
    }
    return known;
  }

  private static Event joined(Identifier who, String chat, Member member, Instant looked) {
    Instant at = member.joined().isAfter(looked) ? looked : member.joined();
    return new Event(
        "wecom-group/joined/" + chat + "/" + member.id() + "/" + at.getEpochSecond(),
        "group_joined",
        at,
        WecomCallbacks.SOURCE,
        List.of(who),
        how(chat, member).with("reason", Value.of("reconciled")));
  }

  private static Event learned(
      Identifier who, String chat, GroupDiff.Learned learned, Instant looked) {
    Member member = learned.member();
    return new Event(
        "wecom-group/source/"
            + chat
            + "/"
            + member.id()
            + "/"
            + learned.known().stay().from().getEpochSecond(),
        "group_source_known",
        looked,
        WecomCallbacks.SOURCE,
        List.of(who),
        how(chat, member));
  }

  private static Properties how(String chat, Member member) {
    Properties how = Properties.of("group", chat);
    how = member.scene().isEmpty() ? how : how.with("scene", Value.of(member.scene()));
    how = member.by().isEmpty() ? how : how.with("by", Value.of(member.by()));
    return member.liveCode().isEmpty() ? how : how.with("liveCode", Value.of(member.liveCode()));
  }

  private Event left(String chat, Known known, String how, Instant looked) {
    return new Event(
        "wecom-group/"
            + how
            + "/"
            + chat
            + "/"
            + known.person()
            + "/"
            + known.stay().from().getEpochSecond(),
        "group_left",
        looked,
        WecomCallbacks.SOURCE,
        List.of(engine.ask().identifier(known.person())),
        Properties.of("group", chat, "how", how));
  }

  private static Identifier customer(GroupChats chats, Member member) {
    return Identifier.of(IdentifierKind.EXTERNAL_USERID, chats.scope(), member.id());
  }

  /// A group was dissolved: everybody who was in left it with that.
  void dissolved(String chat, Instant at) {
    store.change("dissolved/" + chat, chat, new GroupChange.Dissolved(at));
    communities.forget();
    Group group = communities.all().get(chat);
    if (group != null) {
      String scope = ready.chats().map(GroupChats::scope).orElse("");
      var _ =
          take(
              known(scope, group, at).stream()
                  .map(each -> left(chat, each, "dissolved", at))
                  .toList());
    }
    communities.forget();
  }

  /// WeCom told of a group. What came of it is on timelines a moment later; then the group is read
  /// once for all that was told meanwhile, and says what a callback does not.
  @EventListener
  void told(WecomCallbacks.Change.Group told) {
    store.know(told.chat());
    if (told.change().equals("dismiss")) {
      toRead.remove(told.chat());
      dissolved(told.chat(), told.at());
    } else if (ready.chats().isPresent()) {
      toRead.putIfAbsent(told.chat(), System.nanoTime() + (time.virtual() ? 0 : SETTLES.toNanos()));
    }
  }

  private void readTold() {
    toRead.forEach(
        (chat, notBefore) -> {
          if (System.nanoTime() - notBefore >= 0 && toRead.remove(chat, notBefore)) {
            switch (one(chat)) {
              case Outcome.Done<Read> _ -> {}
              case Outcome.Refused<Read>(String code, String why, var _) ->
                  LOG.warn("group {} not read: {} {}", chat, code, why);
              // Again with the next pass.
              case Outcome.Later<Read> _, Outcome.Unknown<Read> _ ->
                  toRead.putIfAbsent(chat, System.nanoTime() + SETTLES.toNanos());
            }
          }
        });
  }

  // What else the platform says.

  String chatOf(String opengid) {
    return done(chats().chatOf(opengid));
  }

  record Statistics(List<Counted> lines, String note) {}

  Statistics statistics(List<String> owners, LocalDate from, LocalDate to, boolean byDay) {
    if (from.isAfter(to) || from.plusDays(30).isBefore(to)) {
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT, "bad_days", "WeCom counts a month at most.")
          .at("from", from + " to " + to, "at most 31 days, from before to")
          .thrown();
    }
    return new Statistics(
        done(chats().statistics(owners, from, to, byDay)),
        "Counted by WeCom over all groups of these owners: it gives no numbers of one group.");
  }
}
