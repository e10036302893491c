package io.huoshui.server.guide;

import static io.huoshui.server.audience.Town.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import io.huoshui.server.access.Access;
import io.huoshui.server.access.Scope;
import io.huoshui.server.audience.Town;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Stores, bindings, tasks, figures and who may see them, over real HTTP.
///
/// ```
/// store  s1 (li leads, wu)     s2 (he)
/// person 0 li   1 wu   2 li, claimed by he   6 he   8 nobody
/// ```
class GuidesOverHttpTest {
  @TempDir Path folder;
  private Town town;

  @BeforeEach
  void found() throws Exception {
    town = Town.founded(folder);
    put(
        "/api/v1/stores/s1",
        "{\"title\":\"外滩店\",\"region\":[\"华东\"],\"hours\":\"mon-fri 09:00-18:00\"}");
    put("/api/v1/stores/s2", "{\"title\":\"徐汇店\",\"region\":[\"华东\"],\"lat\":31.2,\"lon\":121.4}");
    put("/api/v1/guides/li", "{\"title\":\"李\",\"store\":\"s1\",\"role\":\"manager\"}");
    put("/api/v1/guides/wu", "{\"title\":\"吴\",\"store\":\"s1\"}");
    put("/api/v1/guides/he", "{\"title\":\"何\",\"store\":\"s2\",\"capacity\":5}");
    var events = new ArrayList<String>();
    events.add(added(0, "li"));
    events.add(added(1, "wu"));
    events.add(added(2, "li"));
    events.add(added(2, "he"));
    events.add(added(6, "he"));
    for (String of : new String[] {"0 x0 1001", "1 x1 500", "6 x6 700", "8 x8 90"}) {
      String[] order = of.split(" ");
      events.add(
          town.event(
              "order_paid",
              Town.phone(Integer.parseInt(order[0])),
              "{\"orderId\":\"" + order[1] + "\",\"amountFen\":" + order[2] + "}"));
    }
    events.add(
        town.event("order_refunded", Town.phone(0), "{\"orderId\":\"x0\",\"amountFen\":400}"));
    town.take(events);
  }

  private String added(int person, String guide) {
    return town.event("contact_added", Town.phone(person), "{\"guide\":\"" + guide + "\"}");
  }

  @AfterEach
  void stop() {
    town.close();
  }

  private Json put(String path, String body) throws Exception {
    return Town.ok(town.send("PUT", path, town.admin(), body));
  }

  private String customer(int person) throws Exception {
    return text(town.get("/api/v1/profiles?query=139" + (10_000_000 + person)), "items.0.id");
  }

  private static List<String> each(Json json, String path, String field) {
    return Town.items(json, path).stream().map(item -> text(item, field)).toList();
  }

  @Test
  void storesSeeTheirOwnAndBindingsAreFolds() throws Exception {
    withoutThePlatformItSaysWhatIsMissing();
    aTokenOfAStoreSeesThatStoreOnly();
    bindingsAreFoldsAndRebindingSaysWhy();
  }

  @Test
  void figuresAreDoorsAndTasksGoToWhoeverTakesOver() throws Exception {
    figuresAddUpAndEachNumberIsADoor();
    tasksAreGivenDoneMovedAndGoToWhoeverTakesOver();
  }

  private void bindingsAreFoldsAndRebindingSaysWhy() throws Exception {
    Json bound = town.get("/api/v1/bindings");
    assertThat(text(bound, "count")).isEqualTo("4");
    assertThat(text(town.get("/api/v1/bindings?guide=li"), "count")).isEqualTo("2");
    assertThat(text(town.get("/api/v1/bindings?store=s2"), "count")).isEqualTo("1");
    Json disputes = town.get("/api/v1/bindings/conflicts");
    assertThat(text(disputes, "count")).isEqualTo("1");
    assertThat(text(disputes, "items.0.conflicts.0.guide")).isEqualTo("he");
    assertThat(text(disputes, "items.0.conflicts.0.code")).isEqualTo("first_scan_wins");

    String two = customer(2);
    Json refused =
        town.refused(
            422, "POST", "/api/v1/bindings", "{\"customer\":\"" + two + "\",\"guide\":\"he\"}");
    assertThat(text(refused, "field")).isEqualTo("why");
    Json moved =
        town.post(
            "/api/v1/bindings", "{\"customer\":\"" + two + "\",\"guide\":\"he\",\"why\":\"住得近\"}");
    assertThat(text(moved, "now.guide")).isEqualTo("he");
    assertThat(text(moved, "now.store")).isEqualTo("s2");
    assertThat(text(moved, "now.by")).isEqualTo("hq");
    assertThat(text(moved, "past.0.guide")).isEqualTo("li");
    assertThat(town.get("/api/v1/profiles/" + two + "/events").write()).contains("住得近");

    assertThat(text(town.post("/api/v1/bindings/" + two + "/release", "{\"why\":\"客户要求\"}"), "now"))
        .isEqualTo("null");

    // Other rules, and everybody's binding is what they say.
    Json rules =
        put(
            "/api/v1/guide-rules",
            "{\"binding\":{\"mode\":\"last_contact\",\"contactsBind\":false}}");
    assertThat(text(rules, "binding.mode")).isEqualTo("last_contact");
    assertThat(text(town.get("/api/v1/bindings"), "count")).isEqualTo("0");
    assertThat(
            text(
                Json.parse(
                    town.send(
                            "PUT",
                            "/api/v1/guide-rules",
                            town.admin(),
                            "{\"revenue\":{\"parts\":[{\"percent\":90,\"owner\":\"binding\"}]}}")
                        .body()),
                "code"))
        .isEqualTo("bad_definition");
  }

