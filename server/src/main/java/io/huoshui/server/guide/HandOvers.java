package io.huoshui.server.guide;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Questions;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.guide.Guide;
import io.huoshui.guide.HandOver;
import io.huoshui.guide.HandOver.Limits;
import io.huoshui.guide.HandOver.Plan;
import io.huoshui.json.Json;
import io.huoshui.platforms.wecom.StaffAnswer;
import io.huoshui.platforms.wecom.WecomStaff;
import io.huoshui.platforms.wecom.WecomTransfers.Standing;
import io.huoshui.server.access.Problem;
import io.huoshui.server.flow.Time;
import io.huoshui.server.guide.HandOverStore.HandOverRow;
import io.huoshui.server.guide.HandOverStore.Item;
import io.huoshui.server.guide.HandOverStore.State;
import io.huoshui.server.profile.Forgotten;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// Gives customers and groups to other guides, through the platform and whatever happens meanwhile.
///
/// ```
/// planned ──▶ asked ──▶ waiting ──▶ taken_over   (and the binding moves)
///    │          │          ├──▶ refused, limit   (the customer's word, the receiver's room)
///    │          └──▶ failed (the platform's code)
///    └──▶ undone
/// ```
///
/// *Asked* is written before the call. What a crash leaves there is looked up at the platform
/// first: what it has waits, what it has not is planned again.
@Service
class HandOvers {
  private static final Logger LOG = LoggerFactory.getLogger(HandOvers.class);

  /// Nobody has more customers than this by our doing; what the platform allows is more.
  private static final int ROOM = 20_000;

  /// What the platform knows nothing of so long after it took it, is lost.
  private static final Duration LOST_AFTER = Duration.ofDays(3);

  private static final Duration LOOK = Duration.ofSeconds(5);

  private final Engine engine;
  private final GuidePlatform.Corp corp;
  private final Staff staff;
  private final HandOverStore store;
  private final Time time;
  private final TransactionTemplate transaction;
  private final Limits limits = Limits.WECOM;
  private final ReentrantLock one = new ReentrantLock();
  private final AtomicBoolean worked = new AtomicBoolean();
  private volatile long lookedNanos = System.nanoTime() - LOOK.toNanos();

  HandOvers(
      Engine engine,
      GuidePlatform.Corp corp,
      Staff staff,
      HandOverStore store,
      Time time,
      PlatformTransactionManager transactions) {
    this.engine = engine;
    this.corp = corp;
    this.staff = staff;
    this.store = store;
    this.time = time;
    this.transaction = new TransactionTemplate(transactions);
  }

  // Planning.

  /// What is asked for.
  ///
  /// @param people null for all contacts of the guide
  /// @param to who may take over; empty for everybody who is active
  record Asked(
      String from,
      List<String> to,
      @Nullable RoaringBitmap people,
      List<String> groups,
      String message,
      String why) {}

  /// @param profileOf by external_userid whose it is
  record Planned(
      Asked asked,
      boolean left,
      Plan plan,
      HandOver.@Nullable GroupPlan groups,
      SortedMap<String, Integer> profileOf) {}

