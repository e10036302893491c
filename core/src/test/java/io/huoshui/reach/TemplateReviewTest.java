package io.huoshui.reach;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateReviewTest {
  /// `char * count`, one after the other.
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      textBlock =
          """
          # text         ; gsm7  ; units ; segments
          a*160          ; true  ; 160   ; 1
          a*161          ; true  ; 161   ; 2
          a*306          ; true  ; 306   ; 2
          a*307          ; true  ; 307   ; 3
          €*80           ; true  ; 160   ; 1
          €*80 a*1       ; true  ; 161   ; 2
          a*70 ç*1       ; false ; 71    ; 2
          水*70          ; false ; 70    ; 1
          水*71          ; false ; 71    ; 2
          水*134         ; false ; 134   ; 2
          水*135         ; false ; 135   ; 3
          😀*35          ; false ; 70    ; 1
          😀*36          ; false ; 72    ; 2
          """)
  void segmentsFollowFromTheAlphabet(String text, boolean gsm7, int units, int segments) {
    var whole = new StringBuilder();
    for (String part : text.split(" ", -1)) {
      int star = part.indexOf('*');
      whole.append(part.substring(0, star).repeat(Integer.parseInt(part.substring(star + 1))));
    }
    assertThat(SmsLength.of(whole.toString())).isEqualTo(new SmsLength(gsm7, units, segments));
  }

  private static List<String> findings(ChannelKind channel, String sender, String text) {
    return TemplateReview.of(new Template("t", channel, text, sender, 5), List.of("包过")).stream()
        .map(
            found -> found.refuses() + " " + found.code() + " " + found.value() + " @" + found.at())
        .toList();
  }

  @Test
  void theSignNameAndOtherWordsCount() {
    assertThat(findings(ChannelKind.SMS, "活水", "水".repeat(66))).isEmpty();
    assertThat(findings(ChannelKind.SMS, "活水", "水".repeat(65) + "{name|亲亲}"))
        .containsExactly("false sms_segments 71 @0");
  }

  @Test
  void noGuideSignsAnSms() {
    assertThat(findings(ChannelKind.SMS, Guides.OWN, "x"))
        .containsExactly("true sms_sender {guide} @0");
    assertThat(findings(ChannelKind.WECOM, Guides.OWN, "x")).isEmpty();
  }

  @Test
  void wecomTakesFourThousandBytes() {
    assertThat(findings(ChannelKind.WECOM, "", "水".repeat(1_333) + "a")).isEmpty();
    assertThat(findings(ChannelKind.WECOM, "", "水".repeat(1_333) + "ab"))
        .containsExactly("true wecom_bytes 4001 @0");
  }

  @Test
  void forbiddenWordsAreToldWithTheirPlaces() {
    assertThat(findings(ChannelKind.WECOM, "", "最佳牛奶,包过,最佳"))
        .containsExactly(
            "false forbidden_word 最佳 @0",
            "false forbidden_word 最佳 @8",
            "false forbidden_word 包过 @5");
  }

  @Test
  void everyVariantAndAttachmentIsLookedAt() {
    var link = new Attachment.Link("题".repeat(43), "", "https://x/{link}", "");
    var sms = new Template("t", ChannelKind.SMS, Category.MARKETING, "最佳", "", 5);
    assertThat(
            TemplateReview.of(
                    new Template(
                        "t",
                        ChannelKind.WECOM,
                        Category.MARKETING,
                        "x",
                        "",
                        0,
                        java.util.Collections.nCopies(10, link),
                        List.of(sms)),
                    List.of())
                .stream()
                .map(found -> found.refuses() + " " + found.code() + " " + found.value())
                .distinct())
        .containsExactly(
            "true wecom_attachments 10", "true wecom_bytes 129", "false forbidden_word 最佳");
    assertThat(
            TemplateReview.of(
                new Template(
                    "t", ChannelKind.SMS, Category.MARKETING, "x", "", 0, List.of(link), List.of()),
                List.of()))
        .extracting(TemplateReview.Finding::code)
        .containsExactly("sms_attachments");
  }

  @Test
  void aTitleThatIsEmptyForStrangersIsRefused() {
    assertThat(
            TemplateReview.of(
                new Template(
                    "t",
                    ChannelKind.WECOM,
                    Category.MARKETING,
                    "x",
                    "",
                    0,
                    List.of(
                        new Attachment.Link("{name}", "", "{link}", ""),
                        new Attachment.Link("{name|you}", "", "{link}", "")),
                    List.of()),
                List.of()))
        .extracting(found -> found.code() + " " + found.value())
        .containsExactly("attachment_empty 1");
  }
}
