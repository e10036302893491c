package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.reach.Category;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Gate;
import io.huoshui.reach.Reason;
import io.huoshui.reach.Touchpoint;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

/// What a preview says beside who is picked, against a look at every event and every message.
class PickTest {
  private static State begun(long seed) {
    var state = new State();
    state.apply(
        new Entry.Configured(
            Instant.parse("2026-03-05T08:00:00Z").toEpochMilli(),
            seed % 2 == 0 ? "Asia/Kathmandu" : "America/St_Johns",
            "https://b.example"));
    publish(
        state,
        Entry.Definition.TEMPLATE,
        "hello",
        "{\"name\":\"hello\",\"channel\":\"sms\",\"text\":\"hello\",\"sender\":\"b\",\"costFen\":4}");
    publish(
        state,
        Entry.Definition.JOURNEY,
        "a",
        """
        {"journey":"a","entry":{"event":"order_paid"},"reentry":{"perKey":"orderId"},
         "steps":[{"send":"hello"},{"wait":"2d"},{"send":"hello"}]}\
        """);
    return state;
  }

  private static void publish(State state, Entry.Definition kind, String name, String json) {
    state.apply(new Entry.Published(state.nowMs(), kind, name, 1, json));
  }

  private static Collected oracle(State state) {
    var keys = new TreeMap<String, Set<String>>();
    var tags = new TreeSet<String>();
    var sources = new TreeSet<String>();
    View view = state.view();
    for (int profile = 0; profile < state.graph.nodes(); profile++) {
      if (state.graph.person(profile)) {
        view.of(profile);
        for (int i = 0; i < view.size(); i++) {
          Set<String> of = keys.computeIfAbsent(view.name(i), _ -> new TreeSet<>());
          view.properties(i).keys().stream().filter(key -> !key.startsWith("$")).forEach(of::add);
          sources.add(view.source(i));
          if (view.name(i).equals("tag_added")) {
            tags.add(view.properties(i).text("tag"));
          }
        }
      }
    }
    return new Collected(keys, keys.getOrDefault("profile_updated", Set.of()), tags, sources);
  }

  @Test
  void whatWasCollectedIsWhatLiesOnTimelines() {
    for (long seed = 0; seed < 30; seed++) {
      var dice = new Dice(seed);
      State state = begun(seed);
      var lives = new Lives(dice);
      var vocabulary = new Vocabulary();
      for (int number = 0; number < 60; number++) {
        Rewriting.some(state, dice);
        Entry entry = Entries.random(state, dice, lives, number);
        if (!(entry instanceof Entry.Erased)) {
          state.apply(entry);
        }
        if (dice.chance(20)) {
          assertThat(vocabulary.of(Vocabulary.sources(state)))
              .as("seed %d, entry %d", seed, number)
              .isEqualTo(oracle(state));
        }
      }
    }
  }

  @Test
  void whoeverHeardTooMuchIsWhomTheGateWouldRefuse() {
    int found = 0;
    for (long seed = 0; seed < 40; seed++) {
      var dice = new Dice(seed);
      State state = begun(seed);
      var lives = new Lives(dice);
      for (int number = 0; number < 400; number++) {
        state.apply(Entries.random(state, dice, lives, number));
        if (dice.chance(1)) {
          publish(
              state,
              Entry.Definition.GATE_POLICY,
              "gate",
              """
              {"caps":[{"most":2,"period":"3d"},{"most":1,"period":"1d","channel":"sms"}],
               "quietFrom":"21:00","quietTo":"09:00"}\
              """);
        }
        if (number % 8 == 0) {
          found += capped(state, dice, lives);
        }
      }
    }
    assertThat(found).isPositive();
  }

  /// Who was merged heard what both heard, and who is parted again what each did.
  @Test
  void whoIsMergedHeardWhatBothHeard() {
    State state = begun(0);
    Identifier member = Identifier.of(IdentifierKind.MEMBER_NUMBER, "m1");
    Identifier phone = Identifier.of(IdentifierKind.PHONE, "13800000001");
    take(state, event("e1", "page_viewed", state, Properties.NONE, member));
    take(state, event("e2", "consent_given", state, Properties.of("channel", "sms"), phone));
    take(state, event("e3", "order_paid", state, Properties.of("orderId", "o1"), phone));
    int kept = state.graph.profileOf(state.graph.find(member));
    int other = state.graph.profileOf(state.graph.find(phone));
    assertThat(state.capped(ChannelKind.SMS).toArray()).containsExactly(other);
    take(state, event("e4", "page_viewed", state, Properties.NONE, member, phone));
    assertThat(state.graph.profileOf(other)).isEqualTo(kept);
    assertThat(state.capped(ChannelKind.SMS).toArray()).containsExactly(kept);
  }

  private static void take(State state, Event event) {
    state.apply(new Entry.Events(state.nowMs(), List.of(event)));
  }

  private static Event event(
      String id, String name, State state, Properties properties, Identifier... who) {
    return new Event(id, name, state.now(), "pos", List.of(who), properties);
  }

  /// Compares with a look at every message; and again, when more went out and people were merged
  /// and parted, what was shown before.
  private static int capped(State state, Dice dice, Lives lives) {
    int found = 0;
    for (ChannelKind channel : ChannelKind.values()) {
      var expected = new RoaringBitmap();
      for (int profile = 0; profile < state.graph.nodes(); profile++) {
        int of = profile;
        if (state.graph.profileOf(profile) == profile
            && Gate.capped(
                channel,
                Category.MARKETING,
                (on, categories, since) -> sent(state, of, on, categories, since),
                state.gatePolicy(),
                state.now())) {
          expected.add(profile);
        }
      }
      assertThat(state.capped(channel)).as("%s", channel).isEqualTo(expected);
      Heard still = state.heard.still();
      int[] names = state.ordinals.nodes();
      Instant then = state.now();
      for (int number = 0; number < 2; number++) {
        state.apply(Entries.random(state, dice, lives, 100_000 + dice.roll(1_000_000)));
      }
      assertThat(still.capped(channel, then, names)).isEqualTo(expected);
      found += expected.getCardinality();
    }
    return found;
  }

  private static int sent(
      State state,
      int profile,
      @Nullable ChannelKind channel,
      Set<Category> categories,
      long sinceMs) {
    int sent = 0;
    for (Touchpoint touchpoint : state.touchpointsOf(profile)) {
      if (touchpoint.reason() == Reason.SENT
          && (channel == null || channel == touchpoint.channel())
          && categories.contains(state.category(touchpoint.template()))
          && touchpoint.due().toEpochMilli() > sinceMs) {
        sent++;
      }
    }
    return sent;
  }
}
