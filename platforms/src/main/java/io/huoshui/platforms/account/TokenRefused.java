package io.huoshui.platforms.account;

import me.chanjar.weixin.common.error.WxErrorException;

/// The platform gave no token. The call it was for was not made.
public final class TokenRefused extends WxErrorException {
  private static final long serialVersionUID = 1;

  TokenRefused(WxErrorException why) {
    super(why.getError(), why);
  }
}
