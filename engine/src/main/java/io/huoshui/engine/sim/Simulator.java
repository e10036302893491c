package io.huoshui.engine.sim;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// `./huoshui sim SEED [--steps N]` lives one world and tells of it; `--seeds FROM..TO` lives many.
public final class Simulator {
  public static final int STEPS = 400;

  private static final String USAGE =
      """
      ./huoshui sim SEED [--steps N]   one world, told
      ./huoshui sim --seeds FROM..TO [--steps N] [--all]   many; stops at the first that breaks,
                                       or with --all goes on
      The same seed at the same commit is the same world.\
      """;

  private Simulator() {}

  public static void main(String[] args) {
    long from = 0;
    long to = -1;
    int steps = STEPS;
    boolean all = false;
    try {
      for (int i = 0; i < args.length; i++) {
        switch (args[i]) {
          case "--steps" -> steps = Integer.parseInt(args[++i]);
          case "--all" -> all = true;
          case "--help" -> {
            System.out.println(USAGE);
            return;
          }
          case "--seeds" -> {
            String[] range = args[++i].split("\\.\\.", 2);
            from = Long.parseLong(range[0]);
            to = Long.parseLong(range[range.length - 1]);
          }
          default -> {
            from = Long.parseLong(args[i]);
            to = from;
          }
        }
      }
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      System.err.println(USAGE);
      System.exit(2);
    }
    if (to < from || steps < 1) {
      System.err.println(USAGE);
      System.exit(2);
    }
    System.exit(run(from, to, steps, all, System.out) == 0 ? 0 : 1);
  }

  /// @return how many seeds broke
  private static int run(long from, long to, int steps, boolean all, PrintStream out) {
    out.println("commit " + commit() + ", " + steps + " steps each");
    int broken = 0;
    for (long seed = from; seed <= to; seed++) {
      try {
        World.Summary summary = World.live(seed, steps, World.Making.STANDARD);
        if (from == to || seed % 100 == 0) {
          out.println(told(summary));
        }
      } catch (Broken e) {
        broken++;
        out.println("seed " + seed + " broke. " + e.getMessage());
        out.println("  replay: " + replay(seed, steps));
        if (!all) {
          e.printStackTrace(out);
          return broken;
        }
        Throwable cause = e.getCause();
        if (cause != null && !(cause instanceof Broken)) {
          cause.printStackTrace(out);
        }
      }
    }
    if (from != to) {
      out.println((to - from + 1) + " seeds, " + broken + " broke");
    }
    return broken;
  }

  static String replay(long seed, int steps) {
    return "./huoshui sim " + seed + " --steps " + steps;
  }

  private static String told(World.Summary summary) {
    return String.format(
        Locale.ROOT,
        "seed %d  steps %d  crashes %d  restarts %d  checkpoints %d  rebuilt %d  cleanings %d "
            + " decisions %d  events %d  merges %d  messages %d  delivered %d  trace %08x",
        summary.seed(),
        summary.steps(),
        summary.crashes(),
        summary.restarts(),
        summary.checkpoints(),
        summary.rebuilt(),
        summary.cleanings(),
        summary.decisions(),
        summary.events(),
        summary.merges(),
        summary.messages(),
        summary.delivered(),
        summary.trace());
  }

  /// What the sources are at, where they are: a seed alone does not say which world it is.
  private static String commit() {
    try {
      Process git =
          new ProcessBuilder("git", "describe", "--always", "--dirty")
              .directory(Path.of(System.getProperty("huoshui.home", ".")).toFile())
              .redirectErrorStream(true)
              .start();
      String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return git.waitFor(5, TimeUnit.SECONDS) && git.exitValue() == 0 ? said : "unknown";
    } catch (IOException e) {
      return "unknown";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "unknown";
    }
  }
}
