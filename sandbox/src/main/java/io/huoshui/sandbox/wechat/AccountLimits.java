package io.huoshui.sandbox.wechat;

import io.huoshui.sandbox.http.Limit;
import java.util.Map;

/// What an official account allows with tags.
///
/// @param tags of one account; over it: 45056
/// @param tagsPerFollower of one follower; over it: 45059
/// @param openidsPerCall of batchtagging and batchuntagging; over it: 40032
/// @param nameBytes UTF-8 bytes of a tag's name; over it: 45158
/// @param deletableFollowers a tag of more than these can not be deleted: 45057
/// @param pageSize openids of one page of user/get and user/tag/get
/// @param callsPerMinute per account and API; over it: 45009. The pages name daily quotas that
///   differ by account; this stands for them
/// @param codesForGood codes with a scene that never end; over it: 45029
/// @param codeSeconds how long another code may live
public record AccountLimits(
    Limit tags,
    Limit tagsPerFollower,
    Limit openidsPerCall,
    Limit nameBytes,
    Limit deletableFollowers,
    Limit pageSize,
    Limit tokenSeconds,
    Limit callsPerMinute,
    Limit codesForGood,
    Limit codeSeconds) {
  private static final String PAGES = "developers.weixin.qq.com/doc/service, usermanage/tag";

  public static final AccountLimits DEFAULT =
      new AccountLimits(
          Limit.of(100, PAGES + "/api_createtag", "2025-11-17"),
          Limit.of(20, PAGES + "/api_batchtagging", "2025-11-17"),
          Limit.of(50, PAGES + "/api_batchtagging, code 40032", "2025-11-17"),
          Limit.of(30, PAGES + "/api_createtag, code 45158", "2025-11-17"),
          Limit.of(100_000, PAGES + "/api_deletetag, code 45057", "2025-11-17"),
          Limit.of(10_000, "developers.weixin.qq.com/doc/service, user/get", "2025-11-17"),
          Limit.of(7_200, "developers.weixin.qq.com/doc/service, token", "2025-11-17"),
          Limit.of(10_000, "a guess: quotas are per day and account", "2025-11-17"),
          Limit.of(100_000, "developers.weixin.qq.com/doc/service, qrcode/create", "2025-11-17"),
          Limit.of(2_592_000, "developers.weixin.qq.com/doc/service, qrcode/create", "2025-11-17"));

  /// @param set values by name, `account.tagsPerFollower`; others stay
  public AccountLimits with(Map<String, Long> set) {
    return new AccountLimits(
        tags.or(set.get("account.tags")),
        tagsPerFollower.or(set.get("account.tagsPerFollower")),
        openidsPerCall.or(set.get("account.openidsPerCall")),
        nameBytes.or(set.get("account.nameBytes")),
        deletableFollowers.or(set.get("account.deletableFollowers")),
        pageSize.or(set.get("account.pageSize")),
        tokenSeconds,
        callsPerMinute.or(set.get("account.callsPerMinute")),
        codesForGood.or(set.get("account.codesForGood")),
        codeSeconds);
  }

  public Map<String, Limit> all() {
    return Map.of(
        "account.tags", tags,
        "account.tagsPerFollower", tagsPerFollower,
        "account.openidsPerCall", openidsPerCall,
        "account.nameBytes", nameBytes,
        "account.deletableFollowers", deletableFollowers,
        "account.pageSize", pageSize,
        "account.tokenSeconds", tokenSeconds,
        "account.callsPerMinute", callsPerMinute,
        "account.codesForGood", codesForGood,
        "account.codeSeconds", codeSeconds);
  }
}
