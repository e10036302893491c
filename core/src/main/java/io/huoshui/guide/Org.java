package io.huoshui.guide;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The brand's stores and guides, and how they follow what the platform says.
///
/// Departments without departments beneath them that have members are stores; those above them,
/// below the root, are the region. What people decided here (a store's name, address, hours, who is
/// a virtual advisor, how many customers somebody takes) no synchronisation changes.
public record Org(SortedMap<String, Store> stores, SortedMap<String, Guide> guides) {
  public static final Org EMPTY = new Org(new TreeMap<>(), new TreeMap<>());

  /// A platform that suddenly names less than half of the guides is not believed.
  private static final int LEAST_OF_GUIDES_PERCENT = 50;

  public Org {
    stores = Collections.unmodifiableSortedMap(new TreeMap<>(stores));
    guides = Collections.unmodifiableSortedMap(new TreeMap<>(guides));
  }

  /// What the platform has.
  public record Directory(List<Department> departments, List<Member> members) {
    public Directory {
      departments = List.copyOf(departments);
      members = List.copyOf(members);
    }
  }

  /// @param parent 0 for the root's
  public record Department(long id, long parent, String name) {}

  /// @param main the department they belong to first, 0 when it is not said
  /// @param leads departments they lead
  public record Member(
      String userid,
      String name,
      List<Long> departments,
      long main,
      List<Long> leads,
      boolean active) {
    public Member {
      departments = List.copyOf(departments);
      leads = List.copyOf(leads);
    }
  }

  /// What is different between the platform and us.
  public sealed interface Difference {
    /// The store or the guide it is about.
    String who();

    record StoreFound(Store store) implements Difference {
      @Override
      public String who() {
        return store.name();
      }
    }

    /// A store of ours is this department: they are called the same.
    record StoreLinked(String who, long department) implements Difference {}

    record StoreRenamed(String who, String from, String to) implements Difference {}

    record StoreMoved(String who, List<String> from, List<String> to) implements Difference {
      public StoreMoved {
        from = List.copyOf(from);
        to = List.copyOf(to);
      }
    }

    /// Its department is gone: it is closed, and kept for what was sold there.
    record StoreGone(String who) implements Difference {}

    record GuideFound(Guide guide) implements Difference {
      @Override
      public String who() {
        return guide.userid();
      }
    }

    record GuideRenamed(String who, String from, String to) implements Difference {}

    record GuideMoved(String who, String from, String to) implements Difference {}

    record GuideRole(String who, Guide.Role from, Guide.Role to) implements Difference {}

    record GuideLeft(String who, String store) implements Difference {}

    record GuideBack(String who) implements Difference {}

    /// Nothing is changed by it: somebody has to decide.
    ///
    /// @param code `empty_directory`, `many_left`, `same_title`, `two_stores`, `name_taken`
    record Conflict(String who, String code, String why) implements Difference {}
  }

  /// What would make us as the platform says, in the order in which it can be applied: stores
  /// before those who work there.
  public static List<Difference> sync(Org ours, Directory theirs) {
    var found = new ArrayList<Difference>();
    if (theirs.members().isEmpty()) {
      found.add(
          new Difference.Conflict(
              "",
              "empty_directory",
              "The platform names no member. Is anybody in the app's scope? Nobody was changed."));
      return found;
    }
    Map<Long, String> storeOf = stores(ours, theirs, found);
    guides(ours, theirs, storeOf, found);
    return List.copyOf(found);
  }

