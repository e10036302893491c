package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.journey.Position;
import io.huoshui.journey.Steering;
import io.huoshui.reach.Reason;
import io.huoshui.reach.Touchpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.roaringbitmap.RoaringBitmap;

/// Journeys that are paused, drained, migrated, entered by call and by the clock; over restarts.
class SteeringTest {
  @TempDir Path folder;
  private Brand brand;

  @BeforeEach
  void begin() {
    // Thursday, 10:00 in Kathmandu.
    brand = new Brand(folder, "Asia/Kathmandu", "2026-03-05T04:15:00Z");
    brand.unrestrained();
    brand.sms("hello", "Hello");
  }

  @AfterEach
  void end() {
    brand.close();
  }

  private Identifier reachable(int number) {
    Identifier phone = Identifier.of(IdentifierKind.PHONE, "1380000%04d".formatted(number));
    brand.happens("consent_given", phone, "channel", "sms");
    return phone;
  }

  private List<Position> positions(Identifier who) {
    return Objects.requireNonNull(brand.ask().profile(brand.ask().find(who))).positions();
  }

  private String way(Identifier who) {
    Position position = positions(who).getLast();
    return String.join(
        ">",
        io.huoshui.journey.Path.steps(
            Objects.requireNonNull(brand.ask().journey(position.journey(), position.version())),
            position.path()));
  }

  private void steer(String journey, Steering steering) {
    brand.engine().steer(journey, steering, "ops");
  }

  @Test
  void whileAJourneyIsPausedNothingGoesOutAndNothingIsLost() {
    brand.journey(
        "j",
        "'entry':{'event':'page_viewed'},'goal':{'event':'order_paid','within':'30d','exits':true},"
            + "'steps':[{'id':'w','waitFor':{'event':'checked_in','atMost':'2d','then':'s','otherwise':'end'}},"
            + "{'id':'s','send':'hello'}]");
    Identifier ann = reachable(1);
    Identifier ben = reachable(2);
    Identifier cat = reachable(3);
    brand.happens("page_viewed", ann);
    brand.happens("page_viewed", ben);
    brand.happens("page_viewed", cat);
    brand.passes(Duration.ofMinutes(1));
    steer("j", Steering.PAUSED);
    brand.passes(Duration.ofHours(1));

    brand.happens("checked_in", ann);
    brand.happens("order_paid", ben, "amountFen", 100);
    Identifier dan = reachable(4);
    brand.happens("page_viewed", dan);
    brand.passes(Duration.ofDays(3));
    brand.reopen();
    assertThat(brand.touchpoints("j")).isEmpty();
    assertThat(positions(ben).getFirst().exit())
        .as("the goal counts")
        .isEqualTo(Position.Exit.GOAL);
    assertThat(way(dan)).as("waits before the first step").isEmpty();
    assertThat(brand.ask().stuck(9)).isEmpty();

    steer("j", Steering.RUNNING);
    assertThat(brand.touchpoints("j")).extracting(Touchpoint::reason).containsExactly(Reason.SENT);
    assertThat(way(ann)).as("what happened meanwhile was seen").isEqualTo("w>s");
    assertThat(positions(cat).getFirst().exit()).isEqualTo(Position.Exit.COMPLETED);
    assertThat(way(dan)).isEqualTo("w");
    assertThat(brand.ask().stuck(9)).isEmpty();
  }

  @Test
  void whoIsUnderWayGoesOnWhileItRunsEmpty() {
    brand.journey("j", "'entry':{'event':'page_viewed'},'steps':[{'wait':'1d'},{'send':'hello'}]");
    Identifier ann = reachable(1);
    Identifier ben = reachable(2);
    brand.happens("page_viewed", ann);
    steer("j", Steering.DRAINING);
    brand.happens("page_viewed", ben);
    brand.passes(Duration.ofDays(2));

    assertThat(positions(ann)).hasSize(1);
    assertThat(positions(ben)).isEmpty();
    assertThat(brand.touchpoints("j")).hasSize(1);
  }

