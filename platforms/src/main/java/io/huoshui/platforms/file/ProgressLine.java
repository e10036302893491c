package io.huoshui.platforms.file;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/// Where the import is: one line redrawn on a terminal, a line every few seconds elsewhere.
final class ProgressLine {
  private static final long REDRAW_NS = 100_000_000L;
  private static final long LINE_NS = 3_000_000_000L;
  private static final int BAR = 24;

  private final PrintStream out;
  private final boolean terminal;
  private final boolean chinese;
  private final LongSupplier nanos;
  private long last;
  private String phase = "";
  private long phaseStart;
  private long phaseFrom;
  private int drawn;

  /// @param nanos a clock that only goes forward
  ProgressLine(PrintStream out, boolean terminal, boolean chinese, LongSupplier nanos) {
    this.out = out;
    this.terminal = terminal;
    this.chinese = chinese;
    this.nanos = nanos;
    this.last = nanos.getAsLong();
  }

  /// @param done and total in bytes of the file as it lies there; rows is what is counted
  void reading(String file, long done, long total, long rows) {
    draw((chinese ? "读取 " : "reading ") + file, done, total, rows, chinese ? "行" : "rows");
  }

  /// @param done and total in events
  void sending(long done, long total) {
    draw(chinese ? "导入" : "importing", done, total, done, chinese ? "条" : "events");
  }

  private void draw(String name, long done, long total, long counted, String unit) {
    long now = nanos.getAsLong();
    if (!name.equals(phase)) {
      phase = name;
      phaseStart = now;
      phaseFrom = counted;
    }
    boolean end = done >= total;
    // Off a terminal the end of each small file is not worth a line of its own.
    if (now - last < (terminal ? (end ? 0 : REDRAW_NS) : LINE_NS)) {
      return;
    }
    last = now;
    double seconds = Math.max(1e-9, (now - phaseStart) / 1e9);
    double share = total <= 0 ? 1 : Math.min(1, (double) done / total);
    // Of the first moments a rate says nothing.
    double rate = seconds < 0.2 ? 0 : (counted - phaseFrom) / seconds;
    String eta =
        share > 0 && !end ? duration(seconds * (1 - share) / share) : duration(end ? 0 : -1);
    String text =
        String.format(
            Locale.ROOT,
            "%s %s %3.0f%%  %,d %s  %,.0f %s/s  %s %s",
            name,
            bar(share),
            share * 100,
            counted,
            unit,
            rate,
            unit,
            chinese ? "剩余" : "ETA",
            eta);
    if (terminal) {
      out.print("\r" + text + " ".repeat(Math.max(0, drawn - text.length())));
      drawn = text.length();
      out.flush();
    } else {
      out.println(text);
    }
  }

  private static String bar(double share) {
    int full = (int) Math.round(share * BAR);
    return "[" + "█".repeat(full) + "·".repeat(BAR - full) + "]";
  }

  private static String duration(double seconds) {
    if (seconds < 0) {
      return "?";
    }
    long whole = Math.round(seconds);
    return whole < 60 ? whole + " s" : whole / 60 + " min " + whole % 60 + " s";
  }

  /// Leaves the line as it is and goes below it.
  void end() {
    if (terminal && drawn > 0) {
      out.println();
      drawn = 0;
    }
  }
}
