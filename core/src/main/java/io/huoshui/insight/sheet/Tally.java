package io.huoshui.insight.sheet;

import io.huoshui.profile.Timeline;
import io.huoshui.profile.Total;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Counts a question's cells over people. One per thread; they add up.
public final class Tally implements Total<Tally>, Cells {
  private final Question question;
  private final FirstLook first;
  private final Scene scene;
  private final boolean values;
  private final Map<String, Map<String, Cell>> rows = new HashMap<>();
  private long people;

  /// @param scene of one thread
  public Tally(Question question, FirstLook first, Scene scene) {
    this.question = question;
    this.first = first;
    this.scene = scene;
    this.values = question.keepsValues();
  }

  /// What was counted of one cell.
  public static final class Cell {
    private long seen;
    private long people;
    private long times;
    private long sum;
    private double sumOfSquares;
    private long ofPerson;
    private long @Nullable [] kept;

    public long people() {
      return people;
    }

    /// How often it was added to.
    public long times() {
      return times;
    }

    public long sum() {
      return sum;
    }

    /// Of what each person summed up to.
    public double sumOfSquares() {
      return sumOfSquares + (double) ofPerson * ofPerson;
    }

    /// The middle of all values; the lower of the two middle ones where their number is even.
    ///
    /// @return null where values are not kept, or there are none
    public @Nullable Long median() {
      if (kept == null || times == 0) {
        return null;
      }
      long[] sorted = Arrays.copyOf(kept, (int) times);
      Arrays.sort(sorted);
      return sorted[(sorted.length - 1) / 2];
    }

    private void add(long person, long value, boolean keep) {
      if (seen != person) {
        seen = person;
        people++;
        sumOfSquares += (double) ofPerson * ofPerson;
        ofPerson = 0;
      }
      if (keep) {
        long[] room = kept == null ? new long[8] : kept;
        kept = times < room.length ? room : Arrays.copyOf(room, room.length * 2);
        kept[(int) times] = value;
      }
      times++;
      sum += value;
      ofPerson += value;
    }

    private void add(Cell other) {
      long[] theirs = other.kept;
      if (theirs != null) {
        long[] ours = kept == null ? new long[0] : kept;
        kept = Arrays.copyOf(ours, (int) Math.max(8, times + other.times));
        System.arraycopy(theirs, 0, kept, (int) times, (int) other.times);
      }
      people += other.people;
      times += other.times;
      sum += other.sum;
      sumOfSquares = sumOfSquares() + other.sumOfSquares();
      ofPerson = 0;
      // Whoever comes next is nobody of either.
      seen = 0;
    }

    /// Counts many people of whom somebody else counted.
    ///
    /// @param timesMore how often they were added
    public void add(long peopleMore, long timesMore, long sumMore) {
      people += peopleMore;
      times += timesMore;
      sum += sumMore;
    }
  }

  @Override
  public void add(Timeline timeline) {
    people++;
    question.see(timeline, scene, first, this);
  }

  @Override
  public void add(String row, String column, long value) {
    of(row, column).add(people, value, values);
  }

  @Override
  public void addWithoutEvents(long more) {
    people += more;
  }

  /// Counts people with events whom a host put into the cells by itself.
  public void counted(long more) {
    people += more;
  }

  /// A cell to count in; it is there from now on.
  public Cell of(String row, String column) {
    return rows.computeIfAbsent(row, _ -> new HashMap<>()).computeIfAbsent(column, _ -> new Cell());
  }

  @Override
  public void add(Tally other) {
    other.rows.forEach(
        (row, columns) -> columns.forEach((column, cell) -> of(row, column).add(cell)));
    people += other.people;
  }

  @Override
  public long people() {
    return people;
  }

  public FirstLook first() {
    return first;
  }

  /// What was counted there, null when nobody is.
  public @Nullable Cell find(String row, String column) {
    Map<String, Cell> columns = rows.get(row);
    return columns == null ? null : columns.get(column);
  }

  public long peopleIn(String row, String column) {
    Cell cell = find(row, column);
    return cell == null ? 0 : cell.people;
  }

  public long sumOf(String row, String column) {
    Cell cell = find(row, column);
    return cell == null ? 0 : cell.sum;
  }

  /// The rows with somebody in them, in the order of their keys.
  public java.util.SortedSet<String> rows() {
    return new java.util.TreeSet<>(rows.keySet());
  }

  /// The columns with somebody in them, in the order of their keys.
  public java.util.SortedSet<String> columns() {
    var columns = new java.util.TreeSet<String>();
    rows.values().forEach(row -> columns.addAll(row.keySet()));
    return columns;
  }

  public void each(String row, BiConsumer<String, Cell> see) {
    Map<String, Cell> columns = rows.get(row);
    if (columns != null) {
      columns.forEach(see);
    }
  }
}
