package io.huoshui.platforms.account;

import cn.binarywang.wx.miniapp.api.WxMaService;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.common.util.http.apache.ApacheHttpClientBuilder;
import me.chanjar.weixin.common.util.http.apache.DefaultApacheHttpClientBuilder;
import me.chanjar.weixin.cp.api.WxCpService;
import me.chanjar.weixin.mp.api.WxMpService;

/// Makes the clients of accounts. There is one per account name; given again with other
/// credentials, the same object speaks for the new ones from its next call on, and calls under way
/// end with the old ones. Accounts of the same corp or app share what the platform takes of it.
public final class Clients {
  /// WxJava's pool is one for all of its clients.
  private static final int CONNECTIONS_PER_HOST = 100;

  private static final int CONNECTIONS = 400;

  static {
    DefaultApacheHttpClientBuilder pool = DefaultApacheHttpClientBuilder.get();
    pool.setMaxConnPerHost(CONNECTIONS_PER_HOST);
    pool.setMaxTotalConn(CONNECTIONS);
  }

  private record Payer(Platform platform, String url, String id, Allowances allowances) {}

  private final TokenShelf shelf;
  private final AtomicLong skippedNanos = new AtomicLong();
  private final Map<Payer, CallLimits> limits = new ConcurrentHashMap<>();
  private final Map<String, WecomClient> wecoms = new ConcurrentHashMap<>();
  private final Map<String, OfficialAccountClient> officialAccounts = new ConcurrentHashMap<>();
  private final Map<String, MiniProgramClient> miniPrograms = new ConcurrentHashMap<>();

  public Clients(TokenShelf shelf) {
    this.shelf = shelf;
  }

  /// For a host without a database, and for tests.
  public static Clients inMemory() {
    return new Clients(new MemoryShelf());
  }

  /// A virtual clock was moved: bans and paces are so much nearer to their end.
  public void skip(Duration time) {
    skippedNanos.addAndGet(time.toNanos());
  }

  private long nanos() {
    return System.nanoTime() + skippedNanos.get();
  }

  static ApacheHttpClientBuilder http() {
    return DefaultApacheHttpClientBuilder.get();
  }

  /// What the platform takes of the account, shared by everything that calls for it.
  public CallLimits limits(Account account) {
    Allowances allowances =
        switch (account) {
          case Account.Wecom wecom -> wecom.allowances();
          case Account.OfficialAccount official -> official.allowances();
          case Account.MiniProgram mini -> mini.allowances();
          case Account.AliyunSms _ -> Allowances.of(Platform.ALIYUN_SMS);
          case Account.TencentSms _ -> Allowances.of(Platform.TENCENT_SMS);
          case Account.AliyunCall _ -> Allowances.of(Platform.ALIYUN_CALL);
        };
    return limits.computeIfAbsent(
        new Payer(account.platform(), account.url(), account.payer(), allowances),
        _ -> new CallLimits(allowances, this::nanos));
  }

  private Calls calls(Account account, String secret) {
    String owner =
        String.join("\n", account.platform().wire(), account.url(), account.payer(), secret);
    return new Calls(account.platform(), new Tokens(shelf, owner), limits(account));
  }

  public WxCpService wecom(Account.Wecom account) {
    return wecoms.compute(
        account.name(),
        (_, known) -> {
          if (known != null && known.account().equals(account)) {
            return known;
          }
          Calls calls = calls(account, account.secret());
          if (known == null) {
            return new WecomClient(account, calls);
          }
          known.renew(account, calls);
          return known;
        });
  }

  public WxMpService officialAccount(Account.OfficialAccount account) {
    return officialAccounts.compute(
        account.name(),
        (_, known) -> {
          if (known != null && known.account().equals(account)) {
            return known;
          }
          Calls calls = calls(account, account.secret());
          if (known == null) {
            return new OfficialAccountClient(account, calls);
          }
          known.renew(account, calls);
          return known;
        });
  }

  public WxMaService miniProgram(Account.MiniProgram account) {
    return miniPrograms.compute(
        account.name(),
        (_, known) -> {
          if (known != null && known.account().equals(account)) {
            return known;
          }
          Calls calls = calls(account, account.secret());
          if (known == null) {
            return new MiniProgramClient(account, calls);
          }
          known.renew(account, calls);
          return known;
        });
  }

  private interface Call {
    int count() throws WxErrorException;
  }

  private static Probe probe(Account account, Call call) {
    try {
      return new Probe.Yes(call.count());
    } catch (WxErrorException e) {
      return new Probe.No(Failure.of(account.platform(), e));
    } catch (RuntimeException e) {
      return new Probe.No(Failure.of(account.platform(), e));
    }
  }

  /// Whether id and secret give a token.
  public Probe token(Account.Wecom account) {
    return probe(account, () -> wecom(account).getAccessToken().isEmpty() ? 0 : 1);
  }

  /// Whether id and secret give a token.
  public Probe token(Account.OfficialAccount account) {
    return probe(account, () -> officialAccount(account).getAccessToken().isEmpty() ? 0 : 1);
  }

  /// Whether id and secret give a token.
  public Probe token(Account.MiniProgram account) {
    return probe(account, () -> miniProgram(account).getAccessToken().isEmpty() ? 0 : 1);
  }

  /// How many members may use customer contact.
  public Probe members(Account.Wecom account) {
    return probe(
        account,
        () -> {
          List<String> members = wecom(account).getExternalContactService().listFollowers();
          return members == null ? 0 : members.size();
        });
  }

  /// How many tags an official account has.
  public Probe tags(Account.OfficialAccount account) {
    return probe(account, () -> officialAccount(account).getUserTagService().tagGet().size());
  }
}
