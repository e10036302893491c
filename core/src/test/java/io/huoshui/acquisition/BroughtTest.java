package io.huoshui.acquisition;

import static io.huoshui.Someone.did;
import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.profile.EventList;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

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
