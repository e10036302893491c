package io.huoshui.server.reach;

import io.huoshui.dialog.Calls;
import io.huoshui.dialog.Pacing;
import io.huoshui.engine.Engine;
import io.huoshui.platforms.call.OutboundBot;
import io.huoshui.platforms.sms.AliyunSms;
import io.huoshui.platforms.wechat.OfficialAccountTags;
import io.huoshui.platforms.wecom.WecomCallbacks;
import io.huoshui.platforms.wecom.WecomChannel;
import io.huoshui.platforms.wecom.WecomTags;
import io.huoshui.reach.Channel;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.PlatformTags;
import io.huoshui.server.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The channels that are set up.
@Configuration(proxyBeanMethods = false)
public class Channels {
  /// The channels of this server, in a bean of its own because a list of beans can not be empty.
  record Ready(List<Channel> channels, Optional<WecomCallbacks> wecomCallbacks) {}

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
    return new Outbox(
        engine, new Ready(List.copyOf(channels), Optional.empty()), Settings.parse(List.of()));
  }

  @Bean
  Tagging tagging(Settings settings) {
    Settings.Platforms at = settings.platforms();
    var platforms = new ArrayList<PlatformTags>();
    if (!at.corpId().isEmpty()) {
      platforms.add(
          new WecomTags(
              at.wecomUrl(),
              at.corpId(),
              at.corpSecret(),
              at.wecomCallsPerMinute(),
              at.wecomCallsPerHour()));
    }
    if (!at.accountAppId().isEmpty()) {
      platforms.add(
          new OfficialAccountTags(at.accountUrl(), at.accountAppId(), at.accountSecret()));
    }
    return new Tagging(List.copyOf(platforms));
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

  @Bean
  Ready ready(Settings settings, Calling calling, Engine engine, ObjectProvider<Waiting> waiting) {
    Settings.Platforms at = settings.platforms();
    var channels = new ArrayList<Channel>();
    Optional<WecomCallbacks> callbacks = Optional.empty();
    if (!at.smsUrl().isEmpty()) {
      channels.add(new AliyunSms(at.smsUrl(), at.smsKeyId(), at.smsKeySecret()));
    }
    if (!at.corpId().isEmpty()) {
      channels.add(new WecomChannel(at.wecomUrl(), at.corpId(), at.corpSecret()));
      callbacks =
          Optional.of(
              new WecomCallbacks(
                  at.wecomUrl(),
                  at.corpId(),
                  at.corpSecret(),
                  at.callbackCorpToken(),
                  at.encodingAesKey()));
    }
    calling
        .channel()
        .ifPresent(
            bot -> channels.add(lines(bot, at.telephone().lines(), engine, waiting.getObject())));
    return new Ready(List.copyOf(channels), callbacks);
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
