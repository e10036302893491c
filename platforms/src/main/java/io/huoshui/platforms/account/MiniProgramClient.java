package io.huoshui.platforms.account;

import cn.binarywang.wx.miniapp.api.impl.WxMaServiceImpl;
import cn.binarywang.wx.miniapp.bean.WxMaApiResponse;
import cn.binarywang.wx.miniapp.executor.ApiSignaturePostRequestExecutor;
import java.util.Map;
import me.chanjar.weixin.common.enums.WxType;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.common.util.http.RequestExecutor;
import me.chanjar.weixin.common.util.http.SimpleGetRequestExecutor;

/// WxJava's service of a mini-program, whose calls all leave through [Calls]. As [WecomClient].
// The library's class is a raw one, and so are the methods it hands down.
@SuppressWarnings({"rawtypes", "unchecked"})
final class MiniProgramClient extends WxMaServiceImpl {
  private static final String HOST = "https://api.weixin.qq.com";

  private record State(Account.MiniProgram account, MiniProgramStorage storage, Calls calls) {}

  private volatile State state;

  MiniProgramClient(Account.MiniProgram account, Calls calls) {
    this.state = new State(account, new MiniProgramStorage(account, calls.tokens()), calls);
    setWxMaConfig(state.storage());
  }

  Account.MiniProgram account() {
    return state.account();
  }

  void renew(Account.MiniProgram account, Calls calls) {
    var next = new State(account, new MiniProgramStorage(account, calls.tokens()), calls);
    this.state = next;
    setWxMaConfig(next.storage());
  }

  @Override
  public Object execute(RequestExecutor executor, String uri, Object data) throws WxErrorException {
    State now = state;
    return now.calls()
        .<Object>call(
            at(now, uri),
            () -> fetch(now),
            token -> executor.execute(Calls.with(at(now, uri), token), data, WxType.MiniApp));
  }

  @Override
  public WxMaApiResponse execute(
      ApiSignaturePostRequestExecutor executor, String uri, Map headers, String data)
      throws WxErrorException {
    State now = state;
    return now.calls()
        .call(
            at(now, uri),
            () -> fetch(now),
            token ->
                executor.execute(Calls.with(at(now, uri), token), headers, data, WxType.MiniApp));
  }

  /// The library names every API by WeChat's own address.
  private static String at(State now, String uri) {
    String url = now.account().url();
    return url.isEmpty() || !uri.startsWith(HOST) ? uri : url + uri.substring(HOST.length());
  }

  private TokenShelf.Fetched fetch(State now) throws WxErrorException {
    String url =
        at(
            now,
            HOST
                + "/cgi-bin/token?grant_type=client_credential&appid="
                + WecomClient.encoded(now.account().appId())
                + "&secret="
                + WecomClient.encoded(now.account().secret()));
    return WecomClient.fetched(
        now.calls()
            .forToken(
                url,
                () -> SimpleGetRequestExecutor.create(this).execute(url, null, WxType.MiniApp)),
        "access_token");
  }

  @Override
  public String getAccessToken(boolean forceRefresh) throws WxErrorException {
    State now = state;
    return now.calls().tokens().value(Tokens.Kind.ACCESS, forceRefresh, () -> fetch(now));
  }
}
