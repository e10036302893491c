package io.huoshui.server.demo;

import java.io.Console;
import java.util.Locale;

/// What a command is doing, on stderr: one line redrawn in a terminal, a line every few seconds
/// elsewhere.
public final class Progress {
  private static final long QUIET_NANOS = 3_000_000_000L;
  private static final int BAR = 24;

  private final boolean terminal = terminal();
  private final long began = System.nanoTime();
  private String stage = "";
  private long stageBegan = began;
  private long last;

  private static boolean terminal() {
    Console console = System.console();
    return console instanceof Console found && found.isTerminal();
  }

  public void stage(String zh, String en) {
    finish();
    stage = zh + " · " + en;
    stageBegan = System.nanoTime();
    last = 0;
    if (!terminal) {
      System.err.println(seconds() + "  " + stage);
    } else {
      draw("");
    }
  }

  /// @param unit what is counted: `events`, `days`
  public void at(long done, long all, String unit) {
    long now = System.nanoTime();
    if (now - last < (terminal ? 100_000_000L : QUIET_NANOS)) {
      return;
    }
    last = now;
    double share = all == 0 ? 0 : Math.min(1, (double) done / all);
    double elapsed = (now - stageBegan) / 1e9;
    String rate =
        String.format(
            Locale.ROOT, "%,d/%,d %s  %,.0f/s", done, all, unit, done / Math.max(elapsed, 0.001));
    show(
        share,
        rate,
        share > 0.02
            ? String.format(Locale.ROOT, "  ETA %.0f s", elapsed / share * (1 - share))
            : "");
  }

  /// @param share of the whole, 0 to 1
  /// @param words what is done so far
  public void part(double share, String words) {
    long now = System.nanoTime();
    if (now - last < (terminal ? 100_000_000L : QUIET_NANOS)) {
      return;
    }
    last = now;
    double elapsed = (now - stageBegan) / 1e9;
    show(
        Math.min(1, share),
        words,
        share > 0.02
            ? String.format(Locale.ROOT, "  ETA %.0f s", elapsed / share * (1 - share))
            : "");
  }

  private void show(double share, String words, String eta) {
    if (terminal) {
      int filled = (int) (share * BAR);
      draw("  " + "█".repeat(filled) + "░".repeat(BAR - filled) + "  " + words + eta);
    } else {
      System.err.println(
          seconds()
              + "    "
              + String.format(Locale.ROOT, "%3.0f %%", share * 100)
              + "  "
              + words
              + eta);
    }
  }

  void note(String zh, String en) {
    if (terminal && !stage.isEmpty()) {
      System.err.println();
    }
    System.err.println(seconds() + "    " + zh + " · " + en);
  }

  public void finish() {
    if (!stage.isEmpty() && terminal) {
      draw(String.format(Locale.ROOT, "  ✓ %.1f s", (System.nanoTime() - stageBegan) / 1e9));
      System.err.println();
    }
    stage = "";
  }

  private void draw(String rest) {
    System.err.print("\r\u001b[2K" + seconds() + "  " + stage + rest);
    System.err.flush();
  }

  double elapsedSeconds() {
    return (System.nanoTime() - began) / 1e9;
  }

  private String seconds() {
    return String.format(Locale.ROOT, "%5.1f s", elapsedSeconds());
  }
}
