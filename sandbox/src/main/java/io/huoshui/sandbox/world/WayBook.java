package io.huoshui.sandbox.world;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The codes by which people come, who came by them, and what they were told.
///
/// What is journalled is the same after a restart; when a welcome code was told is not, so that
/// those told before one are expired after it.
public final class WayBook {
  /// A code of members, of groups, or a customer-acquisition link.
  ///
  /// @param kind `way`, `join` or `link`
  /// @param users userids, or chat ids
  public record Way(
      String configId,
      String kind,
      String state,
      List<String> users,
      boolean one,
      String remark,
      long madeMs) {
    public Way {
      users = List.copyOf(users);
    }
  }

  /// Somebody who came by a code. Instants are of [System#nanoTime], 0 for not yet.
  public static final class Add {
    private final Entry.Scanned scanned;
    private volatile long toldNanos;
    private volatile long welcomedNanos;
    private volatile long remarkedNanos;
    private volatile String welcome = "";
    private volatile String remark = "";

    Add(Entry.Scanned scanned) {
      this.scanned = scanned;
    }

    public Entry.Scanned scanned() {
      return scanned;
    }

    public long toldNanos() {
      return toldNanos;
    }

    public long welcomedNanos() {
      return welcomedNanos;
    }

    public long remarkedNanos() {
      return remarkedNanos;
    }

    public String welcome() {
      return welcome;
    }

    public String remark() {
      return remark;
    }
  }

  private final Map<String, Way> ways = new LinkedHashMap<>();
  private final Map<String, Add> byWelcome = new LinkedHashMap<>();
  private final Map<String, Add> newest = new LinkedHashMap<>();
  private final Map<String, List<String>> guidesOf = new LinkedHashMap<>();
  private final Map<String, Long> told = new ConcurrentHashMap<>();
  private final Map<String, String> welcomed = new LinkedHashMap<>();
  private long made;
  private long people;

  WayBook() {}

  void apply(Entry.OfWays entry) {
    switch (entry) {
      case Entry.WayMade way -> {
        made++;
        ways.put(
            way.configId(),
            new Way(
                way.configId(),
                way.kind(),
                way.state(),
                way.users(),
                way.one(),
                way.remark(),
                way.atMs()));
      }
      case Entry.WayChanged changed -> {
        Way was = ways.get(changed.configId());
        if (was != null) {
          ways.put(
              changed.configId(),
              new Way(
                  was.configId(),
                  was.kind(),
                  changed.state(),
                  changed.users(),
                  was.one(),
                  changed.remark(),
                  was.madeMs()));
        }
      }
      case Entry.WayGone gone -> ways.remove(gone.configId());
      case Entry.Scanned scanned -> {
        people++;
        var add = new Add(scanned);
        byWelcome.put(scanned.welcomeCode(), add);
        newest.put(scanned.guide() + "/" + scanned.customer(), add);
        List<String> guides = guidesOf.computeIfAbsent(scanned.customer(), _ -> new ArrayList<>());
        if (!guides.contains(scanned.guide())) {
          guides.add(scanned.guide());
        }
      }
      case Entry.Welcomed sent -> {
        welcomed.put(sent.code(), sent.text());
        Add add = byWelcome.get(sent.code());
        if (add != null) {
          add.welcome = sent.text();
          add.welcomedNanos = System.nanoTime();
        }
      }
      case Entry.Remarked remarked -> {
        Add add = newest.get(remarked.guide() + "/" + remarked.customer());
        if (add != null) {
          add.remark = remarked.remark();
          add.remarkedNanos = System.nanoTime();
        }
      }
    }
  }

  /// Who came to a guide by a code, and to nobody else after.
  List<String> customersOf(String guide) {
    return guidesOf.entrySet().stream()
        .filter(came -> came.getValue().getLast().equals(guide))
        .map(Map.Entry::getKey)
        .toList();
  }

  /// A new config id, different from all others of this world.
  public String fresh(long seed) {
    return String.format(java.util.Locale.ROOT, "c%015x%08x", seed >>> 4, made + 1);
  }

  /// Who comes next when nobody is named.
  public String newcomer() {
    return String.format(java.util.Locale.ROOT, "wmSCAN%020d", people);
  }

  /// How often somebody came.
  public long people() {
    return people;
  }

  public @Nullable Way find(String configId) {
    return ways.get(configId);
  }

  public List<Way> all(String kind) {
    return ways.values().stream().filter(way -> way.kind().equals(kind)).toList();
  }

  public List<Add> adds() {
    return List.copyOf(byWelcome.values());
  }

  public @Nullable Add add(String guide, String customer) {
    return newest.get(guide + "/" + customer);
  }

  /// The guides somebody added by a code; none for whoever did not.
  public List<String> guidesOf(String customer) {
    return guidesOf.getOrDefault(customer, List.of());
  }

  /// The callback with this welcome code leaves; the first time counts.
  public void told(String code) {
    long now = System.nanoTime();
    if (told.putIfAbsent(code, now) == null) {
      Add add = byWelcome.get(code);
      if (add != null) {
        add.toldNanos = now;
      }
    }
  }

  /// Nanoseconds since a welcome code was told; -1 for one that never was.
  public long sinceTold(String code) {
    Long at = told.get(code);
    return at == null ? -1 : System.nanoTime() - at;
  }

  public boolean welcomed(String code) {
    return welcomed.containsKey(code);
  }
}