  private static Map<Long, String> stores(Org ours, Directory theirs, ArrayList<Difference> found) {
    var byId = new HashMap<Long, Department>();
    var parents = new HashSet<Long>();
    for (Department each : theirs.departments()) {
      byId.put(each.id(), each);
      parents.add(each.parent());
    }
    var staffed = new HashSet<Long>();
    theirs.members().forEach(member -> staffed.addAll(member.departments()));
    var linked = new HashMap<Long, Store>();
    var free = new LinkedHashMap<String, List<Store>>();
    for (Store store : ours.stores().values()) {
      if (store.department() > 0) {
        linked.put(store.department(), store);
      } else {
        free.computeIfAbsent(store.title(), _ -> new ArrayList<>()).add(store);
      }
    }
    var storeOf = new HashMap<Long, String>();
    List<Department> leaves =
        theirs.departments().stream()
            .filter(each -> !parents.contains(each.id()) && byId.containsKey(each.parent()))
            .sorted((a, b) -> Long.compare(a.id(), b.id()))
            .toList();
    for (Department leaf : leaves) {
      List<String> region = region(leaf, byId);
      Store known = linked.get(leaf.id());
      if (known == null && !staffed.contains(leaf.id())) {
        continue;
      }
      if (known == null) {
        List<Store> same = free.getOrDefault(leaf.name(), List.of());
        if (same.size() > 1) {
          found.add(
              new Difference.Conflict(
                  Long.toString(leaf.id()),
                  "same_title",
                  "Several stores are called '"
                      + leaf.name()
                      + "': "
                      + String.join(", ", same.stream().map(Store::name).toList())
                      + ". Say which one is department "
                      + leaf.id()
                      + "."));
          continue;
        }
        if (same.size() == 1) {
          known = same.getFirst();
          found.add(new Difference.StoreLinked(known.name(), leaf.id()));
          free.remove(leaf.name());
        }
      }
      if (known == null) {
        String name = "dept-" + leaf.id();
        if (ours.stores().containsKey(name)) {
          found.add(
              new Difference.Conflict(
                  name, "name_taken", "Department " + leaf.id() + " finds its name taken."));
          continue;
        }
        found.add(
            new Difference.StoreFound(
                new Store(
                    name, leaf.name(), region, "", null, OpeningHours.ALWAYS, leaf.id(), true)));
        storeOf.put(leaf.id(), name);
        continue;
      }
      storeOf.put(leaf.id(), known.name());
      if (!known.open() && known.department() > 0) {
        found.add(new Difference.StoreLinked(known.name(), leaf.id()));
      }
      if (!known.title().equals(leaf.name())) {
        found.add(new Difference.StoreRenamed(known.name(), known.title(), leaf.name()));
      }
      if (!known.region().equals(region)) {
        found.add(new Difference.StoreMoved(known.name(), known.region(), region));
      }
    }
    for (Store store : ours.stores().values()) {
      if (store.department() > 0 && store.open() && !storeOf.containsKey(store.department())) {
        found.add(new Difference.StoreGone(store.name()));
      }
    }
    return storeOf;
  }

  private static List<String> region(Department leaf, Map<Long, Department> byId) {
    var path = new ArrayList<String>();
    var seen = new HashSet<Long>();
    @Nullable Department above = byId.get(leaf.parent());
    // The root is headquarters, and no region.
    while (above != null && byId.containsKey(above.parent()) && seen.add(above.id())) {
      path.add(0, above.name());
      above = byId.get(above.parent());
    }
    return path;
  }

