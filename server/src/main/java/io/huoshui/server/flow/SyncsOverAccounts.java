package io.huoshui.server.flow;

import io.huoshui.platforms.account.Account;
import io.huoshui.server.account.AccountUser;
import io.huoshui.server.account.Accounts;
import java.util.List;
import org.springframework.stereotype.Component;

/// Tag syncs that can not run without an account.
@Component
class SyncsOverAccounts implements AccountUser {
  private final TagSyncStore store;
  private final Accounts accounts;

  SyncsOverAccounts(TagSyncStore store, Accounts accounts) {
    this.store = store;
    this.accounts = accounts;
  }

  @Override
  public List<String> uses(Account account) {
    return switch (account) {
      case Account.Wecom _ -> of("wecom");
      case Account.OfficialAccount official when serves(official) -> of("wechat");
      case Account.OfficialAccount _ -> List.of();
      case Account.MiniProgram _, Account.AliyunSms _, Account.TencentSms _, Account.AliyunCall _ ->
          List.of();
    };
  }

  private boolean serves(Account.OfficialAccount official) {
    return accounts.officialAccount().filter(official::equals).isPresent();
  }

  private List<String> of(String platform) {
    return store.of(platform).stream().map(sync -> "tag sync '" + sync.name() + "'").toList();
  }
}
