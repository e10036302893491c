package io.huoshui.server.guide;

import io.huoshui.engine.Engine;
import io.huoshui.event.Event;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.guide.BindingRules;
import io.huoshui.guide.Bindings;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Problem;
import io.huoshui.server.access.Scope;
import io.huoshui.server.audience.Member;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Whose customers are, were, and to whom they were refused.
@RestController
@RequestMapping("/api/v1/bindings")
class BindingResource {
  private static final int MOST = 200;

  private final Engine engine;
  private final Staff staff;
  private final Audit audit;

  BindingResource(Engine engine, Staff staff, Audit audit) {
    this.engine = engine;
    this.staff = staff;
    this.audit = audit;
  }

  /// @param until when it ended or will end; null while nothing ends it
  record SpanView(
      String guide,
      String guideTitle,
      String store,
      String by,
      Instant since,
      @Nullable Instant until) {}

  private SpanView view(Bindings.Span span) {
    return new SpanView(
        span.guide(),
        staff.title(span.guide()),
        span.store(),
        span.by().wire(),
        span.from(),
        span.to());
  }

  /// @param holder whose they stayed, empty for nobody's
  record ConflictView(
      Instant at, String guide, String store, String holder, String code, String zh, String en) {}

  private static ConflictView view(Bindings.Conflict each) {
    return new ConflictView(
        Instant.ofEpochMilli(each.atMs()),
        each.guide(),
        each.store(),
        each.holder(),
        each.code(),
        switch (each.code()) {
          case "first_scan_wins" -> "先扫先得,客户已有专属导购";
          case "protected" -> "客户在原导购的保护期内";
          default -> "只有总部可以绑定";
        },
        switch (each.code()) {
          case "first_scan_wins" -> "whoever was scanned first keeps the customer";
          case "protected" -> "the customer's guide is protected";
          default -> "only headquarters binds";
        });
  }

  record Line(Member customer, SpanView binding) {}

  /// @param count of everybody meant
  /// @param next what `after` is on the next page, null on the last
  record Page(long count, List<Line> items, @Nullable String next) {}

  @GetMapping
  Page all(
      @RequestParam(defaultValue = "") String guide,
      @RequestParam(defaultValue = "") String store,
      @RequestParam(defaultValue = "") String after,
      @RequestParam(defaultValue = "50") int limit) {
    Scope scope = Scope.current();
    if (!store.isEmpty()) {
      staff.lookAtStore(store);
    }
    Set<String> stores = !store.isEmpty() ? Set.of(store) : scope.all() ? null : scope.stores();
    RoaringBitmap people = staff.bound(stores, guide);
    int most = Math.clamp(limit, 1, MOST);
    int begin = after.matches("p\\d{1,9}") ? Integer.parseInt(after.substring(1)) : -1;
    List<Member> members = Member.of(engine.ask().lines(people, begin, most));
    var lines = new ArrayList<Line>();
    Instant now = engine.now();
    for (Member member : members) {
      Bindings.Span span = staff.bindings(Integer.parseInt(member.id().substring(1))).at(now);
      if (span != null) {
        lines.add(new Line(member, view(span)));
      }
    }
    return new Page(
        people.getLongCardinality(), lines, members.size() < most ? null : members.getLast().id());
  }

  record OfCustomer(
      String customer,
      @Nullable SpanView now,
      List<SpanView> past,
      List<ConflictView> conflicts,
      Set<String> contacts) {}

  @GetMapping("/{customer}")
  OfCustomer one(@PathVariable String customer) {
    return view(staff.customer(customer));
  }

  private OfCustomer view(int profile) {
    Bindings bindings = staff.bindings(profile);
    Bindings.Span now = bindings.at(engine.now());
    return new OfCustomer(
        "p" + profile,
        now == null ? null : view(now),
        bindings.spans().stream().filter(span -> !span.equals(now)).map(this::view).toList(),
        bindings.conflicts().stream().map(BindingResource::view).toList(),
        new TreeSet<>(staff.contactsOf(profile)));
  }

  private record Disputed(BindingRules.At rules, Set<String> stores) {}

  record Dispute(String customer, List<ConflictView> conflicts) {}

  /// @param count of customers somebody else claimed, too
  record Disputes(long count, List<Dispute> items) {}

  /// Customers whom more than one guide claimed, with why the others did not get them. A token of
  /// stores sees those of its own customers.
  @GetMapping("/conflicts")
  Disputes conflicts(@RequestParam(defaultValue = "50") int limit) {
    BindingRules.At rules = staff.known().bindingAt();
    RoaringBitmap people =
        staff.seen(
            engine
                .ask()
                .whose(
                    new Disputed(rules, Set.of()),
                    (_, _) -> timeline -> !Bindings.of(timeline, rules).conflicts().isEmpty()));
    var items = new ArrayList<Dispute>();
    for (var line : engine.ask().lines(people, -1, Math.clamp(limit, 1, MOST))) {
      items.add(
          new Dispute(
              "p" + line.profile(),
              staff.bindings(line.profile()).conflicts().stream()
                  .map(BindingResource::view)
                  .toList()));
    }
    return new Disputes(people.getLongCardinality(), items);
  }

  /// @param store where the customer belongs; the guide's when left out
  /// @param until when it ends by itself
  record Binding(
      @Nullable String customer,
      @Nullable String guide,
      @Nullable String store,
      @Nullable Instant until,
      @Nullable String why) {}

  private static String why(@Nullable String said) {
    if (said == null || said.isBlank()) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "missing_field", "Say why.")
          .at("why", "nothing", "a reason, for the audit and the customer's timeline")
          .thrown();
    }
    return said;
  }

  /// Headquarters, or a store for customers of its own, says whose a customer is.
  @PostMapping
  OfCustomer bind(@RequestBody Binding body) {
    int profile = staff.customer(String.valueOf(body.customer()));
    String guide = String.valueOf(body.guide());
    if (!staff.guide(guide).guide().active()) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "guide_left", "Nobody is bound to them.")
          .at("guide", guide, "a guide who is active")
          .thrown();
    }
    staff.look(guide);
    String store = body.store() == null ? staff.storeOf(guide) : body.store();
    if (!store.isEmpty() && !staff.org().stores().containsKey(store)) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "unknown_store", "There is no such store.")
          .at("store", store, String.join(", ", staff.org().stores().keySet()))
          .thrown();
    }
    staff.lookAtStore(store);
    String why = why(body.why());
    Instant now = engine.now();
    Properties what =
        Properties.of("guide", guide, "store", store, "by", "hq", "why", why, "who", audit.who());
    if (body.until() != null) {
      what = what.with("until", Value.of(body.until().toString()));
    }
    take(
        "guide-bound/" + profile + "/" + guide + "/" + now.toEpochMilli(),
        "guide_bound",
        profile,
        what);
    audit.record("customer_bound", "p" + profile + " to " + guide + " " + store + ": " + why);
    return view(profile);
  }

  record Release(@Nullable String why) {}

  /// Nobody's any more.
  @PostMapping("/{customer}/release")
  OfCustomer release(@PathVariable String customer, @RequestBody Release body) {
    int profile = staff.customer(customer);
    String why = why(body.why());
    take(
        "guide-unbound/" + profile + "/" + engine.now().toEpochMilli(),
        "guide_unbound",
        profile,
        Properties.of("why", why, "who", audit.who()));
    audit.record("customer_released", "p" + profile + ": " + why);
    return view(profile);
  }

  private void take(String id, String name, int profile, Properties what) {
    engine.take(
        List.of(
            new Event(
                id, name, engine.now(), "guide", List.of(engine.ask().identifier(profile)), what)));
  }
}
