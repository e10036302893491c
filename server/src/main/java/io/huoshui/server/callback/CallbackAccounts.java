package io.huoshui.server.callback;

import io.huoshui.platforms.account.Account;
import io.huoshui.platforms.callback.CallbackAccount;
import io.huoshui.platforms.callback.CallbackAccount.Platform;
import io.huoshui.platforms.callback.CallbackKey;
import io.huoshui.server.Settings;
import io.huoshui.server.account.Accounts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/// Who may call back under which address.
@Component
class CallbackAccounts {
  private final List<CallbackAccount> ofFile;
  private final Accounts rows;
  private volatile Kept kept = new Kept(new Accounts.Reading(-1, Instant.MIN), List.of(), Map.of());

  /// What was made of one reading of the accounts. Every callback asks for it.
  private record Kept(
      Accounts.Reading of, List<CallbackAccount> all, Map<String, CallbackAccount> byPath) {}

  CallbackAccounts(Settings settings, Accounts rows) {
    this.ofFile = settings.platforms().callbacks().accounts();
    this.rows = rows;
  }

  /// Those of the secrets file, and every configured account that has callback keys now.
  List<CallbackAccount> all() {
    return kept().all();
  }

  private Kept kept() {
    Kept known = kept;
    Accounts.Reading now = rows.reading();
    if (known.of().number() == now.number() && Instant.now().isBefore(known.of().until())) {
      return known;
    }
    List<CallbackAccount> all = List.copyOf(read());
    var byPath = new LinkedHashMap<String, CallbackAccount>();
    for (CallbackAccount account : all) {
      String family = family(account.platform());
      byPath.putIfAbsent(family + "/" + account.name(), account);
      if (usual(account)) {
        byPath.putIfAbsent(family, account);
      }
    }
    Kept made = new Kept(now, all, Map.copyOf(byPath));
    kept = made;
    return made;
  }

  private List<CallbackAccount> read() {
    var all = new ArrayList<>(ofFile);
    for (Account account : rows.accounts()) {
      String name = Accounts.inAddresses(account);
      if (ofFile.stream().anyMatch(known -> known.name().equals(name))) {
        continue;
      }
      List<CallbackKey> keys =
          rows.callbackKeys(account.name()).stream()
              .map(key -> new CallbackKey(key.token(), key.encodingAesKey(), null))
              .toList();
      if (!keys.isEmpty()) {
        Platform platform =
            switch (account) {
              case Account.Wecom _ -> Platform.WECOM;
              case Account.OfficialAccount _ -> Platform.OFFICIAL_ACCOUNT;
              case Account.MiniProgram _ -> Platform.MINI_PROGRAM;
              case Account.AliyunSms _, Account.TencentSms _, Account.AliyunCall _ -> null;
            };
        if (platform != null) {
          all.add(new CallbackAccount(name, platform, account.payer(), Set.of(), keys));
        }
      }
    }
    return all;
  }

  /// @param path `wecom`, `wecom/NAME`, `wechat`, `wechat/NAME`
  Optional<CallbackAccount> find(String path) {
    return Optional.ofNullable(kept().byPath().get(path));
  }

  /// Whether it is the one of the secrets file, which needs no name.
  private static boolean usual(CallbackAccount account) {
    return account.name().equals("wecom") || account.name().equals("official_account");
  }

  Optional<CallbackAccount> named(String platform, String name) {
    return all().stream()
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
