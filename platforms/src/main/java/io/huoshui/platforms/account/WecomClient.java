package io.huoshui.platforms.account;

import com.google.gson.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import me.chanjar.weixin.common.enums.WxType;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.common.util.http.RequestExecutor;
import me.chanjar.weixin.common.util.http.SimpleGetRequestExecutor;
import me.chanjar.weixin.common.util.http.SimplePostRequestExecutor;
import me.chanjar.weixin.common.util.json.GsonParser;
import me.chanjar.weixin.cp.api.impl.WxCpServiceImpl;
import me.chanjar.weixin.cp.constant.WxCpApiPathConsts;

/// WxJava's service of a corp, whose calls all leave through [Calls]. The account behind it can be
/// changed while it is used: a call keeps the one it began with.
final class WecomClient extends WxCpServiceImpl {
  private record State(Account.Wecom account, WecomStorage storage, Calls calls) {}

  private volatile State state;

  WecomClient(Account.Wecom account, Calls calls) {
    this.state = new State(account, new WecomStorage(account, calls.tokens()), calls);
    setWxCpConfigStorage(state.storage());
  }

  Account.Wecom account() {
    return state.account();
  }

  void renew(Account.Wecom account, Calls calls) {
    var next = new State(account, new WecomStorage(account, calls.tokens()), calls);
    this.state = next;
    setWxCpConfigStorage(next.storage());
  }

  @Override
  public <T, E> T execute(RequestExecutor<T, E> executor, String uri, E data)
      throws WxErrorException {
    State now = state;
    return now.calls()
        .call(
            uri,
            () -> fetch(now),
            token -> executor.execute(Calls.with(uri, token), data, WxType.CP));
  }

  @Override
  public String postWithoutToken(String url, String postData) throws WxErrorException {
    return state
        .calls()
        .plain(url, () -> SimplePostRequestExecutor.create(this).execute(url, postData, WxType.CP));
  }

  private TokenShelf.Fetched fetch(State now) throws WxErrorException {
    String url =
        String.format(
            now.storage().getApiUrl(WxCpApiPathConsts.GET_TOKEN),
            encoded(now.account().corpId()),
            encoded(now.account().secret()));
    return fetched(
        now.calls()
            .forToken(
                url, () -> SimpleGetRequestExecutor.create(this).execute(url, null, WxType.CP)),
        "access_token");
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /// A token is given up a little before its end, so that none dies on the way.
  static TokenShelf.Fetched fetched(String body, String field) {
    JsonObject json = GsonParser.parse(body);
    long life = json.get("expires_in").getAsLong();
    return new TokenShelf.Fetched(
        json.get(field).getAsString(), Duration.ofSeconds(life - Math.min(200, life / 10)));
  }

  @Override
  public String getAccessToken(boolean forceRefresh) throws WxErrorException {
    State now = state;
    return now.calls().tokens().value(Tokens.Kind.ACCESS, forceRefresh, () -> fetch(now));
  }

  @Override
  public String getJsapiTicket(boolean forceRefresh) throws WxErrorException {
    return ticket(Tokens.Kind.JSAPI, WxCpApiPathConsts.GET_JSAPI_TICKET, forceRefresh);
  }

  @Override
  public String getAgentJsapiTicket(boolean forceRefresh) throws WxErrorException {
    return ticket(Tokens.Kind.AGENT_JSAPI, WxCpApiPathConsts.GET_AGENT_CONFIG_TICKET, forceRefresh);
  }

  private String ticket(Tokens.Kind kind, String path, boolean forceRefresh)
      throws WxErrorException {
    State now = state;
    return now.calls()
        .tokens()
        .value(
            kind, forceRefresh, () -> fetched(get(now.storage().getApiUrl(path), null), "ticket"));
  }
}
