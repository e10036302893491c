package io.huoshui.platforms.wecom;

import io.huoshui.platforms.account.Failure;
import io.huoshui.platforms.account.Platform;
import io.huoshui.reach.Attachment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.cp.api.WxCpService;
import me.chanjar.weixin.cp.bean.external.WxCpMsgTemplate;
import me.chanjar.weixin.cp.bean.external.msg.Text;

/// Tasks of messages to many, add_msg_template (developer.work.weixin.qq.com/document/path/92135),
/// which guides or owners of groups have to confirm: making those to groups, and what became of any
/// (path/93338). What goes wrong is each caller's to say in its own words.
///
/// A question whose answer was lost is asked again: a thousand of them in a row would else never
/// all be answered.
final class WecomMassTasks {
  /// chat_id_list of one call: path/92135, 2025-11-17.
  static final int CHATS = 2_000;

  private static final int PAGE = 1_000;

  /// Reading twice does no harm.
  private static final int READS = 4;

  private final WxCpService wecom;

  WecomMassTasks(WxCpService wecom) {
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

  interface Read<T> {
    T make() throws WxErrorException;
  }

  static <T> T read(Read<T> call) throws WxErrorException {
    for (int tries = 1; ; tries++) {
      try {
        return call.make();
      } catch (WxErrorException e) {
        if (tries == READS || !(Failure.of(Platform.WECOM, e) instanceof Failure.Lost)) {
          throw e;
        }
      }
    }
  }

  /// Who has to confirm a task.
  List<String> owners(String msgid) throws WxErrorException {
    var owners = new ArrayList<String>();
    String cursor = "";
    do {
      String from = cursor;
      var page = read(() -> wecom.getExternalContactService().getGroupMsgTask(msgid, PAGE, from));
      page.getTaskList().forEach(task -> owners.add(task.getUserId()));
      cursor = page.getNextCursor() == null ? "" : page.getNextCursor();
    } while (!cursor.isEmpty());
    return owners;
  }

  /// @param to the group, or the customer where the task is to customers
  /// @param status 0 not sent, 1 sent, 2 no friend, 3 has had others
  /// @param at the epoch where the platform does not say
  record Sent(String to, int status, Instant at) {}

  /// What became of a task with whoever has to confirm it.
  List<Sent> sent(String msgid, String owner) throws WxErrorException {
    var sent = new ArrayList<Sent>();
    String cursor = "";
    do {
      String from = cursor;
      var page =
          read(
              () ->
                  wecom
                      .getExternalContactService()
                      .getGroupMsgSendResult(msgid, owner, PAGE, from));
      page.getSendList()
          .forEach(
              each ->
                  sent.add(
                      new Sent(
                          each.getChatId() == null || each.getChatId().isEmpty()
                              ? each.getExternalUserId()
                              : each.getChatId(),
                          each.getStatus(),
                          Instant.ofEpochSecond(
                              each.getSendTime() == null ? 0 : each.getSendTime()))));
      cursor = page.getNextCursor() == null ? "" : page.getNextCursor();
    } while (!cursor.isEmpty());
    return sent;
  }
}
