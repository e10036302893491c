package io.huoshui.reach;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.Someone;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuidesTest {
  private static Guides left(String text) {
    Guides guides = Guides.ALL_HERE;
    for (String each : text.isEmpty() ? new String[0] : text.split(" ")) {
      String[] of = each.split(">", -1);
      guides =
          of[0].startsWith("+") ? guides.with(of[0].substring(1)) : guides.without(of[0], of[1]);
    }
    return guides;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # left          | sender   | added  | who
          ''              | {guide}  | li     | li
          ''              | {guide}  | li wu  | wu
          ''              | {guide}  | ''     | nobody
          ''              | wang     | li     | wang
          ''              | ''       | li     | ''
          li>wu           | {guide}  | li     | wu
          li>wu           | li       | ''     | wu
          li>             | {guide}  | li     | nobody
          li>             | li       | ''     | nobody
          li>wu wu>chen   | {guide}  | li     | chen
          li>wu wu>       | {guide}  | li     | nobody
          li>wu wu>li     | {guide}  | li     | nobody
          li>wu +li       | {guide}  | li     | li
          """)
  void whoSends(String left, String sender, String added, String who) {
    String found =
        left(left)
            .sender(
                sender,
                Someone.who(
                    List.of(added.split(" ")).stream()
                        .filter(guide -> !guide.isEmpty())
                        .map(
                            guide ->
                                Someone.did(
                                    "contact_added",
                                    guide.equals("wu")
                                        ? "2026-02-02T00:00:00Z"
                                        : "2026-02-01T00:00:00Z",
                                    "guide",
                                    guide))
                        .toArray(io.huoshui.event.Event[]::new)));
    assertThat(found == null ? "nobody" : found).isEqualTo(who);
  }

  @Test
  void whoeverTookOverStandsForAllBehind() {
    Guides guides = left("li>wu wu>chen zhao>chen qian>");

    assertThat(guides.behind("chen")).containsExactly("chen", "li", "wu", "zhao");
    assertThat(guides.behind("wu")).containsExactly("wu");
    assertThat(guides.today("qian")).isEmpty();
  }
}
