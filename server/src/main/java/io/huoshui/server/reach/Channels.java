package io.huoshui.server.reach;

import io.huoshui.platforms.sms.AliyunSms;
import io.huoshui.platforms.wecom.WecomCallbacks;
import io.huoshui.platforms.wecom.WecomChannel;
import io.huoshui.reach.Channel;
import io.huoshui.server.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The channels that are set up.
@Configuration(proxyBeanMethods = false)
class Channels {
  /// The channels of this server, in a bean of its own because a list of beans can not be empty.
  record Ready(List<Channel> channels, Optional<WecomCallbacks> wecomCallbacks) {}

  @Bean
  Ready ready(Settings settings) {
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
    return new Ready(List.copyOf(channels), callbacks);
  }
}
