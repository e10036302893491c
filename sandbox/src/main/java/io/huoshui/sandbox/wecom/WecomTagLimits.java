package io.huoshui.sandbox.wecom;

import io.huoshui.sandbox.http.Limit;
import java.util.Map;

/// What WeCom allows with corp tags.
///
/// @param tags of one corp
/// @param tagsPerContact of one member on one customer
/// @param tagsPerAdd of one add_corp_tag
/// @param nameCharacters of a tag or a group
/// @param marksAtOnce mark_tag calls under way at once; over it: 45033
/// @param usersPerPage userids of one batch/get_by_user
/// @param pageSize of batch/get_by_user
public record WecomTagLimits(
    Limit tags,
    Limit tagsPerContact,
    Limit tagsPerAdd,
    Limit nameCharacters,
    Limit marksAtOnce,
    Limit usersPerPage,
    Limit pageSize) {
  public static final WecomTagLimits DEFAULT =
      new WecomTagLimits(
          Limit.of(10_000, "developer.work.weixin.qq.com/document/path/92117", "2025-11-17"),
          Limit.of(3_000, "developer.work.weixin.qq.com/document/path/92697", "2025-11-17"),
          Limit.of(100, "developer.work.weixin.qq.com/document/path/92117", "2025-11-17"),
          Limit.of(30, "developer.work.weixin.qq.com/document/path/92117", "2025-11-17"),
          Limit.of(5, "community staff replies 000ee4c8…, 000468ae…", "2025-11-17"),
          Limit.of(100, "developer.work.weixin.qq.com/document/path/92994", "2025-11-17"),
          Limit.of(100, "developer.work.weixin.qq.com/document/path/92994", "2025-11-17"));

  /// @param set values by name, `wecom.tagsPerContact`; others stay
  public WecomTagLimits with(Map<String, Long> set) {
    return new WecomTagLimits(
        tags.or(set.get("wecom.tags")),
        tagsPerContact.or(set.get("wecom.tagsPerContact")),
        tagsPerAdd.or(set.get("wecom.tagsPerAdd")),
        nameCharacters.or(set.get("wecom.nameCharacters")),
        marksAtOnce.or(set.get("wecom.marksAtOnce")),
        usersPerPage.or(set.get("wecom.usersPerPage")),
        pageSize.or(set.get("wecom.pageSize")));
  }

  public Map<String, Limit> all() {
    return Map.of(
        "wecom.tags", tags,
        "wecom.tagsPerContact", tagsPerContact,
        "wecom.tagsPerAdd", tagsPerAdd,
        "wecom.nameCharacters", nameCharacters,
        "wecom.marksAtOnce", marksAtOnce,
        "wecom.usersPerPage", usersPerPage,
        "wecom.pageSize", pageSize);
  }
}
