package io.huoshui.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Tags on a platform are what the rule says, whatever the platform does and whenever the server
/// dies; and what is changed there comes in once.
@Timeout(300)
class TagSyncTest {
  private static final String GOLD = "has grade = \"gold\"";

  private static final String WELL = "\"busyShare\":0,\"timeoutShare\":0";

  @TempDir Path folder;

  private static void ended(Json view, int wanted, int putOn, int takenOff) {
    assertThat(TagTown.text(view, "state")).as(view.write()).isEqualTo("idle");
    assertThat(TagTown.text(view, "left")).as(view.write()).isEqualTo("0");
    assertThat(TagTown.text(view, "wanted")).as(view.write()).isEqualTo("" + wanted);
    assertThat(TagTown.text(view, "putOn")).as(view.write()).isEqualTo("" + putOn);
    assertThat(TagTown.text(view, "takenOff")).as(view.write()).isEqualTo("" + takenOff);
  }

  @Test
  void theDifferenceIsAppliedAndNothingElseIsCalled() {
    try (var town = TagTown.begin(folder, 300, "")) {
      town.sync("gold", "wecom", GOLD, "out", "");
      ended(town.run("gold", "{}"), 150, 150, 0);
      assertThat(town.carriers("wecom", "gold")).isEqualTo(town.friends(p -> p % 2 == 0));
      assertThat(town.marks("wecom")).isEqualTo(150);

      String before = town.calls();
      ended(town.run("gold", "{}"), 150, 0, 0);
      assertThat(town.calls()).as("nothing to do is no call").isEqualTo(before);

      town.turn(1, true);
      town.turn(3, true);
      town.turn(4, false);
      ended(town.run("gold", "{}"), 151, 2, 1);
      assertThat(town.carriers("wecom", "gold"))
          .isEqualTo(town.friends(p -> p == 1 || p == 3 || (p % 2 == 0 && p != 4)));
      assertThat(town.marks("wecom")).isEqualTo(153);

      // What drifted apart without a word is found by looking.
      town.guideMarks(6, "", "\"" + TagTown.text(town.tag("wecom", "gold"), "id") + "\"");
      ended(town.run("gold", "{\"look\":true}"), 151, 1, 0);
      assertThat(town.carriers("wecom", "gold")).contains(TagTown.friend(6));
      assertThat(town.violations()).isEqualTo("{}");
    }
  }

  @Test
  void followersOfTheAccountAreTaggedByFifties() {
    try (var town = TagTown.begin(folder, 300, "account.tagsPerFollower=1")) {
      town.sync("gold", "wechat", GOLD, "out", "");
      ended(town.run("gold", "{}"), 150, 150, 0);
      assertThat(town.carriers("account", "gold")).isEqualTo(town.followers(p -> p % 2 == 0));
      assertThat(town.calls()).contains("\"account tags/members/batchtagging\":3");
      String before = town.calls();
      ended(town.run("gold", "{}"), 150, 0, 0);
      assertThat(town.calls()).isEqualTo(before);

      // Whoever carries one tag can not carry another here, and is said by name.
      town.sync("few", "wechat", "has grade = \"gold\" or has grade = \"plain\"", "out", "");
      town.turn(2, false);
      Json few = town.run("few", "{}");
      ended(few, 300, 150, 0);
      assertThat(TagTown.text(few, "refused")).isEqualTo("{\"45059\":150}");
      assertThat(town.carriers("account", "few")).isEqualTo(town.followers(p -> p % 2 == 1));
      ended(town.run("gold", "{\"look\":true}"), 149, 0, 1);
      ended(town.run("few", "{\"again\":true}"), 300, 1, 0);
      assertThat(town.carriers("account", "few"))
          .isEqualTo(town.followers(p -> p % 2 == 1 || p == 2));
      assertThat(town.violations()).isEqualTo("{}");
    }
  }

  @Test
  void callsThatFailByChanceEndInTheSame() {
    try (var town = TagTown.begin(folder, 120, "")) {
      List<String> faults =
          List.of(
              "\"busyShare\":0.3,\"codes\":{}",
              "\"timeoutShare\":0.3,\"codes\":{}",
              "\"codes\":{\"45033\":0.3}",
              "\"codes\":{\"502\":0.3}",
              "\"codes\":{\"45009\":0.03}",
              "\"busyShare\":0.1,\"timeoutShare\":0.1,\"codes\":{\"45033\":0.1,\"500\":0.1}");
      int hours = 0;
      for (int i = 0; i < faults.size(); i++) {
        String fault = WELL + "," + faults.get(i);
        town.faults("{\"wecom\":{" + fault + "},\"account\":{" + fault + "}}");
        for (String platform : List.of("wecom", "wechat")) {
          String name = platform + i;
          town.sync(name, platform, GOLD, "out", "");
          Json view = town.run(name, "{}");
          while (!TagTown.text(view, "state").equals("idle")) {
            assertThat(TagTown.text(view, "state")).as(fault + view.write()).isEqualTo("running");
            assertThat(++hours).as(fault + view.write()).isLessThan(300);
            // The ban of a call is over, and that of an account's quota.
            town.clockTo(Duration.ofMinutes(61L * hours));
            view = town.get("/api/v1/tag-syncs/" + name);
          }
          ended(view, 60, 60, 0);
        }
        assertThat(town.carriers("wecom", "wecom" + i)).isEqualTo(town.friends(p -> p % 2 == 0));
        assertThat(town.carriers("account", "wechat" + i))
            .isEqualTo(town.followers(p -> p % 2 == 0));
      }
      town.faults(
          "{\"wecom\":{" + WELL + ",\"codes\":{}},\"account\":{" + WELL + ",\"codes\":{}}}");
      for (String name : List.of("wecom0", "wecom5", "wechat0", "wechat5")) {
        ended(town.run(name, "{\"look\":true}"), 60, 0, 0);
      }
      assertThat(town.violations()).isEqualTo("{}");
    }
  }

