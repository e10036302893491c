package io.huoshui.insight.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.Dice;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.profile.EventList;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class CallTallyTest {
  private static final Instant NOW = Instant.parse("2026-07-01T04:00:00Z");
  private static final Duration WEEK = Duration.ofDays(7);
  private int next;

  private Event event(String name, Instant at, Object... properties) {
    return new Event(
        "e" + next++,
        name,
        at,
        "call",
        List.of(Identifier.of(IdentifierKind.PHONE, "13800138000")),
        Properties.of(properties));
  }

  private Event completed(
      String call, Instant at, String flow, String outcome, String by, String line, String lines) {
    return event(
        "call_completed",
        at,
        "call",
        call,
        "flow",
        flow,
        "outcome",
        outcome,
        "level",
        "A",
        "durationS",
        20L,
        "hungUpBy",
        by,
        "line",
        line,
        "lines",
        lines,
        "replied",
        ",o1,",
        "tags",
        ",想买,",
        "costFen",
        30L);
  }

  @Test
  void countsCallsLinesMoneyAndOrders() {
    var first =
        new EventList(
            List.of(
                event("call_failed", NOW, "call", "a", "flow", "f", "reason", "busy"),
                completed("b", NOW.plusSeconds(900), "f", "agreed", "robot", "o2", ",o1,o2,"),
                event("order_paid", NOW.plus(Duration.ofDays(2)), "orderId", "1"),
                event("order_paid", NOW.plus(Duration.ofDays(3)), "orderId", "2")));
    var second =
        new EventList(
            List.of(
                completed("c", NOW, "f", "hung_up", "person", "o1", ",o1,"),
                completed("d", NOW, "other", "agreed", "robot", "o1", ",o1,"),
                event("order_paid", NOW.plus(Duration.ofDays(8)), "orderId", "3")));
    var tally = new CallTally(List.of("o1", "o2", "o3"), 10);
    tally.add(MadeCall.of(first, "f", WEEK));
    tally.add(MadeCall.of(second, "f", WEEK));
    tally.add(MadeCall.of(new EventList(List.of()), "f", WEEK));
    CallReport report = tally.report();

    assertThat(report.people()).isEqualTo(2);
    assertThat(report.calls()).isEqualTo(3);
    assertThat(report.answered().count()).isEqualTo(2);
    assertThat(report.failed().getFirst().name()).isEqualTo("busy");
    // Two orders after one call are one call that was followed by an order; eight days are too
    // many.
    assertThat(report.bought().count()).isEqualTo(1);
    assertThat(report.costFen()).isEqualTo(60);
    assertThat(report.perCallFen()).isEqualTo(20.0);
    assertThat(report.perAnswerFen()).isEqualTo(30.0);
    assertThat(report.perOrderFen()).isEqualTo(60.0);
    CallReport.OfLine o1 = report.lines().getFirst();
    assertThat(o1.reached().count()).isEqualTo(2);
    assertThat(o1.hungUp().count()).isEqualTo(1);
    assertThat(o1.hungUp().of()).isEqualTo(2);
    CallReport.OfLine never = report.lines().getLast();
    assertThat(never.line()).isEqualTo("o3");
    assertThat(never.replied().share()).as("no base").isNull();
    assertThat(new CallCell.HungUpAt("o1").holds(MadeCall.of(second, "f", WEEK))).isTrue();
    assertThat(new CallCell.HungUpAt("o1").holds(MadeCall.of(first, "f", WEEK))).isFalse();
  }

  @Test
  void nobodyIsNoBase() {
    CallReport report = new CallTally(List.of("o1"), 10).report();
    assertThat(report.answered().share()).isNull();
    assertThat(report.perCallFen()).isNull();
    assertThat(report.note()).contains("no base");
  }

  /// Whatever happened: parts add up, and whom a cell opens are those who were counted in it.
  @Test
  void cellsOpenWhomTheyCount() {
    Dice.overSeeds(
        100,
        seed -> {
          var dice = new Dice(seed);
          var people = new ArrayList<List<MadeCall>>();
          for (int person = 0; person < 20; person++) {
            var calls = new ArrayList<MadeCall>();
            for (int i = dice.roll(4); i > 0; i--) {
              boolean talk = dice.chance(50);
              List<String> reached =
                  talk ? List.of("o1", "o2").subList(0, 1 + dice.roll(2)) : List.of();
              calls.add(
                  new MadeCall(
                      "c" + person + "/" + i,
                      0,
                      talk ? "" : dice.of("busy", "off"),
                      talk ? dice.of("agreed", "refused", "hung_up") : "",
                      talk ? dice.of("A", "D", "F") : "",
                      talk ? dice.roll(60) : 0,
                      talk ? dice.of("person", "robot", "human") : "",
                      talk ? reached.getLast() : "",
                      reached,
                      talk && dice.chance(50) ? List.of("o1") : List.of(),
                      List.of(),
                      dice.roll(50),
                      talk && dice.chance(30)));
            }
            people.add(calls);
          }
          var tally = new CallTally(List.of("o1", "o2"), 10);
          people.forEach(tally::add);
          CallReport report = tally.report();
          assertThat(sum(report.failed()) + report.answered().count()).isEqualTo(report.calls());
          assertThat(sum(report.outcomes())).isEqualTo(report.answered().count());
          assertThat(sum(report.levels())).isEqualTo(report.answered().count());
          for (CallReport.Part part : parts(report)) {
            CallCell cell = Objects.requireNonNull(CallCell.of(part.cell()), part.cell());
            assertThat(cell.wire()).isEqualTo(part.cell());
            long opened = people.stream().filter(cell::holds).count();
            assertThat(opened).as(part.cell()).isLessThanOrEqualTo(part.count());
            assertThat(opened == 0).as(part.cell()).isEqualTo(part.count() == 0);
          }
        });
  }

  private static List<CallReport.Part> parts(CallReport report) {
    var parts = new ArrayList<CallReport.Part>();
    parts.add(report.answered());
    parts.add(report.talked());
    parts.add(report.bought());
    parts.add(report.transferred());
    parts.add(report.optedOut());
    report.failed().forEach(one -> parts.add(one.part()));
    report.outcomes().forEach(one -> parts.add(one.part()));
    report
        .lines()
        .forEach(
            line -> {
              parts.add(line.reached());
              parts.add(line.replied());
              parts.add(line.hungUp());
            });
    return parts;
  }

  private static long sum(List<CallReport.Named> named) {
    return named.stream().mapToLong(one -> one.part().count()).sum();
  }
}
