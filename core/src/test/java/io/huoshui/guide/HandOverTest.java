package io.huoshui.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.Dice;
import io.huoshui.guide.HandOver.Customer;
import io.huoshui.guide.HandOver.Group;
import io.huoshui.guide.HandOver.GroupState;
import io.huoshui.guide.HandOver.Limits;
import io.huoshui.guide.HandOver.Plan;
import io.huoshui.guide.HandOver.Reason;
import io.huoshui.guide.HandOver.Receiver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandOverTest {
  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

  private static Store store(String name, String... region) {
    return new Store(name, name, List.of(region), "", null, OpeningHours.ALWAYS, 0, true);
  }

  private static final Store BUND = store("bund", "华东", "上海");
  private static final Store XUHUI = store("xuhui", "华东", "上海");
  private static final Store HANGZHOU = store("hangzhou", "华东", "杭州");
  private static final Store BEIJING = store("beijing", "华北", "北京");

  private static Customer of(String id, String... guides) {
    return new Customer(id, Set.of(guides), List.of(), false);
  }

  private static HandOver.From from(@Nullable Instant leftAt) {
    return new HandOver.From("li", BUND, leftAt);
  }

  @Test
  void theNearestWithRoomTakesOverAndFriendsStayFriends() {
    Plan plan =
        HandOver.plan(
            from(null),
            List.of(
                of("a", "li"), of("b", "li"), of("c", "li"), of("d", "li", "zhang"), of("e", "li")),
            List.of(
                new Receiver("zhang", BEIJING, 1),
                new Receiver("chen", HANGZHOU, 9),
                new Receiver("wu", XUHUI, 2),
                new Receiver("he", BUND, 1)),
            Limits.WECOM,
            NOW);
    assertThat(plan.refused()).isEmpty();
    assertThat(plan.calls())
        .containsExactly(
            new HandOver.Call("li", "chen", false, List.of("e")),
            new HandOver.Call("li", "he", false, List.of("a")),
            new HandOver.Call("li", "wu", false, List.of("b", "c")),
            new HandOver.Call("li", "zhang", false, List.of("d")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # guides | handed days ago | under way | left days ago | refused
          li       |                 | false     |               |
          wu       |                 | false     |               | NOT_THEIRS
          li       | 10 89           | false     |               | TOO_OFTEN
          li       | 10 91           | false     |               |
          li       | 10              | true      |               | UNDER_WAY
          li       | 10 20 30        | false     | 5             |
          li       |                 | false     | 364           |
          li       |                 | false     | 366           | LEFT_LONG_AGO
          """)
  void whoCanNotBeHandedOver(
      String guides,
      @Nullable String handed,
      boolean underWay,
      @Nullable Integer left,
      @Nullable String refused) {
    var times = new ArrayList<Instant>();
    for (String days : handed == null ? new String[0] : handed.split(" ")) {
      times.add(NOW.minus(Duration.ofDays(Long.parseLong(days))));
    }
    Plan plan =
        HandOver.plan(
            from(left == null ? null : NOW.minus(Duration.ofDays(left))),
            List.of(new Customer("a", Set.of(guides), times, underWay)),
            List.of(new Receiver("he", BUND, 10)),
            Limits.WECOM,
            NOW);
    assertThat(plan.refused())
        .isEqualTo(
            refused == null
                ? List.of()
                : List.of(new HandOver.Refused("a", Reason.valueOf(refused))));
    assertThat(plan.people()).isEqualTo(refused == null ? 1 : 0);
  }

  @Test
  void everybodyIsOnceInACallOrRefusedAndNobodyTakesMoreThanTheyCan() {
    Dice.overSeeds(
        200,
        seed -> {
          var dice = new Dice(seed);
          List<Store> stores = List.of(BUND, XUHUI, HANGZHOU, BEIJING);
          var receivers = new ArrayList<Receiver>();
          for (int i = dice.roll(5); i >= 0; i--) {
            receivers.add(
                new Receiver(dice.chance(10) ? "li" : "g" + i, dice.of(stores), dice.roll(250)));
          }
          List<Customer> customers =
              IntStream.range(0, dice.roll(600))
                  .mapToObj(
                      i ->
                          new Customer(
                              "c" + i,
                              dice.chance(90)
                                  ? Set.of("li", "g" + dice.roll(6))
                                  : Set.of("g" + dice.roll(6)),
                              dice.list(0, 3, () -> NOW.minus(Duration.ofDays(dice.roll(200)))),
                              dice.chance(5)))
                  .toList();
          Plan plan = HandOver.plan(from(null), customers, receivers, Limits.WECOM, NOW);
          var seen = new HashSet<String>();
          plan.calls()
              .forEach(
                  call -> {
                    assertThat(call.ids()).hasSizeBetween(1, 100);
                    assertThat(call.to()).isNotEqualTo("li");
                    call.ids().forEach(id -> assertThat(seen.add(id)).isTrue());
                  });
          plan.refused().forEach(each -> assertThat(seen.add(each.id())).isTrue());
          assertThat(seen).hasSize(customers.size());
          plan.to()
              .forEach(
                  (guide, count) ->
                      assertThat(count)
                          .isLessThanOrEqualTo(
                              receivers.stream()
                                  .filter(each -> each.guide().equals(guide))
                                  .mapToInt(Receiver::room)
                                  .max()
                                  .orElse(0)));
        });
  }

  @Test
  void groupsGoByHundredsAndThreeHundredADay() {
    List<Group> groups =
        IntStream.range(0, 450)
            .mapToObj(i -> new Group("w" + i, "li", true, GroupState.THERE))
            .toList();
    HandOver.GroupPlan plan = HandOver.groups(groups, "he", true, 50, Limits.WECOM);
    assertThat(plan.calls().stream().map(call -> call.day() + ":" + call.chats().size()))
        .containsExactly("0:100", "0:100", "0:50", "1:100", "1:100");
    assertThat(plan.refused()).isEmpty();
  }

  @Test
  void groupsAreRefusedByThePlatformsReasons() {
    List<Group> groups =
        List.of(
            new Group("here", "li", false, GroupState.THERE),
            new Group("internal", "li", true, GroupState.INTERNAL),
            new Group("moving", "li", true, GroupState.UNDER_WAY),
            new Group("moved", "li", true, GroupState.HANDED_OVER),
            new Group("own", "he", true, GroupState.THERE),
            new Group("left", "li", true, GroupState.THERE));
    assertThat(
            HandOver.groups(groups, "he", true, 0, Limits.WECOM).refused().stream()
                .map(each -> each.id() + " " + each.reason().code()))
        .containsExactly(
            "here 90500", "internal 90501", "moving 90507", "moved 90508", "own 40130");
    assertThat(
            HandOver.groups(groups, "he", false, 0, Limits.WECOM).refused().stream()
                .map(each -> each.id() + " " + each.reason().code()))
        .contains("left 90502");
  }
}
