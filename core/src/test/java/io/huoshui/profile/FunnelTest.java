package io.huoshui.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.Dice;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A funnel counts the deepest step reached in order and in time.
class FunnelTest {
  private static final Window.Span EVER = new Window.Span(Long.MIN_VALUE, Long.MAX_VALUE);

  /// `view@0 buy@5`: names and minutes; a name is taken short.
  private static Timeline timeline(String text) {
    var events = new ArrayList<Event>();
    for (String one : text.isEmpty() ? new String[0] : text.split(" ")) {
      int at = one.indexOf('@');
      events.add(
          new Event(
              "e" + events.size(),
              one.substring(0, at),
              Instant.ofEpochSecond(60L * Integer.parseInt(one.substring(at + 1))),
              "pos",
              List.of(Identifier.of(IdentifierKind.MEMBER_NUMBER, "1")),
              Properties.NONE));
    }
    return new EventList(events);
  }

  private static int level(String within, String steps, String timeline) {
    var patterns = new ArrayList<EventPattern>();
    for (String step : steps.split(" ")) {
      patterns.add(EventPattern.of(step));
    }
    return new Funnel(patterns, Period.parse(within), Window.ever())
        .level(timeline(timeline), EVER);
  }

  @Test
  void theDeepestStepInOrderAndInTime() {
    String table =
        """
        within | steps | timeline              | level
        10m    | a b c |                       | 0
        10m    | a b c | b@1 c@2               | 0
        10m    | a b c | a@1                   | 1
        10m    | a b c | a@1 b@2 c@3           | 3
        10m    | a b c | a@1 x@2 b@3 x@4 c@5   | 3
        10m    | a b c | a@1 c@2 b@3           | 2
        10m    | a b c | a@0 b@5 c@10          | 3
        10m    | a b c | a@0 b@5 c@11          | 2
        10m    | a b c | a@0 b@11              | 1
        10m    | a b c | a@0 b@5 a@8 c@9       | 3
        10m    | a b c | a@0 a@8 b@9 c@18      | 3
        10m    | a b c | a@0 b@9 a@15 b@16     | 2
        10m    | a b c | c@5 b@5 a@5           | 3
        10m    | a b c | b@5 a@5               | 2
        10m    | a a b | a@1 b@2               | 3
        10m    | a     | a@1                   | 1
        """;
    for (String line : table.lines().skip(1).toList()) {
      String[] cells = line.split("\\|", -1);
      assertThat(level(cells[0].strip(), cells[1].strip(), cells[2].strip()))
          .as(line)
          .isEqualTo(Integer.parseInt(cells[3].strip()));
    }
  }

  @Test
  void onlyEventsInTheSpanCount() {
    var funnel =
        new Funnel(
            List.of(EventPattern.of("a"), EventPattern.of("b")), Period.parse("1h"), Window.ever());
    Timeline timeline = timeline("a@1 b@2 b@3");
    assertThat(funnel.level(timeline, new Window.Span(60_000, 120_000))).isEqualTo(1);
    assertThat(funnel.level(timeline, new Window.Span(60_000, 120_001))).isEqualTo(2);
    assertThat(funnel.level(timeline, new Window.Span(60_001, 999_999))).isEqualTo(0);
  }

  /// However events of one instant arrived, the level is the same.
  @Test
  void theOrderWithinAnInstantIsOfNoWeight() {
    Dice.overSeeds(
        200,
        seed -> {
          var dice = new Dice(seed);
          List<String> events = dice.list(0, 12, () -> dice.of("a", "b", "c") + "@" + dice.roll(8));
          var shuffled = new ArrayList<>(events);
          Collections.reverse(shuffled);
          assertThat(level("4m", "a b c", String.join(" ", shuffled)))
              .isEqualTo(level("4m", "a b c", String.join(" ", events)));
        });
  }

  @Test
  void aFunnelHasSteps() {
    assertThatThrownBy(() -> new Funnel(List.of(), Period.parse("1d"), Window.ever()))
        .hasMessageContaining("1 to 32 steps, not 0");
  }
}
