package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.engine.Engine.Batch;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.reach.Attachment;
import io.huoshui.reach.Channel.Envelope;
import io.huoshui.reach.Channel.Outcome;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Reason;
import io.huoshui.reach.Touchpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What stands between a message that was let out and its platform: paces, a platform that is down,
/// a template that is rejected, a call that is spoiled, a guide who left.
class DepartureTest {
  @TempDir Path folder;
  private Brand brand;

  @BeforeEach
  void begin() {
    // Thursday, 10:00 in Kathmandu.
    brand = new Brand(folder, "Asia/Kathmandu", "2026-03-05T04:15:00Z");
    brand.sms("hello", "Hello {name|you}");
    policy("");
  }

  @AfterEach
  void end() {
    brand.close();
  }

  private void policy(String rest) {
    brand
        .engine()
        .publish(
            Entry.Definition.GATE_POLICY,
            "gate",
            ("{'quietFrom':'21:00','quietTo':'09:00','caps':[]" + rest + "}").replace('\'', '"'));
  }

  private static Identifier phone(int number) {
    return Identifier.of(IdentifierKind.PHONE, "1380000%04d".formatted(number));
  }

  private static Identifier contact(int number) {
    return Identifier.of(IdentifierKind.EXTERNAL_USERID, "corp", "wm" + number);
  }

  private void launch(String journey, int people) {
    for (int i = 0; i < people; i++) {
      brand.happens("consent_given", phone(i), "channel", "sms");
    }
    brand.segment("everyone", "has consent sms");
    brand.engine().freeze("all", "everyone");
    brand.journey(journey, "'entry':{'audience':'all'},'steps':[{'send':'hello'}]");
    brand.engine().launch(journey);
  }

  private Batch next(ChannelKind channel, int most) {
    return Objects.requireNonNull(brand.engine().nextBatch(channel, most));
  }

  private Map<Reason, Long> reasons(String journey) {
    return new TreeMap<>(
        brand.touchpoints(journey).stream()
            .collect(Collectors.groupingBy(Touchpoint::reason, Collectors.counting())));
  }

  // Paces.

  /// Forty people, ten an hour: one every six minutes, also over a restart in between.
  @Test
  void aPaceSpreadsWhatIsSentAtOnce() {
    policy(",'paces':[{'channel':'sms','most':10,'per':'1h'}]");
    launch("j", 40);
    assertThat(reasons("j")).isEqualTo(Map.of(Reason.SENT, 1L, Reason.PACED, 39L));

    Instant began = brand.now();
    var left = new ArrayList<Long>();
    for (int minute = 0; minute < 250; minute++) {
      brand.passes(Duration.ofMinutes(1));
      for (String _ : brand.deliver(ChannelKind.SMS)) {
        left.add(Duration.between(began, brand.now()).toMinutes());
      }
      if (minute == 100) {
        brand.reopen();
      }
    }
    assertThat(left).hasSize(40);
    assertThat(left.subList(1, 40))
        .isEqualTo(
            IntStream.range(1, 40).mapToObj(i -> left.getFirst() + i * 6L).toList().stream()
                .toList());
  }

  @Test
  void eachGuideHasAPaceOfTheirOwnAndASlowJourneyStopsNobody() {
    policy(
        ",'paces':[{'channel':'wecom','each':'sender','most':6,'per':'1h'},"
            + "{'journey':'slow','most':1,'per':'1h'}]");
    brand
        .engine()
        .publish(
            Entry.Definition.TEMPLATE,
            "own",
            "{\"name\":\"own\",\"channel\":\"wecom\",\"text\":\"Hi\",\"sender\":\"{guide}\"}");
    for (String name : List.of("slow", "quick")) {
      brand.journey(
          name,
          "'entry':{'event':'"
              + (name.equals("slow") ? "page_viewed" : "checked_in")
              + "'},'steps':[{'send':'own'}]");
    }
    for (int i = 0; i < 6; i++) {
      brand.happens("contact_added", contact(i), "guide", i % 2 == 0 ? "li" : "wu");
    }
    for (int i = 0; i < 6; i++) {
      brand.happens("page_viewed", contact(i));
    }
    for (int i = 0; i < 6; i++) {
      brand.happens("checked_in", contact(i));
    }
    brand.passes(Duration.ofSeconds(1));
    // One of each guide, of which the slow journey's first took one.
    assertThat(brand.deliver(ChannelKind.WECOM)).hasSize(2);
    brand.passes(Duration.ofMinutes(31));
    brand.passes(Duration.ofSeconds(1));
    brand.deliver(ChannelKind.WECOM);
    assertThat(reasons("quick")).isEqualTo(Map.of(Reason.SENT, 6L));
    assertThat(reasons("slow")).isEqualTo(Map.of(Reason.SENT, 1L, Reason.PACED, 5L));
  }

