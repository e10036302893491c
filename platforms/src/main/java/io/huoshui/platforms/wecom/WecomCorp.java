package io.huoshui.platforms.wecom;

import io.huoshui.reach.GroupChats;
import me.chanjar.weixin.cp.api.WxCpService;

/// One corp, asked about what its callbacks only announce, or never say.
public record WecomCorp(
    KfMessages messages, WecomRelations relations, GroupChats groups, String corpId) {
  public static WecomCorp of(WxCpService wecom, String corpId) {
    return new WecomCorp(
        new KfMessages(wecom, corpId),
        new WecomRelations(wecom),
        new WecomGroups(wecom, corpId),
        corpId);
  }
}
