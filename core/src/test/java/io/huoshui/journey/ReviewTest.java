package io.huoshui.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What a review says of definitions that do not work, and of those that are odd.
class ReviewTest {
  /// `order_paid` and `page_viewed` are sent, `live_joined` never was; template `hi` has the coupon
  /// and a name without a word for the nameless; coupon `ten` holds ten days.
  private static final Review.Surroundings BRAND =
      new Review.Surroundings() {
        @Override
        public @Nullable Boolean sent(String event) {
          return switch (event) {
            case "order_paid", "page_viewed" -> true;
            case "live_joined", "coupon_expired" -> false;
            default -> null;
          };
        }

        @Override
        public @Nullable List<String> unguarded(String template) {
          return switch (template) {
            case "hi" -> List.of("name");
            case "code" -> List.of();
            default -> null;
          };
        }

        @Override
        public boolean couponIn(String template) {
          return template.equals("code");
        }

        @Override
        public @Nullable Integer couponDays(String template) {
          return template.equals("ten") ? 10 : null;
        }

        @Override
        public boolean journey(String name) {
          return name.equals("j") || name.equals("care");
        }

        @Override
        public boolean hook(String name) {
          return name.equals("crm");
        }
      };

  private static List<String> review(String rest) {
    String json =
        ("{'journey':'j',"
                + (rest.contains("'entry'") ? "" : "'entry':{'event':'order_paid'},")
                + rest
                + "}")
            .replace('\'', '"');
    return Review.of(JourneyJson.read(Json.parse(json), 1), BRAND).stream()
        .map(finding -> (finding.refuses() ? "!" : "") + finding.code() + "@" + finding.step())
        .toList();
  }

  @TestFactory
  Stream<DynamicTest> whatCanNotWorkIsRefusedAtItsStep() {
    return """
    'holdOut':20,'goal':{'event':'order_paid','within':'9d'},'autopilot':{'first':1000},'steps':[{'id':'a','exit':true}] | !autopilot_entry@
    'entry':{'audience':'x'},'autopilot':{'first':1000},'steps':[{'id':'a','exit':true}]  | !autopilot_hold_out@ !autopilot_goal@
    'entry':{'audience':'x'},'holdOut':20,'goal':{'event':'order_paid','within':'9d'},'reentry':{'after':'9d'},'autopilot':{'first':1000},'steps':[{'id':'a','exit':true}] | !autopilot_reentry@
    'entry':{'audience':'x'},'holdOut':20,'goal':{'event':'order_paid','within':'9d'},'autopilot':{'first':249},'steps':[{'id':'a','exit':true}] | autopilot_small@
    'entry':{'audience':'x'},'holdOut':20,'goal':{'event':'order_paid','within':'9d'},'autopilot':{'first':250},'steps':[{'id':'a','exit':true}] |
    'steps':[{'id':'a','wait':'1d'},{'id':'b','exit':true}]                               |
    'steps':[{'id':'a','wait':'1d','next':'c'},{'id':'b','tag':'x'},{'id':'c','exit':true}] | !unreachable_step@b
    'steps':[{'id':'a','waitFor':{'event':'order_payed','atMost':'1d'}}]                  | !unknown_event@a
    'steps':[{'id':'a','waitFor':{'event':'live_joined','atMost':'1d'}}]                  | nobody_sends@a
    'steps':[{'id':'a','waitFor':{'event':'coupon_expired','atMost':'1d'}}]               |
    'steps':[{'id':'a','branch':[{'if':'did live_joined','next':'end'}],'otherwise':'end'}] | nobody_sends@a
    'steps':[{'id':'a','send':'hi'}]                                                      | !no_fallback@a
    'steps':[{'id':'a','send':'code'}]                                                    |
    'steps':[{'id':'a','coupon':'ten'},{'id':'w','wait':'9d'},{'id':'s','send':'code'}]   |
    'steps':[{'id':'a','coupon':'ten'},{'id':'w','wait':'10d'},{'id':'s','send':'code'}]  | !coupon_ends_first@s
    'steps':[{'id':'a','coupon':'ten'},{'id':'b','branch':[{'if':'did order_paid','next':'s'}],'otherwise':'w'},{'id':'w','wait':'20d'},{'id':'s','send':'code'}] |
    'steps':[{'id':'a','start':'nobody'}]                                                 | !unknown_journey@a
    'steps':[{'id':'a','start':'care'}]                                                   |
    'steps':[{'id':'a','tell':'erp'}]                                                     | !unknown_hook@a
    'holdOut':10,'steps':[{'id':'a','tag':'x'}]                                           | no_goal@
    'exits':[{'event':'order_payed'}],'steps':[{'id':'a','wait':'1d'}]                    | !unknown_event@
    'goal':{'event':'live_joined','within':'1d'},'steps':[{'id':'a','wait':'1d'}]         | nobody_sends@
    """
        .lines()
        .map(
            line -> {
              List<String> cells = Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
              return DynamicTest.dynamicTest(
                  cells.get(0),
                  () ->
                      assertThat(review(cells.get(0)))
                          .containsExactlyElementsOf(
                              cells.get(1).isEmpty()
                                  ? List.of()
                                  : Arrays.asList(cells.get(1).split(" ", -1))));
            });
  }

