package io.huoshui.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntakeTest {
  private static final Instant NOW = Instant.parse("2026-03-07T15:00:00Z");
  private static final Identifier ANN = Identifier.of(IdentifierKind.MEMBER_NUMBER, "ann");

  private static Event event(String id, String name, Instant time, Object... properties) {
    return new Event(id, name, time, "pos", List.of(ANN), Properties.of(properties));
  }

  private static Intake.Verdict.Rejected rejected(Event event) {
    return Objects.requireNonNull(
        Intake.check(event, EventCatalogue.standard(), NOW), "the event may enter");
  }

  @Test
  void whatIsWholeMayEnter() {
    assertThat(
            Intake.check(
                event(
                    "x".repeat(128),
                    "order_paid",
                    NOW,
                    "orderId",
                    "o-1",
                    "amountFen",
                    0,
                    "note",
                    "水".repeat(4_096)),
                EventCatalogue.standard(),
                NOW))
        .isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "ok",
      textBlock =
          """
          # time                   | code
          1989-12-31T23:59:59.999Z | impossible_time
          1990-01-01T00:00:00Z     | ok
          2026-03-08T15:00:00Z     | ok
          2026-03-08T15:00:00.001Z | impossible_time
          """)
  void theTimeIsWithinWhatCanBe(String time, String code) {
    var verdict =
        Intake.check(
            event("e", "page_viewed", Instant.parse(time)), EventCatalogue.standard(), NOW);

    assertThat(verdict == null ? null : verdict.code()).isEqualTo(code);
  }

  @Test
  void everyRefusalNamesTheFieldAndWhatIsAllowed() {
    refused(event(" ", "page_viewed", NOW), "bad_id", "id", "1 to 128 characters");
    refused(event("x".repeat(129), "page_viewed", NOW), "bad_id", "id", "1 to 128 characters");
    refused(event("e", "order_payed", NOW), "unknown_name", "name", "near: order_paid, ");
    refused(
        event("e", "order_paid", NOW, "amountFen", 5),
        "missing_property",
        "properties.orderId",
        "a text that is not empty");
    refused(
        event("e", "order_paid", NOW, "orderId", " ", "amountFen", 5),
        "bad_property",
        "properties.orderId",
        "a text that is not empty");
    refused(
        event("e", "order_paid", NOW, "orderId", 5, "amountFen", 5),
        "bad_property",
        "properties.orderId",
        "a text that is not empty");
    refused(
        event("e", "order_paid", NOW, "orderId", "o", "amountFen", -1),
        "bad_property",
        "properties.amountFen",
        "a whole number of fen, 0 or more");
    refused(
        event("e", "page_viewed", NOW, "priceFen", 59.5),
        "bad_money",
        "properties.priceFen",
        "a whole number of fen, 0 or more");
    refused(
        event("e", "page_viewed", NOW, "k".repeat(65), 1),
        "bad_property_name",
        "properties",
        "1 to 64 characters");
    refused(
        event("e", "page_viewed", NOW, "note", "x".repeat(4_097)),
        "text_too_long",
        "properties.note",
        "at most 4096");
    refused(
        event(
            "e",
            "page_viewed",
            NOW,
            "notes",
            new Value.Many(List.of(Value.of("x".repeat(2_049)), Value.of("x".repeat(2_048))))),
        "text_too_long",
        "properties.notes",
        "at most 4096");
    var many = new TreeMap<String, Value>();
    for (int i = 0; i < 65; i++) {
      many.put("p" + i, Value.of(i));
    }
    refused(
        new Event("e", "page_viewed", NOW, "pos", List.of(ANN), Properties.of(many)),
        "too_many_properties",
        "properties",
        "0 to 64");
    var names = new ArrayList<Identifier>();
    for (int i = 0; i < 17; i++) {
      names.add(Identifier.of(IdentifierKind.DEVICE, "d" + i));
    }
    refused(
        new Event("e", "page_viewed", NOW, "pos", names, Properties.NONE),
        "too_many_identifiers",
        "identifiers",
        "1 to 16");
    refused(
        new Event(
            "e",
            "page_viewed",
            NOW,
            "pos",
            List.of(ANN, Identifier.of(IdentifierKind.EMAIL, "x".repeat(257))),
            Properties.NONE),
        "identifier_too_long",
        "identifiers.email",
        "at most 256");
  }

  /// Half of a pair of characters can not be written down: it would come back as another text.
  @Test
  void textThatIsNotTextIsRefusedWhereverItStands() {
    String half = "a\uD83D";
    refused(event(half, "page_viewed", NOW), "bad_text", "id", "whole characters");
    refused(
        event("e", "page_viewed", NOW, "note", half),
        "bad_text",
        "properties.note",
        "whole characters");
    refused(event("e", "page_viewed", NOW, half, 1), "bad_text", "properties", "whole characters");
    refused(
        event("e", "page_viewed", NOW, "notes", new Value.Many(List.of(Value.of("\uDE00😀")))),
        "bad_text",
        "properties.notes",
        "whole characters");
    refused(
        new Event(
            "e",
            "page_viewed",
            NOW,
            "pos",
            List.of(Identifier.of(IdentifierKind.UNIONID, half)),
            Properties.NONE),
        "bad_text",
        "identifiers.unionid",
        "whole characters");
    assertThat(
            Intake.check(
                event("😀", "page_viewed", NOW, "😀", "😀"), EventCatalogue.standard(), NOW))
        .isNull();
  }

  private static void refused(Event event, String code, String field, String allowed) {
    var verdict = rejected(event);
    assertThat(verdict.code()).isEqualTo(code);
    assertThat(verdict.field()).isEqualTo(field);
    assertThat(verdict.allowed()).startsWith(allowed);
    assertThat(verdict.value().length()).isLessThanOrEqualTo(80);
    assertThat(verdict.why()).isNotBlank();
    assertThat(verdict.next()).isNotBlank();
  }

  @ParameterizedTest
  @CsvSource({
    "order_payed, order_paid",
    "orderPaid, order_paid",
    "tag_add, tag_added",
    "pageviewed, page_viewed",
    "coupon_reedemed, coupon_redeemed"
  })
  void whatTheSenderProbablyMeantComesFirst(String sent, String meant) {
    assertThat(EventCatalogue.standard().near(sent)).hasSize(3).first().isEqualTo(meant);
  }

  @Test
  void aBrandAddsItsOwnEventsAndTheStandardStaysAsItIs() {
    var own = new EventType("pet_washed", "洗宠物", "washed a pet", new TreeMap<>());
    var brand = EventCatalogue.standard().with(own);

    assertThat(brand.find("pet_washed")).isEqualTo(own);
    assertThat(EventCatalogue.standard().find("pet_washed")).isNull();
    assertThat(brand.all()).hasSize(EventCatalogue.standard().all().size() + 1);
  }

  @Test
  void anEventKnowsItsPeopleStrongestFirstAndOnce() {
    Identifier phone = Identifier.of(IdentifierKind.PHONE, "13800000001");
    var event =
        new Event("e", "page_viewed", NOW, "pos", List.of(phone, ANN, phone), Properties.NONE);

    assertThat(event.identifiers()).containsExactly(ANN, phone);
    assertThatThrownBy(
            () ->
                new Event("e", "page_viewed", NOW, "pos", Collections.emptyList(), Properties.NONE))
        .hasMessage("Event e names nobody");
  }
}
