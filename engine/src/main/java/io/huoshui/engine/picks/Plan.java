package io.huoshui.engine.picks;

import io.huoshui.audience.Condition;
import io.huoshui.audience.RuleText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// How a rule is answered, stretch by stretch: leaves are asked of their sources, the rest is
/// operations on words. Immutable; each thread has its own [Evaluator].
public final class Plan {
  /// People of one stretch.
  public static final int PEOPLE = 1 << 14;

  static final int WORDS = PEOPLE / 64;

  private final Node root;
  private final int depth;

  private Plan(Node root, int depth) {
    this.root = root;
    this.depth = depth;
  }

  /// Where a leaf's answers come from.
  public interface Source {
    /// How it answers: `kept 610/610`, `loop over columns`.
    String how();

    /// What it costs to ask about one stretch, in nanoseconds, roughly.
    double cost();

    /// Of how many people it holds, 0 to 1; a guess.
    double share();

    /// For one thread.
    Asker asker();
  }

  /// Asks about stretch after stretch.
  public interface Asker {
    /// @return the people of a stretch for whom it holds: a `long[]` with a bit per person, not to
    ///   be changed; a `char[]` with their places when they are few; null for nobody
    @Nullable Object ask(int stretch);
  }

  private sealed interface Node {
    double cost();

    double share();

    record Leaf(Condition condition, Source source) implements Node {
      @Override
      public double cost() {
        return source.cost();
      }

      @Override
      public double share() {
        return source.share();
      }
    }

    record Parts(boolean all, List<Node> parts, double cost, double share) implements Node {}

    record Other(Node part) implements Node {
      @Override
      public double cost() {
        return part.cost() + WORD;
      }

      @Override
      public double share() {
        return 1 - part.share();
      }
    }
  }

  /// What an operation on a stretch's words costs, in nanoseconds.
  private static final double WORD = 40;

  /// @param sources gives a source for every condition that is not all, any or not
  public static Plan of(Condition rule, Function<Condition, Source> sources) {
    Node root = node(rule, sources);
    return new Plan(root, depth(root));
  }

  private static int depth(Node node) {
    return switch (node) {
      case Node.Leaf _ -> 1;
      case Node.Other(Node part) -> 1 + depth(part);
      case Node.Parts(boolean _, List<Node> parts, double _, double _) ->
          1 + parts.stream().mapToInt(Plan::depth).max().orElse(0);
    };
  }

  private static Node node(Condition rule, Function<Condition, Source> sources) {
    return switch (rule) {
      case Condition.All(List<Condition> parts) -> parts(true, parts, sources);
      case Condition.Any(List<Condition> parts) -> parts(false, parts, sources);
      case Condition.Not(Condition part) -> new Node.Other(node(part, sources));
      default -> new Node.Leaf(rule, sources.apply(rule));
    };
  }

  /// First whatever decides most people for what it costs: of all, what holds for few; of any, what
  /// holds for many. A stretch that is decided asks nobody else.
  private static Node parts(
      boolean all, List<Condition> conditions, Function<Condition, Source> sources) {
    var parts = new ArrayList<Node>();
    for (Condition condition : conditions) {
      parts.add(node(condition, sources));
    }
    parts.sort(
        Comparator.comparingDouble(
            part -> part.cost() / Math.max(1e-6, all ? 1 - part.share() : part.share())));
    double cost = 0;
    double open = 1;
    for (Node part : parts) {
      // A stretch is left alone only when everybody in it is decided; that takes a small share.
      cost += part.cost() * (open < 1.0 / PEOPLE ? open * PEOPLE : 1) + WORD;
      open *= all ? part.share() : 1 - part.share();
    }
    return new Node.Parts(all, List.copyOf(parts), cost, all ? open : 1 - open);
  }

  public Evaluator evaluator() {
    return new Evaluator(root, depth);
  }

  /// For one thread.
  public static final class Evaluator {
    private final Step root;
    private final long[][] scratch;

    private Evaluator(Node root, int depth) {
      this.root = step(root);
      this.scratch = new long[depth + 1][WORDS];
    }

    private sealed interface Step {
      record Ask(Asker asker) implements Step {}

      record Both(boolean all, List<Step> parts) implements Step {}

      record Turned(Step part) implements Step {}
    }

    private static Step step(Node node) {
      return switch (node) {
        case Node.Leaf(Condition _, Source source) -> new Step.Ask(source.asker());
        case Node.Other(Node part) -> new Step.Turned(step(part));
        case Node.Parts(boolean all, List<Node> parts, double _, double _) ->
            new Step.Both(all, parts.stream().map(Evaluator::step).toList());
      };
    }

