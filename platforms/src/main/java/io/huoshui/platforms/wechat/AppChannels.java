package io.huoshui.platforms.wechat;

import cn.binarywang.wx.miniapp.api.WxMaService;
import io.huoshui.reach.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import me.chanjar.weixin.mp.api.WxMpService;

/// The channels of official accounts and mini-programs.
public final class AppChannels {
  private AppChannels() {}

  /// Those that are not set up are left out.
  ///
  /// @param accounts official accounts by app id
  /// @param minis mini-programs by app id
  public static List<Channel> of(
      Map<String, WxMpService> accounts, Map<String, WxMaService> minis) {
    var channels = new ArrayList<Channel>();
    if (!accounts.isEmpty()) {
      channels.add(new AccountChannel(accounts));
      channels.add(new AccountTemplateChannel(accounts));
    }
    if (!accounts.isEmpty() || !minis.isEmpty()) {
      channels.add(new SubscribeChannel(accounts, minis));
    }
    return channels;
  }
}
