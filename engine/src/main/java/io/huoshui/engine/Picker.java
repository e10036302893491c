package io.huoshui.engine;

import io.huoshui.audience.Condition;
import io.huoshui.audience.Moment;
import io.huoshui.engine.columns.Block;
import io.huoshui.engine.columns.Facts;
import io.huoshui.engine.columns.Program;
import io.huoshui.engine.columns.Slices;
import io.huoshui.engine.columns.Sweep;
import io.huoshui.engine.columns.Traits;
import io.huoshui.engine.picks.Answers;
import io.huoshui.engine.picks.Answers.Stamp;
import io.huoshui.engine.picks.Plan;
import io.huoshui.event.IdentifierKind;
import io.huoshui.profile.Period;
import io.huoshui.profile.Person;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Window;
import io.huoshui.reach.ChannelKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.BitSetUtil;
import org.roaringbitmap.RoaringBitmap;

/// Picks those of whom a rule holds out of [People]. Blocks are asked leaf by leaf, and what a leaf
/// said of a block is kept. Whoever has later events is asked those leaves that ask for events of
/// their names; whoever is in no block is asked the rule itself.
final class Picker {
  /// What a loop over the columns of one block takes, in nanoseconds, and what asking one by one
  /// takes: for the order in which leaves are asked, not more.
  private static final double LOOP = 300_000;

  private static final double ONE_BY_ONE = 3_000_000;
  private static final double SLICED = 3_000;
  private static final double KEPT = 60;
  private static final double GUESS = 0.2;

  /// So many places of a leaf are looked at to guess how many answers are kept.
  private static final int LOOKED_AT = 64;

  /// What changes whether somebody may be reached, beside an address.
  private static final List<String> REACHED_BY =
      List.of("consent_given", "consent_withdrawn", "contact_added", "contact_removed");

  private final List<Condition> rules;
  private final People people;
  private final Moment moment;
  private final Answers answers;
  private final Traits traits;
  private final Map<Condition, Plan.Source> sources = new HashMap<>();

  /// @param rule made whole already
  Picker(Condition rule, People people, Answers answers, Traits traits) {
    this(List.of(rule), people, answers, traits);
  }

  /// Rules that are answered in one sweep: what they have in common is asked once.
  ///
  /// @param rules made whole already
  Picker(List<Condition> rules, People people, Answers answers, Traits traits) {
    this.rules = List.copyOf(rules);
    this.people = people;
    this.moment = people.moment();
    this.answers = answers;
    this.traits = traits;
  }

  /// Whether a picture can answer a rule: what journeys and audiences say is not in it.
  static boolean answers(Condition rule) {
    var can = new boolean[] {true};
    rule.each(
        part -> {
          if (part instanceof Condition.InAudience || part instanceof Condition.OnJourney) {
            can[0] = false;
          }
        });
    return can[0];
  }

  /// How the first rule will be answered.
  Plan plan() {
    return plan(rules.getFirst());
  }

  private Plan plan(Condition rule) {
    return Plan.of(rule, leaf -> sources.computeIfAbsent(leaf, this::source));
  }

  /// How many people there are in the first rule.
  long count(Consumer<Sweep> watch) {
    return counts(watch)[0];
  }

  /// How many people there are in each rule.
  long[] counts(Consumer<Sweep> watch) {
    var all = new long[rules.size()];
    sweep(
        watch,
        () ->
            new Reader() {
              private final long[] own = new long[rules.size()];

              @Override
              public void read(int rule, People.Part part, long[] bits, long[] of) {
                own[rule] += common(bits, of);
              }

              @Override
              public void end() {
                synchronized (all) {
                  for (int i = 0; i < own.length; i++) {
                    all[i] += own[i];
                  }
                }
              }
            });
    return all;
  }

  /// The names of the profiles in the first rule.
  RoaringBitmap members(Consumer<Sweep> watch) {
    return membersOfEach(watch).getFirst();
  }

  /// The names of the profiles in each rule.
  List<RoaringBitmap> membersOfEach(Consumer<Sweep> watch) {
    List<Names> all = rules.stream().map(_ -> new Names()).toList();
    sweep(
        watch,
        () ->
            new Reader() {
              private final List<Names> own = rules.stream().map(_ -> new Names()).toList();

              @Override
              public void read(int rule, People.Part part, long[] bits, long[] of) {
                own.get(rule).add(part, bits, of);
              }

              @Override
              public void end() {
                synchronized (all) {
                  for (int i = 0; i < own.size(); i++) {
                    all.get(i).add(own.get(i));
                  }
                }
              }
            });
    return all.stream().map(Names::bitmap).toList();
  }

