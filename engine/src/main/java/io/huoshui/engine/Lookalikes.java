package io.huoshui.engine;

import io.huoshui.audience.Condition;
import io.huoshui.audience.Moment;
import io.huoshui.audience.RuleText;
import io.huoshui.audience.lookalike.Features;
import io.huoshui.audience.lookalike.Likeness;
import io.huoshui.audience.lookalike.Quality;
import io.huoshui.audience.lookalike.Sample;
import io.huoshui.audience.lookalike.Traces;
import io.huoshui.audience.lookalike.Vocabulary;
import io.huoshui.engine.columns.Sweep;
import io.huoshui.event.EventCatalogue;
import io.huoshui.profile.Draw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.roaringbitmap.RoaringBitmap;

/// Finds the people most like those of a seed, as of one instant. A model learns from a bounded
/// sample; then everybody who has events is scored once, and only the best are kept.
public final class Lookalikes {
  /// With fewer a model learns chance.
  public static final int FEWEST = 100;

  /// What such a question begins with among those under way.
  public static final String QUESTION = "lookalikes of ";

  private static final int MOST_OF_SEED = 10_000;
  private static final int MOST_OF_REST = 30_000;
  private static final int DRIVERS = 12;
  private static final int SHOWN = 20;
  private static final int REASONS = 5;

  private final Picture picture;
  private final EventCatalogue events;

  /// Per ordinal the name of the profile, -1 where there is none now.
  private final int[] names;

  /// The state must not change meanwhile.
  Lookalikes(State at) {
    this.picture = new Picture(at);
    this.events = at.catalogue();
    this.names = at.names();
  }

  /// @param size how many are wanted
  /// @param withSeed whether people of the seed may be among them
  public record Asked(Condition seed, int size, boolean withSeed) {
    @Override
    public String toString() {
      return QUESTION + RuleText.write(seed);
    }
  }

  /// What came of it.
  public sealed interface Outcome {}

  /// Too few to learn from.
  ///
  /// @param seed people of the seed who have events
  /// @param others people who have events and are not in it
  public record TooFew(int seed, int others) implements Outcome {}

  /// One of the found.
  ///
  /// @param chance the share of people with such a score who are in the seed
  public record Like(int profile, double chance, List<Likeness.Driver> reasons) {
    public Like {
      reasons = List.copyOf(reasons);
    }
  }

  /// @param seed people of the seed who have events
  /// @param others everybody else who has
  /// @param features how many questions were asked of each
  /// @param first the first of them with their reasons
  /// @param ranked the profiles found, the likest first
  public record Found(
      int seed,
      int others,
      int features,
      Quality quality,
      List<Likeness.Driver> drivers,
      List<Like> first,
      Ranked ranked)
      implements Outcome {
    public Found {
      drivers = List.copyOf(drivers);
      first = List.copyOf(first);
    }
  }

  /// Profiles in order.
  public static final class Ranked {
    private final int[] profiles;

    private Ranked(int[] profiles) {
      this.profiles = profiles;
    }

    public int size() {
      return profiles.length;
    }

    /// @param rank 0 is the likest
    public int profile(int rank) {
      return profiles[rank];
    }

    public RoaringBitmap members() {
      return RoaringBitmap.bitmapOf(profiles);
    }
  }

