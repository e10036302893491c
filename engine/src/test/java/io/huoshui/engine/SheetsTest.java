package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.insight.sheet.By;
import io.huoshui.insight.sheet.FirstLook;
import io.huoshui.insight.sheet.Glance;
import io.huoshui.insight.sheet.Question;
import io.huoshui.insight.sheet.QuestionJson;
import io.huoshui.insight.sheet.Scene;
import io.huoshui.insight.sheet.Sheet;
import io.huoshui.insight.sheet.SheetJson;
import io.huoshui.insight.sheet.Tally;
import io.huoshui.json.Json;
import io.huoshui.json.Place;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.roaringbitmap.RoaringBitmap;

/// A sheet of everybody is what core says of each person; whoever opens a cell finds those who were
/// counted.
class SheetsTest {
  private static State brand(long seed) {
    var state = new State();
    state.apply(
        new Entry.Configured(
            java.time.Instant.parse("2026-03-05T08:00:00Z").toEpochMilli(),
            seed % 2 == 0 ? "Asia/Shanghai" : "America/St_Johns",
            "https://b.example"));
    var dice = new Dice(seed);
    var lives = new Lives(dice);
    for (int number = 0; number < 250; number++) {
      Rewriting.some(state, dice);
      state.apply(Entries.random(state, dice, lives, number));
    }
    return state;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'kind':'cohort','grain':'week'}",
        "{'kind':'funnel','steps':['page_viewed','order_paid'],'within':'90d'}",
        "{'kind':'rfm','layout':'classes'}",
        "{'kind':'lifecycle_flow'}",
        "{'kind':'new_old','grain':'month'}",
      })
  void aSheetIsWhatCoreSaysOfEach(String json) {
    Question question =
        QuestionJson.read(new Place(Json.parse(json.replace('\'', '"')), "question"));
    Dice.overSeeds(
        12,
        seed -> {
          State state = brand(seed);
          same(state, question, null);
          var some = new RoaringBitmap();
          for (int profile = 0; profile < state.graph.nodes(); profile += 2) {
            if (state.graph.person(profile)) {
              some.add(profile);
            }
          }
          same(state, question, some);
        });
  }

  private static void same(State state, Question question, @Nullable RoaringBitmap who) {
    var asked = new Sheets.Asked(question, new By.Nothing(), who, Map.of());
    Sheets.Part part = new Sheets(state).answer(asked, _ -> {}).parts().getFirst();
    var scene = new Scene(state.now(), state.zone());
    var glance = new Glance(question, new By.Nothing(), scene);
    each(state, who, glance::add);
    glance.look().settle();
    var tally =
        new Tally(question, question.looksTwice() ? glance.look() : FirstLook.NOTHING, scene);
    each(state, who, tally::add);
    assertThat(SheetJson.write(part.sheet()).write())
        .isEqualTo(SheetJson.write(question.sheet(tally, scene)).write());
    for (Sheet.Cell cell : part.sheet().cells()) {
      RoaringBitmap people =
          new Sheets(state).open(asked, part.group(), cell.row(), cell.column(), _ -> {});
      assertThat(people.getLongCardinality()).isEqualTo(cell.people());
    }
  }

  private static void each(
      State state, @Nullable RoaringBitmap who, java.util.function.Consumer<View> see) {
    View view = state.view();
    for (int profile = 0; profile < state.graph.nodes(); profile++) {
      if (state.graph.person(profile) && (who == null || who.contains(profile))) {
        view.of(profile);
        if (view.size() > 0) {
          see.accept(view);
        }
      }
    }
  }

  /// What people have together with what they have alone is what all have.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void groupsStandSideBySide(long seed) {
    State state = brand(seed);
    Question question =
        QuestionJson.read(new Place(Json.parse("{\"kind\":\"concentration\"}"), "question"));
    var even = new RoaringBitmap();
    var odd = new RoaringBitmap();
    for (int profile = 0; profile < state.graph.nodes(); profile++) {
      (profile % 2 == 0 ? even : odd).add(profile);
    }
    var all = new Sheets.Asked(question, new By.Nothing(), null, Map.of());
    var groups =
        new Sheets.Asked(
            question,
            new By.Nothing(),
            null,
            new java.util.TreeMap<>(Map.of("even", even, "odd", odd)));
    Sheets.Answer answer = new Sheets(state).answer(groups, _ -> {});
    assertThat(answer.parts()).extracting(Sheets.Part::group).containsExactly("even", "odd");
    assertThat(people(answer)).isEqualTo(people(new Sheets(state).answer(all, _ -> {})));
    var bySource = new Sheets.Asked(question, new By.FirstSource(), null, Map.of());
    Sheets.Answer sources = new Sheets(state).answer(bySource, _ -> {});
    assertThat(people(sources)).isEqualTo(people(answer));
    for (Sheets.Part part : sources.parts()) {
      for (Sheet.Cell cell : part.sheet().cells()) {
        assertThat(
                new Sheets(state)
                    .open(bySource, part.group(), cell.row(), cell.column(), _ -> {})
                    .getLongCardinality())
            .isEqualTo(cell.people());
      }
    }
  }

  private static long people(Sheets.Answer answer) {
    return answer.parts().stream()
        .flatMap(part -> part.sheet().cells().stream())
        .mapToLong(Sheet.Cell::people)
        .sum();
  }
}
