package io.huoshui.server.acquisition;

import static io.huoshui.server.audience.Town.items;
import static io.huoshui.server.audience.Town.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import io.huoshui.platforms.wecom.WecomCallbacks.Change;
import io.huoshui.server.audience.Town;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What the operator defines and reads, over real HTTP and a virtual clock; no platform is set up.
class LiveCodesOverHttpTest {
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

  private Json row(String code, String query) throws Exception {
    return items(town.get("/api/v1/live-codes/report" + query), "codes").stream()
        .filter(each -> text(each, "code").equals(code))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aCodeIsDefinedRefusedLookedAtPrintedAndEnded() throws Exception {
    Json refused =
        town.refused(
            400,
            "POST",
            "/api/v1/live-codes",
            "{\"code\":\"c\",\"source\":\"ad\",\"members\":[{\"guide\":\"li\",\"weight\":0}]}");
    assertThat(refused.write()).contains("liveCode.members[0].weight", "1 to 100");
    refused =
        town.refused(
            422, "POST", "/api/v1/live-codes", "{\"code\":\"c\",\"source\":\"ad\",\"members\":[]}");
    assertThat(text(refused, "code") + " " + text(refused, "field")).isEqualTo("nobody members");
    refused =
        town.refused(
            422,
            "POST",
            "/api/v1/live-codes",
            "{\"code\":\"c\",\"source\":\"ad\",\"members\":[\"li\"],\"welcome\":{\"text\":\"{coupon}\",\"coupon\":\"new10\"}}");
    assertThat(text(refused, "code") + " " + text(refused, "value"))
        .isEqualTo("unknown_coupon new10");
    assertThat(
            text(
                town.post(
                    "/api/v1/live-codes/preview",
                    "{\"code\":\"c\",\"source\":\"ad\",\"members\":[{\"guide\":\"li\",\"name\":\"小李\"}],"
                        + "\"welcome\":\"{name|您}好,我是{guide}\"}"),
                "welcomes.0.text"))
        .isEqualTo("您好,我是小李");

    // Noon of a Wednesday in Kathmandu.
    Json made =
        town.post(
            "/api/v1/live-codes",
            """
            code: card
            source: package_card
            members:
              - {guide: day, shifts: [{days: [wed], from: "09:00", to: "18:00"}]}
              - {guide: night, shifts: [{days: [wed], from: "22:00", to: "02:00"}]}
            """);
    assertThat(text(made, "version") + text(made, "kind")).isEqualTo("1staff");
    assertThat(text(town.get("/api/v1/live-codes/card"), "definition.members.1.shifts.0.to"))
        .as("YAML comes back as JSON, for forms")
        .isEqualTo("02:00");
    assertThat(text(town.get("/api/v1/live-codes/schema"), "$id"))
        .isEqualTo("urn:huoshui:live-code");
    refused =
        town.refused(
            422,
            "POST",
            "/api/v1/live-codes",
            "{\"code\":\"schema\",\"source\":\"ad\",\"members\":[\"li\"]}");
    assertThat(text(refused, "code") + " " + text(refused, "value")).isEqualTo("bad_name schema");
    Json state = town.get("/api/v1/live-codes/card/state");
    assertThat(text(state, "takes") + " " + text(state, "next"))
        .isEqualTo("day 2026-07-01T12:15:00Z");
    town.reach("2026-07-01T18:00:00+05:45");
    state = town.get("/api/v1/live-codes/card/state");
    assertThat(text(state, "takes") + " " + text(state, "why")).isEqualTo("null nobody_on_shift");
    town.reach("2026-07-02T01:00:00+05:45");
    assertThat(text(town.get("/api/v1/live-codes/card/state"), "takes")).isEqualTo("night");

    var page = town.send("GET", "/c/card", "", "");
    assertThat(page.statusCode()).as("no platform, no picture").isEqualTo(503);
    assertThat(page.body()).contains("请稍后再扫").doesNotContain("<script");
    assertThat(town.send("GET", "/c/card?lang=en", "", "").body()).contains("scan again later");
    assertThat(town.send("GET", "/c/none", "", "").statusCode()).isEqualTo(404);
    assertThat(town.send("GET", "/api/v1/live-codes/card/qr.svg", town.admin(), "").body())
        .startsWith("<svg");
    assertThat(
            town.send("GET", "/api/v1/live-codes/card/qr.png?pixels=99999", town.admin(), "")
                .statusCode())
        .isEqualTo(400);
    assertThat(
            text(
                town.refused(
                    422,
                    "POST",
                    "/api/v1/live-codes",
                    "{\"code\":\"card\",\"kind\":\"account\",\"source\":\"ad\"}"),
                "code"))
        .isEqualTo("other_kind");
    assertThat(text(town.refused(422, "POST", "/api/v1/live-codes/card/tickets", "{}"), "code"))
        .isEqualTo("no_cards");
    assertThat(town.send("GET", "/api/v1/live-codes", "hsw_none", "").statusCode()).isEqualTo(401);

    town.post("/api/v1/live-codes/card/end", "");
    assertThat(town.send("GET", "/c/card", "", "").statusCode()).isEqualTo(410);
    town = town.reopened();
    assertThat(text(town.get("/api/v1/live-codes/card"), "over")).isEqualTo("true");
  }

  @Test
  void everyNumberOfTheReportOpensItsPeopleAndSaysItsBase() throws Exception {
    for (String code : List.of("card", "ad")) {
      town.post(
          "/api/v1/live-codes",
          "{\"code\":\"" + code + "\",\"source\":\"" + code + "s\",\"members\":[\"g1\"]}");
    }
    for (int i = 6; i < 10; i++) {
      String person = Town.phone(i);
      // Of these, 6 and 8 ordered before (the town says so); 9 leaves; 7 buys for the first time.
      town.take(
          List.of(town.event("contact_added", person, "{\"guide\":\"g1\",\"liveCode\":\"card\"}")));
    }
    town.take(
        List.of(
            town.event("contact_removed", Town.phone(9), "{\"guide\":\"g1\"}"),
            town.event("order_paid", Town.phone(7), "{\"orderId\":\"o-7\",\"amountFen\":900}"),
            town.event("contact_added", Town.phone(9), "{\"guide\":\"g1\",\"liveCode\":\"ad\"}")));
    town.send(
        "PUT",
        "/api/v1/insight/costs",
        town.admin(),
        "{\"costs\":[{\"source\":\"cards\",\"from\":\"2026-06-30\",\"to\":\"2026-06-30\",\"fen\":1000}]}");
    String days = "?from=2026-06-30&to=2026-06-30";
    Json card = row("card", days);
    assertThat(text(card, "people.people")).isEqualTo("4");
    assertThat(text(card, "people.removed1h.people") + "/" + text(card, "people.removed1h.of"))
        .isEqualTo("1/4");
    assertThat(text(card, "people.removed7d.share")).as("no base").isEqualTo("null");
    assertThat(text(card, "people.knownBuyers")).isEqualTo("2");
    assertThat(text(card, "people.firstOrder.people") + "/" + text(card, "people.firstOrder.of"))
        .isEqualTo("1/2");
    assertThat(text(card, "people.ltv30.of") + text(card, "people.ltv30.perPersonFen"))
        .isEqualTo("0null");
    assertThat(text(card, "people.costFen")).as("the cost is of the source").isEqualTo("null");
    Json report = town.get("/api/v1/live-codes/report" + days);
    Json source =
        items(report, "sources").stream()
            .filter(each -> text(each, "source").equals("cards"))
            .findFirst()
            .orElseThrow();
    assertThat(text(source, "people.costFen") + " " + text(source, "people.costPerAddedFen"))
        .isEqualTo("1000 250.0");
    Json opened =
        town.post(
            "/api/v1/live-codes/card/open",
            "{\"cell\":\"first_order\",\"from\":\"2026-06-30\",\"to\":\"2026-06-30\",\"name\":\"fresh\"}");
    assertThat(text(opened, "count")).isEqualTo("1");
    assertThat(town.count("in audience fresh and did order_paid where [orderId = \"o-7\"]"))
        .isEqualTo(1);
    assertThat(
            text(
                town.refused(422, "POST", "/api/v1/live-codes/card/open", "{\"cell\":\"all\"}"),
                "allowed"))
        .contains("removed_1d");

    // Where they came from first, though they left and came back by another.
    Json found = town.get("/api/v1/profiles?query=13910000009");
    Json nine = town.get("/api/v1/profiles/" + text(found, "items.0.id"));
    assertThat(text(nine, "firstTouch.code")).isEqualTo("card");
    assertThat(town.count("first(contact_added.liveCode) = \"card\"")).isEqualTo(4);
    // Long enough ago: now there is a base.
    town.reach("2026-08-15T12:00:00+05:45");
    card = row("card", days);
    assertThat(text(card, "people.removed7d.people") + "/" + text(card, "people.removed7d.of"))
        .isEqualTo("1/4");
    assertThat(text(card, "people.ltv30.of") + " " + text(card, "people.ltv30.perPersonFen"))
        .isEqualTo("4 225.0");
  }

  private static final Instant T = Instant.parse("2026-06-30T12:00:00Z");

  private static WelcomeStore.Welcome came(
      String customer, String code, String welcome, int second) {
    Instant at = T.plusSeconds(second);
    return new WelcomeStore.Welcome(
        welcome.isEmpty() ? "none/li/" + customer + "/" + at.getEpochSecond() : welcome,
        "li",
        customer,
        code,
        "",
        at,
        at,
        at.plusSeconds(20),
        "waiting",
        1,
        "",
        null,
        1);
  }

  /// Where a guide has to confirm, WeCom tells of one add twice. Words: `half` or `full`, then the
  /// second, then the welcome code where there is one; `left`; `sent`, `failed`, `none` is how the
  /// welcome under way ends.
  @Test
  void anAddThatIsAskedForAndThenConfirmedIsOneAdd() throws Exception {
    var store = town.server().context().getBean(WelcomeStore.class);
    String[][] cases = {
      // told | rows | tried, one after another
      {"half 1 A,sent,full 9 A", "1", "A"},
      {"half 1 A,sent,full 9", "1", "A"},
      {"half 1 A,sent,full 9 B", "1", "A"},
      {"half 1,none,full 9 B,sent", "1", "none B"},
      {"half 1,full 9 B,sent", "1", "none B"},
      {"half 1 A,failed,full 9 B,sent", "1", "A B"},
      {"half 1 A,full 9 B,failed,sent", "1", "A B"},
      {"half 1 A,full 9 B,sent", "1", "A"},
      {"half 1 A,failed,full 9 A", "1", "A"},
      {"half 1 A,sent,half 1 A,full 9 B,full 9 B", "1", "A"},
      {"half 1 A,sent,full 9,full 9", "1", "A"},
      {"full 9 B,sent,half 1 A", "1", "B"},
      {"full 9 B,sent,full 9 B", "1", "B"},
      {"full 1 A,sent,left 5,full 9 B,sent", "2", "A B"},
      {"half 1 A,sent,left 5,half 6 B,sent,full 9", "2", "A B"},
      {"half 1 A,sent,left 5,full 9 B,sent", "2", "A B"},
    };
    for (int i = 0; i < cases.length; i++) {
      String customer = "wm" + i;
      var tried = new ArrayList<String>();
      WelcomeStore.Welcome underWay = null;
      for (String word : cases[i][0].split(",")) {
        String[] parts = word.split(" ");
        Optional<WelcomeStore.Welcome> next = Optional.empty();
        switch (parts[0]) {
          case "half", "full" ->
              next =
                  store.arrived(
                      came(
                          customer,
                          "card",
                          parts.length > 2 ? parts[2] + i : "",
                          Integer.parseInt(parts[1])),
                      parts[0].equals("half"),
                      0,
                      T);
          case "left" -> store.left("li", customer, T.plusSeconds(Integer.parseInt(parts[1])));
          default -> {
            var ended = Objects.requireNonNull(underWay);
            store.settle(
                ended,
                parts[0],
                parts[0].equals("none") ? "no_welcome_code" : "",
                Map.of("remark", "x"),
                T);
            if (!parts[0].equals("sent")) {
              next = store.other(ended, T, T);
            }
          }
        }
        if (next.isPresent()) {
          underWay = next.get();
          String code = underWay.welcomeCode();
          tried.add(WelcomeStore.without(code) ? "none" : code.substring(0, 1));
        }
      }
      var sql = town.server().context().getBean(JdbcClient.class);
      assertThat(
              sql.sql("select count(*) from welcome where customer = :who")
                  .param("who", customer)
                  .query(String.class)
                  .single())
          .as("rows of %s", cases[i][0])
          .isEqualTo(cases[i][1]);
      assertThat(String.join(" ", tried)).as("tried of %s", cases[i][0]).isEqualTo(cases[i][2]);
      assertThat(
              sql.sql(
                      "select count(*) from welcome_chore where customer = :who and kind ="
                          + " 'remark'")
                  .param("who", customer)
                  .query(Integer.class)
                  .single())
          .as("remarked once for each add: %s", cases[i][0])
          .isLessThanOrEqualTo(Integer.parseInt(cases[i][1]));
    }
  }

  @Test
  void aHalfAddAndItsConfirmationAreCountedOnceAndAReturnAgain() throws Exception {
    for (String code : List.of("card", "ad")) {
      town.post(
          "/api/v1/live-codes",
          "{\"code\":\"" + code + "\",\"source\":\"" + code + "s\",\"members\":[\"li\"]}");
    }
    var told =
        List.of(
            new Change.Added("li", "wmOne", "card", "", true, T),
            new Change.Added("li", "wmOne", "card", "", false, T.plusSeconds(40)),
            new Change.Added("li", "wmOne", "card", "", false, T.plusSeconds(40)),
            // Confirmed without saying by which code.
            new Change.Added("li", "wmTwo", "card", "", true, T),
            new Change.Added("li", "wmTwo", "", "", false, T.plusSeconds(50)),
            // Confirmed by another code, and asked for by two before.
            new Change.Added("li", "wmFour", "card", "", true, T),
            new Change.Added("li", "wmFour", "ad", "", false, T.plusSeconds(50)),
            new Change.Added("li", "wmFive", "card", "", true, T),
            new Change.Added("li", "wmFive", "ad", "", true, T.plusSeconds(30)),
            new Change.Added("li", "wmFive", "ad", "", false, T.plusSeconds(50)),
            // With another guide it is another add.
            new Change.Added("wang", "wmFive", "ad", "", false, T.plusSeconds(55)),
            // Nobody asked for this one by a code.
            new Change.Added("li", "wmThree", "", "", false, T),
            // Left, and came again on the same day.
            new Change.Removed("li", "wmOne", "customer", T.plusSeconds(60)),
            new Change.Added("li", "wmOne", "card", "", true, T.plusSeconds(70)),
            new Change.Added("li", "wmOne", "card", "", false, T.plusSeconds(80)));
    told.forEach(town.server().context()::publishEvent);
    town.reach("2026-07-01T01:00:00Z");
    var sql = town.server().context().getBean(JdbcClient.class);
    assertThat(
            sql.sql("select customer || ' ' || code from live_code_add order by 1, added_at")
                .query(String.class)
                .list())
        .containsExactly(
            "wmFive ad", "wmFive card", "wmFour card", "wmOne card", "wmOne card", "wmTwo card");
    assertThat(sql.sql("select sum(taken) from live_code_day").query(Integer.class).single())
        .isEqualTo(6);
  }
}