  private void aTokenOfAStoreSeesThatStoreOnly() throws Exception {
    Json made = town.post("/api/v1/store-tokens", "{\"label\":\"外滩店长\",\"stores\":[\"s1\"]}");
    String token = text(made, "token");
    assertThat(each(read(token, "/api/v1/stores"), "", "name")).containsExactly("s1");
    assertThat(each(read(token, "/api/v1/guides"), "", "userid")).containsExactly("li", "wu");
    assertThat(each(read(token, "/api/v1/guide-board"), "", "guide")).containsExactly("li", "wu");
    assertThat(text(read(token, "/api/v1/bindings"), "count")).isEqualTo("3");
    assertThat(text(read(token, "/api/v1/bindings/conflicts"), "count")).isEqualTo("1");
    assertThat(each(read(token, "/api/v1/takings"), "rows", "guide")).containsExactly("li", "wu");
    assertThat(text(read(token, "/api/v1/takings"), "all")).isEqualTo("null");
    assertThat(each(read(token, "/api/v1/replies"), "rows", "guide")).isEmpty();
    String six = customer(6);
    for (String path :
        List.of(
            "/api/v1/bindings?store=s2", "/api/v1/bindings/" + six, "/api/v1/guides/he/tasks")) {
      assertThat(status(token, "GET", path, "")).as(path).isEqualTo(403);
    }
    for (String body :
        List.of(
            "{\"customer\":\"" + six + "\",\"guide\":\"wu\",\"why\":\"要过来\"}",
            "{\"customer\":\"" + customer(1) + "\",\"guide\":\"he\",\"why\":\"送出去\"}")) {
      assertThat(status(token, "POST", "/api/v1/bindings", body)).as(body).isEqualTo(403);
    }
    assertThat(status(token, "POST", "/api/v1/takings/open", "{\"store\":\"s2\"}")).isEqualTo(403);
    assertThat(
            status(
                token,
                "POST",
                "/api/v1/takings/open",
                "{\"store\":\"s1\",\"guide\":\"li\",\"name\":\"mine\"}"))
        .isEqualTo(403);
    // What does not look at stores is not open to it.
    for (String path :
        List.of(
            "/api/v1/profiles",
            "/api/v1/segments",
            "/api/v1/handovers",
            "/api/v1/store-tokens",
            "/api/v1/guide-rules",
            "/api/v1/guides/left",
            "/api/v1/org/sync",
            "/api/v1/guide-tasks",
            "/api/v1/sidebar/tasks")) {
      assertThat(status(token, "GET", path, "")).as(path).isEqualTo(401);
    }
    assertThat(status(token, "PUT", "/api/v1/guides/li", "{\"seesPhones\":true}")).isEqualTo(401);

    String sidebar =
        town.server()
            .context()
            .getBean(Access.class)
            .scopedToken(new Scope(false, new TreeSet<>(), "wu", "sidebar"));
    assertThat(status(sidebar, "GET", "/api/v1/sidebar/tasks", "")).isEqualTo(200);
    assertThat(status(sidebar, "GET", "/api/v1/bindings", "")).isEqualTo(401);
    put("/api/v1/guides/wu", "{\"active\":false}");
    assertThat(status(sidebar, "GET", "/api/v1/sidebar/tasks", ""))
        .as("whoever left is shut out")
        .isEqualTo(401);

    String id = text(town.get("/api/v1/store-tokens"), "0.id");
    assertThat(status(town.admin(), "DELETE", "/api/v1/store-tokens/" + id, "")).isEqualTo(204);
    assertThat(status(token, "GET", "/api/v1/stores", "")).isEqualTo(401);
  }