  /// The names of profiles, gathered as they come.
  private final class Names {
    private int[] names = new int[64];
    private int size;

    void add(People.Part part, long[] bits, long[] of) {
      room(common(bits, of));
      for (int i = 0; i < People.WORDS; i++) {
        for (long word = bits[i] & of[i]; word != 0; word &= word - 1) {
          int local = part.local((i << 6) + Long.numberOfTrailingZeros(word));
          names[size++] = people.name(local * Lane.COUNT + part.lane());
        }
      }
    }

    void add(Names others) {
      room(others.size);
      System.arraycopy(others.names, 0, names, size, others.size);
      size += others.size;
    }

    private void room(int more) {
      if (size + more > names.length) {
        names = Arrays.copyOf(names, Math.max(size + more, names.length * 2));
      }
    }

    RoaringBitmap bitmap() {
      int last = 0;
      for (int i = 0; i < size; i++) {
        last = Math.max(last, names[i]);
      }
      if (size < last >>> 6) {
        // Few: in order is sooner done than a bit for everybody is made.
        Arrays.sort(names, 0, size);
        var members = new RoaringBitmap();
        members.addN(names, 0, size);
        return members;
      }
      var bits = new long[(last >>> 6) + 1];
      for (int i = 0; i < size; i++) {
        bits[names[i] >>> 6] |= 1L << names[i];
      }
      return BitSetUtil.bitmapOf(bits);
    }
  }

  /// What came of each step of a plan.
  ///
  /// @param asked the people it was asked about
  /// @param held those of them for whom it holds
  /// @param stretches in which it was asked; in the others the people were decided before
  /// @param answers about blocks that were asked for, and how many of them were there already
  record Outcome(long asked, long held, int stretches, long answers, long reused) {}

  /// @param count people in the rule
  /// @param fresh people of whom no block says anything: they are asked the rule, and each step
  record Outcomes(List<Outcome> steps, long count, long fresh, int stretches) {
    Outcomes {
      steps = List.copyOf(steps);
    }
  }

  /// Answers the first rule and looks at every step; slower than [#count].
  Outcomes outcomes(Plan plan) {
    List<Plan.Part> steps = plan.steps();
    Condition rule = rules.getFirst();
    var asked = new long[steps.size()];
    var held = new long[steps.size()];
    var stretches = new int[steps.size()];
    long count = 0;
    long fresh = 0;
    var askers = new Plan.Askers();
    Plan.Evaluator evaluator = plan.evaluator(askers);
    var beside = new long[People.WORDS];
    var inBlock = new long[People.WORDS];
    var person = new Shown(people.view());
    for (int number = 0; number < people.parts().size(); number++) {
      People.Part part = people.parts().get(number);
      long[] there = people.roll().everybody(part.lane(), part.range());
      if (there == null) {
        continue;
      }
      if (!part.outside(there, beside)) {
        Arrays.fill(beside, 0);
      }
      for (int i = 0; i < People.WORDS; i++) {
        inBlock[i] = there[i] & ~beside[i];
      }
      int here = common(inBlock, inBlock);
      long[] bits =
          evaluator.over(
              number,
              (step, of) -> {
                asked[step] += here;
                held[step] += common(of, inBlock);
                stretches[step]++;
              });
      count += common(bits, inBlock);
      for (int i = 0; i < People.WORDS; i++) {
        for (long left = beside[i]; left != 0; left &= left - 1) {
          person.of(part, (i << 6) + Long.numberOfTrailingZeros(left));
          fresh++;
          count += rule.test(person, moment) ? 1 : 0;
          for (int step = 0; step < asked.length; step++) {
            asked[step]++;
            held[step] += steps.get(step).condition().test(person, moment) ? 1 : 0;
          }
        }
      }
    }
    askers.done();
    var outcomes = new ArrayList<Outcome>();
    for (int step = 0; step < asked.length; step++) {
      Plan.Source source = steps.get(step).source();
      outcomes.add(
          new Outcome(
              asked[step],
              held[step],
              stretches[step],
              source == null ? 0 : source.answers(),
              source == null ? 0 : source.reused()));
    }
    return new Outcomes(outcomes, count, fresh, people.parts().size());
  }

  /// How many bits two sets have in common.
  private static int common(long[] bits, long[] of) {
    int count = 0;
    for (int i = 0; i < People.WORDS; i++) {
      count += Long.bitCount(bits[i] & of[i]);
    }
    return count;
  }

