package io.huoshui.server.audience;

import static io.huoshui.server.audience.Town.items;
import static io.huoshui.server.audience.Town.rule;
import static io.huoshui.server.audience.Town.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How a rule is answered is said with the answer.
class PlanOverHttpTest {
  private static final String RULE =
      "has city = \"上海\" and (did order_paid or has tag vip) and not has consent sms";

  @TempDir Path folder;

  private static Json plan(Town town, String rule) throws Exception {
    return town.post("/api/v1/segments/plan", rule(rule));
  }

  /// `depth what: held/asked` of each step.
  private static List<String> steps(Json plan) {
    return items(plan, "steps").stream()
        .map(
            step ->
                text(step, "depth")
                    + " "
                    + text(step, "what")
                    + ": "
                    + text(step, "held")
                    + "/"
                    + text(step, "asked"))
        .toList();
  }

  @Test
  void stepsAreSaidInTheirOrderWithWhatCameOfThem() throws Exception {
    try (Town town = Town.founded(folder)) {
      Json fresh = plan(town, RULE);
      // In no block yet: everybody is asked the rule, and for the explanation each step.
      assertThat(text(fresh, "fresh")).isEqualTo("13");
      assertThat(text(fresh, "count")).isEqualTo("1");
      assertThat(text(fresh, "reused.asked")).isEqualTo("0");
      assertThat(steps(fresh))
          .contains("0 all: 1/13", "1 has city = \"上海\": 6/13", "2 has consent sms: 3/13");

      town.post("/api/v1/segments", "{\"name\":\"buyers\",\"text\":\"did order_paid\"}");
      town.post("/api/v1/audiences", "{\"name\":\"spring\",\"segment\":\"buyers\"}");
      Json asked = plan(town, "in audience spring");
      assertThat(steps(asked)).containsExactly("0 in audience spring: 6/13");
      assertThat(text(items(asked, "steps").getFirst(), "how")).startsWith("under the lock");
      assertThat(
              text(
                  town.refused(422, "POST", "/api/v1/segments/plan", rule("in segment buyrs")),
                  "code"))
          .isEqualTo("unknown_segment");

      // Written into blocks: one of each lane that has somebody.
      town.post("/api/v1/erasures/clean", "");
      Json first = plan(town, RULE);
      assertThat(text(first, "fresh")).isEqualTo("0");
      assertThat(text(first, "stretches")).isEqualTo("13");
      assertThat(text(first, "reused.kept")).isEqualTo("0");
      assertThat(text(first, "of.people")).isEqualTo("13");

      Json again = plan(town, RULE);
      assertThat(text(again, "rule.text")).isEqualTo(RULE.replace("vip", "\"vip\""));
      assertThat(text(again, "count")).isEqualTo("1");
      assertThat(text(again, "reused.share")).isEqualTo("1.0");
      assertThat(steps(again).getFirst()).isEqualTo("0 all: 1/13");
      for (Json step : items(again, "steps")) {
        if (!List.of("all", "any", "not").contains(text(step, "what"))) {
          assertThat(text(step, "how")).startsWith("kept ");
          assertThat(Double.parseDouble(text(step, "costMicros"))).isPositive();
          assertThat(text(step, "kept")).isEqualTo(text(step, "stretches"));
        }
      }

      // What somebody does who is in a block changes only what asks for it.
      town.take(List.of(town.event("page_viewed", Town.phone(2), "{}")));
      assertThat(text(plan(town, RULE), "reused.share")).isEqualTo("1.0");
      town.take(List.of(town.event("consent_withdrawn", Town.phone(2), "{\"channel\":\"sms\"}")));
      Json later = plan(town, RULE);
      assertThat(text(later, "fresh")).isEqualTo("0");
      assertThat(text(later, "count")).isEqualTo("2");

      // One part is edited: the others are not asked again.
      Json edited = plan(town, RULE.replace("vip", "gold"));
      assertThat(text(edited, "count")).isEqualTo("2");
      Json city = step(edited, "has city");
      assertThat(text(city, "how")).isEqualTo("kept 13/13");
      assertThat(text(city, "kept")).isEqualTo("13");
      Json gold = step(edited, "has tag");
      assertThat(text(gold, "how")).isEqualTo("loops over columns, 13 blocks");
      assertThat(text(gold, "kept")).isEqualTo("0");
      assertThat(steps(plan(town, "has city = \"上海\" and (did order_paid or has tag gold)")))
          .containsExactly(
              "0 all: 3/13",
              "1 has city = \"上海\": 6/13",
              "1 any: 3/6",
              "2 did order_paid: 3/6",
              "2 has tag \"gold\": 0/6");
    }
  }

  private static Json step(Json plan, String what) {
    return items(plan, "steps").stream()
        .filter(step -> text(step, "what").startsWith(what))
        .findFirst()
        .orElseThrow();
  }
}
