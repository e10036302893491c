package io.huoshui.engine;

import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Value;
import io.huoshui.identity.IdentityGraph;
import io.huoshui.profile.Person;
import io.huoshui.profile.Timeline;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// Whose events are whose: per profile the numbers of its events in order of (time, arrival).
final class Timelines {
  private static final int[] NONE = new int[0];

  private final EventStore store;
  private final IdentityGraph graph;
  private int[][] eventsOf = new int[1024][];
  private int[] counts = new int[1024];

  Timelines(EventStore store, IdentityGraph graph) {
    this.store = store;
    this.graph = graph;
  }

  private void room(int profile) {
    if (profile >= eventsOf.length) {
      int room = Math.max(eventsOf.length * 2, profile + 1);
      eventsOf = Arrays.copyOf(eventsOf, room);
      counts = Arrays.copyOf(counts, room);
    }
  }

  /// Puts an event into its profile's timeline.
  void insert(int profile, int event) {
    room(profile);
    int[] events = eventsOf[profile];
    int count = counts[profile];
    if (events == null) {
      events = new int[4];
      eventsOf[profile] = events;
    } else if (count == events.length) {
      events = Arrays.copyOf(events, count + Math.max(4, count / 2));
      eventsOf[profile] = events;
    }
    long time = store.timeMs(event);
    int at = count;
    while (at > 0 && store.timeMs(events[at - 1]) > time) {
      at--;
    }
    System.arraycopy(events, at, events, at + 1, count - at);
    events[at] = event;
    counts[profile] = count + 1;
  }

  int count(int profile) {
    return profile < counts.length ? counts[profile] : 0;
  }

  int event(int profile, int index) {
    int[] events = eventsOf[profile];
    if (events == null) {
      throw new IndexOutOfBoundsException(index);
    }
    return events[index];
  }

  /// Where an event of the profile stands on its timeline.
  int indexOf(int profile, int event) {
    int low = 0;
    int high = counts[profile] - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (before(event(profile, middle), event)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /// `absorbed`'s events become `kept`'s.
  void merge(int kept, int absorbed) {
    room(Math.max(kept, absorbed));
    int[] a = eventsOf[kept] == null ? NONE : eventsOf[kept];
    int[] b = eventsOf[absorbed] == null ? NONE : eventsOf[absorbed];
    int ca = counts[kept];
    int cb = counts[absorbed];
    if (cb > 0) {
      int[] merged = new int[ca + cb + 2];
      int i = 0;
      int j = 0;
      int k = 0;
      while (i < ca || j < cb) {
        merged[k++] = j == cb || (i < ca && before(a[i], b[j])) ? a[i++] : b[j++];
      }
      eventsOf[kept] = merged;
      counts[kept] = ca + cb;
    }
    eventsOf[absorbed] = null;
    counts[absorbed] = 0;
  }

  private boolean before(int one, int two) {
    long a = store.timeMs(one);
    long b = store.timeMs(two);
    return a < b || (a == b && one < two);
  }

  /// Gives each event of the former profiles to the profile its identifier belongs to now.
  void part(List<Integer> former) {
    int total = 0;
    for (int profile : former) {
      total += count(profile);
    }
    int[] all = new int[total];
    int at = 0;
    for (int profile : former) {
      int count = count(profile);
      if (count > 0) {
        System.arraycopy(eventsOf[profile], 0, all, at, count);
        at += count;
        eventsOf[profile] = null;
        counts[profile] = 0;
      }
    }
    // Arrival order first, so that inserting by time keeps (time, arrival).
    Arrays.sort(all);
    for (int event : all) {
      insert(graph.profileOf(store.node(event)), event);
    }
  }

  /// A view that is moved from person to person; one per thread.
  View view(BiPredicate<String, Integer> audienceHas) {
    return new View(audienceHas);
  }

  /// One person at a time, without allocation.
  final class View implements Person, Timeline {
    private final BiPredicate<String, Integer> audienceHas;
    private int profile;
    private int[] events = NONE;
    private int count;

    private View(BiPredicate<String, Integer> audienceHas) {
      this.audienceHas = audienceHas;
    }

    View of(int ofProfile) {
      profile = ofProfile;
      count = Timelines.this.count(ofProfile);
      int[] found = count == 0 ? null : eventsOf[ofProfile];
      events = found == null ? NONE : found;
      return this;
    }

    @Override
    public int profile() {
      return profile;
    }

    @Override
    public Timeline timeline() {
      return this;
    }

    @Override
    public boolean has(IdentifierKind kind) {
      for (int node : graph.members(profile)) {
        if (graph.identifier(node).kind() == kind) {
          return true;
        }
      }
      return false;
    }

    /// The first known identifier of a kind, or null.
    @Nullable Identifier identifier(IdentifierKind kind) {
      for (int node : graph.members(profile)) {
        if (graph.identifier(node).kind() == kind) {
          return graph.identifier(node);
        }
      }
      return null;
    }

    @Override
    public boolean inAudience(String audience) {
      for (int node : graph.members(profile)) {
        if (audienceHas.test(audience, node)) {
          return true;
        }
      }
      return false;
    }

    @Override
    public List<String> traitNames() {
      var found = new TreeSet<String>();
      for (int i = 0; i < count; i++) {
        if (name(i).equals("profile_updated")) {
          store.properties(events[i]).keys().stream()
              .filter(key -> !key.startsWith("$"))
              .forEach(found::add);
        }
      }
      return List.copyOf(found);
    }

    @Override
    public int size() {
      return count;
    }

    @Override
    public String name(int index) {
      return store.name(events[index]);
    }

    @Override
    public long timeMs(int index) {
      return store.timeMs(events[index]);
    }

    @Override
    public String source(int index) {
      return store.source(events[index]);
    }

    @Override
    public @Nullable Value property(int index, String key) {
      return store.property(events[index], key);
    }

    /// The number of the event at `index`.
    int event(int index) {
      return events[index];
    }
  }
}
