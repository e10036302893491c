package io.huoshui.platforms.account;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import me.chanjar.weixin.common.bean.WxAccessToken;
import me.chanjar.weixin.common.enums.TicketType;
import me.chanjar.weixin.mp.config.WxMpHostConfig;
import me.chanjar.weixin.mp.config.impl.WxMpDefaultConfigImpl;

/// What WxJava asks an official account's configuration for, with the shared tokens.
// Tokens keeps its own order; a lock around it would be held while the platform is asked.
@SuppressWarnings("UnsynchronizedOverridesSynchronized")
final class OfficialAccountStorage extends WxMpDefaultConfigImpl {
  private static final long serialVersionUID = 1;

  private final transient Tokens tokens;
  private final transient Lock lock = new ReentrantLock();

  OfficialAccountStorage(Account.OfficialAccount account, Tokens tokens) {
    this.tokens = tokens;
    setAppId(account.appId());
    setSecret(account.secret());
    if (!account.callbacks().isEmpty()) {
      setToken(account.callbacks().getFirst().token());
      setAesKey(account.callbacks().getFirst().encodingAesKey());
    }
    if (!account.url().isEmpty()) {
      setHostConfig(new WxMpHostConfig(account.url(), account.url(), account.url()));
    }
    setApacheHttpClientBuilder(Clients.http());
  }

  static Tokens.Kind kind(TicketType type) {
    return switch (type) {
      case JSAPI -> Tokens.Kind.JSAPI;
      case SDK -> Tokens.Kind.SDK;
      case WX_CARD -> Tokens.Kind.CARD;
    };
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
  public void updateAccessToken(WxAccessToken token) {
    updateAccessToken(token.getAccessToken(), token.getExpiresIn());
  }

  @Override
  public void updateAccessToken(String token, int seconds) {
    tokens.offer(Tokens.Kind.ACCESS, token, seconds);
  }

  @Override
  public String getTicket(TicketType type) {
    return tokens.value(kind(type));
  }

  @Override
  public boolean isTicketExpired(TicketType type) {
    return tokens.peek(kind(type)) == null;
  }

  @Override
  public void expireTicket(TicketType type) {
    tokens.expire(kind(type));
  }

  @Override
  public void updateTicket(TicketType type, String ticket, int seconds) {
    tokens.offer(kind(type), ticket, seconds);
  }
}