  @Test
  void aServerKilledInTheMiddleGoesOnWhereItWas() {
    try (var town = TagTown.begin(folder, 1_200, "")) {
      town.faults("{\"wecom\":{\"delayMs\":5}}");
      town.sync("gold", "wecom", GOLD, "out", "");
      for (int least : new int[] {1, 200, 420}) {
        var cut =
            CompletableFuture.runAsync(
                () -> {
                  try {
                    town.run("gold", "{}");
                  } catch (UncheckedIOException e) {
                    // The connection ends with the server.
                  }
                });
        while (town.marks("wecom") < least) {
          Thread.onSpinWait();
        }
        town.killServer();
        cut.join();
        assertThat(town.marks("wecom")).as("killed in the middle").isLessThan(600);
        if (least == 200) {
          town.killSandboxAndRestart();
        }
        town.restartServer();
      }
      ended(town.run("gold", "{}"), 600, 600, 0);
      assertThat(town.carriers("wecom", "gold")).isEqualTo(town.friends(p -> p % 2 == 0));
      assertThat(town.marks("wecom")).as("nobody was marked twice").isEqualTo(600);
      assertThat(town.violations()).isEqualTo("{}");
    }
  }

  @Test
  void whoCanNotCarryAnotherTagIsSaid() {
    try (var town = TagTown.begin(folder, 40, "wecom.tagsPerContact=1")) {
      String other = TagTown.text(town.app("{\"make\":{\"group\":\"别的\",\"name\":\"x\"}}"), "id");
      for (int person : new int[] {0, 2, 3}) {
        town.guideMarks(person, "\"" + other + "\"", "");
      }
      town.sync("gold", "wecom", GOLD, "out", "");
      Json view = town.run("gold", "{}");
      ended(view, 20, 18, 0);
      assertThat(TagTown.text(view, "refused")).isEqualTo("{\"40058\":2}");
      Json refused = town.get("/api/v1/tag-syncs/gold/refused");
      assertThat(refused).isInstanceOf(Json.Arr.class);
      assertThat(refused.write()).contains("at most 1 tags of a member on a customer");
      String before = town.calls();
      ended(town.run("gold", "{}"), 20, 0, 0);
      assertThat(town.calls()).as("a refusal is kept").isEqualTo(before);
      town.guideMarks(0, "", "\"" + other + "\"");
      ended(town.run("gold", "{\"again\":true}"), 20, 1, 0);
    }
  }

  @Test
  void rightsThatAreMissingStopASyncThatElseRunsByItsSchedule() {
    try (var town = TagTown.begin(folder, 20, "")) {
      town.sync("gold", "wecom", GOLD, "out", ",\"everySeconds\":600");
      town.faults("{\"wecom\":{\"codes\":{\"48002\":1}}}");
      Json view = town.run("gold", "{}");
      assertThat(TagTown.text(view, "state")).isEqualTo("stopped");
      assertThat(TagTown.text(view, "failure")).startsWith("48002");
      town.faults("{\"wecom\":{\"codes\":{}}}");
      town.clockTo(Duration.ofHours(1));
      assertThat(town.marks("wecom")).as("stopped is not scheduled").isZero();
      ended(town.run("gold", "{}"), 10, 10, 0);

      // From here on by its schedule.
      town.turn(0, false);
      town.clockTo(Duration.ofHours(2));
      assertThat(town.carriers("wecom", "gold")).isEqualTo(town.friends(p -> p % 2 == 0 && p != 0));

      // Syncs that run together share the call per customer.
      town.sync("seen", "wecom", "did profile_updated", "out", "");
      town.sync("plain", "wecom", "has grade = \"plain\"", "out", "");
      int before = town.marks("wecom");
      TagTown.ok(town.post("/api/v1/tag-syncs/run?platform=wecom&wait=20", "{}"));
      assertThat(town.carriers("wecom", "seen")).isEqualTo(town.friends(_ -> true));
      assertThat(town.carriers("wecom", "plain"))
          .isEqualTo(town.friends(p -> p % 2 == 1 || p == 0));
      assertThat(town.marks("wecom") - before).isEqualTo(20);
    }
  }

