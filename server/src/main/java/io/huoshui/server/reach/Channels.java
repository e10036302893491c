package io.huoshui.server.reach;

import io.huoshui.dialog.Calls;
import io.huoshui.dialog.Pacing;
import io.huoshui.engine.Engine;
import io.huoshui.platforms.account.Account;
import io.huoshui.platforms.account.Allowances;
import io.huoshui.platforms.account.Clients;
import io.huoshui.platforms.account.Platform;
import io.huoshui.platforms.call.OutboundBot;
import io.huoshui.platforms.sms.AliyunSms;
import io.huoshui.platforms.wechat.AppClients;
import io.huoshui.platforms.wechat.OfficialAccountTags;
import io.huoshui.platforms.wecom.WecomChannel;
import io.huoshui.platforms.wecom.WecomCorp;
import io.huoshui.platforms.wecom.WecomPosts;
import io.huoshui.platforms.wecom.WecomTags;
import io.huoshui.reach.Channel;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.PlatformTags;
import io.huoshui.server.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The channels that are set up.
@Configuration(proxyBeanMethods = false)
public class Channels {
  /// The channels of this server, in a bean of its own because a list of beans can not be empty.
  record Ready(List<Channel> channels) {}

  /// How corps are called, by the account's name in addresses of callbacks.
  public record Corps(Map<String, WecomCorp> byAccount) {}

  /// The platform that calls people, where one is set up.
  public record Calling(Optional<OutboundBot> bot) {
    public Optional<Channel> channel() {
      return bot.map(one -> one);
    }

    public Optional<Calls> calls() {
      return bot.map(one -> one);
    }
  }

  /// Who knows how many sends wait to be called again.
  public interface Waiting {
    int redials();
  }

  /// The platforms that keep tags of their own.
  public record Tagging(List<PlatformTags> platforms) {}

  /// An outbox of these channels, for a host that is not this server.
  public static Outbox outbox(Engine engine, List<Channel> channels) {
    return new Outbox(engine, new Ready(List.copyOf(channels)), Settings.parse(List.of()));
  }

  @Bean
  Clients clients() {
    return Clients.inMemory();
  }

  @Bean
  Tagging tagging(Settings settings, Clients clients) {
    Settings.Platforms at = settings.platforms();
    var platforms = new ArrayList<PlatformTags>();
    if (!at.corpId().isEmpty()) {
      platforms.add(new WecomTags(clients.wecom(wecom(at)), at.corpId()));
    }
    if (!at.accountAppId().isEmpty()) {
      platforms.add(
          new OfficialAccountTags(
              clients.officialAccount(
                  new Account.OfficialAccount(
                      "file-official-account",
                      at.accountUrl(),
                      at.accountAppId(),
                      at.accountSecret(),
                      List.of(),
                      Allowances.of(Platform.WECHAT))),
              at.accountAppId()));
    }
    return new Tagging(List.copyOf(platforms));
  }

  private static Account.Wecom wecom(Settings.Platforms at) {
    return new Account.Wecom(
        "file-wecom",
        at.wecomUrl(),
        at.corpId(),
        at.corpSecret(),
        "",
        List.of(new Account.Callback(at.callbackCorpToken(), at.encodingAesKey())),
        Allowances.of(Platform.WECOM)
            .with(Allowances.What.PER_MINUTE, at.wecomCallsPerMinute())
            .with(Allowances.What.PER_HOUR, at.wecomCallsPerHour()));
  }

  @Bean
  Corps corps(Settings settings, Clients clients) {
    Settings.Platforms at = settings.platforms();
    if (at.corpId().isEmpty()) {
      return new Corps(Map.of());
    }
    return new Corps(Map.of("wecom", WecomCorp.of(clients.wecom(wecom(at)), at.corpId())));
  }

  @Bean
  Calling calling(Settings settings) {
    Settings.Telephone at = settings.platforms().telephone();
    return new Calling(
        at.url().isEmpty()
            ? Optional.empty()
            : Optional.of(
                new OutboundBot(
                    new OutboundBot.Account(
                        at.url(),
                        at.keyId(),
                        at.keySecret(),
                        at.instanceId(),
                        at.scriptId(),
                        at.callingNumbers()))));
  }

  /// What WeCom does for groups and moments; nobody where it is not set up.
  public record Posting(Optional<WecomPosts> wecom) {}

  @Bean
  Posting posting(Settings settings, Clients clients) {
    Settings.Platforms at = settings.platforms();
    return new Posting(
        at.corpId().isEmpty()
            ? Optional.empty()
            : Optional.of(new WecomPosts(clients.wecom(wecom(at)))));
  }

  @Bean
  Ready ready(
      Settings settings,
      Clients clients,
      Calling calling,
      CalledOff calledOff,
      Engine engine,
      ObjectProvider<Waiting> waiting) {
    Settings.Platforms at = settings.platforms();
    var channels = new ArrayList<Channel>();
    if (!at.smsUrl().isEmpty()) {
      channels.add(
          new AliyunSms(
              new Account.AliyunSms("file-sms", at.smsUrl(), at.smsKeyId(), at.smsKeySecret())));
    }
    if (!at.corpId().isEmpty()) {
      channels.add(new WecomChannel(clients.wecom(wecom(at))));
    }
    calling
        .channel()
        .ifPresent(
            bot -> channels.add(lines(bot, at.telephone().lines(), engine, waiting.getObject())));
    channels.addAll(
        AppClients.channels(
            at.accountUrl(),
            at.accountAppId(),
            at.accountSecret(),
            at.miniUrl(),
            at.miniAppId(),
            at.miniSecret()));
    return new Ready(channels.stream().map(calledOff::guard).toList());
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
