package io.huoshui.server.reach;

import io.huoshui.dialog.Calls;
import io.huoshui.dialog.Pacing;
import io.huoshui.engine.Engine;
import io.huoshui.platforms.account.Account;
import io.huoshui.platforms.call.OutboundBot;
import io.huoshui.platforms.sms.AliyunSms;
import io.huoshui.platforms.sms.TencentSms;
import io.huoshui.platforms.wechat.AppChannels;
import io.huoshui.platforms.wechat.OfficialAccountTags;
import io.huoshui.platforms.wecom.WecomChannel;
import io.huoshui.platforms.wecom.WecomCorp;
import io.huoshui.platforms.wecom.WecomPosts;
import io.huoshui.platforms.wecom.WecomTags;
import io.huoshui.reach.Channel;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.PlatformTags;
import io.huoshui.server.Settings;
import io.huoshui.server.account.Accounts;
import io.huoshui.server.account.NotSetUp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The channels that are set up. Accounts come, change and go while the server runs, so each of
/// these beans says what there is now.
@Configuration(proxyBeanMethods = false)
public class Channels {
  /// The channels of this server, in a bean of its own because a list of beans can not be empty.
  public static final class Ready {
    private final Supplier<List<Channel>> channels;

    Ready(Supplier<List<Channel>> channels) {
      this.channels = channels;
    }

    /// Those of now; a channel is the same object for as long as its account is.
    public List<Channel> channels() {
      return channels.get();
    }
  }

  /// How corps are called.
  public static final class Corps {
    private final Accounts accounts;

    Corps(Accounts accounts) {
      this.accounts = accounts;
    }

    /// By the account's name in addresses of callbacks.
    public Map<String, WecomCorp> byAccount() {
      var corps = new LinkedHashMap<String, WecomCorp>();
      for (Account account : accounts.accounts()) {
        if (account instanceof Account.Wecom corp) {
          corps.put(
              Accounts.inAddresses(corp),
              WecomCorp.of(accounts.clients().wecom(corp), corp.corpId()));
        }
      }
      return corps;
    }
  }

  /// The platform that calls people, where one is set up.
  public static final class Calling {
    private final Accounts accounts;
    private final Made<Account, OutboundBot> made = new Made<>();

    Calling(Accounts accounts) {
      this.accounts = accounts;
    }

    /// The same object for as long as its account says the same.
    private Optional<OutboundBot> bot() {
      return accounts.call().map(this::bot);
    }

    private OutboundBot bot(Account.AliyunCall account) {
      return made.of(account, each -> new OutboundBot(each, accounts.clients().limits(each)));
    }

    public Optional<Channel> channel() {
      return bot().map(one -> one);
    }

    public Optional<Calls> calls() {
      return bot().map(one -> one);
    }
  }

  /// Who knows how many sends wait to be called again.
  public interface Waiting {
    int redials();
  }

  /// What WeCom does for groups and moments.
  public static final class Posting {
    private final Accounts accounts;

    Posting(Accounts accounts) {
      this.accounts = accounts;
    }

    /// Empty where WeCom is not set up.
    public Optional<WecomPosts> wecom() {
      return accounts.wecom().map(corp -> new WecomPosts(accounts.clients().wecom(corp)));
    }

    public WecomPosts needed() {
      return wecom().orElseThrow(() -> NotSetUp.of("wecom").thrown());
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
    return new Outbox(engine, new Ready(() -> fixed), Settings.parse(List.of()));
  }

  /// What was made of an account, for as long as the account says the same.
  private static final class Made<K, T> {
    private record Of<K, M>(K from, M made) {}

    private final Map<Class<?>, Of<K, T>> last = new ConcurrentHashMap<>();

    <A extends K> T of(A from, Function<A, T> make) {
      return last.compute(
              from.getClass(),
              (_, known) ->
                  known != null && known.from().equals(from)
                      ? known
                      : new Of<>(from, make.apply(from)))
          .made();
    }
  }