    /// A bit per person of a stretch, valid until the next call. Whoever is nobody has to be taken
    /// out: `not` knows no people.
    public long[] over(int stretch) {
      long[] out = scratch[0];
      over(root, stretch, out, 1);
      return out;
    }

    private void over(Step step, int stretch, long[] out, int level) {
      switch (step) {
        case Step.Ask(Asker asker) -> copy(asker.ask(stretch), out);
        case Step.Turned(Step part) -> {
          over(part, stretch, out, level);
          for (int i = 0; i < WORDS; i++) {
            out[i] = ~out[i];
          }
        }
        case Step.Both(boolean all, List<Step> parts) -> {
          Arrays.fill(out, all ? -1L : 0L);
          for (int i = 0; i < parts.size(); i++) {
            if (i > 0 && decided(out, all)) {
              return;
            }
            join(parts.get(i), all, stretch, out, level);
          }
        }
      }
    }

    private void join(Step part, boolean all, int stretch, long[] out, int level) {
      boolean turned = part instanceof Step.Turned(Step.Ask _);
      if (part instanceof Step.Turned(Step.Ask(Asker asker))) {
        join(asker.ask(stretch), all, true, out);
      } else if (part instanceof Step.Ask(Asker asker)) {
        join(asker.ask(stretch), all, turned, out);
      } else {
        long[] one = scratch[level];
        over(part, stretch, one, level + 1);
        words(one, all, false, out);
      }
    }

    private static void join(@Nullable Object answer, boolean all, boolean turned, long[] out) {
      switch (answer) {
        case long[] bits -> words(bits, all, turned, out);
        case char[] few -> few(few, all, turned, out);
        case null -> {
          if (all != turned) {
            Arrays.fill(out, all ? 0L : -1L);
          }
        }
        default -> throw new IllegalStateException("No answer: " + answer);
      }
    }

    private static void words(long[] bits, boolean all, boolean turned, long[] out) {
      if (all) {
        if (turned) {
          for (int i = 0; i < WORDS; i++) {
            out[i] &= ~bits[i];
          }
        } else {
          for (int i = 0; i < WORDS; i++) {
            out[i] &= bits[i];
          }
        }
      } else if (turned) {
        for (int i = 0; i < WORDS; i++) {
          out[i] |= ~bits[i];
        }
      } else {
        for (int i = 0; i < WORDS; i++) {
          out[i] |= bits[i];
        }
      }
    }

    private static void few(char[] few, boolean all, boolean turned, long[] out) {
      if (all == turned) {
        for (char place : few) {
          if (all) {
            out[place >>> 6] &= ~(1L << place);
          } else {
            out[place >>> 6] |= 1L << place;
          }
        }
        return;
      }
      // And with few leaves those of the few that were in; or with all but few, all but some.
      var bits = new long[WORDS];
      for (char place : few) {
        bits[place >>> 6] |= 1L << place;
      }
      words(bits, all, turned, out);
    }

    private static void copy(@Nullable Object answer, long[] out) {
      switch (answer) {
        case long[] bits -> System.arraycopy(bits, 0, out, 0, WORDS);
        case char[] few -> {
          Arrays.fill(out, 0L);
          for (char place : few) {
            out[place >>> 6] |= 1L << place;
          }
        }
        case null -> Arrays.fill(out, 0L);
        default -> throw new IllegalStateException("No answer: " + answer);
      }
    }

    private static boolean decided(long[] out, boolean all) {
      long open = all ? 0 : -1L;
      for (int i = 0; i < WORDS; i++) {
        if (out[i] != open) {
          return false;
        }
      }
      return true;
    }
  }

  /// A part of a plan, for people.
  ///
  /// @param depth how far in
  /// @param what the condition's text, or `all`, `any`, `not`
  /// @param how it is answered
  /// @param nanos what it costs per stretch, roughly
  /// @param share of how many people it holds, a guess
  public record Line(int depth, String what, String how, double nanos, double share) {}

  /// The plan in the order in which it is carried out.
  public List<Line> explain() {
    var lines = new ArrayList<Line>();
    explain(root, 0, lines);
    return List.copyOf(lines);
  }

  private static void explain(Node node, int depth, List<Line> lines) {
    switch (node) {
      case Node.Leaf(Condition condition, Source source) ->
          lines.add(
              new Line(
                  depth, RuleText.write(condition), source.how(), source.cost(), source.share()));
      case Node.Other(Node part) -> {
        lines.add(new Line(depth, "not", "words turned", node.cost(), node.share()));
        explain(part, depth + 1, lines);
      }
      case Node.Parts(boolean all, List<Node> parts, double cost, double share) -> {
        lines.add(
            new Line(
                depth,
                all ? "all" : "any",
                "operations on words, until a stretch is decided",
                cost,
                share));
        parts.forEach(part -> explain(part, depth + 1, lines));
      }
    }
  }
}
