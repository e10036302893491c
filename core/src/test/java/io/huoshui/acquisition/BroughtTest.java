package io.huoshui.acquisition;

import static io.huoshui.Someone.did;
import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.event.Event;
import io.huoshui.profile.EventList;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BroughtTest {
  @Test
  void whereSomebodyCameFromFirstStaysForLife() {
    var person =
        EventList.of(
            did("order_paid", "2026-01-01T00:00:00Z", "amountFen", 1),
            did("contact_added", "2026-02-01T00:00:00Z", "guide", "g1"),
            did("contact_added", "2026-03-01T00:00:00Z", "guide", "g1", "liveCode", "card"),
            did("contact_removed", "2026-03-02T00:00:00Z", "guide", "g1"),
            did("account_followed", "2026-04-01T00:00:00Z", "scene", "poster"),
            did("contact_added", "2026-05-01T00:00:00Z", "guide", "g2", "liveCode", "ad"));
    assertThat(FirstTouch.of(person))
        .isEqualTo(
            new FirstTouch(
                "card", "", "contact_added", Instant.parse("2026-03-01T00:00:00Z").toEpochMilli()));
    assertThat(FirstTouch.of(EventList.of(did("order_paid", "2026-01-01T00:00:00Z")))).isNull();
    // Of two who turn out to be one, the earlier counts: their timelines are one list.
    var merged =
        EventList.of(
            did("account_followed", "2026-01-05T00:00:00Z", "scene", "poster", "variant", "b"),
            did("contact_added", "2026-03-01T00:00:00Z", "guide", "g1", "liveCode", "card"));
    FirstTouch first = Objects.requireNonNull(FirstTouch.of(merged));
    assertThat(first.code() + " " + first.variant()).isEqualTo("poster b");
  }

  /// Where a guide had to confirm, told as `r` requested, `a` added, `x` removed, each with the
  /// guide and the code. What comes of it is the source for life, and whom each code brought.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # told              | source | A     | B
          r:g:A a:g:B         | A      | true  | false
          r:g:A a:g:          | A      | true  | false
          r:g: a:g:B          | B      | false | true
          r:g:A r:g:B a:g:B   | A      | true  | false
          r:g: r:g:A a:g:B    | A      | true  | false
          r:g:A x:g: a:g:B    | B      | false | true
          r:g:A a:h:B         | B      | false | true
          r:g:A a:h:B a:g:    | B      | true  | true
          r:g:A a:g:B a:g:B   | A      | true  | true
          r:g:A               | none   | false | false
          """)
  void aConfirmationIsOfTheCodeItWasAskedForBy(
      String told, String source, boolean byA, boolean byB) {
    var events = new ArrayList<Event>();
    Instant at = Instant.parse("2026-03-01T00:00:00Z");
    for (String word : told.split(" ", -1)) {
      String[] parts = word.split(":", -1);
      at = at.plusSeconds(60);
      String name =
          switch (parts[0]) {
            case "r" -> "contact_requested";
            case "a" -> "contact_added";
            default -> "contact_removed";
          };
      events.add(
          parts[2].isEmpty()
              ? did(name, at, "guide", parts[1])
              : did(name, at, "guide", parts[1], "liveCode", parts[2]));
    }
    EventList person = EventList.of(events.toArray(new Event[0]));
    FirstTouch first = FirstTouch.of(person);
    assertThat(first == null ? "none" : first.code()).isEqualTo(source);
    assertThat(Brought.of(person, "A", "") != null).isEqualTo(byA);
    assertThat(Brought.of(person, "B", "") != null).isEqualTo(byB);
  }

  @Test
  void whatBecameOfSomebodyIsCountedFromWhenTheyCameByTheCode() {
    var person =
        EventList.of(
            did("contact_removed", "2026-02-28T00:00:00Z", "guide", "g1"),
            did("contact_added", "2026-03-01T00:00:00Z", "guide", "g1", "liveCode", "card"),
            did("order_paid", "2026-03-01T12:00:00Z", "amountFen", 1_000),
            did("contact_removed", "2026-03-01T18:00:00Z", "guide", "g2"),
            did("order_refunded", "2026-03-30T23:00:00Z", "amountFen", 300),
            did("contact_removed", "2026-03-02T00:00:00Z", "guide", "g1"),
            did("order_paid", "2026-03-31T00:00:00Z", "amountFen", 5_000));
    Brought one = Objects.requireNonNull(Brought.of(person, "card", ""));
    assertThat(one.revenueFen()).as("30 days, and not the one after").isEqualTo(700);
    assertThat(one.removedWithin(Duration.ofDays(1))).as("of this guide").isTrue();
    assertThat(one.removedWithin(Duration.ofHours(23))).isFalse();
    assertThat(one.firstOrder()).isTrue();
    assertThat(one.knownBuyer()).isFalse();
    long day = Instant.parse("2026-03-02T00:00:00Z").toEpochMilli();
    assertThat(one.watched(Duration.ofDays(1), day)).isTrue();
    assertThat(one.watched(Duration.ofDays(1), day - 1)).isFalse();
    assertThat(Brought.of(person, "ad", "")).isNull();
    assertThat(Brought.of(person, "card", "a")).isNull();
  }
}
