package io.huoshui.bench;

import static io.huoshui.bench.CodeTown.at;
import static io.huoshui.bench.CodeTown.has;
import static io.huoshui.bench.CodeTown.items;
import static io.huoshui.bench.CodeTown.number;
import static io.huoshui.bench.CodeTown.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Live codes over real HTTP, against the sandbox and a real PostgreSQL: many at once, and a server
/// that dies with welcomes under way. One server for all, because a start takes seconds.
@Timeout(300)
class LiveCodesTest {
  @TempDir static Path folder;
  private static CodeTown town;

  @BeforeAll
  static void found() {
    town = CodeTown.begin(folder, "");
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  private static void until(String what, BooleanSupplier holds) {
    for (int i = 0; !holds.getAsBoolean(); i++) {
      assertThat(i).as(what).isLessThan(400);
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  private static void publish(String code, String more) {
    town.post("/api/v1/live-codes", "{\"code\":\"" + code + "\",\"source\":\"ad\"," + more + "}");
    until(
        "the platform knows every guide of " + code,
        () -> {
          Json state = town.state(code);
          return !items(state, "guides").isEmpty()
              && items(state, "guides").stream().allMatch(one -> text(one, "shown").equals("true"));
        });
  }

  private static Map<String, Integer> byGuide(Json scanned) {
    var counts = new TreeMap<String, Integer>();
    for (Json one : items(scanned, "people")) {
      if (!text(one, "guide").isEmpty()) {
        counts.merge(text(one, "guide"), 1, Integer::sum);
      }
    }
    return counts;
  }

  private static List<Json> addsOf(String code) {
    return town.adds().stream()
        .filter(add -> text(add, "state").equals(code) || text(add, "state").startsWith(code + "~"))
        .toList();
  }

  @Test
  void twoHundredAtOnceThroughThePageAndNobodyIsOverTheirCap() {
    publish(
        "page",
        """
        "members":[{"guide":"g1","weight":1,"dailyCap":30},{"guide":"g2","weight":2,"dailyCap":50},
                   {"guide":"g3","weight":1,"dailyCap":40}],
        "fallback":[{"guide":"spare","dailyCap":25}],
        "welcome":"{name|您}好,我是{guide}","remark":"广告-{name|}","tags":["新客"]
        """);
    Json scanned = town.scanPage("page", 200, 200);
    assertThat(byGuide(scanned)).isEqualTo(Map.of("g1", 30, "g2", 50, "g3", 40, "spare", 25));
    assertThat(number(scanned, "added")).isEqualTo(145);
    assertThat(scanned.write()).contains("the page shows no code");
    until("all are counted", () -> number(town.state("page"), "counts.adds") >= 145);
    Json state = town.state("page");
    assertThat(text(state, "taken") + " " + text(state, "why")).isEqualTo("145 all_full");
    assertThat(number(state, "counts.adds")).isEqualTo(145);
    assertThat(number(state, "counts.over")).isZero();
    assertThat(number(state, "counts.full")).isEqualTo(55);
    assertThat(number(state, "counts.opened")).isEqualTo(200);

    until(
        "everybody is welcomed and remarked",
        () ->
            addsOf("page").stream().allMatch(add -> has(add, "welcomeMs") && has(add, "remarkMs")));
    for (Json add : addsOf("page")) {
      assertThat(number(add, "welcomeMs"))
          .as("the welcome goes first: %s", add.write())
          .isLessThanOrEqualTo(number(add, "remarkMs"));
      // Where the platform is slow with a name, its other word is said.
      assertThat(text(add, "welcome")).endsWith("好,我是" + text(add, "guide"));
    }
    until(
        "timelines say so",
        () -> count("did welcome_sent where [liveCode = page] and has tag \"新客\"") == 145);
    assertThat(town.violations()).as("never six remarks at once").doesNotContain("45033");
  }

  private static long count(String rule) {
    return number(
        town.post("/api/v1/segments/count", Json.object("text", Json.of(rule)).write()), "count");
  }

  @Test
  void anAddIsCountedOnceAndACodeOfThePlatformIsPushedAhead() {
    publish(
        "direct",
        """
        "members":[{"guide":"d1","dailyCap":40},{"guide":"d2"}],"burst":10,"welcome":"hi"
        """);
    String state = "direct~zzz";
    until("the code names both", () -> named("direct").equals("d1 d2"));
    Json before = town.sandbox("GET", "/sandbox/limits", "");
    int people = 0;
    int first = 0;
    // Until no more places are left than people may be under way: ten, or the most of ten seconds.
    for (int scans = 0; named("direct").equals("d1 d2"); scans++) {
      assertThat(scans).as("whoever is nearly full is named no more").isLessThan(100);
      Json scanned = town.scanState(state, 10, 10);
      people += (int) number(scanned, "added");
      first += byGuide(scanned).getOrDefault("d1", 0);
      int counted = people;
      until("these are counted", () -> number(town.state("direct"), "counts.adds") >= counted);
    }
    assertThat(named("direct")).isEqualTo("d2");
    assertThat(first).isLessThanOrEqualTo(40);
    assertThat(first + Math.max(10, people)).isGreaterThanOrEqualTo(40);
    Json scanned = town.scanState(state, 140, 20);
    people += (int) number(scanned, "added");
    assertThat(byGuide(scanned)).containsOnlyKeys("d2");
    int all = people;
    until("all are counted", () -> number(town.state("direct"), "counts.adds") >= all);
    Json counts = at(town.state("direct"), "counts");
    assertThat(number(counts, "adds")).isEqualTo(all);
    assertThat(number(counts, "over")).isZero();
    long updates = calls(town.sandbox("GET", "/sandbox/limits", "")) - calls(before);
    assertThat(updates).as("never one change per scan").isBetween(1L, 60L);
  }

  private static long calls(Json limits) {
    return calls(limits, "update_contact_way");
  }

  private static long calls(Json limits, String api) {
    Json calls = at(limits, "calls");
    String name = "wecom externalcontact/" + api;
    return has(calls, name) ? number(calls, name) : 0;
  }

  private static String named(String code) {
    return items(town.state(code), "ways").stream()
        .filter(way -> text(way, "guide").isEmpty())
        .map(way -> text(way, "named"))
        .findFirst()
        .orElse("");
  }

  @Test
  void aServerThatDiesWithinTheTwentySecondsWelcomesAfterItsStart() {
    publish("crash", "\"members\":[\"c1\"],\"welcome\":\"hello\",\"remark\":\"r\"");
    town.sandbox("POST", "/sandbox/faults", "{\"wecom\":{\"busyShare\":1}}");
    assertThat(number(town.scanState("crash", 20, 20), "added")).isEqualTo(20);
    town.killServer();
    town.sandbox("POST", "/sandbox/faults", "{\"wecom\":{\"busyShare\":0}}");
    town.restartServer();
    until(
        "welcomes are sent, or said to be missed",
        () -> {
          Json report = town.get("/api/v1/live-codes/report");
          Json row =
              items(report, "codes").stream()
                  .filter(one -> text(one, "code").equals("crash"))
                  .findFirst()
                  .orElseThrow();
          Json welcomes = at(row, "welcomes");
          long sent = has(welcomes, "sent") ? number(welcomes, "sent") : 0;
          long missed = has(welcomes, "missed too_late") ? number(welcomes, "missed too_late") : 0;
          return sent + missed == 20;
        });
    long welcomed = addsOf("crash").stream().filter(add -> has(add, "welcomeMs")).count();
    until(
        "timelines say so",
        () ->
            count("did welcome_sent where [liveCode = crash]") == welcomed
                && count("did welcome_failed where [liveCode = crash]") == 20 - welcomed);
  }

  @Test
  void aWelcomeIsNotStoppedByARemarkThatIsRefusedNorByOneThatIsSlow() {
    publish("side", "\"members\":[\"s1\"],\"welcome\":\"hello\",\"remark\":\"r\"");
    town.sandbox("POST", "/sandbox/faults", "{\"wecom\":{\"timeoutShare\":0.3}}");
    try {
      assertThat(number(town.scanState("side", 30, 30), "added")).isEqualTo(30);
      until(
          "all are welcomed although answers get lost",
          () -> addsOf("side").stream().filter(add -> has(add, "welcomeMs")).count() == 30);
    } finally {
      town.sandbox("POST", "/sandbox/faults", "{\"wecom\":{\"timeoutShare\":0}}");
    }
    until("each is said once", () -> count("did welcome_sent where [liveCode = side]") == 30);
    assertThat(count("did welcome_sent at least 2 where [liveCode = side]")).isZero();
  }

  @Test
  void aCardIsGoodOnceAndTiesTheBuyerToWhoCame() {
    publish("card", "\"members\":[\"k1\",\"k2\"],\"welcome\":\"hi\",\"oncePerOrder\":true");
    Json made =
        town.post(
            "/api/v1/live-codes/card/tickets",
            """
            {"orders":[{"orderId":"o1","buyer":[{"kind":"phone","value":"13800000001"}]},
                       {"orderId":"o2","buyer":[{"kind":"phone","value":"13800000002"}]}]}
            """);
    for (Json card : items(made, "cards")) {
      Json scanned =
          town.sandbox(
              "POST",
              "/sandbox/scan",
              Json.object("page", Json.of(text(card, "url")), "count", Json.of(1)).write());
      assertThat(number(scanned, "added")).as(scanned.write()).isEqualTo(1);
    }
    until("both cards are used", () -> number(card(), "cards.used") == 2);
    String first = text(made, "cards.0.url");
    var again = town.exchange("GET", first, "");
    assertThat(again.statusCode()).isEqualTo(410);
    assertThat(again.body()).contains("已经使用过");
    assertThat(town.exchange("GET", town.page("card") + "?k=none", "").statusCode()).isEqualTo(404);
    until(
        "the evidence is there",
        () ->
            count(
                    "did card_scanned where [orderId = o1] and has identifier phone and has"
                        + " identifier externalUserid")
                == 1);
    Json row = card();
    assertThat(
            number(row, "cards.made")
                + " "
                + number(row, "cards.used")
                + " "
                + number(row, "cards.refused"))
        .isEqualTo("2 2 1");
  }

  @Test
  void aCodeOfGroupsRollsOverWhenOneIsFullAndBackWhenItIsNot() {
    String one = group("{\"do\":\"open\",\"name\":\"one\"}");
    String two = group("{\"do\":\"open\",\"name\":\"two\"}");
    town.post(
        "/api/v1/live-codes",
        """
        {"code":"fans","kind":"group","source":"store","groups":["%s","%s"],"full":4}
        """
            .formatted(one, two));
    until("it leads to both", () -> named("fans").equals(one + " " + two));
    String three = "[\"wmRollOver1\",\"wmRollOver2\",\"wmRollOver3\"]";
    String joining = "{\"do\":\"join\",\"chat\":\"" + one + "\",\"members\":" + three + "}";
    assertThat(group(joining)).isEqualTo(one);
    until("with its owner the first is full", () -> named("fans").equals(two));
    assertThat(group("{\"do\":\"leave\",\"chat\":\"" + one + "\",\"members\":" + three + "}"))
        .isEqualTo(one);
    until("it has room again", () -> named("fans").equals(one + " " + two));
  }

  @Test
  void aCodeOfTheOfficialAccountIsMadeOnceAndShownByThePage() {
    town.post("/api/v1/live-codes", "{\"code\":\"scene1\",\"kind\":\"account\",\"source\":\"ad\"}");
    until(
        "the account made it",
        () -> town.exchange("GET", town.page("scene1"), "").statusCode() == 200);
    assertThat(town.exchange("GET", town.page("scene1"), "").body()).contains("showqrcode?ticket=");
    town.post(
        "/api/v1/live-codes", "{\"code\":\"scene1\",\"kind\":\"account\",\"source\":\"store\"}");
    assertThat(town.exchange("GET", town.page("scene1"), "").body()).contains("showqrcode?ticket=");
    Json calls = at(town.sandbox("GET", "/sandbox/limits", ""), "calls");
    assertThat(number(calls, "account qrcode/create")).as("for good, so it is made once").isOne();
  }

  @Test
  void aCodeOfTheMiniProgramIsMadeOnceKeptAndShownByThePage() {
    String code =
        "{\"code\":\"gift\",\"kind\":\"mini_program\",\"source\":\"%s\",\"page\":\"pages/gift/%s\"}";
    town.post("/api/v1/live-codes", code.formatted("store", "index"));
    until(
        "the platform drew it",
        () -> town.exchange("GET", town.page("gift"), "").statusCode() == 200);
    assertThat(town.exchange("GET", town.page("gift"), "").body()).contains("/c/gift/mini");
    var picture = town.exchange("GET", town.page("gift") + "/mini", "");
    assertThat(picture.headers().firstValue("Content-Type")).hasValue("image/png");
    assertThat(picture.headers().firstValue("Content-Length"))
        .hasValueSatisfying(length -> assertThat(Integer.parseInt(length)).isPositive());
    assertThat(town.exchange("GET", town.page("none") + "/mini", "").statusCode()).isEqualTo(404);
    town.post("/api/v1/live-codes", code.formatted("exhibition", "index"));
    assertThat(town.exchange("GET", town.page("gift"), "").statusCode()).isEqualTo(200);
    assertThat(drawn()).as("it opens the same, so it is drawn once").isOne();
    town.post("/api/v1/live-codes", code.formatted("store", "other"));
    until("what it opens has changed", () -> drawn() == 2);
    assertThat(
            town.server("POST", "/api/v1/live-codes", code.formatted("store", "a?b=1"))
                .statusCode())
        .isEqualTo(422);
  }

  private static long drawn() {
    return number(
        at(town.sandbox("GET", "/sandbox/limits", ""), "calls"), "account wxa/getwxacodeunlimit");
  }

  private static String group(String act) {
    return text(town.sandbox("POST", "/sandbox/wecom/groups", act), "chat");
  }

  /// The platform does what it is asked and its answers get lost; then the server dies.
  @Test
  void aCodeWhoseAnswerGotLostIsFoundAgainAndNotMadeTwice() {
    publish("known", "\"members\":[\"w0\"]");
    long before = made();
    town.sandbox("POST", "/sandbox/faults", "{\"wecom\":{\"timeoutShare\":1}}");
    String code = "{\"code\":\"lost\",\"source\":\"ad\",\"members\":[\"w1\",\"w2\"]}";
    town.post("/api/v1/live-codes", code);
    until("all three were asked for", () -> made() == before + 3);
    // Asked again while nobody can say what the platform made: it waits.
    town.post("/api/v1/live-codes", code);
    until(
        "it says why it waits",
        () ->
            items(town.state("lost"), "ways").stream()
                    .filter(way -> text(way, "why").contains("can not see what it made"))
                    .count()
                == 3);
    town.killServer();
    town.sandbox("POST", "/sandbox/faults", "{\"wecom\":{\"timeoutShare\":0}}");
    town.restartServer();
    until(
        "each is found by its state",
        () ->
            items(town.state("lost"), "guides").stream()
                    .allMatch(one -> text(one, "shown").equals("true"))
                && named("lost").equals("w1 w2"));
    assertThat(made() - before).as("none is made twice").isEqualTo(3);
    Json scanned = town.scanState("lost~zzz", 2, 1);
    assertThat(number(scanned, "added")).isEqualTo(2);
    until("who comes by it is counted", () -> number(town.state("lost"), "counts.adds") == 2);
  }

  private static long made() {
    return calls(town.sandbox("GET", "/sandbox/limits", ""), "add_contact_way");
  }

  /// A text message's link leads to the page; whoever it went to and whoever adds the guide are one
  /// person, who is of that code for life.
  @Test
  void aTextMessageLeadsToThePageAndItsSourceStaysForLife() throws Exception {
    publish("sms-follow", "\"members\":[\"t1\"],\"welcome\":\"hello\"");
    publish("later", "\"members\":[\"t2\"]");
    String key = text(town.post("/api/v1/sources", "{\"name\":\"till\"}"), "writeKey");
    for (String name : List.of("profile_updated", "consent_given")) {
      town.event(
          key,
          "{\"id\":\"sms-"
              + name
              + "\",\"name\":\""
              + name
              + "\",\"time\":\""
              + java.time.Instant.now()
              + "\",\"identifiers\":[{\"kind\":\"phone\",\"value\":\"13900007777\"}],"
              + "\"properties\":{\"channel\":\"sms\",\"name\":\"七七\"}}");
    }
    // Owed to the person, so that it leaves at whatever hour this runs.
    town.post(
        "/api/v1/templates",
        "{\"name\":\"follow\",\"channel\":\"sms\",\"sender\":\"HS\",\"category\":\"transaction\","
            + "\"text\":\"加导购领礼: {link}/sms-follow\"}");
    town.post(
        "/api/v1/segments",
        "{\"name\":\"seven\",\"text\":\"last(profile_updated.name) = \\\"七七\\\"\"}");
    town.post("/api/v1/audiences", "{\"name\":\"seven\",\"segment\":\"seven\"}");
    town.post(
        "/api/v1/journeys",
        "{\"journey\":\"invite\",\"entry\":{\"audience\":\"seven\"},\"steps\":[{\"send\":\"follow\"}]}");
    town.post("/api/v1/journeys/invite/launch", "{}");
    until("the message is there", () -> !items(messages(), "messages").isEmpty());
    String said = text(messages(), "messages.0.text");
    var link = java.util.regex.Pattern.compile("http\\S+/sms-follow").matcher(said);
    assertThat(link.find()).as(said).isTrue();
    Json scanned =
        town.sandbox(
            "POST",
            "/sandbox/scan",
            Json.object("page", Json.of(link.group()), "count", Json.of(1)).write());
    assertThat(number(scanned, "added")).as(scanned.write()).isEqualTo(1);
    until(
        "phone and contact are one person",
        () ->
            count(
                    "did code_opened where [liveCode = sms-follow] and has identifier phone and has"
                        + " identifier externalUserid")
                == 1);
    assertThat(count("did link_clicked and last(profile_updated.name) = \"七七\"")).isEqualTo(1);
    assertThat(
            count(
                "first(contact_added.liveCode) = \"sms-follow\" and last(profile_updated.name) ="
                    + " \"七七\""))
        .isEqualTo(1);

    // Leaves, and comes back by another code.
    String customer = text(scanned, "people.0.customer");
    for (String event :
        List.of(
            "\"name\":\"contact_removed\",\"properties\":{\"guide\":\"t1\"}",
            "\"name\":\"contact_added\",\"properties\":{\"guide\":\"t2\",\"liveCode\":\"later\"}")) {
      town.event(
          key,
          "{\"id\":\"back-"
              + event.length()
              + "\",\"time\":\""
              + java.time.Instant.now()
              + "\",\"identifiers\":[{\"kind\":\"externalUserid\",\"scope\":\""
              + CodeTown.CORP
              + "\",\"value\":\""
              + customer
              + "\"}],"
              + event
              + "}");
    }
    until(
        "they came back by another",
        () ->
            count(
                    "did contact_added where [liveCode = later] and last(profile_updated.name) ="
                        + " \"七七\"")
                == 1);
    Json found = town.get("/api/v1/profiles?query=13900007777");
    Json profile = town.get("/api/v1/profiles/" + text(found, "items.0.id"));
    assertThat(text(profile, "firstTouch.code")).isEqualTo("sms-follow");
  }

  private static Json messages() {
    return town.sandbox("GET", "/sandbox/messages?address=%2B8613900007777", "");
  }

  @Test
  void aLinkIsMadeOnceAndItsQuotaIsSaid() {
    publish("adlink", "\"members\":[\"l1\",\"l2\"]");
    Json first = town.post("/api/v1/live-codes/adlink/link", "{}");
    Json again = town.post("/api/v1/live-codes/adlink/link", "{}");
    assertThat(text(first, "url")).startsWith("http");
    assertThat(again.write()).isEqualTo(first.write());
    assertThat(
            calls(town.sandbox("GET", "/sandbox/limits", ""), "customer_acquisition/create_link"))
        .isOne();
    assertThat(town.get("/api/v1/live-codes/links/quota").write()).contains("balance");
  }

  private static Json card() {
    return items(town.get("/api/v1/live-codes/report"), "codes").stream()
        .filter(one -> text(one, "code").equals("card"))
        .findFirst()
        .orElseThrow();
  }
}
