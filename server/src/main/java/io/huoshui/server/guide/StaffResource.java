package io.huoshui.server.guide;

import io.huoshui.guide.BindingRules;
import io.huoshui.guide.Guide;
import io.huoshui.guide.OpeningHours;
import io.huoshui.guide.RevenueRules;
import io.huoshui.guide.Store;
import io.huoshui.json.Json;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Definitions;
import io.huoshui.server.access.Problem;
import io.huoshui.server.access.Scope;
import io.huoshui.server.guide.StaffStore.GuideRow;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// Stores, guides, the rules about them, and how they follow the platform.
@RestController
@RequestMapping("/api/v1")
class StaffResource {
  private static final int SYNCS = 20;

  private final Staff staff;
  private final StaffStore store;
  private final OrgSync sync;
  private final Definitions definitions;
  private final Audit audit;

  StaffResource(Staff staff, StaffStore store, OrgSync sync, Definitions definitions, Audit audit) {
    this.staff = staff;
    this.store = store;
    this.sync = sync;
    this.definitions = definitions;
    this.audit = audit;
  }

  // Stores.

  /// @param region from below headquarters down
  /// @param hours `mon-fri 09:00-18:00; sat 10:00-16:00`
  /// @param department of the platform, 0 for none
  /// @param guides who work there now
  /// @param customers bound to it now
  record StoreView(
      String name,
      String title,
      List<String> region,
      String address,
      @Nullable Double lat,
      @Nullable Double lon,
      String hours,
      long department,
      boolean open,
      long guides,
      long customers) {}

  private StoreView view(Store each) {
    Store.Spot spot = each.spot();
    return new StoreView(
        each.name(),
        each.title(),
        each.region(),
        each.address(),
        spot == null ? null : spot.lat(),
        spot == null ? null : spot.lon(),
        each.hours().written(),
        each.department(),
        each.open(),
        staff.org().guides().values().stream()
            .filter(guide -> guide.active() && guide.store().equals(each.name()))
            .count(),
        staff.holdings().ofStore(each.name()));
  }

  @GetMapping("/stores")
  List<StoreView> stores() {
    Scope scope = Scope.current();
    return staff.org().stores().values().stream()
        .filter(each -> scope.sees(each.name()))
        .map(this::view)
        .toList();
  }

  /// Whatever is left out stays as it is.
  record StoreBody(
      @Nullable String title,
      @Nullable List<String> region,
      @Nullable String address,
      @Nullable Double lat,
      @Nullable Double lon,
      @Nullable String hours,
      @Nullable Long department,
      @Nullable Boolean open) {}

  @PutMapping("/stores/{name}")
  StoreView keep(@PathVariable String name, @RequestBody StoreBody body) {
    @Nullable Store was = staff.org().stores().get(name);
    try {
      var kept =
          new Store(
              name,
              body.title() != null ? body.title() : was == null ? name : was.title(),
              body.region() != null ? body.region() : was == null ? List.of() : was.region(),
              body.address() != null ? body.address() : was == null ? "" : was.address(),
              body.lat() != null && body.lon() != null
                  ? new Store.Spot(body.lat(), body.lon())
                  : was == null ? null : was.spot(),
              body.hours() != null
                  ? OpeningHours.parse(body.hours())
                  : was == null ? OpeningHours.ALWAYS : was.hours(),
              body.department() != null ? body.department() : was == null ? 0 : was.department(),
              body.open() != null ? body.open() : was == null || was.open());
      for (Store other : staff.org().stores().values()) {
        if (kept.department() > 0
            && other.department() == kept.department()
            && !other.name().equals(name)) {
          throw new IllegalArgumentException(
              "Department " + kept.department() + " is store " + other.name());
        }
      }
      staff.keep(kept);
      audit.record("store_kept", name);
      return view(kept);
    } catch (IllegalArgumentException e) {
      throw refused("bad_store", "store", name, e);
    }
  }

