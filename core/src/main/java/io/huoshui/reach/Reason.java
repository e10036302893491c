package io.huoshui.reach;

import java.util.Locale;

/// Why a person got, or did not get, a message. Every person and message has exactly one.
public enum Reason {
  /// Went to the platform, or is on the way there.
  SENT("已发送", "sent"),
  HOLD_OUT("对照组", "kept in the hold-out"),
  NO_ADDRESS("没有可达地址", "no address on this channel"),
  NO_CONSENT("未同意接收", "never consented to this channel"),
  WITHDRAWN("已退订", "withdrew consent"),
  NOT_A_CONTACT("不是企微好友", "is not a WeCom contact"),
  FREQUENCY_CAP("触达疲劳上限", "frequency cap reached"),
  /// Waiting for the end of the quiet hours; becomes another reason then.
  QUIET_HOURS("免打扰时段,稍后再定", "waiting for the quiet hours to end"),
  /// The journey ended for this person while the message waited.
  OVERTAKEN("旅程已结束", "the journey ended while the message waited"),
  /// Another of the merged identities is already on this journey.
  MERGED("与已在旅程中的身份合并", "merged with a person already on the journey"),
  /// Its wait ended while nothing ran, and it was not to be sent so much later.
  LATE("错过时间不再补发", "its time was missed"),
  REFUSED("平台拒绝", "the platform refused"),
  ERASED("应要求删除了个人信息", "the person was erased on request"),
  CONTROL_GROUP("全局对照组", "kept in the control group of all journeys"),
  SUPPRESSED("在屏蔽名单中", "on a suppression list"),
  PLATFORM_QUOTA("平台本期额度已用完", "the platform's quota for the person is used up"),
  OVER_BUDGET("超出旅程预算", "the journey's budget is used up"),
  /// Let out, and waiting for its turn under a pace; becomes another reason then.
  PACED("排队匀速发送", "waiting for its turn"),
  /// Whose guide left, and nobody took over.
  NO_GUIDE("导购已离职,无人接手", "the guide left and nobody took over"),
  /// No act of the person is recent enough for the platform to let anything through.
  WINDOW_OVER("已过客服消息时间窗", "the window after the person's own act is over"),
  /// Everything the person's acts allow was sent.
  BUDGET_SPENT("该次互动可发条数已用完", "what the person's own acts allow is spent"),
  NOT_A_FOLLOWER("已取关公众号", "does not follow the official account"),
  NOT_SUBSCRIBED("未订阅该消息", "never subscribed to this message");

  private final String zh;
  private final String en;

  Reason(String zh, String en) {
    this.zh = zh;
    this.en = en;
  }

  /// Whether it will be decided anew.
  public boolean waits() {
    return this == QUIET_HOURS || this == PACED;
  }

  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  public String zh() {
    return zh;
  }

  public String en() {
    return en;
  }
}
