package io.huoshui.engine.picks;

import io.huoshui.audience.Condition;
import io.huoshui.audience.RuleText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
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

    /// How many answers about blocks askers who are done were asked for.
    long answers();

    /// How many of them were there already.
    long reused();
  }

  /// Asks about stretch after stretch.
  public interface Asker {
    /// @return the people of a stretch for whom it holds: a `long[]` with a bit per person, not to
    ///   be changed; a `char[]` with their places when they are few; null for nobody. Valid until
    ///   it is asked about another stretch
    @Nullable Object ask(int stretch);

    /// Nothing more will be asked.
    default void done() {}
  }

  /// What one thread asks with. Plans that share it share what their leaves say: each leaf is asked
  /// once about a stretch, however many plans have it.
  public static final class Askers {
    private final IdentityHashMap<Source, Asker> bySource = new IdentityHashMap<>();

    private Asker of(Source source) {
      return bySource.computeIfAbsent(source, of -> new Once(of.asker()));
    }

    /// Nothing more will be asked.
    public void done() {
      bySource.values().forEach(Asker::done);
    }

    private static final class Once implements Asker {
      private final Asker asker;
      private int asked = -1;
      private @Nullable Object said;

      Once(Asker asker) {
        this.asker = asker;
      }

      @Override
      public @Nullable Object ask(int stretch) {
        if (asked != stretch) {
          said = asker.ask(stretch);
          asked = stretch;
        }
        return said;
      }

      @Override
      public void done() {
        asker.done();
      }
    }
  }

  /// Writes an answer of an [Asker] as a bit per person.
  public static void copy(@Nullable Object answer, long[] out) {
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

    record Parts(Condition condition, boolean all, List<Node> parts, double cost, double share)
        implements Node {}

    record Other(Condition condition, Node part) implements Node {
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
      case Node.Other other -> 1 + depth(other.part());
      case Node.Parts parts -> 1 + parts.parts().stream().mapToInt(Plan::depth).max().orElse(0);
    };
  }

  private static Node node(Condition rule, Function<Condition, Source> sources) {
    return switch (rule) {
      case Condition.All(List<Condition> parts) -> parts(rule, true, parts, sources);
      case Condition.Any(List<Condition> parts) -> parts(rule, false, parts, sources);
      case Condition.Not(Condition part) -> new Node.Other(rule, node(part, sources));
      default -> new Node.Leaf(rule, sources.apply(rule));
    };
  }

  /// First whatever decides most people for what it costs: of all, what holds for few; of any, what
  /// holds for many. A stretch that is decided asks nobody else.
  private static Node parts(
      Condition rule,
      boolean all,
      List<Condition> conditions,
      Function<Condition, Source> sources) {
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
    return new Node.Parts(rule, all, List.copyOf(parts), cost, all ? open : 1 - open);
  }

  public Evaluator evaluator() {
    return evaluator(new Askers());
  }

  public Evaluator evaluator(Askers askers) {
    return new Evaluator(root, depth, askers);
  }

  /// Is told what each step came to.
  public interface Watch {
    /// @param step its place in [#explain]
    /// @param bits a bit per person of the stretch; not to be kept
    void saw(int step, long[] bits);
  }

  /// For one thread.
  public static final class Evaluator {
    private final Step root;
    private final long[][] scratch;
    private final long[] places = new long[WORDS];
    private @Nullable Watch watch;
    private int steps;

    private Evaluator(Node root, int depth, Askers askers) {
      this.root = step(root, askers);
      this.scratch = new long[depth + 1][WORDS];
    }

    private sealed interface Step {
      int number();

      record Ask(int number, Asker asker) implements Step {}

      record Both(int number, boolean all, List<Step> parts) implements Step {}

      record Turned(int number, Step part) implements Step {}
    }

    private Step step(Node node, Askers askers) {
      int number = steps++;
      return switch (node) {
        case Node.Leaf leaf -> new Step.Ask(number, askers.of(leaf.source()));
        case Node.Other other -> new Step.Turned(number, step(other.part(), askers));
        case Node.Parts parts -> {
          var each = new ArrayList<Step>();
          for (Node part : parts.parts()) {
            each.add(step(part, askers));
          }
          yield new Step.Both(number, parts.all(), List.copyOf(each));
        }
      };
    }

    /// A bit per person of a stretch, valid until the next call. Whoever is nobody has to be taken
    /// out: `not` knows no people.
    public long[] over(int stretch) {
      long[] out = scratch[0];
      over(root, stretch, out, 1);
      return out;
    }

    /// The same, telling of every step that was taken; some are not, where a stretch is decided.
    public long[] over(int stretch, Watch watching) {
      watch = watching;
      long[] out = over(stretch);
      watch = null;
      return out;
    }

    private void over(Step step, int stretch, long[] out, int level) {
      switch (step) {
        case Step.Ask ask -> copy(ask.asker().ask(stretch), out);
        case Step.Turned turned -> {
          over(turned.part(), stretch, out, level);
          for (int i = 0; i < WORDS; i++) {
            out[i] = ~out[i];
          }
        }
        case Step.Both both -> both(both.all(), both.parts(), stretch, out, level);
      }
      if (watch != null) {
        watch.saw(step.number(), out);
      }
    }

    /// The first answer of words is not copied but joined with the second at once.
    private void both(boolean all, List<Step> parts, int stretch, long[] out, int level) {
      long @Nullable [] first = null;
      boolean firstTurned = false;
      boolean begun = false;
      for (int i = 0; i < parts.size(); i++) {
        Step part = parts.get(i);
        if (begun && decided(out, all)) {
          return;
        }
        boolean turned = watch == null && part instanceof Step.Turned(int _, Step.Ask _);
        Object answer;
        if (watch == null && part instanceof Step.Ask ask) {
          answer = ask.asker().ask(stretch);
        } else if (turned && part instanceof Step.Turned(int _, Step.Ask ask)) {
          answer = ask.asker().ask(stretch);
        } else if (!begun && first == null) {
          over(part, stretch, out, level);
          begun = true;
          continue;
        } else {
          over(part, stretch, scratch[level], level + 1);
          answer = scratch[level];
        }
        if (!begun && first == null && answer instanceof long[] bits) {
          first = bits;
          firstTurned = turned;
        } else if (!begun && first != null && answer instanceof long[] bits) {
          joined(first, firstTurned, bits, turned, all, out);
          begun = true;
        } else {
          if (!begun) {
            begin(first, firstTurned, all, out);
            begun = true;
          }
          join(answer, all, turned, out);
        }
      }
      if (!begun) {
        begin(first, firstTurned, all, out);
      }
    }

    private static void begin(long @Nullable [] first, boolean turned, boolean all, long[] out) {
      if (first == null) {
        Arrays.fill(out, all ? -1L : 0L);
        return;
      }
      long flip = turned ? -1L : 0L;
      for (int i = 0; i < WORDS; i++) {
        out[i] = first[i] ^ flip;
      }
    }

    private static void joined(
        long[] one, boolean oneTurned, long[] other, boolean otherTurned, boolean all, long[] out) {
      long flip = oneTurned ? -1L : 0L;
      long otherFlip = otherTurned ? -1L : 0L;
      if (all) {
        for (int i = 0; i < WORDS; i++) {
          out[i] = (one[i] ^ flip) & (other[i] ^ otherFlip);
        }
      } else {
        for (int i = 0; i < WORDS; i++) {
          out[i] = (one[i] ^ flip) | (other[i] ^ otherFlip);
        }
      }
    }

    private void join(@Nullable Object answer, boolean all, boolean turned, long[] out) {
      switch (answer) {
        case long[] bits -> joined(out, false, bits, turned, all, out);
        case char[] few -> few(few, all, turned, out);
        case null -> {
          if (all != turned) {
            Arrays.fill(out, all ? 0L : -1L);
          }
        }
        default -> throw new IllegalStateException("No answer: " + answer);
      }
    }

    private void few(char[] few, boolean all, boolean turned, long[] out) {
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
      copy(few, places);
      joined(out, false, places, turned, all, out);
    }

    /// Mostly the first word says no.
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
      case Node.Other other -> {
        lines.add(new Line(depth, "not", "words turned", other.cost(), other.share()));
        explain(other.part(), depth + 1, lines);
      }
      case Node.Parts parts -> {
        lines.add(
            new Line(
                depth,
                parts.all() ? "all" : "any",
                "operations on words, until a stretch is decided",
                parts.cost(),
                parts.share()));
        parts.parts().forEach(part -> explain(part, depth + 1, lines));
      }
    }
  }

  /// A step's condition, and where its answers come from.
  ///
  /// @param source null for all, any and not
  public record Part(Condition condition, @Nullable Source source) {}

  /// The steps in the order of [#explain].
  public List<Part> steps() {
    var steps = new ArrayList<Part>();
    steps(root, steps);
    return List.copyOf(steps);
  }

  private static void steps(Node node, List<Part> steps) {
    switch (node) {
      case Node.Leaf(Condition condition, Source source) -> steps.add(new Part(condition, source));
      case Node.Other other -> {
        steps.add(new Part(other.condition(), null));
        steps(other.part(), steps);
      }
      case Node.Parts parts -> {
        steps.add(new Part(parts.condition(), null));
        parts.parts().forEach(part -> steps(part, steps));
      }
    }
  }
}
