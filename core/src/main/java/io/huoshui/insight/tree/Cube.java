package io.huoshui.insight.tree;

import io.huoshui.event.Value;
import io.huoshui.profile.Calendar;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Total;
import io.huoshui.profile.Window;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Leaves counted over people: per leaf, members and days.
///
/// What adds up (counts, sums) is kept per members of all dimensions asked for at once, and
/// whatever is coarser is a sum. What does not add up (people, distinct values) is kept for every
/// choice of dimensions: whoever came with two cards is one of each and one of both together, so
/// the people of a period are counted for exactly that period and never added from its days.
public final class Cube implements Total<Cube> {
  /// A sum takes a number beyond this as this: then no sum of fewer than 9,000 of them overflows,
  /// and the order of adding can not matter.
  public static final long LARGEST = 1_000_000_000_000_000L;

  /// Numbers that are kept at most.
  static final int MOST = 5_000_000;

  /// Dimensions that may be asked for at once.
  public static final int MOST_DIMENSIONS = 5;

  private static final double MILLION = 1e6;

  /// What is counted.
  ///
  /// @param leaves folds
  /// @param dimensions what they are told apart by, as far as each leaf knows them
  /// @param columns may overlap
  public record Asked(List<Leaf> leaves, List<String> dimensions, List<Days> columns, ZoneId zone) {
    public Asked {
      leaves = List.copyOf(leaves);
      dimensions = List.copyOf(dimensions);
      columns = List.copyOf(columns);
      if (dimensions.size() > MOST_DIMENSIONS) {
        throw new IllegalArgumentException("at most " + MOST_DIMENSIONS + " dimensions");
      }
      if (columns.isEmpty()) {
        throw new IllegalArgumentException("no days");
      }
    }

    /// Of one leaf the dimensions asked for that it knows.
    public List<String> dimensions(int leaf) {
      return dimensions.stream().filter(leaves.get(leaf).fold().slices()::containsKey).toList();
    }

    /// Of one leaf the properties that say the members, in the order of its dimensions.
    public List<String> keys(int leaf) {
      Map<String, String> slices = leaves.get(leaf).fold().slices();
      return dimensions(leaf).stream().map(name -> slices.getOrDefault(name, name)).toList();
    }

    /// From the first instant of any column to the last.
    public Window.Span span() {
      var calendar = new Calendar(zone);
      return new Window.Span(
          columns.stream().mapToLong(days -> days.span(calendar).fromMs()).min().orElse(0),
          columns.stream().mapToLong(days -> days.span(calendar).toMs()).max().orElse(0));
    }
  }

  /// A metric's name and its fold.
  public record Leaf(String metric, Metric.Origin.Folded fold) {}

  private final Asked asked;
  private final Window.Span span;

  /// Where columns begin and end, sorted; between two of them the same columns hold.
  private final long[] edges;

  private final int[][] columnsAfterEdge;
  private final List<Cells> cells = new ArrayList<>();
  private final List<List<String>> keys;
  private final Set<Object> seen = new HashSet<>();
  private long people;
  private int kept;
  private boolean full;

  public Cube(Asked asked) {
    this.asked = asked;
    var calendar = new Calendar(asked.zone());
    List<Window.Span> spans = asked.columns().stream().map(days -> days.span(calendar)).toList();
    this.edges =
        spans.stream()
            .flatMap(each -> java.util.stream.Stream.of(each.fromMs(), each.toMs()))
            .mapToLong(Long::longValue)
            .sorted()
            .distinct()
            .toArray();
    this.columnsAfterEdge = new int[edges.length][];
    for (int edge = 0; edge < edges.length; edge++) {
      long from = edges[edge];
      columnsAfterEdge[edge] =
          java.util.stream.IntStream.range(0, spans.size())
              .filter(i -> spans.get(i).fromMs() <= from && from < spans.get(i).toMs())
              .toArray();
    }
    this.span = new Window.Span(edges[0], edges[edges.length - 1]);
    this.keys = new ArrayList<>();
    for (int leaf = 0; leaf < asked.leaves().size(); leaf++) {
      keys.add(asked.keys(leaf));
      cells.add(new Cells());
    }
  }