  /// Who has to wait until the night waits for the morning, and takes a new turn then.
  @Test
  void aTurnInTheNightIsNone() {
    policy(",'paces':[{'channel':'sms','most':1,'per':'10h'}]");
    launch("j", 3);
    // Turns at 10:00, 20:00 and 06:00, which is night.
    brand.passes(Duration.ofHours(21));
    brand.passes(Duration.ofMinutes(1));
    assertThat(reasons("j")).isEqualTo(Map.of(Reason.SENT, 2L, Reason.QUIET_HOURS, 1L));
    brand.passes(Duration.ofHours(3));
    brand.passes(Duration.ofMinutes(1));
    assertThat(reasons("j").keySet()).containsAnyOf(Reason.SENT, Reason.PACED);
    brand.passes(Duration.ofHours(12));
    assertThat(reasons("j")).isEqualTo(Map.of(Reason.SENT, 3L));
  }

  // A platform that is down for a day.

  /// Let out in the afternoon, the platform comes back in the night: nobody is woken, who said no
  /// meanwhile hears nothing, and everybody else hears it once, in the morning.
  @Test
  void aPlatformThatWasDownDoesNotWakeAnybody() {
    launch("j", 5);
    brand.passes(Duration.ofMinutes(1));
    Batch busy = next(ChannelKind.SMS, 10);
    brand
        .engine()
        .answer(busy.id(), Collections.nCopies(5, new Outcome.Later("unreachable", "is down", 2)));
    brand.happens("consent_withdrawn", phone(3), "channel", "sms");
    brand.reaches(Instant.parse("2026-03-05T20:15:00Z"));

    assertThat(brand.deliver(ChannelKind.SMS)).as("at two in the morning").isEmpty();
    assertThat(reasons("j")).isEqualTo(Map.of(Reason.QUIET_HOURS, 4L, Reason.WITHDRAWN, 1L));

    brand.reopen();
    brand.reaches(Instant.parse("2026-03-06T03:16:00Z"));
    brand.passes(Duration.ofMinutes(1));
    assertThat(brand.deliver(ChannelKind.SMS)).hasSize(4).doesNotHaveDuplicates();
    assertThat(reasons("j")).isEqualTo(Map.of(Reason.SENT, 4L, Reason.WITHDRAWN, 1L));
  }

  /// After a day in the outbox a person has heard something else: the cap holds for when messages
  /// leave, not for when they were let out.
  @Test
  void theCapIsAskedAgainAfterADay() {
    brand
        .engine()
        .publish(
            Entry.Definition.GATE_POLICY,
            "gate",
            "{\"quietFrom\":\"21:00\",\"quietTo\":\"09:00\",\"caps\":[{\"most\":1,\"period\":\"1d\"}]}");
    launch("first", 1);
    brand.passes(Duration.ofMinutes(1));
    // The platform takes nothing for a day and an hour; then another message is let out.
    brand.passes(Duration.ofHours(25));
    brand.journey("second", "'entry':{'audience':'all'},'steps':[{'send':'hello'}]");
    brand.engine().launch("second");
    brand.passes(Duration.ofMinutes(1));

    assertThat(brand.deliver(ChannelKind.SMS)).hasSize(1);
    assertThat(reasons("second")).isEqualTo(Map.of(Reason.SENT, 1L));
    assertThat(reasons("first")).isEqualTo(Map.of(Reason.FREQUENCY_CAP, 1L));
  }

