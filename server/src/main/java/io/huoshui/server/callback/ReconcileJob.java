package io.huoshui.server.callback;

import io.huoshui.audience.RuleText;
import io.huoshui.engine.Engine;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Intake;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.json.Json;
import io.huoshui.platforms.callback.Kinds;
import io.huoshui.platforms.wecom.WecomCallbacks;
import io.huoshui.platforms.wecom.WecomCorp;
import io.huoshui.platforms.wecom.WecomRelations;
import io.huoshui.reach.GroupChats;
import io.huoshui.reach.PlatformTags.Outcome;
import io.huoshui.reach.Relations;
import io.huoshui.reach.Relations.Difference;
import io.huoshui.reach.Relations.Stand;
import io.huoshui.server.Settings;
import io.huoshui.server.flow.Time;
import io.huoshui.server.job.Job;
import io.huoshui.server.job.JobKind;
import io.huoshui.server.job.Jobs;
import io.huoshui.server.reach.Channels;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/// Compares who is whose contact with what timelines say, and has groups read: what was changed
/// through the API gives no callback, and a callback may be lost. One guide or group a step; a
/// guide whose list can not be read whole is left as it is.
///
/// Somebody who appeared is written with the platform's own time and, for contacts, with the id
/// that the lost callback would have had, so that both together are one event. Before somebody is
/// written as gone the platform is asked about them once more.
@Component
class ReconcileJob implements JobKind {
  static final String KIND = "callback_reconcile";
  private static final String REASON = "reconciled";

  /// Once a night, when few people write.
  private static final LocalTime AT_NIGHT = LocalTime.of(3, 30);

  private static final Duration AGAIN = Duration.ofSeconds(2);

  private final Engine engine;
  private final Inbox inbox;
  private final Channels.Corps corps;
  private final GroupReading groups;
  private final boolean virtual;
  private final Settings settings;
  private final Map<Long, Told> told = new ConcurrentHashMap<>();

  /// What timelines say, by guide, of people by the names they have.
  ///
  /// @param customers the external_userids of a person
  private record Told(
      Map<String, Map<Integer, Stand>> guides, Map<Integer, List<String>> customers) {}

  ReconcileJob(
      Engine engine,
      Inbox inbox,
      Channels.Corps corps,
      GroupReading groups,
      Settings settings,
      Time time) {
    this.engine = engine;
    this.inbox = inbox;
    this.corps = corps;
    this.groups = groups;
    this.settings = settings;
    this.virtual = time.virtual();
  }

  boolean reaches(String account) {
    return corps.byAccount().containsKey(account);
  }

  long begin(Jobs jobs, String account, String who) {
    return jobs.begin(
        KIND,
        account,
        Json.object("account", Json.of(account), "looked", Json.of(engine.now().toEpochMilli())),
        1,
        who);
  }

  /// Begins the one of the night, once it is due and was not begun.
  ///
  /// @param last when the last one began
  void atNight(Jobs jobs, Instant last, Instant now) {
    ZonedDateTime here = now.atZone(settings.zone());
    ZonedDateTime due = here.with(AT_NIGHT);
    ZonedDateTime was = due.isAfter(here) ? due.minusDays(1) : due;
    if (!virtual && last.isBefore(was.toInstant())) {
      corps.byAccount().keySet().forEach(account -> begin(jobs, account, "night"));
    }
  }

  /// What came of one, without where it stands.
  static Json.Obj shown(Job job) {
    return Json.object(
        "found", Json.of(job.at("found", 0)),
        "mended", Json.of(job.at("mended", 0)),
        "left", Json.of(job.at("left", 0)),
        "guides", Json.of(job.at("guides", 0)),
        "groups", Json.of(job.at("groups", 0)),
        "groupsWhyNot", Json.of(word(job, "groupsWhyNot")));
  }

