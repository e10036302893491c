package io.huoshui.sandbox.wecom;

import io.huoshui.sandbox.http.Limit;
import java.util.Map;

/// What WeCom allows with customer groups.
///
/// @param groupsPerPage of groupchat/list
/// @param statisticDays from the first to the last day of one question
/// @param robotPerMinute messages of one group robot; over it: 45009
/// @param members of one group, staff included
public record WecomGroupLimits(
    Limit groupsPerPage, Limit statisticDays, Limit robotPerMinute, Limit members) {
  public static final WecomGroupLimits DEFAULT =
      new WecomGroupLimits(
          Limit.of(1_000, "developer.work.weixin.qq.com/document/path/92120", "2025-11-17"),
          Limit.of(30, "developer.work.weixin.qq.com/document/path/92133", "2025-11-17"),
          Limit.of(20, "developer.work.weixin.qq.com/document/path/91770", "2025-11-17"),
          Limit.of(500, "product help of WeCom; 200 where the corp is not verified", "2025-11-17"));

  /// @param set values by name, `wecom.robotPerMinute`; others stay
  public WecomGroupLimits with(Map<String, Long> set) {
    return new WecomGroupLimits(
        groupsPerPage.or(set.get("wecom.groupsPerPage")),
        statisticDays.or(set.get("wecom.statisticDays")),
        robotPerMinute.or(set.get("wecom.robotPerMinute")),
        members.or(set.get("wecom.groupMembers")));
  }

  public Map<String, Limit> all() {
    return Map.of(
        "wecom.groupsPerPage", groupsPerPage,
        "wecom.statisticDays", statisticDays,
        "wecom.robotPerMinute", robotPerMinute,
        "wecom.groupMembers", members);
  }
}
