package io.huoshui.server.account;

import static io.huoshui.server.audience.Town.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.huoshui.json.Json;
import io.huoshui.platforms.account.Account;
import io.huoshui.platforms.account.TokenShelf;
import io.huoshui.server.access.DerivedKeys;
import io.huoshui.server.access.Sealed;
import io.huoshui.server.audience.Town;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import me.chanjar.weixin.common.error.WxError;
import me.chanjar.weixin.common.error.WxErrorException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Accounts over real HTTP, before a platform that answers what it is told to.
class AccountsOverHttpTest {
  private static final String AES = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";

  @TempDir static Path folder;
  private static Town town;
  private static HttpServer platform;

  /// What the platform answers to a path; everything else is 404.
  private static final Map<String, String> ANSWERS = new ConcurrentHashMap<>();

  @BeforeAll
  static void start() throws Exception {
    platform = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 64);
    platform.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    platform.createContext("/", AccountsOverHttpTest::answer);
    platform.start();
    town = Town.founded(folder);
  }

  @AfterAll
  static void stop() {
    town.close();
    platform.stop(0);
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String query = String.valueOf(exchange.getRequestURI().getQuery());
      String body =
          query.contains("corpsecret=wrong")
              ? "{\"errcode\":40001,\"errmsg\":\"invalid credential\"}"
              : ANSWERS.getOrDefault(path, "{}");
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private static String url() {
    return "http://127.0.0.1:" + platform.getAddress().getPort();
  }

  private static Json put(String name, String body) throws Exception {
    var answer = town.send("PUT", "/api/v1/accounts/" + name, town.admin(), body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.parse(answer.body());
  }

  private static String wecom(String corp, String secret) {
    return "{\"kind\":\"wecom\",\"settings\":{\"corpId\":\""
        + corp
        + "\",\"url\":\""
        + url()
        + "\"},\"credentials\":{\"secret\":\""
        + secret
        + "\",\"token\":\"QDG6eK\",\"encodingAesKey\":\""
        + AES
        + "\"}}";
  }

  private static Map<String, String> steps(String name) throws Exception {
    Json report = town.post("/api/v1/accounts/" + name + "/connect", "");
    var steps = new HashMap<String, String>();
    for (Json step : Town.items(report, "steps")) {
      steps.put(text(step, "id"), text(step, "state"));
      assertThat(text(step, "zh")).matches("(?s).*\\p{IsHan}.*");
      assertThat(text(step, "en")).isNotBlank();
      if (text(step, "state").equals("failed")) {
        assertThat(text(step, "nextZh")).isNotBlank();
        assertThat(text(step, "nextEn")).isNotBlank();
      }
    }
    return steps;
  }

  private static Accounts accounts() {
    return town.server().context().getBean(Accounts.class);
  }

  @Test
  void anAccountIsSetUpCheckedRotatedAndTakenAway() throws Exception {
    ANSWERS.put(
        "/cgi-bin/gettoken",
        "{\"errcode\":0,\"errmsg\":\"ok\",\"access_token\":\"t1\",\"expires_in\":7200}");
    ANSWERS.put(
        "/cgi-bin/externalcontact/get_follow_user_list",
        "{\"errcode\":0,\"errmsg\":\"ok\",\"follow_user\":[\"zhang\",\"li\"]}");
    Json set = put("main", wecom("ww1", "first-secret"));
    assertThat(text(set, "serving")).isEqualTo("true");
    assertThat(text(set, "credentials.secret.set")).isEqualTo("true");
    String all = town.send("GET", "/api/v1/accounts", town.admin(), "").body();
    assertThat(all).doesNotContain("first-secret").doesNotContain(AES);

    assertThat(steps("main"))
        .containsEntry("address", "passed")
        .containsEntry("clock", "passed")
        .containsEntry("token", "passed")
        .containsEntry("ip", "passed")
        .containsEntry("permission", "passed")
        .containsEntry("scope", "passed")
        .containsEntry("callback", "passed")
        .containsEntry("quota", "passed")
        .containsEntry("serving", "passed");

    // A second corp is kept and checked, and says that it does not serve.
    put("other", wecom("ww2", "wrong"));
    assertThat(steps("other")).containsEntry("token", "failed").containsEntry("serving", "skipped");
    assertThat(accounts().wecom()).map(Account.Wecom::corpId).hasValue("ww1");

    // The channels follow without a restart.
    town.post(
        "/api/v1/templates",
        "{\"name\":\"hello\",\"channel\":\"wecom\",\"text\":\"你好\",\"sender\":\"zhang\"}");
    Json refused = town.refused(409, "DELETE", "/api/v1/accounts/main", "");
    assertThat(text(refused, "code")).isEqualTo("in_use");
    assertThat(text(refused, "detail")).contains("template 'hello'");

    // Both callback keys are read while the grace lasts, then only the new one.
    town.post(
        "/api/v1/accounts/main/rotate",
        "{\"credentials\":{\"secret\":\"second-secret\",\"token\":\"NewToken\",\"encodingAesKey\":\""
            + AES.replace('j', 'k')
            + "\"},\"graceHours\":1}");
    assertThat(accounts().callbackKeys("main"))
        .extracting(Account.Callback::token)
        .containsExactly("NewToken", "QDG6eK");
    town.post(
        "/api/v1/accounts/main/rotate",
        "{\"credentials\":{\"token\":\"Newest\",\"encodingAesKey\":\""
            + AES
            + "\"},\"graceHours\":0}");
    assertThat(accounts().callbackKeys("main"))
        .extracting(Account.Callback::token)
        .containsExactly("Newest");
    Json versions = town.get("/api/v1/accounts/main/versions");
    assertThat(versions.write()).contains("\"rotated\"").doesNotContain("secret\":\"");
    assertThat(stored("main")).as("former versions lose their credentials").isEqualTo(1);

    Town.ok(town.send("DELETE", "/api/v1/accounts/main?anyway=true", town.admin(), ""));
    assertThat(accounts().wecom()).map(Account.Wecom::corpId).hasValue("ww2");
    assertThat(stored("main")).isZero();
    assertThat(
            String.join(
                "\n",
                town.server()
                    .context()
                    .getBean(JdbcClient.class)
                    .sql("select action || ' ' || what from audit")
                    .query(String.class)
                    .list()))
        .contains("account_set", "account_rotated", "account_deleted", "account_checked")
        .doesNotContain("second-secret");
    Town.ok(town.send("DELETE", "/api/v1/accounts/other?anyway=true", town.admin(), ""));
  }

  private static long stored(String name) {
    return town.server()
        .context()
        .getBean(JdbcClient.class)
        .sql("select count(*) from platform_account where name = :n and credentials is not null")
        .param("n", name)
        .query(Long.class)
        .single();
  }

  /// What is missing is named, with what to do.
  @Test
  void theCheckNamesWhatIsMissing() throws Exception {
    ANSWERS.put("/cgi-bin/token", "{\"access_token\":\"m1\",\"expires_in\":7200}");
    var table =
        Map.of(
            "{\"errcode\":60020,\"errmsg\":\"not allow to access from your ip\"}", "ip",
            "{\"errcode\":48002,\"errmsg\":\"api forbidden\"}", "permission",
            "{\"errcode\":0,\"errmsg\":\"ok\",\"follow_user\":[]}", "scope");
    ANSWERS.put(
        "/cgi-bin/gettoken",
        "{\"errcode\":0,\"errmsg\":\"ok\",\"access_token\":\"t9\",\"expires_in\":7200}");
    put("check", wecom("ww9", "a-secret"));
    for (Map.Entry<String, String> line : table.entrySet()) {
      ANSWERS.put("/cgi-bin/externalcontact/get_follow_user_list", line.getKey());
      assertThat(steps("check")).as(line.getKey()).containsEntry(line.getValue(), "failed");
    }
    put(
        "official",
        "{\"kind\":\"officialAccount\",\"settings\":{\"appId\":\"wx1\",\"url\":\""
            + url()
            + "\"},\"credentials\":{\"secret\":\"s\"}}");
    ANSWERS.put("/cgi-bin/tags/get", "{\"errcode\":48001,\"errmsg\":\"api unauthorized\"}");
    assertThat(steps("official"))
        .containsEntry("token", "passed")
        .containsEntry("permission", "failed")
        .containsEntry("callback", "failed");
    put(
        "mini",
        "{\"kind\":\"miniProgram\",\"settings\":{\"appId\":\"wx2\",\"url\":\""
            + url()
            + "\"},\"credentials\":{\"secret\":\"s\"}}");
    assertThat(steps("mini")).containsEntry("token", "passed");
    put(
        "short",
        "{\"kind\":\"sms\",\"settings\":{\"vendor\":\"aliyun\",\"keyId\":\"k\",\"url\":\"http://127.0.0.1:1\"},"
            + "\"credentials\":{\"keySecret\":\"s\"}}");
    assertThat(steps("short")).containsEntry("address", "failed").containsEntry("token", "skipped");
    for (String name : List.of("check", "official", "mini", "short")) {
      Town.ok(town.send("DELETE", "/api/v1/accounts/" + name + "?anyway=true", town.admin(), ""));
    }
  }

  /// Messages of official accounts name theirs, so a second one serves, and is not taken away from
  /// under the templates that name it.
  @Test
  void asManyOfficialAccountsSendAsTemplatesName() throws Exception {
    ANSWERS.put("/cgi-bin/token", "{\"access_token\":\"m1\",\"expires_in\":7200}");
    ANSWERS.put("/cgi-bin/tags/get", "{\"tags\":[]}");
    for (String app : List.of("wxA", "wxB")) {
      Json set =
          put(
              app.toLowerCase(Locale.ROOT),
              "{\"kind\":\"officialAccount\",\"settings\":{\"appId\":\""
                  + app
                  + "\",\"url\":\""
                  + url()
                  + "\"},\"credentials\":{\"secret\":\"s\"}}");
      assertThat(text(set, "serving")).as(app).isEqualTo("true");
      assertThat(steps(app.toLowerCase(Locale.ROOT))).containsEntry("serving", "passed");
    }
    town.post(
        "/api/v1/templates",
        "{\"name\":\"second\",\"channel\":\"official_account\",\"text\":\"你好\",\"sender\":\"wxB\"}");
    Json refused = town.refused(409, "DELETE", "/api/v1/accounts/wxb", "");
    assertThat(text(refused, "detail")).contains("template 'second'");
    Town.ok(town.send("DELETE", "/api/v1/accounts/wxa", town.admin(), ""));
    Town.ok(town.send("DELETE", "/api/v1/accounts/wxb?anyway=true", town.admin(), ""));
  }

  @Test
  void whatCanNotBeAnAccountIsRefusedAndNeverRepeated() throws Exception {
    var table =
        Map.of(
            "{\"kind\":\"fax\"}", "kind",
            "{\"kind\":\"wecom\",\"settings\":{\"corpId\":\"ww1\"}}", "credentials.secret",
            "{\"kind\":\"wecom\",\"settings\":{\"corp\":\"ww1\"}}", "settings.corp",
            "{\"kind\":\"wecom\",\"settings\":{\"corpId\":\"ww1\",\"secret\":\"x\"}}",
                "settings.secret",
            "{\"kind\":\"wecom\",\"settings\":{\"corpId\":\"ww1\"},\"credentials\":{\"secret\":\"hush\",\"token\":\"t\",\"encodingAesKey\":\"tooShortHush\"}}",
                "credentials.encodingAesKey",
            "{\"kind\":\"wecom\",\"settings\":{\"corpId\":\"ww1\"},\"credentials\":{\"secret\":\"hush\",\"token\":\"t\"}}",
                "credentials.token",
            "{\"kind\":\"sms\",\"settings\":{\"vendor\":\"tencent\",\"keyId\":\"k\"},\"credentials\":{\"keySecret\":\"hush\"}}",
                "settings.sdkAppId");
    for (Map.Entry<String, String> line : table.entrySet()) {
      Json refused = town.refused(422, "PUT", "/api/v1/accounts/bad", line.getKey());
      assertThat(text(refused, "field")).as(line.getKey()).isEqualTo(line.getValue());
      assertThat(refused.write()).doesNotContainIgnoringCase("hush\"");
    }
    assertThat(text(town.refused(422, "PUT", "/api/v1/accounts/file-wecom", "{}"), "field"))
        .isEqualTo("name");
    assertThat(text(town.refused(404, "GET", "/api/v1/accounts/nobody", ""), "code"))
        .isEqualTo("unknown_account");
  }

  // ---- tokens of several servers

  private static TokenRows rows(Duration hold) {
    var beans = town.server().context();
    return new TokenRows(
        beans.getBean(JdbcClient.class),
        beans.getBean(Sealed.class),
        beans.getBean(DerivedKeys.class),
        hold);
  }

  /// Two servers on the same records: one call, one token for all.
  @Test
  void serversThatAskAtOnceMakeOneCall() throws Exception {
    var asked = new AtomicInteger();
    TokenRows one = rows(Duration.ofSeconds(15));
    TokenRows other = rows(Duration.ofSeconds(15));
    var start = new CountDownLatch(1);
    var all = new ArrayList<Future<Optional<TokenShelf.Kept>>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 40; i++) {
        TokenRows rows = i % 2 == 0 ? one : other;
        all.add(
            threads.submit(
                () -> {
                  start.await();
                  return rows.newest(
                      "corp secret",
                      "access",
                      0,
                      () ->
                          new TokenShelf.Fetched(
                              "t" + asked.incrementAndGet(), Duration.ofHours(2)));
                }));
      }
      start.countDown();
    }
    for (Future<Optional<TokenShelf.Kept>> each : all) {
      assertThat(each.get().orElseThrow().value()).isEqualTo("t1");
    }
    assertThat(asked).hasValue(1);
    assertThat(
            town.server()
                .context()
                .getBean(JdbcClient.class)
                .sql("select owner || coalesce(sealed, '') from platform_token")
                .query(String.class)
                .list())
        .noneMatch(row -> row.contains("corp secret") || row.contains("t1"));
  }

  /// A server that stood still while another took over comes back with an older token.
  @Test
  void aLateTokenNeverOverwritesANewerOne() throws Exception {
    TokenRows impatient = rows(Duration.ZERO);
    var inside = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Optional<TokenShelf.Kept>> late =
          threads.submit(
              () ->
                  impatient.newest(
                      "late",
                      "access",
                      0,
                      () -> {
                        inside.countDown();
                        try {
                          release.await();
                        } catch (InterruptedException e) {
                          throw new IllegalStateException(e);
                        }
                        return new TokenShelf.Fetched("old", Duration.ofHours(2));
                      }));
      inside.await();
      TokenShelf.Kept newer = newest(impatient, "late", 0, "new");
      release.countDown();
      assertThat(late.get()).as("and it uses the newer one").hasValue(newer);
      assertThat(newest(impatient, "late", 0, "none")).isEqualTo(newer);
    }
  }

  private static TokenShelf.Kept newest(TokenRows rows, String owner, long above, String value) {
    return rows.newest(
            owner, "access", above, () -> new TokenShelf.Fetched(value, Duration.ofHours(2)))
        .orElseThrow();
  }

  /// A refusal frees the turn at once; what was refused with an old token does not spoil the new.
  @Test
  void aTurnThatFailedIsFreeAndFencesCount() throws Exception {
    TokenRows rows = rows(Duration.ofSeconds(15));
    var error = new WxErrorException(WxError.builder().errorCode(40013).build());
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () ->
                rows.newest(
                    "fences",
                    "access",
                    0,
                    () -> {
                      throw error;
                    }))
        .isSameAs(error);
    TokenShelf.Kept first = newest(rows, "fences", 0, "a");
    TokenShelf.Kept second = newest(rows, "fences", first.fence(), "b");
    assertThat(second.fence()).isGreaterThan(first.fence());
    assertThat(newest(rows, "fences", first.fence(), "c")).isEqualTo(second);
  }
}
