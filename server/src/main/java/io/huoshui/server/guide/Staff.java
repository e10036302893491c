package io.huoshui.server.guide;

import io.huoshui.engine.Engine;
import io.huoshui.guide.BindingRules;
import io.huoshui.guide.Bindings;
import io.huoshui.guide.Contacts;
import io.huoshui.guide.Guide;
import io.huoshui.guide.Holdings;
import io.huoshui.guide.OpeningHours;
import io.huoshui.guide.Org;
import io.huoshui.guide.RevenueRules;
import io.huoshui.guide.Store;
import io.huoshui.json.Json;
import io.huoshui.server.access.Access;
import io.huoshui.server.access.Problem;
import io.huoshui.server.access.Scope;
import io.huoshui.server.guide.StaffStore.GuideRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;

/// The organisation as it is now, and whose customers are by the rules in force.
@Service
class Staff {
  private final Engine engine;
  private final StaffStore store;
  private final Access access;
  private volatile @Nullable Known known;

  Staff(Engine engine, StaffStore store, Access access) {
    this.engine = engine;
    this.store = store;
    this.access = access;
  }

  /// Everything the rows say. Only this process writes them.
  record Known(
      Org org, SortedMap<String, GuideRow> guides, BindingRules binding, RevenueRules revenue) {
    BindingRules.At bindingAt() {
      return new BindingRules.At(binding, org.storeOf());
    }

    RevenueRules.At revenueAt() {
      return new RevenueRules.At(revenue, bindingAt());
    }
  }

  Known known() {
    Known now = known;
    if (now == null) {
      var stores = new TreeMap<String, Store>();
      store.stores().forEach(each -> stores.put(each.name(), each));
      var guides = new TreeMap<String, Guide>();
      var rows = new TreeMap<String, GuideRow>();
      store
          .guides()
          .forEach(
              row -> {
                guides.put(row.guide().userid(), row.guide());
                rows.put(row.guide().userid(), row);
              });
      now =
          new Known(
              new Org(stores, guides),
              Collections.unmodifiableSortedMap(rows),
              store.rules("binding").map(BindingRules::read).orElse(BindingRules.STANDARD),
              store.rules("revenue").map(RevenueRules::read).orElse(RevenueRules.STANDARD));
      known = now;
    }
    return now;
  }

  Org org() {
    return known().org();
  }

  void keep(Store kept) {
    store.keep(kept);
    known = null;
  }

  /// Keeps a guide. Whoever leaves with it is no longer written for, and their sidebars are shut;
  /// the manager of their store takes over what is open.
  void keep(Guide kept, @Nullable Boolean seesPhones, String who) {
    @Nullable Guide before = org().guides().get(kept.userid());
    store.keep(kept, seesPhones, engine.now());
    known = null;
    boolean left = before != null && before.active() && !kept.active();
    if (left) {
      engine.staff(kept.userid(), true, successor(kept), who);
      access.shut(kept.userid());
    } else if (kept.active() && engine.guides().left().containsKey(kept.userid())) {
      engine.staff(kept.userid(), false, "", who);
    }
  }

  private String successor(Guide gone) {
    return org().guides().values().stream()
        .filter(Guide::active)
        .filter(each -> each.role() == Guide.Role.MANAGER)
        .filter(each -> !gone.store().isEmpty() && each.store().equals(gone.store()))
        .map(Guide::userid)
        .filter(each -> !each.equals(gone.userid()))
        .findFirst()
        .orElse("");
  }

  void keepRules(String name, Json body, String who) {
    store.keepRules(name, body, who);
    known = null;
  }

  GuideRow guide(String userid) {
    GuideRow row = known().guides().get(userid);
    if (row == null) {
      throw Problem.of(HttpStatus.NOT_FOUND, "unknown_guide", "There is no guide '" + userid + "'.")
          .next("GET /api/v1/guides lists all; POST /api/v1/org/sync asks the platform.")
          .thrown();
    }
    return row;
  }

  /// @return the title, or the userid of somebody who is not known
  String title(String userid) {
    GuideRow row = known().guides().get(userid);
    return row == null ? userid : row.guide().title();
  }

  String storeOf(String userid) {
    GuideRow row = known().guides().get(userid);
    return row == null ? "" : row.guide().store();
  }

