package io.huoshui.server;

import io.huoshui.json.Json;
import io.huoshui.platforms.callback.CallbackAccount;
import io.huoshui.platforms.callback.CallbackAccount.Platform;
import io.huoshui.platforms.callback.CallbackKey;
import io.huoshui.platforms.callback.CallbackSettings;
import io.huoshui.platforms.callback.Limits;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What the secrets file says about callbacks.
///
/// ```json
/// {"wecom": {"corpId": "…", "token": "…", "encodingAesKey": "…", "agents": ["1000002"],
///            "previousKeys": [{"token": "…", "encodingAesKey": "…", "until": "2026-12-01T00:00:00+08:00"}]},
///  "officialAccount": {"appId": "…", "token": "…", "encodingAesKey": "…"},
///  "callbacks": {"largestBytes": 1048576, "freshSeconds": 600, "keepDays": 30,
///                "accounts": [{"name": "shop2", "platform": "mini_program", "receiver": "wx…",
///                              "token": "…", "encodingAesKey": "…"}]}}
/// ```
final class CallbackSecrets {
  private CallbackSecrets() {}

  static CallbackSettings read(Json secrets) {
    var accounts = new ArrayList<CallbackAccount>();
    Json wecom = at(secrets, "wecom");
    if (!text(wecom, "corpId").isEmpty() && !text(wecom, "token").isEmpty()) {
      accounts.add(account(wecom, "wecom", Platform.WECOM, text(wecom, "corpId")));
    }
    Json official = at(secrets, "officialAccount");
    if (!text(official, "appId").isEmpty() && !text(official, "token").isEmpty()) {
      accounts.add(
          account(
              official, "official_account", Platform.OFFICIAL_ACCOUNT, text(official, "appId")));
    }
    Json callbacks = at(secrets, "callbacks");
    for (Json more : list(callbacks, "accounts")) {
      Platform platform = Platform.ofWire(text(more, "platform"));
      if (platform == null || !text(more, "name").matches("[a-z0-9_-]{1,32}")) {
        throw new IllegalArgumentException(
            "callbacks.accounts: an account needs a name of a-z, 0-9, _ and - and a platform, one"
                + " of wecom, official_account, mini_program.");
      }
      accounts.add(account(more, text(more, "name"), platform, text(more, "receiver")));
    }
    CallbackSettings usual = CallbackSettings.NONE;
    return new CallbackSettings(
        accounts,
        new Limits(
            whole(callbacks, "largestBytes", usual.limits().bytes()),
            usual.limits().depth(),
            usual.limits().parts()),
        Duration.ofSeconds(whole(callbacks, "freshSeconds", (int) usual.fresh().toSeconds())),
        Duration.ofDays(whole(callbacks, "keepDays", (int) usual.keep().toDays())),
        whole(callbacks, "waiting", usual.waiting()),
        whole(callbacks, "pullsAtOnce", usual.pullsAtOnce()));
  }

  private static CallbackAccount account(
      Json json, String name, Platform platform, String receiver) {
    var keys = new ArrayList<CallbackKey>();
    keys.add(new CallbackKey(text(json, "token"), text(json, "encodingAesKey"), null));
    for (Json previous : list(json, "previousKeys")) {
      keys.add(
          new CallbackKey(
              text(previous, "token"), text(previous, "encodingAesKey"), until(previous)));
    }
    Set<String> agents = new TreeSet<>();
    for (Json agent : list(json, "agents")) {
      agents.add(agent instanceof Json.Str(String text) ? text : agent.write());
    }
    return new CallbackAccount(name, platform, receiver, agents, keys);
  }

  private static Instant until(Json key) {
    String text = text(key, "until");
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "previousKeys.until is '" + text + "', allowed is 2026-12-01T00:00:00+08:00.", e);
    }
  }

  private static @Nullable Json found(Json json, String key) {
    return json instanceof Json.Obj object ? object.get(key) : null;
  }

  private static Json at(Json json, String key) {
    Json found = found(json, key);
    return found == null ? new Json.Null() : found;
  }

  private static String text(Json json, String key) {
    return found(json, key) instanceof Json.Str(String text) ? text : "";
  }

  private static List<Json> list(Json json, String key) {
    return found(json, key) instanceof Json.Arr(List<Json> items) ? items : List.of();
  }

  private static int whole(Json json, String key, int usual) {
    return found(json, key) instanceof Json.Num(BigDecimal number) && number.signum() >= 0
        ? number.intValue()
        : usual;
  }
}
