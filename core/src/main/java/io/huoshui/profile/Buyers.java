package io.huoshui.profile;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// RFM of many buyers side by side: what ranks everybody against everybody.
public final class Buyers {
  private int[] recencyDays = new int[16];
  private int[] frequency = new int[16];
  private long[] monetaryFen = new long[16];
  private int size;

  /// @see Rfm
  public void add(int recency, int orders, long paidFen) {
    room(size + 1);
    recencyDays[size] = recency;
    frequency[size] = orders;
    monetaryFen[size++] = paidFen;
  }

  public void add(Buyers other) {
    room(size + other.size);
    System.arraycopy(other.recencyDays, 0, recencyDays, size, other.size);
    System.arraycopy(other.frequency, 0, frequency, size, other.size);
    System.arraycopy(other.monetaryFen, 0, monetaryFen, size, other.size);
    size += other.size;
  }

  private void room(int most) {
    if (most > recencyDays.length) {
      int room = Math.max(most, recencyDays.length * 2);
      recencyDays = Arrays.copyOf(recencyDays, room);
      frequency = Arrays.copyOf(frequency, room);
      monetaryFen = Arrays.copyOf(monetaryFen, room);
    }
  }

  public int size() {
    return size;
  }

  private Rfm get(int index) {
    return new Rfm(recencyDays[index], frequency[index], monetaryFen[index]);
  }

  /// How many buyers each cell has, scored against everybody.
  public Map<Rfm.Cell, Long> quintiles() {
    byte[] cells = cells();
    long[] counts = new long[125];
    for (byte cell : cells) {
      counts[cell]++;
    }
    var found = new TreeMap<Rfm.Cell, Long>(Comparator.comparing(Rfm.Cell::code));
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        found.put(cell(i), counts[i]);
      }
    }
    return found;
  }

  /// What [Rfm#quintiles] says, in the order in which the buyers were added.
  Rfm.Cell[] ranked() {
    byte[] cells = cells();
    var found = new Rfm.Cell[size];
    Arrays.setAll(found, i -> cell(cells[i]));
    return found;
  }

  private static Rfm.Cell cell(int number) {
    return new Rfm.Cell(1 + number / 25, 1 + number / 5 % 5, 1 + number % 5);
  }

  private byte[] cells() {
    long[] values = new long[size];
    byte[] cells = new byte[size];
    Arrays.setAll(values, i -> -(long) recencyDays[i]);
    score(values, 25, cells);
    Arrays.setAll(values, i -> frequency[i]);
    score(values, 5, cells);
    System.arraycopy(monetaryFen, 0, values, 0, size);
    score(values, 1, cells);
    return cells;
  }

  private static void score(long[] values, int weight, byte[] cells) {
    long[] edges = edges(values);
    for (int i = 0; i < values.length; i++) {
      cells[i] += (byte) (fifth(edges, values[i]) * weight);
    }
  }

  private static int fifth(long[] edges, long value) {
    int fifth = 0;
    while (fifth < edges.length && edges[fifth] <= value) {
      fifth++;
    }
    return fifth;
  }

  /// Where the fifths of everybody begin: scores one buyer as [Rfm#quintiles] scores all.
  public static final class Scale {
    private final long[] recency;
    private final long[] frequency;
    private final long[] monetary;

    private Scale(long[] recency, long[] frequency, long[] monetary) {
      this.recency = recency;
      this.frequency = frequency;
      this.monetary = monetary;
    }

    public Rfm.Cell score(Rfm rfm) {
      return new Rfm.Cell(
          1 + fifth(recency, -(long) rfm.recencyDays()),
          1 + fifth(frequency, rfm.frequency()),
          1 + fifth(monetary, rfm.monetaryFen()));
    }

    /// The most days since the last order that still get a score of 2, 3, 4 and 5.
    public List<Long> recencyDays() {
      return Arrays.stream(recency).map(edge -> -edge).boxed().toList();
    }

    /// The fewest orders that get a score of 2, 3, 4 and 5. Where many are equal there are fewer.
    public List<Long> frequency() {
      return Arrays.stream(frequency).boxed().toList();
    }

    /// The least money that gets a score of 2, 3, 4 and 5.
    public List<Long> monetaryFen() {
      return Arrays.stream(monetary).boxed().toList();
    }
  }

  /// The scale of the buyers added so far.
  public Scale scale() {
    long[] values = new long[size];
    Arrays.setAll(values, i -> -(long) recencyDays[i]);
    long[] recency = edges(values);
    Arrays.setAll(values, i -> frequency[i]);
    long[] often = edges(values);
    System.arraycopy(monetaryFen, 0, values, 0, size);
    return new Scale(recency, often, edges(values));
  }

  /// Where the fifths after the first begin. One that equal values reach into begins after them.
  private static long[] edges(long[] values) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    long[] edges = new long[4];
    int found = 0;
    for (int fifth = 1; fifth <= 4; fifth++) {
      int at = (int) (((long) fifth * sorted.length + 4) / 5);
      while (at < sorted.length && at > 0 && sorted[at] == sorted[at - 1]) {
        at++;
      }
      if (at < sorted.length) {
        edges[found++] = sorted[at];
      }
    }
    return Arrays.copyOf(edges, found);
  }

  /// How many buyers each class has by fixed bounds.
  public Map<Rfm.Class8, Long> classes(Rfm.Rules rules) {
    var found = new LinkedHashMap<Rfm.Class8, Long>();
    for (Rfm.Class8 each : Rfm.Class8.values()) {
      found.put(each, 0L);
    }
    for (int i = 0; i < size; i++) {
      found.merge(rules.score(get(i)).class8(), 1L, Long::sum);
    }
    return found;
  }
}
