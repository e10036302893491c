package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// When a person's membership changes, one cause each.
class SegmentsTest {
  private static final Identifier ANN = Identifier.of(IdentifierKind.MEMBER_NUMBER, "ann");
  private static final Identifier BEN = Identifier.of(IdentifierKind.BUYER_ID, "shop", "ben");

  private final State state = new State();
  private int next;

  /// Kathmandu is 5:45 ahead: its midnight, 18:15 UTC, is no full hour anywhere else.
  private void begin(String now) {
    state.apply(
        new Entry.Configured(
            Instant.parse(now).toEpochMilli(), "Asia/Kathmandu", "https://b.example"));
  }

  private void segment(String name, String rule) {
    state.apply(
        new Entry.Published(
            state.nowMs(),
            Entry.Definition.SEGMENT,
            name,
            1,
            Json.object("rule", Json.of(rule)).write()));
  }

  private void happens(String name, String time, Identifier... who) {
    var event =
        new Event(
            "e" + next++,
            name,
            Instant.parse(time),
            "pos",
            List.of(who),
            Properties.of("sku", "s"));
    state.apply(new Entry.Events(state.nowMs(), List.of(event)));
  }

  private void passes(String to) {
    state.apply(new Entry.Ticked(Instant.parse(to).toEpochMilli()));
  }

  private int[] members(String name) {
    return state.members(Objects.requireNonNull(state.segments.get(name))).toArray();
  }

  @Test
  void aNewcomerIsAskedAlsoByRulesThatWaitForNoEvent() {
    begin("2026-03-05T08:00:00Z");
    segment("never_bought", "did not order_paid");
    segment("registered", "lifecycle registered");
    segment("elsewhere", "has city != \"上海\"");

    happens("page_viewed", "2026-03-05T07:59:00Z", ANN);

    assertThat(members("never_bought")).containsExactly(0);
    assertThat(members("registered")).containsExactly(0);
    assertThat(members("elsewhere")).containsExactly(0);
  }

  @Test
  void aNewIdentifierThatMayNotJoinIsANewcomerToo() {
    begin("2026-03-05T08:00:00Z");
    segment("never_bought", "did not order_paid");
    Identifier union = Identifier.of(IdentifierKind.UNIONID, "u");
    happens("order_paid", "2026-03-05T07:00:00Z", union, ANN);

    happens(
        "order_paid",
        "2026-03-05T07:01:00Z",
        union,
        Identifier.of(IdentifierKind.MEMBER_NUMBER, "cleo"));

    assertThat(members("never_bought")).as("cleo, a second member number").containsExactly(2);
  }

  @Test
  void midnightOfTheBrandCountsAlsoWhereOtherRulesAreAskedEveryHour() {
    begin("2026-03-05T08:00:00Z");
    segment("today", "did order_paid within 0d");
    segment("hours", "did order_paid within 5h");
    happens("order_paid", "2026-03-05T08:00:00Z", ANN);

    passes("2026-03-05T18:14:59.999Z");
    assertThat(members("today")).containsExactly(0);

    passes("2026-03-05T18:15:00Z");
    assertThat(members("today")).isEmpty();
  }

  @Test
  void windowsOfHoursEndToTheMillisecond() {
    begin("2026-03-05T08:00:00Z");
    segment("hours", "did order_paid within 5h");
    happens("order_paid", "2026-03-05T08:30:00Z", ANN);
    passes("2026-03-05T09:00:00Z");
    assertThat(members("hours")).containsExactly(0);

    passes("2026-03-05T13:30:00Z");
    assertThat(members("hours")).containsExactly(0);

    passes("2026-03-05T13:30:00.001Z");
    assertThat(members("hours")).isEmpty();
  }

  @Test
  void anEventOfASenderWhoseClockIsAheadCountsWhenItsTimeComes() {
    begin("2026-03-05T08:00:00Z");
    segment("bought", "did order_paid");
    happens("order_paid", "2026-03-05T11:20:00Z", ANN);
    assertThat(members("bought")).isEmpty();

    passes("2026-03-05T11:19:59.999Z");
    assertThat(members("bought")).isEmpty();

    passes("2026-03-05T11:20:00Z");
    assertThat(members("bought")).containsExactly(0);
  }

