package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.reach.Category;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Gate;
import io.huoshui.reach.GatePolicy;
import io.huoshui.reach.Reason;
import io.huoshui.reach.Touchpoint;
import java.time.Instant;
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
        found += number % 10 == 9 ? capped(state, seed) : 0;
      }
    }
    assertThat(found).isPositive();
  }

  /// @return how many the gate would refuse
  private static int capped(State state, long seed) {
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
                GatePolicy.STANDARD,
                state.now())) {
          expected.add(profile);
        }
      }
      assertThat(state.capped(channel)).as("%s of seed %d", channel, seed).isEqualTo(expected);
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
