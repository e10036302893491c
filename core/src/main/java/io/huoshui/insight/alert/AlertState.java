package io.huoshui.insight.alert;

import io.huoshui.insight.tree.Days;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What is remembered of a rule between looks.
///
/// @param since the first days of a breach that lasts; null while all is quiet
/// @param told whether somebody was told of it
/// @param snoozedUntil before this nobody is told
/// @param judged the last days looked at
public record AlertState(
    @Nullable Days since, boolean told, @Nullable Instant snoozedUntil, @Nullable Days judged) {
  public static final AlertState QUIET = new AlertState(null, false, null, null);

  /// What a look made of it.
  public enum What {
    /// It begins.
    RAISED,
    /// It goes on; nobody is told again.
    LASTS,
    /// It is over.
    ENDED,
    /// All is quiet, or it can not be said.
    NOTHING
  }

  /// @param tell whether it is to be told: that it begins, once; and that it is over, if it was
  ///   told
  public record Step(AlertState state, What what, boolean tell) {}

  public boolean raised() {
    return since != null;
  }

  private boolean asleep(Instant now) {
    return snoozedUntil != null && now.isBefore(snoozedUntil);
  }

  /// Takes one look in. Days that were looked at already change nothing, but for a breach that
  /// outlasted a snooze: it is told then.
  public Step look(Verdict verdict, Days days, Instant now) {
    boolean again = judged != null && !days.from().isAfter(judged.from());
    if (again) {
      return late(now);
    }
    return switch (verdict) {
      case Verdict.Breached _ -> {
        boolean tell = !told && !asleep(now);
        yield new Step(
            new AlertState(since == null ? days : since, told || tell, snoozedUntil, days),
            since == null ? What.RAISED : What.LASTS,
            tell);
      }
      case Verdict.Fine _ -> {
        boolean tell = told && !asleep(now);
        yield new Step(
            new AlertState(null, false, snoozedUntil, days),
            since == null ? What.NOTHING : What.ENDED,
            tell);
      }
      case Verdict.Unknown _ ->
          new Step(new AlertState(since, told, snoozedUntil, days), What.NOTHING, false);
    };
  }

  private Step late(Instant now) {
    boolean tell = since != null && !told && !asleep(now);
    return new Step(
        tell ? new AlertState(since, true, snoozedUntil, judged) : this, What.NOTHING, tell);
  }

  /// Whether there is something to tell that a snooze held back.
  public boolean owes(Instant now) {
    return late(now).tell();
  }

  /// @param until null ends a snooze
  public AlertState snoozed(@Nullable Instant until) {
    return new AlertState(since, told, until, judged);
  }
}