  @Test
  void aMigrationSaysWhereEachWaitLeads() {
    Journey one =
        read("'steps':[{'id':'a','wait':'1d'},{'id':'b','wait':'2d'},{'id':'c','tag':'x'}]", 1);
    Journey two =
        read("'steps':[{'id':'n','tag':'y'},{'id':'b','wait':'3d'},{'id':'z','wait':'1d'}]", 2);

    assertThat(Migration.between(one, two, java.util.Map.of()).to())
        .isEqualTo(java.util.Map.of("a", "", "b", "b"));
    assertThat(Migration.between(one, two, java.util.Map.of("a", "z")).to())
        .isEqualTo(java.util.Map.of("a", "z", "b", "b"));
    for (var wrong : List.of(java.util.Map.of("a", "n"), java.util.Map.of("c", "z"))) {
      assertThat(
              org.assertj.core.api.Assertions.catchThrowable(
                  () -> Migration.between(one, two, wrong)))
          .isInstanceOf(JourneyException.class);
    }
  }

  private static Journey read(String rest, int version) {
    return JourneyJson.read(
        Json.parse(("{'journey':'j','entry':{'call':true}," + rest + "}").replace('\'', '"')),
        version);
  }

  @Test
  void aSplitThatLearnsFavoursTheArmThatReachesMoreAndGivesNoneUp() {
    Journey journey =
        read(
            "'steps':[{'id':'s','adapt':{'floor':10,'arms':[{'name':'a','next':'x'},{'name':'b','next':'y'}]}},"
                + "{'id':'x','tag':'x','next':'end'},{'id':'y','tag':'y'}]",
            1);
    var split = (Journey.Step.Adapt) journey.steps().getFirst();
    Arms known = (_, _, _, arm) -> new Arms.Tally(400, arm.equals("a") ? 20 : 60);
    int[] knowing = new int[2];
    int[] unknowing = new int[2];
    for (int person = 0; person < 10_000; person++) {
      knowing[Arms.choose(journey, split, person, known)]++;
      unknowing[Arms.choose(journey, split, person, Arms.UNKNOWN)]++;
      assertThat(Arms.choose(journey, split, person, known))
          .isEqualTo(Arms.choose(journey, split, person, known));
    }
    assertThat(unknowing[0]).isBetween(4_500, 5_500);
    assertThat(knowing[0]).as("the floor, and hardly more").isBetween(900, 1_150);
  }

  @Test
  void aDrawnRateIsThatOfItsBeta() {
    double sum = 0;
    double squares = 0;
    int n = 20_000;
    for (int i = 0; i < n; i++) {
      double rate = new Arms.Chance("x", i).beta(3, 9);
      sum += rate;
      squares += rate * rate;
    }
    double mean = sum / n;
    // Beta(3, 9): mean 1/4, variance 3·9 / (12²·13).
    assertThat(mean).isBetween(0.245, 0.255);
    assertThat(squares / n - mean * mean).isBetween(0.0134, 0.0155);
  }
}
