package io.huoshui.insight.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.huoshui.Dice;
import io.huoshui.event.EventCatalogue;
import io.huoshui.insight.tree.Days;
import io.huoshui.insight.tree.Metric;
import io.huoshui.insight.tree.Metrics;
import io.huoshui.insight.tree.Shipped;
import io.huoshui.json.Json;
import io.huoshui.json.UnreadableException;
import io.huoshui.profile.Grain;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertTest {
  private static final Metrics METRICS = new Metrics(Shipped.set(), EventCatalogue.standard());

  private static Metric metric(String name) {
    return Objects.requireNonNull(METRICS.find(name));
  }

  private static AlertRule rule(String check) {
    return AlertRuleJson.read(
        Json.parse("{\"name\":\"r\",\"metric\":\"new_friends\",\"check\":" + check + "}"));
  }

  private static Verdict judge(String check, @Nullable Double... series) {
    return rule(check).judge(Arrays.asList(series), 5, metric("new_friends"));
  }

  private static String said(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Fine _ -> "fine";
      case Verdict.Unknown(String why) -> why;
      case Verdict.Breached(Double value, Double below, Double above, Expectation _) ->
          value == null || (below == null && above == null)
              ? "missing"
              : below == null ? "above" : "below";
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          {"below": 10}              | 9.5  | below
          {"below": 10}              | 10   | fine
          {"above": 10}              | 10.5 | above
          {"below": 1, "above": 10}  | 5    | fine
          {"below": 10}              |      | no base
          "missing"                  |      | missing
          "missing"                  | 3    | fine
          {"change": {}}             | 3    | too little history
          """)
  void aLookSaysWhatIsWrong(String check, @Nullable Double value, String expected) {
    assertThat(said(judge(check, value))).isEqualTo(expected);
  }

  @Test
  void nothingHappenedIsMissingToo() {
    assertThat(said(rule("\"missing\"").judge(Arrays.asList(0.0), 0, metric("card_scans"))))
        .isEqualTo("missing");
  }

  // Season and trend.

  private static final double[] WEEK = {1, 0.8, 0.9, 1, 1.3, 2, 1.7};

  /// @param from the level at first, in people a day
  /// @param perDay how much more each day
  private static List<@Nullable Double> series(Dice dice, double from, double perDay) {
    List<@Nullable Double> series = new ArrayList<>();
    for (int day = 0; day < 57; day++) {
      double mean = (from + perDay * day) * WEEK[day % 7];
      // As counts of many are: normal, with the square root of the mean.
      series.add((double) Math.round(mean + normal(dice) * Math.sqrt(mean)));
    }
    return series;
  }

  private static double normal(Dice dice) {
    return Math.sqrt(-2 * Math.log(1 - dice.fraction())) * Math.cos(2 * Math.PI * dice.fraction());
  }

  @Test
  void seasonAndTrendAreExpectedAndALossOfAThirdIsFound() {
    int falseAlarms = 0;
    int found = 0;
    int rounds = 1_000;
    for (int seed = 1; seed <= rounds; seed++) {
      var dice = new Dice(seed);
      double level = dice.between(100, 400);
      List<@Nullable Double> series = series(dice, level, level / 200);
      if (dice.chance(30)) {
        // Two festivals do not spoil the rule.
        series.set(dice.roll(56), level * 9);
        series.set(dice.roll(56), 0.0);
      }
      AlertRule rule = rule("{\"change\": {\"worseOnly\": false}}");
      falseAlarms += said(rule.judge(series, 5, metric("new_friends"))).equals("fine") ? 0 : 1;
      series.set(56, Objects.requireNonNull(series.get(56)) * 0.6);
      found += said(rule.judge(series, 5, metric("new_friends"))).equals("below") ? 1 : 0;
    }
    // Four normal deviations would be 0.06 in a thousand; these are medians of few values.
    assertThat(falseAlarms).isLessThanOrEqualTo(20);
    assertThat(found).isGreaterThan(900);
  }

  @Test
  void aQuietSundayIsNoAlarmAndAQuietSaturdayIs() {
    List<@Nullable Double> series = new ArrayList<>();
    for (int day = 0; day < 56; day++) {
      series.add(day % 7 == 6 ? 40.0 : 400.0);
    }
    series.add(400.0);
    AlertRule rule = rule("{\"change\": {}}");
    assertThat(said(rule.judge(series, 5, metric("new_friends")))).isEqualTo("fine");
    series.set(56, 40.0);
    assertThat(said(rule.judge(series, 5, metric("new_friends")))).isEqualTo("below");
    series.set(56, 4_000.0);
    assertThat(said(rule.judge(series, 5, metric("new_friends")))).isEqualTo("fine");
    assertThat(said(rule.judge(series, 5, metric("friends_lost")))).isEqualTo("above");
  }

  /// A straight line with a season goes on: 100, 110, 120 … with Mondays 5 higher.
  @Test
  void aLineWithASeasonGoesOn() {
    List<@Nullable Double> series = new ArrayList<>();
    for (int day = 0; day < 56; day++) {
      series.add(100 + 10.0 * day + (day % 7 == 0 ? 5 : 0));
    }
    series.set(20, null);
    Expectation next = Objects.requireNonNull(Expectation.of(series, Grain.DAY, Metric.Unit.FEN));
    assertThat(next.value()).isCloseTo(665, within(1e-9));
    assertThat(next.deviation()).isCloseTo(6.65, within(1e-9));
    assertThat(next.sample()).isEqualTo(55);
    assertThat(Expectation.of(series.subList(0, 27), Grain.DAY, Metric.Unit.FEN)).isNull();
  }

  // Days.

  @ParameterizedTest
  @CsvSource({
    "day, 1h, 2026-07-16T18:14:59Z, 2026-07-15",
    "day, 1h, 2026-07-16T19:14:59Z, 2026-07-15",
    "day, 1h, 2026-07-16T19:15:00Z, 2026-07-16",
    "half_month, 0h, 2026-07-15T18:14:59Z, 2026-06-H2",
    "half_month, 0h, 2026-07-15T18:15:00Z, 2026-07-H1",
    "week, 2d, 2026-07-07T18:15:00Z, 2026-W27"
  })
  void daysAreJudgedWhenTheyAreOverInTheBrandsZone(
      String every, String settle, Instant now, String due) {
    AlertRule rule =
        AlertRuleJson.read(
            Json.parse(
                "{\"name\":\"r\",\"metric\":\"m\",\"check\":{\"change\":{}},\"every\":\"%s\",\"settle\":\"%s\"}"
                    .formatted(every, settle)));
    Days days = rule.due(now, ZoneId.of("Asia/Kathmandu"));
    assertThat(days).hasToString(due);
    List<Days> history = rule.history(days);
    assertThat(history.getLast()).isEqualTo(days);
    assertThat(history).hasSize(Expectation.history(rule.every()) + 1);
    for (int i = 1; i < history.size(); i++) {
      assertThat(history.get(i).before()).isEqualTo(history.get(i - 1));
    }
  }

  // What is remembered.

  private static final Verdict BAD = new Verdict.Breached(1.0, 2.0, null, null);
  private static final Verdict GOOD = new Verdict.Fine(3, null);
  private static final Verdict WHO_KNOWS = new Verdict.Unknown("no base");

  private static Instant noon(int day) {
    return Instant.parse("2026-07-%02dT12:00:00Z".formatted(day));
  }

  private static Days day(int day) {
    return Days.parse("2026-07-%02d".formatted(day));
  }

  /// | day | 1 | 2 | 3 | 4 | 5 | 6 | 7 |
  /// |---|---|---|---|---|---|---|---|
  /// | seen | good | bad | bad | unknown | bad | good | bad |
  /// | what | - | raised, told | lasts | - | lasts | ended, told | raised, told |
  @Test
  void whatLastsIsToldOnce() {
    AlertState state = AlertState.QUIET;
    var log = new ArrayList<String>();
    List<Verdict> seen = List.of(GOOD, BAD, BAD, WHO_KNOWS, BAD, GOOD, BAD);
    for (int i = 0; i < seen.size(); i++) {
      for (int look = 0; look < 3; look++) {
        AlertState.Step step = state.look(seen.get(i), day(i + 1), noon(i + 2));
        state = step.state();
        log.add(step.what() + (step.tell() ? "!" : ""));
        // A second look at the same days, or one at former ones, changes nothing.
        assertThat(state.look(GOOD, day(i + 1), noon(i + 2)).state()).isEqualTo(state);
      }
    }
    log.removeIf("NOTHING"::equals);
    assertThat(log).containsExactly("RAISED!", "LASTS", "LASTS", "ENDED!", "RAISED!");
    assertThat(state.since()).isEqualTo(day(7));
  }

  @Test
  void aSnoozeIsQuietAndWhatOutlastsItIsToldAfterIt() {
    AlertState state = AlertState.QUIET.snoozed(noon(5));
    AlertState.Step raised = state.look(BAD, day(1), noon(2));
    assertThat(raised.what()).isEqualTo(AlertState.What.RAISED);
    assertThat(raised.tell()).isFalse();
    assertThat(raised.state().owes(noon(4))).isFalse();
    assertThat(raised.state().owes(noon(5))).isTrue();
    AlertState.Step late = raised.state().look(BAD, day(1), noon(5));
    assertThat(late.tell()).isTrue();
    assertThat(late.state().look(BAD, day(1), noon(6)).tell()).isFalse();
    // What was over before the snooze was is never told.
    AlertState.Step over = raised.state().look(GOOD, day(2), noon(3));
    assertThat(over.what()).isEqualTo(AlertState.What.ENDED);
    assertThat(over.tell()).isFalse();
    assertThat(over.state().owes(noon(9))).isFalse();
  }

  @Test
  void anAlarmNamesWhatWhenAndWho() {
    var alarm =
        new Alarm(
            rule("{\"below\": 80}"),
            metric("new_friends"),
            day(3),
            day(3),
            false,
            new Verdict.Breached(71.0, 80.0, null, new Expectation(90, 4, 56)),
            null,
            List.of("g1", "g2"),
            71L);
    assertThat(alarm.title(false)).isEqualTo("Alert: new friends");
    assertThat(alarm.lines(false))
        .containsExactly(
            "2026-07-03: 71, below 80 (season and trend let expect 90)",
            "who: g1, g2",
            "71 people are behind it");
    assertThat(alarm.lines(true))
        .containsExactly("2026-07-03:71,低于 80(按季节与趋势预计 90)", "涉及:g1、g2", "相关客户 71 人");
    assertThat(alarm.json().write()).contains("\"value\":71.0").contains("\"expected\":90.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"name": "a b", "metric": "m", "check": "missing"}                       | alert.name
          {"name": "a", "check": "missing"}                                        | alert.metric
          {"name": "a", "metric": "m", "check": "gone"}                            | alert.check
          {"name": "a", "metric": "m", "check": {}}                                | alert.check
          {"name": "a", "metric": "m", "check": {"below": 1, "change": {}}}        | alert.check
          {"name": "a", "metric": "m", "check": {"change": {"deviations": 0}}}     | alert.check.change.deviations
          {"name": "a", "metric": "m", "check": "missing", "settle": "soon"}       | alert.settle
          {"name": "a", "metric": "m", "check": "missing", "every": "year"}        | alert.every
          """)
  void whatIsNoRuleIsRefusedAtItsPlace(String rule, String where) {
    assertThatThrownBy(() -> AlertRuleJson.read(Json.parse(rule)))
        .isInstanceOfSatisfying(
            UnreadableException.class, refused -> assertThat(refused.where()).isEqualTo(where));
  }
}
