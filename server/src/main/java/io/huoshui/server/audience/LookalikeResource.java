package io.huoshui.server.audience;

import io.huoshui.audience.Audience;
import io.huoshui.audience.Condition;
import io.huoshui.audience.RuleText;
import io.huoshui.audience.lookalike.Likeness;
import io.huoshui.audience.lookalike.Quality;
import io.huoshui.engine.Engine;
import io.huoshui.engine.Lookalikes;
import io.huoshui.engine.Questions;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Problem;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// People like those of a seed, with what makes them so, kept as an audience.
@RestController
@RequestMapping("/api/v1/audiences/lookalike")
class LookalikeResource {
  private static final int MOST = 10_000_000;

  /// The answers that tell most, as an audit wants to read them next to the audience.
  private static final int NOTED = 5;

  private final Engine engine;
  private final Freezing freezing;
  private final Audit audit;

  LookalikeResource(Engine engine, Freezing freezing, Audit audit) {
    this.engine = engine;
    this.freezing = freezing;
    this.audit = audit;
  }

  /// One of the three.
  ///
  /// @param text a rule
  record Seed(@Nullable String audience, @Nullable String segment, @Nullable String text) {}

  /// @param includeSeed whether people of the seed may be among them; no, when it is left out
  /// @param name of the audience; without one the answer is given and nothing kept
  record Wanted(
      @Nullable Seed seed, int size, @Nullable Boolean includeSeed, @Nullable String name) {}

  /// @param times by how much the answer multiplies the odds, against the others' average
  /// @param ofSeed the share of the seed with this answer
  /// @param ofOthers the share of everybody else
  record DriverView(
      String feature,
      @Nullable String about,
      String zh,
      String en,
      double times,
      double ofSeed,
      double ofOthers) {
    static DriverView of(Likeness.Driver driver) {
      return new DriverView(
          driver.feature().kind().name().toLowerCase(Locale.ROOT),
          driver.feature().word().isEmpty() ? null : driver.feature().word(),
          driver.zh(),
          driver.en(),
          driver.times(),
          driver.ofSeed(),
          driver.ofRest());
    }
  }

  /// @param chance the share of people with such a score who are in the seed
  record LikeView(String profile, double chance, List<DriverView> reasons) {
    static LikeView of(Lookalikes.Like like) {
      return new LikeView(
          "p" + like.profile(),
          like.chance(),
          like.reasons().stream().map(DriverView::of).toList());
    }
  }

  /// @param seed people of the seed who have events
  /// @param others everybody else who has
  /// @param quality how well a fifth of them is told apart by a model of the other four fifths
  /// @param found how many people were wanted and are there
  record Answer(
      @Nullable AudienceView audience,
      int seed,
      int others,
      int features,
      Quality quality,
      int found,
      List<DriverView> drivers,
      List<LikeView> first) {}

  @PostMapping
  Answer find(@RequestBody Wanted wanted) {
    String name = wanted.name();
    Condition seed = seed(wanted.seed());
    check(wanted.size(), name);
    boolean withSeed = Boolean.TRUE.equals(wanted.includeSeed());
    Lookalikes.Found found = found(new Lookalikes.Asked(seed, wanted.size(), withSeed));
    AudienceView kept = null;
    if (name != null) {
      Audience audience =
          freezing.choose(
              name, said(seed, withSeed, found), audit.who(), false, found.ranked().members());
      audit.record("lookalike_kept", name);
      kept = AudienceView.of(audience, null, engine.now());
    }
    return new Answer(
        kept,
        found.seed(),
        found.others(),
        found.features(),
        found.quality(),
        found.ranked().size(),
        found.drivers().stream().map(DriverView::of).toList(),
        found.first().stream().map(LikeView::of).toList());
  }

