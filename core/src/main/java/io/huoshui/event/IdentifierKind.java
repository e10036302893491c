package io.huoshui.event;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The kinds of identifier, strongest first: the order decides which identifier anchors an event.
public enum IdentifierKind {
  /// One WeChat person under one open platform account.
  UNIONID("unionid", Strength.STRONG, true),
  /// The member number of the brand's own programme.
  MEMBER_NUMBER("memberNumber", Strength.STRONG, true),
  /// A verified phone in E.164. May be shared by a household, so it is strong but not exclusive.
  PHONE("phone", Strength.STRONG, false),
  /// A WeCom external contact, scoped by corp.
  EXTERNAL_USERID("externalUserid", Strength.SCOPED, false),
  /// A WeChat openid, scoped by app.
  OPENID("openid", Strength.SCOPED, false),
  /// A marketplace buyer, scoped by shop.
  BUYER_ID("buyerId", Strength.SCOPED, false),
  /// A customer number of one system (CRM, POS, a data set), scoped by that system.
  CUSTOMER_ID("customerId", Strength.SCOPED, false),
  EMAIL("email", Strength.WEAK, false),
  DEVICE("device", Strength.WEAK, false),
  /// `138****0001`, as marketplaces hand it out.
  MASKED_PHONE("maskedPhone", Strength.WEAK, false),
  /// Name and region, joined by `|`.
  NAME_REGION("nameRegion", Strength.WEAK, false),
  /// What a marketplace hands out in place of a receiver's phone, name or address (OAID,
  /// ciphertext), as `shop|what|code`.
  RECEIVER_CODE("receiverCode", Strength.WEAK, false);

  /// How much one identifier alone proves.
  public enum Strength {
    /// Names one person wherever it appears.
    STRONG,
    /// Names one person within its scope.
    SCOPED,
    /// A hint; kept as evidence, never joins by itself.
    WEAK
  }

  private final String wire;
  private final Strength strength;
  private final boolean exclusive;

  IdentifierKind(String wire, Strength strength, boolean exclusive) {
    this.wire = wire;
    this.strength = strength;
    this.exclusive = exclusive;
  }

  /// The name in JSON.
  public String wire() {
    return wire;
  }

  public Strength strength() {
    return strength;
  }

  public boolean scoped() {
    return strength == Strength.SCOPED;
  }

  public boolean joins() {
    return strength != Strength.WEAK;
  }

  /// Whether one person has at most one: two different values veto a merge.
  public boolean exclusive() {
    return exclusive;
  }

  private static final IdentifierKind[] ALL = values();

  public static @Nullable IdentifierKind ofWire(String wire) {
    for (IdentifierKind kind : ALL) {
      if (kind.wire.equals(wire)) {
        return kind;
      }
    }
    return null;
  }

  public static List<String> wires() {
    return Arrays.stream(ALL).map(IdentifierKind::wire).toList();
  }
}
