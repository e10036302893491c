package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.journey.Steering;
import io.huoshui.trial.Pilot;
import io.huoshui.trial.Pilot.Act;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Journeys that let their audience in by themselves: when they decide, on what, and that a restart
/// knows the same.
class PilotsTest {
  private static final int CROWD = 500;

  @TempDir Path folder;

  private Brand brand(String name, String autopilot) {
    var brand = new Brand(folder.resolve(name), "Asia/Kathmandu", "2026-03-05T04:15:00Z");
    brand.unrestrained();
    var events = new ArrayList<Event>();
    for (int i = 0; i < CROWD; i++) {
      events.add(
          new Event(
              "c" + i, "checked_in", brand.now(), "pos", List.of(person(i)), Properties.NONE));
    }
    brand.engine().take(events);
    brand.engine().freeze("crowd", "", "did checked_in", "ops", false);
    brand.journey(
        "recall",
        "'entry':{'audience':'crowd'},'holdOut':50,'goal':{'event':'order_paid','within':'2d','exits':false},'autopilot':"
            + autopilot
            + ",'steps':[{'id':'mark','tag':'recalled'}]");
    brand.engine().launch("recall");
    return brand;
  }

  private static Identifier person(int number) {
    return Identifier.of(IdentifierKind.PHONE, "1380000%04d".formatted(number));
  }

  private static Flight flight(Brand brand) {
    return Objects.requireNonNull(brand.ask().flight("recall"));
  }

  private static List<String> story(Brand brand) {
    return flight(brand).story().stream()
        .map(one -> one.act() + " " + one.why() + " " + one.people() + " " + one.at())
        .toList();
  }

  /// Whoever was treated pays, each something else.
  private static void pay(Brand brand, Instant at) {
    var events = new ArrayList<Event>();
    for (int i = 0; i < CROWD; i++) {
      Identifier who = person(i);
      var profile = Objects.requireNonNull(brand.ask().profile(brand.ask().find(who)));
      if (profile.positions().stream().anyMatch(position -> !position.heldOut())) {
        events.add(
            new Event(
                "paid" + i + at,
                "order_paid",
                at,
                "pos",
                List.of(who),
                Properties.of("orderId", "o" + i + at, "amountFen", 5_000 + i)));
      }
    }
    brand.engine().take(events);
  }

  @Test
  void itDecidesAtItsOwnInstantsHoweverFarTheClockGoesAtOnce() {
    String plan = "{'first':60,'every':'3d','probes':2,'looks':2}";
    try (Brand far = brand("far", plan);
        Brand near = brand("near", plan)) {
      far.passes(Duration.ofDays(30));
      for (int hours = 0; hours < 30 * 24; hours += 7) {
        near.passes(Duration.ofHours(7));
      }
      near.reaches(far.now());
      assertThat(story(far))
          .containsExactly(
              "RELEASE LAUNCHED 60 2026-03-05T04:15:00Z",
              "RELEASE PROBING 60 2026-03-08T04:15:00Z",
              "RELEASE PROBING 60 2026-03-11T04:15:00Z",
              "WAIT NOT_KNOWN 0 2026-03-14T04:15:00Z",
              "STOP NEVER_KNOWN 0 2026-03-17T04:15:00Z");
      assertThat(story(near)).isEqualTo(story(far));
      assertThat(flight(far).left()).isEqualTo(CROWD - 180);
    }
  }

  @Test
  void whatItKnewWhatItDecidedAndWhoEnteredIsTheSameAfterARestart() {
    try (Brand brand = brand("one", "{'first':100,'grow':3,'every':'1d'}")) {
      brand.passes(Duration.ofDays(1));
      pay(brand, brand.now());
      brand.passes(Duration.ofDays(1));
      Pilot.Decided grown = flight(brand).story().getLast();
      assertThat(grown.why()).isEqualTo(Pilot.Why.ABOVE_LINE);
      assertThat(grown.people()).isEqualTo(300);
      assertThat(grown.measured().treated().people() + grown.measured().heldOut().people())
          .isEqualTo(100);
      assertThat(grown.measured().treated().sum())
          .isGreaterThan(5_000.0 * grown.measured().treated().people());
      assertThat(grown.measured().heldOut().sum()).isZero();

      List<String> before = Portrait.of(brand.engine());
      brand.reopen();
      assertThat(Portrait.of(brand.engine())).isEqualTo(before);
      assertThat(flight(brand).story().getLast()).isEqualTo(grown);

      // What came after the window is not counted, however much it is.
      pay(brand, brand.now().plusMillis(1));
      assertThat(flight(brand).measured()).isEqualTo(grown.measured());
    }
  }

  @Test
  void whatWasMissedWhileNothingRanIsDecidedOnceAndNow() {
    try (Brand brand = brand("late", "{'first':60,'every':'1d','probes':9}")) {
      brand.isDown(Duration.ofDays(20));
      brand.engine().tick(brand.now());
      assertThat(story(brand))
          .containsExactly(
              "RELEASE LAUNCHED 60 2026-03-05T04:15:00Z", "RELEASE PROBING 60 " + brand.now());
      assertThat(brand.ask().backlog().nextTimer()).isEqualTo(brand.now().plus(Duration.ofDays(2)));
    }
  }

  @Test
  void onlyWhatSomebodyMayDecideIsTaken() {
    try (Brand brand = brand("hand", "{'first':100,'every':'1d'}")) {
      brand.engine().steer("recall", Steering.PAUSED, "ops");
      brand.passes(Duration.ofDays(9));
      assertThat(story(brand)).hasSize(1);
      assertThatThrownBy(() -> brand.engine().pilot("recall", Act.RELEASE, "ann"))
          .hasMessageContaining("is paused: let it run first");
      brand.engine().steer("recall", Steering.RUNNING, "ops");
      brand.engine().pilot("recall", Act.STOP, "ann");
      assertThatThrownBy(() -> brand.engine().pilot("recall", Act.STOP, "ann"))
          .hasMessageContaining("stands already");
      brand.passes(Duration.ofDays(9));
      assertThat(story(brand)).hasSize(2);
      assertThat(flight(brand).story().getLast().who()).isEqualTo("ann");
      brand.engine().pilot("recall", Act.RESUME, "ann");
      brand.passes(Duration.ofMinutes(1));
      assertThat(flight(brand).story().getLast().why()).isEqualTo(Pilot.Why.NOT_KNOWN);
      // Launching again lets nobody in: cohorts do.
      brand.engine().launch("recall");
      assertThat(flight(brand).left()).isEqualTo(CROWD - 100);
    }
  }
}
