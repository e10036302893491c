package io.huoshui.server.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.server.audience.Town;
import io.huoshui.server.flow.Round.Beat;
import io.huoshui.server.flow.Round.Place;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundsTest {
  private static final Instant NOW = Instant.parse("2026-07-01T00:00:00Z");
  private final List<String> said = new ArrayList<>();

  private Round round(String name, Beat beat, int order, boolean fails) {
    return new Round() {
      @Override
      public Place place() {
        return new Place(name, beat, order);
      }

      @Override
      public void pass(Instant before, Instant now) {
        said.add(name);
        if (fails) {
          throw new IllegalStateException(name + " fails");
        }
      }

      @Override
      public void before(Instant to) {
        said.add("before " + name);
      }
    };
  }

  private Rounds rounds() {
    return new Rounds(
        List.of(
            round("c", Beat.TICK, 30, false),
            round("a", Beat.TICK, 10, true),
            round("d", Beat.WATCH, 40, true),
            round("b", Beat.TICK, 20, true),
            round("launch", Beat.TICK, Place.ONLY_BEFORE, false)));
  }

  @Test
  void oneThatFailsKeepsNobodyFromTheirTurn() {
    rounds().beat(Beat.TICK, NOW, NOW);
    assertThat(said).containsExactly("launch", "a", "b", "c");
  }

  @Test
  void aVirtualClockTakesAllInTheirOrderAndSaysWhatFailed() {
    assertThatThrownBy(() -> rounds().after(NOW, NOW))
        .hasMessage("a fails")
        .satisfies(first -> assertThat(first.getSuppressed()).hasSize(2));
    assertThat(said).containsExactly("a", "b", "c", "d");
  }

  @Test
  void twoOfOnePlaceAreRefused() {
    assertThatThrownBy(
            () ->
                new Rounds(
                    List.of(round("a", Beat.TICK, 1, false), round("b", Beat.WATCH, 1, false))))
        .hasMessage("Rounds 'a' and 'b' both have order 1");
  }

  /// Runs are repeated by this order.
  @Test
  void theOrderUnderAVirtualClock(@TempDir Path folder) throws Exception {
    try (Town town = Town.founded(folder)) {
      assertThat(town.server().context().getBean(Rounds.class).places())
          .extracting(Place::name)
          .containsExactly(
              "mass launches",
              "receipts",
              "posts",
              "coupons",
              "audiences",
              "tags",
              "feeds",
              "guides",
              "redials",
              "communities",
              "code incidents",
              "alerts",
              "live codes");
    }
  }
}
