package io.huoshui.reach;

import io.huoshui.event.IdentifierKind;
import org.jspecify.annotations.Nullable;

/// The ways to a person, and the identifier that is the address on each. New ones come last:
/// checkpoints know them by their place.
public enum ChannelKind {
  SMS("sms", IdentifierKind.PHONE),
  /// One guide's message to one customer in WeCom.
  WECOM("wecom", IdentifierKind.EXTERNAL_USERID),
  /// A call by a robot.
  CALL("call", IdentifierKind.PHONE),
  /// Customer-service messages of an official account: only for a while after the person's own act.
  OFFICIAL_ACCOUNT("official_account", IdentifierKind.OPENID),
  /// Template messages of an official account: about something that is under way, no marketing.
  OFFICIAL_TEMPLATE("official_template", IdentifierKind.OPENID),
  /// Subscribe messages of a mini-program or an official account: one for each time the person
  /// agreed to one.
  SUBSCRIBE("subscribe", IdentifierKind.OPENID);

  private final String wire;
  private final IdentifierKind address;

  ChannelKind(String wire, IdentifierKind address) {
    this.wire = wire;
    this.address = address;
  }

  public String wire() {
    return wire;
  }

  public IdentifierKind address() {
    return address;
  }

  /// Whether the sender of a message is an app, and the address the person's openid in it.
  public boolean ofApp() {
    return address == IdentifierKind.OPENID;
  }

  /// The scope in which an address on this channel has to be, by who sends; empty for any.
  public String scope(String sender) {
    return ofApp() ? sender : "";
  }

  public static @Nullable ChannelKind ofWire(String wire) {
    for (ChannelKind kind : values()) {
      if (kind.wire.equals(wire)) {
        return kind;
      }
    }
    return null;
  }
}