  private interface Reader {
    /// @param rule its place
    /// @param bits for whom it holds
    /// @param of who is there: a bit per person in the first words
    void read(int rule, People.Part part, long[] bits, long[] of);

    void end();
  }

  private void sweep(Consumer<Sweep> watch, Supplier<Reader> readers) {
    List<Plan> plans = rules.stream().map(this::plan).toList();
    List<People.Part> parts = people.parts();
    var sweep = new Sweep(parts.size());
    watch.accept(sweep);
    sweep.each(
        Runtime.getRuntime().availableProcessors(),
        () -> {
          var askers = new Plan.Askers();
          List<Plan.Evaluator> evaluators =
              plans.stream().map(plan -> plan.evaluator(askers)).toList();
          Reader reader = readers.get();
          var beside = new long[People.WORDS];
          var person = new Shown(people.view());
          Moment own = people.moment();
          return new Sweep.Hand() {
            @Override
            public void take(int number) {
              People.Part part = parts.get(number);
              long[] there = people.roll().everybody(part.lane(), part.range());
              if (there == null) {
                return;
              }
              boolean some = part.outside(there, beside);
              for (int rule = 0; rule < rules.size(); rule++) {
                long[] bits = evaluators.get(rule).over(number);
                if (some) {
                  ask(rules.get(rule), part, bits);
                }
                reader.read(rule, part, bits, there);
              }
            }

            /// Those whom the block does not answer for.
            private void ask(Condition rule, People.Part part, long[] bits) {
              for (int i = 0; i < beside.length; i++) {
                bits[i] &= ~beside[i];
                for (long left = beside[i]; left != 0; left &= left - 1) {
                  int place = (i << 6) + Long.numberOfTrailingZeros(left);
                  if (rule.test(person.of(part, place), own)) {
                    bits[i] |= 1L << place;
                  }
                }
              }
            }

            @Override
            public void end() {
              askers.done();
              reader.end();
            }
          };
        });
  }

  private Plan.Source source(Condition leaf) {
    if (leaf instanceof Condition.HasIdentifier(IdentifierKind kind)) {
      return new Known(kind);
    }
    return new Columns(leaf);
  }

  /// The trait that a leaf asks for, or null.
  private static @Nullable String trait(Condition leaf) {
    return switch (leaf) {
      case Condition.HasTrait has -> has.trait();
      case Condition.DateIn date -> date.trait();
      default -> null;
    };
  }

  /// The window a leaf looks at, or null.
  private static @Nullable Window window(Condition leaf) {
    return switch (leaf) {
      case Condition.Did did -> did.window();
      case Condition.DidNot did -> did.window();
      case Condition.Measured measured -> measured.window();
      case Condition.Sequence sequence -> sequence.window();
      case Condition.EdgeValue edge -> edge.window();
      case Condition.Edge edge -> edge.window();
      case Condition.HasTag tag -> tag.window() instanceof Window.Ever ? null : tag.window();
      case Condition.Unfollowed unfollowed -> unfollowed.window();
      default -> null;
    };
  }

  /// The times under which a leaf is asked, as far as a block's events can tell them apart.
  ///
  /// @param span of [#window]
  private static Stamp stamp(
      Condition leaf, Window.@Nullable Span span, Block block, Moment moment) {
    long now = moment.now().toEpochMilli();
    return switch (leaf) {
      case Condition.Edge _ -> with(stamp(span, block), nowHere(now, block));
      case Condition.Unfollowed unfollowed ->
          with(stamp(span, block), over(unfollowed.within(), now, block));
      case Condition.InLifecycle _, Condition.InRfm _, Condition.DateIn _ ->
          new Stamp(moment.calendar().day(now), nowHere(now, block), 0);
      default -> stamp(span, block);
    };
  }

  private static long nowHere(long now, Block block) {
    return now >= block.lastMs() ? Long.MAX_VALUE : now;
  }

  private static Stamp stamp(Window.@Nullable Span span, Block block) {
    if (span == null) {
      return Stamp.ALWAYS;
    }
    return new Stamp(
        span.fromMs() <= block.firstMs()
            ? Long.MIN_VALUE
            : span.fromMs() > block.lastMs() ? Long.MAX_VALUE : span.fromMs(),
        span.toMs() > block.lastMs()
            ? Long.MAX_VALUE
            : span.toMs() <= block.firstMs() ? Long.MIN_VALUE : span.toMs(),
        0);
  }

  private static Stamp with(Stamp stamp, long more) {
    return new Stamp(stamp.one(), stamp.two(), more);
  }

