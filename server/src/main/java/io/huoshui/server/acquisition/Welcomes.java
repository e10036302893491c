package io.huoshui.server.acquisition;

import io.huoshui.acquisition.ChoreTry;
import io.huoshui.acquisition.LiveCode.Member;
import io.huoshui.acquisition.LiveCode.Staffed;
import io.huoshui.acquisition.LiveCode.Variant;
import io.huoshui.acquisition.LiveState;
import io.huoshui.acquisition.WelcomeTry;
import io.huoshui.engine.Engine;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.json.Json;
import io.huoshui.loyalty.CouponTemplate;
import io.huoshui.platforms.wecom.WecomAcquisition;
import io.huoshui.platforms.wecom.WecomAcquisition.Answer;
import io.huoshui.platforms.wecom.WecomCallbacks.Change;
import io.huoshui.reach.Template;
import io.huoshui.server.Settings;
import io.huoshui.server.access.DerivedKeys;
import io.huoshui.server.flow.Time;
import jakarta.annotation.PreDestroy;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/// 欢迎语: says hello before anything else is done for whoever came.
///
/// ```
/// callback ──▶ row (waiting) ──▶ answered to the platform
///                 └──▶ send_welcome_msg ──▶ sent | failed why | tried again inside the 20 s | missed
///                                              └──▶ event on the person; then remark and tags
/// ```
///
/// A welcome answers what the person has just done, so quiet hours and caps do not hold it back. It
/// is an event and no touchpoint: a touchpoint is what a journey decided and the gate let out, and
/// nothing decides here. Its seconds are the platform's, so they are counted by the wall clock even
/// where the brand lives by a virtual one.
@Component
class Welcomes {
  private static final Logger LOG = LoggerFactory.getLogger(Welcomes.class);

  /// Calls under way at once; WeCom names no limit for this one.
  private static final int AT_ONCE = 24;

  /// B community staff replies 000ee4c8…, 000468ae…: more at once are refused with 45033.
  private static final int REMARKS_AT_ONCE = 5;

  /// How long a try may be under way before another is made.
  private static final Duration UNDER_WAY = Duration.ofSeconds(6);

  /// A greeting does not wait longer for a name.
  private static final Duration FOR_A_NAME = Duration.ofMillis(1_200);

  private static final int BATCH = 500;

