package io.huoshui.sandbox.wechat;

import io.huoshui.sandbox.http.Limit;
import java.util.Map;

/// What an official account may send to one person: after each act so many messages within so long.
///
/// @param afterReply messages after the person wrote
/// @param replySeconds how long they may go
/// @param afterAct messages after a click in the menu, a follow or a scanned code
/// @param actSeconds how long they may go
/// @param templatesPerDay template messages of one account; over it: 45009
/// @param sameSeconds a template message of one client_msg_id goes once within this long
public record AccountMessageLimits(
    Limit afterReply,
    Limit replySeconds,
    Limit afterAct,
    Limit actSeconds,
    Limit templatesPerDay,
    Limit sameSeconds) {
  private static final String PAGE =
      "developers.weixin.qq.com Customer_Service_Messages.html, api_sendcustommessage";

  public static final AccountMessageLimits DEFAULT =
      new AccountMessageLimits(
          Limit.of(5, PAGE, "2026-11-01"),
          Limit.of(172_800, PAGE, "2026-11-01"),
          Limit.of(3, PAGE, "2026-11-01"),
          Limit.of(60, PAGE, "2026-11-01"),
          Limit.of(100_000, "developers.weixin.qq.com template messages", "2026-11-01"),
          Limit.of(600, "developers.weixin.qq.com template messages, client_msg_id", "2026-11-01"));

  /// @param set values by name, `account.afterReply`; others stay
  public AccountMessageLimits with(Map<String, Long> set) {
    return new AccountMessageLimits(
        afterReply.or(set.get("account.afterReply")),
        replySeconds.or(set.get("account.replySeconds")),
        afterAct.or(set.get("account.afterAct")),
        actSeconds.or(set.get("account.actSeconds")),
        templatesPerDay.or(set.get("account.templatesPerDay")),
        sameSeconds.or(set.get("account.sameSeconds")));
  }

  public Map<String, Limit> all() {
    return Map.of(
        "account.afterReply", afterReply,
        "account.replySeconds", replySeconds,
        "account.afterAct", afterAct,
        "account.actSeconds", actSeconds,
        "account.templatesPerDay", templatesPerDay,
        "account.sameSeconds", sameSeconds);
  }
}
