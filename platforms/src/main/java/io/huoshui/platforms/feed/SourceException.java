package io.huoshui.platforms.feed;

/// A platform that did not give what was asked for.
public final class SourceException extends RuntimeException {
  /// What helps.
  public enum Cure {
    /// The shop has to authorise the app again; nothing else helps.
    AUTHORISE,
    /// Asking again after a while.
    WAIT,
    /// Somebody has to look: wrong key, missing permission, wrong parameter.
    MEND
  }

  private final Cure cure;
  private final String code;
  private final long afterSeconds;

  public SourceException(Cure cure, String code, String message, long afterSeconds) {
    super(message);
    this.cure = cure;
    this.code = code;
    this.afterSeconds = afterSeconds;
  }

  public Cure cure() {
    return cure;
  }

  /// The platform's own code.
  public String code() {
    return code;
  }

  public long afterSeconds() {
    return afterSeconds;
  }

  /// What to do next, for people.
  public String next() {
    return switch (cure) {
      case AUTHORISE ->
          "Authorise the app again in the shop's back office and put the new session into this"
              + " feed (PUT /api/v1/feeds/NAME/credentials); it goes on where it stopped.";
      case WAIT -> "Nothing: it is tried again by itself.";
      case MEND -> "Check the app's key, secret and permissions, then run the feed again.";
    };
  }
}
