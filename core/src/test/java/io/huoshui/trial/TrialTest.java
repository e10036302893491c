package io.huoshui.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.huoshui.Dice;
import io.huoshui.insight.Uplift.Arm;
import io.huoshui.insight.experiment.Normal;
import io.huoshui.insight.experiment.Rates;
import io.huoshui.journey.Journey;
import io.huoshui.journey.JourneyException;
import io.huoshui.journey.JourneyJson;
import io.huoshui.json.Json;
import io.huoshui.trial.TrialTable.BlockCounted;
import io.huoshui.trial.TrialTable.Counted;
import io.huoshui.trial.TrialTable.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TrialTest {
  private static Trial trial(String rest) {
    return TrialJson.read(
        Json.parse(
            ("{'trial':'spring','base':{'audience':'quiet'},'holdOut':20,'goal':{'event':'order_paid','within':'10d'},"
                    + rest
                    + "}")
                .replace('\'', '"')));
  }

  private static final String TWO_BY_TWO_BY_TWO =
      """
      'windows':[{'name':'am','waitUntil':'10:00'},{'name':'pm','waitUntil':'19:30'}],
      'incentives':[{'name':'none'},{'name':'eight','coupon':'eight_off'}],
      'messages':[{'name':'warm','send':'warm_words','withCoupon':'warm_coupon'},{'name':'cool','send':'cool_words','withCoupon':'cool_coupon'}]\
      """;

  private static final String BLOCKS =
      """
      'states':[{'name':'lapsed','if':'not did order_paid within 90d'},{'name':'recent'}],
      'attributes':[{'name':'milk','if':'has tag \\"milk\\"'},{'name':'other'}],\
      """;

  private static String factor(String list, String rest, int levels) {
    var names = new ArrayList<String>();
    for (int i = 0; i < levels; i++) {
      names.add(
          "{'name':'" + list.charAt(0) + i + "'" + rest.replace("#", String.valueOf(i)) + "}");
    }
    return "'" + list + "':[" + String.join(",", names) + "]";
  }

  private static Trial fraction(int windows, int incentives, int messages) {
    return trial(
        factor("windows", ",'wait':'#h'", windows)
            + ","
            + factor("incentives", ",'coupon':'c#'", incentives)
            + ","
            + factor("messages", ",'send':'m#','withCoupon':'m#'", messages)
            + ",'plan':'fraction'");
  }

  @Test
  void aTrialIsCompiledToAJourneyInWhichEachBlockGivesItsPeopleACell() {
    Trial trial = trial(BLOCKS + TWO_BY_TWO_BY_TWO);
    Journey journey = JourneyJson.read(trial.journey(), 1);

    assertThat(trial.blocks().stream().map(Trial.Block::name))
        .containsExactly("lapsed-milk", "lapsed-other", "recent-milk", "recent-other");
    assertThat(trial.cells()).hasSize(8);
    assertThat(journey.steps().getFirst()).isInstanceOf(Journey.Step.Branch.class);
    var branch = (Journey.Step.Branch) journey.steps().getFirst();
    assertThat(branch.arms().stream().map(Journey.Arm::next))
        .containsExactly("cell-lapsed-milk", "cell-lapsed-other", "cell-recent-milk");
    assertThat(branch.otherwise()).isEqualTo("cell-recent-other");
    var split = (Journey.Step.Split) Objects.requireNonNull(journey.step("cell-recent-other"));
    assertThat(split.shares().stream().mapToInt(Journey.Share::percent))
        .containsExactly(13, 13, 13, 13, 12, 12, 12, 12);
    assertThat(journey.step("pm-eight-cool-coupon"))
        .isEqualTo(
            new Journey.Step.IssueCoupon(
                "pm-eight-cool-coupon", "eight_off", "pm-eight-cool-send"));
    assertThat(journey.step("pm-eight-cool-send"))
        .isEqualTo(new Journey.Step.Send("pm-eight-cool-send", "cool_coupon", ""));
    assertThat(journey.step("am-none-warm-send"))
        .isEqualTo(new Journey.Step.Send("am-none-warm-send", "warm_words", ""));
    assertThat(trial.place(List.of("block", "cell-recent-milk", "pm-eight-cool-wait")))
        .isEqualTo(new Trial.Place("recent-milk", "pm-eight-cool"));
    assertThat(trial.place(List.of("block"))).isNull();
    assertThat(trial.people(Objects.requireNonNull(trial.block("recent-milk")), false))
        .isEqualTo(
            "in audience quiet and not ((not did order_paid within 90d) and (has tag \"milk\")) and"
                + " not ((not did order_paid within 90d)) and ((has tag \"milk\")) and not journey"
                + " spring sent");
  }

  @Test
  void aBanditGivesMoreToWhatDoesBetter() {
    Trial trial = trial(TWO_BY_TWO_BY_TWO + ",'plan':{'bandit':{'floor':4}}");
    Journey journey = JourneyJson.read(trial.journey(), 1);
    assertThat(journey.steps().getFirst()).isInstanceOf(Journey.Step.Adapt.class);
    assertThat(((Journey.Step.Adapt) journey.steps().getFirst()).floorPercent()).isEqualTo(4);
  }

  @Test
  void inAFractionAnyTwoLevelsMeetEquallyOftenAndNoSmallerOneWouldDo() {
    for (int a = 1; a <= 6; a++) {
      for (int b = 1; b <= 6; b++) {
        for (int c = 1; c <= 6; c++) {
          int apart = Fraction.apart(a, b, c);
          int[][] pairs = new int[3][36];
          int cells = 0;
          for (int i = 0; i < a; i++) {
            for (int j = 0; j < b; j++) {
              for (int k = 0; k < c; k++) {
                if (Fraction.has(i, j, k, apart)) {
                  cells++;
                  pairs[0][i * 6 + j]++;
                  pairs[1][i * 6 + k]++;
                  pairs[2][j * 6 + k]++;
                }
              }
            }
          }
          assertThat(cells).isEqualTo((int) Fraction.size(a, b, c));
          for (int[] pair : pairs) {
            assertThat(java.util.Arrays.stream(pair).filter(count -> count > 0).distinct().count())
                .as("%s × %s × %s", a, b, c)
                .isEqualTo(1);
          }
          assertThat(pairs[0]).contains(cells / (a * b));
          // Each pair equally often: a multiple of every product of two.
          assertThat(cells).isEqualTo(lcm(lcm(a * b, a * c), b * c));
        }
      }
    }
    assertThat(fraction(2, 2, 2).cells().stream().map(Trial.Cell::name))
        .containsExactly("w0-i0-m0", "w0-i1-m1", "w1-i0-m1", "w1-i1-m0");
    assertThat(fraction(3, 3, 3).cells()).hasSize(9);
    assertThat(TrialTable.aliases(fraction(2, 2, 4)))
        .containsEntry("window", List.of("incentive × message"))
        .containsEntry("message", List.of("window × incentive"));
    assertThat(TrialTable.aliases(fraction(2, 3, 2)).get("window")).isEmpty();
  }

  private static int lcm(int a, int b) {
    int multiple = a;
    while (multiple % b != 0) {
      multiple += a;
    }
    return multiple;
  }

  @Test
  void whatCanNotBeIsRefusedWithItsPlace() {
    assertThatThrownBy(() -> trial("'messages':[{'name':'only','send':'m'}]"))
        .isInstanceOf(JourneyException.class)
        .hasMessageContaining("allowed: 2 to 50");
    assertThatThrownBy(
            () ->
                trial(
                    "'incentives':[{'name':'none'},{'name':'eight','coupon':'e'}],'messages':[{'name':'m','send':'m'}]"))
        .isInstanceOf(JourneyException.class)
        .hasMessageContaining("withCoupon");
    assertThatThrownBy(
            () ->
                trial(
                    "'states':[{'name':'a'},{'name':'b','if':'did order_paid'}],"
                        + TWO_BY_TWO_BY_TWO))
        .isInstanceOf(JourneyException.class)
        .hasMessageContaining("states[0].if");
    assertThatThrownBy(
            () ->
                trial(
                    "'windows':[{'name':'am','waitUntil':'25:00'},{'name':'b'}],'messages':[{'name':'m','send':'m'}]"))
        .isInstanceOf(JourneyException.class)
        .hasMessageContaining("am-none-m-wait");
  }

  @Test
  void aPreviewSaysWhichCellsAreSmallAndWhatToDo() {
    Trial trial = trial(BLOCKS + TWO_BY_TWO_BY_TWO + ",'least':50");
    TrialPreview preview =
        TrialPreview.of(
            trial, Map.of("lapsed-milk", 1_000L, "lapsed-other", 300L, "recent-milk", 80L));
    assertThat(preview.blocks().getFirst())
        .isEqualTo(new TrialPreview.Line("lapsed-milk", 1_000, 200, 96, true));
    assertThat(preview.blocks().get(1).enough()).isFalse();
    assertThat(
            preview.advice().stream()
                .map(one -> one.kind().wire() + " " + one.block() + " " + one.number()))
        .containsExactly(
            "fraction  4",
            "merge_levels lapsed-other 4",
            "more_people lapsed-other 221",
            "more_people recent-milk 441",
            "more_people recent-milk 20",
            "empty recent-other 0");
    // Lehr's rule of thumb says 16 p(1-p)/d², here 16 · 0.06 · 0.94 / 0.02² = 2,256.
    assertThat(new Trial.Least(0, 0.02, 0.05, 0.8).each()).isBetween(2_150L, 2_270L);
  }

  @Test
  void sharesOfFalseDiscoveriesAreThoseOfTheTextbook() {
    // Benjamini and Hochberg 1995, section 4: at 5 % the first four are discoveries.
    double[] p = {
      0.0344, 0.0001, 1.0, 0.0019, 0.0278, 0.0004, 0.0298, 0.0459, 0.0095, 0.3240, 0.4262, 0.5719,
      0.0201, 0.6528, 0.7590
    };
    double[] q = Discoveries.q(p);
    assertThat(java.util.Arrays.stream(q).filter(one -> one <= 0.05).count()).isEqualTo(4);
    double[] expected = {
      0.0645, 0.0015, 1.0, 0.0095, 0.063857, 0.003, 0.063857, 0.0765, 0.035625, 0.486, 0.581182,
      0.714875, 0.0603, 0.753231, 0.813214
    };
    for (int i = 0; i < p.length; i++) {
      assertThat(q[i]).isCloseTo(expected[i], within(1e-6));
    }
    assertThat(Discoveries.q(new double[0])).isEmpty();
  }

  @Test
  void chancesAreThoseOfTables() {
    assertThat(Normal.above(1.959963984540054)).isCloseTo(0.025, within(1e-12));
    assertThat(Normal.above(4)).isCloseTo(3.167124183311986e-5, within(1e-15));
    assertThat(Normal.above(-1)).isCloseTo(0.8413447460685429, within(1e-12));
    assertThat(Normal.quantile(0.975)).isCloseTo(1.959963984540054, within(1e-9));
    // Fisher's tea: three of four cups.
    assertThat(Rates.p(3, 4, 1, 4)).isCloseTo(0.4857142857, within(1e-9));
    // Newcombe 1998, table II (a): 56/70 and 48/80, method 10.
    Rates.Interval interval = Rates.difference(56, 70, 48, 80);
    assertThat(interval.low()).isCloseTo(0.0524, within(5e-5));
    assertThat(interval.high()).isCloseTo(0.3339, within(5e-5));
  }

  /// A trial of four blocks and eight cells lived by people who reach the goal with these chances.
  private static Map<String, BlockCounted> live(
      Trial trial, Map<String, Double> effects, double base, int perCell, Dice dice) {
    var counted = new HashMap<String, BlockCounted>();
    for (Trial.Block block : trial.blocks()) {
      var cells = new HashMap<String, Counted>();
      for (Trial.Cell cell : trial.cells()) {
        Double more = effects.get(block.name() + " " + cell.name());
        cells.put(cell.name(), people(perCell, base + (more == null ? 0 : more), 5, dice));
      }
      counted.put(block.name(), new BlockCounted(people(2 * perCell, base, 0, dice), cells));
    }
    return counted;
  }

  private static Counted people(int many, double chance, long cost, Dice dice) {
    Counted counted = Counted.NOBODY;
    for (int i = 0; i < many; i++) {
      boolean reached = dice.fraction() < chance;
      counted = counted.plus(reached, reached ? 5_000 : 0, cost, cost > 0);
    }
    return counted;
  }

  /// Neighbouring seeds are one stream of chance, a step apart: worlds begin far from each other.
  private static Dice world(int number) {
    return new Dice(new Dice(number).bits());
  }

  @Test
  void whereNothingDoesAnythingSeldomAnythingIsDiscovered() {
    Trial trial = trial(BLOCKS + TWO_BY_TWO_BY_TWO + ",'fdr':0.1");
    for (double base : new double[] {0.03, 0.2}) {
      int fooled = 0;
      for (int world = 1; world <= 600; world++) {
        fooled +=
            TrialTable.of(trial, live(trial, Map.of(), base, 150, world(world))).rows().stream()
                    .anyMatch(Row::discovery)
                ? 1
                : 0;
      }
      // Under the null every discovery is false, so their share is how often there is any.
      assertThat(fooled / 600.0).isLessThan(0.1 + 3 * Math.sqrt(0.1 * 0.9 / 600));
    }
  }

  @Test
  void whatWasPlantedComesFirst() {
    Trial trial = trial(BLOCKS + TWO_BY_TWO_BY_TWO + ",'fdr':0.1");
    Map<String, Double> planted =
        Map.of("lapsed-milk pm-eight-warm", 0.25, "recent-other am-none-cool", 0.20);
    double falseShare = 0;
    for (int world = 1; world <= 100; world++) {
      TrialTable.Results results =
          TrialTable.of(trial, live(trial, planted, 0.05, 200, world(world)));
      List<Row> best = TrialTable.sorted(results.rows(), TrialTable.Column.UPLIFT, true, _ -> true);
      var first = new HashSet<String>();
      best.subList(0, 2).forEach(row -> first.add(row.block() + " " + row.cell()));
      assertThat(first).isEqualTo(planted.keySet());
      assertThat(best.getFirst().discovery()).isTrue();
      List<Row> found = results.rows().stream().filter(Row::discovery).toList();
      falseShare +=
          (double)
                  found.stream()
                      .filter(row -> !first.contains(row.block() + " " + row.cell()))
                      .count()
              / found.size();
      List<Row> byQ = TrialTable.sorted(results.rows(), TrialTable.Column.Q, false, _ -> true);
      assertThat(byQ.getFirst().q()).isLessThan(0.001);
    }
    assertThat(falseShare / 100).isLessThan(0.1 + 0.05);
  }

  @Test
  void mainEffectsAreFoundInAFractionAndSayWhatTheyAreMixedWith() {
    Trial trial = fraction(2, 2, 2);
    var cells = new HashMap<String, Counted>();
    for (Trial.Cell cell : trial.cells()) {
      // Windows do ±4 %, incentives ±2 %, messages nothing; 10 % on average, exactly.
      long reached =
          1_000L
              + (cell.window().name().equals("w1") ? 400 : -400)
              + (cell.incentive().name().equals("i1") ? 200 : -200);
      cells.put(
          cell.name(),
          new Counted(10_000, reached, new Arm(10_000, reached, reached), 10_000, 50_000));
    }
    TrialTable.Results results =
        TrialTable.of(
            trial,
            Map.of(
                "all-all",
                new BlockCounted(
                    new Counted(10_000, 400, new Arm(10_000, 400, 400), 0, 0), cells)));
    assertThat(
            results.effects().stream()
                .map(
                    one -> one.factor() + " " + one.level() + " " + Math.round(one.effect() * 1e6)))
        .containsExactly(
            "window w0 -40000",
            "window w1 40000",
            "incentive i0 -20000",
            "incentive i1 20000",
            "message m0 0",
            "message m1 0");
    assertThat(results.effects().getFirst().aliases()).containsExactly("incentive × message");
    TrialTable.Effect message = results.effects().getLast();
    assertThat(message.low()).isNegative();
    assertThat(message.high()).isPositive();
    // Four cells of 10,000: the standard error of half a difference of two halves is
    // √(p(1-p)/40,000).
    assertThat(message.high()).isCloseTo(1.96 * Math.sqrt(0.1 * 0.9 / 40_000), within(1e-5));
  }

  @Test
  void cellsWithTooFewPeopleAreShownAndCountForNothing() {
    Trial trial = trial(TWO_BY_TWO_BY_TWO + ",'least':100");
    var cells = new HashMap<String, Counted>();
    cells.put("am-none-warm", new Counted(99, 90, new Arm(99, 90, 90), 99, 0));
    cells.put("pm-none-warm", new Counted(100, 30, new Arm(100, 30, 30), 100, 200));
    List<Row> rows =
        TrialTable.of(
                trial,
                Map.of(
                    "all-all",
                    new BlockCounted(new Counted(100, 10, new Arm(100, 10, 10), 0, 0), cells)))
            .rows();
    Row few =
        rows.stream().filter(row -> row.cell().equals("am-none-warm")).findFirst().orElseThrow();
    assertThat(few.tooFew()).isTrue();
    assertThat(few.q()).isNull();
    assertThat(few.discovery()).isFalse();
    assertThat(few.roi()).isNull();
    Row enough =
        rows.stream().filter(row -> row.cell().equals("pm-none-warm")).findFirst().orElseThrow();
    assertThat(enough.q()).isEqualTo(enough.p());
    assertThat(enough.discovery()).isTrue();
    assertThat(enough.roi()).isEqualTo(20 / 200.0);
    assertThat(TrialTable.sorted(rows, TrialTable.Column.Q, false, _ -> true).getFirst())
        .isEqualTo(enough);
    assertThat(
            TrialTable.sorted(rows, TrialTable.Column.ROI, true, row -> row.window().equals("pm")))
        .hasSize(4)
        .startsWith(enough);
  }
}
