package io.huoshui.server.job;

import io.huoshui.json.Json;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// A piece of long work.
///
/// @param about what, for people
/// @param spec what was asked, in the kind's form
/// @param people names of profiles it is about
/// @param at where it got to, and what came of it
/// @param done of `total`: people, or what the kind counts
/// @param failure why it failed, or waits
public record Job(
    long id,
    String kind,
    String about,
    Json.Obj spec,
    RoaringBitmap people,
    Json.Obj at,
    long done,
    long total,
    State state,
    @Nullable String failure,
    int attempts,
    String who,
    Instant createdAt,
    @Nullable Instant endedAt) {
  public enum State {
    WAITING,
    RUNNING,
    DONE,
    FAILED,
    CANCELLED;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    public boolean over() {
      return this == DONE || this == FAILED || this == CANCELLED;
    }
  }

  /// The number under a key of where it got to.
  public long at(String key, long otherwise) {
    return at.get(key) instanceof Json.Num(var number) ? number.longValue() : otherwise;
  }

  /// The text under a key of what was asked; empty when there is none.
  public String asked(String key) {
    return spec.get(key) instanceof Json.Str(String text) ? text : "";
  }
}
