package io.huoshui.server.reach;

import io.huoshui.engine.Engine;
import io.huoshui.platforms.sms.AliyunSms;
import io.huoshui.platforms.wechat.OfficialAccountTags;
import io.huoshui.platforms.wecom.WecomChannel;
import io.huoshui.platforms.wecom.WecomCorp;
import io.huoshui.platforms.wecom.WecomTags;
import io.huoshui.reach.Channel;
import io.huoshui.reach.PlatformTags;
import io.huoshui.server.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The channels that are set up.
@Configuration(proxyBeanMethods = false)
public class Channels {
  /// The channels of this server, in a bean of its own because a list of beans can not be empty.
  record Ready(List<Channel> channels) {}

  /// How corps are called, by the account's name in addresses of callbacks.
  public record Corps(Map<String, WecomCorp> byAccount) {}

  /// The platforms that keep tags of their own.
  public record Tagging(List<PlatformTags> platforms) {}

  /// An outbox of these channels, for a host that is not this server.
  public static Outbox outbox(Engine engine, List<Channel> channels) {
    return new Outbox(engine, new Ready(List.copyOf(channels)), Settings.parse(List.of()));
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
  Corps corps(Settings settings) {
    Settings.Platforms at = settings.platforms();
    if (at.corpId().isEmpty()) {
      return new Corps(Map.of());
    }
    return new Corps(Map.of("wecom", WecomCorp.at(at.wecomUrl(), at.corpId(), at.corpSecret())));
  }

  @Bean
  Ready ready(Settings settings) {
    Settings.Platforms at = settings.platforms();
    var channels = new ArrayList<Channel>();
    if (!at.smsUrl().isEmpty()) {
      channels.add(new AliyunSms(at.smsUrl(), at.smsKeyId(), at.smsKeySecret()));
    }
    if (!at.corpId().isEmpty()) {
      channels.add(new WecomChannel(at.wecomUrl(), at.corpId(), at.corpSecret()));
    }
    return new Ready(List.copyOf(channels));
  }
}
