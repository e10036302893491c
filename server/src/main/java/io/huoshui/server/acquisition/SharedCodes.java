package io.huoshui.server.acquisition;

import io.huoshui.acquisition.GroupChoice;
import io.huoshui.acquisition.LiveCode.Grouped;
import io.huoshui.acquisition.LiveCode.MiniPage;
import io.huoshui.acquisition.LiveCode.Scene;
import io.huoshui.acquisition.LiveState;
import io.huoshui.audience.RuleText;
import io.huoshui.engine.Engine;
import io.huoshui.json.Json;
import io.huoshui.platforms.wechat.AccountCodes;
import io.huoshui.platforms.wechat.MiniCodes;
import io.huoshui.platforms.wecom.WecomAcquisition;
import io.huoshui.platforms.wecom.WecomAcquisition.Answer;
import io.huoshui.server.Settings;
import io.huoshui.server.acquisition.WayStore.Way;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/// Keeps codes that are for everybody: those of groups lead into groups that are not full, those of
/// an official account and of a mini-program are made.
@Component
class SharedCodes {
  private final WayStore ways;
  private final Reception.Platform platform;
  private final Engine engine;
  private final String linkBase;

  SharedCodes(WayStore ways, Reception.Platform platform, Engine engine, Settings settings) {
    this.linkBase = settings.linkBase();
    this.ways = ways;
    this.platform = platform;
    this.engine = engine;
  }

  /// How many people are in each group, as the platform says, else as the timelines do.
  Map<String, Integer> people(Grouped code) {
    var people = new HashMap<String, Integer>();
    for (String group : code.groups()) {
      people.put(
          group,
          platform.wecom().isPresent()
                  && platform.wecom().get().peopleIn(group)
                      instanceof Answer.Done<Integer>(Integer count)
              ? count
              : byEvents(group));
    }
    return people;
  }

  private int byEvents(String group) {
    String named = Json.of(group).write();
    return engine
        .ask()
        .members(
            RuleText.parse(
                "did group_joined where [group = "
                    + named
                    + "] and did not group_left where [group = "
                    + named
                    + "]"))
        .getCardinality();
  }

  void bring(Grouped code) {
    WecomAcquisition wecom = platform.wecom().orElse(null);
    if (wecom == null) {
      return;
    }
    List<String> should = GroupChoice.of(code, people(code));
    String name = code.about().name();
    var key = new WayStore.Key(name, "", "", 0);
    String state = new LiveState(name, "", 0).write();
    Way way =
        ways.of(name).stream().filter(each -> each.key().equals(key)).findFirst().orElse(null);
    String named = String.join(" ", should);
    if (way == null || !way.ready()) {
      ways.asking(key, state, "", Instant.now());
      switch (wecom.addJoinWay(
          should, state, code.makesMore(), code.baseName(), code.baseNumber())) {
        case Answer.Done<String>(String config) -> {
          String qr =
              wecom.joinQr(config) instanceof Answer.Done<String>(String picture) ? picture : "";
          ways.made(key, config, qr, named, Instant.now());
        }
        case Answer.Failed<String>(String error, String why, int _) ->
            ways.failed(key, error + " " + why);
      }
      return;
    }
    if (named.equals(way.named())) {
      return;
    }
    switch (wecom.updateJoinWay(
        way.configId() == null ? "" : way.configId(),
        should,
        state,
        code.makesMore(),
        code.baseName(),
        code.baseNumber())) {
      case Answer.Done<Boolean> _ -> ways.named(key, named);
      case Answer.Failed<Boolean>(String error, String why, int _) ->
          ways.failed(key, error + " " + why);
    }
  }

  /// A code of the official account: made once, and one for a while again when its days are over.
  void bring(Scene code) {
    AccountCodes account = platform.account().orElse(null);
    if (account == null) {
      return;
    }
    String name = code.about().name();
    var key = new WayStore.Key(name, "", "", 0);
    Instant now = Instant.now();
    Way way = ways.of(name).stream().findFirst().orElse(null);
    boolean old =
        way != null
            && code.days() > 0
            && way.madeAt() instanceof Instant made
            && !now.isBefore(made.plus(Duration.ofDays(code.days())));
    if (way != null && way.ready() && !old) {
      return;
    }
    ways.asking(key, name, "", now);
    switch (account.create(name, code.days())) {
      case Answer.Done<AccountCodes.Code>(AccountCodes.Code made) ->
          ways.made(key, made.ticket(), made.picture(), name, now);
      case Answer.Failed<AccountCodes.Code>(String error, String why, int _) ->
          ways.failed(key, error + " " + why);
    }
  }

  /// A code of the mini-program. The platform answers the picture, which is kept here; it is made
  /// again only when what it opens has changed, and those that were printed open what they did.
  void bring(MiniPage code) {
    MiniCodes mini = platform.mini().orElse(null);
    if (mini == null) {
      return;
    }
    String name = code.about().name();
    var key = new WayStore.Key(name, "", "", 0);
    String opens = code.version() + " " + code.page();
    Way way = ways.of(name).stream().findFirst().orElse(null);
    if (way != null && way.ready() && way.named().equals(opens)) {
      return;
    }
    Instant now = Instant.now();
    ways.asking(key, name, "", now);
    switch (mini.create(name, code.page(), code.version())) {
      case Answer.Done<byte[]>(byte[] picture) -> {
        ways.picture(name, picture);
        ways.made(key, name, linkBase + "/c/" + name + "/mini", opens, now);
      }
      case Answer.Failed<byte[]>(String error, String why, int _) ->
          ways.failed(key, error + " " + why);
    }
  }

  /// The picture of a code that is for everybody; empty as long as there is none.
  String picture(String code) {
    return ways.of(code).stream().map(Way::qr).findFirst().orElse("");
  }

  /// The bytes of a picture that is kept here.
  Optional<ResponseEntity<byte[]>> kept(String code) {
    return ways.picture(code);
  }
}
