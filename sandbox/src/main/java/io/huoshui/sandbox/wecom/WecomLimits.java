package io.huoshui.sandbox.wecom;

import io.huoshui.sandbox.http.Limit;
import java.util.Map;

/// What WeCom allows. The mass messages a customer may get in a month are as many as it has days;
/// that rule is drawn with the reaction, because it counts at the moment of sending.
///
/// @param customersPerTask external_userids of one add_msg_template
/// @param attachments of one message
/// @param textBytes UTF-8 bytes of its text
/// @param tokenSeconds how long an access_token lives
/// @param callsPerMinute per corp and API; over it: 45009
/// @param callsPerHour per corp and API; over it: 45009
/// @param syncsAtOnce kf/sync_msg calls under way at once; over it: 45033
public record WecomLimits(
    Limit customersPerTask,
    Limit attachments,
    Limit textBytes,
    Limit tokenSeconds,
    Limit callsPerMinute,
    Limit callsPerHour,
    Limit syncsAtOnce) {
  public static final WecomLimits DEFAULT =
      new WecomLimits(
          Limit.of(10_000, "developer.work.weixin.qq.com/document/path/92135", "2025-11-17"),
          Limit.of(9, "developer.work.weixin.qq.com/document/path/92135", "2025-11-17"),
          Limit.of(4000, "developer.work.weixin.qq.com/document/path/92135", "2025-11-17"),
          Limit.of(7200, "developer.work.weixin.qq.com/document/path/91039", "2025-11-17"),
          Limit.of(10_000, "developer.work.weixin.qq.com/document/path/90454", "2025-11-17"),
          Limit.of(150_000, "developer.work.weixin.qq.com/document/path/90454", "2025-11-17"),
          Limit.of(5, "community staff replies 000ee4c8…, 000468ae…", "2025-11-17"));

  public WecomLimits withCallsPerMinute(long calls) {
    return new WecomLimits(
        customersPerTask,
        attachments,
        textBytes,
        tokenSeconds,
        new Limit(calls, "set for a test", callsPerMinute.asOf()),
        callsPerHour,
        syncsAtOnce);
  }

  /// @param set values by name, `wecom.callsPerMinute`; others stay
  public WecomLimits with(Map<String, Long> set) {
    return new WecomLimits(
        customersPerTask,
        attachments,
        textBytes,
        tokenSeconds,
        callsPerMinute.or(set.get("wecom.callsPerMinute")),
        callsPerHour.or(set.get("wecom.callsPerHour")),
        syncsAtOnce);
  }

  public Map<String, Limit> all() {
    return Map.of(
        "wecom.customersPerTask", customersPerTask,
        "wecom.attachments", attachments,
        "wecom.textBytes", textBytes,
        "wecom.tokenSeconds", tokenSeconds,
        "wecom.callsPerMinute", callsPerMinute,
        "wecom.callsPerHour", callsPerHour,
        "wecom.syncsAtOnce", syncsAtOnce);
  }
}
