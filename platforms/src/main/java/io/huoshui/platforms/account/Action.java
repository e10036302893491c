package io.huoshui.platforms.account;

/// What an answer that is no success asks for.
public enum Action {
  /// Again in a moment, as often as the table says.
  RETRY("retry"),
  /// With a fresh token, once.
  REFRESH("refresh"),
  /// Nothing more of this API until the ban is over; other APIs go on.
  BACK_OFF("backOff"),
  /// Fewer at once, then again.
  LOWER_CONCURRENCY("lowerConcurrency"),
  /// Another time, not soon: the platform is at it, or the day's share is used up.
  LATER("later"),
  /// Not to this person.
  SKIP("skip"),
  /// Not to this person by this member: they are not connected any more.
  DROP_RELATION("dropRelation"),
  /// By another member.
  REASSIGN("reassign"),
  /// Never again: it is too late, or was done.
  NEVER("never"),
  /// Somebody has to change what is asked for.
  HUMAN("human"),
  /// Nothing goes over this account until somebody has looked; they are told.
  STOP_CHANNEL("stopChannel"),
  /// To this person on another way.
  OTHER_CHANNEL("otherChannel");

  private final String wire;

  Action(String wire) {
    this.wire = wire;
  }

  /// As the table and the API write it.
  public String wire() {
    return wire;
  }
}
