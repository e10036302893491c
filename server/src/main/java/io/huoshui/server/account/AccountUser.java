package io.huoshui.server.account;

import io.huoshui.platforms.account.Account;
import java.util.List;

/// Whoever stops working when an account goes.
public interface AccountUser {
  /// What uses it, in words: `template 'welcome_back'`, `tag sync 'gold'`.
  List<String> uses(Account account);
}
