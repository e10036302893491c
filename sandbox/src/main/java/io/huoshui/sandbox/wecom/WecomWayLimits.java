package io.huoshui.sandbox.wecom;

import io.huoshui.sandbox.http.Limit;
import java.util.Map;

/// What WeCom allows with codes and with whoever comes by them.
///
/// @param ways of one corp; over it: 41045
/// @param usersPerWay members of one code; over it: 41041
/// @param stateCharacters of a state or a remark of a code
/// @param groupsPerWay chat ids of one group code
/// @param welcomeSeconds a welcome code lives; over it: 41050
/// @param remarksAtOnce remark calls under way at once; over it: 45033
/// @param waysPerPage of list_contact_way
/// @param acquisitions people that may be won by links
public record WecomWayLimits(
    Limit ways,
    Limit usersPerWay,
    Limit stateCharacters,
    Limit groupsPerWay,
    Limit welcomeSeconds,
    Limit remarksAtOnce,
    Limit waysPerPage,
    Limit acquisitions) {
  public static final WecomWayLimits DEFAULT =
      new WecomWayLimits(
          Limit.of(500_000, "developer.work.weixin.qq.com/document/path/96348", "2025-11-17"),
          Limit.of(100, "community, code 41041", "2025-11-17"),
          Limit.of(30, "developer.work.weixin.qq.com/document/path/96348", "2025-11-17"),
          Limit.of(5, "developer.work.weixin.qq.com/document/path/92229", "2025-11-17"),
          Limit.of(20, "developer.work.weixin.qq.com/document/path/92137", "2025-11-17"),
          Limit.of(5, "community staff replies 000ee4c8…, 000468ae…", "2025-11-17"),
          Limit.of(1_000, "developer.work.weixin.qq.com/document/path/96348", "2025-11-17"),
          Limit.of(1_000, "developer.work.weixin.qq.com/document/path/97398", "2025-11-17"));

  /// @param set values by name, `wecom.ways`; others stay
  public WecomWayLimits with(Map<String, Long> set) {
    return new WecomWayLimits(
        ways.or(set.get("wecom.ways")),
        usersPerWay.or(set.get("wecom.usersPerWay")),
        stateCharacters.or(set.get("wecom.stateCharacters")),
        groupsPerWay.or(set.get("wecom.groupsPerWay")),
        welcomeSeconds.or(set.get("wecom.welcomeSeconds")),
        remarksAtOnce.or(set.get("wecom.remarksAtOnce")),
        waysPerPage.or(set.get("wecom.waysPerPage")),
        acquisitions.or(set.get("wecom.acquisitions")));
  }

  public Map<String, Limit> all() {
    return Map.of(
        "wecom.ways", ways,
        "wecom.usersPerWay", usersPerWay,
        "wecom.stateCharacters", stateCharacters,
        "wecom.groupsPerWay", groupsPerWay,
        "wecom.welcomeSeconds", welcomeSeconds,
        "wecom.remarksAtOnce", remarksAtOnce,
        "wecom.waysPerPage", waysPerPage,
        "wecom.acquisitions", acquisitions);
  }
}