  private final WelcomeStore store;
  private final LiveCodeStore codes;
  private final Reception.Platform platform;
  private final Engine engine;
  private final Time time;
  private final DerivedKeys keys;
  private final ZoneId zone;
  private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService later =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("welcomes").daemon().factory());
  private final Semaphore turns = new Semaphore(AT_ONCE, true);
  private final Semaphore remarks = new Semaphore(REMARKS_AT_ONCE);
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean afterwards = new AtomicBoolean();

  /// Held while rows become events.
  private final ReentrantLock telling = new ReentrantLock();

  /// Who was erased while a welcome of theirs may have been under way, and when.
  private final Map<String, Instant> forgotten = new ConcurrentHashMap<>();

  Welcomes(
      WelcomeStore store,
      LiveCodeStore codes,
      Reception.Platform platform,
      Engine engine,
      Time time,
      DerivedKeys keys,
      Settings settings) {
    this.keys = keys;
    this.zone = settings.zone();
    this.store = store;
    this.codes = codes;
    this.platform = platform;
    this.engine = engine;
    this.time = time;
  }

  /// Somebody came: the welcome is on disk when this returns, and under way.
  ///
  /// @param state null for a confirmation that does not say by which code
  void arrived(Change.Added added, @Nullable LiveState state) {
    Instant now = Instant.now();
    Instant deadline = (time.virtual() ? now : added.at()).plus(WelcomeTry.WINDOW);
    String code =
        added.welcomeCode().isEmpty()
            ? "none/" + added.guide() + "/" + added.customer() + "/" + added.at().getEpochSecond()
            : added.welcomeCode();
    var welcome =
        new WelcomeStore.Welcome(
            code,
            added.guide(),
            added.customer(),
            state == null ? "" : state.code(),
            state == null ? "" : state.variant(),
            added.at(),
            now,
            deadline,
            "waiting",
            1,
            "",
            null,
            1);
    store
        .arrived(welcome, added.half(), state == null ? 0 : state.slot(), now.plus(UNDER_WAY))
        .ifPresent(says -> send(says.welcomeCode(), says));
  }

  /// A guide and a customer are no contacts any more.
  void left(Change.Removed removed) {
    store.left(removed.guide(), removed.customer(), removed.at());
  }

  private void send(String welcomeCode) {
    send(welcomeCode, null);
  }

  /// @param begun with its first try claimed; null where a try is to be claimed
  private void send(String welcomeCode, WelcomeStore.@Nullable Welcome begun) {
    if (!underWay.add(welcomeCode)) {
      return;
    }
    try {
      var _ =
          senders.submit(
              () -> {
                try {
                  attempt(welcomeCode, begun);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                } catch (RuntimeException e) {
                  // The row still waits; the next pass takes it up.
                  LOG.warn("a welcome failed on our side: {}", e.toString());
                } finally {
                  underWay.remove(welcomeCode);
                }
              });
    } catch (RejectedExecutionException stopping) {
      underWay.remove(welcomeCode);
    }
  }

  private void attempt(String welcomeCode, WelcomeStore.@Nullable Welcome begun)
      throws InterruptedException {
    Instant now = Instant.now();
    WelcomeStore.Welcome welcome =
        begun != null ? begun : store.claim(welcomeCode, now, now.plus(UNDER_WAY)).orElse(null);
    if (welcome == null) {
      return;
    }
    var published = codes.find(welcome.code()).orElse(null);
    if (published == null || !(published.code() instanceof Staffed code)) {
      store.settle(welcome, "none", "no_code", Map.of(), now);
      return;
    }
    io.huoshui.acquisition.Welcome says = code.welcomeOf(welcome.variant());
    if (says.blank() || WelcomeStore.without(welcomeCode)) {
      settle(welcome, code, "none", says.blank() ? "no_text" : "no_welcome_code");
      return;
    }
    // A crash, or a platform that was slow: what is late is not tried, and said to be late.
    if (!WelcomeTry.inTime(now, welcome.deadline())) {
      settle(welcome, code, "missed", "too_late");
      return;
    }
    WecomAcquisition wecom = platform.wecom().orElse(null);
    if (wecom == null) {
      settle(welcome, code, "failed", "not_set_up");
      return;
    }
    io.huoshui.acquisition.Welcome filled = fill(wecom, says, code, welcome);
    if (forgotten(welcome)) {
      // The row says so already.
      return;
    }
    Said said = say(wecom, welcomeCode, filled);
    String answered = said.code();
    boolean maybeTaken =
        welcome.before().equals(WelcomeStore.ASKED) || welcome.before().equals("unknown");
    switch (WelcomeTry.after(
        answered, said.again(), welcome.tries(), maybeTaken, Instant.now(), welcome.deadline())) {
      case WelcomeTry.Sent() ->
          settle(welcome, code, "sent", answered.equals("0") ? "" : "answer_was_lost");
      case WelcomeTry.Lost(String reason) ->
          settle(welcome, code, reason.equals("too_late") ? "missed" : "failed", reason);
      case WelcomeTry.Again(Instant at) -> {
        // One lost answer is remembered through the tries that follow.
        store.again(welcomeCode, maybeTaken ? "unknown" : answered, at);
        later(welcomeCode, Math.max(1, Duration.between(Instant.now(), at).toMillis()));
      }
    }
  }

  private void later(String welcomeCode, long ms) {
    try {
      var _ = later.schedule(() -> send(welcomeCode), ms, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException stopping) {
      // Its row waits for the next start.
    }
  }

  /// What the platform said: its code, and when to ask again.
  private record Said(String code, int again) {
    static final Said TAKEN = new Said("0", -1);
  }

  /// Only the call itself waits for its turn: a row that is written waits for no platform.
  private Said say(
      WecomAcquisition wecom, String welcomeCode, io.huoshui.acquisition.Welcome filled)
      throws InterruptedException {
    turns.acquire();
    try {
      return switch (wecom.welcome(welcomeCode, filled.text(), filled.attachments())) {
        case Answer.Done<Boolean> _ -> Said.TAKEN;
        case Answer.Failed<Boolean>(String error, String _, int again) -> new Said(error, again);
      };
    } finally {
      turns.release();
    }
  }

  private io.huoshui.acquisition.Welcome fill(
      WecomAcquisition wecom,
      io.huoshui.acquisition.Welcome says,
      Staffed code,
      WelcomeStore.Welcome to) {
    Map<String, String> words = words(code, to);
    if (coupon(says.coupon()) != null) {
      words.put("coupon", couponOf(to.welcomeCode()));
    }
    if (says.text().contains("{name")) {
      String name = name(wecom, to.customer());
      if (!name.isEmpty()) {
        words.put("name", name);
      }
    }
    return says.fill(words::get);
  }

  private @Nullable CouponTemplate coupon(String template) {
    return engine.ask().couponTemplates().stream()
        .filter(each -> each.name().equals(template))
        .findFirst()
        .orElse(null);
  }

  /// The same whenever it is asked for, and nobody without the key can guess it.
  private String couponOf(String welcomeCode) {
    byte[] hash =
        keys.mac("coupons of welcomes").doFinal(welcomeCode.getBytes(StandardCharsets.UTF_8));
    return "W" + new BigInteger(1, hash).toString(36).toUpperCase(Locale.ROOT).substring(0, 14);
  }

  private static Map<String, String> words(Staffed code, WelcomeStore.Welcome to) {
    var words = new HashMap<String, String>();
    Member member = code.find(to.guide());
    words.put("guide", member == null ? to.guide() : member.shown());
    words.put("title", code.about().title());
    Variant variant = code.variant(to.variant());
    if (variant != null && !variant.benefit().isEmpty()) {
      words.put("benefit", variant.benefit());
    }
    return words;
  }

  /// What the customer calls themselves; empty when that is not known soon.
  private String name(WecomAcquisition wecom, String customer) {
    try {
      return senders
                  .submit(() -> wecom.nameOf(customer))
                  .get(FOR_A_NAME.toMillis(), TimeUnit.MILLISECONDS)
              instanceof Answer.Done<String>(String name)
          ? name
          : "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
      return "";
    }
  }

  private void settle(WelcomeStore.Welcome welcome, Staffed code, String state, String reason) {
    var chores = new HashMap<String, String>();
    if (!code.remark().isBlank()) {
      chores.put("remark", code.remark());
    }
    if (!code.tags().isEmpty()) {
      chores.put("tags", Json.of(code.tags().stream().map(Json::of).toList()).write());
    }
    Instant now = Instant.now();
    store.settle(welcome, state, reason, chores, now);
    if (!state.equals("sent")) {
      store
          .other(welcome, now, now.plus(UNDER_WAY))
          .ifPresent(says -> send(says.welcomeCode(), says));
    }
    if (afterwards.compareAndSet(false, true)) {
      try {
        later.execute(this::afterwards);
      } catch (RejectedExecutionException stopping) {
        // Found again after the restart.
        afterwards.set(false);
      }
    }
  }

  private void afterwards() {
    afterwards.set(false);
    try {
      tell();
      chores();
    } catch (RuntimeException e) {
      // The next pass does it.
      LOG.warn("after welcomes: {}", e.toString());
    }
  }

  /// What a stop left over.
  @EventListener(ApplicationReadyEvent.class)
  void begun() {
    store.due(Instant.now().plus(UNDER_WAY)).forEach(this::retake);
  }

  private void retake(String welcomeCode) {
    store.retake(welcomeCode, Instant.now());
    send(welcomeCode);
  }

  /// Takes up whatever is due and nobody is at.
  void pass() {
    store.due(Instant.now()).forEach(this::send);
    tell();
    chores();
  }

  private void tell() {
    telling.lock();
    try {
      tellUntold();
    } finally {
      telling.unlock();
    }
  }

  private void tellUntold() {
    for (List<WelcomeStore.Welcome> untold = store.untold(BATCH);
        !untold.isEmpty();
        untold = store.untold(BATCH)) {
      var events = new ArrayList<Event>();
      Instant now = engine.now();
      for (WelcomeStore.Welcome each : untold) {
        if (!each.state().equals("none")) {
          events.add(event(each, now));
        }
        if (each.state().equals("sent")) {
          issued(each, now).ifPresent(events::add);
        }
      }
      if (!events.isEmpty()) {
        engine.take(events);
      }
      store.told(untold.stream().map(WelcomeStore.Welcome::welcomeCode).toList());
    }
  }

  /// The coupon that a welcome carried.
  private Optional<Event> issued(WelcomeStore.Welcome of, Instant now) {
    if (!(codes.find(of.code()).map(LiveCodeStore.Published::code).orElse(null)
        instanceof Staffed code)) {
      return Optional.empty();
    }
    CouponTemplate template = coupon(code.welcomeOf(of.variant()).coupon());
    if (template == null) {
      return Optional.empty();
    }
    return Optional.of(
        new Event(
            "welcome-coupon/"
                + of.guide()
                + "/"
                + of.customer()
                + "/"
                + of.addedAt().getEpochSecond(),
            "coupon_issued",
            of.addedAt().isAfter(now) ? of.addedAt() : now,
            "live_code",
            List.of(person(of.customer())),
            Properties.of(
                "coupon", couponOf(of.welcomeCode()),
                "template", template.name(),
                "valueFen", template.valueFen(),
                "thresholdFen", template.thresholdFen(),
                "expires", template.expiry(now, zone).toString(),
                "journey", "live code " + of.code())));
  }

  private Event event(WelcomeStore.Welcome of, Instant now) {
    boolean sent = of.state().equals("sent");
    Properties what =
        Properties.of("guide", of.guide(), "liveCode", of.code(), "reason", "added_guide");
    if (!of.variant().isEmpty()) {
      what = what.with("variant", Value.of(of.variant()));
    }
    if (!sent) {
      what = what.with("code", Value.of(of.before()));
    }
    return new Event(
        "welcome/"
            + of.guide()
            + "/"
            + of.customer()
            + "/"
            + of.addedAt().getEpochSecond()
            // That the first code failed was said already.
            + (of.codes() > 1 ? "/" + of.codes() : ""),
        sent ? "welcome_sent" : "welcome_failed",
        of.addedAt().isAfter(now) ? of.addedAt() : now,
        "wecom",
        List.of(person(of.customer())),
        what);
  }

  private Identifier person(String customer) {
    return Identifier.of(IdentifierKind.EXTERNAL_USERID, platform.corpId(), customer);
  }

  /// Remarks and tags, each with tries of its own: none of them keeps another waiting.
  private synchronized void chores() {
    for (List<WelcomeStore.Chore> due = store.choresDue(Instant.now(), BATCH);
        !due.isEmpty();
        due = due.size() < BATCH ? List.of() : store.choresDue(Instant.now(), BATCH)) {
      tags(due.stream().filter(each -> each.kind().equals("tags")).toList());
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (WelcomeStore.Chore each : due) {
          if (each.kind().equals("remark")) {
            var _ =
                threads.submit(
                    () -> {
                      remark(each);
                      return each;
                    });
          }
        }
      }
    }
  }

  /// Tags are events; what carries them to the platform is their sync.
  private void tags(List<WelcomeStore.Chore> due) {
    telling.lock();
    try {
      // Somebody may have been erased since these were read.
      addTags(due.stream().filter(each -> store.waits(each.id())).toList());
    } finally {
      telling.unlock();
    }
  }

  private void addTags(List<WelcomeStore.Chore> chores) {
    if (chores.isEmpty()) {
      return;
    }
    var events = new ArrayList<Event>();
    Instant now = engine.now();
    for (WelcomeStore.Chore each : chores) {
      if (Json.parse(each.value()) instanceof Json.Arr(List<Json> tags)) {
        for (Json tag : tags) {
          if (tag instanceof Json.Str(String name)) {
            events.add(
                new Event(
                    "live-code-tag/" + each.id() + "/" + name,
                    "tag_added",
                    now,
                    "live_code",
                    List.of(person(each.customer())),
                    Properties.of("tag", name)));
          }
        }
      }
    }
    engine.take(events);
    chores.forEach(each -> store.chore(each.id(), "done", "", Instant.now()));
  }

  private void remark(WelcomeStore.Chore chore) throws InterruptedException {
    remarks.acquire();
    try {
      WecomAcquisition wecom = platform.wecom().orElse(null);
      if (wecom == null) {
        store.chore(chore.id(), "failed", "not_set_up", Instant.now());
        return;
      }
      if (!store.waits(chore.id())) {
        return;
      }
      var words = new HashMap<String, String>();
      if (chore.value().contains("{name")
          && wecom.nameOf(chore.customer()) instanceof Answer.Done<String>(String name)
          && !name.isEmpty()) {
        words.put("name", name);
      }
      codes.find(chore.code()).ifPresent(found -> words.put("title", found.code().about().title()));
      Said said =
          switch (wecom.remark(
              chore.guide(), chore.customer(), Template.fill(chore.value(), words::get))) {
            case Answer.Done<Boolean> _ -> Said.TAKEN;
            case Answer.Failed<Boolean>(String error, String _, int again) ->
                new Said(error, again);
          };
      switch (ChoreTry.after(said.code(), said.again(), chore.tries() + 1, Instant.now())) {
        case ChoreTry.Done() -> store.chore(chore.id(), "done", "", Instant.now());
        case ChoreTry.Again(Instant at) -> store.chore(chore.id(), "waiting", said.code(), at);
        case ChoreTry.Failed(String reason) ->
            store.chore(chore.id(), "failed", reason, Instant.now());
      }
    } finally {
      remarks.release();
    }
  }

  // Forgetting.

  /// Somebody is erased: nothing more is said to them or about them.
  ///
  /// @param customers by external_userid what stands in its place
  void forget(Map<String, String> customers) {
    Instant now = Instant.now();
    forgotten.values().removeIf(at -> at.plus(UNDER_WAY).plus(WelcomeTry.WINDOW).isBefore(now));
    customers.keySet().forEach(customer -> forgotten.put(customer, now));
    // Events are made of rows under this lock: either they come before, and are erased with the
    // person, or they are not made.
    telling.lock();
    try {
      customers.forEach((customer, nobody) -> store.forget(customer, nobody, now));
    } finally {
      telling.unlock();
    }
  }

  /// Whoever comes after being erased is somebody new.
  private boolean forgotten(WelcomeStore.Welcome welcome) {
    Instant at = forgotten.get(welcome.customer());
    return at != null && !welcome.arrivedAt().isAfter(at);
  }

  @PreDestroy
  void stop() {
    later.shutdownNow();
    senders.shutdown();
    try {
      // Whoever is under way ends; the rows of the others wait for the next start.
      var _ = senders.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    senders.shutdownNow();
  }
}