  public Asked asked() {
    return asked;
  }

  /// The members of one leaf with their numbers, column by column.
  private static final class Cells {
    final Map<List<@Nullable String>, Integer> places = new HashMap<>();
    final List<Cell> cells = new ArrayList<>();
    final Map<List<@Nullable String>, Group> groups = new HashMap<>();
  }

  /// What is counted, column by column. The numbers of a column lie side by side: most columns are
  /// far from each other in memory, and seldom in a cache.
  private static final class Cell {
    /// Per column the value, the events, and where people are counted the last person.
    final long[] numbers;

    final int stride;

    /// Of decimals; null while there are none.
    long @Nullable [] millionths;

    Cell(int columns, boolean people) {
      stride = people ? STRIDE_OF_PEOPLE : STRIDE;
      numbers = new long[columns * stride];
    }

    int columns() {
      return numbers.length / stride;
    }

    long whole(int column) {
      return numbers[column * stride];
    }

    long events(int column) {
      return numbers[column * stride + EVENTS];
    }

    long[] millionths() {
      long[] there = millionths;
      if (there == null) {
        there = new long[columns()];
        millionths = there;
      }
      return there;
    }
  }

  private static final int EVENTS = 1;
  private static final int STRIDE = 2;
  private static final int LAST = 2;
  private static final int STRIDE_OF_PEOPLE = 3;

  /// Where the events of a leaf and some members count: looked up once, and then for every such
  /// event. Of the cube it was asked of.
  public static final class Group {
    private final Metric.Measure measure;

    /// What adds up has one, the others one per choice of dimensions; none when there is no room.
    private final Cell[] cells;

    private Group(Metric.Measure measure, Cell[] cells) {
      this.measure = measure;
      this.cells = cells;
    }
  }

  @Override
  public void add(Timeline timeline) {
    person();
    for (int leaf = 0; leaf < asked.leaves().size(); leaf++) {
      Metric.Origin.Folded fold = asked.leaves().get(leaf).fold();
      int end = timeline.from(span.toMs());
      int from = timeline.from(span.fromMs());
      boolean first = true;
      for (int i = fold.which() == Metric.Which.EVERY ? from : 0; i < end; i++) {
        if (!matches(fold, timeline, i)) {
          continue;
        }
        if (i >= from && counts(fold.which(), first) && followed(fold, timeline, i)) {
          int stretch = stretch(timeline.timeMs(i));
          Value value = fold.property().isEmpty() ? null : timeline.property(i, fold.property());
          if (stretch >= 0 && (value != null || fold.measure().countsWithoutValue())) {
            int at = i;
            List<@Nullable String> members = new ArrayList<>();
            keys.get(leaf).forEach(key -> members.add(member(timeline, at, key)));
            happened(group(leaf, members), stretch, value);
          }
        }
        first = false;
      }
    }
  }

  /// Whether an event of a person counts.
  ///
  /// @param first whether it is the first of the leaf's on the timeline
  public static boolean counts(Metric.Which which, boolean first) {
    return switch (which) {
      case EVERY -> true;
      case FIRST -> first;
      case LATER -> !first;
    };
  }

  /// Whether what has to come after an event came.
  static boolean followed(Metric.Origin.Folded fold, Timeline timeline, int index) {
    Metric.Follow follow = fold.follow();
    if (follow == null) {
      return true;
    }
    long last = timeline.timeMs(index) + follow.within().toMillis();
    for (int i = index + 1; i < timeline.size() && timeline.timeMs(i) <= last; i++) {
      for (EventPattern pattern : follow.events()) {
        if (pattern.matches(timeline, i)) {
          return true;
        }
      }
    }
    return false;
  }

