package io.huoshui.platforms.account;

import me.chanjar.weixin.common.enums.TicketType;
import me.chanjar.weixin.common.enums.WxType;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.common.util.http.RequestExecutor;
import me.chanjar.weixin.common.util.http.SimpleGetRequestExecutor;
import me.chanjar.weixin.mp.api.impl.WxMpServiceImpl;
import me.chanjar.weixin.mp.enums.WxMpApiUrl;

/// WxJava's service of an official account, whose calls all leave through [Calls]. As
/// [WecomClient].
final class OfficialAccountClient extends WxMpServiceImpl {
  private record State(
      Account.OfficialAccount account, OfficialAccountStorage storage, Calls calls) {}

  private volatile State state;

  OfficialAccountClient(Account.OfficialAccount account, Calls calls) {
    this.state = new State(account, new OfficialAccountStorage(account, calls.tokens()), calls);
    setWxMpConfigStorage(state.storage());
  }

  Account.OfficialAccount account() {
    return state.account();
  }

  void renew(Account.OfficialAccount account, Calls calls) {
    var next = new State(account, new OfficialAccountStorage(account, calls.tokens()), calls);
    this.state = next;
    setWxMpConfigStorage(next.storage());
  }

  @Override
  public <T, E> T execute(RequestExecutor<T, E> executor, String uri, E data)
      throws WxErrorException {
    State now = state;
    return now.calls()
        .call(
            uri,
            () -> fetch(now),
            token -> executor.execute(Calls.with(uri, token), data, WxType.MP));
  }

  private TokenShelf.Fetched fetch(State now) throws WxErrorException {
    String url =
        String.format(
            WxMpApiUrl.Other.GET_ACCESS_TOKEN_URL.getUrl(now.storage()),
            WecomClient.encoded(now.account().appId()),
            WecomClient.encoded(now.account().secret()));
    return WecomClient.fetched(
        now.calls()
            .forToken(
                url, () -> SimpleGetRequestExecutor.create(this).execute(url, null, WxType.MP)),
        "access_token");
  }

  @Override
  public String getAccessToken(boolean forceRefresh) throws WxErrorException {
    State now = state;
    return now.calls().tokens().value(Tokens.Kind.ACCESS, forceRefresh, () -> fetch(now));
  }

  @Override
  public String getTicket(TicketType type, boolean forceRefresh) throws WxErrorException {
    State now = state;
    return now.calls()
        .tokens()
        .value(
            OfficialAccountStorage.kind(type),
            forceRefresh,
            () ->
                WecomClient.fetched(
                    get(
                        WxMpApiUrl.Other.GET_TICKET_URL.getUrl(now.storage()) + type.getCode(),
                        null),
                    "ticket"));
  }
}
