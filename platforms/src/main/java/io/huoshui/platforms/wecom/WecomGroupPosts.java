package io.huoshui.platforms.wecom;

import io.huoshui.reach.Attachment;
import io.huoshui.reach.GroupPosts;
import io.huoshui.reach.PlatformTags.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import me.chanjar.weixin.cp.api.WxCpService;

/// Posts in customer groups: add_msg_template with chat type group
/// (developer.work.weixin.qq.com/document/path/92135). It makes a task that the groups' owner has
/// to confirm; a group gets as many in a month as the month has days.
public final class WecomGroupPosts implements GroupPosts {
  private final WecomMassTasks tasks;

  public WecomGroupPosts(WxCpService wecom) {
    this.tasks = new WecomMassTasks(wecom);
  }

  @Override
  public int largestBatch() {
    return WecomMassTasks.CHATS;
  }

  @Override
  public Outcome<Posted> post(
      String key, String owner, List<String> chats, String text, List<Attachment> attachments) {
    return WecomGroups.call(
        () -> {
          WecomMassTasks.Made made = tasks.add(owner, chats, text, attachments);
          return new Posted(made.msgid(), made.failed());
        });
  }

  @Override
  public Outcome<List<Result>> results(String platformId) {
    return WecomGroups.call(
        () -> {
          var results = new ArrayList<Result>();
          for (String owner : tasks.owners(platformId)) {
            for (WecomMassTasks.Sent sent : tasks.sent(platformId, owner)) {
              results.add(
                  new Result(
                      sent.to(),
                      state(sent.status()),
                      sent.status() == 1 && !sent.at().equals(Instant.EPOCH) ? sent.at() : null));
            }
          }
          return List.copyOf(results);
        });
  }

  private static String state(int status) {
    return switch (status) {
      case 1 -> "sent";
      case 2 -> "not_in_group";
      case 3 -> "quota";
      default -> "waiting";
    };
  }
}