  // A template rejected in mid-campaign.

  @Test
  void aRejectedTemplateWaitsToBeMendedAndLosesNobody() {
    launch("j", 6);
    brand.sms("other", "Other");
    brand.journey("k", "'entry':{'audience':'all'},'steps':[{'send':'other'}]");
    brand.engine().launch("k");
    brand.passes(Duration.ofMinutes(1));
    Batch first = next(ChannelKind.SMS, 2);
    brand.engine().answer(first.id(), Collections.nCopies(2, new Outcome.Accepted("biz-1")));
    Batch second = next(ChannelKind.SMS, 2);
    brand
        .engine()
        .answer(
            second.id(),
            Collections.nCopies(2, new Outcome.Halted("isv.SMS_TEMPLATE_ILLEGAL", "rejected")));

    assertThat(brand.deliver(ChannelKind.SMS)).as("of the other template").hasSize(6);
    brand.reopen();
    assertThat(brand.deliver(ChannelKind.SMS)).isEmpty();
    assertThat(brand.engine().halted())
        .containsOnlyKeys("hello")
        .hasEntrySatisfying(
            "hello",
            halt -> {
              assertThat(halt.code()).isEqualTo("isv.SMS_TEMPLATE_ILLEGAL");
              assertThat(halt.waiting()).isEqualTo(4);
            });
    // Not in the night, however long it takes.
    brand.passes(Duration.ofHours(14));
    brand.sms("hello", "Good day {name|you}");
    assertThat(brand.engine().halted()).isEmpty();
    assertThat(brand.deliver(ChannelKind.SMS)).isEmpty();
    brand.passes(Duration.ofHours(10));
    brand.passes(Duration.ofMinutes(1));

    Batch rest = next(ChannelKind.SMS, 10);
    assertThat(rest.envelopes())
        .hasSize(4)
        .allSatisfy(envelope -> assertThat(envelope.text()).isEqualTo("Good day you"));
    var all = new HashSet<>(first.keys());
    all.addAll(rest.keys());
    assertThat(all).hasSize(6);
  }

  // A call that is spoiled.

  @Test
  void onlyThePoisonedMessageIsRefused() {
    launch("j", 100);
    brand.passes(Duration.ofMinutes(1));
    String poison = brand.touchpoints("j").get(37).key();
    int calls = 0;
    var taken = new ArrayList<String>();
    for (Batch batch = brand.engine().nextBatch(ChannelKind.SMS, 100);
        batch != null;
        batch = brand.engine().nextBatch(ChannelKind.SMS, 100)) {
      calls++;
      List<Outcome> outcomes =
          batch.keys().contains(poison)
              ? Collections.nCopies(
                  batch.keys().size(), new Outcome.Poisoned("isv.PARAM_NOT_SUPPORT", "bad"))
              : Collections.nCopies(batch.keys().size(), new Outcome.Accepted("biz"));
      if (!batch.keys().contains(poison)) {
        taken.addAll(batch.keys());
      }
      brand.engine().answer(batch.id(), outcomes);
      if (calls == 3) {
        brand.reopen();
      }
    }
    assertThat(taken).hasSize(99).doesNotHaveDuplicates().doesNotContain(poison);
    assertThat(reasons("j")).isEqualTo(Map.of(Reason.SENT, 99L, Reason.REFUSED, 1L));
    assertThat(calls).isLessThanOrEqualTo(16);
    assertThat(brand.touchpoints("j").get(37).delivery().why())
        .isEqualTo("isv.PARAM_NOT_SUPPORT: bad");
  }

  // A guide who left.

