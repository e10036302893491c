package io.huoshui.server.audience;

import static io.huoshui.server.audience.Town.items;
import static io.huoshui.server.audience.Town.rule;
import static io.huoshui.server.audience.Town.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is said of a rule while it is being written.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PreviewOverHttpTest {
  @TempDir static Path folder;
  private static Town town;

  @BeforeAll
  static void found() throws Exception {
    town = Town.founded(folder);
    town.post("/api/v1/segments", "{\"name\":\"buyers\",\"text\":\"did order_paid\"}");
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  private static Json preview(String rule) throws Exception {
    return town.post("/api/v1/segments/preview", rule(rule));
  }

  /// `reachable; reason people, …` of a channel, without reasons nobody has.
  private static String reach(Json preview, String channel) {
    for (Json each : items(preview, "reach")) {
      if (text(each, "channel").equals(channel)) {
        return text(each, "reachable")
            + "; "
            + String.join(
                ", ",
                items(each, "missed").stream()
                    .filter(missed -> !text(missed, "people").equals("0"))
                    .map(missed -> text(missed, "reason") + " " + text(missed, "people"))
                    .toList());
      }
    }
    return "";
  }

  @Test
  @Order(1)
  void everythingIsSaidAtOnce() throws Exception {
    Json preview = preview("(did order_paid)  and reachable   sms");
    assertThat(text(preview, "rule.text")).isEqualTo("did order_paid and reachable sms");
    assertThat(text(preview, "rule.json.all.0.did.event")).isEqualTo("order_paid");
    assertThat(text(preview, "rule.zh")).contains("支付订单");
    assertThat(text(preview, "rule.en")).contains("paid an order");
    assertThat(items(preview, "findings")).isEmpty();
    assertThat(text(preview, "count")).isEqualTo("2");
    assertThat(text(preview, "of.people")).isEqualTo("13");
    assertThat(Double.parseDouble(text(preview, "of.share"))).isEqualTo(2 / 13.0);
    assertThat(text(preview, "at")).isEqualTo("2026-07-01T06:15:00Z");
    assertThat(Long.parseLong(text(preview, "record"))).isPositive();
    assertThat(Double.parseDouble(text(preview, "milliseconds"))).isPositive();
    Json same =
        town.post(
            "/api/v1/segments/preview", Json.object("rule", Town.at(preview, "rule.json")).write());
    assertThat(text(same, "rule.text")).isEqualTo("did order_paid and reachable sms");
    assertThat(text(same, "count")).isEqualTo("2");
  }

  @ParameterizedTest
  @Order(2)
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          did order_paid           | 2; no_consent 4                             | 1; no_address 4, not_a_contact 1
          not did order_paid       | 1; no_address 1, withdrawn 1, no_consent 4  | 1; no_address 6
          did page_viewed          | 0; no_address 1                             | 0; no_address 1
          reachable wecom          | 2;                                          | 2;
          """)
  void whoIsNotReachedIsCountedUnderOneReason(String rule, String sms, String wecom)
      throws Exception {
    Json preview = preview(rule);
    assertThat(reach(preview, "sms").strip()).isEqualTo(sms);
    assertThat(reach(preview, "wecom").strip()).isEqualTo(wecom);
  }

  @Test
  @Order(3)
  void theSampleIsMaskedAndFromAllOver() throws Exception {
    Json preview = preview("has identifier phone");
    List<Json> sample = items(preview, "sample");
    assertThat(sample).hasSize(10);
    assertThat(preview.write()).doesNotContain("钟灵", "139100").contains("钟**");
    assertThat(text(sample.getFirst(), "id")).isNotEqualTo(text(sample.getLast(), "id"));
    assertThat(items(preview("did order_paid"), "sample")).hasSize(6);
  }

  @ParameterizedTest
  @Order(4)
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      textBlock =
          """
          did ordr_paid                                    | no_data rule      | order_paid | did order_paid
          did order_paid where [amuntFen > 5]              | no_data rule      | amountFen  | did order_paid where [amountFen > 5]
          has cty = "上海" and did order_paid               | no_data rule.all[0] | city     | has city = "上海" and did order_paid
          did order_paid and did order_paid within 30d     | subsumed rule.all[0] | none    | did order_paid within 30d
          did order_paid and did not order_paid            | always_empty rule.all[1] | none | none
          did order_paid or did not order_paid             | everybody rule.any[1] | none   | none
          did cart_added                                   | no_data rule      | none       | none
          """)
  void whatIsOddIsSaidWithAWayOut(String rule, String finding, String near, String fixed)
      throws Exception {
    Json found = items(preview(rule), "findings").getFirst();
    assertThat(text(found, "kind") + " " + text(found, "path")).isEqualTo(finding);
    assertThat(text(found, "zh")).isNotBlank();
    assertThat(text(found, "en")).isNotBlank();
    if (near == null) {
      assertThat(items(found, "near")).isEmpty();
    } else {
      assertThat(text(found, "near.0")).isEqualTo(near);
    }
    if (fixed == null) {
      assertThat(items(found, "fixes")).isEmpty();
    } else {
      assertThat(text(found, "fixes.0.text")).isEqualTo(fixed);
      assertThat(items(preview(fixed), "findings")).isEmpty();
    }
  }

  @ParameterizedTest
  @Order(5)
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      textBlock =
          """
          did order_paid withn 30d      | bad_rule         | character 15 | withn   | none
          lifecycle lapsd               | bad_rule         | character 10 | lapsd   | lapsed
          haz tag vip                   | bad_rule         | character 0  | haz     | has
          did order_paid and            | bad_rule         | none         | none      | none
          in segment buyrs              | unknown_segment  | rule         | buyrs   | buyers
          did order_paid or in audience x | unknown_audience | rule.any[1] | x     | none
          not journey back sent         | unknown_journey  | rule.not     | back    | none
          """)
  void whatCanNotBeReadSaysWhereAndWhatWasMeant(
      String rule, String code, String where, String value, String near) throws Exception {
    Json problem = town.refused(422, "POST", "/api/v1/segments/preview", rule(rule));
    assertThat(text(problem, "code")).isEqualTo(code);
    if (where != null) {
      assertThat(text(problem, "field")).isEqualTo(where);
      assertThat(text(problem, "value")).isEqualTo("'" + value + "'");
    }
    assertThat(text(problem, "allowed")).isNotBlank();
    if (near != null) {
      assertThat(text(problem, "near.0")).isEqualTo(near);
    }
  }

  @Test
  @Order(6)
  void aBrokenJsonFormIsRefusedByItsPath() throws Exception {
    Json problem =
        town.refused(
            422,
            "POST",
            "/api/v1/segments/preview",
            "{\"rule\":{\"all\":[{\"did\":{\"event\":\"order_paid\",\"windw\":{}}}]}}");
    assertThat(text(problem, "field")).isEqualTo("rule.all[0].did");
    assertThat(text(problem, "near.0")).isEqualTo("window");
    assertThat(text(town.refused(422, "POST", "/api/v1/segments/preview", "{}"), "code"))
        .isEqualTo("missing_field");
  }

  @Test
  @Order(7)
  void theJsonFormDescribesItself() throws Exception {
    Json schema = town.get("/api/v1/segments/schema");
    assertThat(text(schema, "$schema")).isEqualTo("https://json-schema.org/draft/2020-12/schema");
    assertThat(items(schema, "$defs.rule.oneOf")).isNotEmpty();
  }

  @Test
  @Order(9)
  void whoHeardEnoughTodayIsNotReachedNow() throws Exception {
    String before = text(preview("did order_paid"), "record");
    town.post(
        "/api/v1/templates",
        "{\"name\":\"hi\",\"channel\":\"sms\",\"text\":\"hi\",\"sender\":\"HS\",\"costFen\":5}");
    town.post(
        "/api/v1/journeys",
        "{\"journey\":\"hello\",\"entry\":{\"event\":\"checked_in\"},\"steps\":[{\"id\":\"s\",\"send\":\"hi\"}]}");
    town.take(List.of(town.event("checked_in", Town.phone(0), "{}")));
    Json preview = preview("did order_paid");
    assertThat(reach(preview, "sms")).isEqualTo("1; no_consent 4, frequency_cap 1");
    assertThat(Long.parseLong(text(preview, "record"))).isGreaterThan(Long.parseLong(before));
  }
}
