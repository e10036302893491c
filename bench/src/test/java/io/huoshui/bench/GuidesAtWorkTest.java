package io.huoshui.bench;

import static io.huoshui.bench.TagTown.ok;
import static io.huoshui.bench.TagTown.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Simulated guides do their lists over the guide API, so that boards and reply rates fill by
/// themselves.
@Timeout(300)
class GuidesAtWorkTest {
  private static final int PEOPLE = 120;

  @TempDir Path folder;

  private static long number(Json json, String key) {
    return json instanceof Json.Obj object && object.get(key) instanceof Json.Num number
        ? number.number().longValue()
        : 0;
  }

  private static List<Json> items(Json json) {
    return json instanceof Json.Arr(List<Json> items) ? items : List.of();
  }

  private static void live(TagTown town, int fromHour, int toHour) {
    for (int hour = fromHour; hour <= toHour; hour++) {
      town.clocksTo(Duration.ofHours(hour));
    }
  }

  private static int listed(TagTown town, String when) {
    return items(town.get("/api/v1/guides/guide-0001/tasks?when=" + when + "&limit=500")).size();
  }

  @Test
  void tasksAreDoneInTimeLateOrNeverAndSomeAreAnswered() {
    try (var town = TagTown.begin(folder, PEOPLE, "")) {
      for (int person = 0; person < PEOPLE; person++) {
        town.happen("contact_added", person, "{\"guide\":\"guide-0001\"}");
      }
      ok(town.post("/api/v1/org/sync", "{\"apply\":true}"));
      for (int i = 0; items(town.get("/api/v1/guides")).isEmpty(); i++) {
        assertThat(i).as("the organisation is synchronised").isLessThan(60);
        town.clockTo(Duration.ZERO);
      }
      Json given =
          ok(
              town.post(
                  "/api/v1/guides/own/tasks",
                  "{\"people\":{\"text\":\"did"
                      + " contact_added\"},\"title\":\"回访\",\"script\":\"最近喝得怎么样\",\"within\":\"8h\",\"key\":\"k\"}"));
      assertThat(number(given, "given")).as(given.write()).isEqualTo(PEOPLE);
      live(town, 1, 2);
      assertThat(listed(town, "done")).as("nobody works before they are told to").isZero();
      town.guides("{\"never\":0.1,\"late\":0.25,\"answered\":0.5}");
      live(town, 3, 9);
      int inTime = listed(town, "done");
      int overdue = listed(town, "overdue");
      assertThat(inTime).isBetween(PEOPLE / 2, PEOPLE - 20);
      assertThat(overdue).isBetween(5, PEOPLE / 2).isEqualTo(PEOPLE - inTime);
      live(town, 10, 24 * 5);
      Json did = town.guides("{\"never\":0.1,\"late\":0.25,\"answered\":0.5}");
      int done = listed(town, "done");
      assertThat(done).isGreaterThan(inTime).isLessThan(PEOPLE);
      assertThat(listed(town, "overdue")).as("some are never done").isEqualTo(PEOPLE - done);
      assertThat(number(did, "tasksDone") + number(did, "tasksDoneLate"))
          .as(did.write())
          .isEqualTo(done);
      assertThat(number(did, "tasksDoneLate")).isPositive();
      assertThat(number(did, "tasksRefused")).isZero();
      Json board =
          items(town.get("/api/v1/guide-board")).stream()
              .filter(row -> text(row, "guide").equals("guide-0001"))
              .findFirst()
              .orElseThrow();
      assertThat(number(board, "overdue")).isEqualTo(PEOPLE - done);

      // Replies by script line: a line of a task is its title.
      String replies = town.get("/api/v1/replies?from=2026-06-30&to=2026-07-10").write();
      assertThat(replies).contains("task:回访");
      long answered = number(did, "taskAnswers");
      assertThat(answered).isBetween(done / 4L, done * 3L / 4);
      assertThat(town.count("did message_replied")).isEqualTo((int) answered);
      assertThat(town.violations()).isEqualTo("{}");
    }
  }
}
