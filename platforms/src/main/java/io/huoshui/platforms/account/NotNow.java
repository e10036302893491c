package io.huoshui.platforms.account;

import me.chanjar.weixin.common.error.WxError;
import me.chanjar.weixin.common.error.WxErrorException;

/// A call that was not made, because the platform would refuse it now: certain, and to be made
/// again. It carries the code the platform would have given, so that who knows the code needs not
/// know this class.
public final class NotNow extends WxErrorException {
  private static final long serialVersionUID = 1;

  private final int seconds;

  NotNow(int code, String why, int seconds) {
    super(WxError.builder().errorCode(code).errorMsg(why).build());
    this.seconds = seconds;
  }

  /// A token that somebody else is fetching did not come in time.
  public static NotNow tokenIsLate() {
    return new NotNow(-1, "The token that is being fetched did not come", 1);
  }

  /// Why it was not made.
  public String why() {
    return getError().getErrorMsg();
  }

  /// How long until it may be made; at least 1.
  public int seconds() {
    return seconds;
  }
}
