package io.huoshui.platforms.wecom;

import io.huoshui.reach.Attachment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.cp.api.WxCpService;
import me.chanjar.weixin.cp.bean.external.WxCpMsgTemplate;
import me.chanjar.weixin.cp.bean.external.msg.Text;

/// Tasks of messages to groups: add_msg_template with chat type group
/// (developer.work.weixin.qq.com/document/path/92135), which the groups' owner has to confirm, and
/// what became of them (path/93338). What goes wrong is each caller's to say in its own words.
final class WecomGroupTasks {
  /// chat_id_list of one call: path/92135, 2025-11-17.
  static final int CHATS = 2_000;

  private static final int PAGE = 1_000;

  private final WxCpService wecom;

  WecomGroupTasks(WxCpService wecom) {
    this.wecom = wecom;
  }

  /// @param failed groups that were not taken
  record Made(String msgid, List<String> failed) {
    Made {
      failed = List.copyOf(failed);
    }
  }

  Made add(String owner, List<String> chats, String text, List<Attachment> attachments)
      throws WxErrorException {
    var content = new Text();
    content.setContent(text);
    var message = new WxCpMsgTemplate();
    message.setChatType("group");
    message.setSender(owner);
    message.setChatIdList(chats);
    message.setText(content);
    message.setAttachments(attachments.stream().map(WecomChannel::attachment).toList());
    var result = wecom.getExternalContactService().addMsgTemplate(message);
    return new Made(
        result.getMsgId(), result.getFailList() == null ? List.of() : result.getFailList());
  }

  /// Who has to confirm a task.
  List<String> owners(String msgid) throws WxErrorException {
    var owners = new ArrayList<String>();
    String cursor = "";
    do {
      var page = wecom.getExternalContactService().getGroupMsgTask(msgid, PAGE, cursor);
      page.getTaskList().forEach(task -> owners.add(task.getUserId()));
      cursor = page.getNextCursor() == null ? "" : page.getNextCursor();
    } while (!cursor.isEmpty());
    return owners;
  }

  /// @param status 0 not sent, 1 sent, 2 no friend, 3 has had others
  /// @param at the epoch where the platform does not say
  record Sent(String chat, int status, Instant at) {}

  /// What became of a task in the groups of an owner.
  List<Sent> sent(String msgid, String owner) throws WxErrorException {
    var sent = new ArrayList<Sent>();
    String cursor = "";
    do {
      var page =
          wecom.getExternalContactService().getGroupMsgSendResult(msgid, owner, PAGE, cursor);
      page.getSendList()
          .forEach(
              each ->
                  sent.add(
                      new Sent(
                          each.getChatId(),
                          each.getStatus(),
                          Instant.ofEpochSecond(
                              each.getSendTime() == null ? 0 : each.getSendTime()))));
      cursor = page.getNextCursor() == null ? "" : page.getNextCursor();
    } while (!cursor.isEmpty());
    return sent;
  }
}
