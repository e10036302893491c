package io.huoshui.server.community;

import io.huoshui.platforms.wecom.WecomGroupPosts;
import io.huoshui.platforms.wecom.WecomGroups;
import io.huoshui.reach.GroupChats;
import io.huoshui.reach.GroupPosts;
import io.huoshui.server.account.Accounts;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The platform whose groups these are, if one is set up.
@Configuration(proxyBeanMethods = false)
class GroupPlatform {
  /// Accounts come and go while the server runs, so both are asked for anew.
  record Ready(Supplier<Optional<GroupChats>> chatsNow, Supplier<Optional<GroupPosts>> postsNow) {
    Optional<GroupChats> chats() {
      return chatsNow.get();
    }

    Optional<GroupPosts> posts() {
      return postsNow.get();
    }
  }

  @Bean
  Ready groupsReady(Accounts accounts) {
    return new Ready(
        () ->
            accounts
                .wecom()
                .map(corp -> new WecomGroups(accounts.clients().wecom(corp), corp.corpId())),
        () -> accounts.wecom().map(corp -> new WecomGroupPosts(accounts.clients().wecom(corp))));
  }
}
