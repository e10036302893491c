package io.huoshui.sandbox.wecom;

import io.huoshui.sandbox.http.Limit;
import java.util.Map;

/// What WeCom allows with members and their customers.
///
/// @param transfersPerCall customers of one transfer_customer
/// @param transfersPerWindow times a customer of somebody in service is handed over in `windowDays`
/// @param settleHours after which a handover takes effect
/// @param messageCharacters of what the customer is told
/// @param leftDays how long after leaving somebody's customers can be handed over
/// @param groupsPerCall groups of one groupchat/transfer
/// @param groupsPerDay groups of one owner a day
/// @param ticketsPerHour JS tickets of one app an hour
/// @param codeSeconds how long a login code is good
public record WecomStaffLimits(
    Limit transfersPerCall,
    Limit transfersPerWindow,
    Limit windowDays,
    Limit settleHours,
    Limit messageCharacters,
    Limit leftDays,
    Limit groupsPerCall,
    Limit groupsPerDay,
    Limit ticketsPerHour,
    Limit codeSeconds) {
  private static final String IN_SERVICE = "developer.work.weixin.qq.com/document/path/96325";
  private static final String LEFT = "developer.work.weixin.qq.com/document/path/96331";
  private static final String GROUPS = "developer.work.weixin.qq.com/document/path/96334";

  public static final WecomStaffLimits DEFAULT =
      new WecomStaffLimits(
          Limit.of(100, IN_SERVICE, "2023-12-01"),
          Limit.of(2, IN_SERVICE, "2023-12-01"),
          Limit.of(90, IN_SERVICE, "2023-12-01"),
          Limit.of(24, IN_SERVICE, "2023-12-01"),
          Limit.of(200, IN_SERVICE, "2023-12-01"),
          Limit.of(365, LEFT, "2023-12-01"),
          Limit.of(100, GROUPS, "2023-12-01"),
          Limit.of(300, GROUPS, "2023-12-01"),
          Limit.of(100, "developer.work.weixin.qq.com/document/path/96909", "2024-11-14"),
          Limit.of(300, "developer.work.weixin.qq.com/document/path/91022", "2023-12-01"));

  /// @param set values by name, `wecom.transfersPerCall`; others stay
  public WecomStaffLimits with(Map<String, Long> set) {
    return new WecomStaffLimits(
        transfersPerCall.or(set.get("wecom.transfersPerCall")),
        transfersPerWindow.or(set.get("wecom.transfersPerWindow")),
        windowDays.or(set.get("wecom.windowDays")),
        settleHours.or(set.get("wecom.settleHours")),
        messageCharacters.or(set.get("wecom.messageCharacters")),
        leftDays.or(set.get("wecom.leftDays")),
        groupsPerCall.or(set.get("wecom.groupsPerCall")),
        groupsPerDay.or(set.get("wecom.groupsPerDay")),
        ticketsPerHour.or(set.get("wecom.ticketsPerHour")),
        codeSeconds.or(set.get("wecom.codeSeconds")));
  }

  public Map<String, Limit> all() {
    return Map.of(
        "wecom.transfersPerCall", transfersPerCall,
        "wecom.transfersPerWindow", transfersPerWindow,
        "wecom.windowDays", windowDays,
        "wecom.settleHours", settleHours,
        "wecom.messageCharacters", messageCharacters,
        "wecom.leftDays", leftDays,
        "wecom.groupsPerCall", groupsPerCall,
        "wecom.groupsPerDay", groupsPerDay,
        "wecom.ticketsPerHour", ticketsPerHour,
        "wecom.codeSeconds", codeSeconds);
  }
}
