package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.engine.EngineException.Code;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is durable is applied again at every start: nothing that may be written may fail to apply.
class HardyTest {
  private static final Identifier ANN = Identifier.of(IdentifierKind.PHONE, "13800000001");

  @TempDir Path folder;
  private Brand brand;

  @BeforeEach
  void begin() {
    brand = new Brand(folder, "America/St_Johns", "2026-03-05T15:00:00Z");
  }

  @AfterEach
  void goesOnAndOpensAgain() {
    assertThat(brand.engine().failure()).isNull();
    brand.reopen();
    brand.happens("page_viewed", ANN);
    assertThat(brand.ask().overview().people()).isEqualTo(1);
    brand.close();
  }

  @Test
  void sumsBeyondWholeNumbersAreStillSums() {
    brand.segment("rich", "sum(order_paid.amountFen) > 5");
    brand.segment("mean", "average(order_paid.amountFen) > 5");
    brand.happens("order_paid", ANN, "orderId", "1", "amountFen", Long.MAX_VALUE);
    brand.happens("order_paid", ANN, "orderId", "2", "amountFen", Long.MAX_VALUE);

    assertThat(brand.ask().segments()).extracting(Questions.SegmentLine::count).containsOnly(1L);
    assertThat(brand.ask().overview().buyers()).isEqualTo(1);
  }

  @Test
  void sumsBeyondDecimalsAreStillSums() {
    brand.segment("heavy", "sum(product_purchased.weight) > 5");
    for (String order : List.of("1", "2", "3")) {
      brand.happens(
          "product_purchased", ANN, "orderId", order, "sku", "s", "weight", Double.MAX_VALUE);
    }

    assertThat(brand.ask().segments()).extracting(Questions.SegmentLine::count).containsOnly(1L);
  }

  @Test
  void aDateAtTheEndOfTimeIsNoDate() {
    brand.sms("hello", "Hello");
    brand.journey(
        "j",
        "'entry':{'event':'coupon_issued'},'steps':[{'waitBefore':{'event':'coupon_issued',"
            + "'property':'expires','by':'3d'},'otherwise':'end'},{'wait':'1d'}]");
    for (String expires :
        List.of(
            "+999999999-12-31T23:59:59Z",
            "+300000000-01-01T00:00:00Z",
            "-999999999-01-01T00:00:00Z")) {
      brand.happens("coupon_issued", ANN, "coupon", "c", "template", "t", "expires", expires);
    }
    brand.passes(Duration.ofDays(1));

    assertThat(brand.ask().backlog().nextTimer()).isNull();
  }

  @Test
  void aDefinitionThatCanNotBeAppliedIsRefusedBeforeItIsWritten() {
    refused("'Bad Name' is no segment name", () -> brand.segment("Bad Name", "did order_paid"));
    refused(
        "'other' is published as 'mine'",
        () ->
            brand
                .engine()
                .publish(
                    Entry.Definition.JOURNEY,
                    "mine",
                    "{\"journey\":\"other\",\"entry\":{\"event\":\"order_paid\"},"
                        + "\"steps\":[{\"exit\":true}]}"));
    refused(
        "A segment needs \"rule\", its text form.",
        () -> brand.engine().publish(Entry.Definition.SEGMENT, "s", "{}"));
    unknown("No event 'order_payd'. Near: order_paid", () -> brand.segment("s", "did order_payd"));
    unknown(
        "No template 'hallo'. Known: ",
        () -> brand.journey("j", "'entry':{'event':'order_paid'},'steps':[{'send':'hallo'}]"));
    unknown(
        "No coupon template 'ten'. Known: ",
        () -> brand.journey("j", "'entry':{'event':'order_paid'},'steps':[{'coupon':'ten'}]"));
    unknown(
        "No segment 'buyers'. Known: ",
        () -> brand.journey("j", "'entry':{'segment':'buyers'},'steps':[{'exit':true}]"));
    unknown("No segment 'buyers'. Known: ", () -> brand.engine().freeze("a", "buyers"));
    unknown("No journey 'j'. Known: ", () -> brand.engine().launch("j"));
    unknown("No link 0. Known: 0 to -1.", () -> brand.engine().sever(0, "ops"));
    unknown(
        "Nobody is known as phone:+86138****0001", () -> brand.engine().join(ANN, ANN, "d", "ops"));
  }

  @Test
  void anEventTooLongForTheStoreIsRefusedBeforeItIsWritten() {
    var many = new Value.Many(Collections.nCopies(200, Value.of("水".repeat(4_000))));
    var event =
        new Event(
            "e-1",
            "profile_updated",
            brand.now(),
            "crm",
            List.of(ANN),
            Properties.of("novel", many));

    refused("Event 'e-1' is too long", () -> brand.take(event));
  }

  private static void refused(String words, ThrowingCallable deed) {
    throwing(Code.REFUSED, words, deed);
  }

  private static void unknown(String words, ThrowingCallable deed) {
    throwing(Code.UNKNOWN_NAME, words, deed);
  }

  private static void throwing(Code code, String words, ThrowingCallable deed) {
    assertThatThrownBy(deed)
        .isInstanceOfSatisfying(EngineException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(words);
  }
}
