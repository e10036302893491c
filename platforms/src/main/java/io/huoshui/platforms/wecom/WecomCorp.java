package io.huoshui.platforms.wecom;

import me.chanjar.weixin.cp.api.WxCpService;
import me.chanjar.weixin.cp.api.impl.WxCpServiceImpl;
import me.chanjar.weixin.cp.config.impl.WxCpDefaultConfigImpl;

/// One corp, asked about what its callbacks only announce, or never say.
public record WecomCorp(KfMessages messages, WecomRelations relations, String corpId) {
  public static WecomCorp of(WxCpService wecom, String corpId) {
    return new WecomCorp(new KfMessages(wecom, corpId), new WecomRelations(wecom), corpId);
  }

  /// @param url where the API is; empty for WeCom itself
  public static WecomCorp at(String url, String corpId, String secret) {
    var config = new WxCpDefaultConfigImpl();
    config.setCorpId(corpId);
    config.setCorpSecret(secret);
    if (!url.isEmpty()) {
      config.setBaseApiUrl(url);
    }
    var wecom = new WxCpServiceImpl();
    wecom.setWxCpConfigStorage(config);
    return of(wecom, corpId);
  }
}
