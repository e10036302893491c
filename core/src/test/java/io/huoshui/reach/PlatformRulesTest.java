package io.huoshui.reach;

import static io.huoshui.Someone.did;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.Dice;
import io.huoshui.Someone;
import io.huoshui.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformRulesTest {
  private static final ZoneId ZONE = ZoneId.of("Asia/Kathmandu");
  private static final Instant NOON = Instant.parse("2026-03-07T06:15:00Z");
  private static final GatePolicy FREE =
      new GatePolicy(List.of(), LocalTime.of(3, 0), LocalTime.of(3, 1));

  /// What was sent before, on one channel, at instants.
  private record Sent(ChannelKind channel, List<Instant> at, int ofTemplate)
      implements Gate.History {
    @Override
    public int sentSince(@Nullable ChannelKind asked, Set<Category> categories, long since) {
      return asked == null || asked == channel
          ? (int) at.stream().filter(each -> each.toEpochMilli() > since).count()
          : 0;
    }

    @Override
    public int sentOf(String template) {
      return ofTemplate;
    }
  }

  /// `act-seconds` and `sent-seconds` before now.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      textBlock =
          """
          # what happened, seconds ago                          | then
          none                                                  | WINDOW_OVER
          reply-0                                               | open
          reply-172799                                          | open
          reply-172800                                          | WINDOW_OVER
          reply-100 sent-90 sent-80 sent-70 sent-60             | open
          reply-100 sent-90 sent-80 sent-70 sent-60 sent-50     | BUDGET_SPENT
          reply-100 sent-90 sent-80 sent-70 sent-60 sent-50 reply-10 | open
          elsewhere-10                                          | WINDOW_OVER
          silent-10                                             | WINDOW_OVER
          menu-59                                               | open
          menu-60                                               | WINDOW_OVER
          menu-50 sent-40 sent-30 sent-20                       | BUDGET_SPENT
          menu-50 sent-40 sent-30 sent-20 scan-10               | open
          scan-59                                               | open
          follow-59                                             | open
          follow-61                                             | WINDOW_OVER
          reply-100 unfollow-50                                 | WINDOW_OVER
          reply-100 unfollow-50 follow-20                       | open
          reply-300 sent-200 sent-199 sent-198 sent-197 sent-196 menu-40 sent-30 | open
          other-10                                              | WINDOW_OVER
          """)
  void anOfficialAccountIsOpenAfterThePersonsOwnActAndForSoManyMessages(String life, String then) {
    var events = new ArrayList<Event>();
    var sent = new ArrayList<Instant>();
    for (String word : life == null ? new String[0] : life.split(" ", -1)) {
      int dash = word.indexOf('-');
      Instant at = NOON.minusSeconds(Long.parseLong(word.substring(dash + 1)));
      switch (word.substring(0, dash)) {
        case "sent" -> sent.add(at);
        case "reply" -> events.add(did("message_replied", at, "channel", "official_account"));
        case "elsewhere" -> events.add(did("message_replied", at, "channel", "wecom"));
        case "silent" -> events.add(did("message_replied", at));
        case "menu" -> events.add(did("menu_clicked", at, "app", "wx1"));
        case "other" -> events.add(did("menu_clicked", at, "app", "wx2"));
        case "scan" -> events.add(did("account_scanned", at));
        case "follow" -> events.add(did("account_followed", at));
        default -> events.add(did("account_unfollowed", at));
      }
    }

    assertThat(
            said(
                ChannelKind.OFFICIAL_ACCOUNT,
                Category.SERVICE,
                Someone.who(events.toArray(Event[]::new)),
                new Sent(ChannelKind.OFFICIAL_ACCOUNT, sent, 0),
                NOON))
        .isEqualTo(then);
  }

  private static String said(
      ChannelKind channel, Category category, Someone who, Gate.History history, Instant now) {
    return switch (Gate.decide(
        channel, category, "t1", false, "o1", "wx1", who, history, FREE, now, ZONE)) {
      case Gate.Decision.Open() -> "open";
      case Gate.Decision.Closed(Reason reason) -> reason.name();
      case Gate.Decision.Later(Reason reason, Instant until) -> reason.name() + " " + until;
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      textBlock =
          """
          # subscribed to | sent | then
          none            | 0    | NOT_SUBSCRIBED
          t2              | 0    | NOT_SUBSCRIBED
          t1              | 0    | open
          t1              | 1    | BUDGET_SPENT
          t1 t2 t1        | 1    | open
          t1 t2 t1        | 2    | BUDGET_SPENT
          """)
  void aSubscriptionIsOneMessageAndTheyAddUp(String to, int sent, String then) {
    var events = new ArrayList<Event>();
    for (String template : to == null ? new String[0] : to.split(" ", -1)) {
      events.add(did("message_subscribed", NOON.minusSeconds(9), "template", template));
    }

    assertThat(
            said(
                ChannelKind.SUBSCRIBE,
                Category.MARKETING,
                Someone.who(events.toArray(Event[]::new)),
                new Sent(ChannelKind.SUBSCRIBE, List.of(), sent),
                NOON))
        .isEqualTo(then);
  }

  @Test
  void aTemplateMessageIsNoMarketingAndGoesToNobodyWhoLeft() {
    assertThatThrownBy(
            () -> new Template("t", ChannelKind.OFFICIAL_TEMPLATE, "thing1: x", "wx1", 0))
        .hasMessageContaining("no marketing");
    Someone left = Someone.who(did("account_unfollowed", NOON.minusSeconds(1)));
    var none = new Sent(ChannelKind.OFFICIAL_TEMPLATE, List.of(), 0);

    assertThat(said(ChannelKind.OFFICIAL_TEMPLATE, Category.SERVICE, left, none, NOON))
        .isEqualTo("NOT_A_FOLLOWER");
    assertThat(said(ChannelKind.OFFICIAL_TEMPLATE, Category.SERVICE, Someone.who(), none, NOON))
        .isEqualTo("open");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # category  | hour  | sent a second ago | sent an hour ago | then
          MARKETING   | 07:59 | 0 | 0  | QUIET_HOURS 2026-03-07T02:15:00Z
          MARKETING   | 08:00 | 0 | 0  | open
          MARKETING   | 20:59 | 0 | 0  | open
          MARKETING   | 21:00 | 0 | 0  | QUIET_HOURS 2026-03-08T02:15:00Z
          SERVICE     | 22:00 | 0 | 0  | open
          MARKETING   | 12:00 | 1 | 0  | open
          MARKETING   | 12:00 | 2 | 0  | PLATFORM_QUOTA
          MARKETING   | 12:00 | 0 | 9  | open
          MARKETING   | 12:00 | 0 | 10 | PLATFORM_QUOTA
          SERVICE     | 12:00 | 2 | 10 | open
          """)
  void carriersHaveHoursAndSharesForMarketing(
      Category category, String hour, int second, int earlier, String then) {
    Instant now =
        NOON.atZone(ZONE).toLocalDate().atTime(LocalTime.parse(hour)).atZone(ZONE).toInstant();
    var sent = new ArrayList<Instant>();
    for (int i = 0; i < second; i++) {
      sent.add(now.minusSeconds(1));
    }
    for (int i = 0; i < earlier; i++) {
      sent.add(now.minus(Duration.ofHours(1)));
    }

    assertThat(
            said(
                ChannelKind.SMS,
                category,
                Someone.who(did("consent_given", "2026-01-01T00:00:00Z", "channel", "sms")),
                new Sent(ChannelKind.SMS, sent, 0),
                now))
        .isEqualTo(then);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # reply      | leaves
          TD           | true
          td           | true
          TD       | true
          ' T。 '      | true
          退订         | true
          退 订!      | true
          拒收         | true
          N            | true
          No           | false
          退订了吗     | false
          谢谢         | false
          TDD          | false
          """)
  void aReplyLeavesWhenItSaysNothingElse(String reply, boolean leaves) {
    assertThat(PlatformRules.STANDARD.leaves(reply)).isEqualTo(leaves);
  }

  private static final class Purse {
    final String kind;
    final Instant until;
    int left;

    Purse(String kind, Instant until, int left) {
      this.kind = kind;
      this.until = until;
      this.left = left;
    }
  }

  /// A platform that keeps a purse for each act, and takes from the one that ends first, refuses
  /// nothing that the gate lets out.
  @RepeatedTest(40)
  void nothingThatTheGateLetsOutIsRefused(RepetitionInfo repetition) {
    var dice = new Dice(repetition.getCurrentRepetition());
    var events = new ArrayList<Event>();
    var sent = new ArrayList<Instant>();
    var purses = new ArrayList<Purse>();
    Instant now = NOON;
    int out = 0;
    for (int step = 0; step < 200; step++) {
      now = now.plusSeconds(dice.roll(dice.of(2, 50, 40_000)));
      Instant at = now;
      if (dice.chance(30)) {
        boolean reply = dice.chance(50);
        events.add(
            reply
                ? did("message_replied", at, "channel", "official_account")
                : did(dice.of("menu_clicked", "account_scanned", "account_followed"), at));
        // One kind of act has one purse: the next such act fills it again.
        String kind = events.getLast().name();
        purses.removeIf(purse -> purse.kind.equals(kind));
        purses.add(new Purse(kind, at.plusSeconds(reply ? 172_800 : 60), reply ? 5 : 3));
      } else if (said(
              ChannelKind.OFFICIAL_ACCOUNT,
              Category.TRANSACTION,
              Someone.who(events.toArray(Event[]::new)),
              new Sent(ChannelKind.OFFICIAL_ACCOUNT, sent, 0),
              at)
          .equals("open")) {
        out++;
        sent.add(at);
        Purse pays =
            purses.stream()
                .filter(purse -> purse.until.isAfter(at) && purse.left > 0)
                .min(Comparator.comparing(purse -> purse.until))
                .orElseThrow();
        pays.left--;
      }
    }
    assertThat(out).isPositive();
  }
}
