package io.huoshui.server.community;

import io.huoshui.audience.RuleText;
import io.huoshui.community.Community;
import io.huoshui.community.GroupChange;
import io.huoshui.community.Ledger;
import io.huoshui.community.LifeCurve;
import io.huoshui.community.Stage;
import io.huoshui.community.Tally;
import io.huoshui.engine.Engine;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.json.Json;
import io.huoshui.server.access.Problem;
import io.huoshui.server.community.CommunityStore.About;
import io.huoshui.server.flow.Time;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;

/// Every group as it stands: its own log, what people say of it, and its people's timelines.
@Service
class Communities {
  /// With the wall clock people are counted again after this.
  private static final Duration FRESH = Duration.ofSeconds(20);

  private final Engine engine;
  private final CommunityStore store;
  private final boolean virtual;
  private @Nullable Counted counted;

  Communities(Engine engine, CommunityStore store, Time time) {
    this.engine = engine;
    this.store = store;
    this.virtual = time.virtual();
  }

  /// One group.
  ///
  /// @param ledger null when nobody ever was in it
  /// @param life the stage of each day; empty then
  record Group(
      Community community, About about, @Nullable Ledger ledger, List<LifeCurve.Reading> life) {
    @Nullable Stage stage() {
      return life.isEmpty() ? null : life.getLast().stage();
    }

    /// When it was opened, or else when the first was in it; null when nothing is known.
    @Nullable Instant opened() {
      Instant created = community.created();
      Ledger of = ledger;
      if (created != null || of == null || of.members().isEmpty()) {
        return created;
      }
      return of.members().stream().map(Ledger.Member::first).min(Instant::compareTo).orElseThrow();
    }

    long members(Instant now) {
      Ledger of = ledger;
      return of == null ? 0 : of.in(now);
    }
  }

  private record Counted(
      Instant at, long record, SortedMap<String, Ledger> ledgers, LifeCurve.Rule rule) {}

  ZoneId zone() {
    return engine.ask().zone();
  }

  /// Everybody's timelines counted, of now or of a moment ago.
  private synchronized Counted counted() {
    Instant now = engine.now();
    long record = engine.gauges().records();
    LifeCurve.Rule rule = rule();
    Counted known = counted;
    if (known != null && known.rule().equals(rule) && fresh(known, record, now)) {
      return known;
    }
    var tally = new Tally(zone(), now, rule.windowDays());
    engine
        .ask()
        .each(
            engine.ask().members(RuleText.parse("did group_joined")),
            (profile, person) -> tally.add(profile, person.timeline()));
    known = new Counted(now, record, tally.ledgers(), rule);
    counted = known;
    return known;
  }

  private boolean fresh(Counted known, long record, Instant now) {
    return virtual
        ? known.record() == record && known.at().equals(now)
        : Duration.between(known.at(), now).compareTo(FRESH) < 0;
  }

  /// What was counted is old: something was just told.
  synchronized void forget() {
    counted = null;
  }

  SortedMap<String, Group> all() {
    Counted now = counted();
    Map<String, About> about = store.all();
    Map<String, List<GroupChange>> log = store.log();
    var chats = new TreeSet<>(about.keySet());
    chats.addAll(now.ledgers().keySet());
    chats.addAll(log.keySet());
    var all = new TreeMap<String, Group>();
    for (String chat : chats) {
      Ledger ledger = now.ledgers().get(chat);
      About said = about.get(chat);
      all.put(
          chat,
          new Group(
              Community.of(chat, log.getOrDefault(chat, List.of())),
              said == null ? About.of(chat) : said,
              ledger,
              ledger == null ? List.of() : LifeCurve.over(ledger.days(), now.rule())));
    }
    return all;
  }

  Group find(String chat) {
    Group group = all().get(chat);
    if (group == null) {
      throw Problem.of(HttpStatus.NOT_FOUND, "unknown_community", "No group '" + chat + "'.")
          .at("chat", chat, "a chat id that events or the platform named")
          .next("GET /api/v1/communities lists all; POST /api/v1/communities/reconcile reads them.")
          .thrown();
    }
    return group;
  }

  // The rule of stages.

  LifeCurve.Rule rule() {
    return store.rule().map(Communities::rule).orElse(LifeCurve.Rule.DEFAULT);
  }

  private static LifeCurve.Rule rule(String body) {
    Json.Obj fields = Json.parse(body) instanceof Json.Obj object ? object : Json.object();
    LifeCurve.Rule usual = LifeCurve.Rule.DEFAULT;
    return new LifeCurve.Rule(
        (int) number(fields, "birthDays", usual.birthDays()),
        (int) number(fields, "windowDays", usual.windowDays()),
        (int) number(fields, "lookBackDays", usual.lookBackDays()),
        number(fields, "rising", usual.rising()),
        (int) number(fields, "risingPeople", usual.risingPeople()),
        number(fields, "declining", usual.declining()),
        number(fields, "silentShare", usual.silentShare()),
        (int) number(fields, "silentPeople", usual.silentPeople()));
  }

  private static double number(Json.Obj fields, String key, double otherwise) {
    return fields.get(key) instanceof Json.Num(var number) ? number.doubleValue() : otherwise;
  }

  void rule(LifeCurve.Rule rule) {
    store.rule(
        Json.object(
                "birthDays", Json.of(rule.birthDays()),
                "windowDays", Json.of(rule.windowDays()),
                "lookBackDays", Json.of(rule.lookBackDays()),
                "rising", Json.of(rule.rising()),
                "risingPeople", Json.of(rule.risingPeople()),
                "declining", Json.of(rule.declining()),
                "silentShare", Json.of(rule.silentShare()),
                "silentPeople", Json.of(rule.silentPeople()))
            .write());
  }

  /// The names a person has in a corp, or in any when the corp is empty.
  Set<String> accounts(int profile, String corp) {
    var accounts = new HashSet<String>();
    for (int name : engine.ask().namesOf(profile)) {
      Identifier identifier = engine.ask().identifier(name);
      if (identifier.kind() == IdentifierKind.EXTERNAL_USERID
          && !identifier.erased()
          && (corp.isEmpty() || identifier.scope().equals(corp))) {
        accounts.add(identifier.value());
      }
    }
    return accounts;
  }
}