  private static String word(Job job, String key) {
    return job.at().get(key) instanceof Json.Str(String text) ? text : "";
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public void left(long job) {
    told.remove(job);
  }

  private static List<String> list(Job job, String key) {
    return job.at().get(key) instanceof Json.Arr(List<Json> items)
        ? items.stream().map(each -> each instanceof Json.Str(String text) ? text : "").toList()
        : List.of();
  }

  @Override
  public Step step(Job job) {
    WecomCorp corp = corps.byAccount().get(job.asked("account"));
    if (corp == null) {
      return new Step.Failed("Account " + job.asked("account") + " is not set up any more.");
    }
    try {
      return job.at().get("todo") == null ? list(job, corp) : next(job, corp);
    } catch (WecomRelations.Unanswered e) {
      return e.passing()
          ? new Step.Later(String.valueOf(e.getMessage()), AGAIN)
          : new Step.Failed(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Step.Later("The server stops.", Duration.ZERO);
    }
  }

  /// Whom to ask about: guides of the platform, those timelines name, and groups.
  private Step list(Job job, WecomCorp corp) {
    var guides = new TreeSet<>(corp.relations().guides());
    var groups = new TreeSet<String>();
    String whyNot = "";
    String cursor = "";
    do {
      switch (corp.groups().page(List.of(), cursor)) {
        case Outcome.Done<GroupChats.Page>(GroupChats.Page page) -> {
          page.groups().forEach(each -> groups.add(each.chat()));
          cursor = page.next();
        }
        case Outcome.Refused<GroupChats.Page>(String code, String why, var _) -> {
          whyNot = code + " " + why;
          cursor = "";
        }
        case Outcome.Later<GroupChats.Page>(String code, String why, int seconds) -> {
          return new Step.Later(code + " " + why, Duration.ofSeconds(seconds));
        }
        case Outcome.Unknown<GroupChats.Page>(String why) -> {
          return new Step.Later(why, AGAIN);
        }
      }
    } while (!cursor.isEmpty());
    var todo = new ArrayList<Json>();
    guides.forEach(guide -> todo.add(Json.of("g" + guide)));
    groups.forEach(group -> todo.add(Json.of("r" + group)));
    // Timelines may name guides who serve nobody any more; who they had is counted as left.
    long left =
        told(job, corp).guides().keySet().stream()
            .filter(guide -> !guides.contains(guide))
            .mapToLong(
                guide ->
                    told(job, corp).guides().getOrDefault(guide, Map.of()).values().stream()
                        .filter(Stand::there)
                        .count())
            .sum();
    return new Step.On(
        0,
        Json.object(
            "todo", Json.of(todo),
            "next", Json.of(0),
            "found", Json.of(left),
            "mended", Json.of(0),
            "left", Json.of(left),
            "guides", Json.of((long) guides.size()),
            "groups", Json.of((long) groups.size()),
            "groupsWhyNot", Json.of(whyNot)));
  }

  private Step next(Job job, WecomCorp corp) throws InterruptedException {
    List<String> todo = list(job, "todo");
    int at = (int) job.at("next", 0);
    if (at >= todo.size()) {
      return new Step.Done(1, job.at());
    }
    String what = todo.get(at).substring(1);
    Result result;
    if (todo.get(at).startsWith("g")) {
      result = guide(job, corp, what);
    } else {
      switch (groups.compare(corp.groups(), what)) {
        case Outcome.Done<GroupReading.Compared>(GroupReading.Compared(int found, int mended)) ->
            result = new Result(found, mended);
        // Dissolved since the list was made; the next night finds what is left of it.
        case Outcome.Refused<GroupReading.Compared> _ -> result = new Result(0, 0);
        case Outcome.Later<GroupReading.Compared>(String code, String why, int seconds) -> {
          return new Step.Later(code + " " + why, Duration.ofSeconds(seconds));
        }
        case Outcome.Unknown<GroupReading.Compared>(String why) -> {
          return new Step.Later(why, AGAIN);
        }
      }
    }
    var fields = new LinkedHashMap<>(job.at().fields());
    fields.put("next", Json.of((long) at + 1));
    fields.put("found", Json.of(job.at("found", 0) + result.found()));
    fields.put("mended", Json.of(job.at("mended", 0) + result.mended()));
    fields.put("left", Json.of(job.at("left", 0) + result.found() - result.mended()));
    var on = new Json.Obj(fields);
    return at + 1 == todo.size() ? new Step.Done(1, on) : new Step.On(0, on);
  }

  /// A platform that does not say since when says 1970.
  private long plausible(Instant since, Job job) {
    return since.isBefore(Intake.EARLIEST) ? looked(job) : since.toEpochMilli();
  }

  private record Result(int found, int mended) {}

  private long looked(Job job) {
    return job.spec().get("looked") instanceof Json.Num(var number)
        ? number.longValue()
        : engine.now().toEpochMilli();
  }

  /// Somebody on the platform: a person of ours, or a customer nobody has heard of.
  private record Who(int person, String customer) {}

  private Result guide(Job job, WecomCorp corp, String guide) throws InterruptedException {
    var states = new HashMap<String, String>();
    var since = new LinkedHashMap<String, Long>();
    for (WecomRelations.Contact contact : corp.relations().contacts(guide)) {
      states.put(contact.customer(), contact.state());
      since.put(contact.customer(), plausible(contact.since(), job));
    }
    Map<Integer, Stand> said = told(job, corp).guides().getOrDefault(guide, Map.of());
    var events = new ArrayList<Event>();
    List<Difference<Who>> differences = compare(job, corp, since, said);
    for (Difference<Who> difference : differences) {
      String customer = difference.who().customer();
      if (difference.appeared()) {
        String state = states.getOrDefault(customer, "");
        events.add(
            event(
                corp,
                "contact_added",
                Kinds.contactId("add_external_contact", guide, customer, difference.atMs() / 1000),
                customer,
                difference.atMs(),
                came(guide, state)));
      } else if (!corp.relations().serves(guide, customer)) {
        events.add(
            event(
                corp,
                "contact_removed",
                Kinds.contactId(REASON, guide, customer, difference.atMs() / 1000),
                customer,
                difference.atMs(),
                Properties.of("guide", guide, "reason", REASON)));
      }
    }
    return new Result(differences.size(), inbox.pulled(events));
  }

  /// Compares people, not names: one person may be there under several.
  private List<Difference<Who>> compare(
      Job job, WecomCorp corp, Map<String, Long> since, Map<Integer, Stand> said) {
    var there = new LinkedHashMap<Who, Long>();
    var customers = new ArrayList<>(since.keySet());
    List<Identifier> identifiers =
        customers.stream()
            .map(each -> Identifier.of(IdentifierKind.EXTERNAL_USERID, corp.corpId(), each))
            .toList();
    int[] persons = engine.ask().find(identifiers);
    var names = new HashMap<Integer, Who>();
    for (int i = 0; i < persons.length; i++) {
      String customer = customers.get(i);
      var who =
          persons[i] < 0
              ? new Who(-1, customer)
              : names.computeIfAbsent(persons[i], person -> new Who(person, customer));
      there.put(who, since.getOrDefault(customer, 0L));
    }
    var told = new LinkedHashMap<Who, Stand>();
    Map<Integer, List<String>> known = told(job, corp).customers();
    said.forEach(
        (person, stand) -> {
          List<String> own = known.getOrDefault(person, List.of());
          Who who = names.get(person);
          if (who != null) {
            told.put(who, stand);
          } else if (!own.isEmpty()) {
            told.put(new Who(person, own.getFirst()), stand);
          }
        });
    return Relations.compare(there, told, looked(job));
  }

  private static Properties came(String guide, String state) {
    var what = new TreeMap<String, Value>();
    what.put("guide", Value.of(guide));
    what.put("reason", Value.of(REASON));
    if (!state.isEmpty()) {
      what.putAll(Kinds.came(state));
    }
    return Properties.of(what);
  }

  private static Event event(
      WecomCorp corp, String name, String id, String customer, long atMs, Properties properties) {
    return new Event(
        id,
        name,
        Instant.ofEpochMilli(atMs),
        WecomCallbacks.SOURCE,
        List.of(Identifier.of(IdentifierKind.EXTERNAL_USERID, corp.corpId(), customer)),
        properties);
  }

  private Told told(Job job, WecomCorp corp) {
    return told.computeIfAbsent(job.id(), _ -> collect(corp.corpId()));
  }

  private Told collect(String corpId) {
    var collected = new Told(new TreeMap<>(), new HashMap<>());
    var people = engine.ask().members(RuleText.parse("did contact_added"));
    engine
        .ask()
        .each(
            people,
            (profile, person) -> {
              Relations.withGuides(person.timeline())
                  .forEach(
                      (guide, stand) ->
                          collected
                              .guides()
                              .computeIfAbsent(guide, _ -> new HashMap<>())
                              .put(profile, stand));
              collected.customers().put(profile, List.of());
            });
    collected.customers().replaceAll((profile, _) -> customers(profile, corpId));
    return collected;
  }

  private List<String> customers(int profile, String corpId) {
    return engine.ask().namesOf(profile).stream()
        .map(name -> engine.ask().identifier(name))
        .filter(each -> each.kind() == IdentifierKind.EXTERNAL_USERID)
        .filter(each -> each.scope().equals(corpId) && !each.erased())
        .map(Identifier::value)
        .toList();
  }
}