  private static void guides(
      Org ours, Directory theirs, Map<Long, String> storeOf, ArrayList<Difference> found) {
    var here = new TreeMap<String, Member>();
    for (Member member : theirs.members()) {
      if (member.active()) {
        here.put(member.userid(), member);
      }
    }
    for (Member member : here.values()) {
      List<String> stores =
          member.departments().stream()
              .map(storeOf::get)
              .filter(Objects::nonNull)
              .distinct()
              .toList();
      String main = storeOf.get(member.main());
      Guide known = ours.guides().get(member.userid());
      String store;
      if (stores.size() <= 1) {
        store = stores.isEmpty() ? "" : stores.getFirst();
      } else if (main != null) {
        store = main;
      } else {
        store = known == null ? "" : known.store();
        if (!stores.contains(store)) {
          found.add(
              new Difference.Conflict(
                  member.userid(),
                  "two_stores",
                  "Member of " + String.join(" and ", stores) + ", and of none first."));
        }
      }
      boolean leads =
          member.leads().stream().anyMatch(each -> store.equals(storeOf.get(each)))
              && !store.isEmpty();
      Guide.Role role = leads ? Guide.Role.MANAGER : Guide.Role.GUIDE;
      if (known == null) {
        found.add(
            new Difference.GuideFound(
                new Guide(member.userid(), member.name(), store, role, true, 0)));
        continue;
      }
      if (!known.active()) {
        found.add(new Difference.GuideBack(known.userid()));
      }
      // Some apps may not read names: an empty one says nothing.
      if (!member.name().isEmpty() && !known.title().equals(member.name())) {
        found.add(new Difference.GuideRenamed(known.userid(), known.title(), member.name()));
      }
      if (!known.store().equals(store)) {
        found.add(new Difference.GuideMoved(known.userid(), known.store(), store));
      }
      if (known.role() != Guide.Role.VIRTUAL && known.role() != role) {
        found.add(new Difference.GuideRole(known.userid(), known.role(), role));
      }
    }
    left(ours, here.keySet(), found);
  }

  private static void left(Org ours, Set<String> here, ArrayList<Difference> found) {
    List<Guide> active = ours.guides().values().stream().filter(Guide::active).toList();
    List<Guide> gone = active.stream().filter(guide -> !here.contains(guide.userid())).toList();
    if (gone.size() * 100L > (long) active.size() * (100 - LEAST_OF_GUIDES_PERCENT)
        && gone.size() > 3) {
      found.add(
          new Difference.Conflict(
              "",
              "many_left",
              gone.size()
                  + " of "
                  + active.size()
                  + " guides are not named any more. If they really left, say so one by one."));
      return;
    }
    gone.forEach(guide -> found.add(new Difference.GuideLeft(guide.userid(), guide.store())));
  }

  /// What we are once a difference is settled as the platform says.
  public Org with(Difference difference) {
    return switch (difference) {
      case Difference.StoreFound(Store store) -> with(store);
      case Difference.StoreLinked(String who, long department) ->
          with(store(who).linked(department));
      case Difference.StoreRenamed(String who, String _, String to) -> with(store(who).named(to));
      case Difference.StoreMoved(String who, List<String> _, List<String> to) ->
          with(store(who).in(to));
      case Difference.StoreGone(String who) -> with(store(who).opened(false));
      case Difference.GuideFound(Guide guide) -> with(guide);
      case Difference.GuideRenamed(String who, String _, String to) -> with(guide(who).named(to));
      case Difference.GuideMoved(String who, String _, String to) -> with(guide(who).at(to));
      case Difference.GuideRole(String who, Guide.Role _, Guide.Role to) -> with(guide(who).as(to));
      case Difference.GuideLeft(String who, String _) -> with(guide(who).here(false));
      case Difference.GuideBack(String who) -> with(guide(who).here(true));
      case Difference.Conflict _ -> this;
    };
  }

  private Store store(String name) {
    return Objects.requireNonNull(stores.get(name), name);
  }

  private Guide guide(String userid) {
    return Objects.requireNonNull(guides.get(userid), userid);
  }

  public Org with(Store store) {
    var next = new TreeMap<>(stores);
    next.put(store.name(), store);
    return new Org(next, guides);
  }

  public Org with(Guide guide) {
    var next = new TreeMap<>(guides);
    next.put(guide.userid(), guide);
    return new Org(stores, next);
  }

  /// By guide the store they work at, for whoever has one.
  public SortedMap<String, String> storeOf() {
    var stores = new TreeMap<String, String>();
    guides.forEach(
        (userid, guide) -> {
          if (!guide.store().isEmpty()) {
            stores.put(userid, guide.store());
          }
        });
    return stores;
  }
}
