package io.huoshui.server.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Questions;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.json.Json;
import io.huoshui.platforms.callback.CallbackKey;
import io.huoshui.platforms.wecom.WecomCallbacks.Change;
import io.huoshui.server.Huoshui;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.GenericApplicationListener;
import org.springframework.core.ResolvableType;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The inbox over HTTP, with a virtual clock: an answer means that it also became what it becomes.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CallbacksOverHttpTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String AES = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
  private static final CallbackKey WECOM = new CallbackKey("wecom-token", AES, null);
  private static final CallbackKey OLD =
      new CallbackKey("old-token", "bbcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", null);
  private static final CallbackKey OPEN = new CallbackKey("open-token", "", null);
  private static final CallbackKey SAFE = new CallbackKey("safe-token", AES, null);

  /// Noon of the virtual day.
  private static final long NOW = Instant.parse("2026-07-01T04:00:00Z").getEpochSecond();

  @TempDir static Path folder;
  private static Huoshui.Running server;
  private static String admin = "";
  private static final List<Change> TOLD = Collections.synchronizedList(new ArrayList<>());
  private static final List<Integer> KNOWN_WHEN_TOLD =
      Collections.synchronizedList(new ArrayList<>());
  private static final AtomicInteger FAILURES = new AtomicInteger();

  @BeforeAll
  static void start() throws Exception {
    Files.writeString(
        folder.resolve("secrets.json"),
        """
        {"callbackToken": "sms-token",
         "wecom": {"corpId": "ww1", "token": "wecom-token", "encodingAesKey": "%s",
                   "agents": ["1000002"],
                   "previousKeys": [{"token": "old-token", "until": "2100-01-01T00:00:00Z",
                     "encodingAesKey": "bbcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"}]},
         "officialAccount": {"appId": "wx1", "token": "open-token"},
         "callbacks": {"largestBytes": 20000, "accounts": [
           {"name": "mall", "platform": "mini_program", "receiver": "wx2",
            "token": "safe-token", "encodingAesKey": "%s"}]}}
        """
            .formatted(AES, AES));
    server = open();
  }

  private static Huoshui.Running open() {
    Huoshui.Running opened =
        Huoshui.start(
            Huoshui.settings(
                List.of(
                    "--port",
                    "0",
                    "--data-dir",
                    folder.resolve("data").toString(),
                    "--secrets",
                    folder.resolve("secrets.json").toString(),
                    "--virtual-from",
                    "2026-07-01T12:00:00+08:00")),
            false);
    admin = opened.firstToken().isEmpty() ? admin : opened.firstToken();
    opened
        .context()
        .addApplicationListener(
            new GenericApplicationListener() {
              @Override
              public boolean supportsEventType(ResolvableType type) {
                return type.isAssignableFrom(ResolvableType.forClass(PayloadApplicationEvent.class))
                    || PayloadApplicationEvent.class.isAssignableFrom(type.toClass());
              }

              @Override
              public void onApplicationEvent(org.springframework.context.ApplicationEvent event) {
                if (event instanceof PayloadApplicationEvent<?> payload
                    && payload.getPayload() instanceof Change change) {
                  hear(change);
                }
              }
            });
    return opened;
  }

  private static void hear(Change change) {
    if (change instanceof Change.Added added
        && added.state().equals("throws")
        && FAILURES.getAndIncrement() < 2) {
      throw new IllegalStateException("a listener that fails");
    }
    if (change instanceof Change.Added added) {
      KNOWN_WHEN_TOLD.add(find(added.customer()));
    }
    TOLD.add(change);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  // ---- sending

  private static HttpResponse<String> wecom(
      CallbackKey key, String path, String receiver, String xml) throws Exception {
    String encrypt = key.close(xml, "0123456789abcdef", receiver);
    String query =
        "?msg_signature="
            + key.signature("1", "n", encrypt)
            + "&timestamp=1&nonce=n&encrypt_type=aes";
    return post(
        path + query,
        "<xml><ToUserName><![CDATA[%s]]></ToUserName><Encrypt><![CDATA[%s]]></Encrypt></xml>"
            .formatted(receiver, encrypt));
  }

  private static String taken(String xml) throws Exception {
    HttpResponse<String> answer = wecom(WECOM, "/callbacks/wecom", "ww1", xml);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static HttpResponse<String> post(String path, String body, String... headers)
      throws Exception {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return HTTP.send(
        request.POST(HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .header("Authorization", "Bearer " + admin)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static Json api(String path, String body) throws Exception {
    HttpResponse<String> answer =
        post(path, body, "Authorization", "Bearer " + admin, "Content-Type", "application/json");
    assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
    return Json.parse(answer.body());
  }

  private static String contact(String change, String customer, long at, String more) {
    return """
    <xml><ToUserName>ww1</ToUserName><FromUserName>sys</FromUserName><CreateTime>%d</CreateTime>\
    <MsgType>event</MsgType><Event>change_external_contact</Event><ChangeType>%s</ChangeType>\
    <UserID>li</UserID><ExternalUserID>%s</ExternalUserID>%s</xml>\
    """
        .formatted(at, change, customer, more);
  }

  // ---- looking

  private static Engine engine() {
    return server.context().getBean(Engine.class);
  }

  private static JdbcClient sql() {
    return server.context().getBean(JdbcClient.class);
  }

  private static int find(String customer) {
    return engine().ask().find(Identifier.of(IdentifierKind.EXTERNAL_USERID, "ww1", customer));
  }

  private static List<String> timeline(int person) {
    return engine().ask().timeline(person, Integer.MAX_VALUE, 50).stream()
        .map(Questions.Happening::name)
        .toList();
  }

  private static List<String> timelineOf(String customer) {
    return timeline(find(customer));
  }

  // ----

  @Test
  @Order(1)
  void threeTimesTheSameIsOneAndTwoInTheSameSecondAreTwo() throws Exception {
    String one = contact("add_external_contact", "wmOneOneOne1", NOW - 100, "<State>s1</State>");
    for (int i = 0; i < 3; i++) {
      assertThat(taken(one)).isEqualTo("success");
    }
    taken(contact("add_external_contact", "wmTwoTwoTwo2", NOW - 100, ""));
    assertThat(timelineOf("wmOneOneOne1")).containsExactly("contact_added");
    assertThat(timelineOf("wmTwoTwoTwo2")).containsExactly("contact_added");
    assertThat(get("/api/v1/callbacks/kinds").body())
        .contains("\"kind\":\"change_external_contact/add_external_contact\"")
        .contains("\"taken\":2,\"repeated\":2");
  }

  @Test
  @Order(2)
  void anOldKeyStillCounts() throws Exception {
    assertThat(
            wecom(
                    OLD,
                    "/callbacks/wecom/wecom",
                    "ww1",
                    contact("add_external_contact", "wmOldKeyOldK", NOW - 90, ""))
                .body())
        .isEqualTo("success");
    assertThat(timelineOf("wmOldKeyOldK")).hasSize(1);
  }

  @Test
  @Order(3)
  void deletedBeforeAddedEndsDeleted() throws Exception {
    taken(contact("del_follow_user", "wmLateLateLa", NOW - 50, ""));
    taken(contact("add_external_contact", "wmLateLateLa", NOW - 60, ""));
    assertThat(timelineOf("wmLateLateLa")).containsExactly("contact_removed", "contact_added");
    taken(contact("add_external_contact", "wmLateLateLa", NOW - 40, ""));
    assertThat(timelineOf("wmLateLateLa").getFirst()).isEqualTo("contact_added");
  }

  @Test
  @Order(4)
  void wronglySignedReplayedOversizedAndUnknownAreRefusedCountedAndLoseNobody() throws Exception {
    String good = contact("edit_external_contact", "wmOneOneOne1", NOW - 30, "");
    assertThat(wecom(SAFE, "/callbacks/wecom", "ww1", good).statusCode()).isEqualTo(401);
    assertThat(wecom(WECOM, "/callbacks/wecom", "ww2", good).statusCode()).isEqualTo(401);
    assertThat(wecom(WECOM, "/callbacks/wecom/nobody", "ww1", good).statusCode()).isEqualTo(404);
    assertThat(wecom(WECOM, "/callbacks/wecom", "ww1", "x".repeat(20_000)).statusCode())
        .isEqualTo(413);
    assertThat(post("/callbacks/wecom?msg_signature=a&timestamp=1&nonce=n", "<xml>").statusCode())
        .isEqualTo(400);
    // Signed and malformed: kept, refused, and the platform need not come again.
    assertThat(taken("<!DOCTYPE x [<!ENTITY a \"b\">]><xml><Event>&a;</Event></xml>"))
        .isEqualTo("success");
    assertThat(taken(good)).isEqualTo("success");
    assertThat(timelineOf("wmOneOneOne1")).contains("contact_edited");
    // What no table can hold is no reason to refuse it, or whoever is written beside it.
    assertThat(
            taken(
                "<xml><Event>odd\u0000kind\uD83D</Event><CreateTime>9999999999999</CreateTime></xml>"))
        .isEqualTo("success");

    String overview = get("/api/v1/callbacks").body();
    assertThat(overview)
        .contains("\"reason\":\"bad_signature\"", "\"reason\":\"unknown_corp\"")
        .contains("\"reason\":\"unknown_account\"", "\"reason\":\"too_large\"")
        .contains("\"reason\":\"malformed\"")
        .doesNotContain("wecom-token", AES);
    assertThat(get("/api/v1/callbacks/rows?state=refused").body())
        .contains("a DOCTYPE, which is never read");
    assertThat(
            sql()
                .sql("select count(*) from audit where action = 'callback_refused'")
                .query(Long.class)
                .single())
        .isGreaterThanOrEqualTo(5);
  }

  @Test
  @Order(5)
  void inTheOpenASignatureIsGoodForOneMessage() throws Exception {
    String query = "?signature=" + OPEN.signature("7", "n7") + "&timestamp=7&nonce=n7";
    String scan =
        """
        <xml><FromUserName>oPerson1</FromUserName><CreateTime>%d</CreateTime><MsgType>event</MsgType>\
        <Event>subscribe</Event><EventKey>qrscene_store7</EventKey><Ticket>T</Ticket></xml>\
        """
            .formatted(NOW - 20);
    assertThat(post("/callbacks/wechat" + query, scan).body()).isEqualTo("success");
    assertThat(post("/callbacks/wechat" + query, scan).body()).isEqualTo("success");
    HttpResponse<String> replayed =
        post("/callbacks/wechat" + query, scan.replace("store7", "store8"));
    assertThat(replayed.statusCode()).isEqualTo(401);
    assertThat(replayed.body()).contains("replayed_nonce");
    int person = engine().ask().find(Identifier.of(IdentifierKind.OPENID, "wx1", "oPerson1"));
    assertThat(engine().ask().timeline(person, Integer.MAX_VALUE, 9))
        .singleElement()
        .satisfies(
            followed -> {
              assertThat(followed.name()).isEqualTo("account_followed");
              assertThat(followed.properties().text("scene")).isEqualTo("store7");
            });
  }

  @Test
  @Order(6)
  void addressesAreVerified() throws Exception {
    String echo = WECOM.close("123456", "0123456789abcdef", "ww1");
    assertThat(
            get("/callbacks/wecom?msg_signature="
                    + WECOM.signature("1", "n", echo)
                    + "&timestamp=1&nonce=n&echostr="
                    + URLEncoder.encode(echo, StandardCharsets.UTF_8))
                .body())
        .isEqualTo("123456");
    assertThat(
            get("/callbacks/wechat?signature="
                    + OPEN.signature("1", "n")
                    + "&timestamp=1&nonce=n&echostr=hi")
                .body())
        .isEqualTo("hi");
    assertThat(get("/callbacks/wechat?signature=no&timestamp=1&nonce=n&echostr=hi").statusCode())
        .isEqualTo(401);
  }

  @Test
  @Order(7)
  void unknownKindsAreKeptListedByTheirFieldsAndReplayed() throws Exception {
    String json =
        "{\"FromUserName\":\"oSecret9\",\"CreateTime\":%d,\"MsgType\":\"event\","
                .formatted(NOW - 10)
            + "\"Event\":\"brand_new_event\",\"Inner\":{\"Price\":\"9.9\"}}";
    assertThat(wecom(SAFE, "/callbacks/wechat/mall", "wx2", json).body()).isEqualTo("success");
    String kinds = get("/api/v1/callbacks/kinds").body();
    assertThat(kinds)
        .contains("\"kind\":\"brand_new_event\",\"known\":false")
        .contains("\"Inner.Price\"")
        .doesNotContain("oSecret9", "9.9");
    assertThat(get("/api/v1/callbacks/rows?state=unknown").body()).contains("brand_new_event");

    // As if the table had not known a kind before, and learned it since.
    int person = find("wmTwoTwoTwo2");
    sql()
        .sql("update callback_inbox set state = 'unknown' where kind like '%/add_external_contact'")
        .update();
    var begun = api("/api/v1/callbacks/replay", "{\"state\":\"unknown\"}");
    String job = begun.write();
    int number = Integer.parseInt(job.replaceAll(".*\"job\":(\\d+).*", "$1"));
    assertThat(get("/api/v1/jobs/" + number + "?wait=30").body()).contains("\"state\":\"done\"");
    assertThat(timeline(person)).containsExactly("contact_added");
    assertThat(
            sql()
                .sql("select count(*) from callback_inbox where state = 'unknown'")
                .query(Long.class)
                .single())
        .isEqualTo(2);
  }

  @Test
  @Order(8)
  void othersAreToldBeforeTheTimelineAndOneThatThrowsStopsNobody() throws Exception {
    KNOWN_WHEN_TOLD.clear();
    taken(
        contact(
            "add_external_contact",
            "wmToldTold12",
            NOW - 9,
            "<State>code</State><WelcomeCode>WC</WelcomeCode>"));
    assertThat(TOLD)
        .contains(
            new Change.Added(
                "li", "wmToldTold12", "code", "WC", false, Instant.ofEpochSecond(NOW - 9)));
    assertThat(KNOWN_WHEN_TOLD).containsExactly(-1);

    taken(contact("add_external_contact", "wmThrowThrow", NOW - 8, "<State>throws</State>"));
    assertThat(FAILURES.get()).isEqualTo(3);
    assertThat(timelineOf("wmThrowThrow")).containsExactly("contact_added");
    taken(contact("del_external_contact", "wmThrowThrow", NOW - 7, ""));
    assertThat(TOLD)
        .contains(
            new Change.Removed("li", "wmThrowThrow", "guide", Instant.ofEpochSecond(NOW - 7)));
  }

  @Test
  @Order(9)
  void whoeverWasErasedASecondAgoStaysErased() throws Exception {
    taken(contact("add_external_contact", "wmErasedEras", NOW - 6, ""));
    int person = find("wmErasedEras");
    api("/api/v1/profiles/p" + person + "/erase", "{}");
    assertThat(
            sql()
                .sql(
                    "select count(*) from callback_inbox where state = 'erased' and sealed is null"
                        + " and kind = 'change_external_contact/add_external_contact'")
                .query(Long.class)
                .single())
        .isEqualTo(1);
    // Late: it happened before.
    taken(contact("del_follow_user", "wmErasedEras", NOW - 5, ""));
    assertThat(find("wmErasedEras")).isEqualTo(-1);
    assertThat(get("/api/v1/callbacks/rows?state=erased").body()).contains("del_follow_user");
    // A second later: whoever comes now is somebody new.
    taken(contact("add_external_contact", "wmErasedEras", NOW + 1, ""));
    assertThat(timelineOf("wmErasedEras")).containsExactly("contact_added");
    assertThat(find("wmErasedEras")).isNotEqualTo(person);
  }

  @Test
  @Order(10)
  void anSmsThatCanNotBeReadLosesNoOther() throws Exception {
    String body =
        """
        [{"phone_number":"nonsense","content":"x","send_time":"2026-07-01 10:00:00","sequence_id":"1"},
         {"phone_number":"13900001234","content":" td ","send_time":"2026-07-01 10:00:00","sequence_id":"2"}]
        """;
    assertThat(post("/callbacks/sms/reply", body, "X-Callback-Token", "no").statusCode())
        .isEqualTo(401);
    for (int i = 0; i < 2; i++) {
      assertThat(post("/callbacks/sms/reply", body, "X-Callback-Token", "sms-token").body())
          .contains("\"code\":0");
    }
    int person = engine().ask().find(Identifier.of(IdentifierKind.PHONE, "13900001234"));
    assertThat(timeline(person)).containsExactlyInAnyOrder("message_replied", "consent_withdrawn");
    assertThat(get("/api/v1/callbacks/rows?state=refused").body()).contains("SmsUp");
  }

  @Test
  @Order(11)
  void whatACrashLeftIsWorkedOnAtTheNextStart() throws Exception {
    String xml = contact("add_external_contact", "wmCrashCrash", NOW - 4, "");
    var store = server.context().getBean(InboxStore.class);
    long events = engine().ask().pulse().events();
    store.insert(
        List.of(
            new Arrival(
                new Arrival.Letter(
                    "wecom",
                    "wecom",
                    "change_external_contact/add_external_contact",
                    xml,
                    "crash",
                    List.of(Identifier.of(IdentifierKind.EXTERNAL_USERID, "ww1", "wmCrashCrash")),
                    Instant.ofEpochSecond(NOW - 4),
                    Arrival.State.TAKEN,
                    null,
                    List.of(),
                    ""),
                null)));
    assertThat(find("wmCrashCrash")).isEqualTo(-1);
    // As if nothing had been marked either: what was done before is done again, to no effect.
    sql().sql("update callback_mark set done = 0").update();
    TOLD.clear();
    server.close();
    server = open();
    // Rows go in order, so when a new one is answered those before it are done.
    taken(contact("edit_external_contact", "wmCrashCrash", NOW - 3, ""));
    assertThat(timelineOf("wmCrashCrash")).containsExactly("contact_edited", "contact_added");
    assertThat(engine().ask().pulse().events()).isEqualTo(events + 2);
  }
}
