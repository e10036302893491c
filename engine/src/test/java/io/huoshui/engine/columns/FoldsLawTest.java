package io.huoshui.engine.columns;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.engine.Dice;
import io.huoshui.event.Value;
import io.huoshui.profile.EventList;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Fold;
import io.huoshui.profile.Funnel;
import io.huoshui.profile.Operator;
import io.huoshui.profile.Period;
import io.huoshui.profile.Rfm;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Window;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Folds, RFM and funnels of a whole block say of each person what core says of that person.
class FoldsLawTest {
  private static final List<String> KEYS =
      List.of("amountFen", "weight", "quantity", "category", "sku", "orderId", "name", "city");

  @Test
  void aFoldOfABlockIsTheFoldOfEachTimeline() {
    Dice.overSeeds(
        250,
        seed -> {
          var dice = new Dice(seed * 31);
          Crowd crowd = Crowd.any(seed);
          Block block = crowd.block();
          for (int i = 0; i < 12; i++) {
            Fold.Kind kind = dice.of(Fold.Kind.values());
            boolean bare = !kind.numeric() && dice.chance(30);
            Fold fold =
                kind == Fold.Kind.COUNT ? Fold.count() : new Fold(kind, bare ? "" : dice.of(KEYS));
            EventPattern pattern =
                dice.chance(20)
                    ? EventPattern.of("profile_updated")
                    : ProgramLawTest.pattern(crowd, dice);
            Window.Span span = ProgramLawTest.window(crowd, dice).at(crowd.now, crowd.zone);
            Folds.Answers answers = new Folds(fold, pattern, span).over(block, null);
            for (int local = 0; local < block.span(); local++) {
              Value expected = fold.over(pattern, timeline(crowd, local), span);
              assertThat(answers.value(local))
                  .as("%s of %s in %s of local %s", fold, pattern, span, local)
                  .isEqualTo(expected);
              assertThat(answers.has(local)).isEqualTo(expected != null);
              assertThat((Double) answers.number(local))
                  .isEqualTo((Double) (expected == null ? Double.NaN : expected.asNumber()));
            }
          }
        });
  }

  /// A block's own text, and the same text learned before its next row was written.
  @Test
  void aTextLearnedLateIsTheSameText() {
    var words = new Words();
    int sku = words.key("sku");
    for (int i = 0; i < Words.MOST_TEXTS_PER_KEY; i++) {
      words.text(sku, "t" + i);
    }
    var writer = new BlockWriter(words, 0, 1, 1);
    writer.local(0);
    for (int i = 0; i < 4; i++) {
      writer.event(i, words.name("product_viewed"), words.source("pos"), 0);
      writer.property(sku, Value.of(i == 1 ? "other" : "late"));
      if (i == 1) {
        words.text(words.key("category"), "late");
      }
    }
    Block block = Block.read(writer.finish(Crowd.SEAL, 1), words, Crowd.SEAL);
    assertThat(block.columns(sku)).hasSize(2);
    var ever = new Window.Span(Long.MIN_VALUE, Long.MAX_VALUE);
    EventPattern viewed = EventPattern.of("product_viewed");
    assertThat(
            new Folds(new Fold(Fold.Kind.DISTINCT, "sku"), viewed, ever).over(block, null).value(0))
        .isEqualTo(Value.of(2));
    EventPattern late =
        EventPattern.of(
            "product_viewed", new EventPattern.Where("sku", Operator.EQUAL, Value.of("late")));
    assertThat(new Folds(Fold.count(), late, ever).over(block, null).value(0))
        .isEqualTo(Value.of(3));
  }

  private static Timeline timeline(Crowd crowd, int local) {
    return new EventList(crowd.events.get(local));
  }

  @Test
  void rfmOfABlockIsTheRfmOfEachTimeline() {
    Dice.overSeeds(
        250,
        seed -> {
          var dice = new Dice(seed * 37);
          Crowd crowd = Crowd.any(seed);
          Block block = crowd.block();
          Window window = ProgramLawTest.window(crowd, dice);
          Rfms.Answers answers = new Rfms(window, crowd.now, crowd.zone).over(block, null);
          for (int local = 0; local < block.span(); local++) {
            assertThat(answers.get(local))
                .isEqualTo(Rfm.of(timeline(crowd, local), window, crowd.now, crowd.zone));
          }
        });
  }

  @Test
  void funnelsOfABlockReachWhatEachTimelineReaches() {
    Dice.overSeeds(
        250,
        seed -> {
          var dice = new Dice(seed * 41);
          Crowd crowd = Crowd.any(seed);
          Block block = crowd.block();
          for (int i = 0; i < 5; i++) {
            var funnel =
                new Funnel(
                    dice.list(1, 5, () -> ProgramLawTest.pattern(crowd, dice)),
                    Period.parse(dice.of("0m", "30m", "5h", "2d", "30d", "900d")),
                    Window.ever());
            Window.Span span = ProgramLawTest.window(crowd, dice).at(crowd.now, crowd.zone);
            byte[] levels = new Funnels(funnel, span).levels(block);
            long[] expected = new long[funnel.steps().size() + 1];
            for (int local = 0; local < block.span(); local++) {
              int level = funnel.level(timeline(crowd, local), span);
              assertThat((int) levels[local]).isEqualTo(level);
              expected[level]++;
            }
            long[] histogram = new long[expected.length];
            new Funnels(funnel, span).over(block, null, histogram);
            assertThat(histogram).isEqualTo(expected);
          }
        });
  }

  @Test
  void daysAreTheCalendarsDays() {
    Dice.overSeeds(
        100,
        seed -> {
          var dice = new Dice(seed);
          ZoneId zone =
              ZoneId.of(
                  dice.of(
                      "Asia/Shanghai",
                      "Pacific/Apia",
                      "America/St_Johns",
                      "Australia/Lord_Howe",
                      "Africa/Casablanca",
                      "UTC"));
          var days = new LocalDays(zone);
          for (int i = 0; i < 500; i++) {
            Instant at = Instant.ofEpochMilli((dice.bits() >>> 22) - (1L << 40));
            if (dice.chance(50)) {
              var change = zone.getRules().nextTransition(at);
              at = change == null ? at : change.getInstant().plusMillis(dice.between(-1, 1));
            }
            assertThat(days.of(at.toEpochMilli()))
                .as("%s in %s", at, zone)
                .isEqualTo(
                    at.truncatedTo(ChronoUnit.MILLIS).atZone(zone).toLocalDate().toEpochDay());
          }
        });
  }
}
