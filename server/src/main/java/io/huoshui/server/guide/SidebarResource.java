package io.huoshui.server.guide;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Questions;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.guide.Bindings;
import io.huoshui.guide.Guide;
import io.huoshui.platforms.wecom.WecomMembers.PageSignature;
import io.huoshui.platforms.wecom.WecomStaff;
import io.huoshui.profile.Personal;
import io.huoshui.profile.Rfm;
import io.huoshui.reach.Touchpoint;
import io.huoshui.server.access.Access;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Problem;
import io.huoshui.server.access.Scope;
import io.huoshui.server.guide.TaskResource.EvidenceBody;
import io.huoshui.server.guide.TaskResource.TaskView;
import io.huoshui.server.journey.Followers;
import io.huoshui.server.journey.GuideTask;
import io.huoshui.server.loyalty.Coupons;
import io.huoshui.server.tag.HandTag;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// What stands beside the chat in WeCom: whom a guide talks to, what they bought, what was promised
/// them, what is to be done next.
///
/// A session is one guide's. It sees customers who are bound to them or have them as a contact; a
/// manager's also whoever is bound to their store. Phone numbers are masked unless the guide may
/// see them, and each look at one is audited.
@RestController
@RequestMapping("/api/v1/sidebar")
class SidebarResource {
  private static final int ORDERS = 5;
  private static final int LATELY = 400;
  private static final int MESSAGES = 5;
  private static final int COUPONS = 10;
  private static final int LONGEST_NOTE = 500;
  private static final SecureRandom RANDOM = new SecureRandom();

  private static final long ANEW_NANOS = 60_000_000_000L;

  /// When tickets were last fetched because of a page; 0 for never.
  private final AtomicLong fetchedAnew = new AtomicLong();

  private final Engine engine;
  private final GuidePlatform.Corp corp;
  private final Staff staff;
  private final Access access;
  private final Audit audit;
  private final Coupons coupons;
  private final Followers followers;
  private final TaskResource tasks;

  SidebarResource(
      Engine engine,
      GuidePlatform.Corp corp,
      Staff staff,
      Access access,
      Audit audit,
      Coupons coupons,
      Followers followers,
      TaskResource tasks) {
    this.engine = engine;
    this.corp = corp;
    this.staff = staff;
    this.access = access;
    this.audit = audit;
    this.coupons = coupons;
    this.followers = followers;
    this.tasks = tasks;
  }

  // Coming in.

  record Code(@Nullable String code) {}

  /// @param token `Authorization: Bearer …`, for twelve hours or until the guide leaves
  record Session(
      String token, String userid, String title, String store, String role, boolean seesPhones) {}

