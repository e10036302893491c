package io.huoshui.platforms.account;

/// Whose codes and allowances these are. Official accounts and mini-programs share theirs.
public enum Platform {
  WECOM("wecom"),
  WECHAT("wechat"),
  ALIYUN_SMS("aliyunSms"),
  TENCENT_SMS("tencentSms"),
  ALIYUN_CALL("aliyunCall");

  private final String wire;

  Platform(String wire) {
    this.wire = wire;
  }

  public String wire() {
    return wire;
  }
}