  @Test
  void peopleComeToTheNewestVersionWaitByWait() {
    brand.journey(
        "j",
        "'entry':{'event':'page_viewed'},'steps':[{'id':'a','wait':'3d'},{'id':'s','send':'hello'}]");
    Identifier ann = reachable(1);
    brand.happens("page_viewed", ann);
    Instant due = positions(ann).getFirst().due();
    brand.journey(
        "j",
        "'entry':{'event':'page_viewed'},'steps':[{'id':'n','tag':'new'},{'id':'a','wait':'9d'},{'id':'t','tag':'moved'}]");
    assertThat(brand.ask().underWay("j")).isEqualTo(Map.of(1, Map.of("a", 1L), 2, Map.of()));

    brand.engine().migrate("j", 1, Map.of(), "ops");
    brand.reopen();
    Position moved = positions(ann).getFirst();
    assertThat(moved.version()).isEqualTo(2);
    assertThat(moved.due()).as("its wait ends when it would have").isEqualTo(due);
    brand.passes(Duration.ofDays(4));

    assertThat(brand.touchpoints("j")).isEmpty();
    assertThat(way(ann)).isEqualTo("a>t");
    brand.journey("j", "'entry':{'event':'page_viewed'},'steps':[{'id':'z','wait':'9d'}]");
    Identifier ben = reachable(2);
    brand.happens("page_viewed", ben);
    brand.journey("j", "'entry':{'event':'page_viewed'},'steps':[{'id':'y','wait':'9d'}]");
    brand.engine().migrate("j", 3, Map.of(), "ops");
    assertThat(positions(ben).getFirst().exit()).isEqualTo(Position.Exit.MIGRATED);
    assertThatThrownBy(() -> brand.engine().migrate("j", 4, Map.of(), "ops"))
        .hasMessageContaining("before the newest");
  }

  @Test
  void everybodyEntersWhenTheClockShowsItAlsoAfterADowntime() {
    brand.segment("buyers", "did order_paid");
    brand.journey(
        "j",
        "'entry':{'segment':'buyers','at':'10:30','on':['fri','mon']},'reentry':{'after':'1d'},"
            + "'steps':[{'id':'t','tag':'weekly'}]");
    Identifier ann = reachable(1);
    brand.happens("order_paid", ann, "amountFen", 100);
    brand.reaches(Instant.parse("2026-03-06T04:44:59Z"));
    assertThat(positions(ann)).isEmpty();
    brand.reaches(Instant.parse("2026-03-06T23:00:00Z"));
    assertThat(positions(ann)).hasSize(1);
    assertThat(positions(ann).getFirst().enteredAt())
        .as("at half past ten, not when the clock was next looked at")
        .isEqualTo(Instant.parse("2026-03-06T04:45:00Z"));

    brand.isDown(Duration.ofDays(10));
    brand.drifts(Duration.ofSeconds(1));
    brand.happens("page_viewed", ann);
    assertThat(positions(ann)).as("missed twice, made good once").hasSize(2);
  }

  @Test
  void anotherSystemNamesWhoEntersAndWhoLeavesASegmentEnters() {
    brand.segment("fresh", "did order_paid within 1d");
    brand.journey(
        "called", "'entry':{'call':true},'reentry':{'perKey':'order'},'steps':[{'wait':'1d'}]");
    brand.journey("gone", "'entry':{'leaving':'fresh'},'steps':[{'wait':'1d'}]");
    Identifier ann = reachable(1);
    brand.happens("order_paid", ann, "amountFen", 100);
    var people = RoaringBitmap.bitmapOf(brand.ask().find(ann));
    brand.engine().call("called", "o1", people);
    brand.engine().call("called", "o1", people);
    brand.engine().call("called", "o2", people);
    assertThat(positions(ann)).extracting(Position::entry).containsExactly("o1", "o2");
    assertThatThrownBy(() -> brand.engine().call("gone", "", people))
        .hasMessageContaining("not entered by a call");

    brand.passes(Duration.ofDays(3));
    assertThat(positions(ann)).extracting(Position::journey).contains("gone");
  }

