package io.huoshui.engine.columns;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.engine.Dice;
import io.huoshui.insight.sheet.By;
import io.huoshui.insight.sheet.FirstLook;
import io.huoshui.insight.sheet.Glance;
import io.huoshui.insight.sheet.Grouped;
import io.huoshui.insight.sheet.Question;
import io.huoshui.insight.sheet.QuestionJson;
import io.huoshui.insight.sheet.Scene;
import io.huoshui.insight.sheet.SheetJson;
import io.huoshui.json.Json;
import io.huoshui.json.Place;
import io.huoshui.profile.EventList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A sheet of blocks is the sheet of their timelines, put in one by one.
class SheetLoopsLawTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'kind':'funnel','steps':['product_viewed','order_paid'],'within':'30d'}",
        "{'kind':'funnel','steps':['order_paid','order_paid','product_purchased'],"
            + "'within':'300d','window':'within 60d'}",
        "{'kind':'funnel','steps':['order_paid','order_paid'],'within':'300d','times':true}",
        "{'kind':'cohort','grain':'day','periods':300}",
        "{'kind':'cohort','grain':'week','window':'within 90d'}",
        "{'kind':'cohort','grain':'half_month','sum':''}",
        "{'kind':'cohort','grain':'month','rolling':true}",
        "{'kind':'cohort','grain':'week','unbounded':true,'periods':5}",
        "{'kind':'cohort','entry':'product_viewed','returning':'order_paid where [amountFen > 50]',"
            + "'grain':'week','unbounded':true,'rolling':true}",
        "{'kind':'rfm'}",
        "{'kind':'rfm','layout':'cells','window':'within 90d'}",
        "{'kind':'rfm','layout':'classes','scores':'fixed'}",
        "{'kind':'new_old','grain':'week'}",
        "{'kind':'concentration'}",
        "{'kind':'repurchase'}",
      })
  void asTimelineByTimeline(String json) {
    Question question =
        QuestionJson.read(new Place(Json.parse(json.replace('\'', '"')), "question"));
    Dice.overSeeds(
        60,
        seed -> {
          var dice = new Dice(seed * 61);
          Crowd crowd = Crowd.any(seed);
          By by = dice.chance(70) ? new By.Nothing() : new By.FirstSource();
          Block block = crowd.block();
          long[] skip = dice.chance(50) ? null : new long[(block.span() + 63) / 64];
          for (int local = 0; skip != null && local < block.span(); local++) {
            if (dice.chance(20)) {
              Bits.set(skip, local);
            }
          }
          Scene scene = new Scene(crowd.now, crowd.zone);
          var ours = new Glance(question, by, scene);
          SheetLoops.first(question, by, scene).over(block, skip, ours);
          var theirs = new Glance(question, by, scene);
          each(crowd, skip, theirs::add);
          assertThat(ours.people()).isEqualTo(theirs.people());
          assertThat(ours.groups(9))
              .isEqualTo(by instanceof By.Nothing ? ours.groups(9) : theirs.groups(9));
          assertThat(counted(question, by, ours, crowd, block, skip, true))
              .isEqualTo(counted(question, by, theirs, crowd, block, skip, false));
        });
  }

  private static String counted(
      Question question,
      By by,
      Glance glance,
      Crowd crowd,
      Block block,
      long @Nullable [] skip,
      boolean byColumns) {
    Scene scene = new Scene(crowd.now, crowd.zone);
    FirstLook first = question.looksTwice() ? glance.look() : FirstLook.NOTHING;
    glance.look().settle();
    var into = new Grouped(question, by, glance.groups(2), first, scene);
    if (byColumns) {
      SheetLoops.of(question, by, first, scene).over(block, skip, into);
    } else {
      each(crowd, skip, into::add);
    }
    var said = new StringBuilder().append(into.people());
    into.tallies()
        .forEach(
            (group, tally) ->
                said.append('\n')
                    .append(group)
                    .append(tally.people())
                    .append(SheetJson.write(question.sheet(tally, scene)).write()));
    return said.toString();
  }

  private static void each(
      Crowd crowd, long @Nullable [] skip, java.util.function.Consumer<EventList> see) {
    for (int local = 0; local < crowd.events.size(); local++) {
      if (!crowd.events.get(local).isEmpty() && (skip == null || !Bits.get(skip, local))) {
        see.accept(new EventList(crowd.events.get(local)));
      }
    }
  }
}