  private static RuntimeException refused(
      String code, String field, String value, IllegalArgumentException e) {
    String why = String.valueOf(e.getMessage());
    return Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, code, why).at(field, value, why).thrown();
  }

  // Guides.

  /// @param capacity how many customers they may have, 0 for as many as the platform allows
  /// @param seesPhones whether their sidebar may show phone numbers
  /// @param customers bound to them now
  record GuideView(
      String userid,
      String title,
      String store,
      String role,
      boolean active,
      @Nullable Instant leftAt,
      int capacity,
      boolean seesPhones,
      long customers) {}

  private GuideView view(GuideRow row) {
    Guide guide = row.guide();
    return new GuideView(
        guide.userid(),
        guide.title(),
        guide.store(),
        guide.role().wire(),
        guide.active(),
        row.leftAt(),
        guide.capacity(),
        row.seesPhones(),
        staff.holdings().ofGuide(guide.userid()));
  }

  @GetMapping("/guides")
  List<GuideView> guides(@RequestParam(required = false) @Nullable String store) {
    Scope scope = Scope.current();
    return staff.known().guides().values().stream()
        .filter(row -> scope.sees(row.guide().store()))
        .filter(row -> store == null || store.equals(row.guide().store()))
        .map(this::view)
        .toList();
  }

  /// Whatever is left out stays as it is.
  record GuideBody(
      @Nullable String title,
      @Nullable String store,
      @Nullable String role,
      @Nullable Boolean active,
      @Nullable Integer capacity,
      @Nullable Boolean seesPhones) {}

  @PutMapping("/guides/{userid}")
  GuideView keep(@PathVariable String userid, @RequestBody GuideBody body) {
    @Nullable Guide was = staff.org().guides().get(userid);
    Guide.Role role =
        body.role() == null
            ? was == null ? Guide.Role.GUIDE : was.role()
            : Guide.Role.ofWire(body.role());
    if (role == null) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_guide", "There is no such role.")
          .at("role", String.valueOf(body.role()), "guide, manager, virtual")
          .thrown();
    }
    String at = body.store() != null ? body.store() : was == null ? "" : was.store();
    if (!at.isEmpty() && !staff.org().stores().containsKey(at)) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "unknown_store", "There is no such store.")
          .at("store", at, String.join(", ", staff.org().stores().keySet()))
          .thrown();
    }
    try {
      var kept =
          new Guide(
              userid,
              body.title() != null ? body.title() : was == null ? userid : was.title(),
              at,
              role,
              body.active() != null ? body.active() : was == null || was.active(),
              body.capacity() != null ? body.capacity() : was == null ? 0 : was.capacity());
      staff.keep(kept, body.seesPhones(), audit.who());
      audit.record(
          "guide_kept",
          userid
              + " "
              + at
              + (kept.active() ? "" : " left")
              + (body.seesPhones() == null ? "" : " seesPhones=" + body.seesPhones()));
      return view(staff.guide(userid));
    } catch (IllegalArgumentException e) {
      throw refused("bad_guide", "guide", userid, e);
    }
  }

  // Rules.

  record Rules(JsonNode binding, JsonNode revenue) {}

  @GetMapping("/guide-rules")
  Rules rules() {
    Staff.Known now = staff.known();
    return new Rules(
        definitions.tree(now.binding().json().write()),
        definitions.tree(now.revenue().json().write()));
  }

  record RulesBody(@Nullable JsonNode binding, @Nullable JsonNode revenue) {}

  /// Changes one or both. Bindings and revenue are folds: they say at once what the new rules say,
  /// also of the past.
  @PutMapping("/guide-rules")
  Rules rules(@RequestBody RulesBody body) {
    // Both are read before either is kept.
    BindingRules binding =
        body.binding() == null ? null : BindingRules.read(Json.parse(body.binding().toString()));
    RevenueRules revenue =
        body.revenue() == null ? null : RevenueRules.read(Json.parse(body.revenue().toString()));
    if (binding != null) {
      staff.keepRules("binding", binding.json(), audit.who());
      audit.record("binding_rules", binding.json().write());
    }
    if (revenue != null) {
      staff.keepRules("revenue", revenue.json(), audit.who());
      audit.record("revenue_rules", revenue.json().write());
    }
    return rules();
  }

  // Synchronisation.

  record SyncBody(@Nullable Boolean apply) {}

  /// @param job whose result says what is different
  record Begun(long job) {}

  @PostMapping("/org/sync")
  Begun sync(@RequestBody @Nullable SyncBody body) {
    boolean apply = body != null && Boolean.TRUE.equals(body.apply());
    long job = sync.begin(apply, audit.who());
    audit.record("org_sync", "job " + job + (apply ? ", applied" : ", looked"));
    return new Begun(job);
  }

  record SyncView(long id, Instant at, String who, boolean applied, JsonNode differences) {}

  /// The latest, the newest first.
  @GetMapping("/org/sync")
  List<SyncView> syncs() {
    return store.syncs(SYNCS).stream()
        .map(
            each ->
                new SyncView(
                    each.id(),
                    each.at(),
                    each.who(),
                    each.applied(),
                    definitions.tree(each.differences())))
        .toList();
  }
}
