package io.huoshui.server.flow;

import io.huoshui.platforms.account.Account;
import io.huoshui.server.account.AccountUser;
import java.util.List;
import org.springframework.stereotype.Component;

/// Tag syncs that can not run without an account.
@Component
class SyncsOverAccounts implements AccountUser {
  private final TagSyncStore store;

  SyncsOverAccounts(TagSyncStore store) {
    this.store = store;
  }

  @Override
  public List<String> uses(Account account) {
    return switch (account) {
      case Account.Wecom _ -> of("wecom");
      case Account.OfficialAccount _ -> of("wechat");
      case Account.MiniProgram _, Account.AliyunSms _, Account.TencentSms _ -> List.of();
    };
  }

  private List<String> of(String platform) {
    return store.of(platform).stream().map(sync -> "tag sync '" + sync.name() + "'").toList();
  }
}