  private Lookalikes.Found found(Lookalikes.Asked asked) {
    try {
      return switch (engine.ask().lookalikes(asked)) {
        case Lookalikes.Found found -> found;
        case Lookalikes.TooFew(int seed, int others) ->
            throw Problem.of(
                    HttpStatus.UNPROCESSABLE_CONTENT,
                    seed < Lookalikes.FEWEST ? "seed_too_small" : "others_too_few",
                    "A model is learnt from at least "
                        + Lookalikes.FEWEST
                        + " people of the seed who have events, and as many others; here are "
                        + seed
                        + " and "
                        + others
                        + ".")
                .at(
                    "seed",
                    seed + " of the seed, " + others + " others",
                    "at least " + Lookalikes.FEWEST + " of each")
                .next(
                    seed < Lookalikes.FEWEST
                        ? "Take a wider seed, or one of more time; until then a rule picks better."
                        : "Take a narrower seed: nearly everybody is in this one.")
                .thrown();
      };
    } catch (CancellationException e) {
      throw Problem.cancelled(e);
    }
  }

  private Condition seed(@Nullable Seed seed) {
    long named =
        seed == null
            ? 0
            : Stream.of(seed.audience() != null, seed.segment() != null, seed.text() != null)
                .filter(is -> is)
                .count();
    if (seed == null || named != 1) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_seed", "A lookalike has one seed.")
          .at("seed", String.valueOf(seed), "one of \"audience\", \"segment\", \"text\"")
          .thrown();
    }
    if (seed.text() != null) {
      return RuleText.parse(seed.text());
    }
    Questions ask = engine.ask();
    if (seed.segment() != null) {
      return ask.segments().stream()
          .filter(line -> line.segment().name().equals(seed.segment()))
          .map(line -> line.segment().rule())
          .findFirst()
          .orElseThrow(
              () ->
                  Problem.of(
                          HttpStatus.NOT_FOUND,
                          "unknown_segment",
                          "No segment '" + seed.segment() + "'.")
                      .thrown());
    }
    String audience = String.valueOf(seed.audience());
    if (ask.audiences().stream().noneMatch(known -> known.name().equals(audience))) {
      throw Problem.of(HttpStatus.NOT_FOUND, "unknown_audience", "No audience '" + audience + "'.")
          .thrown();
    }
    return new Condition.InAudience(audience);
  }

  private void check(int size, @Nullable String name) {
    if (size < 1 || size > MOST) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_size", "So many people can not be found.")
          .at("size", Integer.toString(size), "1 to " + MOST)
          .thrown();
    }
    if (name != null) {
      freezing.free(name);
    }
  }

  /// How they were chosen, as it stays with the audience.
  private static String said(Condition seed, boolean withSeed, Lookalikes.Found found) {
    Quality quality = found.quality();
    return String.format(
        Locale.ROOT,
        "the %d of %d people most like the %d of (%s), %s them; told apart with AUC %.3f"
            + " (%.3f-%.3f); by %s",
        found.ranked().size(),
        found.others() + (withSeed ? found.seed() : 0),
        found.seed(),
        RuleText.write(seed),
        withSeed ? "with" : "without",
        quality.auc(),
        quality.from(),
        quality.to(),
        String.join("; ", found.drivers().stream().limit(NOTED).map(Likeness.Driver::en).toList()));
  }

  /// @param done how many of `all` steps of the present part are done
  record UnderWay(String question, int done, int all) {}

  /// What is being looked for now.
  @GetMapping
  List<UnderWay> underWay() {
    return asked().map(one -> new UnderWay(one.question(), one.done(), one.all())).toList();
  }

  /// Ends it; whoever asked gets `cancelled`.
  @DeleteMapping
  List<UnderWay> cancel() {
    List<UnderWay> was = underWay();
    asked().forEach(one -> one.cancel().run());
    return was;
  }

  private Stream<Questions.UnderWay> asked() {
    return engine.ask().underWay().stream()
        .filter(one -> one.question().startsWith(Lookalikes.QUESTION));
  }
}
