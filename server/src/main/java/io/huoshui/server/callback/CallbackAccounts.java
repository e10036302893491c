package io.huoshui.server.callback;

import io.huoshui.platforms.callback.CallbackAccount;
import io.huoshui.platforms.callback.CallbackAccount.Platform;
import io.huoshui.server.Settings;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/// Who may call back under which address.
@Component
class CallbackAccounts {
  private final List<CallbackAccount> accounts;

  CallbackAccounts(Settings settings) {
    this.accounts = settings.platforms().callbacks().accounts();
  }

  List<CallbackAccount> all() {
    return accounts;
  }

  /// @param path `wecom`, `wecom/NAME`, `wechat`, `wechat/NAME`
  Optional<CallbackAccount> find(String path) {
    int slash = path.indexOf('/');
    String family = slash < 0 ? path : path.substring(0, slash);
    String name = slash < 0 ? "" : path.substring(slash + 1);
    return accounts.stream()
        .filter(account -> family(account.platform()).equals(family))
        .filter(account -> name.isEmpty() ? usual(account) : account.name().equals(name))
        .findFirst();
  }

  /// Whether it is the one of the secrets file, which needs no name.
  private static boolean usual(CallbackAccount account) {
    return account.name().equals("wecom") || account.name().equals("official_account");
  }

  Optional<CallbackAccount> named(String platform, String name) {
    return accounts.stream()
        .filter(account -> account.platform().wire().equals(platform))
        .filter(account -> account.name().equals(name))
        .findFirst();
  }

  static String family(Platform platform) {
    return platform == Platform.WECOM ? "wecom" : "wechat";
  }

  static String path(CallbackAccount account) {
    return "/callbacks/"
        + family(account.platform())
        + (usual(account) ? "" : "/" + account.name());
  }
}
