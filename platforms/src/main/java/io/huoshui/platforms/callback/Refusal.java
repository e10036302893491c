package io.huoshui.platforms.callback;

import java.util.Locale;

/// Why a callback is not taken.
public enum Refusal {
  /// No such account, or its keys are not set up.
  UNKNOWN_ACCOUNT(404),
  /// Something the platform always sends is missing.
  MISSING_PARAMETER(400),
  BAD_SIGNATURE(401),
  /// The timestamp is further from the present than the setting allows.
  STALE_TIMESTAMP(401),
  /// The same signature, timestamp and nonce came before with another body.
  REPLAYED_NONCE(401),
  /// The account has a key for encryption, and this was sent in the open.
  NOT_ENCRYPTED(401),
  /// Signed, but not encrypted with the key that belongs to the signature.
  BAD_ENCRYPTION(401),
  /// Meant for another corp.
  UNKNOWN_CORP(401),
  UNKNOWN_AGENT(401),
  TOO_LARGE(413),
  /// No XML or JSON as platforms write it, or with a DOCTYPE.
  MALFORMED(400),
  /// More waits than the inbox holds; the platform asks again.
  BUSY(503),
  /// It could not be written down; the platform asks again.
  NOT_DURABLE(503);

  private final int status;

  Refusal(int status) {
    this.status = status;
  }

  /// The HTTP status it is answered with.
  public int status() {
    return status;
  }

  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// One callback refused.
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final Refusal refusal;

    public Refused(Refusal refusal, String why) {
      super(why, null, false, false);
      this.refusal = refusal;
    }

    public Refusal refusal() {
      return refusal;
    }
  }

  Refused because(String why) {
    return new Refused(this, why);
  }
}
