package io.huoshui.server.journey;

import static io.huoshui.server.audience.Town.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.huoshui.json.Json;
import io.huoshui.server.access.SignedPost;
import io.huoshui.server.audience.Town;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Journeys over real HTTP: reviewed, published, paused, migrated, entered, looked at; guides'
/// tasks and hooks.
class JourneysOverHttpTest {
  @TempDir Path folder;
  private Town town;

  @BeforeEach
  void found() throws Exception {
    town = Town.founded(folder);
  }

  @AfterEach
  void stop() {
    town.close();
  }

  private static String journey(String rest) {
    return ("{'journey':'care','entry':{'call':true}," + rest + "}").replace('\'', '"');
  }

  @Test
  void whatCanNotWorkIsRefusedWithItsCureAndWhatIsOddIsSaid() throws Exception {
    String bad = journey("'steps':[{'id':'a','waitFor':{'event':'order_payed','atMost':'1d'}}]");
    Json refused = town.refused(422, "POST", "/api/v1/journeys", bad);
    assertThat(text(refused, "code")).isEqualTo("unknown_event");
    assertThat(text(refused, "field")).isEqualTo("step 'a'.waitFor.event");
    assertThat(text(refused, "value")).isEqualTo("order_payed");
    assertThat(text(refused, "allowed")).contains("/api/v1/event-types");

    Json review =
        town.post(
            "/api/v1/journeys/review",
            journey(
                "'holdOut':10,'steps':[{'id':'a','waitFor':{'event':'live_joined','atMost':'1d'}},{'id':'b','tell':'crm'}]"));
    assertThat(Town.items(review, "findings").stream().map(one -> text(one, "code")).toList())
        .containsExactly("unknown_hook", "nobody_sends", "no_goal");
    assertThat(text(review, "findings.1.refuses")).isEqualTo("false");
    assertThat(Town.items(town.get("/api/v1/journeys"), "")).isEmpty();
  }

  @Test
  void peopleAreCalledInSeenOnTheCanvasPausedAndBroughtToANewVersion() throws Exception {
    town.post(
        "/api/v1/journeys", journey("'steps':[{'id':'a','wait':'2d'},{'id':'b','tag':'cared'}]"));
    Json entered =
        town.post(
            "/api/v1/journeys/care/enter",
            "{\"people\":{\"text\":\"did order_paid\"},\"key\":\"k\"}");
    assertThat(text(entered, "people")).isEqualTo("6");
    Json canvas = town.get("/api/v1/journeys/care/canvas");
    assertThat(text(canvas, "active")).isEqualTo("6");
    assertThat(text(canvas, "nodes.0.waiting")).isEqualTo("6");
    assertThat(text(canvas, "nodes.0.kind")).isEqualTo("wait");

    assertThat(text(town.post("/api/v1/journeys/care/steering", "{\"to\":\"paused\"}"), "steering"))
        .isEqualTo("paused");
    town.reach("2026-07-05T08:00:00Z");
    assertThat(town.count("has tag \"cared\"")).isEqualTo(0);
    assertThat(
            text(
                town.refused(422, "POST", "/api/v1/journeys/care/steering", "{\"to\":\"x\"}"),
                "allowed"))
        .isEqualTo("running, paused, draining");

    town.post(
        "/api/v1/journeys", journey("'steps':[{'id':'z','wait':'1d'},{'id':'c','tag':'moved'}]"));
    Json plan = town.post("/api/v1/journeys/care/migrate", "{\"from\":1,\"map\":{\"a\":\"z\"}}");
    assertThat(text(plan, "carriedOut")).isEqualTo("false");
    assertThat(
            text(plan, "landings.0.from")
                + text(plan, "landings.0.to")
                + text(plan, "landings.0.people"))
        .isEqualTo("az6");
    town.refused(
        400, "POST", "/api/v1/journeys/care/migrate", "{\"from\":1,\"map\":{\"a\":\"c\"}}");
    town.post(
        "/api/v1/journeys/care/migrate", "{\"from\":1,\"map\":{\"a\":\"z\"},\"carryOut\":true}");
    town = town.reopened();
    assertThat(text(town.get("/api/v1/journeys/care/canvas?version=2"), "active")).isEqualTo("6");

    town.post("/api/v1/journeys/care/steering", "{\"to\":\"running\"}");
    assertThat(town.count("has tag \"moved\"")).isEqualTo(6);
    assertThat(town.count("has tag \"cared\"")).isEqualTo(0);
    assertThat(Town.items(town.get("/api/v1/journeys/stuck"), "")).isEmpty();
    Json person = town.get("/api/v1/profiles?query=13910000000");
    Json whole = town.get("/api/v1/profiles/" + text(person, "items.0.id"));
    assertThat(text(whole, "positions.0.way")).isEqualTo("[\"z\",\"c\"]");
    assertThat(text(whole, "positions.0.exit")).isEqualTo("completed");
  }

