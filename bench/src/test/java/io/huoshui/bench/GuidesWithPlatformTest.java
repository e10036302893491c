package io.huoshui.bench;

import static io.huoshui.bench.TagTown.ok;
import static io.huoshui.bench.TagTown.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The organisation follows the platform, customers change hands within its quotas whatever goes
/// wrong, and the sidebar shows a guide their own.
@Timeout(300)
class GuidesWithPlatformTest {
  private static final int PEOPLE = 130;
  private static final String FIRST = "guide-0001";

  @TempDir Path folder;

  private static Json job(TagTown town, String id) {
    Json job = town.get("/api/v1/jobs/" + id + "?wait=30");
    assertThat(text(job, "state")).as(job.write()).isEqualTo("done");
    return job instanceof Json.Obj object && object.get("result") instanceof Json result
        ? result
        : job;
  }

  private static Json sync(TagTown town, boolean apply) {
    return job(town, text(ok(town.post("/api/v1/org/sync", "{\"apply\":" + apply + "}")), "job"));
  }

  private static int state(Json handOver, String state) {
    String count =
        handOver instanceof Json.Obj object && object.get("counts") instanceof Json counts
            ? text(counts, state)
            : "";
    return count.isEmpty() ? 0 : Integer.parseInt(count);
  }

  /// Both sides live on to an hour, and what is left over then is finished.
  private static void liveTo(TagTown town, int hours) {
    town.clocksTo(Duration.ofHours(hours));
    town.clockTo(Duration.ofHours(hours));
  }

  @Test
  void customersChangeHandsAndTheSidebarShowsAGuideTheirOwn() throws Exception {
    try (var town = TagTown.begin(folder, PEOPLE, "")) {
      for (int person = 0; person < PEOPLE; person++) {
        town.happen("contact_added", person, "{\"guide\":\"" + FIRST + "\"}");
      }
      // The organisation.
      assertThat(text(sync(town, false), "counts"))
          .isEqualTo("{\"guide_found\":5,\"store_found\":3}");
      assertThat(town.get("/api/v1/guides").write()).isEqualTo("[]");
      sync(town, true);
      assertThat(text(sync(town, true), "counts")).as("nothing is left").isEqualTo("{}");
      assertThat(town.get("/api/v1/stores").write()).contains("\"store-1\"", "华东");
      assertThat(text(town.get("/api/v1/bindings?guide=" + FIRST), "count")).isEqualTo("130");

      // In service, over a platform that is busy and loses answers.
      town.faults("{\"wecom\":{\"busyShare\":0.4,\"timeoutShare\":0.3}}");
      String asked =
          "{\"from\":\"guide-0001\",\"to\":[\"guide-0002\"],\"message\":\"您好,由我继续为您服务\",\"why\":\"调岗\"}";
      Json preview = ok(town.post("/api/v1/handovers/preview", asked));
      assertThat(text(preview, "people") + " in " + text(preview, "calls")).isEqualTo("130 in 2");
      String id = text(ok(town.post("/api/v1/handovers", asked)), "id");
      HttpResponse<String> again = town.post("/api/v1/handovers", asked);
      assertThat(again.statusCode()).as(again.body()).isEqualTo(422);
      Json handOver = town.get("/api/v1/handovers/" + id);
      for (int i = 0; state(handOver, "waiting") < PEOPLE; i++) {
        assertThat(i).as(handOver.write()).isLessThan(60);
        town.clockTo(Duration.ZERO);
        handOver = town.get("/api/v1/handovers/" + id);
      }
      town.faults("{\"wecom\":{\"busyShare\":0,\"timeoutShare\":0}}");
      liveTo(town, 23);
      assertThat(state(town.get("/api/v1/handovers/" + id), "waiting")).isEqualTo(PEOPLE);
      liveTo(town, 25);
      handOver = town.get("/api/v1/handovers/" + id);
      int taken = state(handOver, "taken_over");
      assertThat(taken + state(handOver, "refused")).as(handOver.write()).isEqualTo(PEOPLE);
      assertThat(taken).isBetween(90, 129);
      assertThat(text(town.get("/api/v1/bindings?guide=guide-0002"), "count"))
          .isEqualTo("" + taken);
      assertThat(text(town.get("/api/v1/bindings?guide=" + FIRST), "count"))
          .isEqualTo("" + (PEOPLE - taken));

      // Somebody leaves: the night's run finds it, and their customers go as those of who left.
      town.members("{\"leave\":\"guide-0002\"}");
      liveTo(town, 50);
      Json jobs = town.get("/api/v1/jobs?kind=org_sync&limit=1");
      var _ =
          job(town, jobs instanceof Json.Arr(List<Json> items) ? text(items.getFirst(), "id") : "");
      assertThat(town.get("/api/v1/guides").write())
          .contains(
              "\"userid\":\"guide-0002\",\"title\":\"导购2\",\"store\":\"dept-102\",\"role\":\"manager\",\"active\":false");
      assertThat(text(town.get("/api/v1/guides/left"), "left")).contains("guide-0002");
      HttpResponse<String> gone =
          town.post(
              "/api/v1/handovers/preview", "{\"from\":\"" + FIRST + "\",\"to\":[\"guide-0002\"]}");
      assertThat(gone.statusCode()).isEqualTo(422);
      String second =
          text(
              ok(
                  town.post(
                      "/api/v1/handovers",
                      "{\"from\":\"guide-0002\",\"to\":[\"guide-0003\"],\"groups\":[\"wr-guide-0002-1\",\"wr-guide-0001-1\"],\"why\":\"离职\"}")),
              "id");
      Json begun = town.get("/api/v1/handovers/" + second);
      assertThat(state(begun, "waiting")).as(begun.write()).isEqualTo(taken);
      assertThat(state(begun, "taken_over") + " " + state(begun, "failed"))
          .as("one group was theirs; the other's owner has not left")
          .isEqualTo("1 1");
      assertThat(begun.write()).contains("\"code\":90500");
      liveTo(town, 76);
      int kept = state(town.get("/api/v1/handovers/" + second), "taken_over") - 1;
      assertThat(text(town.get("/api/v1/bindings?guide=guide-0003"), "count")).isEqualTo("" + kept);
      assertThat(town.violations()).isEqualTo("{}");

      sidebar(town);
    }
  }

