package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.reach.Reason;
import io.huoshui.reach.Touchpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Messages that compete, cost money and are held back, over restarts.
class ReachTest {
  @TempDir Path folder;
  private Brand brand;

  @BeforeEach
  void begin() {
    // Thursday, 10:00 in Kathmandu.
    brand = new Brand(folder, "Asia/Kathmandu", "2026-03-05T04:15:00Z");
    brand.sms("hello", "Hello");
  }

  @AfterEach
  void end() {
    brand.close();
  }

  private void policy(String rest) {
    brand
        .engine()
        .publish(
            Entry.Definition.GATE_POLICY,
            "gate",
            ("{'quietFrom':'21:00','quietTo':'09:00'," + rest + "}").replace('\'', '"'));
  }

  private Identifier reachable(int number) {
    Identifier phone = Identifier.of(IdentifierKind.PHONE, "1380000%04d".formatted(number));
    brand.happens("consent_given", phone, "channel", "sms");
    return phone;
  }

  private Map<String, Reason> verdicts() {
    return List.of("low", "high").stream()
        .collect(
            Collectors.toMap(name -> name, name -> brand.touchpoints(name).getFirst().reason()));
  }

  private void two(String first, String second, String wait) {
    for (String name : List.of(first, second)) {
      brand.journey(
          name,
          "'entry':{'event':'"
              + (name.equals("high") ? "page_viewed" : "checked_in")
              + "'},'priority':"
              + (name.equals("high") ? 90 : 10)
              + ",'steps':["
              + wait
              + "{'send':'hello'}]");
    }
  }

  /// Both wish in one record; then both wait for one instant; then both for the end of the night.
  @ParameterizedTest
  @ValueSource(strings = {"high low", "low high"})
  void theHigherPriorityWinsWhateverTheOrderOfEntering(String order) {
    policy("'caps':[{'most':1,'period':'1d'}]");
    two(order.split(" ")[0], order.split(" ")[1], "");
    Identifier ann = reachable(1);
    var both = new ArrayList<Event>();
    for (String name : order.split(" ")) {
      both.add(
          new Event(
              name,
              name.equals("high") ? "page_viewed" : "checked_in",
              brand.now(),
              "pos",
              List.of(ann),
              Properties.NONE));
    }
    brand.take(both.toArray(Event[]::new));
    assertThat(verdicts()).isEqualTo(Map.of("high", Reason.SENT, "low", Reason.FREQUENCY_CAP));
  }

  @ParameterizedTest
  @ValueSource(strings = {"page_viewed checked_in", "checked_in page_viewed"})
  void alsoAmongThoseWhoWaitForTheSameInstant(String order) {
    policy("'caps':[{'most':1,'period':'1d'}]");
    two("low", "high", "{'waitUntil':'20:00'},");
    Identifier ann = reachable(1);
    for (String event : order.split(" ")) {
      brand.happens(event, ann);
      brand.passes(Duration.ofHours(1));
    }
    brand.reopen();
    brand.passes(Duration.ofDays(1));
    assertThat(verdicts()).isEqualTo(Map.of("high", Reason.SENT, "low", Reason.FREQUENCY_CAP));
  }

  @ParameterizedTest
  @ValueSource(strings = {"page_viewed checked_in", "checked_in page_viewed"})
  void alsoAmongThoseWhoWaitForTheMorning(String order) {
    policy("'caps':[{'most':1,'period':'1d'}]");
    two("low", "high", "");
    Identifier ann = reachable(1);
    brand.passes(Duration.ofHours(12));
    for (String event : order.split(" ")) {
      brand.happens(event, ann);
      brand.passes(Duration.ofHours(1));
    }
    assertThat(verdicts()).isEqualTo(Map.of("high", Reason.QUIET_HOURS, "low", Reason.QUIET_HOURS));
    brand.reopen();
    brand.passes(Duration.ofDays(1));
    assertThat(verdicts()).isEqualTo(Map.of("high", Reason.SENT, "low", Reason.FREQUENCY_CAP));
  }

  /// A message costs 5 fen; 40 people enter in one record, in sixteen lanes.
  @Test
  void aJourneyNeverCostsMoreThanItsBudgetAndUsesAllOfIt() {
    policy("'caps':[],'budgetsFen':{'j':59}");
    brand.journey("j", "'entry':{'event':'page_viewed'},'steps':[{'send':'hello'}]");
    var all = new ArrayList<Event>();
    for (int i = 0; i < 40; i++) {
      all.add(
          new Event(
              "v" + i, "page_viewed", brand.now(), "pos", List.of(reachable(i)), Properties.NONE));
    }
    brand.take(all.subList(0, 4).toArray(Event[]::new));
    brand.reopen();
    brand.take(all.subList(4, 40).toArray(Event[]::new));
    brand.passes(Duration.ofMinutes(1));

    assertThat(
            brand.touchpoints("j").stream()
                .collect(Collectors.groupingBy(Touchpoint::reason, Collectors.counting())))
        .isEqualTo(Map.of(Reason.SENT, 11L, Reason.OVER_BUDGET, 29L));
    assertThat(brand.deliver(io.huoshui.reach.ChannelKind.SMS)).hasSize(11);

    policy("'caps':[],'budgetsFen':{'j':60}");
    brand.happens("page_viewed", reachable(99));
    assertThat(brand.deliver(io.huoshui.reach.ChannelKind.SMS)).isEmpty();
    brand.passes(Duration.ofMinutes(1));
    assertThat(brand.deliver(io.huoshui.reach.ChannelKind.SMS)).hasSize(1);
  }

  @Test
  void whoIsSuppressedIsThereAndCanNotBeRetired() {
    brand.segment("angry", "did message_replied");
    assertThatThrownBy(() -> policy("'caps':[],'suppressed':[{'segment':'sad'}]"))
        .hasMessageContaining("sad");
    policy("'caps':[],'suppressed':[{'segment':'angry'}]");
    assertThatThrownBy(() -> brand.engine().retireSegment("angry"))
        .hasMessageContaining("gate policy");
    brand.journey("j", "'entry':{'event':'page_viewed'},'steps':[{'send':'hello'}]");
    Identifier ann = reachable(1);
    brand.happens("message_replied", ann);
    brand.happens("page_viewed", ann);
    assertThat(brand.touchpoints("j").getFirst().reason()).isEqualTo(Reason.SUPPRESSED);
  }
}