  // Who may see what.

  /// Refuses guides of stores that the request does not see.
  void look(String userid) {
    if (!Scope.current().sees(storeOf(userid))) {
      throw outOfScope("guide", userid);
    }
  }

  void lookAtStore(String name) {
    if (!Scope.current().sees(name)) {
      throw outOfScope("store", name);
    }
  }

  static RuntimeException outOfScope(String field, String value) {
    Scope scope = Scope.current();
    return Problem.of(
            HttpStatus.FORBIDDEN, "out_of_scope", "This token does not see " + field + " " + value)
        .at(field, value, "what belongs to " + String.join(", ", scope.stores()))
        .thrown();
  }

  /// The customer of a name, whom the request may see.
  int customer(String id) {
    int profile =
        id.matches("p\\d{1,9}") ? engine.ask().named(Integer.parseInt(id.substring(1))) : -1;
    if (profile < 0) {
      throw Problem.of(HttpStatus.NOT_FOUND, "no_such_profile", "There is no customer " + id + ".")
          .at("customer", id, "p0, p1, …")
          .thrown();
    }
    Scope scope = Scope.current();
    if (!scope.all()) {
      Bindings.Span span = bindings(profile).at(engine.now());
      if (span == null || !scope.sees(span.store())) {
        throw outOfScope("customer", id);
      }
    }
    return profile;
  }

  // Whose customers are.

  Bindings bindings(int profile) {
    BindingRules.At rules = known().bindingAt();
    var found = new ArrayList<Bindings>(1);
    engine
        .ask()
        .each(
            RoaringBitmap.bitmapOf(profile),
            (_, person) -> found.add(Bindings.of(person.timeline(), rules)));
    return found.isEmpty() ? new Bindings(List.of(), List.of()) : found.getFirst();
  }

  private record Held(BindingRules.At rules) {}

  /// How many customers everybody has now.
  Holdings holdings() {
    BindingRules.At rules = known().bindingAt();
    return engine.ask().counted(new Held(rules), (at, _) -> new Holdings(rules, at.toEpochMilli()));
  }

  private record Whose(BindingRules.At rules, SortedSet<String> stores, String guide) {}

  /// Everybody bound now to one of some stores and to a guide.
  ///
  /// @param stores null for any
  /// @param guide empty for any
  RoaringBitmap bound(@Nullable Set<String> stores, String guide) {
    BindingRules.At rules = known().bindingAt();
    @Nullable SortedSet<String> these = stores == null ? null : new TreeSet<>(stores);
    return engine
        .ask()
        .whose(
            new Whose(rules, these == null ? new TreeSet<>(Set.of("*")) : these, guide),
            (at, _) ->
                timeline -> {
                  Bindings.Span span = Bindings.of(timeline, rules).at(at);
                  return span != null
                      && (these == null || these.contains(span.store()))
                      && (guide.isEmpty() || guide.equals(span.guide()));
                });
  }

  /// Of some people those whom the request may see.
  RoaringBitmap seen(RoaringBitmap people) {
    Scope scope = Scope.current();
    return scope.all() ? people : RoaringBitmap.and(people, bound(scope.stores(), ""));
  }

  private record Contact(String guide) {}

  /// Everybody who has a guide as a contact now, bound or not.
  RoaringBitmap contacts(String guide) {
    return engine
        .ask()
        .whose(new Contact(guide), (_, _) -> timeline -> Contacts.of(timeline).contains(guide));
  }

  /// Who has somebody as a contact now.
  Set<String> contactsOf(int profile) {
    var found = new ArrayList<Set<String>>(1);
    engine
        .ask()
        .each(
            RoaringBitmap.bitmapOf(profile),
            (_, person) -> found.add(Contacts.of(person.timeline())));
    return found.isEmpty() ? Set.of() : found.getFirst();
  }

  Instant now() {
    return engine.now();
  }

  Store storeNamed(String name) {
    return Objects.requireNonNullElseGet(
        org().stores().get(name),
        () ->
            new Store(
                name.isEmpty() ? "headquarters" : name,
                name,
                List.of(),
                "",
                null,
                OpeningHours.ALWAYS,
                0,
                true));
  }
}
