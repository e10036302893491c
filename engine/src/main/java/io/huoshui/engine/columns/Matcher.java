package io.huoshui.engine.columns;

import io.huoshui.event.Value;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Window;
import java.util.Arrays;
import java.util.List;

/// The rows of a stretch that match a pattern and lie in a span, as bits. Bound to block after
/// block.
final class Matcher {
  private static final ValueTest[] NO_TESTS = {};

  private final String name;
  private final ValueTest[] tests;
  private final List<EventPattern.Where> ofSource;

  /// Per source's code, whether its events pass.
  private boolean[] sources = new boolean[0];

  private final long fromMs;
  private final long toMs;
  private int place = -1;
  private long[] bits = new long[0];
  private int stamp;

  private Matcher(
      String name, ValueTest[] tests, List<EventPattern.Where> ofSource, Window.Span span) {
    this.name = name;
    this.tests = tests;
    this.ofSource = ofSource;
    this.fromMs = span.fromMs();
    this.toMs = span.toMs();
  }

  static Matcher of(EventPattern pattern, Window.Span span) {
    return new Matcher(
        pattern.event(),
        pattern.where().stream()
            .filter(test -> !test.property().equals(EventPattern.SOURCE))
            .map(test -> new ValueTest(test.property(), test.operator(), test.value(), false))
            .toArray(ValueTest[]::new),
        pattern.where().stream()
            .filter(test -> test.property().equals(EventPattern.SOURCE))
            .toList(),
        span);
  }

  /// All events of a name, whenever.
  static Matcher of(String name) {
    return of(name, new Window.Span(Long.MIN_VALUE, Long.MAX_VALUE));
  }

  static Matcher of(String name, Window.Span span) {
    return new Matcher(name, NO_TESTS, List.of(), span);
  }

  void bind(Block block) {
    int code = block.words().findName(name);
    place = code < 0 ? -1 : block.names().place(code);
    if (place >= 0) {
      for (ValueTest test : tests) {
        test.bind(block);
      }
      if (!ofSource.isEmpty()) {
        sources = new boolean[block.words().sources()];
        for (int source = 0; source < sources.length; source++) {
          Value called = Value.of(block.words().sourceOf(source));
          sources[source] =
              ofSource.stream().allMatch(test -> test.operator().test(called, test.value()));
        }
      }
    }
  }

  /// Whether the block has events of the name at all.
  boolean occurs() {
    return place >= 0;
  }

  /// Valid while the run stays where it is; not to be changed.
  long[] bits(Run run) {
    if (stamp != run.stamp) {
      stamp = run.stamp;
      if (bits.length < run.rowWords()) {
        bits = new long[run.rowWords()];
      }
      if (place < 0) {
        Arrays.fill(bits, 0, run.rowWords(), 0);
        return bits;
      }
      run.block.names().equal(run.firstRow, run.firstRow + run.rows, place, bits);
      run.narrow(bits, fromMs, toMs);
      if (!ofSource.isEmpty()) {
        for (int row = Bits.first(bits, 0, run.rows);
            row >= 0;
            row = Bits.first(bits, row + 1, run.rows)) {
          if (!sources[run.block.source(run.firstRow + row)]) {
            bits[row >>> 6] &= ~(1L << row);
          }
        }
      }
      for (ValueTest test : tests) {
        // What is not there needs no column decoded.
        if (Bits.first(bits, 0, run.rows) < 0) {
          break;
        }
        test.narrow(run, bits);
      }
    }
    return bits;
  }
}
