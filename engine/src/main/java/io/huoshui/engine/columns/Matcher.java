package io.huoshui.engine.columns;

import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Window;
import java.util.Arrays;

/// The rows of a stretch that match a pattern and lie in a span, as bits. Bound to block after
/// block.
final class Matcher {
  private static final ValueTest[] NO_TESTS = {};

  private final String name;
  private final ValueTest[] tests;
  private final long fromMs;
  private final long toMs;
  private int place = -1;
  private long[] bits = new long[0];
  private int stamp;

  private Matcher(String name, ValueTest[] tests, Window.Span span) {
    this.name = name;
    this.tests = tests;
    this.fromMs = span.fromMs();
    this.toMs = span.toMs();
  }

  static Matcher of(EventPattern pattern, Window.Span span) {
    return new Matcher(
        pattern.event(),
        pattern.where().stream()
            .map(test -> new ValueTest(test.property(), test.operator(), test.value(), false))
            .toArray(ValueTest[]::new),
        span);
  }

  /// All events of a name, whenever.
  static Matcher of(String name) {
    return of(name, new Window.Span(Long.MIN_VALUE, Long.MAX_VALUE));
  }

  static Matcher of(String name, Window.Span span) {
    return new Matcher(name, NO_TESTS, span);
  }

  void bind(Block block) {
    int code = block.words().findName(name);
    place = code < 0 ? -1 : block.names().place(code);
    if (place >= 0) {
      for (ValueTest test : tests) {
        test.bind(block);
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
