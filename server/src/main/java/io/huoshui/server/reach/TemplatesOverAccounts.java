package io.huoshui.server.reach;

import io.huoshui.engine.Engine;
import io.huoshui.platforms.account.Account;
import io.huoshui.reach.ChannelKind;
import io.huoshui.server.account.AccountUser;
import java.util.List;
import org.springframework.stereotype.Component;

/// Templates that can not be sent without an account.
@Component
class TemplatesOverAccounts implements AccountUser {
  private final Engine engine;

  TemplatesOverAccounts(Engine engine) {
    this.engine = engine;
  }

  @Override
  public List<String> uses(Account account) {
    return switch (account) {
      case Account.Wecom _ -> of(ChannelKind.WECOM);
      case Account.AliyunSms _, Account.TencentSms _ -> of(ChannelKind.SMS);
      case Account.OfficialAccount _, Account.MiniProgram _ -> List.of();
    };
  }

  private List<String> of(ChannelKind channel) {
    return engine.ask().templates().stream()
        .filter(template -> template.channel() == channel)
        .map(template -> "template '" + template.name() + "'")
        .toList();
  }
}