  static boolean matches(Metric.Origin.Folded fold, Timeline timeline, int index) {
    List<EventPattern> events = fold.events();
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i).matches(timeline, index)) {
        return true;
      }
    }
    return false;
  }

  /// Which member an event is of; empty when it does not say.
  static String member(Timeline timeline, int index, String key) {
    return key.equals(EventPattern.SOURCE)
        ? timeline.source(index)
        : member(timeline.property(index, key));
  }

  public static String member(@Nullable Value value) {
    return value == null ? "" : value.shown();
  }

  // What one person's timeline says, event by event: for a host that finds them in another way.

  /// Begins with the next person, who has events.
  public void person() {
    people++;
    seen.clear();
  }

  /// A value once per person, cell and column.
  private record Seen(Cell cell, int column, Value value) {}

  /// The stretch of time an instant lies in, throughout which the same columns hold it; -1 when
  /// none does.
  public int stretch(long timeMs) {
    int edge = Arrays.binarySearch(edges, timeMs);
    int stretch = edge < 0 ? -edge - 2 : edge;
    return stretch < 0 || columnsAfterEdge[stretch].length == 0 ? -1 : stretch;
  }

  /// @param members in the order of the leaf's dimensions
  public Group group(int leaf, List<@Nullable String> members) {
    Map<List<@Nullable String>, Group> known = cells.get(leaf).groups;
    Group group = known.get(members);
    if (group == null) {
      group = newGroup(leaf, members);
      if (group.cells.length > 0) {
        known.put(Collections.unmodifiableList(new ArrayList<>(members)), group);
      }
    }
    return group;
  }

  private Group newGroup(int leaf, List<@Nullable String> members) {
    Metric.Measure measure = asked.leaves().get(leaf).fold().measure();
    var of = new Cell[measure.adds() ? 1 : 1 << members.size()];
    for (int choice = 0; choice < of.length; choice++) {
      Cell cell = cell(leaf, measure.adds() ? members : chosen(members, choice));
      if (cell == null) {
        return new Group(measure, new Cell[0]);
      }
      of[choice] = cell;
    }
    return new Group(measure, of);
  }

  /// An event of a group that counts.
  ///
  /// @param stretch where its instant lies
  /// @param value of the leaf's property
  public void happened(Group group, int stretch, @Nullable Value value) {
    int[] columns = columnsAfterEdge[stretch];
    switch (group.measure) {
      case COUNT -> add(columns, group, 1, 0);
      case SUM -> add(columns, group, wholeOf(value), millionthsOf(value));
      case PEOPLE -> {
        for (Cell cell : group.cells) {
          person(columns, cell);
        }
      }
      case DISTINCT -> {
        if (value != null) {
          for (Cell cell : group.cells) {
            distinct(columns, cell, value);
          }
        }
      }
    }
  }

  /// An event of a sum that counts, with a whole number.
  public void summed(Group group, int stretch, long whole) {
    add(columnsAfterEdge[stretch], group, Math.clamp(whole, -LARGEST, LARGEST), 0);
  }

  /// The whole part of what a sum takes of a value.
  public static long wholeOf(@Nullable Value value) {
    return switch (value) {
      case Value.Whole(long number) -> Math.clamp(number, -LARGEST, LARGEST);
      case Value.Decimal(double number) -> (long) Math.clamp(number, -LARGEST, LARGEST);
      case null, default -> 0;
    };
  }

  private static long millionthsOf(@Nullable Value value) {
    return value instanceof Value.Decimal(double number)
        ? Math.round((Math.clamp(number, -LARGEST, LARGEST) - wholeOf(value)) * MILLION)
        : 0;
  }

  private static void add(int[] columns, Group group, long whole, long millionths) {
    for (Cell cell : group.cells) {
      long[] numbers = cell.numbers;
      for (int column : columns) {
        numbers[column * STRIDE] += whole;
        numbers[column * STRIDE + EVENTS]++;
        if (millionths != 0) {
          cell.millionths()[column] += millionths;
        }
      }
    }
  }

  private void person(int[] columns, Cell cell) {
    long[] numbers = cell.numbers;
    for (int column : columns) {
      int at = column * STRIDE_OF_PEOPLE;
      numbers[at + EVENTS]++;
      if (numbers[at + LAST] != people) {
        numbers[at + LAST] = people;
        numbers[at]++;
      }
    }
  }

  private void distinct(int[] columns, Cell cell, Value value) {
    for (int column : columns) {
      cell.numbers[column * STRIDE + EVENTS]++;
      if (seen.add(new Seen(cell, column, value))) {
        cell.numbers[column * STRIDE]++;
      }
    }
  }

  /// Members of the dimensions chosen, null for the others.
  private static List<@Nullable String> chosen(List<@Nullable String> members, int choice) {
    List<@Nullable String> chosen = new ArrayList<>(members);
    for (int i = 0; i < chosen.size(); i++) {
      if ((choice >>> i & 1) == 0) {
        chosen.set(i, null);
      }
    }
    return chosen;
  }

  private @Nullable Cell cell(int leaf, List<@Nullable String> members) {
    Cells of = cells.get(leaf);
    Integer place = of.places.get(members);
    if (place != null) {
      return of.cells.get(place);
    }
    int columns = asked.columns().size();
    if (kept + columns > MOST) {
      full = true;
      return null;
    }
    kept += columns;
    var cell =
        new Cell(columns, asked.leaves().get(leaf).fold().measure() == Metric.Measure.PEOPLE);
    of.places.put(Collections.unmodifiableList(new ArrayList<>(members)), of.cells.size());
    of.cells.add(cell);
    return cell;
  }

  @Override
  public void addWithoutEvents(long more) {
    people += more;
  }

  @Override
  public void add(Cube other) {
    people += other.people;
    full |= other.full;
    for (int leaf = 0; leaf < cells.size(); leaf++) {
      int of = leaf;
      other
          .cells
          .get(leaf)
          .places
          .forEach(
              (members, place) -> {
                Cell theirs = other.cells.get(of).cells.get(place);
                Cell ours = cell(of, members);
                if (ours != null) {
                  add(ours, theirs);
                }
              });
    }
  }

  private static void add(Cell ours, Cell theirs) {
    for (int at = 0; at < ours.numbers.length; at += ours.stride) {
      ours.numbers[at] += theirs.numbers[at];
      ours.numbers[at + EVENTS] += theirs.numbers[at + EVENTS];
    }
    long[] millionths = theirs.millionths;
    if (millionths != null) {
      long[] into = ours.millionths();
      for (int column = 0; column < into.length; column++) {
        into[column] += millionths[column];
      }
    }
  }

  @Override
  public long people() {
    return people;
  }

  /// Whether there were more members than are kept: then no number is right.
  public boolean full() {
    return full;
  }

  /// Numbers of one leaf for some members.
  static final class Row {
    /// In the order of the leaf's dimensions, null for all of one.
    final List<@Nullable String> members;

    /// One per column; not to be changed.
    final double[] values;

    /// How many events each is made of; not to be changed.
    final long[] events;

    Row(List<@Nullable String> members, double[] values, long[] events) {
      this.members = members;
      this.values = values;
      this.events = events;
    }
  }

  /// Every row of a leaf: where numbers add up those of all dimensions, else of every choice.
  void rows(int leaf, Consumer<Row> to) {
    Cells of = cells.get(leaf);
    of.places.forEach((members, place) -> to.accept(row(members, of.cells.get(place))));
  }

  private static Row row(List<@Nullable String> members, Cell cell) {
    double[] values = new double[cell.columns()];
    long[] events = new long[values.length];
    long[] millionths = cell.millionths;
    Arrays.setAll(
        values, i -> millionths == null ? cell.whole(i) : cell.whole(i) + millionths[i] / MILLION);
    Arrays.setAll(events, cell::events);
    return new Row(members, values, events);
  }

  /// Everything that was counted, in order: equal cubes say the same.
  public List<String> said() {
    var said = new ArrayList<String>();
    for (int leaf = 0; leaf < cells.size(); leaf++) {
      String metric = asked.leaves().get(leaf).metric();
      rows(
          leaf,
          row ->
              said.add(
                  metric
                      + " "
                      + row.members
                      + " "
                      + Arrays.toString(row.values)
                      + " of "
                      + Arrays.toString(row.events)));
    }
    Collections.sort(said);
    return said;
  }
}