  private Json read(String token, String path) throws Exception {
    return Town.ok(town.send("GET", path, token, ""));
  }

  private int status(String token, String method, String path, String body) throws Exception {
    HttpResponse<String> answer = town.send(method, path, token, body);
    return answer.statusCode();
  }

  private void tasksAreGivenDoneMovedAndGoToWhoeverTakesOver() throws Exception {
    Json given =
        town.post(
            "/api/v1/guides/own/tasks",
            "{\"people\":"
                + everybody()
                + ",\"title\":\"七月回访\",\"script\":\"您好,新品到店\",\"within\":\"4h\",\"key\":\"july\"}");
    assertThat(text(given, "given")).isEqualTo("4");
    Json again =
        town.post(
            "/api/v1/guides/own/tasks",
            "{\"people\":"
                + everybody()
                + ",\"title\":\"七月回访\",\"within\":\"4h\",\"key\":\"july\"}");
    assertThat(text(again, "given")).isEqualTo("4");
    assertThat(each(town.get("/api/v1/guides/li/tasks"), "", "title"))
        .as("the same key gives nothing twice")
        .containsExactly("七月回访", "七月回访");
    // Saturday evening, and the store opens on Monday at nine.
    assertThat(text(town.get("/api/v1/guides/wu/tasks?when=later"), "0.due"))
        .isEqualTo("2026-07-06T07:15:00Z");

    String task = text(town.get("/api/v1/guides/wu/tasks"), "0.task");
    Json refused = move(409, task, "\"done\",\"evidence\":{\"kind\":\"message\"}");
    assertThat(text(refused, "code")).isEqualTo("no_message");
    assertThat(
            text(
                move(422, task, "\"done\",\"evidence\":{\"kind\":\"photo\",\"what\":\"x\"}"),
                "code"))
        .isEqualTo("bad_evidence");
    assertThat(text(move(422, task, "\"skip\""), "field")).isEqualTo("why");
    Json done =
        move(
            200, task, "\"done\",\"evidence\":{\"kind\":\"photo\",\"what\":\"https://pic/1.jpg\"}");
    assertThat(text(done, "when")).isEqualTo("done");
    assertThat(text(done, "evidenceKind")).isEqualTo("photo");
    assertThat(text(move(409, task, "\"cancel\",\"why\":\"x\""), "code")).isEqualTo("task_state");
    assertThat(text(move(200, task, "\"reopen\""), "when")).isEqualTo("later");
    assertThat(
            text(
                move(200, task, "\"done\",\"evidence\":{\"kind\":\"text\",\"what\":\"已回访\"}"),
                "evidence"))
        .as("a task that was opened again is done again")
        .isEqualTo("已回访");

    String hes = text(town.get("/api/v1/guides/he/tasks"), "0.task");
    move(200, hes, "\"reassign\",\"guide\":\"wu\"");
    assertThat(Town.items(town.get("/api/v1/guides/he/tasks"), "")).isEmpty();
    assertThat(each(town.get("/api/v1/guides/wu/tasks"), "", "task")).containsExactly(hes);

    put("/api/v1/guides/wu", "{\"active\":false}");
    assertThat(each(town.get("/api/v1/guides/li/tasks"), "", "task"))
        .as("the store's manager took over")
        .hasSize(3)
        .contains(hes);
    town.reach("2026-07-07T12:00:00Z");
    assertThat(Town.items(town.get("/api/v1/guides/li/tasks?when=overdue"), "")).hasSize(3);
    Json board = town.get("/api/v1/guide-board");
    assertThat(text(board, "1.guide") + " " + text(board, "1.overdue")).isEqualTo("li 3");
  }

  private String everybody() throws Exception {
    var names = new ArrayList<Json>();
    for (int person : new int[] {0, 1, 2, 6}) {
      names.add(Json.of(customer(person)));
    }
    return Json.object("customers", Json.of(names)).write();
  }

