package io.huoshui.guide;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How a guide's task stands, and where it may go:
///
/// | from | done | skip | cancel | reopen | reassign |
/// |---|---|---|---|---|---|
/// | open | done | skipped | cancelled | - | open |
/// | done | - | - | - | open | - |
/// | skipped | done | - | cancelled | open | - |
/// | cancelled | - | - | - | open | - |
public enum TaskState {
  OPEN,
  DONE,
  /// The guide says that it makes no sense, and why.
  SKIPPED,
  /// Whoever gave it takes it back.
  CANCELLED;

  public enum Move {
    DONE,
    SKIP,
    CANCEL,
    REOPEN,
    REASSIGN;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static @Nullable Move ofWire(String wire) {
      for (Move move : values()) {
        if (move.wire().equals(wire)) {
          return move;
        }
      }
      return null;
    }
  }

  /// When an open task is to be done, as the list sorts it.
  public enum When {
    TODAY,
    LATER,
    OVERDUE,
    OVER;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// @return null where the move is not allowed
  public @Nullable TaskState after(Move move) {
    return switch (this) {
      case OPEN ->
          switch (move) {
            case DONE -> DONE;
            case SKIP -> SKIPPED;
            case CANCEL -> CANCELLED;
            case REASSIGN -> OPEN;
            case REOPEN -> null;
          };
      case DONE, CANCELLED -> move == Move.REOPEN ? OPEN : null;
      case SKIPPED ->
          switch (move) {
            case DONE -> DONE;
            case CANCEL -> CANCELLED;
            case REOPEN -> OPEN;
            case SKIP, REASSIGN -> null;
          };
    };
  }

  /// The end itself is still in time.
  public When when(Instant due, Instant now, ZoneId zone) {
    if (this != OPEN) {
      return When.OVER;
    }
    if (now.isAfter(due)) {
      return When.OVERDUE;
    }
    return due.atZone(zone).toLocalDate().equals(now.atZone(zone).toLocalDate())
        ? When.TODAY
        : When.LATER;
  }

  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static TaskState ofWire(String wire) {
    return valueOf(wire.toUpperCase(Locale.ROOT));
  }
}
