package io.huoshui.platforms.account;

/// Codes that say something of their own to whoever asked, besides what the table of [Answers] says
/// that each asks for. They are named here and nowhere else; a test holds that the table has them.
public final class Codes {
  /// WeCom: these two are no contacts (easyink WeExceptionTip, LinkWeChat WeErrorCodeEnum).
  public static final String NO_CONTACT = "84061";

  /// WeCom: there is no such external_userid.
  public static final String NO_CUSTOMER = "40096";

  /// WeCom: this app may not use this API; of members' details, that it may read their names only.
  public static final String NO_PERMISSION = "48002";

  /// WeCom: this app may not see this member, or not so much of them.
  public static final String NOT_THIS_MEMBER = "60011";

  /// WeChat: an openid of another account, or of nobody who follows.
  public static final String NOT_OF_ACCOUNT = "49003";

  private Codes() {}
}
