package io.huoshui.journey;

import io.huoshui.profile.Person;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One profile's place in one version of a journey.
///
/// @param profile as named on entering; a later merge does not change it
/// @param entry tells two entries of the same profile apart: empty, a key, or a count
/// @param step where the person waits, empty when it is over
/// @param due when the wait ends by itself, null when it is over
/// @param heldOut whether the person only is measured
/// @param coupon the coupon issued last on this journey, empty before
/// @param goalAt when the goal was first reached, null before
/// @param exit why it is over, null while it goes on
public record Position(
    String journey,
    int version,
    int profile,
    String entry,
    String step,
    Instant enteredAt,
    @Nullable Instant due,
    boolean heldOut,
    String coupon,
    @Nullable Instant goalAt,
    @Nullable Exit exit) {

  public enum Exit {
    /// All steps were taken.
    COMPLETED,
    GOAL,
    /// Another identity of the same person is further along.
    MERGED,
    /// The person was erased on request.
    ERASED;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// The part of every effect's key that names this position.
  public String key() {
    return journey + "/" + version + "/" + profile + "/" + entry;
  }

  public boolean over() {
    return exit != null;
  }

  /// Whether the person came so far by this position; of messages it knows nothing.
  public boolean stands(Person.Standing standing) {
    return switch (standing) {
      case ENTERED -> true;
      case ACTIVE -> !over();
      case HELD_OUT -> heldOut;
      case CONVERTED -> goalAt != null;
      case FINISHED -> exit == Exit.COMPLETED || exit == Exit.GOAL;
      case SENT, DELIVERED, CLICKED -> false;
    };
  }

  Position at(String nextStep, @Nullable Instant nextDue) {
    return new Position(
        journey, version, profile, entry, nextStep, enteredAt, nextDue, heldOut, coupon, goalAt,
        exit);
  }

  Position holding(String code) {
    return new Position(
        journey, version, profile, entry, step, enteredAt, due, heldOut, code, goalAt, exit);
  }

  Position reached(Instant goal) {
    return new Position(
        journey, version, profile, entry, step, enteredAt, due, heldOut, coupon, goal, exit);
  }

  public Position ended(Exit why) {
    return new Position(
        journey, version, profile, entry, "", enteredAt, null, heldOut, coupon, goalAt, why);
  }
}
