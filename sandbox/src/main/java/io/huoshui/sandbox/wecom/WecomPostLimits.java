package io.huoshui.sandbox.wecom;

import io.huoshui.sandbox.http.Limit;
import java.util.Map;

/// What WeCom allows with mass messages to groups, moments, reminders and group welcomes. The
/// messages a group may get in a month are as many as it has days.
///
/// @param chatsPerTask chat_ids of one add_msg_template
/// @param momentsPerMinute add_moment_task of one corp; over it: 45009
/// @param momentUsers guides of one moment
/// @param momentCharacters of its text
/// @param momentAttachments of one moment
/// @param welcomes group welcome templates of one corp
/// @param remindsPerDay of one task in 24 h; over it: 45009
public record WecomPostLimits(
    Limit chatsPerTask,
    Limit momentsPerMinute,
    Limit momentUsers,
    Limit momentCharacters,
    Limit momentAttachments,
    Limit welcomes,
    Limit remindsPerDay) {
  private static final String MOMENTS = "developer.work.weixin.qq.com/document/path/96351";

  public static final WecomPostLimits DEFAULT =
      new WecomPostLimits(
          Limit.of(2_000, "developer.work.weixin.qq.com/document/path/92135", "2025-11-17"),
          Limit.of(10, "a client's comment on add_moment_task", "2025-11-17"),
          Limit.of(100_000, MOMENTS, "2025-11-17"),
          Limit.of(2_000, MOMENTS, "2025-11-17"),
          Limit.of(9, MOMENTS, "2025-11-17"),
          Limit.of(100, "developer.work.weixin.qq.com/document/path/92366", "2025-11-17"),
          Limit.of(3, "a client's documentation of remind_groupmsg_send", "2025-11-17"));

  /// @param set values by name, `wecom.remindsPerDay`; others stay
  public WecomPostLimits with(Map<String, Long> set) {
    return new WecomPostLimits(
        chatsPerTask.or(set.get("wecom.chatsPerTask")),
        momentsPerMinute.or(set.get("wecom.momentsPerMinute")),
        momentUsers.or(set.get("wecom.momentUsers")),
        momentCharacters.or(set.get("wecom.momentCharacters")),
        momentAttachments.or(set.get("wecom.momentAttachments")),
        welcomes.or(set.get("wecom.welcomes")),
        remindsPerDay.or(set.get("wecom.remindsPerDay")));
  }

  public Map<String, Limit> all() {
    return Map.of(
        "wecom.chatsPerTask", chatsPerTask,
        "wecom.momentsPerMinute", momentsPerMinute,
        "wecom.momentUsers", momentUsers,
        "wecom.momentCharacters", momentCharacters,
        "wecom.momentAttachments", momentAttachments,
        "wecom.welcomes", welcomes,
        "wecom.remindsPerDay", remindsPerDay);
  }
}
