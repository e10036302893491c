package io.huoshui.profile;

import static io.huoshui.Someone.did;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.Someone;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.profile.EventPattern.Where;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FoldTest {
  private static final ZoneId ZONE = ZoneId.of("America/St_Johns");
  private static final Instant NOW = Instant.parse("2026-03-10T15:00:00Z");

  private static final Timeline TIMELINE =
      EventList.of(
          did("product_purchased", "2026-03-01T10:00:00Z", "sku", "a", "n", 3, "w", 0.5),
          did("product_purchased", "2026-03-08T10:00:00Z", "sku", "b", "n", -7, "w", 1.25),
          did("product_purchased", "2026-03-09T10:00:00Z", "sku", "a", "n", 10, "half", 1),
          did("product_purchased", "2026-03-09T10:00:00Z", "sku", "c", "n", "ten", "half", 0.5),
          did("page_viewed", "2026-03-09T11:00:00Z", "n", 99),
          did("product_purchased", "2026-03-11T10:00:00Z", "sku", "d", "n", 1_000));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      textBlock =
          """
          # kind   | property | window | answer
          COUNT    | none     | 999d   | 4
          COUNT    | none     | 1d     | 2
          COUNT    | none     | 0d     | 0
          SUM      | n        | 999d   | 6
          SUM      | w        | 999d   | 1.75
          SUM      | half     | 999d   | 1.5
          SUM      | n        | 0d     | 0
          SUM      | nothing  | 999d   | 0
          AVERAGE  | n        | 999d   | 2.0
          AVERAGE  | half     | 999d   | 0.75
          AVERAGE  | n        | 0d     | none
          AVERAGE  | sku      | 999d   | none
          MIN      | n        | 999d   | -7
          MIN      | w        | 999d   | 0.5
          MIN      | n        | 0d     | none
          MAX      | n        | 999d   | 10
          MAX      | w        | 999d   | 1.25
          DISTINCT | sku      | 999d   | 3
          DISTINCT | sku      | 1d     | 2
          DISTINCT | sku      | 0d     | 0
          FIRST    | sku      | 999d   | a
          FIRST    | sku      | 2d     | b
          FIRST    | w        | 1d     | none
          FIRST    | none     | 999d   | 1772359200000
          LAST     | sku      | 999d   | c
          LAST     | none     | 999d   | 1773050400000
          LAST     | half     | 0d     | none
          """)
  void foldsAnswer(Fold.Kind kind, String property, String window, String answer) {
    Value folded =
        new Fold(kind, property == null ? "" : property)
            .over(EventPattern.of("product_purchased"), TIMELINE, Window.last(window), NOW, ZONE);

    assertThat(folded == null ? null : folded.shown()).isEqualTo(answer);
  }

  @Test
  void sumsGoBeyondWholeNumbersWithoutFailing() {
    Timeline rich =
        EventList.of(
            did("order_paid", "2026-03-01T10:00:00Z", "amountFen", Long.MAX_VALUE),
            did("order_paid", "2026-03-02T10:00:00Z", "amountFen", Long.MAX_VALUE),
            did("order_paid", "2026-03-03T10:00:00Z", "amountFen", Double.MAX_VALUE),
            did("order_paid", "2026-03-04T10:00:00Z", "amountFen", Double.MAX_VALUE));
    var paid = EventPattern.of("order_paid");
    Window two =
        new Window.Dates(
            NOW.atZone(ZONE).toLocalDate().minusDays(10), java.time.LocalDate.of(2026, 3, 2));

    assertThat(Fold.sum("amountFen").over(paid, rich, two, NOW, ZONE))
        .isEqualTo(Value.of(2.0 * Long.MAX_VALUE));
    assertThat(Fold.sum("amountFen").over(paid, rich, Window.ever(), NOW, ZONE))
        .isEqualTo(Value.of(Double.MAX_VALUE));
    assertThat(new Fold(Fold.Kind.AVERAGE, "amountFen").over(paid, rich, Window.ever(), NOW, ZONE))
        .isEqualTo(Value.of(Double.MAX_VALUE / 4));
  }

  @Test
  void allButCountFirstAndLastNeedAProperty() {
    for (Fold.Kind kind : Fold.Kind.values()) {
      boolean may = List.of(Fold.Kind.COUNT, Fold.Kind.FIRST, Fold.Kind.LAST).contains(kind);
      if (may) {
        assertThat(new Fold(kind, "").kind()).isEqualTo(kind);
      } else {
        assertThatThrownBy(() -> new Fold(kind, ""))
            .hasMessage(kind.name().toLowerCase(Locale.ROOT) + " needs a property");
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      textBlock =
          """
          # actual | operator       | wanted | holds
          3        | EQUAL          | 3      | true
          3        | EQUAL          | 3.0    | true
          3        | NOT_EQUAL      | 3      | false
          none     | NOT_EQUAL      | 3      | true
          none     | EQUAL          | 3      | false
          none     | LESS           | 3      | false
          10       | LESS           | 9      | false
          ten      | LESS           | zen    | true
          10       | MORE           | 9      | true
          9        | MORE_OR_EQUAL  | 9      | true
          9        | LESS_OR_EQUAL  | 8.5    | false
          上海市   | CONTAINS       | 上海   | true
          123      | CONTAINS       | 2      | true
          12       | EQUAL          | twelve | false
          """)
  void valuesCompareAsNumbersWhereBothAreAndElseAsText(
      String actual, Operator operator, String wanted, boolean holds) {
    assertThat(operator.test(actual == null ? null : value(actual), value(wanted)))
        .isEqualTo(holds);
  }

  private static Value value(String text) {
    return text.matches("\\d+")
        ? Value.of(Long.parseLong(text))
        : text.matches("[\\d.]+") ? Value.of(Double.parseDouble(text)) : Value.of(text);
  }

  @Test
  void listsHoldWhereOneOfThemDoes() {
    var colours = new Value.Many(List.of(Value.of("red"), Value.of("blue")));

    assertThat(Operator.EQUAL.test(colours, Value.of("blue"))).isTrue();
    assertThat(Operator.NOT_EQUAL.test(colours, Value.of("blue"))).isFalse();
    assertThat(Operator.NOT_EQUAL.test(colours, Value.of("green"))).isTrue();
    assertThat(Operator.ONE_OF.test(Value.of("red"), colours)).isTrue();
    assertThat(Operator.ONE_OF.test(Value.of("green"), colours)).isFalse();
    assertThat(Operator.ONE_OF.test(Value.of(3), new Value.Many(List.of(Value.of(3.0))))).isTrue();
  }

  @Test
  void patternsTakeTheirNameAndEveryTest() {
    var pattern =
        EventPattern.of(
            "product_purchased",
            new Where("sku", Operator.EQUAL, Value.of("a")),
            new Where("n", Operator.MORE, Value.of(5)));

    assertThat(
            java.util.stream.IntStream.range(0, TIMELINE.size())
                .filter(i -> pattern.matches(TIMELINE, i)))
        .containsExactly(2);
  }

  // Traits, tags, consents: the latest word counts.

  @Test
  void theLatestWordCountsWhateverTheOrderOfArrival() {
    Someone person =
        Someone.who(
            did("profile_updated", "2026-03-05T10:00:00Z", "city", "杭州", "age", 30),
            did("profile_updated", "2026-03-01T10:00:00Z", "city", "上海", "name", "王芳"),
            did("tag_added", "2026-03-01T10:00:00Z", "tag", "vip"),
            did("tag_removed", "2026-03-02T10:00:00Z", "tag", "vip"),
            did("tag_added", "2026-03-03T10:00:00Z", "tag", "lost"),
            did("tag_added", "2026-03-04T10:00:00Z", "tag", "vip"),
            did("tag_removed", "2026-03-05T10:00:00Z", "tag", "lost"),
            did("consent_withdrawn", "2026-03-05T10:00:00Z", "channel", "sms"),
            did("consent_given", "2026-03-01T10:00:00Z", "channel", "sms"),
            did("consent_given", "2026-03-01T10:00:00Z", "channel", "wecom"));

    assertThat(person.trait("city")).isEqualTo(Value.of("杭州"));
    assertThat(person.traits())
        .containsOnly(
            java.util.Map.entry("city", Value.of("杭州")),
            java.util.Map.entry("age", Value.of(30)),
            java.util.Map.entry("name", Value.of("王芳")));
    assertThat(person.trait("height")).isNull();
    assertThat(person.tags()).containsExactly("vip");
    assertThat(person.tagged("lost")).isFalse();
    assertThat(person.consent("sms")).isEqualTo(Person.Consent.WITHDRAWN);
    assertThat(person.consent("wecom")).isEqualTo(Person.Consent.GIVEN);
    assertThat(person.consent("call")).isEqualTo(Person.Consent.UNKNOWN);
  }

  @Test
  void ofTwoWordsAtOneInstantTheLaterArrivalCounts() {
    Someone person =
        Someone.who(
            did("tag_added", "2026-03-01T10:00:00Z", "tag", "vip"),
            did("tag_removed", "2026-03-01T10:00:00Z", "tag", "vip"));

    assertThat(person.tagged("vip")).isFalse();
  }

  @Test
  void propertiesAreSortedAndEqualByContent() {
    assertThat(Properties.of("b", 1, "a", "x")).isEqualTo(Properties.of("a", "x", "b", 1));
    assertThat(Properties.of("b", 1, "a", "x").keys()).containsExactly("a", "b");
    assertThat(Properties.of("a", 1).with("a", Value.of(2)).whole("a")).isEqualTo(2);
    assertThat(Properties.NONE.text("a")).isEmpty();
    assertThatThrownBy(() -> Value.of(Double.NaN)).hasMessage("A number must be finite, got NaN");
  }
}
