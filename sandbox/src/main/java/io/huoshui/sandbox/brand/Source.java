package io.huoshui.sandbox.brand;

/// The systems a brand hears of its customers from.
public enum Source {
  OFFICIAL_ACCOUNT("official_account"),
  WECOM("wecom"),
  MINI_PROGRAM("mini_program"),
  TMALL("tmall"),
  JD("jd"),
  DOUYIN("douyin"),
  POS("pos"),
  CRM("crm"),
  PACKAGE_CARD("package_card");

  private final String wire;

  Source(String wire) {
    this.wire = wire;
  }

  /// The name in an event's `source`.
  public String wire() {
    return wire;
  }
}