  /// @param seed names of profiles
  /// @param watch is told of each sweep before it begins: two over the sample, one of learning, one
  ///   over everybody
  Outcome find(RoaringBitmap seed, int size, boolean withSeed, Consumer<Sweep> watch) {
    var moment = new Moment(picture.now(), picture.zone());
    int inSeed = seed.getCardinality();
    int people = (int) Arrays.stream(names).filter(name -> name >= 0).count();
    double seedShare = Math.min(1, MOST_OF_SEED / (double) Math.max(1, inSeed));
    double restShare = Math.min(1, MOST_OF_REST / (double) Math.max(1, people - inSeed));
    IntPredicate sampled =
        ordinal ->
            names[ordinal] >= 0
                && Draw.fraction("lookalike sample", names[ordinal])
                    < (seed.contains(names[ordinal]) ? seedShare : restShare);

    Features features = vocabulary(sampled, watch).features();
    List<Sample.Row> rows = rows(sampled, seed, features, moment, watch);
    long ofSeed = rows.stream().filter(Sample.Row::seed).count();
    if (ofSeed < FEWEST || rows.size() - ofSeed < FEWEST) {
      return new TooFew((int) ofSeed, (int) (rows.size() - ofSeed));
    }
    var sample = new Sample(features, rows, seedShare, restShare);
    var learning = new Sweep(Sample.PARTS);
    watch.accept(learning);
    List<Sample.Judged> judged =
        learning.over(Runtime.getRuntime().availableProcessors(), () -> sample::judge);
    Likeness model = Likeness.of(sample, judged);

    return score(model, features, moment, seed, size, withSeed, watch);
  }

  private Vocabulary vocabulary(IntPredicate sampled, Consumer<Sweep> watch) {
    var parts = new ConcurrentLinkedQueue<Vocabulary>();
    picture.each(
        watch,
        sampled,
        () -> {
          var words = new Vocabulary();
          parts.add(words);
          return (_, view) -> words.add(view);
        });
    var all = new Vocabulary();
    parts.forEach(all::add);
    return all;
  }

  private List<Sample.Row> rows(
      IntPredicate sampled,
      RoaringBitmap seed,
      Features features,
      Moment moment,
      Consumer<Sweep> watch) {
    var rows = new ConcurrentLinkedQueue<Sample.Row>();
    picture.each(
        watch,
        sampled,
        () -> {
          Traces traces = features.traces(moment);
          return (ordinal, view) ->
              rows.add(
                  new Sample.Row(names[ordinal], seed.contains(names[ordinal]), traces.of(view)));
        });
    return new ArrayList<>(rows);
  }

  /// What one thread found.
  private static final class Finds {
    final Best best;
    int seed;
    int others;

    Finds(int most) {
      this.best = new Best(most);
    }
  }

  private Found score(
      Likeness model,
      Features features,
      Moment moment,
      RoaringBitmap seed,
      int size,
      boolean withSeed,
      Consumer<Sweep> watch) {
    var parts = new ConcurrentLinkedQueue<Finds>();
    picture.each(
        watch,
        ordinal -> names[ordinal] >= 0,
        () -> {
          Traces traces = features.traces(moment);
          var finds = new Finds(size);
          parts.add(finds);
          return (ordinal, view) -> {
            boolean in = seed.contains(names[ordinal]);
            finds.seed += in ? 1 : 0;
            finds.others += in ? 0 : 1;
            if (withSeed || !in) {
              finds.best.offer(model.score(model.code(traces.of(view))), ordinal);
            }
          };
        });
    var all = new Finds(size);
    for (Finds part : parts) {
      all.best.add(part.best);
      all.seed += part.seed;
      all.others += part.others;
    }
    all.best.order();
    int[] profiles = new int[all.best.size()];
    for (int rank = 0; rank < profiles.length; rank++) {
      profiles[rank] = names[all.best.number(rank)];
    }
    return new Found(
        all.seed,
        all.others,
        model.features(),
        model.quality(),
        model.drivers(DRIVERS, events),
        first(model, features, moment, all.best),
        new Ranked(profiles));
  }

  private List<Like> first(Likeness model, Features features, Moment moment, Best best) {
    Traces traces = features.traces(moment);
    View view = picture.view();
    var first = new ArrayList<Like>();
    for (int rank = 0; rank < Math.min(SHOWN, best.size()); rank++) {
      picture.show(best.number(rank), view);
      byte[] row = model.code(traces.of(view));
      first.add(
          new Like(
              names[best.number(rank)],
              model.chance(best.score(rank)),
              model.reasons(row, REASONS, events)));
    }
    return first;
  }
}
