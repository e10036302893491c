package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.engine.Engine.Batch;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.reach.Channel.Outcome;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Reason;
import io.huoshui.reach.Touchpoint;
import io.huoshui.reach.Touchpoint.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxTest {
  @TempDir Path folder;
  private Brand brand;

  @BeforeEach
  void begin() {
    brand = new Brand(folder, "Asia/Kathmandu", "2026-03-05T04:15:00Z");
    brand.unrestrained();
    brand.sms("hello", "Hello {name|you}");
  }

  @AfterEach
  void end() {
    brand.close();
  }

  private static Identifier phone(int number) {
    return Identifier.of(IdentifierKind.PHONE, "1380000%04d".formatted(number));
  }

  private void audienceOf(int people) {
    for (int i = 0; i < people; i++) {
      brand.happens("consent_given", phone(i), "channel", "sms");
    }
    brand.segment("everyone", "has consent sms");
    brand.engine().freeze("all", "everyone");
    brand.journey("j", "'entry':{'audience':'all'},'steps':[{'send':'hello'}]");
    brand.engine().launch("j");
    brand.passes(Duration.ofMinutes(1));
  }

  private Batch next(int most) {
    return Objects.requireNonNull(brand.engine().nextBatch(ChannelKind.SMS, most));
  }

  private Touchpoint touchpoint(int person) {
    return brand.touchpoints("j").get(person);
  }

  @Test
  void messagesLeaveWithTheNextTickInOrderAndOnce() {
    for (int i = 0; i < 5; i++) {
      brand.happens("consent_given", phone(i), "channel", "sms");
    }
    brand.segment("everyone", "has consent sms");
    brand.engine().freeze("all", "everyone");
    brand.journey("j", "'entry':{'audience':'all'},'steps':[{'send':'hello'}]");
    brand.engine().launch("j");
    assertThat(brand.engine().nextBatch(ChannelKind.SMS, 10)).as("before the tick").isNull();
    assertThat(brand.ask().backlog().held()).isEqualTo(5);

    brand.passes(Duration.ofMinutes(1));
    Batch first = next(3);
    Batch second = next(3);

    assertThat(first.keys()).containsExactly("j/1/0//step1", "j/1/1//step1", "j/1/2//step1");
    assertThat(first.envelopes().getFirst().address()).isEqualTo("+8613800000000");
    assertThat(first.envelopes().getFirst().text()).isEqualTo("Hello you");
    assertThat(second.keys()).containsExactly("j/1/3//step1", "j/1/4//step1");
    assertThat(first.id()).isNotEqualTo(second.id());
    assertThat(brand.engine().nextBatch(ChannelKind.SMS, 3)).isNull();
    assertThat(brand.engine().nextBatch(ChannelKind.WECOM, 3)).isNull();
  }

  @Test
  void eachAnswerHasItsConsequence() {
    audienceOf(5);
    Batch batch = next(10);
    brand
        .engine()
        .answer(
            batch.id(),
            List.of(
                new Outcome.Accepted("biz-1"),
                new Outcome.Refused("isv.MOBILE_NUMBER_ILLEGAL", "no such number"),
                new Outcome.Later("isv.BUSINESS_LIMIT_CONTROL", "too fast", 60),
                new Outcome.Unknown("time-out"),
                new Outcome.Absent()));

    assertThat(touchpoint(0).delivery().stage()).isEqualTo(Stage.ACCEPTED);
    assertThat(touchpoint(0).delivery().platformId()).isEqualTo("biz-1");
    assertThat(touchpoint(1).reason()).isEqualTo(Reason.REFUSED);
    assertThat(touchpoint(1).delivery().why())
        .isEqualTo("isv.MOBILE_NUMBER_ILLEGAL: no such number");
    assertThat(touchpoint(3).delivery().stage()).isEqualTo(Stage.HANDED);
    assertThat(brand.engine().unanswered())
        .singleElement()
        .satisfies(
            left -> {
              assertThat(left.id()).isEqualTo(batch.id());
              assertThat(left.keys()).containsExactly(batch.keys().get(3));
              assertThat(left.handedOver()).isEqualTo(batch.handedOver());
            });
    assertThat(next(10).keys())
        .as("what surely was not taken goes again")
        .containsExactly(batch.keys().get(2), batch.keys().get(4));
  }

  @Test
  void anAnswerThatWasLostIsAskedForAfterTheCrashAndNothingElseIsSent() {
    audienceOf(3);
    Batch batch = next(10);

    brand.reopen();

    assertThat(brand.engine().nextBatch(ChannelKind.SMS, 10)).isNull();
    assertThat(brand.engine().unanswered()).containsExactly(batch);
    brand
        .engine()
        .answer(
            batch.id(),
            List.of(
                new Outcome.Accepted("p"), new Outcome.Absent(), new Outcome.Unknown("not now")));
    brand.reopen();
    assertThat(brand.engine().unanswered())
        .extracting(Batch::keys)
        .containsExactly(List.of(batch.keys().get(2)));
    brand.engine().answer(batch.id(), List.of(new Outcome.Accepted("p")));
    assertThat(brand.engine().unanswered()).isEmpty();
    assertThat(next(10).keys()).containsExactly(batch.keys().get(1));
  }

  @Test
  void aReceiptThatCameBeforeTheAnswerKnowsMore() {
    audienceOf(4);
    Batch batch = next(10);
    brand.happens("message_delivered", phone(0), "touchpoint", batch.keys().get(0));
    brand.happens("message_delivered", phone(1), "touchpoint", batch.keys().get(1));
    brand.happens("message_delivered", phone(2), "touchpoint", batch.keys().get(2));
    brand.happens("message_failed", phone(3), "touchpoint", batch.keys().get(3), "code", "X");
    brand
        .engine()
        .answer(
            batch.id(),
            List.of(
                new Outcome.Accepted("p"),
                new Outcome.Absent(),
                new Outcome.Refused("no", "no"),
                new Outcome.Later("busy", "busy", 1)));

    assertThat(brand.touchpoints("j"))
        .extracting(touchpoint -> touchpoint.delivery().stage())
        .containsExactly(Stage.DELIVERED, Stage.DELIVERED, Stage.DELIVERED, Stage.FAILED);
    assertThat(brand.touchpoints("j")).extracting(Touchpoint::reason).containsOnly(Reason.SENT);
    assertThat(brand.engine().nextBatch(ChannelKind.SMS, 10))
        .as("what arrived is not sent again")
        .isNull();
  }

  @Test
  void anAnswerOfAnotherLengthIsRefusedAndHarmsNothing() {
    audienceOf(2);
    Batch batch = next(10);
    Outcome accepted = new Outcome.Accepted("p");

    for (int count : List.of(0, 1, 3)) {
      assertThatThrownBy(
              () ->
                  brand
                      .engine()
                      .answer(
                          batch.id(), IntStream.range(0, count).mapToObj(_ -> accepted).toList()))
          .isInstanceOfSatisfying(
              EngineException.class,
              e -> assertThat(e.code()).isEqualTo(EngineException.Code.REFUSED))
          .hasMessageContaining(batch.id() + "' has 2 messages, got " + count + " outcomes");
    }
    assertThat(brand.engine().failure()).isNull();
    brand.engine().answer("b9999999", List.of(accepted));
    brand.engine().answer(batch.id(), List.of(accepted, accepted));
    brand.engine().answer(batch.id(), List.of(accepted, accepted));
    brand.reopen();
    assertThat(touchpoint(1).delivery().stage()).isEqualTo(Stage.ACCEPTED);
  }

  @Test
  void messagesOfOneTextLeaveTogetherInWecom() {
    brand.template("visit", "wecom", "Hi {name}");
    for (int i = 0; i < 6; i++) {
      Identifier contact = Identifier.of(IdentifierKind.EXTERNAL_USERID, "corp", "x" + i);
      brand.happens("contact_added", contact);
      brand.happens("profile_updated", contact, "name", i % 2 == 0 ? "Ann" : "Ben");
    }
    brand.segment("contacts", "did contact_added");
    brand.engine().freeze("contacts", "contacts");
    brand.journey("w", "'entry':{'audience':'contacts'},'steps':[{'send':'visit'}]");
    brand.engine().launch("w");
    brand.passes(Duration.ofMinutes(1));

    Batch anns = Objects.requireNonNull(brand.engine().nextBatch(ChannelKind.WECOM, 10));
    Batch bens = Objects.requireNonNull(brand.engine().nextBatch(ChannelKind.WECOM, 10));

    assertThat(anns.envelopes()).hasSize(3).extracting(e -> e.text()).containsOnly("Hi Ann");
    assertThat(bens.envelopes()).hasSize(3).extracting(e -> e.text()).containsOnly("Hi Ben");
    assertThat(brand.ask().touchpointKey(anns.id(), "x2")).isEqualTo(anns.keys().get(1));
  }

  /// A platform that loses answers, a host that is restarted: at the end each message was taken by
  /// the platform exactly once.
  @Test
  void throughLostAnswersAndRestartsEachMessageIsTakenOnce() {
    var dice = new Dice(7);
    audienceOf(60);
    Set<String> taken = new HashSet<>();
    Set<String> refused = new HashSet<>();
    for (int round = 0; taken.size() + refused.size() < 60; round++) {
      assertThat(round).as("rounds").isLessThan(500);
      for (Batch lost : brand.engine().unanswered()) {
        brand
            .engine()
            .answer(
                lost.id(),
                lost.keys().stream()
                    .<Outcome>map(
                        key ->
                            dice.chance(20)
                                ? new Outcome.Unknown("asked in vain")
                                : taken.contains(key)
                                    ? new Outcome.Accepted("p")
                                    : new Outcome.Absent())
                    .toList());
      }
      Batch batch = brand.engine().nextBatch(ChannelKind.SMS, dice.between(1, 9));
      if (batch == null) {
        continue;
      }
      boolean broken = dice.chance(30);
      var outcomes = new ArrayList<Outcome>();
      for (String key : batch.keys()) {
        assertThat(refused).doesNotContain(key);
        int choice = dice.roll(10);
        if (choice < 6) {
          assertThat(taken.add(key)).as("%s is handed over a second time", key).isTrue();
          outcomes.add(new Outcome.Accepted("p"));
        } else if (choice < 7 && !broken) {
          refused.add(key);
          outcomes.add(new Outcome.Refused("no", "no"));
        } else if (choice < 9) {
          outcomes.add(new Outcome.Later("busy", "busy", 1));
        } else {
          outcomes.add(new Outcome.Unknown("time-out"));
        }
      }
      if (broken) {
        brand.reopen();
      } else {
        brand.engine().answer(batch.id(), outcomes);
      }
    }
    for (Batch lost : brand.engine().unanswered()) {
      brand
          .engine()
          .answer(
              lost.id(),
              lost.keys().stream().<Outcome>map(_ -> new Outcome.Accepted("p")).toList());
    }
    assertThat(brand.ask().backlog().unanswered()).isZero();
    for (Touchpoint touchpoint : brand.touchpoints("j")) {
      boolean sent = taken.contains(touchpoint.key());
      assertThat(touchpoint.reason()).isEqualTo(sent ? Reason.SENT : Reason.REFUSED);
      assertThat(touchpoint.delivery().stage()).isEqualTo(sent ? Stage.ACCEPTED : Stage.FAILED);
    }
  }
}
