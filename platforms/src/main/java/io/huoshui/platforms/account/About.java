package io.huoshui.platforms.account;

/// Whom or what an answer is about: who shares its fate.
public enum About {
  /// One person of the call; when there were several, the answer may not say which.
  PERSON("person"),
  /// Everybody of the call.
  EVERYBODY("everybody"),
  /// The tag, template or code the call named: the same for everybody who is given it.
  THING("thing"),
  /// The call as it was put.
  CALL("call"),
  /// The account: everything it does.
  ACCOUNT("account");

  private final String wire;

  About(String wire) {
    this.wire = wire;
  }

  public String wire() {
    return wire;
  }
}