  private static void sidebar(TagTown town) throws Exception {
    String mine = "";
    String others = "";
    Json lines = town.get("/api/v1/bindings?guide=guide-0003&limit=1");
    String customer =
        text(
            TagTown.list(lines, "items").getFirst() instanceof Json.Obj line
                    && line.get("customer") instanceof Json who
                ? who
                : lines,
            "id");
    for (int person = 0; person < PEOPLE; person++) {
      Json found = town.get("/api/v1/profiles?query=" + TagTown.friend(person));
      String id = text(TagTown.list(found, "items").getFirst(), "id");
      if (id.equals(customer)) {
        mine = TagTown.friend(person);
      }
      Json binding = town.get("/api/v1/bindings/" + id);
      if (binding.write().contains("\"now\":{\"guide\":\"guide-0001\"")) {
        others = TagTown.friend(person);
      }
      if (!mine.isEmpty() && !others.isEmpty()) {
        break;
      }
    }
    String code = text(town.members("{\"open\":\"guide-0003\"}"), "code");
    String body = "{\"code\":\"" + code + "\"}";
    Json session = ok(town.as("", "POST", "/api/v1/sidebar/session", body));
    assertThat(text(session, "userid")).isEqualTo("guide-0003");
    assertThat(town.as("", "POST", "/api/v1/sidebar/session", body).statusCode())
        .as("a code used twice")
        .isEqualTo(401);
    String token = text(session, "token");
    String path = "/api/v1/sidebar/customer?externalUserid=";
    assertThat(town.as(token, "GET", path + others, "").statusCode()).isEqualTo(403);
    assertThat(town.as(token, "GET", path + "wmNobodyAtAll00001", "").statusCode()).isEqualTo(404);
    assertThat(town.as(token, "GET", path + mine + "&reveal=true", "").statusCode()).isEqualTo(403);
    ok(town.put("/api/v1/guides/guide-0003", "{\"seesPhones\":true}"));
    assertThat(town.as(token, "GET", path + mine + "&reveal=true", "").statusCode()).isEqualTo(200);

    ok(
        town.post(
            "/api/v1/guides/own/tasks",
            "{\"people\":{\"customers\":[\""
                + customer
                + "\"]},\"title\":\"生日关怀\",\"script\":\"生日快乐\",\"within\":\"8h\"}"));
    ok(
        town.as(
            token,
            "POST",
            "/api/v1/sidebar/notes",
            "{\"externalUserid\":\"" + mine + "\",\"text\":\"答应周五到货通知\"}"));
    ok(
        town.as(
            token,
            "POST",
            "/api/v1/sidebar/tags",
            "{\"externalUserid\":\"" + mine + "\",\"put\":[\"高意向\"]}"));
    Json sheet = ok(town.as(token, "GET", path + mine, ""));
    assertThat(sheet.write()).contains("高意向", "答应周五到货通知", "生日快乐", "\"boundTo\":\"guide-0003\"");
    String task =
        text(
            town.get("/api/v1/guides/guide-0003/tasks") instanceof Json.Arr(List<Json> items)
                ? items.getFirst()
                : sheet,
            "task");
    ok(
        town.as(
            token,
            "POST",
            "/api/v1/sidebar/tasks/done",
            "{\"task\":\"" + task + "\",\"evidence\":{\"kind\":\"text\",\"what\":\"已发祝福\"}}"));
    assertThat(ok(town.as(token, "GET", path + mine, "")).write())
        .contains("已发祝福")
        .doesNotContain("生日快乐");
    pages(town, token);
    measure(town, token, path + URLEncoder.encode(mine, StandardCharsets.UTF_8));
  }

