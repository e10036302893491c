package io.huoshui.server.reach;

import io.huoshui.engine.Engine;
import io.huoshui.platforms.account.Account;
import io.huoshui.platforms.sms.AliyunSms;
import io.huoshui.platforms.sms.TencentSms;
import io.huoshui.platforms.wechat.OfficialAccountTags;
import io.huoshui.platforms.wecom.WecomCallbacks;
import io.huoshui.platforms.wecom.WecomChannel;
import io.huoshui.platforms.wecom.WecomTags;
import io.huoshui.reach.Channel;
import io.huoshui.reach.PlatformTags;
import io.huoshui.server.Settings;
import io.huoshui.server.account.Accounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The channels of the accounts that are configured, as they are now: an account that is set up,
/// changed or deleted counts from the next look on.
@Configuration(proxyBeanMethods = false)
public class Channels {
  /// The channels of this server, in a bean of its own because a list of beans can not be empty.
  public static final class Ready {
    private final Supplier<List<Channel>> channels;
    private final Supplier<Optional<WecomCallbacks>> wecomCallbacks;

    Ready(Supplier<List<Channel>> channels, Supplier<Optional<WecomCallbacks>> wecomCallbacks) {
      this.channels = channels;
      this.wecomCallbacks = wecomCallbacks;
    }

    /// Those of now; a channel is the same object for as long as its account is.
    public List<Channel> channels() {
      return channels.get();
    }

    public Optional<WecomCallbacks> wecomCallbacks() {
      return wecomCallbacks.get();
    }
  }

  /// The platforms that keep tags of their own.
  public static final class Tagging {
    private final Supplier<List<PlatformTags>> platforms;

    Tagging(Supplier<List<PlatformTags>> platforms) {
      this.platforms = platforms;
    }

    /// Those of now.
    public List<PlatformTags> platforms() {
      return platforms.get();
    }
  }

  /// An outbox of these channels, for a host that is not this server.
  public static Outbox outbox(Engine engine, List<Channel> channels) {
    List<Channel> fixed = List.copyOf(channels);
    return new Outbox(engine, new Ready(() -> fixed, Optional::empty), Settings.parse(List.of()));
  }

  /// What was made of an account, for as long as the account says the same.
  private static final class Made<T> {
    private record Of<M>(Account account, M made) {}

    private final Map<Class<?>, Of<T>> last = new ConcurrentHashMap<>();

    <A extends Account> T of(A account, Function<A, T> make) {
      return last.compute(
              account.getClass(),
              (_, known) ->
                  known != null && known.account().equals(account)
                      ? known
                      : new Of<>(account, make.apply(account)))
          .made();
    }
  }

  @Bean
  Tagging tagging(Accounts accounts) {
    var made = new Made<PlatformTags>();
    return new Tagging(
        () -> {
          var platforms = new ArrayList<PlatformTags>();
          accounts
              .wecom()
              .ifPresent(
                  wecom ->
                      platforms.add(
                          made.of(
                              wecom,
                              account ->
                                  new WecomTags(
                                      accounts.clients().wecom(account), account.corpId()))));
          accounts
              .officialAccount()
              .ifPresent(
                  official ->
                      platforms.add(
                          made.of(
                              official,
                              account ->
                                  new OfficialAccountTags(
                                      accounts.clients().officialAccount(account),
                                      account.appId()))));
          return List.copyOf(platforms);
        });
  }

  @Bean
  Ready ready(Accounts accounts) {
    var made = new Made<Channel>();
    var callbacks = new Made<WecomCallbacks>();
    return new Ready(
        () -> {
          var channels = new ArrayList<Channel>();
          accounts.sms().ifPresent(sms -> sms(accounts, made, sms).ifPresent(channels::add));
          accounts
              .wecom()
              .ifPresent(
                  wecom ->
                      channels.add(
                          made.of(
                              wecom,
                              account -> new WecomChannel(accounts.clients().wecom(account)))));
          return List.copyOf(channels);
        },
        () ->
            accounts
                .wecom()
                .map(
                    wecom ->
                        callbacks.of(
                            wecom,
                            account ->
                                new WecomCallbacks(
                                    accounts.clients().wecom(account),
                                    account.corpId(),
                                    () -> accounts.callbackKeys(account.name())))));
  }

  private static Optional<Channel> sms(Accounts accounts, Made<Channel> made, Account account) {
    return switch (account) {
      case Account.AliyunSms aliyun ->
          Optional.of(
              made.of(aliyun, each -> new AliyunSms(each, accounts.clients().limits(each))));
      case Account.TencentSms tencent ->
          Optional.of(
              made.of(tencent, each -> new TencentSms(each, accounts.clients().limits(each))));
      case Account.Wecom _, Account.OfficialAccount _, Account.MiniProgram _ -> Optional.empty();
    };
  }
}
