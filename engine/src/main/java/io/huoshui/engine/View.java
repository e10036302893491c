package io.huoshui.engine;

import io.huoshui.audience.Moment;
import io.huoshui.engine.columns.Block;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.profile.Person;
import io.huoshui.profile.Timeline;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One person at a time, almost without allocation: moved from person to person; one per thread.
///
/// A timeline lies in up to three places: rows of a block, frozen events, fresh events. Mostly each
/// begins after the one before it has ended, and an index is counted through them; where late
/// events stand in between, the places are put in order once. After an erasure the older places may
/// still have the words from before it: of their keys each place knows the codes itself.
final class View implements Person, Timeline {
  static final int[] NONE = new int[0];

  private final State state;
  private int profile = -1;
  private @Nullable Timelines seenIn;
  private long seen;

  // Rows [rowsFrom, rowsFrom + rows) of the block.
  private @Nullable Block block;
  private int local;
  private int rowsFrom;
  private int rows;
  private @Nullable EventStore frozen;
  private int[] frozenEvents = NONE;
  private int frozenCount;
  private @Nullable EventStore fresh;
  private int[] freshEvents = NONE;
  private int freshCount;
  private int count;

  /// Where each index lies when the places overlap in time: the place counted through.
  private int[] order = NONE;

  private boolean ordered;

  /// When a segment was last asked for: many people are asked at one instant.
  private @Nullable Moment moment;

  View(State state) {
    this.state = state;
  }

  /// Looks at a profile, by its name.
  View of(int ofProfile) {
    int ordinal = state.ordinals.of(ofProfile);
    if (ordinal < 0) {
      begin();
      profile = ofProfile;
      seenIn = null;
      return this;
    }
    Timelines timelines = state.lanes[Lane.of(ordinal)].timelines;
    if (ofProfile != profile || timelines != seenIn || timelines.changes() != seen) {
      timelines.show(Lane.local(ordinal), this);
      profile = ofProfile;
      seenIn = timelines;
      seen = timelines.changes();
    }
    return this;
  }

  void begin() {
    block = null;
    rows = 0;
    frozenCount = 0;
    freshCount = 0;
    count = 0;
    ordered = false;
    profile = -1;
    seenIn = null;
  }

  void rows(Block of, int inBlock, int from, int to) {
    block = of;
    local = inBlock;
    rowsFrom = from;
    rows = to - from;
  }

  void events(EventStore store, int[] numbers, int size, boolean isFresh) {
    if (isFresh) {
      fresh = store;
      freshEvents = numbers;
      freshCount = size;
    } else {
      frozen = store;
      frozenEvents = numbers;
      frozenCount = size;
    }
  }

  void end() {
    count = rows + frozenCount + freshCount;
    int second = rows + frozenCount;
    ordered =
        (rows > 0 && rows < count && after(rows - 1, rows))
            || (frozenCount > 0 && freshCount > 0 && after(second - 1, second));
    if (ordered) {
      order();
    }
  }

  /// Three runs, each in order, become one; of equals the earlier run is first.
  private void order() {
    if (order.length < count) {
      order = new int[Math.max(16, count + count / 2)];
    }
    int a = 0;
    int b = rows;
    int c = rows + frozenCount;
    int endB = c;
    for (int i = 0; i < count; i++) {
      int next = -1;
      if (a < rows) {
        next = a;
      }
      if (b < endB && (next < 0 || after(next, b))) {
        next = b;
      }
      if (c < count && (next < 0 || after(next, c))) {
        next = c;
      }
      order[i] = next;
      if (next == a && a < rows) {
        a++;
      } else if (next == b && b < endB) {
        b++;
      } else {
        c++;
      }
    }
  }

  /// Whether the event of an earlier place comes after that of a later one.
  private boolean after(int one, int other) {
    long a = timeAt(one);
    long b = timeAt(other);
    return a > b || (a == b && nodeAt(one) > nodeAt(other));
  }

  private int place(int index) {
    return ordered ? order[index] : index;
  }

  private Block block() {
    Block of = block;
    if (of == null) {
      throw new IndexOutOfBoundsException("Profile " + profile + " has " + count + " events");
    }
    return of;
  }

  /// The store of a place that is not in the block.
  private EventStore store(int place) {
    EventStore store = place < rows + frozenCount ? frozen : fresh;
    if (store == null) {
      throw new IndexOutOfBoundsException("Profile " + profile + " has " + count + " events");
    }
    return store;
  }

  private int number(int place) {
    int at = place - rows;
    return at < frozenCount ? frozenEvents[at] : freshEvents[at - frozenCount];
  }

  private long timeAt(int place) {
    return place < rows ? block().timeMs(rowsFrom + place) : store(place).timeMs(number(place));
  }

  private int nodeAt(int place) {
    return place < rows ? block().node(local, rowsFrom + place) : store(place).node(number(place));
  }

