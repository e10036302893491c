package io.huoshui.reach;

import static io.huoshui.Someone.did;
import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.Someone;
import io.huoshui.event.Event;
import io.huoshui.event.IdentifierKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateTest {
  private static final String DAY = "2026-02-01T00:00:00Z";

  private static final Template BOTH =
      new Template(
          "hello",
          ChannelKind.WECOM,
          Category.SERVICE,
          "Hello {name|you}",
          Guides.OWN,
          0,
          List.of(new Attachment.Link("For {name}", "", "{link}", "")),
          List.of(new Template("hello", ChannelKind.SMS, Category.SERVICE, "Hi {city}", "活水", 5)));

  private static Someone withBoth(Event... events) {
    Someone plain = Someone.who(events);
    return new Someone(
        plain.profile(),
        plain.timeline(),
        Set.of(IdentifierKind.PHONE, IdentifierKind.EXTERNAL_USERID),
        Set.of(),
        Set.of());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # what they did                       | channel
          added                                 | WECOM
          added, consents                       | WECOM
          consents                              | SMS
          added, removed, consents              | SMS
          added, consents, withdraws            | SMS
          added, removed                        | WECOM
          nothing                               | WECOM
          """)
  void goesOnTheFirstChannelThatReaches(String did, String channel) {
    var events = new ArrayList<Event>();
    int minute = 10;
    for (String word : did.split(", ")) {
      String at = "2026-02-01T00:" + minute++ + ":00Z";
      switch (word) {
        case "added" -> events.add(did("contact_added", at));
        case "removed" -> events.add(did("contact_removed", at));
        case "consents" -> events.add(did("consent_given", at, "channel", "sms"));
        case "withdraws" -> events.add(did("consent_withdrawn", at, "channel", "wecom"));
        default -> events.add(did("page_viewed", at));
      }
    }
    assertThat(BOTH.to(withBoth(events.toArray(Event[]::new))).channel())
        .isEqualTo(ChannelKind.valueOf(channel));
  }

  @Test
  void whoHasNoAddressOnTheFirstGetsTheNext() {
    assertThat(BOTH.to(Someone.who(did("consent_given", DAY, "channel", "sms"))).channel())
        .isEqualTo(ChannelKind.WECOM);
  }

  @Test
  void attachmentsHavePlaceholdersToo() {
    assertThat(BOTH.placeholders()).containsExactly("name", "link", "city");
    assertThat(BOTH.unguarded()).containsExactly("name", "city");
    assertThat(BOTH.attach(word -> word.equals("name") ? "王芳" : "http://x/r/1"))
        .containsExactly(new Attachment.Link("For 王芳", "", "http://x/r/1", ""));
    assertThat(BOTH.on(ChannelKind.SMS)).isEqualTo(BOTH.otherwise().getFirst());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # title  | url     | missing
          a        | b       | nothing
          ''       | b       | The title of a link is missing
          a        | ''      | The url of a link is missing
          """)
  void aLinkSaysWhatItLacks(String title, String url, String missing) {
    assertThat(new Attachment.Link(title, "", url, "").missing().orElse("nothing"))
        .isEqualTo(missing);
  }

  @Test
  void imagesAndCardsSayWhatTheyLack() {
    assertThat(new Attachment.Image("", "").missing())
        .contains("An image has either a mediaId or a url");
    assertThat(new Attachment.Image("m", "").missing()).isEmpty();
    assertThat(new Attachment.MiniProgram("wx1", "", "t", "m").missing())
        .contains("The page of a miniProgram is missing");
  }

  /// Nobody's missing name may stop anything.
  @Test
  void whoseNameIsNotKnownGetsAnEmptyTitle() {
    assertThat(BOTH.attach(_ -> null)).containsExactly(new Attachment.Link("For ", "", "", ""));
  }
}