  /// Up to when an event's time to be followed is over.
  private static long over(Period within, long now, Block block) {
    long until = now - within.exact().toMillis();
    return until > block.lastMs() ? Long.MAX_VALUE : until;
  }

  /// Asks columns, and keeps what they say.
  private final class Columns implements Plan.Source {
    private final Condition leaf;
    private final @Nullable String trait;
    private final Window.@Nullable Span span;

    /// Of which events it asks, by [People#mask].
    private final long names;

    private final Answers.Leaf kept;
    private final double keptShare;
    private final LongAdder askedFor = new LongAdder();
    private final LongAdder reused = new LongAdder();

    Columns(Condition leaf) {
      this.leaf = leaf;
      this.trait = trait(leaf);
      Window window = window(leaf);
      this.span = window == null ? null : moment.span(window);
      this.names = people.mask(leaf instanceof Condition.Reachable ? REACHED_BY : leaf.listensTo());
      this.kept = answers.of(leaf);
      List<People.Part> parts = people.parts();
      int step = Math.max(1, parts.size() / LOOKED_AT);
      int there = 0;
      int blocks = 0;
      for (int i = 0; i < parts.size(); i += step) {
        Block block = parts.get(i).block();
        if (block != null) {
          blocks++;
          there += has(parts.get(i), block) ? 1 : 0;
        }
      }
      this.keptShare = blocks == 0 ? 1 : there / (double) blocks;
    }

    private boolean has(People.Part part, Block block) {
      return kept.has(part.place(), block.number(), stamp(leaf, span, block, moment));
    }

    @Override
    public String how() {
      int there = 0;
      int sliced = 0;
      int blocks = 0;
      for (People.Part part : people.parts()) {
        Block block = part.block();
        if (block != null) {
          blocks++;
          there += has(part, block) ? 1 : 0;
          sliced += trait != null && traits.has(block, trait) ? 1 : 0;
        }
      }
      String otherwise =
          trait != null
              ? "bit-sliced trait (" + sliced + "/" + blocks + " sliced)"
              : Program.loops(leaf) ? "loops over columns" : "one by one";
      String ask = there == blocks ? "" : there == 0 ? otherwise : ", else " + otherwise;
      return there == 0 && blocks > 0
          ? ask + ", " + blocks + " blocks"
          : "kept " + there + "/" + blocks + ask;
    }

    @Override
    public double cost() {
      double fresh = trait != null ? SLICED : Program.loops(leaf) ? LOOP : ONE_BY_ONE;
      return KEPT + fresh * (1 - keptShare);
    }

    @Override
    public long answers() {
      return askedFor.sum();
    }

    @Override
    public long reused() {
      return reused.sum();
    }

    @Override
    public double share() {
      return kept.share(GUESS);
    }

    @Override
    public Plan.Asker asker() {
      return new OfColumns();
    }

    private final class OfColumns implements Plan.Asker {
      private final boolean[] found = new boolean[1];
      private final long[] scratch = new long[People.WORDS];
      private final long[] known = new long[People.WORDS];
      private final long[] later = new long[People.WORDS];
      private final Shown person = new Shown(people.view());
      private Program.@Nullable Evaluator evaluator;

      /// A moment remembers what it was asked, and is for one thread.
      private final Moment own = people.moment();

      private int there;
      private int asked;

      @Override
      public @Nullable Object ask(int stretch) {
        People.Part part = people.parts().get(stretch);
        Block block = part.block();
        if (block == null) {
          return null;
        }
        Object said = ask(part, block);
        if (said != null && leaf instanceof Condition.Reachable(ChannelKind channel)) {
          said = addressed(said, part, channel);
        }
        return touched(said, part, people.touched(stretch));
      }

      /// Whoever has later events of names that the leaf asks for is asked.
      private @Nullable Object touched(
          @Nullable Object said, People.Part part, People.Touched touched) {
        long[] out = null;
        for (int i = 0; i < touched.count(); i++) {
          if ((touched.names(i) & names) != 0) {
            if (out == null) {
              out = later;
              Plan.copy(said, out);
            }
            int place = touched.place(i);
            long bit = 1L << place;
            out[place >>> 6] =
                leaf.test(person.of(part, place), own)
                    ? out[place >>> 6] | bit
                    : out[place >>> 6] & ~bit;
          }
        }
        return out == null ? said : out;
      }

