package io.huoshui.server.insight.alert;

import static io.huoshui.server.audience.Town.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.huoshui.json.Json;
import io.huoshui.platforms.wecom.WecomCallbacks.Change;
import io.huoshui.server.access.SignedPost;
import io.huoshui.server.audience.Town;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Alerts over real HTTP, told to a webhook, a WeCom robot and a mail server on real sockets:
/// raised once, not repeated while it lasts, over, snoozed; and what could not be told kept, and
/// told later.
class AlertsOverHttpTest {
  private static final String SECRET = "0123456789abcdef-secret";

  @TempDir Path folder;
  private Town town;
  private HttpServer receiver;
  private MailServer mail;
  private final List<String> hooks = new CopyOnWriteArrayList<>();
  private final List<String> robots = new CopyOnWriteArrayList<>();

  /// The webhook's status, and what the robot answers.
  private final AtomicInteger status = new AtomicInteger(200);

  private volatile String errcode = "{\"errcode\":0,\"errmsg\":\"ok\"}";

  @BeforeEach
  void found() throws Exception {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/hook",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          String signature = exchange.getRequestHeaders().getFirst("X-Huoshui-Signature");
          String seconds = signature.substring(2, signature.indexOf(','));
          boolean right =
              signature.endsWith(",v1=" + SignedPost.signature(SECRET, seconds + "." + body));
          hooks.add(
              (right ? "" : "BAD SIGNATURE ")
                  + exchange.getRequestHeaders().getFirst("Idempotency-Key")
                  + " "
                  + body);
          exchange.sendResponseHeaders(status.get(), -1);
          exchange.close();
        });
    receiver.createContext(
        "/cgi-bin/webhook/send",
        exchange -> {
          robots.add(
              exchange.getRequestURI().getQuery()
                  + " "
                  + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          byte[] answer = errcode.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    receiver.start();
    mail = new MailServer();
    town = Town.founded(folder);
    route(
        "{\"name\":\"duty\",\"webhook\":{\"url\":\"%s/hook\",\"secret\":\"%s\"}}"
            .formatted(base(), SECRET));
    route(
        "{\"name\":\"group\",\"wecomRobot\":{\"url\":\"%s/cgi-bin/webhook/send?key=very-secret\"}}"
            .formatted(base()));
    route(mailTo("mail", "ada@brand.example"));
  }

  private String mailTo(String name, String to) {
    return "{\"name\":\"%s\",\"email\":{\"host\":\"127.0.0.1\",\"port\":%d,\"security\":\"none\",\"from\":\"alerts@brand.example\",\"to\":[\"%s\"]}}"
        .formatted(name, mail.port(), to);
  }

  private String base() {
    return "http://127.0.0.1:" + receiver.getAddress().getPort();
  }

  private void route(String body) throws Exception {
    town.post("/api/v1/alert-routes", body);
  }

  @AfterEach
  void stop() throws Exception {
    town.close();
    receiver.stop(0);
    mail.close();
  }

  private int next;

  private void orders(String day, int count) throws Exception {
    var events = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      events.add(
          "{\"id\":\"a%d\",\"name\":\"order_paid\",\"time\":\"%sT06:%02d:00Z\",\"identifiers\":[{\"kind\":\"memberNumber\",\"value\":\"b%d\"}],\"properties\":{\"orderId\":\"a%d\",\"amountFen\":100,\"guide\":\"g%d\"}}"
              .formatted(next, day, i, next, next++, i % 3));
    }
    town.take(events);
  }

  private static final String FEW =
      """
      {"name": "few-orders", "metric": "orders", "every": "day", "check": {"below": 10},
       "routes": ["duty", "group", "mail"]}
      """;

  private List<String> history() throws Exception {
    return Town.items(town.get("/api/v1/alert-history?rule=few-orders"), "").stream()
        .map(each -> text(each, "days") + " " + text(each, "what") + " " + text(each, "value"))
        .toList()
        .reversed();
  }

  @Test
  void whatLastsIsToldOnceAndSoIsThatItIsOver() throws Exception {
    Json rule = town.post("/api/v1/alerts", FEW);
    assertThat(text(rule, "state")).isEqualTo("quiet");
    assertThat(town.get("/api/v1/alert-routes").write())
        .contains("ada@brand.example")
        .doesNotContain("very-secret")
        .doesNotContain(SECRET);

    // The town's six orders were on 30 June.
    town.reach("2026-07-01T07:00:00Z");
    assertThat(history()).containsExactly("2026-06-30 raised 6.0");
    assertThat(hooks).hasSize(1);
    assertThat(hooks.getFirst()).startsWith("alert-1 ");
    Json told = Json.parse(hooks.getFirst().substring("alert-1 ".length()));
    assertThat(text(told, "rule")).isEqualTo("few-orders");
    assertThat(text(told, "below")).isEqualTo("10.0");
    assertThat(text(told, "people")).isEqualTo("6");
    // What is told opens them.
    assertThat(text(town.post("/api/v1/insight/tree/open", Town.at(told, "open").write()), "count"))
        .isEqualTo("6");
    assertThat(text(told, "branch.metric")).isEqualTo("orders");
    assertThat(text(told, "en")).startsWith("Alert: orders\n2026-06-30: 6, below 10");
    assertThat(robots).hasSize(1);
    assertThat(robots.getFirst()).startsWith("key=very-secret ");
    Json markdown = Json.parse(robots.getFirst().substring("key=very-secret ".length()));
    assertThat(text(markdown, "msgtype")).isEqualTo("markdown");
    assertThat(text(markdown, "markdown.content")).startsWith("**【预警】订单数**\n2026-06-30:6,低于 10");
    assertThat(mail.messages).hasSize(1);
    assertThat(mail.messages.getFirst())
        .contains("To: ada@brand.example")
        .contains("Message-ID: <alert-3@huoshui>");
    assertThat(text(town.get("/api/v1/alerts/few-orders"), "state")).isEqualTo("raised");

    // It lasts; the server starts anew; it lasts.
    town.reach("2026-07-02T07:00:00Z");
    town = town.reopened();
    town.reach("2026-07-02T08:00:00Z");
    assertThat(history()).containsExactly("2026-06-30 raised 6.0", "2026-07-01 lasts 0.0");
    assertThat(hooks).hasSize(1);
    assertThat(mail.messages).hasSize(1);

    orders("2026-07-02", 12);
    town.reach("2026-07-03T07:00:00Z");
    assertThat(history()).last().isEqualTo("2026-07-02 ended 12.0");
    assertThat(hooks).hasSize(2);
    assertThat(text(Json.parse(hooks.getLast().substring(8)), "over")).isEqualTo("true");
    assertThat(hooks).noneMatch(each -> each.startsWith("BAD"));

    // Snoozed, nobody is told; after the snooze, of what goes on.
    town.post("/api/v1/alerts/few-orders/snooze", "{\"last\":\"2d\"}");
    town.reach("2026-07-04T07:00:00Z");
    assertThat(history()).last().isEqualTo("2026-07-03 raised 0.0");
    assertThat(hooks).hasSize(2);
    town.reach("2026-07-05T07:00:01Z");
    assertThat(history()).last().isEqualTo("2026-07-04 lasts 0.0");
    assertThat(hooks).hasSize(3);
    town.reach("2026-07-06T07:00:00Z");
    assertThat(hooks).hasSize(3);

    assertThat(text(town.refused(404, "GET", "/api/v1/alerts/few", ""), "near.0"))
        .isEqualTo("few-orders");
    assertThat(text(town.refused(409, "DELETE", "/api/v1/alert-routes/duty", ""), "allowed"))
        .contains("few-orders");
    Town.ok(town.send("DELETE", "/api/v1/alerts/few-orders", town.admin(), ""));
    Town.ok(town.send("DELETE", "/api/v1/alert-routes/duty", town.admin(), ""));
  }

  private String notices() throws Exception {
    return Town.items(town.get("/api/v1/alert-notices"), "").stream()
        .map(
            each ->
                text(each, "route")
                    + " "
                    + text(each, "state")
                    + " "
                    + text(each, "attempts")
                    + " "
                    + text(each, "failure"))
        .sorted()
        .reduce("", (all, each) -> all + each + "; ");
  }

  @Test
  void whatCouldNotBeToldIsKeptWithItsReasonAndToldLater() throws Exception {
    status.set(503);
    errcode = "{\"errcode\":93000,\"errmsg\":\"invalid webhook url\"}";
    route(mailTo("mail", "nobody@brand.example"));
    town.post("/api/v1/alerts", FEW);
    town.reach("2026-07-01T07:00:00Z");
    assertThat(notices())
        .startsWith(
            "duty open 1 answered with 503; group refused 1 errcode 93000; mail refused 1 the mail"
                + " server does not take");

    // Not before its time.
    town.reach("2026-07-01T08:00:00Z");
    assertThat(hooks).hasSize(1);
    status.set(200);
    errcode = "{\"errcode\":0}";
    route(mailTo("mail", "bob@brand.example"));
    for (int id = 1; id <= 3; id++) {
      town.post("/api/v1/alert-notices/" + id + "/again", "");
    }
    assertThat(notices()).isEqualTo("duty told 2 null; group told 2 null; mail told 2 null; ");
    assertThat(hooks).hasSize(2);
    assertThat(hooks.getLast()).isEqualTo(hooks.getFirst());
    assertThat(mail.messages.getLast()).contains("To: bob@brand.example");
    assertThat(text(town.refused(404, "POST", "/api/v1/alert-notices/1/again", ""), "code"))
        .isEqualTo("unknown_notice");

    assertThat(text(town.post("/api/v1/alert-routes/group/test", ""), "outcome"))
        .isEqualTo("taken");
    mail.close();
    Json later = town.post("/api/v1/alert-routes/mail/test", "");
    assertThat(text(later, "outcome")).isEqualTo("later");
    assertThat(text(later, "why")).contains("does not answer");
  }

  @Test
  void missingNumbersAndBrokenRulesAreSeen() throws Exception {
    town.post(
        "/api/v1/alerts",
        "{\"name\":\"silent\",\"metric\":\"packages\",\"check\":\"missing\",\"routes\":[\"duty\"]}");
    town.reach("2026-07-01T07:00:00Z");
    assertThat(hooks).hasSize(1);
    assertThat(hooks.getFirst()).contains("packages").contains("has no data");
    Town.ok(
        town.send(
            "PUT",
            "/api/v1/insight/metrics/numbers",
            town.admin(),
            "{\"rows\":[{\"metric\":\"packages\",\"day\":\"2026-07-01\",\"value\":3}]}"));
    town.reach("2026-07-02T07:00:00Z");
    assertThat(text(town.get("/api/v1/alerts/silent"), "state")).isEqualTo("quiet");

    Json tried =
        town.post(
            "/api/v1/alerts/try?days=2026-06-30",
            "{\"name\":\"x\",\"metric\":\"orders\",\"check\":{\"above\":5}}");
    assertThat(text(tried, "verdict")).isEqualTo("breached");
    assertThat(text(tried, "alarm.people")).isEqualTo("6");
    assertThat(
            text(
                town.post(
                    "/api/v1/alerts/try",
                    "{\"name\":\"x\",\"metric\":\"orders\",\"check\":{\"change\":{}}}"),
                "verdict"))
        .isIn("fine", "unknown");
    assertThat(hooks).hasSize(2);

    // The metric goes; the rule says what is wrong with it, and the others are looked at.
    Town.ok(
        town.send(
            "PUT",
            "/api/v1/insight/metrics",
            town.admin(),
            "metrics: [{name: orders, count: order_paid}]"));
    town.reach("2026-07-03T07:00:00Z");
    assertThat(text(town.get("/api/v1/alerts/silent"), "trouble")).contains("packages");

    for (String bad :
        List.of(
            "{\"name\":\"x\",\"metric\":\"ordes\",\"check\":\"missing\"}",
            "{\"name\":\"x\",\"metric\":\"orders\",\"check\":\"missing\",\"slice\":{\"guide\":\"g\"}}",
            "{\"name\":\"x\",\"metric\":\"orders\",\"check\":{}}")) {
      town.refused(400, "POST", "/api/v1/alerts", bad);
    }
    assertThat(
            text(
                town.refused(
                    422,
                    "POST",
                    "/api/v1/alerts",
                    "{\"name\":\"x\",\"metric\":\"orders\",\"check\":\"missing\",\"routes\":[\"dutty\"]}"),
                "near.0"))
        .isEqualTo("duty");
    for (String bad :
        List.of(
            "{\"name\":\"x\"}",
            "{\"name\":\"x\",\"email\":{\"host\":\"h\",\"port\":0,\"security\":\"tls\",\"from\":\"a@b.c\",\"to\":[\"a@b.c\"]}}",
            "{\"name\":\"x\",\"email\":{\"host\":\"h\",\"port\":25,\"security\":\"tls\",\"from\":\"nobody\",\"to\":[\"a@b.c\"]}}",
            "{\"name\":\"x\",\"email\":{\"host\":\"h\",\"port\":25,\"security\":\"tls\",\"from\":\"a@b.c\",\"to\":[]}}")) {
      town.refused(400, "POST", "/api/v1/alert-routes", bad);
    }
    town.refused(
        422,
        "POST",
        "/api/v1/alert-routes",
        "{\"name\":\"x\",\"wecomRobot\":{\"url\":\"ftp://x\"}}");
  }

  /// What nobody wrote a rule for: a code on its fallback, and links that run out.
  @Test
  void whatPeopleHaveToSeeToIsToldAndEnds() throws Exception {
    route(
        "{\"name\":\"quiet\",\"incidents\":false,\"webhook\":{\"url\":\"%s/hook\",\"secret\":\"%s\"}}"
            .formatted(base(), SECRET));
    assertThat(town.get("/api/v1/incidents").write()).isEqualTo("[]");
    town.post(
        "/api/v1/live-codes",
        """
        code: card
        title: 牛奶包裹卡
        source: package_card
        members: [{guide: day, shifts: [{days: [wed], from: "09:00", to: "18:00"}]}]
        fallback: [spare]
        """);
    town.reach("2026-07-01T17:00:00+05:45");
    assertThat(hooks).as("somebody is on shift").isEmpty();
    town.reach("2026-07-01T18:05:00+05:45");
    town.reach("2026-07-01T18:10:00+05:45");
    assertThat(hooks).as("once, and not to the route that asked not to be told").hasSize(1);
    assertThat(hooks.getFirst())
        .contains("\"kind\":\"fallback_off_shift\"", "牛奶包裹卡", "下一步：", "Next: ", "\"over\":false");
    assertThat(robots).hasSize(1);
    assertThat(text(town.get("/api/v1/incidents"), "0.name")).isEqualTo("live-code-card");
    assertThat(town.send("GET", "/metrics", town.admin(), "").body())
        .contains("huoshui_incidents 1");
    town = town.reopened();
    town.reach("2026-07-08T08:00:00+05:45");
    assertThat(hooks).as("known, also over a restart").hasSize(1);
    town.reach("2026-07-08T09:01:00+05:45");
    town.reach("2026-07-08T09:03:00+05:45");
    assertThat(hooks).hasSize(2);
    assertThat(hooks.getLast()).contains("\"over\":true", "已恢复：");
    assertThat(town.get("/api/v1/incidents").write()).isEqualTo("[]");

    for (String change : List.of("balance_low", "balance_low", "balance_exhausted")) {
      town.server().context().publishEvent(new Change.Link(change, "", Instant.EPOCH));
    }
    town.reach("2026-07-08T09:05:00+05:45");
    assertThat(hooks).as("low, then used up").hasSize(4);
    assertThat(hooks.getLast())
        .contains("\"kind\":\"exhausted\"", "获客链接额度已用完", "Buy more in WeCom's console");
    assertThat(town.get("/api/v1/alert-history?rule=acquisition-links").write())
        .contains("获客链接额度不足", "获客链接额度已用完");

    // Somebody bought more, and WeCom can be asked.
    answers("/cgi-bin/gettoken", "{\"errcode\":0,\"access_token\":\"t\",\"expires_in\":7200}");
    answers(
        "/cgi-bin/externalcontact/customer_acquisition_quota",
        "{\"errcode\":0,\"total\":1000,\"balance\":500}");
    Town.ok(
        town.send(
            "PUT",
            "/api/v1/accounts/main",
            town.admin(),
            "{\"kind\":\"wecom\",\"settings\":{\"corpId\":\"ww1\",\"url\":\""
                + base()
                + "\"},\"credentials\":{\"secret\":\"s\"}}"));
    town.reach("2026-07-08T09:30:00+05:45");
    town.reach("2026-07-08T09:32:00+05:45");
    assertThat(hooks.getLast()).contains("acquisition-links", "\"over\":true");
    assertThat(town.get("/api/v1/incidents").write()).isEqualTo("[]");
  }

  private void answers(String path, String body) {
    receiver.createContext(
        path,
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }
}
