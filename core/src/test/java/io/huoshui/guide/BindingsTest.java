package io.huoshui.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.Dice;
import io.huoshui.Someone;
import io.huoshui.event.Event;
import io.huoshui.json.Json;
import io.huoshui.json.UnreadableException;
import io.huoshui.profile.EventList;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BindingsTest {
  private static final Instant BEGAN = Instant.parse("2026-03-01T00:00:00Z");
  private static final Map<String, String> STORES = Map.of("li", "s1", "wu", "s2", "he", "s2");

  private static BindingRules.At rules(String mode, int days) {
    return new BindingRules.At(
        new BindingRules(
            BindingRules.Mode.valueOf(mode.toUpperCase(java.util.Locale.ROOT)), days, true, true),
        STORES);
  }

  /// `3 scan li` is three days after the beginning.
  private static Event event(String line) {
    String[] words = line.strip().split(" ");
    Instant at = BEGAN.plus(Duration.ofDays(Long.parseLong(words[0])));
    String guide = words.length > 2 ? words[2] : "";
    return switch (words[1]) {
      case "add" -> Someone.did("contact_added", at, "guide", guide);
      case "remove" -> Someone.did("contact_removed", at, "guide", guide);
      case "free" -> Someone.did("guide_unbound", at);
      case "until5" ->
          Someone.did(
              "guide_bound",
              at,
              "guide",
              guide,
              "by",
              "scan",
              "until",
              BEGAN.plus(Duration.ofDays(5)).toString());
      default -> Someone.did("guide_bound", at, "guide", guide, "by", words[1]);
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # mode       | days | what happened                           | spans                 | refused
          first_scan   | 0    | 0 add li; 3 add wu                      | li/s1 0-              | 3 wu first_scan_wins
          first_scan   | 0    | 0 add li; 3 hq wu                       | li/s1 0-3, wu/s2 3-   |
          first_scan   | 0    | 0 add li; 3 handover wu; 4 add li       | li/s1 0-3, wu/s2 3-   | 4 li first_scan_wins
          first_scan   | 0    | 0 add li; 2 remove li; 3 add wu         | li/s1 0-2, wu/s2 3-   |
          first_scan   | 0    | 0 add li; 2 remove wu; 3 add wu         | li/s1 0-              | 3 wu first_scan_wins
          first_scan   | 0    | 0 add li; 2 free; 3 add wu              | li/s1 0-2, wu/s2 3-   |
          first_scan   | 0    | 0 until5 li; 4 scan wu; 6 scan wu       | li/s1 0-5, wu/s2 6-   | 4 wu first_scan_wins
          last_contact | 0    | 0 add li; 3 add wu; 5 scan he           | li/s1 0-3, wu/s2 3-5, he/s2 5- |
          last_contact | 0    | 0 add li; 3 add li; 5 add wu            | li/s1 0-5, wu/s2 5-   |
          protected    | 30   | 0 add li; 29 add wu; 30 add wu          | li/s1 0-30, wu/s2 30- | 29 wu protected
          protected    | 30   | 0 add li; 20 add li; 40 add wu; 50 add wu | li/s1 0-50, wu/s2 50- | 40 wu protected
          protected    | 30   | 0 hq li; 90 add wu                      | li/s1 0-              | 90 wu protected
          hq           | 0    | 0 add li; 3 hq wu; 4 add li             | wu/s2 3-              | 0 li hq_assigns, 4 li hq_assigns
          first_scan   | 0    | 0 free; 1 remove li                     |                       |
          """)
  void whoGetsWhom(
      String mode, int days, String happened, @Nullable String spans, @Nullable String refused) {
    var events = new ArrayList<Event>();
    for (String each : happened.split(";")) {
      events.add(event(each));
    }
    Bindings bound = Bindings.of(new EventList(events), rules(mode, days));

    assertThat(
            bound.spans().stream()
                .map(
                    span ->
                        span.guide()
                            + "/"
                            + span.store()
                            + " "
                            + day(span.fromMs())
                            + "-"
                            + (span.to() == null ? "" : day(span.toMs())))
                .collect(Collectors.joining(", ")))
        .isEqualTo(spans == null ? "" : spans);
    assertThat(
            bound.conflicts().stream()
                .map(each -> day(each.atMs()) + " " + each.guide() + " " + each.code())
                .collect(Collectors.joining(", ")))
        .isEqualTo(refused == null ? "" : refused);
  }

  private static long day(long ms) {
    return (ms - BEGAN.toEpochMilli()) / Duration.ofDays(1).toMillis();
  }

  private static List<Event> life(Dice dice, int hour) {
    var events = new ArrayList<Event>();
    for (int left = dice.roll(8); left > 0; left--) {
      // No two events at one instant: which of those comes first is the records' business.
      Instant at = BEGAN.plus(Duration.ofDays(dice.roll(200))).plusSeconds(hour * 3600L + left);
      String guide = dice.of("li", "wu", "he");
      events.add(
          switch (dice.roll(5)) {
            case 0 -> Someone.did("contact_removed", at, "guide", guide);
            case 1 -> Someone.did("guide_unbound", at);
            case 2 -> Someone.did("guide_bound", at, "guide", guide, "by", dice.of("hq", "scan"));
            default -> Someone.did("contact_added", at, "guide", guide);
          });
    }
    return events;
  }

  @Test
  void mergedPeopleHaveOneBindingWhicheverCameFirst() {
    Dice.overSeeds(
        400,
        seed -> {
          var dice = new Dice(seed);
          List<Event> one = life(dice, 1);
          List<Event> other = life(dice, 2);
          var rules =
              rules(dice.of("first_scan", "last_contact", "protected", "hq"), dice.roll(60));
          var forth = new ArrayList<>(one);
          forth.addAll(other);
          var back = new ArrayList<>(other);
          back.addAll(one);
          Bindings merged = Bindings.of(new EventList(forth), rules);

          assertThat(Bindings.of(new EventList(back), rules)).isEqualTo(merged);
          long claims =
              forth.stream()
                  .filter(e -> e.name().equals("guide_bound") || e.name().equals("contact_added"))
                  .count();
          assertThat(merged.spans().size() + merged.conflicts().size())
              .isLessThanOrEqualTo((int) claims);
          for (int i = 0; i < merged.spans().size(); i++) {
            Bindings.Span span = merged.spans().get(i);
            assertThat(span.fromMs()).isLessThan(span.toMs());
            if (i > 0) {
              assertThat(merged.spans().get(i - 1).toMs()).isLessThanOrEqualTo(span.fromMs());
            }
            assertThat(merged.at(span.fromMs())).isEqualTo(span);
            assertThat(merged.at(span.toMs())).isNotEqualTo(span);
          }
          for (Bindings.Conflict each : merged.conflicts()) {
            Bindings.Span holder = merged.at(each.atMs());
            assertThat(holder == null ? "" : holder.guide()).isEqualTo(each.holder());
          }
        });
  }

  @Test
  void everybodyIsCountedOnceForWhoeverHasThem() {
    var rules = rules("last_contact", 0);
    var one = new Holdings(rules, BEGAN.plus(Duration.ofDays(4)).toEpochMilli());
    one.add(EventList.of(event("0 add li"), event("5 add wu")));
    one.add(EventList.of(event("0 add li"), event("3 add he")));
    var other = new Holdings(rules, BEGAN.plus(Duration.ofDays(4)).toEpochMilli());
    other.add(EventList.of(event("1 add wu"), event("2 remove wu")));
    other.add(EventList.of(event("1 add wu")));
    other.addWithoutEvents(3);
    one.add(other);
    assertThat(one.people()).isEqualTo(7);
    assertThat(one.ofGuide("li") + " " + one.ofGuide("wu") + " " + one.ofGuide("he"))
        .isEqualTo("1 1 1");
    assertThat(one.ofStore("s1") + " " + one.ofStore("s2")).isEqualTo("1 2");
  }

  @Test
  void rulesAreReadAndRefusedByPath() {
    var rules = new BindingRules(BindingRules.Mode.PROTECTED, 30, false, true);
    assertThat(BindingRules.read(rules.json())).isEqualTo(rules);
    assertThatThrownBy(() -> BindingRules.read(Json.parse("{\"mode\":\"protected\"}")))
        .isInstanceOf(UnreadableException.class)
        .hasMessageContaining("binding.protectDays");
    assertThatThrownBy(() -> BindingRules.read(Json.parse("{\"mode\":\"loudest\"}")))
        .isInstanceOf(UnreadableException.class)
        .hasMessageContaining("binding.mode");
  }
}