  @Test
  void aGuideDoesTheTaskAndTheJourneyGoesOn() throws Exception {
    town.post(
        "/api/v1/journeys",
        journey(
            "'steps':[{'id':'t','task':{'title':'回访','script':'您好 {name|客人}','within':'1d'}},"
                + "{'id':'w','waitFor':{'event':'task_done','atMost':'3d','then':'y','otherwise':'n'}},"
                + "{'id':'y','tag':'served','next':'end'},{'id':'n','tag':'missed'}]"));
    town.post("/api/v1/journeys/care/enter", "{\"people\":{\"text\":\"reachable wecom\"}}");
    List<Json> tasks = Town.items(town.get("/api/v1/guide-tasks"), "");
    assertThat(tasks).hasSize(2);
    assertThat(text(tasks.getFirst(), "state")).isEqualTo("later");
    assertThat(text(tasks.getFirst(), "script")).startsWith("您好 钟灵");

    town.reach("2026-07-03T08:00:00Z");
    assertThat(text(town.get("/api/v1/guide-tasks"), "0.state")).isEqualTo("overdue");
    Json done =
        town.post(
            "/api/v1/guide-tasks/done",
            "{\"task\":\"" + text(tasks.getFirst(), "task") + "\",\"evidence\":\"已电话\"}");
    assertThat(text(done, "state")).isEqualTo("done");
    assertThat(town.count("has tag \"served\"")).isEqualTo(1);
    town.reach("2026-07-06T08:00:00Z");
    assertThat(town.count("has tag \"missed\"")).isEqualTo(1);
    town.refused(404, "POST", "/api/v1/guide-tasks/done", "{\"task\":\"nothing\"}");
  }

  private record Told(String key, String signature, String body) {}

  @Test
  void anotherSystemIsToldUntilItTakesIt() throws Exception {
    BlockingQueue<Told> told = new LinkedBlockingQueue<>();
    var refusals = new AtomicInteger(2);
    HttpServer receiver =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        call -> {
          String body = new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          boolean refuse = refusals.getAndDecrement() > 0;
          if (!refuse) {
            told.add(
                new Told(
                    String.valueOf(call.getRequestHeaders().getFirst("Idempotency-Key")),
                    String.valueOf(call.getRequestHeaders().getFirst("X-Huoshui-Signature")),
                    body));
          }
          call.sendResponseHeaders(refuse ? 500 : 200, -1);
          call.close();
        });
    receiver.start();
    try {
      Json hooks =
          town.post(
              "/api/v1/hooks",
              "{\"name\":\"crm\",\"url\":\"http://127.0.0.1:"
                  + receiver.getAddress().getPort()
                  + "/\",\"secret\":\"0123456789abcdef\"}");
      assertThat(hooks.write()).doesNotContain("0123456789abcdef");
      town.post("/api/v1/journeys", journey("'steps':[{'id':'x','tell':'crm'}]"));
      town.post("/api/v1/journeys/care/enter", "{\"people\":{\"text\":\"reachable wecom\"}}");

      Told one = told.poll(60, TimeUnit.SECONDS);
      Told two = told.poll(60, TimeUnit.SECONDS);
      assertThat(one).isNotNull();
      assertThat(two).isNotNull();
      assertThat(one.key()).startsWith("care/1/").isNotEqualTo(two.key());
      assertThat(text(Json.parse(one.body()), "journey")).isEqualTo("care");
      String time = one.signature().substring(2, one.signature().indexOf(','));
      assertThat(one.signature())
          .isEqualTo(
              "t="
                  + time
                  + ",v1="
                  + SignedPost.signature("0123456789abcdef", time + "." + one.body()));
    } finally {
      receiver.stop(0);
    }
    town.refused(
        422,
        "POST",
        "/api/v1/hooks",
        "{\"name\":\"crm\",\"url\":\"x\",\"secret\":\"0123456789abcdef\"}");
  }
}
