package io.huoshui.insight.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.event.EventCatalogue;
import io.huoshui.json.Json;
import io.huoshui.json.UnreadableException;
import io.huoshui.profile.Grain;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReviewTest {
  private static List<Finding> review(String json) {
    return Review.of(MetricJson.read(Json.parse(json)), EventCatalogue.standard());
  }

  @Test
  void theShippedTreesHoldTogether() {
    assertThat(Review.of(Shipped.set(), EventCatalogue.standard())).isEmpty();
    var metrics = new Metrics(Shipped.set(), EventCatalogue.standard());
    assertThat(metrics.trees()).hasSize(6);
    assertThat(metrics.slices("scan_rate"))
        .containsExactly("channel", "card", "region", "store", "guide");
    assertThat(metrics.slices("new_customer_sales")).containsExactly("channel", "store", "guide");
    assertThat(metrics.anySlices("new_customer_sales"))
        .containsExactly("channel", "card", "region", "store", "guide", "campaign", "source");
    assertThat(metrics.grain("gmv")).isEqualTo(Grain.DAY);
  }

  @Test
  void everythingIsSaidAtOnce() {
    List<Finding> findings =
        review(
            """
            {"dimensions": [{"name": "city"}],
             "metrics": [
              {"name": "a", "formula": "b × 2"},
              {"name": "b", "formula": "c + ordrs"},
              {"name": "c", "formula": "a - orders"},
              {"name": "orders", "count": "order_payed", "slices": ["gide", "city"]},
              {"name": "packages", "given": [], "grain": "month"},
              {"name": "scans", "people": "card_scanned"},
              {"name": "rate", "formula": "scans / packages"},
              {"name": "friends", "formula": "packages × rate",
               "targets": [{"days": "2026-07-03", "value": 3}]},
              {"name": "odd", "formula": "scans +* 2"},
              {"name": "2nd", "formula": "scans"},
              {"name": "scans", "people": "card_scanned"},
              {"name": "self", "formula": "self / 2"},
              {"name": "many", "formula": "(a+1)×(b+1)×(c+1)×orders×packages×scans×rate×friends×odd"}],
             "trees": [{"name": "t", "root": "frends"}]}
            """);
    assertThat(findings.stream().map(f -> f.code().wire() + " " + f.metric() + " " + f.value()))
        .containsExactly(
            "bad_name 2nd 2nd",
            "twice scans scans",
            "unknown_name b ordrs",
            "unknown_event orders order_payed",
            "unknown_dimension orders gide",
            "bad_formula odd scans +* 2",
            "too_many_factors many 9",
            "cycle a b × 2",
            "cycle self self / 2",
            "mixed_grain rate day, month",
            "bad_target friends 2026-07-03",
            "unknown_name t frends");
    assertThat(findings.get(2).near()).contains("orders");
    assertThat(findings.get(2).path()).isEqualTo("b → ordrs");
    assertThat(findings.get(3).near()).first().isEqualTo("order_paid");
    assertThat(findings.get(4).near()).contains("guide");
    assertThat(findings.get(7).path()).isEqualTo("a → b → c → a");
    assertThat(findings.get(8).path()).isEqualTo("self → self");
    assertThat(findings.get(9).path()).isEqualTo("rate → scans (day); rate → packages (month)");
    assertThat(findings.getLast().near()).contains("friends");
    assertThatThrownBy(
            () ->
                new Metrics(
                    MetricJson.read(
                        Json.parse("{\"metrics\":[{\"name\":\"x\",\"formula\":\"x\"}]}")),
                    EventCatalogue.standard()))
        .hasMessageContaining("x → x");
  }

  /// Each stands twice on the next: two to the thirtieth nodes, written out.
  @Test
  void aTreeThatGrowsWithoutEndIsRefused() {
    var metrics = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      metrics.append("{\"name\":\"a%d\",\"formula\":\"a%d + b%d\"},".formatted(i, i + 1, i));
      metrics.append("{\"name\":\"b%d\",\"formula\":\"a%d × 2\"},".formatted(i, i + 1));
    }
    assertThat(
            review(
                "{\"metrics\":["
                    + metrics
                    + "{\"name\":\"a30\",\"count\":\"order_paid\"}],\"trees\":[{\"name\":\"t\",\"root\":\"a0\"}]}"))
        .extracting(Finding::code)
        .containsExactly(Finding.Code.TOO_LARGE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"name": "a"}                                                   | set.metrics[0]            | one of count, people, sum, distinct, given, formula
          {"name": "a", "count": "order_paid", "formula": "b"}            | set.metrics[0]            | one of count, people, sum, distinct, given, formula
          {"name": "a", "formula": "b", "slices": ["guide"]}              | set.metrics[0].slices     | nothing beside formula
          {"name": "a", "sum": {"events": "order_paid"}}                  | set.metrics[0].sum.property | a text
          {"name": "a", "count": "order_paid where [x"}                   | set.metrics[0].count      |
          {"name": "a", "count": []}                                      | set.metrics[0].count      | an event at least
          {"name": "a", "count": "order_paid", "grain": "year"}           | set.metrics[0].grain      | day, week, half_month, month, quarter
          {"name": "a", "given": [], "targets": [{"value": 1}]}           | set.metrics[0].targets[0] | either days or each
          {"name": "a", "given": [], "targets": [{"days": "2026-7", "value": 1}]} | set.metrics[0].targets[0].days | 2026-07-01
          {"name": "a", "given": [], "colour": "red"}                     | set.metrics[0]            | better, count
          """)
  void whatIsNoMetricIsRefusedAtItsPlace(String metric, String where, String allowed) {
    assertThatThrownBy(() -> MetricJson.read(Json.parse("{\"metrics\": [" + metric + "]}")))
        .isInstanceOfSatisfying(
            UnreadableException.class,
            refused -> {
              assertThat(refused.where()).startsWith(where);
              assertThat(refused.allowed()).startsWith(allowed == null ? "" : allowed);
            });
  }
}