  /// What the channels of apps are made of.
  private record Apps(
      List<Account.OfficialAccount> accounts, List<Account.MiniProgram> miniPrograms) {
    static Apps of(Accounts accounts) {
      return new Apps(
          accounts.accounts().stream()
              .filter(Account.OfficialAccount.class::isInstance)
              .map(Account.OfficialAccount.class::cast)
              .toList(),
          accounts.accounts().stream()
              .filter(Account.MiniProgram.class::isInstance)
              .map(Account.MiniProgram.class::cast)
              .toList());
    }
  }

  @Bean
  Tagging tagging(Accounts accounts) {
    var made = new Made<Account, PlatformTags>();
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
  Corps corps(Accounts accounts) {
    return new Corps(accounts);
  }

  @Bean
  Posting posting(Accounts accounts) {
    return new Posting(accounts);
  }

  @Bean
  Calling calling(Accounts accounts) {
    return new Calling(accounts);
  }

  @Bean
  Ready ready(
      Accounts accounts,
      Calling calling,
      CalledOff calledOff,
      Engine engine,
      ObjectProvider<Waiting> waiting) {
    var made = new Made<Account, Channel>();
    var ofApps = new Made<Apps, List<Channel>>();
    return new Ready(
        () -> {
          var channels = new ArrayList<Channel>();
          accounts
              .sms()
              .flatMap(sms -> sms(accounts, calledOff, made, sms))
              .ifPresent(channels::add);
          accounts
              .wecom()
              .ifPresent(
                  wecom ->
                      channels.add(
                          made.of(
                              wecom,
                              account ->
                                  calledOff.guard(
                                      new WecomChannel(accounts.clients().wecom(account))))));
          channels.addAll(
              ofApps.of(
                  Apps.of(accounts),
                  apps -> apps(accounts, apps).stream().map(calledOff::guard).toList()));
          accounts
              .call()
              .ifPresent(
                  call ->
                      channels.add(
                          made.of(
                              call,
                              account ->
                                  calledOff.guard(
                                      lines(
                                          calling.bot(account),
                                          account.lines(),
                                          engine,
                                          waiting.getObject())))));
          return List.copyOf(channels);
        });
  }

  private static List<Channel> apps(Accounts accounts, Apps apps) {
    var officials = new LinkedHashMap<String, me.chanjar.weixin.mp.api.WxMpService>();
    apps.accounts()
        .forEach(each -> officials.put(each.appId(), accounts.clients().officialAccount(each)));
    var minis = new LinkedHashMap<String, cn.binarywang.wx.miniapp.api.WxMaService>();
    apps.miniPrograms()
        .forEach(each -> minis.put(each.appId(), accounts.clients().miniProgram(each)));
    return AppChannels.of(officials, minis);
  }

  private static Optional<Channel> sms(
      Accounts accounts, CalledOff calledOff, Made<Account, Channel> made, Account account) {
    return switch (account) {
      case Account.AliyunSms aliyun ->
          Optional.of(
              made.of(
                  aliyun,
                  each -> calledOff.guard(new AliyunSms(each, accounts.clients().limits(each)))));
      case Account.TencentSms tencent ->
          Optional.of(
              made.of(
                  tencent,
                  each -> calledOff.guard(new TencentSms(each, accounts.clients().limits(each)))));
      case Account.Wecom _,
          Account.OfficialAccount _,
          Account.MiniProgram _,
          Account.AliyunCall _ ->
          Optional.empty();
    };
  }

  /// Without a number of lines the platform queues calls itself.
  private static Channel lines(Channel bot, int lines, Engine engine, Waiting waiting) {
    return lines == 0
        ? bot
        : new Lines(
            bot,
            new Pacing(lines, 1),
            () ->
                Math.max(
                    0, engine.ask().awaitingReceipt(ChannelKind.CALL).size() - waiting.redials()));
  }
}