  @Test
  void stepsForGuidesPointsAndOtherJourneysHappenOnceAndStopWhereTheyBegan() {
    brand.journey(
        "a",
        "'entry':{'event':'page_viewed'},'steps':[{'id':'t','task':{'title':'回访','script':'您好"
            + " {name|客人}','within':'6h'}},"
            + "{'id':'p','points':{'points':50,'why':'生日'}},{'id':'h','handOver':'想买'},{'id':'b','start':'b'}]");
    brand.journey(
        "b", "'entry':{'call':true},'steps':[{'id':'x','tell':'crm'},{'id':'y','start':'a'}]");
    Identifier ann = reachable(1);
    brand.happens("contact_added", ann, "guide", "guide-7");
    brand.happens("page_viewed", ann);
    brand.reopen();

    List<String> names =
        brand.ask().timeline(brand.ask().find(ann), 99, 99).reversed().stream()
            .map(Questions.Happening::name)
            .toList();
    assertThat(names)
        .containsExactly(
            "consent_given",
            "contact_added",
            "page_viewed",
            "task_assigned",
            "points_earned",
            "handed_over",
            "hook_wanted");
    var task = brand.ask().timeline(brand.ask().find(ann), 4, 1).getFirst().properties();
    assertThat(task.text("guide")).isEqualTo("guide-7");
    assertThat(task.text("script")).isEqualTo("您好 客人");
    assertThat(positions(ann)).extracting(Position::journey).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void anExitRuleEndsItAnywhere() {
    brand.journey(
        "j",
        "'entry':{'event':'page_viewed'},'exits':[{'event':'order_refunded'},{'if':'has tag"
            + " \\\"stop\\\"'}],'steps':[{'wait':'1d'},{'send':'hello'}]");
    Identifier ann = reachable(1);
    Identifier ben = reachable(2);
    brand.happens("page_viewed", ann);
    brand.happens("page_viewed", ben);
    brand.passes(Duration.ofMinutes(1));
    brand.happens("order_refunded", ann, "orderId", "o", "amountFen", 1);
    brand.happens("tag_added", ben, "tag", "stop");
    brand.passes(Duration.ofDays(2));

    assertThat(positions(ann).getFirst().exit()).isEqualTo(Position.Exit.RULE);
    assertThat(positions(ben).getFirst().exit()).isEqualTo(Position.Exit.RULE);
    assertThat(brand.touchpoints("j")).isEmpty();
  }

  @Test
  void theCanvasCountsWhoStandsWhereAndWhoWentWhich() {
    brand.journey(
        "j",
        "'entry':{'event':'page_viewed'},'goal':{'event':'order_paid','within':'9d','exits':false},'steps':["
            + "{'id':'s','adapt':{'floor':10,'arms':[{'name':'one','next':'a'},{'name':'two','next':'b'}]}},"
            + "{'id':'a','wait':'2d','next':'end'},{'id':'b','wait':'1d'}]");
    for (int i = 0; i < 40; i++) {
      brand.happens("page_viewed", reachable(i));
    }
    Canvas canvas = Objects.requireNonNull(brand.ask().canvas("j", 0));
    assertThat(canvas.passed().get("s")).isEqualTo(40);
    long a = canvas.waiting().getOrDefault("a", 0L);
    assertThat(a + canvas.waiting().getOrDefault("b", 0L)).isEqualTo(40);
    assertThat(canvas.ways()).contains(new Canvas.Way("s", "a", a));
    assertThat(
            Objects.requireNonNull(Objects.requireNonNull(canvas.arms().get("s")).get("one"))
                .took())
        .isEqualTo(a);

    brand.passes(Duration.ofHours(30));
    brand.happens("order_paid", reachable(0), "amountFen", 1);
    brand.reopen();
    canvas = Objects.requireNonNull(brand.ask().canvas("j", 1));
    assertThat(canvas.exits().get("completed")).isEqualTo(40 - a);
    assertThat(canvas.active()).isEqualTo(a);
    assertThat(canvas.converted()).isEqualTo(1);
    assertThat(
            Objects.requireNonNull(canvas.arms().get("s")).values().stream()
                .mapToLong(io.huoshui.journey.Arms.Tally::reached)
                .sum())
        .isEqualTo(1);
  }
}