  private Json move(int status, String task, String rest) throws Exception {
    HttpResponse<String> answer =
        town.send(
            "POST",
            "/api/v1/guide-tasks/move",
            town.admin(),
            "{\"task\":\"" + task + "\",\"move\":" + rest + "}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return Json.parse(answer.body());
  }

  private void figuresAddUpAndEachNumberIsADoor() throws Exception {
    Json takings = town.get("/api/v1/takings?from=2026-06-01&to=2026-07-01");
    assertThat(text(takings, "all.paidFen")).isEqualTo(sum(takings, "paidFen"));
    assertThat(text(takings, "all.returnedFen"))
        .isEqualTo("400")
        .isEqualTo(sum(takings, "returnedFen"));
    assertThat(text(takings, "all.netFen")).isEqualTo(sum(takings, "netFen"));
    Json opened =
        town.post(
            "/api/v1/takings/open",
            "{\"from\":\"2026-06-01\",\"to\":\"2026-07-01\",\"store\":\"s1\",\"guide\":\"li\",\"name\":\"of_li\"}");
    assertThat(text(opened, "count")).isEqualTo(buyersOf(takings, "li"));
    assertThat(town.count("in audience \"of_li\""))
        .isEqualTo(Long.parseLong(buyersOf(takings, "li")));

    Json none = town.get("/api/v1/replies");
    assertThat(text(none, "all.rate")).isEqualTo("null");
    assertThat(text(none, "all.note")).isEqualTo("no base");
    town.take(
        List.of(
            town.event(
                "message_delivered",
                Town.phone(0),
                "{\"touchpoint\":\"t\",\"template\":\"hello\"}"),
            town.event("message_replied", Town.phone(0), "{\"text\":\"好\"}"),
            town.event(
                "message_delivered",
                Town.phone(1),
                "{\"touchpoint\":\"t\",\"template\":\"hello\"}"),
            town.event(
                "message_delivered",
                Town.phone(6),
                "{\"touchpoint\":\"t\",\"template\":\"hello\",\"guide\":\"li\"}")));
    assertThat(text(town.get("/api/v1/replies"), "all.early"))
        .as("nobody's two days are over")
        .isEqualTo("3");
    town.reach("2026-07-04T12:00:00Z");
    Json replies = town.get("/api/v1/replies");
    assertThat(text(replies, "all.said") + " " + text(replies, "all.answered")).isEqualTo("3 1");
    assertThat(each(replies, "guides", "guide")).containsExactly("li", "wu");
    assertThat(text(replies, "guides.0.said") + " " + text(replies, "guides.0.answered"))
        .isEqualTo("2 1");
    assertThat(text(replies, "lines.0.line") + " " + text(replies, "lines.0.said"))
        .isEqualTo("hello 3");
    assertThat(Double.parseDouble(text(replies, "lines.0.rate.low"))).isBetween(0.0, 0.33);
    Json silent =
        town.post(
            "/api/v1/replies/open",
            "{\"guide\":\"li\",\"line\":\"hello\",\"behind\":\"unanswered\"}");
    assertThat(text(silent, "count")).isEqualTo("1");
    assertThat(text(silent, "sample.0.id")).isEqualTo(customer(6));

    // A store sees the number whole, and opens of it only whom it may see.
    String token =
        text(town.post("/api/v1/store-tokens", "{\"label\":\"s1\",\"stores\":[\"s1\"]}"), "token");
    Json limited =
        Town.ok(
            town.send(
                "POST",
                "/api/v1/replies/open",
                token,
                "{\"guide\":\"li\",\"line\":\"hello\",\"behind\":\"said\"}"));
    assertThat(text(limited, "count") + " " + text(limited, "hidden")).isEqualTo("1 1");
  }

  private static String buyersOf(Json takings, String guide) {
    return Town.items(takings, "rows").stream()
        .filter(row -> text(row, "guide").equals(guide))
        .map(row -> text(row, "buyers"))
        .findFirst()
        .orElse("none");
  }

  private static String sum(Json takings, String field) {
    return Long.toString(
        Town.items(takings, "rows").stream()
            .mapToLong(row -> Long.parseLong(text(row, field)))
            .sum());
  }

  private void withoutThePlatformItSaysWhatIsMissing() throws Exception {
    assertThat(text(town.refused(409, "POST", "/api/v1/org/sync", "{}"), "code"))
        .isEqualTo("not_set_up");
    assertThat(
            text(
                town.refused(409, "POST", "/api/v1/handovers", "{\"from\":\"li\",\"to\":[\"he\"]}"),
                "code"))
        .isEqualTo("not_set_up");
    // What needs no platform: who could go, and why the others could not.
    assertThat(
            text(
                town.refused(
                    422,
                    "POST",
                    "/api/v1/handovers/preview",
                    "{\"from\":\"li\",\"message\":\"" + "长".repeat(201) + "\"}"),
                "field"))
        .isEqualTo("message");
    assertThat(
            text(
                town.post("/api/v1/handovers/preview", "{\"from\":\"li\",\"to\":[\"he\"]}"),
                "people"))
        .as("nobody of them is known by an external_userid but the one of the town")
        .isEqualTo("1");
    HttpResponse<String> session =
        town.send("POST", "/api/v1/sidebar/session", "", "{\"code\":\"abc\"}");
    assertThat(session.statusCode()).isEqualTo(409);
  }
}
