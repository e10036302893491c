package io.huoshui.server.acquisition;

import io.huoshui.acquisition.LiveCode.Grouped;
import io.huoshui.acquisition.LiveCode.Staffed;
import io.huoshui.acquisition.LiveState;
import io.huoshui.acquisition.Roster;
import io.huoshui.engine.Engine;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.platforms.wechat.AccountCodes;
import io.huoshui.platforms.wechat.MiniCodes;
import io.huoshui.platforms.wecom.WecomAcquisition;
import io.huoshui.platforms.wecom.WecomCallbacks.Change;
import io.huoshui.reach.Touchpoint;
import io.huoshui.server.Settings;
import io.huoshui.server.account.Accounts;
import io.huoshui.server.flow.Round;
import io.huoshui.server.profile.Forgotten;
import io.huoshui.server.reach.Clicks;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/// Receives people: reserves places for those who open a page, greets and counts those who came.
@Component
public class Reception implements Round {
  private static final Logger LOG = LoggerFactory.getLogger(Reception.class);

  /// How long a place is kept: to look at a page, and to press a picture.
  static final Duration LEASE = Duration.ofMinutes(10);

  /// How often all codes are compared with the platform though nothing said that they should be.
  private static final Duration ALL = Duration.ofMinutes(1);

  private static final int BATCH = 500;

  /// WeCom and the official account as this room uses them, where they are set up now.
  @Component
  static final class Platform {
    private final Accounts accounts;

    Platform(Accounts accounts) {
      this.accounts = accounts;
    }

    Optional<WecomAcquisition> wecom() {
      return accounts.wecom().map(corp -> new WecomAcquisition(accounts.clients().wecom(corp)));
    }

    Optional<AccountCodes> account() {
      return accounts
          .officialAccount()
          .map(account -> new AccountCodes(accounts.clients().officialAccount(account)));
    }

    Optional<MiniCodes> mini() {
      return accounts
          .miniProgram()
          .map(account -> new MiniCodes(accounts.clients().miniProgram(account)));
    }

    String corpId() {
      return accounts.corpId();
    }
  }

