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
/// @param path the steps taken, as [Path] writes them
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
    @Nullable Exit exit,
    String path) {

  public enum Exit {
    /// All steps were taken.
    COMPLETED,
    GOAL,
    /// Another identity of the same person is further along.
    MERGED,
    /// The person was erased on request.
    ERASED,
    /// An exit rule of the journey held.
    RULE,
    /// The version they were on was left behind, and the new one has no place for them.
    MIGRATED;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// The part of every effect's key that names this position.
  public String key() {
    return journey + "/" + version + "/" + profile + "/" + entry;
  }

  /// The key of what a step does.
  String key(String ofStep) {
    return journey + "/" + version + "/" + profile + "/" + entry + "/" + ofStep;
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
      case FINISHED -> exit == Exit.COMPLETED || exit == Exit.GOAL || exit == Exit.RULE;
      case SENT, DELIVERED, CLICKED -> false;
    };
  }

  Position at(String nextStep, @Nullable Instant nextDue) {
    return at(nextStep, nextDue, path);
  }

  Position at(String nextStep, @Nullable Instant nextDue, String way) {
    return new Position(
        journey, version, profile, entry, nextStep, enteredAt, nextDue, heldOut, coupon, goalAt,
        exit, way);
  }

  /// The same with this path, which the host may share between positions that went the same way.
  public Position on(String way) {
    return new Position(
        journey, version, profile, entry, step, enteredAt, due, heldOut, coupon, goalAt, exit, way);
  }

  /// The same place in another version.
  Position moved(int toVersion, String toStep, String way) {
    return new Position(
        journey, toVersion, profile, entry, toStep, enteredAt, due, heldOut, coupon, goalAt, exit,
        way);
  }

  Position holding(String code) {
    return new Position(
        journey, version, profile, entry, step, enteredAt, due, heldOut, code, goalAt, exit, path);
  }

  Position reached(Instant goal) {
    return new Position(
        journey, version, profile, entry, step, enteredAt, due, heldOut, coupon, goal, exit, path);
  }

  public Position ended(Exit why) {
    return ended(why, path);
  }

  /// All steps are taken.
  Position completed(String way) {
    return ended(Exit.COMPLETED, way);
  }

  private Position ended(Exit why, String way) {
    return new Position(
        journey, version, profile, entry, "", enteredAt, null, heldOut, coupon, goalAt, why, way);
  }
}
