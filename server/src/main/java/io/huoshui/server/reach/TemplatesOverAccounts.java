package io.huoshui.server.reach;

import io.huoshui.engine.Engine;
import io.huoshui.platforms.account.Account;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Template;
import io.huoshui.server.account.AccountUser;
import java.util.List;
import java.util.function.Predicate;
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
      case Account.AliyunCall _ -> of(ChannelKind.CALL);
      case Account.OfficialAccount official -> sentBy(official.appId());
      case Account.MiniProgram mini -> sentBy(mini.appId());
    };
  }

  private List<String> of(ChannelKind channel) {
    return of(template -> template.channel() == channel);
  }

  /// Those that name an app as their sender.
  private List<String> sentBy(String appId) {
    return of(template -> template.channel().scope(template.sender()).equals(appId));
  }

  private List<String> of(Predicate<Template> which) {
    return engine.ask().templates().stream()
        .filter(which)
        .map(template -> "template '" + template.name() + "'")
        .toList();
  }
}
