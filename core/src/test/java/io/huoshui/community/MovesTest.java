package io.huoshui.community;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.Dice;
import io.huoshui.community.Moves.Candidate;
import io.huoshui.community.Moves.Limits;
import io.huoshui.community.Moves.Target;
import io.huoshui.community.Moves.Why;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// 大池洗小池: who is invited where, by whom, when.
class MovesTest {
  private static final LocalDate FIRST = LocalDate.parse("2026-03-02");
  private static final Limits LIMITS = new Limits(1, 2, 3, FIRST, 2, true);

  private static Candidate candidate(int person, String guide, double score, String... themes) {
    return new Candidate(person, guide, List.of(themes), Set.of(), score);
  }

  private static List<String> lines(Moves.Plan plan) {
    var lines = new ArrayList<String>();
    plan.invitations()
        .forEach(
            each ->
                lines.add(
                    each.person()
                        + " → "
                        + each.chat()
                        + " by "
                        + each.guide()
                        + " day "
                        + (each.day().toEpochDay() - FIRST.toEpochDay())));
    plan.left().forEach(each -> lines.add(each.person() + " " + each.why().wire()));
    return lines;
  }

  @Test
  void theBestComeFirstAndEverybodyElseHasAReason() {
    List<Target> targets =
        List.of(
            new Target("milk1", "small", "milk", "zhang", 10, 6),
            new Target("milk2", "small", "milk", "li", 10, 7),
            new Target("tea", "small", "tea", "li", 5, 4));
    Moves.Plan plan =
        Moves.plan(
            List.of(
                candidate(1, "li", 9, "milk"),
                candidate(2, "zhang", 8, "milk"),
                candidate(3, "zhang", 7, "milk"),
                candidate(4, "zhang", 6, "milk"),
                // milk1 has four seats, one stays free; it is full after three. Zhang's day is full
                // too, so
                // the owner of the other group invites.
                candidate(5, "zhang", 5, "milk"),
                candidate(6, "", 4, "milk"),
                candidate(7, "", 3, "tea"),
                candidate(8, "zhang", 2, "cheese"),
                new Candidate(9, "zhang", List.of("milk"), Set.of("small"), 1)),
            targets,
            LIMITS);
    assertThat(lines(plan))
        .containsExactly(
            "1 → milk2 by li day 0",
            "2 → milk1 by zhang day 0",
            "3 → milk1 by zhang day 0",
            "4 → milk1 by zhang day 1",
            "5 → milk2 by li day 0",
            "6 full",
            "7 full",
            "8 no_theme",
            "9 already_in_one");
    assertThat(plan.reasons()).containsEntry(Why.FULL, 2).containsEntry(Why.NO_THEME, 1);
  }

  @Test
  void nobodyIsInvitedByNobodyAndDaysEnd() {
    List<Target> targets = List.of(new Target("a", "small", "x", "", 100, 0));
    assertThat(lines(Moves.plan(List.of(candidate(1, "", 1, "x")), targets, LIMITS)))
        .containsExactly("1 no_guide");
    var many = new ArrayList<Candidate>();
    for (int i = 0; i < 6; i++) {
      many.add(candidate(i, "zhang", -i, "x"));
    }
    assertThat(lines(Moves.plan(many, targets, LIMITS))).endsWith("4 no_day", "5 no_day");
  }

  @Test
  void noSeatGuideOrDayIsPromisedTwice() {
    Dice.overSeeds(
        200,
        seed -> {
          var dice = new Dice(seed);
          var targets = new ArrayList<Target>();
          for (int i = dice.between(1, 5); i > 0; i--) {
            targets.add(
                new Target(
                    "c" + i,
                    dice.of("k", "l"),
                    dice.of("x", "y"),
                    dice.of("", "g1", "g2"),
                    dice.between(0, 20),
                    dice.between(0, 12)));
          }
          var candidates = new ArrayList<Candidate>();
          for (int i = dice.between(0, 60); i > 0; i--) {
            candidates.add(
                new Candidate(
                    dice.roll(50),
                    dice.of("", "g1", "g2", "g3"),
                    dice.list(0, 2, () -> dice.of("x", "y", "z")),
                    dice.chance(20) ? Set.of("k") : Set.of(),
                    dice.roll(5)));
          }
          var limits =
              new Limits(
                  dice.roll(3),
                  dice.between(1, 4),
                  dice.between(1, 6),
                  FIRST,
                  dice.between(1, 5),
                  dice.chance(50));
          Moves.Plan plan = Moves.plan(candidates, targets, limits);
          var perChat = new HashMap<String, Integer>();
          var perGuide = new HashMap<String, Integer>();
          var perDay = new HashMap<String, Integer>();
          var people = new ArrayList<Integer>();
          for (Moves.Invitation each : plan.invitations()) {
            perChat.merge(each.chat(), 1, Integer::sum);
            perGuide.merge(each.guide() + each.day(), 1, Integer::sum);
            perDay.merge(each.chat() + each.day(), 1, Integer::sum);
            people.add(each.person());
            assertThat(each.guide()).isNotEmpty();
            assertThat(each.day()).isBetween(FIRST, FIRST.plusDays(limits.days() - 1L));
          }
          for (Target target : targets) {
            int came = perChat.getOrDefault(target.chat(), 0);
            assertThat(came == 0 || target.taken() + came + limits.reserve() <= target.capacity())
                .isTrue();
          }
          assertThat(perGuide.values()).allMatch(n -> n <= limits.perGuideAndDay());
          assertThat(perDay.values()).allMatch(n -> n <= limits.perTargetAndDay());
          plan.left().forEach(each -> people.add(each.person()));
          assertThat(people)
              .doesNotHaveDuplicates()
              .containsExactlyInAnyOrderElementsOf(
                  candidates.stream().map(Candidate::person).distinct().toList());
        });
  }
}