  @Test
  void withTheWallClockItRunsByItself() {
    try (var town = TagTown.begin(folder, 30, "", false, 10_000)) {
      town.sync("gold", "wecom", GOLD, "both", ",\"everySeconds\":1");
      while (!town.carriers("wecom", "gold").equals(town.friends(p -> p % 2 == 0))) {
        Thread.onSpinWait();
      }
      town.turn(1, true);
      while (!town.carriers("wecom", "gold").contains(TagTown.friend(1))) {
        Thread.onSpinWait();
      }
      // The sandbox's clock is the wall's too: the callback comes by itself.
      town.guideMarks(3, "\"" + TagTown.text(town.tag("wecom", "gold"), "id") + "\"", "");
      while (town.count("has tag \"gold\" by wecom") == 0) {
        Thread.onSpinWait();
      }
      assertThat(town.marks("wecom")).as("fifteen, one, and the guide's").isEqualTo(17);
      assertThat(town.violations()).isEqualTo("{}");
    }
  }

  @Test
  void whatAGuideChangesComesInOnceAndWhatWeChangeDoesNot() {
    try (var town = TagTown.begin(folder, 40, "")) {
      town.sync("gold", "wecom", GOLD, "both", "");
      ended(town.run("gold", "{}"), 20, 20, 0);
      String id = "\"" + TagTown.text(town.tag("wecom", "gold"), "id") + "\"";
      town.clocksTo(Duration.ofMinutes(1));
      town.run("gold", "{\"look\":true}");
      assertThat(town.count("did tag_added")).as("ours is no news").isZero();

      // A guide puts it on one who is not gold, and takes it off one who is.
      town.guideMarks(5, id, "");
      town.guideMarks(6, "", id);
      assertThat(TagTown.text(town.clocksTo(Duration.ofMinutes(2)), "delivered"))
          .contains("\"contactsEdited\":2");
      assertThat(town.count("has tag \"gold\"")).isEqualTo(1);
      assertThat(town.count("has tag \"gold\" by wecom")).isEqualTo(1);
      assertThat(town.count("did tag_removed")).isEqualTo(1);

      // The guide came later than the rule: it stays as it is, and is not told again.
      ended(town.run("gold", "{\"look\":true}"), 20, 0, 0);
      town.clockTo(Duration.ofMinutes(3));
      Set<String> asGuided = town.friends(p -> p == 5 || (p % 2 == 0 && p != 6));
      assertThat(town.carriers("wecom", "gold")).isEqualTo(asGuided);
      assertThat(town.count("did tag_added at least 2 times")).isZero();

      // The rule changes its mind later than the guide did.
      town.turn(6, false);
      town.run("gold", "{}");
      town.turn(6, true);
      town.run("gold", "{}");
      assertThat(town.carriers("wecom", "gold")).contains(TagTown.friend(6));
      assertThat(town.count("did tag_added")).isEqualTo(1);

      // What a look finds comes in as well, once.
      town.guideMarks(7, id, "");
      town.run("gold", "{\"look\":true}");
      town.clocksTo(Duration.ofMinutes(4));
      assertThat(town.count("did tag_added")).isEqualTo(2);
      assertThat(town.count("did tag_added at least 2 times")).isZero();
      assertThat(town.violations()).isEqualTo("{}");
    }
  }

  @Test
  void aTagThatIsAWordOfBothSidesGoesBothWays() {
    try (var town = TagTown.begin(folder, 30, "")) {
      town.sync("vip", "wecom", "has tag \"vip\"", "both", "");
      town.happen("tag_added", 1, "{\"tag\":\"vip\"}");
      ended(town.run("vip", "{}"), 1, 1, 0);
      String id = TagTown.text(town.tag("wecom", "vip"), "id");
      town.guideMarks(2, "\"" + id + "\"", "");
      town.guideMarks(1, "", "\"" + id + "\"");
      town.clocksTo(Duration.ofMinutes(1));
      assertThat(town.count("has tag \"vip\"")).isEqualTo(1);
      ended(town.run("vip", "{}"), 1, 0, 0);
      assertThat(town.carriers("wecom", "vip")).isEqualTo(Set.of(TagTown.friend(2)));
      town.clockTo(Duration.ofMinutes(2));

      town.app("{\"rename\":{\"id\":\"" + id + "\",\"name\":\"VIP\"}}");
      town.clocksTo(Duration.ofMinutes(2));
      assertThat(town.count("has tag \"vip\"")).isZero();
      assertThat(town.count("has tag \"VIP\"")).isEqualTo(1);
      assertThat(TagTown.text(town.get("/api/v1/tag-syncs/vip"), "tag")).isEqualTo("VIP");

      town.app("{\"delete\":{\"id\":\"" + id + "\"}}");
      town.clocksTo(Duration.ofMinutes(3));
      assertThat(town.count("has tag \"VIP\"")).isZero();
      Json stopped = town.get("/api/v1/tag-syncs/vip");
      assertThat(TagTown.text(stopped, "state")).isEqualTo("stopped");
      assertThat(TagTown.text(stopped, "failure")).contains("deleted");
    }
  }
}
