package io.huoshui.platforms.account;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import me.chanjar.weixin.common.bean.WxAccessToken;
import me.chanjar.weixin.cp.config.impl.WxCpDefaultConfigImpl;

/// What WxJava asks a corp's configuration for, with the shared tokens.
// Tokens keeps its own order; a lock around it would be held while the platform is asked.
@SuppressWarnings("UnsynchronizedOverridesSynchronized")
final class WecomStorage extends WxCpDefaultConfigImpl {
  private static final long serialVersionUID = 1;

  private final transient Tokens tokens;
  private final transient Lock lock = new ReentrantLock();

  WecomStorage(Account.Wecom account, Tokens tokens) {
    this.tokens = tokens;
    setCorpId(account.corpId());
    setCorpSecret(account.secret());
    if (!account.agentId().isEmpty()) {
      setAgentId(Integer.valueOf(account.agentId()));
    }
    if (!account.callbacks().isEmpty()) {
      setToken(account.callbacks().getFirst().token());
      setAesKey(account.callbacks().getFirst().encodingAesKey());
    }
    if (!account.url().isEmpty()) {
      setBaseApiUrl(account.url());
    }
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
  public void updateAccessToken(WxAccessToken token) {
    updateAccessToken(token.getAccessToken(), token.getExpiresIn());
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
  public String getAgentJsapiTicket() {
    return tokens.value(Tokens.Kind.AGENT_JSAPI);
  }

  @Override
  public boolean isAgentJsapiTicketExpired() {
    return tokens.peek(Tokens.Kind.AGENT_JSAPI) == null;
  }

  @Override
  public void expireAgentJsapiTicket() {
    tokens.expire(Tokens.Kind.AGENT_JSAPI);
  }

  @Override
  public void updateAgentJsapiTicket(String ticket, int seconds) {
    tokens.offer(Tokens.Kind.AGENT_JSAPI, ticket, seconds);
  }
}
