package io.huoshui.platforms.file;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/// Some thousand events as lines of JSON, with the rows they came from, and the rows among them
/// that became none.
final class Batch {
  /// Large enough to share a disk's flush, small enough to be answered soon.
  private static final int EVENTS = 4_000;

  private static final int BYTES = 4 << 20;

  private final JsonBytes lines = new JsonBytes(1 << 20);
  private final List<Rejects.Refusal> refusals = new ArrayList<>();
  private final long[] rows = new long[EVENTS];
  private final int[] ends = new int[EVENTS];
  private int count;
  private long passed;
  private long digest;
  private long limit;

  Batch() {
    this(Long.MAX_VALUE);
  }

  /// @param limit how many rows all fillings together may pass
  Batch(long limit) {
    this.limit = limit;
  }

  /// Takes from the stream until the batch is full, or holds enough of the rest.
  ///
  /// @param chain over all ids before; goes on over those added
  /// @return false when the stream is at its end and nothing was added
  boolean fill(EventStream stream, CRC32C chain) {
    lines.clear();
    refusals.clear();
    count = 0;
    passed = 0;
    while (passed < limit && count < EVENTS && lines.length() < BYTES && refusals.size() < EVENTS) {
      EventRows at = stream.next();
      if (at == null) {
        break;
      }
      Rejects.Refusal refusal = at.write(lines);
      if (refusal != null) {
        refusals.add(refusal);
      } else {
        rows[count] = at.row();
        ends[count] = lines.length();
        count++;
        chain.update(at.id().getBytes(StandardCharsets.UTF_8));
      }
      passed++;
      stream.passed(at);
    }
    limit -= passed;
    digest = chain.getValue();
    return passed > 0;
  }

  /// How many events are to be sent.
  int count() {
    return count;
  }

  /// How many rows were passed, those without an event included.
  long passed() {
    return passed;
  }

  /// Stands for all ids from the import's begin to this batch's end.
  long digest() {
    return digest;
  }

  List<Rejects.Refusal> refusals() {
    return List.copyOf(refusals);
  }

  long row(int index) {
    return rows[index];
  }

  /// The event as it was sent.
  String line(int index) {
    return lines.string(index == 0 ? 0 : ends[index - 1], ends[index] - 1);
  }

  byte[] bytes() {
    return Arrays.copyOf(lines.bytes(), lines.length());
  }
}
