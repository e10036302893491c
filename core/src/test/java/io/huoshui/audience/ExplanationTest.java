package io.huoshui.audience;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.event.EventCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// One file per kind of rule: the text, and its sentence in both languages. HUOSHUI_GOLDEN=accept
/// writes them anew.
class ExplanationTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/explanation");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          has-trait    | has city in ("上海", "杭州") and has age >= 30 and has name contains "王"
          has-tag      | has tag "vip"
          has-consent  | has consent sms
          has-identifier | has identifier unionid
          lifecycle    | lifecycle lapsed
          did          | did order_paid
          did-times    | did order_paid at least 3 times within 30d
          did-at-most  | did order_paid at most 2 times from 2026-06-01 to 2026-06-18
          did-exactly  | did product_purchased exactly 1 times where [category = "milk", quantity > 2] before 48h ago
          did-not      | did not order_paid between 180d and 360d ago
          sum          | sum(order_paid.amountFen) within 90d >= 50000
          count        | count(page_viewed) within 15m > 10
          average      | average(order_paid.amountFen) < 9950
          min-max      | min(product_purchased.quantity) != 1 or max(product_purchased.quantity) <= 9
          distinct     | distinct(product_purchased.sku) >= 3
          sequence     | sequence product_viewed then cart_added then order_paid each within 2d within 7d
          in-audience  | in audience spring
          any-in-all   | (did order_paid or has tag "vip") and not (has consent sms and has consent wecom)
          not          | not lifecycle silent
          own-event    | did pet_washed
          tag-since    | has tag "vip" by crm within 30d and has tag "old" before 90d ago
          consents     | has withdrawn sms or has unasked wecom
          reachable    | reachable sms and not reachable wecom
          rfm          | rfm important_win_back or rfm r 1-2 f 5 m 3-5
          date         | date birthday each year in 0 to 7 days and date expires in -3 days
          edge         | first order_paid within 30d and last order_paid where [$source = "tmall"]
          edge-value   | first(order_paid.channel) = "pos" and last(order_paid.amountFen) within 90d >= 50000
          top          | top 20% by sum(order_paid.amountFen) within 365d and not bottom 0.5% by count(page_viewed)
          unfollowed   | sequence order_paid without product_viewed within 14d within 90d
          group        | in any group and not in group "妈妈群"
          journey      | journey spring delivered and not journey spring clicked
          near         | near 31.2304, 121.4737 within 3km
          share        | share 0% to 12.5% of "july"
          in-segment   | in segment lapsed and not in audience spring
          """)
  void aRuleIsExplainedInBothLanguages(String name, String text) throws IOException {
    Condition rule = RuleText.parse(text);
    EventCatalogue events = EventCatalogue.standard();
    String explained =
        String.join(
            "\n",
            RuleText.write(rule),
            Explanation.of(rule, events, Explanation.Language.ZH),
            Explanation.of(rule, events, Explanation.Language.EN),
            "");
    Path file = GOLDEN.resolve(name + ".txt");
    if ("accept".equals(System.getenv("HUOSHUI_GOLDEN"))) {
      Files.createDirectories(GOLDEN);
      Files.writeString(file, explained);
    }

    assertThat(explained).isEqualTo(Files.readString(file));
  }
}