      /// What events say is kept; which address there is may change with every event.
      private Object addressed(Object said, People.Part part, ChannelKind channel) {
        people.roll().known(part.lane(), part.range(), channel.address(), known);
        switch (said) {
          case long[] bits -> {
            for (int i = 0; i < People.WORDS; i++) {
              known[i] &= bits[i];
            }
          }
          case char[] few -> {
            Arrays.fill(scratch, 0);
            for (char place : few) {
              scratch[place >>> 6] |= known[place >>> 6] & 1L << place;
            }
            System.arraycopy(scratch, 0, known, 0, People.WORDS);
          }
          default -> throw new IllegalStateException("No answer: " + said);
        }
        return known;
      }

      private @Nullable Object ask(People.Part part, Block block) {
        Stamp stamp = stamp(leaf, span, block, own);
        Object answer = kept.get(part.place(), block.number(), stamp, found);
        asked++;
        if (found[0]) {
          there++;
          return answer;
        }
        if (trait != null) {
          sliced(traits.of(block, trait), own, scratch);
          return kept.put(part.place(), block.number(), stamp, scratch);
        }
        if (evaluator == null) {
          evaluator = Program.compile(leaf, moment).evaluator();
        }
        return kept.put(part.place(), block.number(), stamp, evaluator.over(block, facts, null));
      }

      @Override
      public void done() {
        answers.counted(there, asked);
        askedFor.add(asked);
        reused.add(there);
      }
    }

    private void sliced(Slices slices, Moment at, long[] out) {
      switch (leaf) {
        case Condition.HasTrait has -> slices.test(has.operator(), has.value(), out);
        case Condition.DateIn date -> slices.test(value -> date.holds(value, at), false, out);
        default -> throw new IllegalStateException("No trait: " + leaf);
      }
    }
  }

  /// Asks which kinds of identifier there are.
  private final class Known implements Plan.Source {
    private final IdentifierKind kind;

    Known(IdentifierKind kind) {
      this.kind = kind;
    }

    @Override
    public String how() {
      return "kept by the identifiers";
    }

    @Override
    public double cost() {
      return KEPT;
    }

    @Override
    public double share() {
      return GUESS;
    }

    @Override
    public long answers() {
      return 0;
    }

    @Override
    public long reused() {
      return 0;
    }

    @Override
    public Plan.Asker asker() {
      var bits = new long[People.WORDS];
      return stretch -> {
        People.Part part = people.parts().get(stretch);
        people.roll().known(part.lane(), part.range(), kind, bits);
        return bits;
      };
    }
  }

  /// What a block's people are asked beside their events: of whom may be reached the address is
  /// asked later, because it is not kept with what a block says.
  private final Facts facts =
      new Facts() {
        @Override
        public boolean has(int ordinal, IdentifierKind kind) {
          return true;
        }

        @Override
        public boolean inAudience(int ordinal, String audience) {
          throw new IllegalStateException("Audiences are not in a picture");
        }

        @Override
        public boolean onJourney(int ordinal, String journey, Person.Standing standing) {
          throw new IllegalStateException("Journeys are not in a picture");
        }

        @Override
        public int profile(int ordinal) {
          return people.name(ordinal);
        }
      };

  /// Somebody of the picture with fresh events.
  private final class Shown implements Person {
    private final View view;
    private final long[] known = new long[People.WORDS];
    private People.@Nullable Part part;
    private int place;

    Shown(View view) {
      this.view = view;
    }

    Shown of(People.Part ofPart, int ofPlace) {
      part = ofPart;
      place = ofPlace;
      ofPart.timelines().show(ofPart.local(ofPlace), view);
      return this;
    }

    private People.Part part() {
      People.Part shown = part;
      if (shown == null) {
        throw new IllegalStateException("Nobody is shown");
      }
      return shown;
    }

    @Override
    public int profile() {
      return people.name(part().local(place) * Lane.COUNT + part().lane());
    }

    @Override
    public Timeline timeline() {
      return view;
    }

    @Override
    public boolean has(IdentifierKind kind) {
      people.roll().known(part().lane(), part().range(), kind, known);
      return (known[place >>> 6] >>> place & 1) == 1;
    }

    @Override
    public boolean inAudience(String audience) {
      throw new IllegalStateException("Audiences are not in a picture");
    }

    @Override
    public boolean inSegment(String segment, Instant now) {
      throw new IllegalStateException("A rule over a picture is whole");
    }

    @Override
    public boolean onJourney(String journey, Standing standing) {
      throw new IllegalStateException("Journeys are not in a picture");
    }

    @Override
    public List<String> traitNames() {
      return view.traitNames();
    }
  }
}