  private final LiveCodeStore codes;
  private final SeatStore seats;
  private final Reservations reservations;
  private final Ways ways;
  private final Welcomes welcomes;
  private final TicketStore tickets;
  private final WelcomeStore arrivals;
  private final ExecutorService counter =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("counter").daemon().factory());
  private final AtomicBoolean counting = new AtomicBoolean();
  private final Clicks clicks;
  private final Platform platform;
  private final Engine engine;
  private final ZoneId zone;
  private final AtomicReference<Instant> next = new AtomicReference<>(Instant.MIN);

  Reception(
      LiveCodeStore codes,
      SeatStore seats,
      Reservations reservations,
      Ways ways,
      Welcomes welcomes,
      TicketStore tickets,
      WelcomeStore arrivals,
      Clicks clicks,
      Platform platform,
      Engine engine,
      Settings settings) {
    this.codes = codes;
    this.seats = seats;
    this.reservations = reservations;
    this.ways = ways;
    this.welcomes = welcomes;
    this.tickets = tickets;
    this.arrivals = arrivals;
    this.clicks = clicks;
    this.platform = platform;
    this.engine = engine;
    this.zone = settings.zone();
  }

  /// A place for whoever opened a page.
  SeatStore.Reserved reserve(Staffed code, String variant, SeatStore.Visitor visitor) {
    Map<String, List<Integer>> shown = ways.shown(code, variant);
    var able =
        new Staffed(
            code.about(),
            code.members().stream().filter(one -> shown.containsKey(one.guide())).toList(),
            code.fallback().stream().filter(one -> shown.containsKey(one.guide())).toList(),
            code.dailyCap(),
            code.burst(),
            code.skipVerify(),
            code.remark(),
            code.tags(),
            code.welcome(),
            code.variants(),
            code.cards());
    return reservations.reserve(
        new SeatStore.Ask(able, variant, visitor, shown, engine.now()), LEASE, zone);
  }

  /// Somebody added a guide. The welcome goes first, and nothing that fails after it stops it.
  @EventListener
  void added(Change.Added added) {
    if (added.state().isEmpty()) {
      if (!added.half()) {
        // It may confirm what was asked for by a code.
        welcomes.arrived(added, null);
      }
      return;
    }
    LiveState state = LiveState.of(added.state());
    LiveCodeStore.Published published = codes.find(state.code()).orElse(null);
    if (published == null || !(published.code() instanceof Staffed)) {
      return;
    }
    welcomes.arrived(added, state);
    if (counting.compareAndSet(false, true)) {
      try {
        counter.execute(this::count);
      } catch (RejectedExecutionException stopping) {
        // Found again after the start.
        counting.set(false);
      }
    }
  }

  /// What comes of these two from now on is another add.
  @EventListener
  void removed(Change.Removed removed) {
    welcomes.left(removed);
  }

  /// Somebody is erased. That they came stays counted; nobody knows who it was.
  @EventListener
  synchronized void forgotten(Forgotten person) {
    Map<String, String> customers = person.customers();
    welcomes.forget(customers);
    customers.forEach(
        (customer, nobody) -> {
          seats.forget(customer, nobody);
          tickets.forget(customer, nobody);
        });
    tickets.forgetBuyer(person.known().stream().map(Forgotten.Gone::identifier).toList());
  }

  /// Somebody joined or left a group: a code that leads to it may have to lead to the next.
  @EventListener
  void changed(Change.Group told) {
    for (LiveCodeStore.Published each : codes.all()) {
      if (each.code() instanceof Grouped code && code.groups().contains(told.chat())) {
        ways.seeSoon(code.about().name());
      }
    }
  }

  /// Counts whoever came since the last time; the rows of their welcomes say who.
  private synchronized void count() {
    counting.set(false);
    try {
      for (List<WelcomeStore.Arrival> some = arrivals.uncounted(BATCH);
          !some.isEmpty();
          some = arrivals.uncounted(BATCH)) {
        var byCode = new LinkedHashMap<String, List<WelcomeStore.Arrival>>();
        some.forEach(one -> byCode.computeIfAbsent(one.code(), _ -> new ArrayList<>()).add(one));
        byCode.forEach(this::count);
        arrivals.counted(some);
      }
    } catch (RuntimeException e) {
      // The next pass counts them.
      LOG.warn("who came could not be counted: {}", e.toString());
    }
  }

  private void count(String name, List<WelcomeStore.Arrival> some) {
    if (!(codes.find(name).map(LiveCodeStore.Published::code).orElse(null)
        instanceof Staffed code)) {
      return;
    }
    List<SeatStore.Came> came = seats.came(code, some, zone);
    boolean without = false;
    for (int i = 0; i < some.size(); i++) {
      SeatStore.Came one = came.get(i);
      SeatStore.Seat seat = one.seat();
      without = without || seat == null;
      // What is counted again after a stop is said again: it may have come between the two.
      if (seat != null && seat.ticket() instanceof String ticket && !one.known()) {
        WelcomeStore.Arrival who = some.get(i);
        tickets.use(ticket, who.guide(), who.customer(), who.addedAt(), seat.sure());
      }
      if (seat != null
          && seat.sure()
          && seat.person() instanceof String link
          && !Identifier.erased(some.get(i).customer())) {
        tellLink(seat, link, some.get(i));
      }
    }
    tellCards();
    if (without) {
      ways.seeSoon(name);
    }
  }

  /// Who followed the link of a message and added a guide is whom the message went to.
  private void tellLink(SeatStore.Seat seat, String link, WelcomeStore.Arrival added) {
    Touchpoint touchpoint = engine.ask().touchpointByCode(link);
    if (touchpoint == null || touchpoint.address().isEmpty()) {
      return;
    }
    engine.take(
        List.of(
            new Event(
                "code/" + seat.id(),
                "code_opened",
                added.addedAt(),
                "wecom",
                List.of(
                    Identifier.of(
                        IdentifierKind.EXTERNAL_USERID, platform.corpId(), added.customer()),
                    clicks.person(touchpoint)),
                Properties.of(
                    "liveCode", seat.code(), "link", link, "touchpoint", touchpoint.key()))));
  }

  /// A card was scanned: whoever came is who the parcel went to, and this is the evidence.
  private synchronized void tellCards() {
    for (TicketStore.Ticket used : tickets.untold()) {
      var identifiers = new ArrayList<Identifier>();
      identifiers.add(
          Identifier.of(IdentifierKind.EXTERNAL_USERID, platform.corpId(), used.customer()));
      // Where others looked at the same picture, who came may be one of them: no evidence then.
      if (used.sure()) {
        identifiers.addAll(used.buyer());
      }
      engine.take(
          List.of(
              new Event(
                  "card/" + used.code() + "/" + used.ticket(),
                  "card_scanned",
                  used.usedAt() == null ? engine.now() : used.usedAt(),
                  "wecom",
                  identifiers,
                  Properties.of(
                      "liveCode", used.code(), "orderId", used.orderId(), "guide", used.guide()))));
      tickets.told(used.ticket());
    }
  }

  /// Takes up what time alone changes: places whose lease is over, shifts, midnight of the brand.
  public void pass() {
    Instant now = engine.now();
    for (SeatStore.Lapsing of : seats.lapsing(now)) {
      seats.giveBack(of, now);
    }
    if (!now.isBefore(next.get())) {
      ways.seeAll();
      Instant soonest = now.plus(ALL);
      for (LiveCodeStore.Published each : codes.all()) {
        if (each.code() instanceof Staffed code
            && Roster.next(code, now, zone) instanceof Instant turn
            && turn.isBefore(soonest)) {
          soonest = turn;
        }
      }
      next.set(soonest);
    }
    count();
    tellCards();
    welcomes.pass();
  }

  @PreDestroy
  void stop() {
    counter.shutdownNow();
  }

  /// A definition changed: the platform is asked now and not with the next pass.
  void changed(String code) {
    next.set(Instant.MIN);
    ways.seeSoon(code);
  }

  @Override
  public Place place() {
    return new Place("live codes", Beat.RECEIVE, 110);
  }

  @Override
  public void pass(Instant before, Instant now) {
    pass();
  }
}
