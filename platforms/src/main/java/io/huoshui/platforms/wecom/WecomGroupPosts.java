package io.huoshui.platforms.wecom;

import io.huoshui.reach.Attachment;
import io.huoshui.reach.GroupPosts;
import io.huoshui.reach.PlatformTags.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.cp.api.WxCpService;
import me.chanjar.weixin.cp.bean.external.WxCpMsgTemplate;
import me.chanjar.weixin.cp.bean.external.msg.Text;

/// Posts in customer groups: add_msg_template with chat type group
/// (developer.work.weixin.qq.com/document/path/92135). It makes a task that the groups' owner has
/// to confirm; a group gets as many in a month as the month has days.
public final class WecomGroupPosts implements GroupPosts {
  /// chat_id_list of one call: path/92135, 2025-11-17.
  private static final int CHATS = 2_000;

  private static final int PAGE = 1_000;

  private final WxCpService wecom;

  public WecomGroupPosts(WxCpService wecom) {
    this.wecom = wecom;
  }

  @Override
  public int largestBatch() {
    return CHATS;
  }

  @Override
  public Outcome<Posted> post(
      String key, String owner, List<String> chats, String text, List<Attachment> attachments) {
    var message = new WxCpMsgTemplate();
    message.setChatType("group");
    message.setSender(owner);
    message.setChatIdList(chats);
    var content = new Text();
    content.setContent(text);
    message.setText(content);
    message.setAttachments(attachments.stream().map(WecomChannel::attachment).toList());
    return WecomGroups.call(
        () -> {
          var result = wecom.getExternalContactService().addMsgTemplate(message);
          return new Posted(
              result.getMsgId(), result.getFailList() == null ? List.of() : result.getFailList());
        });
  }

  @Override
  public Outcome<List<Result>> results(String platformId) {
    return WecomGroups.call(
        () -> {
          var results = new ArrayList<Result>();
          for (String owner : owners(platformId)) {
            String cursor = "";
            do {
              var page =
                  wecom
                      .getExternalContactService()
                      .getGroupMsgSendResult(platformId, owner, PAGE, cursor);
              page.getSendList()
                  .forEach(
                      sent ->
                          results.add(
                              new Result(
                                  sent.getChatId(),
                                  state(sent.getStatus()),
                                  sent.getStatus() == 1 && sent.getSendTime() != null
                                      ? Instant.ofEpochSecond(sent.getSendTime())
                                      : null)));
              cursor = page.getNextCursor() == null ? "" : page.getNextCursor();
            } while (!cursor.isEmpty());
          }
          return List.copyOf(results);
        });
  }

  /// path/93338: 0 not sent, 1 sent, 2 no friend, 3 has had others.
  private static String state(int status) {
    return switch (status) {
      case 1 -> "sent";
      case 2 -> "not_in_group";
      case 3 -> "quota";
      default -> "waiting";
    };
  }

  private List<String> owners(String msgid) throws WxErrorException {
    var owners = new ArrayList<String>();
    String cursor = "";
    do {
      var page = wecom.getExternalContactService().getGroupMsgTask(msgid, PAGE, cursor);
      page.getTaskList().forEach(task -> owners.add(task.getUserId()));
      cursor = page.getNextCursor() == null ? "" : page.getNextCursor();
    } while (!cursor.isEmpty());
    return owners;
  }
}
