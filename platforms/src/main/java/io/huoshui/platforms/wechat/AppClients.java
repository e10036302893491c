package io.huoshui.platforms.wechat;

import cn.binarywang.wx.miniapp.api.WxMaService;
import cn.binarywang.wx.miniapp.api.impl.WxMaServiceImpl;
import cn.binarywang.wx.miniapp.config.impl.WxMaDefaultConfigImpl;
import io.huoshui.reach.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.common.util.http.RequestExecutor;
import me.chanjar.weixin.mp.api.WxMpService;
import me.chanjar.weixin.mp.api.impl.WxMpServiceImpl;
import me.chanjar.weixin.mp.config.WxMpHostConfig;
import me.chanjar.weixin.mp.config.impl.WxMpDefaultConfigImpl;

/// Clients of official accounts and mini-programs whose errors come back as they are: who calls
/// them decides when to try again.
public final class AppClients {
  private AppClients() {}

  /// @param url where the API is; empty for WeChat itself
  public static WxMpService account(String url, String appId, String secret) {
    var config = new WxMpDefaultConfigImpl();
    config.setAppId(appId);
    config.setSecret(secret);
    if (!url.isEmpty()) {
      config.setHostConfig(new WxMpHostConfig(url, url, url));
    }
    var client = new OneTry();
    client.setWxMpConfigStorage(config);
    return client;
  }

  /// @param url where the API is; empty for WeChat itself
  public static WxMaService miniProgram(String url, String appId, String secret) {
    var config = new WxMaDefaultConfigImpl();
    config.setAppid(appId);
    config.setSecret(secret);
    if (!url.isEmpty()) {
      config.setApiHostUrl(url);
    }
    var client = new WxMaServiceImpl();
    client.setMaxRetryTimes(1);
    client.setWxMaConfig(config);
    return client;
  }

  /// The channels of an account and a mini-program; those that are not set up are left out.
  ///
  /// @param accountId the account's app id; empty for none
  /// @param miniId the mini-program's; empty for none
  public static List<Channel> channels(
      String url,
      String accountId,
      String accountSecret,
      String miniUrl,
      String miniId,
      String miniSecret) {
    Map<String, WxMpService> accounts =
        accountId.isEmpty() ? Map.of() : Map.of(accountId, account(url, accountId, accountSecret));
    Map<String, WxMaService> minis =
        miniId.isEmpty() ? Map.of() : Map.of(miniId, miniProgram(miniUrl, miniId, miniSecret));
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

  /// One call is one call: the library's own retries end in an exception that has lost the code.
  private static final class OneTry extends WxMpServiceImpl {
    @Override
    public <T, E> T execute(RequestExecutor<T, E> executor, String uri, E data)
        throws WxErrorException {
      return executeInternal(executor, uri, data, false);
    }
  }
}