  /// Trades a login code of the platform, good once, for a session.
  @PostMapping("/session")
  Session session(@RequestBody Code body) {
    if (body.code() == null || !body.code().matches("[A-Za-z0-9_-]{1,512}")) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_code", "That is no login code.")
          .at("code", body.code() == null ? "nothing" : "something else", "what the page was given")
          .thrown();
    }
    WecomStaff wecom = corp.needed();
    String userid;
    try {
      userid = GuidePlatform.got(wecom.members().login(body.code()));
    } catch (Problem.Refusal refusal) {
      if (refusal.problem().code().equals("platform_refused")) {
        throw Problem.of(
                HttpStatus.UNAUTHORIZED, "bad_code", "The platform knows no such code now.")
            .next("Open the page again: a code is good once, and for five minutes.")
            .thrown();
      }
      throw refusal;
    }
    StaffStore.GuideRow row = staff.known().guides().get(userid);
    if (userid.isEmpty() || row == null || !row.guide().active()) {
      throw Problem.of(HttpStatus.FORBIDDEN, "no_guide", "You are no guide of this brand.")
          .at("userid", userid, "an active guide")
          .next("Headquarters synchronises members under Stores & guides.")
          .thrown();
    }
    Guide guide = row.guide();
    String token = access.scopedToken(new Scope(false, stores(guide), userid, "sidebar"));
    audit.record("sidebar_opened", userid);
    return new Session(
        token, userid, guide.title(), guide.store(), guide.role().wire(), row.seesPhones());
  }

  private static SortedSet<String> stores(Guide guide) {
    return guide.role() == Guide.Role.MANAGER && !guide.store().isEmpty()
        ? new TreeSet<>(List.of(guide.store()))
        : new TreeSet<>();
  }

  private static String me() {
    return Scope.current().guide();
  }

  /// @param refused whether the client refused the last signature of this page (`config:fail`)
  record Page(@Nullable String url, @Nullable Boolean refused) {}

  /// Lets a page call the client: both signatures of the JS-SDK. Where the client refused one, the
  /// tickets are fetched again, at most once a minute however many pages say so: an app has a
  /// hundred an hour.
  @PostMapping("/signature")
  PageSignature signature(@RequestBody Page body) {
    if (body.url() == null || !body.url().matches("https?://\\S{1,2000}")) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_url", "That is no page.")
          .at("url", String.valueOf(body.url()), "the page's address, https://…")
          .thrown();
    }
    byte[] nonce = new byte[12];
    RANDOM.nextBytes(nonce);
    return GuidePlatform.got(
        corp.needed()
            .members()
            .sign(
                body.url(),
                HexFormat.of().formatHex(nonce),
                Instant.now().getEpochSecond(),
                Boolean.TRUE.equals(body.refused()) && mayFetchAnew()));
  }

  private boolean mayFetchAnew() {
    long now = System.nanoTime();
    long last = fetchedAnew.get();
    return (last == 0 || now - last > ANEW_NANOS) && fetchedAnew.compareAndSet(last, now);
  }

  // The customer.

  /// The profile of a contact whom this session may see.
  private int mine(@Nullable String externalUserid) {
    int profile =
        externalUserid == null || externalUserid.isBlank()
            ? -1
            : engine
                .ask()
                .find(
                    Identifier.of(
                        IdentifierKind.EXTERNAL_USERID, corp.needed().corpId(), externalUserid));
    if (profile < 0) {
      throw Problem.of(HttpStatus.NOT_FOUND, "unknown_customer", "Nobody is known by this contact.")
          .at("externalUserid", String.valueOf(externalUserid), "a contact of this corporation")
          .thrown();
    }
    checkMine(profile);
    return profile;
  }

  private void checkMine(int profile) {
    String me = me();
    Bindings.Span span = staff.bindings(profile).at(engine.now());
    boolean bound =
        span != null
            && (engine.guides().today(span.guide()).equals(me)
                || Scope.current().stores().contains(span.store()));
    if (!bound && !staff.contactsOf(profile).contains(me)) {
      throw Problem.of(HttpStatus.FORBIDDEN, "not_your_customer", "This is no customer of yours.")
          .next("Headquarters or your manager can bind them to you.")
          .thrown();
    }
  }

  record Order(String orderId, Instant at, long paidFen, long returnedFen, List<String> products) {}

  record PlaceView(String journey, String step, Instant since, @Nullable Instant until) {}

  /// What was said to them lately.
  ///
  /// @param kind `message`, `note`, `task`
  record Promised(String kind, Instant at, String by, String text) {}

  /// @param zh what to do, in words
  record Next(
      String kind, Instant until, String zh, String en, @Nullable TaskView task, String script) {}

  /// @param phone masked unless asked for by somebody who may see it
  /// @param boundTo null for nobody
  /// @param milliseconds it took
  record Sheet(
      String customer,
      @Nullable String name,
      @Nullable String phone,
      boolean revealed,
      Map<String, String> traits,
      List<String> tags,
      String lifecycle,
      @Nullable Integer daysSinceOrder,
      long orderCount,
      long paidFen,
      @Nullable String boundTo,
      @Nullable String boundStore,
      @Nullable Instant boundSince,
      List<Order> orders,
      List<Coupons.Open> coupons,
      List<PlaceView> journeys,
      List<Promised> promised,
      List<Next> next,
      double milliseconds) {}

  @GetMapping("/customer")
  Sheet customer(
      @RequestParam(required = false) @Nullable String externalUserid,
      @RequestParam(defaultValue = "false") boolean reveal) {
    long began = System.nanoTime();
    int profile = mine(externalUserid);
    boolean shown = reveal && reveals(profile);
    Questions.Profile found = engine.ask().profile(profile);
    if (found == null) {
      throw Problem.of(HttpStatus.NOT_FOUND, "unknown_customer", "They were erased meanwhile.")
          .thrown();
    }
    List<Questions.Happening> lately = engine.ask().timeline(profile, Integer.MAX_VALUE, LATELY);
    Instant now = engine.now();
    List<Coupons.Open> open = coupons.open(profile, now, COUPONS);
    Bindings.Span span = staff.bindings(profile).at(now);
    Rfm rfm = found.rfm();
    String phone =
        found.identifiers().stream()
            .filter(each -> each.kind() == IdentifierKind.PHONE)
            .findFirst()
            .map(each -> shown ? each.value() : each.masked())
            .orElse(null);
    Value name = found.traits().get("name");
    return new Sheet(
        "p" + found.profile(),
        name == null ? null : shown ? name.shown() : Personal.masked(name.shown()),
        phone,
        shown,
        traits(found.traits(), shown),
        found.tags(),
        found.lifecycle().wire(),
        rfm == null ? null : rfm.recencyDays(),
        rfm == null ? 0 : rfm.frequency(),
        rfm == null ? 0 : rfm.monetaryFen(),
        span == null ? null : span.guide(),
        span == null ? null : span.store(),
        span == null ? null : span.from(),
        orders(lately),
        open,
        found.positions().stream()
            // Whoever is only measured is served as anybody else: nobody may know.
            .filter(position -> position.exit() == null && !position.heldOut())
            .map(
                position ->
                    new PlaceView(
                        position.journey(), position.step(), position.enteredAt(), position.due()))
            .toList(),
        promised(found.touchpoints(), lately),
        next(profile, open, now),
        (System.nanoTime() - began) / 1e6);
  }

  private boolean reveals(int profile) {
    if (!staff.guide(me()).seesPhones()) {
      throw Problem.of(HttpStatus.FORBIDDEN, "masked", "You do not see phone numbers.")
          .at("reveal", "true", "false")
          .next("Headquarters can allow it under Stores & guides.")
          .thrown();
    }
    audit.record("profile_revealed", "p" + profile + " in the sidebar of " + me());
    return true;
  }

  private static Map<String, String> traits(Map<String, Value> traits, boolean shown) {
    var view = new LinkedHashMap<String, String>();
    traits.forEach(
        (key, value) ->
            view.put(
                key,
                !shown && Personal.is("profile_updated", key)
                    ? Personal.masked(value.shown())
                    : value.shown()));
    return view;
  }

  /// The latest orders with what was given back of them.
  private static List<Order> orders(List<Questions.Happening> lately) {
    var returned = new LinkedHashMap<String, Long>();
    var products = new LinkedHashMap<String, List<String>>();
    for (Questions.Happening each : lately) {
      String order = each.properties().text("orderId");
      switch (each.name()) {
        case "order_refunded", "order_cancelled" ->
            returned.merge(order, each.properties().whole("amountFen"), Long::sum);
        case "product_purchased" -> {
          String name = each.properties().text("name");
          products
              .computeIfAbsent(order, _ -> new ArrayList<>())
              .add(name.isEmpty() ? each.properties().text("sku") : name);
        }
        default -> {}
      }
    }
    return lately.stream()
        .filter(each -> each.name().equals("order_paid"))
        .limit(ORDERS)
        .map(
            each -> {
              String order = each.properties().text("orderId");
              return new Order(
                  order,
                  each.time(),
                  each.properties().whole("amountFen"),
                  returned.getOrDefault(order, 0L),
                  products.getOrDefault(order, List.of()));
            })
        .toList();
  }

  private static List<Promised> promised(
      List<Touchpoint> touchpoints, List<Questions.Happening> lately) {
    var said = new ArrayList<Promised>();
    for (Touchpoint each : touchpoints) {
      Instant at = each.delivery().at();
      if (each.delivered() && at != null && !each.text().isEmpty()) {
        said.add(new Promised("message", at, each.sender(), each.text()));
      }
    }
    for (Questions.Happening each : lately) {
      if (each.name().equals("note_added")) {
        said.add(
            new Promised(
                "note", each.time(), each.properties().text("by"), each.properties().text("text")));
      } else if (each.name().equals("task_done") && !each.properties().text("evidence").isEmpty()) {
        said.add(
            new Promised(
                "task",
                each.time(),
                each.properties().text("by"),
                each.properties().text("evidence")));
      }
    }
    said.sort(Comparator.comparing(Promised::at).reversed());
    return said.stream().limit(MESSAGES).toList();
  }

  private List<Next> next(int profile, List<Coupons.Open> open, Instant now) {
    var next = new ArrayList<Next>();
    for (GuideTask task : followers.tasksAbout(profile)) {
      if (engine.guides().today(task.guide()).equals(me())
          || Scope.current().stores().contains(staff.storeOf(task.guide()))) {
        next.add(
            new Next(
                task.due().isBefore(now) ? "task_overdue" : "task",
                task.due(),
                task.title(),
                task.title(),
                tasks.view(task),
                task.script()));
      }
    }
    for (Coupons.Open coupon : open) {
      String yuan = String.format(Locale.ROOT, "%.2f", coupon.valueFen() / 100.0);
      next.add(
          new Next(
              "coupon",
              coupon.expiresAt(),
              "提醒客户使用优惠券 " + coupon.template() + "(" + yuan + " 元)",
              "Remind them of coupon " + coupon.template() + " (" + yuan + ")",
              null,
              ""));
    }
    next.sort(Comparator.comparing(Next::until));
    return next;
  }

  // Doing.

  @GetMapping("/tasks")
  List<TaskView> tasks(@RequestParam(defaultValue = "open") String when) {
    return tasks.list(me(), when, 200);
  }

  record Done(@Nullable String task, @Nullable EvidenceBody evidence) {}

  @PostMapping("/tasks/done")
  TaskView done(@RequestBody Done body) {
    GuideTask task = tasks.find(String.valueOf(body.task()));
    if (!engine.guides().today(task.guide()).equals(me())) {
      throw Problem.of(HttpStatus.FORBIDDEN, "not_your_task", "This is somebody else's task.")
          .at("task", task.task(), "a task of your list")
          .thrown();
    }
    return tasks.move(
        task, new TaskResource.Moving(task.task(), "done", null, null, body.evidence()));
  }

  record Tagging(
      @Nullable String externalUserid,
      @Nullable List<String> put,
      @Nullable List<String> take,
      @Nullable String why) {}

  record Tags(List<String> tags) {}

  @PostMapping("/tags")
  Tags tag(@RequestBody Tagging body) {
    int profile = mine(body.externalUserid());
    var members = RoaringBitmap.bitmapOf(profile);
    String why = body.why() == null ? "" : body.why();
    var put = body.put() == null ? List.<String>of() : body.put();
    var take = body.take() == null ? List.<String>of() : body.take();
    put.forEach(tag -> HandTag.named(engine, tag));
    take.forEach(tag -> HandTag.named(engine, tag));
    take.forEach(tag -> engine.tag(tag, false, "manual", audit.who(), why, members));
    put.forEach(tag -> engine.tag(tag, true, "manual", audit.who(), why, members));
    audit.record("customer_tagged", "p" + profile + " +" + put + " -" + take);
    Questions.Profile now = engine.ask().profile(profile);
    return new Tags(now == null ? List.of() : now.tags());
  }

  record Note(@Nullable String externalUserid, @Nullable String text) {}

  record Noted(Instant at) {}

  @PostMapping("/notes")
  Noted note(@RequestBody Note body) {
    int profile = mine(body.externalUserid());
    String text = body.text() == null ? "" : body.text().strip();
    if (text.isEmpty() || text.length() > LONGEST_NOTE) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_note", "A note says something.")
          .at("text", text.length() + " characters", "1 to " + LONGEST_NOTE)
          .thrown();
    }
    Instant now = engine.now();
    engine.take(
        List.of(
            new Event(
                "note/" + profile + "/" + me() + "/" + now.toEpochMilli() + "/" + text.hashCode(),
                "note_added",
                now,
                "guide",
                List.of(engine.ask().identifier(profile)),
                Properties.of("text", text, "by", me()))));
    audit.record("note_added", "p" + profile);
    return new Noted(now);
  }
}