  Planned plan(Asked asked) {
    StaffStore.GuideRow from = staff.guide(asked.from());
    boolean left = !from.guide().active();
    if (asked.message().length() > limits.message()) {
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT, "message_too_long", "Customers are told less.")
          .at(
              "message",
              asked.message().length() + " characters",
              "at most " + limits.message() + " characters")
          .thrown();
    }
    List<Guide> receivers = new ArrayList<>();
    for (String userid : asked.to()) {
      Guide guide = staff.guide(userid).guide();
      if (!guide.active()) {
        throw Problem.of(
                HttpStatus.UNPROCESSABLE_CONTENT, "guide_left", "Somebody who left takes nobody.")
            .at("to", userid, "guides who are active")
            .thrown();
      }
      receivers.add(guide);
    }
    if (asked.to().isEmpty()) {
      staff.org().guides().values().stream()
          .filter(Guide::active)
          .filter(guide -> guide.role() != Guide.Role.VIRTUAL)
          .filter(guide -> !guide.userid().equals(asked.from()))
          .forEach(receivers::add);
    }
    Instant now = engine.now();
    var profileOf = new TreeMap<String, Integer>();
    RoaringBitmap contacts = staff.contacts(asked.from());
    RoaringBitmap people = asked.people() == null ? contacts : asked.people();
    people.forEach((int profile) -> external(profile, profileOf));
    Map<String, HandOverStore.Past> past = store.past(profileOf.keySet());
    List<HandOver.Customer> customers =
        profileOf.entrySet().stream()
            .map(
                each -> {
                  HandOverStore.Past before = past.get(each.getKey());
                  return new HandOver.Customer(
                      each.getKey(),
                      staff.contactsOf(each.getValue()),
                      before == null ? List.of() : before.handed(),
                      before != null && before.underWay());
                })
            .toList();
    Plan plan =
        HandOver.plan(
            new HandOver.From(asked.from(), staff.storeNamed(from.guide().store()), from.leftAt()),
            customers,
            receivers.stream()
                .map(
                    guide ->
                        new HandOver.Receiver(
                            guide.userid(),
                            staff.storeNamed(guide.store()),
                            guide.capacity() == 0
                                ? ROOM
                                : guide.capacity()
                                    - staff.contacts(guide.userid()).getCardinality()))
                .toList(),
            limits,
            now);
    return new Planned(asked, left, plan, groups(asked, left, receivers, now), profileOf);
  }

  /// Groups have one new owner: the first who takes over.
  private HandOver.@Nullable GroupPlan groups(
      Asked asked, boolean left, List<Guide> receivers, Instant now) {
    if (asked.groups().isEmpty()) {
      return null;
    }
    if (receivers.isEmpty()) {
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT, "nobody_takes_over", "Groups need a new owner.")
          .at("to", "nobody", "a guide who is active")
          .thrown();
    }
    Map<String, HandOverStore.Past> past = store.past(asked.groups());
    ZoneId zone = engine.ask().zone();
    return HandOver.groups(
        asked.groups().stream()
            .distinct()
            .map(
                chat -> {
                  HandOverStore.Past before = past.get(chat);
                  return new HandOver.Group(
                      chat,
                      asked.from(),
                      left,
                      before != null && before.underWay()
                          ? HandOver.GroupState.UNDER_WAY
                          : HandOver.GroupState.THERE);
                })
            .toList(),
        receivers.getFirst().userid(),
        left,
        store.groupsSince(
            asked.from(), now.atZone(zone).toLocalDate().atStartOfDay(zone).toInstant()),
        limits);
  }

  private void external(int profile, Map<String, Integer> into) {
    Questions.Profile found = engine.ask().profile(profile);
    if (found != null) {
      for (Identifier identifier : found.identifiers()) {
        if (identifier.kind() == IdentifierKind.EXTERNAL_USERID) {
          into.put(identifier.value(), profile);
        }
      }
    }
  }

  /// Writes the plan down and begins. Planning and writing are one, so that nobody is in two.
  long begin(Asked asked, String who) {
    var _ = corp.needed();
    long id;
    one.lock();
    try {
      Planned planned = plan(asked);
      if (planned.plan().calls().isEmpty()
          && (planned.groups() == null || planned.groups().calls().isEmpty())) {
        throw Problem.of(
                HttpStatus.UNPROCESSABLE_CONTENT,
                "nobody_to_hand_over",
                "Nobody can be handed over.")
            .at("from", asked.from(), "a guide with customers who can be")
            .next("POST /api/v1/handovers/preview says why of each.")
            .thrown();
      }
      id = transactionally(planned, who);
    } finally {
      one.unlock();
    }
    drive(id);
    return id;
  }

  private long transactionally(Planned planned, String who) {
    Long id =
        transaction.execute(
            _ -> {
              Instant now = engine.now();
              var refused = new ArrayList<>(planned.plan().refused());
              if (planned.groups() != null) {
                refused.addAll(planned.groups().refused());
              }
              long handOver =
                  store.add(
                      planned.asked().from(),
                      planned.left(),
                      planned.asked().message(),
                      planned.asked().why(),
                      who,
                      now,
                      Json.of(
                          refused.stream()
                              .map(
                                  each ->
                                      Json.object(
                                          "item", Json.of(each.id()),
                                          "reason", Json.of(each.reason().wire()),
                                          "code", Json.of(each.reason().code()),
                                          "zh", Json.of(each.reason().zh()),
                                          "en", Json.of(each.reason().en())))
                              .toList()));
              var items = new ArrayList<Item>();
              int call = 0;
              for (HandOver.Call each : planned.plan().calls()) {
                for (String item : each.ids()) {
                  items.add(
                      new Item(
                          handOver,
                          item,
                          false,
                          planned.profileOf().getOrDefault(item, -1),
                          each.to(),
                          call,
                          State.PLANNED,
                          0,
                          now,
                          null));
                }
                call++;
              }
              if (planned.groups() != null) {
                ZoneId zone = engine.ask().zone();
                for (HandOver.GroupCall each : planned.groups().calls()) {
                  Instant due =
                      each.day() == 0
                          ? now
                          : now.atZone(zone)
                              .toLocalDate()
                              .plusDays(each.day())
                              .atStartOfDay(zone)
                              .toInstant();
                  for (String chat : each.chats()) {
                    items.add(
                        new Item(
                            handOver,
                            chat,
                            true,
                            -1,
                            each.to(),
                            call,
                            State.PLANNED,
                            0,
                            due,
                            null));
                  }
                  call++;
                }
              }
              store.add(items);
              return handOver;
            });
    return Objects.requireNonNull(id);
  }

  /// What is planned is not done any more.
  ///
  /// @return how many
  int undo(long id) {
    one.lock();
    try {
      List<String> planned =
          store.items(id).stream()
              .filter(item -> item.state() == State.PLANNED)
              .map(Item::item)
              .toList();
      store.state(id, planned, State.UNDONE, 0, engine.now());
      return planned.size();
    } finally {
      one.unlock();
    }
  }

  /// Somebody is erased: who takes them over is nothing any more. Not in the middle of a call.
  @EventListener
  void forgotten(Forgotten person) {
    one.lock();
    try {
      person
          .customers()
          .forEach((customer, nobody) -> store.forget(customer, nobody, engine.now()));
    } finally {
      one.unlock();
    }
  }

  // Doing.

  /// Time passed: whatever is due is called, and the platform is asked what became of the rest.
  void pass() {
    if (corp.staff().isEmpty()) {
      return;
    }
    if (time.virtual()) {
      driveAll();
    } else if (System.nanoTime() - lookedNanos > LOOK.toNanos()
        && worked.compareAndSet(false, true)) {
      lookedNanos = System.nanoTime();
      Thread.ofVirtual()
          .name("handovers")
          .start(
              () -> {
                try {
                  driveAll();
                } finally {
                  worked.set(false);
                }
              });
    }
  }

  private void driveAll() {
    for (HandOverRow row : store.open()) {
      try {
        drive(row.id());
      } catch (RuntimeException e) {
        // The rows say where it stands; the next pass goes on with it.
        LOG.warn("handover {} stopped: {}", row.id(), e.toString());
      }
    }
  }

  private void drive(long id) {
    WecomStaff wecom = corp.needed();
    one.lock();
    try {
      HandOverRow row = store.find(id).orElseThrow();
      List<Item> items = store.items(id);
      boolean on = settle(row, items, wecom);
      if (on) {
        on = call(row, store.items(id), wecom);
      }
      if (on) {
        var _ = poll(row, store.items(id), wecom);
      }
    } finally {
      one.unlock();
    }
  }

  private static Map<String, List<Item>> byReceiver(List<Item> items) {
    return items.stream()
        .collect(Collectors.groupingBy(Item::to, TreeMap::new, Collectors.toList()));
  }

  private static List<String> names(List<Item> items) {
    return items.stream().map(Item::item).toList();
  }

  /// Calls whose answer is not known.
  private boolean settle(HandOverRow row, List<Item> items, WecomStaff wecom) {
    List<Item> asked = items.stream().filter(item -> item.state() == State.ASKED).toList();
    // A group that is given twice is refused the second time, and nothing happens to it.
    store.state(
        row.id(),
        names(asked.stream().filter(Item::group).toList()),
        State.PLANNED,
        0,
        engine.now());
    for (var to : byReceiver(asked.stream().filter(item -> !item.group()).toList()).entrySet()) {
      switch (wecom.transfers().results(row.from(), to.getKey(), row.left())) {
        case StaffAnswer.Got<Map<String, Standing>>(Map<String, Standing> found) -> {
          for (Item item : to.getValue()) {
            boolean begun = found.getOrDefault(item.item(), Standing.NONE) != Standing.NONE;
            store.state(
                row.id(),
                List.of(item.item()),
                begun ? State.WAITING : State.PLANNED,
                0,
                engine.now());
          }
        }
        case StaffAnswer.Later<Map<String, Standing>>(String code, String why, int _) -> {
          return rests(row, code + " " + why);
        }
        case StaffAnswer.Refused<Map<String, Standing>>(String code, String why) -> {
          return rests(row, code + " " + why);
        }
        case StaffAnswer.Unknown<Map<String, Standing>>(String why) -> {
          return rests(row, why);
        }
      }
    }
    return true;
  }

  private boolean rests(HandOverRow row, String why) {
    store.trouble(row.id(), why);
    return false;
  }

  private boolean call(HandOverRow row, List<Item> items, WecomStaff wecom) {
    var calls =
        items.stream()
            .filter(item -> item.state() == State.PLANNED && !item.dueAt().isAfter(engine.now()))
            .collect(Collectors.groupingBy(Item::call, TreeMap::new, Collectors.toList()));
    for (List<Item> batch : calls.values()) {
      boolean group = batch.getFirst().group();
      String to = batch.getFirst().to();
      List<String> names = names(batch);
      store.state(row.id(), names, State.ASKED, 0, engine.now());
      StaffAnswer<Map<String, Integer>> answer =
          group
              ? wecom.transfers().transferGroups(names, to, row.left())
              : wecom.transfers().transfer(row.from(), to, row.left(), names, row.message());
      switch (answer) {
        case StaffAnswer.Got<Map<String, Integer>>(Map<String, Integer> codes) -> {
          for (String name : names) {
            // Of groups only those that failed are named.
            int code = codes.getOrDefault(name, group ? 0 : -1);
            store.state(
                row.id(),
                List.of(name),
                code != 0 ? State.FAILED : group ? State.TAKEN_OVER : State.WAITING,
                code,
                engine.now());
          }
          store.trouble(row.id(), null);
        }
        case StaffAnswer.Later<Map<String, Integer>>(String code, String why, int _) -> {
          store.state(row.id(), names, State.PLANNED, 0, engine.now());
          return rests(row, code + " " + why);
        }
        case StaffAnswer.Refused<Map<String, Integer>>(String code, String why) -> {
          int number = code.matches("-?\\d{1,9}") ? Integer.parseInt(code) : -1;
          store.state(row.id(), names, State.FAILED, number, engine.now());
          store.trouble(row.id(), code + " " + why);
        }
        case StaffAnswer.Unknown<Map<String, Integer>>(String why) -> {
          return rests(row, why);
        }
      }
    }
    return true;
  }

  /// What became of those that should have taken effect by now.
  private boolean poll(HandOverRow row, List<Item> items, WecomStaff wecom) {
    Instant now = engine.now();
    List<Item> due =
        items.stream()
            .filter(item -> item.state() == State.WAITING)
            .filter(item -> !asked(item).plus(limits.settles()).isAfter(now))
            .toList();
    for (var to : byReceiver(due).entrySet()) {
      switch (wecom.transfers().results(row.from(), to.getKey(), row.left())) {
        case StaffAnswer.Got<Map<String, Standing>>(Map<String, Standing> found) ->
            to.getValue()
                .forEach(
                    item ->
                        settled(row, item, found.getOrDefault(item.item(), Standing.NONE), now));
        case StaffAnswer.Later<Map<String, Standing>>(String code, String why, int _) -> {
          return rests(row, code + " " + why);
        }
        case StaffAnswer.Refused<Map<String, Standing>>(String code, String why) -> {
          return rests(row, code + " " + why);
        }
        case StaffAnswer.Unknown<Map<String, Standing>>(String why) -> {
          return rests(row, why);
        }
      }
    }
    return true;
  }

  private static Instant asked(Item item) {
    return item.askedAt() == null ? item.dueAt() : item.askedAt();
  }

  private void settled(HandOverRow row, Item item, Standing standing, Instant now) {
    List<String> name = List.of(item.item());
    switch (standing) {
      case TAKEN_OVER -> {
        // First the log: told twice, it is told once.
        engine.take(
            List.of(
                new Event(
                    "handed-over/" + row.id() + "/" + item.item(),
                    "guide_bound",
                    now,
                    "guide",
                    List.of(engine.ask().identifier(item.profile())),
                    Properties.of(
                        "guide", item.to(),
                        "store", staff.storeOf(item.to()),
                        "by", "handover",
                        "from", row.from(),
                        "why", row.why(),
                        "who", row.who()))));
        store.state(row.id(), name, State.TAKEN_OVER, 0, now);
      }
      case REFUSED -> store.state(row.id(), name, State.REFUSED, 0, now);
      case LIMIT -> store.state(row.id(), name, State.LIMIT, 0, now);
      case WAITING -> {}
      case NONE -> {
        if (asked(item).plus(LOST_AFTER).isBefore(now)) {
          store.state(row.id(), name, State.FAILED, -1, now);
        }
      }
    }
  }
}
