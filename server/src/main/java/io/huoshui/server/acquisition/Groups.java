package io.huoshui.server.acquisition;

import io.huoshui.acquisition.GroupChoice;
import io.huoshui.acquisition.LiveCode.Grouped;
import io.huoshui.acquisition.LiveState;
import io.huoshui.audience.RuleText;
import io.huoshui.engine.Engine;
import io.huoshui.json.Json;
import io.huoshui.platforms.wecom.WecomAcquisition;
import io.huoshui.platforms.wecom.WecomAcquisition.Answer;
import io.huoshui.server.acquisition.WayStore.Key;
import io.huoshui.server.acquisition.WayStore.Way;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/// Keeps group codes leading into groups that are not full.
@Component
class Groups {
  private final WayStore ways;
  private final Reception.Platform platform;
  private final Engine engine;

  Groups(WayStore ways, Reception.Platform platform, Engine engine) {
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
    var key = new Key(name, "", "", 0);
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
        case Answer.Failed<String>(String error, String why) -> ways.failed(key, error + " " + why);
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
      case Answer.Failed<Boolean>(String error, String why) -> ways.failed(key, error + " " + why);
    }
  }

  /// The picture of a code that is for everybody; empty as long as there is none.
  String picture(String code) {
    return ways.of(code).stream().map(Way::qr).findFirst().orElse("");
  }
}