  /// Many pages open at once: each ticket is fetched once; the client takes both signatures, and
  /// once the platform spoils the tickets, the page says so and gets good ones.
  private static void pages(TagTown town, String token) throws Exception {
    var opened = new ArrayList<Callable<Json>>();
    for (int i = 0; i < 40; i++) {
      int number = i;
      opened.add(() -> sign(town, token, "?x=" + number + "#top", ""));
    }
    try (var threads = Executors.newFixedThreadPool(40)) {
      for (Future<Json> each : threads.invokeAll(opened)) {
        assertThat(text(each.get(), "url")).matches("https://brand\\.example/sidebar\\?x=\\d+");
        assertThat(taken(town, each.get())).isEqualTo("true true");
      }
    }
    assertThat(tickets(town)).as("one for each kind").isEqualTo("1 1");
    town.members("{\"spoil\":\"tickets\"}");
    assertThat(taken(town, sign(town, token, "", ""))).isEqualTo("false false");
    assertThat(taken(town, sign(town, token, "", ",\"refused\":true"))).isEqualTo("true true");
    assertThat(taken(town, sign(town, token, "", ",\"refused\":true"))).isEqualTo("true true");
    assertThat(tickets(town)).as("a page that insists costs nothing").isEqualTo("2 2");
    // A signature is of one page.
    Json of = sign(town, token, "", "");
    assertThat(town.members("{\"page\":" + of.write().replace("/sidebar", "/other") + "}").write())
        .contains("\"config\":false", "\"agentConfig\":false");
    assertThat(
            town.as(token, "POST", "/api/v1/sidebar/signature", "{\"url\":\"ftp:x\"}").statusCode())
        .isEqualTo(400);
    assertThat(
            town.as("hsg_none", "POST", "/api/v1/sidebar/signature", "{\"url\":\"https://x\"}")
                .statusCode())
        .isEqualTo(401);
  }

  private static Json sign(TagTown town, String token, String rest, String more) {
    return ok(
        town.as(
            token,
            "POST",
            "/api/v1/sidebar/signature",
            "{\"url\":\"https://brand.example/sidebar" + rest + "\"" + more + "}"));
  }

  /// What WeCom's client says of both signatures.
  private static String taken(TagTown town, Json signed) {
    Json said = town.members("{\"page\":" + signed.write() + "}");
    return text(said, "config") + " " + text(said, "agentConfig");
  }

  private static String tickets(TagTown town) {
    Json calls = Json.parse(town.calls());
    return text(calls, "wecom get_jsapi_ticket") + " " + text(calls, "wecom ticket/get");
  }

  /// Printed, not judged.
  private static void measure(TagTown town, String token, String path) {
    long[] micros = new long[300];
    for (int i = 0; i < micros.length; i++) {
      long began = System.nanoTime();
      ok(town.as(token, "GET", path, ""));
      micros[i] = (System.nanoTime() - began) / 1_000;
    }
    Arrays.sort(micros);
    System.out.printf(
        "sidebar customer: median %d us, p99 %d us over HTTP, %d calls%n",
        micros[micros.length / 2], micros[micros.length * 99 / 100], micros.length);
  }
}
