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
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// Picks those of whom a rule holds out of [People]. Blocks are asked leaf by leaf, and what a leaf
/// said of a block is kept; whoever has fresh events is asked the rule itself.
final class Picker {
  /// What a loop over the columns of one block takes, in nanoseconds, and what asking one by one
  /// takes: for the order in which leaves are asked, not more.
  private static final double LOOP = 300_000;

  private static final double ONE_BY_ONE = 3_000_000;
  private static final double SLICED = 3_000;
  private static final double KEPT = 60;
  private static final double GUESS = 0.2;

  private final Condition rule;
  private final People people;
  private final Moment moment;
  private final Answers answers;
  private final Traits traits;

  /// @param rule made whole already
  Picker(Condition rule, People people, Answers answers, Traits traits) {
    this.rule = rule;
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

  /// How the rule will be answered.
  Plan plan() {
    Map<Condition, Plan.Source> sources = new HashMap<>();
    return Plan.of(whole(rule), leaf -> sources.computeIfAbsent(leaf, this::source));
  }

  /// Being reachable is an address, which identifiers say, and what events say.
  private static Condition whole(Condition rule) {
    return switch (rule) {
      case Condition.Reachable reachable ->
          new Condition.All(
              List.of(new Condition.HasIdentifier(reachable.channel().address()), reachable));
      case Condition.All(List<Condition> of) ->
          new Condition.All(of.stream().map(Picker::whole).toList());
      case Condition.Any(List<Condition> of) ->
          new Condition.Any(of.stream().map(Picker::whole).toList());
      case Condition.Not(Condition part) -> new Condition.Not(whole(part));
      default -> rule;
    };
  }

  /// How many people there are in the rule.
  long count(Consumer<Sweep> watch) {
    return sweep(
            watch,
            (part, bits) -> {
              long count = 0;
              for (long word : bits) {
                count += Long.bitCount(word);
              }
              return count;
            })
        .stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  /// The names of their profiles.
  RoaringBitmap members(Consumer<Sweep> watch) {
    List<int[]> found =
        sweep(
            watch,
            (part, bits) -> {
              int count = 0;
              for (long word : bits) {
                count += Long.bitCount(word);
              }
              int[] names = new int[count];
              int at = 0;
              for (int i = 0; at < count; i++) {
                for (long word = bits[i]; word != 0; word &= word - 1) {
                  int local = part.local((i << 6) + Long.numberOfTrailingZeros(word));
                  names[at++] = people.name(local * Lane.COUNT + part.lane());
                }
              }
              return names;
            });
    int[] all = new int[found.stream().mapToInt(each -> each.length).sum()];
    int at = 0;
    for (int[] each : found) {
      System.arraycopy(each, 0, all, at, each.length);
      at += each.length;
    }
    Arrays.sort(all);
    var members = new RoaringBitmap();
    members.addN(all, 0, all.length);
    return members;
  }

  private interface Reader<A> {
    A read(People.Part part, long[] bits);
  }

  private <A> List<A> sweep(Consumer<Sweep> watch, Reader<A> reader) {
    Plan plan = plan();
    List<People.Part> parts = people.parts();
    var sweep = new Sweep(parts.size());
    watch.accept(sweep);
    return sweep.over(
        Runtime.getRuntime().availableProcessors(),
        () -> {
          Plan.Evaluator evaluator = plan.evaluator();
          var there = new long[People.WORDS];
          var beside = new long[People.WORDS];
          var person = new Shown(people.view());
          Moment own = people.moment();
          return number -> {
            People.Part part = parts.get(number);
            people.roll().people(part.lane(), part.range(), there);
            part.beside(there, beside);
            long[] bits = evaluator.over(number);
            for (int i = 0; i < there.length; i++) {
              bits[i] &= there[i] & ~beside[i];
              for (long left = beside[i]; left != 0; left &= left - 1) {
                int place = (i << 6) + Long.numberOfTrailingZeros(left);
                if (rule.test(person.of(part, place), own)) {
                  bits[i] |= 1L << place;
                }
              }
            }
            return reader.read(part, bits);
          };
        });
  }

  private Plan.Source source(Condition leaf) {
    if (leaf instanceof Condition.HasIdentifier(IdentifierKind kind)) {
      return new Known(kind);
    }
    String trait = trait(leaf);
    Answers.Leaf kept = answers.of(leaf);
    int there = 0;
    int sliced = 0;
    int blocks = 0;
    for (People.Part part : people.parts()) {
      if (part.block() != null) {
        blocks++;
        there += kept.has(part.block().number(), stamp(leaf, part.block(), moment)) ? 1 : 0;
        sliced += trait != null && traits.has(part.block(), trait) ? 1 : 0;
      }
    }
    return new Columns(leaf, trait, kept, there, sliced, blocks);
  }

  /// The trait that a leaf asks for, or null.
  private static @Nullable String trait(Condition leaf) {
    return switch (leaf) {
      case Condition.HasTrait has -> has.trait();
      case Condition.DateIn date -> date.trait();
      default -> null;
    };
  }

  /// The times under which a leaf is asked, as far as a block's events can tell them apart.
  private static Stamp stamp(Condition leaf, Block block, Moment moment) {
    long now = moment.now().toEpochMilli();
    long nowHere = now >= block.lastMs() ? Long.MAX_VALUE : now;
    return switch (leaf) {
      case Condition.Did did -> stamp(did.window(), block, moment);
      case Condition.DidNot did -> stamp(did.window(), block, moment);
      case Condition.Measured measured -> stamp(measured.window(), block, moment);
      case Condition.Sequence sequence -> stamp(sequence.window(), block, moment);
      case Condition.EdgeValue edge -> stamp(edge.window(), block, moment);
      case Condition.Edge edge -> with(stamp(edge.window(), block, moment), nowHere);
      case Condition.HasTag tag ->
          tag.window() instanceof Window.Ever ? Stamp.ALWAYS : stamp(tag.window(), block, moment);
      case Condition.Unfollowed unfollowed ->
          with(stamp(unfollowed.window(), block, moment), over(unfollowed.within(), now, block));
      case Condition.InLifecycle _, Condition.InRfm _, Condition.DateIn _ ->
          new Stamp(moment.calendar().day(now), nowHere, 0);
      default -> Stamp.ALWAYS;
    };
  }

  private static Stamp stamp(Window window, Block block, Moment moment) {
    Window.Span span = moment.span(window);
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
    private final Answers.Leaf kept;
    private final int there;
    private final int sliced;
    private final int blocks;

    Columns(
        Condition leaf,
        @Nullable String trait,
        Answers.Leaf kept,
        int there,
        int sliced,
        int blocks) {
      this.leaf = leaf;
      this.trait = trait;
      this.kept = kept;
      this.there = there;
      this.sliced = sliced;
      this.blocks = blocks;
    }

    @Override
    public String how() {
      String otherwise =
          trait != null
              ? "bit-sliced trait (" + sliced + " sliced)"
              : Program.loops(leaf) ? "loops over columns" : "one by one";
      return there == blocks
          ? "kept for all " + blocks + " blocks"
          : there == 0
              ? otherwise + ", " + blocks + " blocks"
              : "kept for " + there + " of " + blocks + " blocks, else " + otherwise;
    }

    @Override
    public double cost() {
      double fresh =
          trait != null && sliced == blocks ? SLICED : Program.loops(leaf) ? LOOP : ONE_BY_ONE;
      return blocks == 0 ? KEPT : KEPT + fresh * (blocks - there) / blocks;
    }

    @Override
    public double share() {
      return kept.share(GUESS);
    }

    @Override
    public Plan.Asker asker() {
      var found = new boolean[1];
      var evaluator = new Program.Evaluator[1];
      var scratch = new long[People.WORDS];
      // A moment remembers what it was asked, and is for one thread.
      Moment own = people.moment();
      return stretch -> {
        Block block = people.parts().get(stretch).block();
        if (block == null) {
          return null;
        }
        Stamp stamp = stamp(leaf, block, own);
        Object answer = kept.get(block.number(), stamp, found);
        if (found[0]) {
          return answer;
        }
        if (trait != null) {
          sliced(traits.of(block, trait), own, scratch);
          return kept.put(block.number(), stamp, scratch);
        }
        if (evaluator[0] == null) {
          evaluator[0] = Program.compile(leaf, moment).evaluator();
        }
        long[] bits = evaluator[0].over(block, facts, null);
        return kept.put(block.number(), stamp, bits);
      };
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
    public Plan.Asker asker() {
      var bits = new long[People.WORDS];
      return stretch -> {
        People.Part part = people.parts().get(stretch);
        people.roll().known(part.lane(), part.range(), kind, bits);
        return bits;
      };
    }
  }

  /// What a block's people are asked beside their events: whoever is reachable has an address,
  /// which is asked elsewhere.
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
