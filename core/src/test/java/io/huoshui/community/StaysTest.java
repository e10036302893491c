package io.huoshui.community;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.Dice;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.profile.EventList;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Who was in a group when: a fold, told as lines `seconds event how`.
class StaysTest {
  private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

  private static Event event(int id, String name, long second, Object... properties) {
    return new Event(
        "e" + id,
        name,
        START.plusSeconds(second),
        "wecom",
        List.of(Identifier.of(IdentifierKind.EXTERNAL_USERID, "corp", "wm1")),
        Properties.of(properties));
  }

  private static String stays(List<Event> events) {
    return Stays.of(new EventList(events)).values().stream()
        .flatMap(List::stream)
        .map(
            stay -> {
              Instant to = stay.to();
              Stay.Ending ending = stay.ending();
              return (stay.from().getEpochSecond() - START.getEpochSecond())
                  + "-"
                  + (to == null || ending == null
                      ? "now"
                      : (to.getEpochSecond() - START.getEpochSecond()) + " " + ending.wire())
                  + (stay.by() + stay.liveCode()).replaceAll("(.+)", " $1");
            })
        .collect(Collectors.joining(", "));
  }

  @Test
  void joinsAndLeavesFoldToStays() {
    // joined 'j', left 'l', removed 'r', found gone 'f' at a second | stays
    String[][] table = {
      {"j1", "1-now"},
      {"j1 l5", "1-5 left"},
      {"j1 r5 j9", "1-5 removed, 9-now"},
      {"j1 j2 j3 l5", "1-5 left"},
      {"l5", ""},
      {"l5 j9", "9-now"},
      {"j1 l5 l6", "1-5 left"},
      // In one instant: who was out came and went, who was in went and came.
      {"j5 l5", "5-5 left"},
      {"j1 l5 j5", "1-5 left, 5-now"},
      {"j1 j5 l5", "1-5 left, 5-now"},
      // Of two words for one end the one that says more.
      {"j1 f5 r5", "1-5 removed"},
      {"j1 d7", "1-7 dissolved"},
    };
    for (String[] line : table) {
      var events = new ArrayList<Event>();
      for (String word : line[0].split(" ")) {
        long second = Long.parseLong(word.substring(1));
        events.add(told(events.size(), word.charAt(0), second));
      }
      assertThat(stays(events)).as(line[0]).isEqualTo(line[1]);
    }
  }

  private static Event told(int id, char what, long second) {
    return switch (what) {
      case 'j' -> event(id, "group_joined", second, "group", "g");
      case 'r' -> event(id, "group_left", second, "group", "g", "how", "removed");
      case 'f' -> event(id, "group_left", second, "group", "g", "how", "found_gone");
      case 'd' -> event(id, "group_left", second, "group", "g", "how", "dissolved");
      default -> event(id, "group_left", second, "group", "g");
    };
  }

  @Test
  void aLaterWordAboutAStaySaysHowItBegan() {
    assertThat(
            stays(
                List.of(
                    event(1, "group_joined", 1, "group", "g"),
                    event(2, "group_joined", 2, "group", "g", "by", "zhang", "liveCode", "-c7"),
                    event(3, "group_joined", 3, "group", "g", "by", "other"))))
        .isEqualTo("1-now zhang-c7");
  }

  @Test
  void theOrderOfArrivalMakesNoDifference() {
    Dice.overSeeds(
        300,
        seed -> {
          var dice = new Dice(seed);
          var events = new ArrayList<Event>();
          for (int i = dice.between(1, 12); i > 0; i--) {
            boolean joined = dice.chance(55);
            events.add(
                event(
                    i,
                    joined ? "group_joined" : "group_left",
                    dice.roll(6),
                    "group",
                    dice.of("g", "h"),
                    joined ? "by" : "how",
                    joined ? dice.of("", "a", "b") : dice.of("", "removed", "found_gone")));
          }
          assertThat(stays(dice.shuffled(events))).isEqualTo(stays(events));
        });
  }

  @Test
  void mergedProfilesHaveOneStayOfBothTimelines() {
    var merged = new ArrayList<>(List.of(event(3, "group_joined", 4, "group", "g")));
    merged.add(event(1, "group_joined", 1, "group", "g", "by", "zhang"));
    assertThat(stays(merged)).isEqualTo("1-now zhang");
  }

  @Test
  void thePlatformsNumbersAreRead() {
    assertThat(
            Stays.of(
                    new EventList(
                        List.of(
                            event(1, "group_joined", 1, "group", "g", "scene", "3"),
                            event(2, "group_left", 2, "group", "g", "scene", "1"),
                            event(3, "group_joined", 3, "group", "g", "scene", "0"),
                            event(4, "group_left", 4, "group", "g", "reason", "reconciled"))))
                .get("g"))
        .extracting(stay -> stay.scene() + " " + stay.ending())
        .containsExactly("code REMOVED", "invited FOUND_GONE");
  }

  @Test
  void aGroupsOwnLogIsAFoldOfItsChanges() {
    List<GroupChange> log =
        List.of(
            new GroupChange.OwnerChanged(START.plusSeconds(50), "li"),
            new GroupChange.Created(START, "老友", "zhang"),
            new GroupChange.Renamed(START.plusSeconds(60), "新友"),
            new GroupChange.AdminsChanged(START.plusSeconds(70), List.of("wu")),
            new GroupChange.Noticed(START.plusSeconds(80), "文明"),
            new GroupChange.Dissolved(START.plusSeconds(90)));
    Dice.overSeeds(
        20,
        seed -> {
          Community community = Community.of("c", new Dice(seed).shuffled(log));
          assertThat(community.name() + community.owner() + community.admins() + community.notice())
              .isEqualTo("新友li[wu]文明");
          assertThat(community.created()).isEqualTo(START);
          assertThat(community.dissolved()).isEqualTo(START.plusSeconds(90));
          assertThat(community.ownerAt(START.plusSeconds(49))).isEqualTo("zhang");
          assertThat(community.ownerAt(START.plusSeconds(50))).isEqualTo("li");
          assertThat(community.ownerAt(START.minusSeconds(1))).isEmpty();
        });
  }
}