  /// The identifier an event hangs on.
  int node(int index) {
    return nodeAt(place(index));
  }

  /// Where a fresh event stands on the timeline.
  int indexOf(int freshEvent) {
    for (int i = count - 1; i >= 0; i--) {
      int place = place(i);
      if (place >= rows + frozenCount && number(place) == freshEvent) {
        return i;
      }
    }
    throw new IllegalStateException("Event " + freshEvent + " is not on timeline " + profile);
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
    return identifier(kind, "") != null;
  }

  @Override
  public boolean has(IdentifierKind kind, String scope) {
    return identifier(kind, scope) != null;
  }

  /// The first known identifier of a kind, or null.
  ///
  /// @param scope in which it has to be; empty for any
  @Nullable Identifier identifier(IdentifierKind kind, String scope) {
    for (int node : state.graph.members(profile)) {
      if (state.graph.kind(node) == kind) {
        Identifier found = state.graph.identifier(node);
        if (scope.isEmpty() || found.scope().equals(scope)) {
          return found;
        }
      }
    }
    return null;
  }

  @Override
  public boolean inAudience(String audience) {
    for (int node : state.graph.members(profile)) {
      if (state.audienceHas(audience, node)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean inSegment(String segment, Instant now) {
    LiveSegment live = state.segments.get(segment);
    if (live == null) {
      return false;
    }
    if (moment == null || !moment.now().equals(now) || !moment.zone().equals(state.zone())) {
      moment = new Moment(now, state.zone());
    }
    return live.rule().test(this, moment);
  }

  @Override
  public boolean onJourney(String journey, Standing standing) {
    return standing == Standing.CLICKED
        ? Person.clicked(this, journey)
        : state.onJourney(profile, journey, standing);
  }

  @Override
  public List<String> traitNames() {
    var found = new TreeSet<String>();
    for (int i = 0; i < count; i++) {
      if (name(i).equals("profile_updated")) {
        properties(i).keys().stream().filter(key -> !key.startsWith("$")).forEach(found::add);
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
    return state.words().nameOf(nameNumber(index));
  }

  int nameNumber(int index) {
    int place = place(index);
    return place < rows ? block().name(rowsFrom + place) : store(place).nameNumber(number(place));
  }

  @Override
  public long timeMs(int index) {
    return timeAt(place(index));
  }

  @Override
  public String source(int index) {
    return state.words().sourceOf(sourceNumber(index));
  }

  int sourceNumber(int index) {
    int place = place(index);
    return place < rows
        ? block().source(rowsFrom + place)
        : store(place).sourceNumber(number(place));
  }

  @Override
  public @Nullable Value property(int index, String key) {
    int place = place(index);
    if (place < rows) {
      return block().property(rowsFrom + place, block().words().findKey(key));
    }
    EventStore store = store(place);
    int code = store.words().findKey(key);
    return code < 0 ? null : store.property(number(place), code);
  }

  @Override
  public long whole(int index, String key) {
    int place = place(index);
    if (place < rows) {
      return block().whole(rowsFrom + place, block().words().findKey(key));
    }
    return property(index, key) instanceof Value.Whole(long number) ? number : 0;
  }

  /// All properties of an event, weak identifiers under their `$kind` included.
  Properties properties(int index) {
    int place = place(index);
    return place < rows
        ? block().properties(rowsFrom + place)
        : store(place).properties(number(place));
  }

  /// The timeline as it is now, whatever happens to the view and the lists it was shown.
  Parts parts() {
    return new Parts(this);
  }

  /// Where the events of one timeline lie; stores and blocks only grow, so it stays true.
  static final class Parts {
    private final View was;
    private final int[] places;
    private final int[] numbers;

    private Parts(View view) {
      this.was = new View(view.state);
      was.block = view.block;
      was.local = view.local;
      was.rowsFrom = view.rowsFrom;
      was.rows = view.rows;
      was.frozen = view.frozen;
      was.frozenCount = view.frozenCount;
      was.fresh = view.fresh;
      was.count = view.count;
      this.places = new int[view.count];
      this.numbers = new int[view.count];
      for (int i = 0; i < places.length; i++) {
        places[i] = view.place(i);
        numbers[i] = places[i] < view.rows ? view.rowsFrom + places[i] : view.number(places[i]);
      }
    }

    int node(int index) {
      int place = places[index];
      return place < was.rows
          ? was.block().node(was.local, numbers[index])
          : was.store(place).node(numbers[index]);
    }

    /// Copies an event into a store.
    ///
    /// @return its number there
    int copy(int index, EventStore into) {
      int place = places[index];
      return place < was.rows
          ? into.copy(was.block(), was.local, numbers[index])
          : into.copy(was.store(place), numbers[index]);
    }
  }
}
