package io.huoshui.reach;

import io.huoshui.event.IdentifierKind;
import org.jspecify.annotations.Nullable;

/// The ways to a person, and the identifier that is the address on each.
public enum ChannelKind {
  SMS("sms", IdentifierKind.PHONE),
  /// One guide's message to one customer in WeCom.
  WECOM("wecom", IdentifierKind.EXTERNAL_USERID),
  /// A call by a robot.
  CALL("call", IdentifierKind.PHONE);

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

  public static @Nullable ChannelKind ofWire(String wire) {
    for (ChannelKind kind : values()) {
      if (kind.wire.equals(wire)) {
        return kind;
      }
    }
    return null;
  }
}
