package io.huoshui.server.guide;

import io.huoshui.platforms.wecom.StaffAnswer;
import io.huoshui.platforms.wecom.WecomStaff;
import io.huoshui.server.access.Problem;
import io.huoshui.server.account.Accounts;
import io.huoshui.server.account.NotSetUp;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;

/// The corporation whose members the guides are, where one is set up.
@Configuration(proxyBeanMethods = false)
class GuidePlatform {
  /// Accounts come and go while the server runs.
  static final class Corp {
    private final Accounts accounts;

    Corp(Accounts accounts) {
      this.accounts = accounts;
    }

    Optional<WecomStaff> staff() {
      return accounts
          .wecom()
          .map(corp -> WecomStaff.of(accounts.clients().wecom(corp), corp.corpId()));
    }

    WecomStaff needed() {
      return staff().orElseThrow(() -> NotSetUp.of("wecom").thrown());
    }
  }

  @Bean
  Corp corp(Accounts accounts) {
    return new Corp(accounts);
  }

  /// What a call gave; whatever else came of it is refused, with the platform's words.
  static <T> T got(StaffAnswer<T> answer) {
    return switch (answer) {
      case StaffAnswer.Got<T>(T value) -> value;
      case StaffAnswer.Later<T>(String code, String why, int seconds) ->
          throw Problem.of(
                  HttpStatus.SERVICE_UNAVAILABLE, "platform_busy", "WeCom: " + code + " " + why)
              .next("Again in " + seconds + " seconds.")
              .thrown();
      case StaffAnswer.Refused<T>(String code, String why) ->
          throw Problem.of(HttpStatus.BAD_GATEWAY, "platform_refused", "WeCom: " + code + " " + why)
              .at("errcode", code, "0")
              .thrown();
      case StaffAnswer.Unknown<T>(String why) ->
          throw Problem.of(HttpStatus.SERVICE_UNAVAILABLE, "platform_unreachable", "WeCom: " + why)
              .next("Send the same request again.")
              .thrown();
    };
  }
}
