package io.huoshui.platforms.wecom;

import me.chanjar.weixin.cp.api.WxCpService;

/// Both sides of a corporation's members.
public record WecomStaff(String corpId, WecomMembers members, WecomTransfers transfers) {
  /// @param wecom makes one try of each call: a handover that is asked for twice may be refused the
  ///   second time
  public static WecomStaff of(WxCpService wecom, String corpId) {
    return new WecomStaff(corpId, new WecomMembers(wecom), new WecomTransfers(wecom));
  }
}
