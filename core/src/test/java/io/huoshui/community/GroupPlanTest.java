package io.huoshui.community;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.Dice;
import io.huoshui.json.Json;
import io.huoshui.json.UnreadableException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GroupPlanTest {
  private static final ZoneId ZONE = ZoneId.of("Asia/Kathmandu");

  /// A Sunday, 15:00 in Kathmandu.
  private static final Instant OPENED = Instant.parse("2026-03-01T09:15:00Z");

  private static GroupPlan plan(String late) {
    return CommunityJson.plan(
        Json.parse(
            """
            {"groupPlan": "month", "labels": ["new"], "late": "%s", "holidays": ["2026-03-09"],
             "lines": [
              {"id": "hello", "after": "10m", "text": "hi"},
              {"id": "early", "day": 0, "at": "10:00", "text": "before it was opened"},
              {"id": "rules", "day": 0, "at": "20:00", "text": "rules"},
              {"id": "d1", "day": 1, "at": "09:30", "text": "one"},
              {"id": "mon", "weekly": ["mon", "thu"], "at": "09:30", "holiday": "skip", "stages": ["growth", "peak"], "text": "rhythm"},
              {"id": "feast", "weekly": ["mon"], "at": "08:00", "holiday": "only", "text": "feast"},
              {"id": "day", "on": "2026-03-11", "at": "08:00", "text": "sale"}
             ]}
            """
                .formatted(late)));
  }

  private static List<String> posts(GroupPlan plan, Instant after, Instant until) {
    return plan.posts("g", OPENED, after, until, ZONE).stream()
        .map(post -> post.line().id() + " " + post.at().atZone(ZONE).toLocalDateTime())
        .toList();
  }

  @Test
  void aPlanIsDatedPosts() {
    assertThat(posts(plan("skip"), OPENED.minusSeconds(1), OPENED.plus(Duration.ofDays(12))))
        .containsExactly(
            "hello 2026-03-01T15:10",
            "rules 2026-03-01T20:00",
            "d1 2026-03-02T09:30",
            "mon 2026-03-02T09:30",
            "mon 2026-03-05T09:30",
            "feast 2026-03-09T08:00",
            "day 2026-03-11T08:00",
            "mon 2026-03-12T09:30");
  }

  @Test
  void whateverTheStepsOfAHostEachOccurrenceIsDueInExactlyOne() {
    Dice.overSeeds(
        100,
        seed -> {
          var dice = new Dice(seed);
          GroupPlan plan = plan("run");
          Instant end = OPENED.plus(Duration.ofDays(30));
          List<String> whole = posts(plan, OPENED.minusSeconds(1), end);
          var pieces = new ArrayList<String>();
          Instant at = OPENED.minusSeconds(1);
          while (at.isBefore(end)) {
            Instant next = at.plusSeconds(dice.between(1, 400_000));
            next = next.isAfter(end) ? end : next;
            pieces.addAll(posts(plan, at, next));
            at = next;
          }
          assertThat(pieces).isEqualTo(whole);
        });
  }

  @Test
  void aMinuteThatWasMissedByARestartIsNotLost() {
    GroupPlan plan = plan("2h");
    Instant nine = Instant.parse("2026-03-02T03:45:00Z");
    // The host stood still from 09:29:30 to 09:31:10.
    List<GroupPlan.Post> due =
        plan.posts("g", OPENED, nine.minusSeconds(30), nine.plusSeconds(70), ZONE);
    assertThat(due).extracting(post -> post.line().id()).containsExactly("d1", "mon");
    assertThat(plan.verdict(due.getFirst(), Stage.BIRTH, false, nine.plusSeconds(70)))
        .isEqualTo(new GroupPlan.Verdict.Go());
    assertThat(plan.verdict(due.getFirst(), Stage.BIRTH, false, nine.plusSeconds(7_201)))
        .isEqualTo(new GroupPlan.Verdict.Not("late"));
    assertThat(plan("skip").verdict(due.getFirst(), Stage.BIRTH, false, nine))
        .isEqualTo(new GroupPlan.Verdict.Go());
    assertThat(plan("skip").verdict(due.getFirst(), Stage.BIRTH, false, nine.plusSeconds(1)))
        .isEqualTo(new GroupPlan.Verdict.Not("late"));
  }

  @Test
  void silentGroupsAreLeftAloneAndLinesHoldToTheirStages() {
    GroupPlan plan = plan("run");
    GroupPlan.Post rhythm =
        plan.posts("g", OPENED, OPENED, OPENED.plus(Duration.ofDays(2)), ZONE).stream()
            .filter(post -> post.line().id().equals("mon"))
            .findFirst()
            .orElseThrow();
    Instant now = rhythm.at();
    assertThat(plan.verdict(rhythm, Stage.PEAK, false, now)).isEqualTo(new GroupPlan.Verdict.Go());
    assertThat(plan.verdict(rhythm, null, false, now)).isEqualTo(new GroupPlan.Verdict.Go());
    assertThat(plan.verdict(rhythm, Stage.DECLINE, false, now))
        .isEqualTo(new GroupPlan.Verdict.Not("stage"));
    assertThat(plan.verdict(rhythm, Stage.SILENCE, false, now))
        .isEqualTo(new GroupPlan.Verdict.Not("silent"));
    assertThat(plan.verdict(rhythm, Stage.PEAK, true, now))
        .isEqualTo(new GroupPlan.Verdict.Not("dissolved"));
  }

  @Test
  void theNextPostIsKnownWithoutLooking() {
    GroupPlan plan = plan("run");
    assertThat(plan.next("g", OPENED, OPENED, Duration.ofDays(7), ZONE))
        .isEqualTo(OPENED.plusSeconds(600));
    assertThat(plan.next("g", OPENED, OPENED.plusSeconds(600), Duration.ofHours(1), ZONE)).isNull();
  }

  @Test
  void aTimeThatAClockChangeSkipsIsPostedAfterTheGapAndOnce() {
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    GroupPlan plan =
        CommunityJson.plan(
            Json.parse(
                "{\"groupPlan\":\"p\",\"lines\":[{\"id\":\"a\",\"weekly\":[\"sun\"],\"at\":\"02:30\",\"text\":\"x\"}]}"));
    Instant opened = Instant.parse("2026-03-20T00:00:00Z");
    assertThat(
            plan.posts("g", opened, opened, Instant.parse("2026-03-30T00:00:00Z"), berlin).stream()
                .map(GroupPlan.Post::at))
        .containsExactly(
            Instant.parse("2026-03-22T01:30:00Z"), Instant.parse("2026-03-29T01:30:00Z"));
  }

  @Test
  void aPlanMeansGroupsByNameOrLabel() {
    assertThat(plan("run").means("g", Set.of("new", "x"))).isTrue();
    assertThat(plan("run").means("g", Set.of("x"))).isFalse();
  }

  @Test
  void whatCanNotBePostedIsRefusedWithItsPlace() {
    String[][] table = {
      {"{\"id\":\"a\",\"text\":\"x\",\"at\":\"09:00\"}", "groupPlan.lines[0]"},
      {
        "{\"id\":\"a\",\"text\":\"x\",\"at\":\"09:00\",\"day\":0,\"weekly\":[\"mon\"]}",
        "groupPlan.lines[0]"
      },
      {"{\"id\":\"a\",\"text\":\"x\",\"day\":0}", "groupPlan.lines[0].at"},
      {"{\"id\":\"a\",\"text\":\"x\",\"at\":\"24:00\",\"day\":0}", "groupPlan.lines[0].at"},
      {"{\"id\":\"a\",\"at\":\"09:00\",\"day\":0}", "groupPlan.lines[0].text"},
      {"{\"id\":\"a\",\"text\":\"x\",\"at\":\"09:00\",\"day\":-1}", "groupPlan.lines[0].day"},
      {
        "{\"id\":\"a\",\"text\":\"x\",\"at\":\"09:00\",\"weekly\":[\"someday\"]}",
        "groupPlan.lines[0].weekly[0]"
      },
      {"{\"id\":\"a\",\"text\":\"x\",\"at\":\"09:00\",\"weekly\":[]}", "groupPlan.lines[0].weekly"},
      {
        "{\"id\":\"a\",\"text\":\"x\",\"at\":\"09:00\",\"day\":0,\"stages\":[\"dead\"]}",
        "groupPlan.lines[0].stages[0]"
      },
    };
    for (String[] line : table) {
      assertThatThrownBy(
              () ->
                  CommunityJson.plan(
                      Json.parse("{\"groupPlan\":\"p\",\"lines\":[" + line[0] + "]}")))
          .as(line[0])
          .isInstanceOfSatisfying(
              UnreadableException.class, e -> assertThat(e.where()).isEqualTo(line[1]));
    }
  }
}