  private List<String> senders() {
    Batch batch = brand.engine().nextBatch(ChannelKind.WECOM, 100);
    return batch == null
        ? List.of()
        : batch.envelopes().stream().map(Envelope::sender).distinct().toList();
  }

  @Test
  void whoTookOverSendsWhatTheGuideWouldHave() {
    brand
        .engine()
        .publish(
            Entry.Definition.TEMPLATE,
            "own",
            "{\"name\":\"own\",\"channel\":\"wecom\",\"text\":\"Hi\",\"sender\":\"{guide}\"}");
    brand.journey("j", "'entry':{'event':'page_viewed'},'steps':[{'send':'own'}]");
    for (int i = 0; i < 4; i++) {
      brand.happens("contact_added", contact(i), "guide", "li");
      if (i < 3) {
        brand.happens("page_viewed", contact(i));
      }
    }
    brand.passes(Duration.ofMinutes(1));
    // In the outbox as li's; then li leaves.
    brand.engine().staff("li", true, "wu", "ops");
    assertThat(brand.engine().nextBatch(ChannelKind.WECOM, 100)).isNull();
    brand.passes(Duration.ofMinutes(1));
    assertThat(senders()).containsExactly("wu");

    brand.engine().staff("wu", true, "", "ops");
    brand.reopen();
    brand.happens("page_viewed", contact(3));
    assertThat(brand.touchpoints("j").get(3).reason()).isEqualTo(Reason.NO_GUIDE);
    assertThat(brand.engine().guides().left()).isEqualTo(Map.of("li", "wu", "wu", ""));
    assertThatThrownBy(() -> brand.engine().staff("li", true, "li", "ops"))
        .hasMessageContaining("'li' can not be followed by 'li'");
  }

  @Test
  void tasksGoToWhoeverTookOver() {
    brand.journey(
        "j",
        "'entry':{'event':'page_viewed'},'steps':[{'task':{'title':'call','script':'Hi','within':'1d'}}]");
    brand.happens("contact_added", contact(1), "guide", "li");
    brand.engine().staff("li", true, "wu", "ops");
    brand.happens("page_viewed", contact(1));
    var task = brand.ask().timeline(brand.ask().find(contact(1)), 3, 1).getFirst();
    assertThat(task.name()).isEqualTo("task_assigned");
    assertThat(task.properties().text("guide")).isEqualTo("wu");
  }

  // Variants.

  @Test
  void whoCanNotBeReachedOnOneChannelIsReachedOnTheNext() {
    brand
        .engine()
        .publish(
            Entry.Definition.TEMPLATE,
            "both",
            """
            {"name": "both", "channel": "wecom", "text": "Hi", "sender": "li",
             "attachments": [{"link": {"title": "For {name|you}", "url": "{link}"}}],
             "otherwise": [{"channel": "sms", "text": "Hello", "sender": "活水", "costFen": 5}]}
            """);
    brand.journey("j", "'entry':{'event':'page_viewed'},'steps':[{'send':'both'}]");
    brand.happens("contact_added", contact(1), "guide", "li");
    brand.happens("consent_given", phone(2), "channel", "sms");
    brand.happens("page_viewed", contact(1));
    brand.happens("page_viewed", phone(2));
    brand.happens("page_viewed", phone(3));
    brand.passes(Duration.ofMinutes(1));
    brand.reopen();

    Batch wecom = next(ChannelKind.WECOM, 10);
    assertThat(wecom.envelopes().getFirst().attachments())
        .containsExactly(
            new Attachment.Link(
                "For you",
                "",
                "https://b.example/r/" + brand.touchpoints("j").getFirst().code(),
                ""));
    Batch sms = next(ChannelKind.SMS, 10);
    assertThat(sms.envelopes())
        .singleElement()
        .satisfies(envelope -> assertThat(envelope.text()).isEqualTo("Hello"));
    assertThat(brand.touchpoints("j").get(2).reason()).isEqualTo(Reason.NO_ADDRESS);
    assertThat(brand.touchpoints("j").get(2).channel()).isEqualTo(ChannelKind.WECOM);
  }
}
