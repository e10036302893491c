package io.huoshui.platforms.account;

import cn.binarywang.wx.miniapp.config.impl.WxMaDefaultConfigImpl;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/// What WxJava asks a mini-program's configuration for, with the shared tokens.
// Tokens keeps its own order; a lock around it would be held while the platform is asked.
@SuppressWarnings("UnsynchronizedOverridesSynchronized")
final class MiniProgramStorage extends WxMaDefaultConfigImpl {
  private static final long serialVersionUID = 1;

  private final transient Tokens tokens;
  private final transient Lock lock = new ReentrantLock();

  MiniProgramStorage(Account.MiniProgram account, Tokens tokens) {
    this.tokens = tokens;
    setAppid(account.appId());
    setSecret(account.secret());
    if (!account.callbacks().isEmpty()) {
      setToken(account.callbacks().getFirst().token());
      setAesKey(account.callbacks().getFirst().encodingAesKey());
    }
    setMsgDataFormat("JSON");
    setApacheHttpClientBuilder(Clients.http());
  }

  @Override
  public String getAccessToken() {
    return tokens.value(Tokens.Kind.ACCESS);
  }

  @Override
  public Lock getAccessTokenLock() {
    return lock;
  }

  @Override
  public boolean isAccessTokenExpired() {
    return tokens.peek(Tokens.Kind.ACCESS) == null;
  }

  @Override
  public void expireAccessToken() {
    tokens.expire(Tokens.Kind.ACCESS);
  }

  @Override
  public void updateAccessToken(String token, int seconds) {
    tokens.offer(Tokens.Kind.ACCESS, token, seconds);
  }

  @Override
  public String getJsapiTicket() {
    return tokens.value(Tokens.Kind.JSAPI);
  }

  @Override
  public boolean isJsapiTicketExpired() {
    return tokens.peek(Tokens.Kind.JSAPI) == null;
  }

  @Override
  public void expireJsapiTicket() {
    tokens.expire(Tokens.Kind.JSAPI);
  }

  @Override
  public void updateJsapiTicket(String ticket, int seconds) {
    tokens.offer(Tokens.Kind.JSAPI, ticket, seconds);
  }

  @Override
  public String getCardApiTicket() {
    return tokens.value(Tokens.Kind.CARD);
  }

  @Override
  public boolean isCardApiTicketExpired() {
    return tokens.peek(Tokens.Kind.CARD) == null;
  }

  @Override
  public void expireCardApiTicket() {
    tokens.expire(Tokens.Kind.CARD);
  }

  @Override
  public void updateCardApiTicket(String ticket, int seconds) {
    tokens.offer(Tokens.Kind.CARD, ticket, seconds);
  }
}