  @Test
  void freezingAnAudienceLetsItsMembersIntoRulesOverIt() {
    begin("2026-03-05T08:00:00Z");
    segment("bought", "did order_paid");
    segment("invited", "in audience spring");
    segment("others", "not in audience spring");
    happens("order_paid", "2026-03-05T07:00:00Z", ANN);
    happens("page_viewed", "2026-03-05T07:00:00Z", BEN);
    assertThat(members("others")).containsExactly(0, 1);

    state.apply(new Entry.Frozen(state.nowMs(), "spring", "bought"));

    assertThat(members("invited")).containsExactly(0);
    assertThat(members("others")).containsExactly(1);
  }

  @Test
  void everybodyLeavesASegmentThatIsRetired() {
    begin("2026-03-05T08:00:00Z");
    happens("order_paid", "2026-03-05T07:00:00Z", ANN);
    happens("page_viewed", "2026-03-05T07:00:00Z", BEN);
    segment("bought", "did order_paid");
    segment("all", "not did cart_added");
    state.apply(new Entry.Frozen(state.nowMs(), "spring", "all"));
    long before = state.changes.next();

    state.apply(new Entry.Retired(state.nowMs(), Entry.Definition.SEGMENT, "all"));

    assertThat(state.segments).containsOnlyKeys("bought");
    assertThat(state.definitions).extracting(Entry.Published::name).containsExactly("bought");
    assertThat(state.changes.copy().stream().filter(change -> change.position() >= before))
        .extracting(change -> change.segment() + " " + change.profile() + " " + change.entered())
        .containsExactly("all 0 false", "all 1 false");
    assertThat(state.audiences.get("spring")).as("frozen stays").isNotNull();
    happens("order_paid", "2026-03-05T07:00:00Z", BEN);
    assertThat(members("bought")).containsExactly(0, 1);
  }

  @Test
  void whoUsesASegmentIsNamed() {
    begin("2026-03-05T08:00:00Z");
    segment("bought", "did order_paid");
    segment("again", "in segment bought and did order_paid at least 2 times");
    segment("free", "did page_viewed");
    journey("a", 1, "{'entry':{'segment':'bought'},'steps':[{'wait':'1d'}]}");
    journey("b", 1, BRANCHES);
    assertThat(state.usersOf("bought"))
        .containsExactly(
            "segment again", "journey a is entered by it", "journey b version 1 branches on it");
    assertThat(state.usersOf("free")).isEmpty();

    journey("a", 2, "{'entry':{'event':'order_paid'},'steps':[{'wait':'1d'}]}");
    happens("order_paid", "2026-03-05T07:59:00Z", ANN);
    journey("b", 2, "{'entry':{'event':'order_paid'},'steps':[{'wait':'1d'}]}");
    assertThat(state.usersOf("bought"))
        .as("somebody still goes by version 1")
        .containsExactly("segment again", "journey b version 1 branches on it");
    passes("2026-03-08T08:00:00Z");
    assertThat(state.usersOf("bought")).containsExactly("segment again");
  }

  private static final String BRANCHES =
      "{'entry':{'event':'order_paid'},'steps':[{'wait':'1d'},{'id':'f','branch':[{'if':'in segment"
          + " bought','next':'x'}],'otherwise':'x'},{'id':'x','exit':true}]}";

  private void journey(String name, int version, String json) {
    state.apply(
        new Entry.Published(
            state.nowMs(),
            Entry.Definition.JOURNEY,
            name,
            version,
            ("{'journey':'" + name + "'," + json.substring(1)).replace('\'', '"')));
  }

  @Test
  void aMergeTakesMembershipOfAudiencesAlong() {
    begin("2026-03-05T08:00:00Z");
    happens("page_viewed", "2026-03-05T07:00:00Z", ANN);
    happens("order_paid", "2026-03-05T07:00:00Z", BEN);
    segment("bought", "did order_paid");
    state.apply(new Entry.Frozen(state.nowMs(), "spring", "bought"));
    segment("invited", "in audience spring");
    assertThat(members("invited")).containsExactly(1);

    state.apply(new Entry.Joined(state.nowMs(), ANN, BEN, "d-1", "ops"));
    assertThat(members("invited")).containsExactly(0);

    state.apply(new Entry.Severed(state.nowMs(), 0, "ops"));
    assertThat(members("invited")).containsExactly(1);
  }
}
