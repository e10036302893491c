package io.huoshui.platforms.wecom;

import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.common.util.http.RequestExecutor;
import me.chanjar.weixin.cp.api.impl.WxCpServiceImpl;
import me.chanjar.weixin.cp.config.impl.WxCpDefaultConfigImpl;

/// Both sides of a corporation's members.
public record WecomStaff(String corpId, WecomMembers members, WecomTransfers transfers) {
  /// @param url where the API is; empty for WeCom itself
  public static WecomStaff at(String url, String corpId, String secret) {
    var config = new WxCpDefaultConfigImpl();
    config.setCorpId(corpId);
    config.setCorpSecret(secret);
    if (!url.isEmpty()) {
      config.setBaseApiUrl(url);
    }
    var wecom = new OneTry();
    wecom.setWxCpConfigStorage(config);
    return new WecomStaff(corpId, new WecomMembers(wecom), new WecomTransfers(wecom));
  }

  /// One call is one call: the library's own retries end in an exception that has lost the code,
  /// and a handover that is asked for twice may be refused the second time.
  private static final class OneTry extends WxCpServiceImpl {
    @Override
    public <T, E> T execute(RequestExecutor<T, E> executor, String uri, E data)
        throws WxErrorException {
      return executeInternal(executor, uri, data, false);
    }
  }
}
