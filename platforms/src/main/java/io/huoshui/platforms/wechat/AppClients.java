package io.huoshui.platforms.wechat;

import cn.binarywang.wx.miniapp.api.WxMaService;
import cn.binarywang.wx.miniapp.api.impl.WxMaServiceImpl;
import cn.binarywang.wx.miniapp.config.impl.WxMaDefaultConfigImpl;
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

  /// One call is one call: the library's own retries end in an exception that has lost the code.
  private static final class OneTry extends WxMpServiceImpl {
    @Override
    public <T, E> T execute(RequestExecutor<T, E> executor, String uri, E data)
        throws WxErrorException {
      return executeInternal(executor, uri, data, false);
    }
  }
}
