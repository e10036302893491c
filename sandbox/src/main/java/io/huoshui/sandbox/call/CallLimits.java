package io.huoshui.sandbox.call;

import io.huoshui.sandbox.http.Limit;
import java.util.Map;
import java.util.TreeMap;

/// What the platform and its lines allow.
///
/// @param jobs of one AssignJobs
/// @param perMinute calls to one callee
/// @param perHour the same
/// @param perDay the same, in 24 hours
/// @param botPerDay of the outbound bot to one callee, in 24 hours
/// @param fromHour lines open, Beijing time
/// @param toHour lines close
/// @param lines calls under way at once
public record CallLimits(
    Limit jobs,
    Limit perMinute,
    Limit perHour,
    Limit perDay,
    Limit botPerDay,
    Limit fromHour,
    Limit toHour,
    Limit lines) {
  public static final CallLimits DEFAULT =
      new CallLimits(
          Limit.of(99, "OutboundBot AssignJobs JobsJson", "2026-11-28"),
          Limit.of(1, "Aliyun voice 2680293", "2026-11-01"),
          Limit.of(5, "Aliyun voice 2680293", "2026-11-01"),
          Limit.of(20, "Aliyun voice 2680293", "2026-11-01"),
          Limit.of(5, "Aliyun outbound bot 226794", "2026-11-01"),
          Limit.of(9, "iyouke: lines 9:00 to 20:00 only", "2026-11-01"),
          Limit.of(20, "iyouke: lines 9:00 to 20:00 only", "2026-11-01"),
          Limit.of(20, "assumed: what a small instance is sold with", "2026-11-28"));

  /// @param set other values, by name
  public CallLimits with(Map<String, Long> set) {
    return new CallLimits(
        jobs.or(set.get("call.jobs")),
        perMinute.or(set.get("call.perMinute")),
        perHour.or(set.get("call.perHour")),
        perDay.or(set.get("call.perDay")),
        botPerDay.or(set.get("call.botPerDay")),
        fromHour.or(set.get("call.fromHour")),
        toHour.or(set.get("call.toHour")),
        lines.or(set.get("call.lines")));
  }

  public Map<String, Limit> all() {
    var all = new TreeMap<String, Limit>();
    all.put("call.jobs", jobs);
    all.put("call.perMinute", perMinute);
    all.put("call.perHour", perHour);
    all.put("call.perDay", perDay);
    all.put("call.botPerDay", botPerDay);
    all.put("call.fromHour", fromHour);
    all.put("call.toHour", toHour);
    all.put("call.lines", lines);
    return all;
  }
}
