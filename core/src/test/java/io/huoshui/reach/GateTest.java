package io.huoshui.reach;

import static io.huoshui.Someone.did;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.Someone;
import io.huoshui.event.Event;
import io.huoshui.profile.Period;
import io.huoshui.reach.GatePolicy.Cap;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GateTest {
  private static final ZoneId ZONE = ZoneId.of("America/St_Johns");
  private static final Instant NOON = Instant.parse("2026-03-07T15:30:00Z");

  /// Words of the person in order, `channel:word`; what stands first decides before what follows.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      textBlock =
          """
          # channel | held out | address | the person said           | sent today | hour  | then
          SMS       | true     | none    | none                      | 9          | 03:00 | HOLD_OUT
          SMS       | false    | none    | withdrawn:sms             | 9          | 03:00 | NO_ADDRESS
          SMS       | false    | +86     | given:sms withdrawn:sms   | 9          | 03:00 | WITHDRAWN
          SMS       | false    | +86     | none                      | 9          | 03:00 | NO_CONSENT
          SMS       | false    | +86     | given:wecom               | 0          | 12:00 | NO_CONSENT
          SMS       | false    | +86     | given:sms                 | 1          | 03:00 | FREQUENCY_CAP
          SMS       | false    | +86     | given:sms                 | 0          | 03:00 | QUIET_HOURS
          SMS       | false    | +86     | withdrawn:sms given:sms   | 0          | 12:00 | open
          WECOM     | false    | wm1     | none                      | 0          | 12:00 | NOT_A_CONTACT
          WECOM     | false    | wm1     | added removed             | 0          | 12:00 | NOT_A_CONTACT
          WECOM     | false    | wm1     | added withdrawn:wecom     | 0          | 12:00 | WITHDRAWN
          WECOM     | false    | wm1     | added withdrawn:sms       | 0          | 12:00 | open
          WECOM     | false    | wm1     | removed added             | 0          | 12:00 | open
          WECOM     | false    | wm1     | added                     | 1          | 12:00 | FREQUENCY_CAP
          WECOM     | false    | wm1     | added                     | 0          | 21:00 | QUIET_HOURS
          CALL      | false    | +86     | none                      | 0          | 12:00 | NO_CONSENT
          CALL      | false    | +86     | given:sms                 | 0          | 12:00 | NO_CONSENT
          CALL      | false    | +86     | given:call                | 0          | 12:00 | open
          CALL      | false    | +86     | given:call withdrawn:call | 0          | 12:00 | WITHDRAWN
          CALL      | false    | +86     | given:call                | 0          | 19:59 | open
          CALL      | false    | +86     | given:call                | 0          | 20:00 | QUIET_HOURS
          """)
  void oneReasonPerMessage(
      ChannelKind channel,
      boolean heldOut,
      String address,
      String said,
      int sent,
      String hour,
      String then) {
    var events = new ArrayList<Event>();
    for (String word : said == null ? new String[0] : said.split(" ", -1)) {
      Instant when = NOON.minusSeconds(1_000 - events.size());
      int colon = word.indexOf(':');
      events.add(
          colon < 0
              ? did("contact_" + word, when)
              : did(
                  "consent_" + word.substring(0, colon),
                  when,
                  "channel",
                  word.substring(colon + 1)));
    }
    Gate.Decision decision =
        Gate.decide(
            channel,
            Category.MARKETING,
            heldOut,
            address,
            "",
            Someone.who(events.toArray(Event[]::new)),
            (_, _, _) -> sent,
            GatePolicy.STANDARD,
            NOON.atZone(ZONE).toLocalDate().atTime(LocalTime.parse(hour)).atZone(ZONE).toInstant(),
            ZONE);

    assertThat(
            switch (decision) {
              case Gate.Decision.Open() -> "open";
              case Gate.Decision.Closed(Reason reason) -> reason.name();
              case Gate.Decision.Later(Reason reason, Instant _) -> reason.name();
            })
        .isEqualTo(then);
  }

  @Test
  void capsAskForTheirChannelAndTheirTime() {
    var asked = new ArrayList<String>();
    Someone willing = Someone.who(did("consent_given", NOON, "channel", "sms"));
    Gate.decide(
        ChannelKind.SMS,
        Category.MARKETING,
        false,
        "+86",
        "",
        willing,
        (channel, _, since) -> {
          asked.add(channel + " " + Instant.ofEpochMilli(since));
          return 0;
        },
        new GatePolicy(
            List.of(
                new Cap(null, 4, Period.parse("7d")),
                new Cap(ChannelKind.WECOM, 1, Period.parse("1d")),
                new Cap(ChannelKind.SMS, 2, Period.parse("36h"))),
            LocalTime.of(21, 0),
            LocalTime.of(9, 0)),
        NOON,
        ZONE);

    // What the carriers allow one number comes after the brand's own caps.
    assertThat(asked)
        .containsExactly(
            "null 2026-02-28T15:30:00Z",
            "SMS 2026-03-06T03:30:00Z",
            "SMS 2026-03-07T15:29:00Z",
            "SMS 2026-03-06T15:30:00Z");
  }

  /// Where no platform would dial, no category helps: neither at night nor a sixth time.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # calls before, minutes ago | local | category    | then
          none                        | 08:59 | TRANSACTION | 09:00
          none                        | 09:00 | TRANSACTION | open
          none                        | 20:00 | TRANSACTION | 09:00
          none                        | 20:00 | MARKETING   | 09:00
          0                           | 12:00 | SERVICE     | PLATFORM_QUOTA
          1                           | 12:00 | SERVICE     | open
          5 10 15 20 25               | 12:00 | SERVICE     | PLATFORM_QUOTA
          5 10 15 20                  | 12:00 | TRANSACTION | open
          90 200 300 400 500          | 12:00 | TRANSACTION | PLATFORM_QUOTA
          90 200 300 400 1440         | 12:00 | TRANSACTION | open
          """)
  void nobodyIsDialledMoreThanPlatformsDial(
      String before, String local, Category category, String then) {
    Instant now =
        NOON.atZone(ZONE).toLocalDate().atTime(LocalTime.parse(local)).atZone(ZONE).toInstant();
    List<Instant> calls =
        before.equals("none")
            ? List.of()
            : java.util.Arrays.stream(before.split(" "))
                .map(minutes -> now.minusSeconds(60 * Long.parseLong(minutes)))
                .toList();
    Gate.Decision decision =
        Gate.decide(
            ChannelKind.CALL,
            category,
            false,
            "+86",
            "flow",
            Someone.who(did("consent_given", NOON.minusSeconds(900_000), "channel", "call")),
            (channel, _, sinceMs) ->
                channel == ChannelKind.CALL
                    ? (int) calls.stream().filter(at -> at.toEpochMilli() > sinceMs).count()
                    : 0,
            new GatePolicy(List.of(), LocalTime.of(23, 0), LocalTime.of(7, 0)),
            now,
            ZONE);
    assertThat(
            switch (decision) {
              case Gate.Decision.Open() -> "open";
              case Gate.Decision.Closed(Reason reason) -> reason.name();
              case Gate.Decision.Later(Reason _, Instant until) ->
                  LocalTime.ofInstant(until, ZONE).toString();
            })
        .isEqualTo(then);
  }

  /// What counts as a dial, minutes ago: `s` a send let out, `r` a redial on the timeline, `R` a
  /// try more of the redial before it, `a` and `f` a result of a first dial, `A` and `F` one of a
  /// redial. The limit is three an hour.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      textBlock =
          """
          # dials before                  | but | then
          s50 s40                         |     | open
          s50 s40 s30                     |     | PLATFORM_QUOTA
          s50 r30 r20                     |     | PLATFORM_QUOTA
          s50 f49 r30 F29 r20 A19         |     | PLATFORM_QUOTA
          s50 f49 r30 F29                 |     | open
          s61 r60 r30 r20                 |     | open
          s61 r59 r30 r20                 |     | PLATFORM_QUOTA
          s70 r65 R30 r20                 |     | open
          s50 r65 R30 r20                 |     | PLATFORM_QUOTA
          s500 s400 s300 f30 a20 f10      |     | PLATFORM_QUOTA
          s500 s400 s300 F30 A20 F10      |     | open
          s50 s30 r20                     | r20 | open
          s50 s30 r40 r20                 | r20 | PLATFORM_QUOTA
          """)
  void everyDialCountsWhoeverBeganIt(String before, String but, String then) {
    var sends = new ArrayList<Instant>();
    var events = new ArrayList<Event>();
    events.add(did("consent_given", NOON.minusSeconds(900_000), "channel", "call"));
    String redial = "";
    for (String dial : before.split(" ")) {
      Instant at = NOON.minusSeconds(60 * Long.parseLong(dial.substring(1)));
      redial = dial.startsWith("r") ? dial : redial;
      switch (dial.charAt(0)) {
        case 's' -> sends.add(at);
        case 'r', 'R' -> events.add(did(Dialling.REDIALLED, at, "reference", redial));
        case 'a' -> events.add(did("call_answered", at, "attempt", 1L));
        case 'A' -> events.add(did("call_answered", at, "attempt", 2L));
        case 'f' -> events.add(did("call_failed", at, "attempt", 1L, "reason", "busy"));
        default -> events.add(did("call_failed", at, "attempt", 2L, "reason", "busy"));
      }
    }
    var policy =
        new GatePolicy(
            List.of(),
            LocalTime.of(23, 0),
            LocalTime.of(7, 0),
            false,
            GatePolicy.Control.NOBODY,
            List.of(),
            GatePolicy.WecomQuota.MONTH,
            new TreeMap<>(),
            List.of(),
            List.of(),
            new Dialling(
                LocalTime.of(9, 0),
                LocalTime.of(20, 0),
                List.of(
                    new Dialling.CalleeLimit(
                        3, Period.parse("1h"), "a test", LocalDate.parse("2026-03-07")))),
            PlatformRules.STANDARD);
    Gate.History history =
        (channel, _, sinceMs) ->
            channel == ChannelKind.CALL
                ? (int) sends.stream().filter(at -> at.toEpochMilli() > sinceMs).count()
                : 0;
    Someone person = Someone.who(events.toArray(new Event[0]));
    if (but != null) {
      assertThat(Gate.mayRedial(person, history, policy, NOON, but)).isEqualTo(then.equals("open"));
      return;
    }
    Gate.Decision decision =
        Gate.decide(
            ChannelKind.CALL,
            Category.TRANSACTION,
            false,
            "+86",
            "flow",
            person,
            history,
            policy,
            NOON,
            ZONE);
    assertThat(decision instanceof Gate.Decision.Closed(Reason reason) ? reason.name() : "open")
        .isEqualTo(then);
  }

  private static GatePolicy policy(String json) {
    return new GatePolicy(
        List.of(
            new Cap(null, 2, Period.parse("1d")),
            new Cap(null, Category.SERVICE, 1, Period.parse("1d")),
            new Cap(null, Category.TRANSACTION, 5, Period.parse("1d"))),
        LocalTime.of(21, 0),
        LocalTime.of(9, 0),
        json.contains("wait"),
        json.contains("control") ? new GatePolicy.Control("g", 50) : GatePolicy.Control.NOBODY,
        json.contains("suppressed")
            ? List.of(
                new GatePolicy.Suppression.OfAudience("nobody"),
                new GatePolicy.Suppression.OfSegment(json.contains("everybody") ? "all" : "few"))
            : List.of(),
        json.contains("daily") ? GatePolicy.WecomQuota.DAY : GatePolicy.WecomQuota.MONTH,
        new TreeMap<>(),
        List.of(),
        List.of(),
        Dialling.USUAL,
        PlatformRules.STANDARD);
  }

  /// Who was sent so many of each category today, told as `marketing+service+transaction`. With
  /// salt g, person 7 draws 0.36 and is in a control group of half of everybody.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # policy               | category    | sent today | hour  | zone                | then
          plain                  | MARKETING   | 0+0+0      | 12:00 | none                | open
          control                | MARKETING   | 0+0+0      | 12:00 | none                | CONTROL_GROUP
          control                | SERVICE     | 0+0+0      | 12:00 | none                | CONTROL_GROUP
          control                | TRANSACTION | 0+0+0      | 12:00 | none                | open
          suppressed             | MARKETING   | 0+0+0      | 12:00 | none                | open
          suppressed everybody   | TRANSACTION | 0+0+0      | 12:00 | none                | SUPPRESSED
          plain                  | MARKETING   | 1+1+0      | 12:00 | none                | FREQUENCY_CAP
          plain                  | MARKETING   | 1+0+4      | 12:00 | none                | open
          plain                  | SERVICE     | 0+1+0      | 12:00 | none                | FREQUENCY_CAP
          plain                  | SERVICE     | 1+0+0      | 12:00 | none                | open
          plain                  | TRANSACTION | 2+2+4      | 12:00 | none                | open
          plain                  | TRANSACTION | 0+0+5      | 12:00 | none                | FREQUENCY_CAP
          plain                  | TRANSACTION | 0+0+30     | 03:00 | none                | FREQUENCY_CAP
          daily                  | MARKETING   | 0+0+1      | 12:00 | none                | PLATFORM_QUOTA
          daily                  | TRANSACTION | 1+0+0      | 03:00 | none                | PLATFORM_QUOTA
          plain                  | MARKETING   | 0+0+0      | 03:00 | none                | QUIET_HOURS
          nobody sends           | MARKETING   | 0+0+0      | 12:00 | none                | NO_GUIDE
          nobody sends           | TRANSACTION | 9+9+9      | 03:00 | none                | NO_GUIDE
          plain                  | SERVICE     | 0+0+0      | 03:00 | none                | QUIET_HOURS
          plain                  | TRANSACTION | 0+0+0      | 03:00 | none                | open
          wait                   | TRANSACTION | 0+0+0      | 03:00 | none                | QUIET_HOURS
          plain                  | MARKETING   | 0+0+0      | 03:00 | zone:Asia/Tokyo     | open
          plain                  | MARKETING   | 0+0+0      | 12:00 | timezone:Asia/Tokyo | QUIET_HOURS
          plain                  | MARKETING   | 0+0+0      | 03:00 | zone:Mars/Olympus   | QUIET_HOURS
          """)
  void restraintByCategoryPersonAndPlatform(
      String policy, Category category, String sent, String hour, String zone, String then) {
    var events = new ArrayList<Event>();
    events.add(did("contact_added", NOON.minusSeconds(1_000)));
    if (zone.contains(":")) {
      int colon = zone.indexOf(':');
      events.add(
          did(
              "profile_updated",
              NOON.minusSeconds(900),
              zone.substring(0, colon),
              zone.substring(colon + 1)));
    }
    String[] counts = sent.split("\\+", -1);
    Gate.Decision decision =
        Gate.decide(
            ChannelKind.WECOM,
            category,
            false,
            "wm1",
            policy.equals("nobody sends") ? null : "",
            Someone.who(events.toArray(Event[]::new)),
            (_, categories, _) ->
                categories.stream()
                    .mapToInt(each -> Integer.parseInt(counts[each.ordinal()]))
                    .sum(),
            policy(policy),
            NOON.atZone(ZONE).toLocalDate().atTime(LocalTime.parse(hour)).atZone(ZONE).toInstant(),
            ZONE);

    assertThat(
            switch (decision) {
              case Gate.Decision.Open() -> "open";
              case Gate.Decision.Closed(Reason reason) -> reason.name();
              case Gate.Decision.Later(Reason reason, Instant _) -> reason.name();
            })
        .isEqualTo(then);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # quota | now                  | most | since
          MONTH   | 2026-03-01T03:29:59Z | 28   | 2026-02-01T03:30:00Z
          MONTH   | 2026-03-01T03:30:00Z | 31   | 2026-03-01T03:30:00Z
          WEEK    | 2026-03-09T02:29:59Z | 7    | 2026-03-02T03:30:00Z
          WEEK    | 2026-03-09T02:30:00Z | 7    | 2026-03-09T02:30:00Z
          DAY     | 2026-03-09T02:29:59Z | 1    | 2026-03-08T03:30:00Z
          """)
  void quotasBeginWithThePlatformsPeriods(
      GatePolicy.WecomQuota quota, String now, int most, String since) {
    Instant at = Instant.parse(now);

    assertThat(quota.most(at, ZONE)).isEqualTo(most);
    assertThat(quota.since(at, ZONE)).isEqualTo(Instant.parse(since));
  }

  /// St John's goes forward on 8 March 2026 at 2:00 and back on 1 November at 2:00.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "open",
      textBlock =
          """
          # quiet      | zone             | now                  | until
          21:00-09:00  | America/St_Johns | 2026-03-08T00:29:59Z | open
          21:00-09:00  | America/St_Johns | 2026-03-08T00:30:00Z | 2026-03-08T11:30:00Z
          21:00-09:00  | America/St_Johns | 2026-03-08T03:30:00Z | 2026-03-08T11:30:00Z
          21:00-09:00  | America/St_Johns | 2026-03-08T11:29:59Z | 2026-03-08T11:30:00Z
          21:00-09:00  | America/St_Johns | 2026-03-08T11:30:00Z | open
          21:00-09:00  | America/St_Johns | 2026-11-01T00:00:00Z | 2026-11-01T12:30:00Z
          01:00-02:30  | America/St_Johns | 2026-03-08T04:45:00Z | 2026-03-08T06:00:00Z
          21:00-09:00  | Asia/Kathmandu   | 2026-03-08T15:14:59Z | open
          21:00-09:00  | Asia/Kathmandu   | 2026-03-08T15:15:00Z | 2026-03-09T03:15:00Z
          12:00-14:00  | Asia/Kathmandu   | 2026-03-08T06:15:00Z | 2026-03-08T08:15:00Z
          12:00-14:00  | Asia/Kathmandu   | 2026-03-08T08:15:00Z | open
          """)
  void quietHoursEndInTheMorningOfTheBrand(String quiet, String zone, String now, String until) {
    var policy =
        new GatePolicy(
            List.of(), LocalTime.parse(quiet.substring(0, 5)), LocalTime.parse(quiet.substring(6)));
    Someone willing = Someone.who(did("consent_given", "2026-01-01T00:00:00Z", "channel", "sms"));

    assertThat(
            Gate.decide(
                ChannelKind.SMS,
                // Marketing has the carriers' hours besides.
                Category.SERVICE,
                false,
                "+86",
                "",
                willing,
                (_, _, _) -> 0,
                policy,
                Instant.parse(now),
                ZoneId.of(zone)))
        .isEqualTo(
            until == null
                ? new Gate.Decision.Open()
                : new Gate.Decision.Later(Reason.QUIET_HOURS, Instant.parse(until)));
  }

  // Templates.

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      textBlock =
          """
          # template                     ; text
          Hello {name}                   ; Hello 王芳
          Hello {city|there}             ; Hello there
          Hello {city}!                  ; Hello !
          {name|x}, {name|y}             ; 王芳, 王芳
          {blank|nobody}                 ; nobody
          {money}                        ; $1\\2 {name}
          {city|}                        ; ~~
          {not a name} {1a} {name        ; {not a name} {1a} {name
          """)
  void placeholdersAreFilledOnceAndElseHaveTheirOtherWord(String template, String text) {
    assertThat(
            new Template("t", ChannelKind.SMS, template, "活水", 5)
                .render(
                    word ->
                        switch (word) {
                          case "name" -> "王芳";
                          case "blank" -> " ";
                          case "money" -> "$1\\2 {name}";
                          default -> null;
                        }))
        .isEqualTo(text);
  }

  @Test
  void templatesTellWhatTheyAskForAndRefuseTheEmpty() {
    assertThat(new Template("t", ChannelKind.SMS, "{name|x} {link} {name}", "", 0).placeholders())
        .containsExactly("name", "link");
    assertThatThrownBy(() -> new Template("t", ChannelKind.SMS, " ", "", 0))
        .hasMessage("Template 't' has 1 characters, allowed are 1 to 2000");
    assertThatThrownBy(() -> new Template("t", ChannelKind.SMS, "x".repeat(2_001), "", 0))
        .hasMessage("Template 't' has 2001 characters, allowed are 1 to 2000");
    assertThatThrownBy(() -> new Template("t", ChannelKind.SMS, "x", "", -1))
        .hasMessage("Template 't' costs -1 fen");
  }
}
