package io.huoshui.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.Dice;
import io.huoshui.guide.Org.Department;
import io.huoshui.guide.Org.Difference;
import io.huoshui.guide.Org.Directory;
import io.huoshui.guide.Org.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class OrgTest {
  private static final List<Department> DEPARTMENTS =
      List.of(
          new Department(1, 0, "总部"),
          new Department(2, 1, "华东"),
          new Department(3, 2, "上海"),
          new Department(10, 3, "外滩店"),
          new Department(11, 3, "徐汇店"));

  private static Member member(String userid, long department, long... leads) {
    var led = new ArrayList<Long>();
    for (long each : leads) {
      led.add(each);
    }
    return new Member(userid, "员工" + userid, List.of(department), department, led, true);
  }

  private static Org settled(Org org, Directory directory) {
    Org now = org;
    for (Difference each : Org.sync(org, directory)) {
      now = now.with(each);
    }
    return now;
  }

  private static Store store(Org org, String name) {
    return Objects.requireNonNull(org.stores().get(name));
  }

  private static Guide guide(Org org, String userid) {
    return Objects.requireNonNull(org.guides().get(userid));
  }

  @Test
  void departmentsBecomeStoresAndMembersGuides() {
    Org org =
        settled(
            Org.EMPTY,
            new Directory(
                DEPARTMENTS, List.of(member("li", 10, 10), member("wu", 11), member("boss", 1))));
    assertThat(org.stores().keySet()).containsExactly("dept-10", "dept-11");
    assertThat(store(org, "dept-10").region()).containsExactly("华东", "上海");
    assertThat(guide(org, "li").role()).isEqualTo(Guide.Role.MANAGER);
    assertThat(guide(org, "li").store()).isEqualTo("dept-10");
    assertThat(guide(org, "boss").store()).isEmpty();
    assertThat(org.storeOf()).containsOnlyKeys("li", "wu");
  }

  @Test
  void whatChangedIsSaidOneByOne() {
    Org ours =
        settled(
            Org.EMPTY.with(
                new Store(
                    "bund",
                    "外滩店",
                    List.of(),
                    "中山东一路",
                    null,
                    OpeningHours.parse("mon-sun 10:00-22:00"),
                    0,
                    true)),
            new Directory(DEPARTMENTS, List.of(member("li", 10), member("wu", 11))));
    assertThat(store(ours, "bund").department()).isEqualTo(10);
    assertThat(store(ours, "bund").address()).isEqualTo("中山东一路");

    var theirs =
        new Directory(
            List.of(
                new Department(1, 0, "总部"),
                new Department(2, 1, "华东"),
                new Department(10, 2, "外滩旗舰店"),
                new Department(12, 2, "静安店")),
            List.of(
                member("li", 12),
                new Member("chen", "陈", List.of(10L, 12L), 0, List.of(), true),
                member("wang", 10)));
    assertThat(
            Org.sync(ours, theirs).stream()
                .map(each -> each.getClass().getSimpleName() + " " + each.who()))
        .containsExactly(
            "StoreRenamed bund",
            "StoreMoved bund",
            "StoreFound dept-12",
            "StoreGone dept-11",
            "Conflict chen",
            "GuideFound chen",
            "GuideMoved li",
            "GuideFound wang",
            "GuideLeft wu");
  }

  @Test
  void aPlatformThatNamesNobodySendsNobodyAway() {
    Org ours =
        settled(Org.EMPTY, new Directory(DEPARTMENTS, List.of(member("li", 10), member("wu", 11))));
    assertThat(Org.sync(ours, new Directory(DEPARTMENTS, List.of())))
        .singleElement()
        .matches(
            each ->
                each instanceof Difference.Conflict(var _, var code, var _)
                    && code.equals("empty_directory"));
    Org many = ours;
    for (int i = 0; i < 10; i++) {
      many = many.with(new Guide("g" + i, "g", "dept-10", Guide.Role.GUIDE, true, 0));
    }
    assertThat(
            Org.sync(many, new Directory(DEPARTMENTS, List.of(member("li", 10), member("wu", 11)))))
        .singleElement()
        .matches(
            each ->
                each instanceof Difference.Conflict(var _, var code, var _)
                    && code.equals("many_left"));
  }

  @Test
  void onceSettledNothingIsLeftButWhatSomebodyHasToDecide() {
    Dice.overSeeds(
        300,
        seed -> {
          var dice = new Dice(seed);
          Org org = Org.EMPTY;
          for (int round = 0; round < 4; round++) {
            var departments = new ArrayList<Department>();
            departments.add(new Department(1, 0, "总部"));
            for (long id = 2; id < 12; id++) {
              if (dice.chance(80)) {
                departments.add(
                    new Department(id, 1 + dice.roll((int) id - 1), dice.of("甲店", "乙店", "店" + id)));
              }
            }
            var members = new ArrayList<Member>();
            for (int i = 0; i < 8; i++) {
              if (dice.chance(80)) {
                List<Long> in = dice.list(1, 2, () -> (long) dice.between(1, 11));
                members.add(
                    new Member(
                        "m" + i,
                        dice.of("甲", "乙", ""),
                        in,
                        dice.chance(50) ? in.getFirst() : 0,
                        dice.chance(30) ? in : List.of(),
                        dice.chance(90)));
              }
            }
            var theirs = new Directory(departments, members);
            org = settled(org, theirs);
            assertThat(Org.sync(org, theirs)).allMatch(each -> each instanceof Difference.Conflict);
          }
        });
  }
}
