package io.huoshui.server.community;

import io.huoshui.platforms.wecom.WecomGroupPosts;
import io.huoshui.platforms.wecom.WecomGroups;
import io.huoshui.reach.GroupChats;
import io.huoshui.reach.GroupPosts;
import io.huoshui.server.Settings;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The platform whose groups these are, if one is set up.
@Configuration(proxyBeanMethods = false)
class GroupPlatform {
  record Ready(Optional<GroupChats> chats, Optional<GroupPosts> posts) {}

  @Bean
  Ready groupsReady(Settings settings) {
    Settings.Platforms at = settings.platforms();
    return at.corpId().isEmpty()
        ? new Ready(Optional.empty(), Optional.empty())
        : new Ready(
            Optional.of(WecomGroups.at(at.wecomUrl(), at.corpId(), at.corpSecret())),
            Optional.of(WecomGroupPosts.at(at.wecomUrl(), at.corpId(), at.corpSecret())));
  }
}
