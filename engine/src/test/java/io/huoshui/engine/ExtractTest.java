package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.insight.Overview;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is taken down stays of its instant, whatever happens while it is read.
class ExtractTest {
  @TempDir Path folder;

  private static Identifier member(int person) {
    return Identifier.of(IdentifierKind.MEMBER_NUMBER, "m" + person);
  }

  private static Identifier phone(int person) {
    return Identifier.of(IdentifierKind.PHONE, "1391000" + (1_000 + person));
  }

  /// One line per person: names, events with what they say, traits, tags.
  private static List<String> read(Extract extract, int atATime) {
    var lines = new ArrayList<String>();
    int next = 0;
    while (next < extract.people()) {
      next =
          extract.show(
              next,
              atATime,
              shown -> {
                var line = new StringBuilder("p" + shown.profile());
                for (int i = 0; i < shown.person().timeline().size(); i++) {
                  line.append(' ')
                      .append(shown.person().timeline().name(i))
                      .append(shown.properties().apply(i));
                }
                lines.add(line + " " + shown.person().traits() + shown.person().tags());
              });
    }
    return lines;
  }

  @Test
  void itIsOfOneInstantWhileEventsMergesAndErasuresGoOn() {
    try (var brand = new Brand(folder, "Asia/Kathmandu", "2026-03-05T08:00:00Z")) {
      for (int person = 0; person < 40; person++) {
        brand.happens("profile_updated", List.of(member(person)), "city", "c" + person % 3);
        brand.happens("order_paid", member(person), "orderId", "o" + person, "amountFen", 100);
        if (person % 5 == 0) {
          brand.happens("page_viewed", phone(person), "page", "home");
        }
      }
      brand.segment("buyers", "did order_paid");
      Extract extract = brand.ask().extract();
      Overview then = brand.ask().overview();
      List<String> first = read(extract, 7);
      assertThat(first).hasSize(48);
      assertThat(extract.overview()).isEqualTo(then);
      assertThat(extract.segments().get("buyers")).hasSize(40);

      // Everything goes on: more events, newcomers, a merge, late news, an erasure.
      brand.passes(Duration.ofDays(1));
      for (int person = 0; person < 60; person++) {
        brand.happens("order_paid", member(person), "orderId", "n" + person, "amountFen", 9);
      }
      brand.happens("page_viewed", List.of(member(5), phone(5)), "page", "both");
      int erased = brand.ask().find(member(7));
      assertThat(brand.engine().erase(erased, "ops")).isTrue();

      assertThat(read(extract, 1_000)).isEqualTo(first);
      assertThat(extract.overview()).isEqualTo(then);
      assertThat(extract.people()).isEqualTo(48);
      assertThat(extract.erasedSince()).isEqualTo(1);
      assertThat(brand.ask().erasedAfter(extract.record())).hasSize(1);

      Extract later = brand.ask().extract();
      assertThat(later.people()).isEqualTo(48 + 20 - 1 - 1);
      assertThat(later.profileOf(erased)).isEqualTo(-1);
      assertThat(read(later, 10)).noneMatch(line -> line.startsWith("p" + erased + " "));
      assertThat(later.erasedSince()).isZero();
      var named = new ArrayList<Identifier>();
      var _ = later.show(0, 1_000, shown -> named.addAll(shown.identifiers()));
      assertThat(named).contains(member(5), phone(5)).doesNotContain(member(7));
    }
  }
}
