package io.huoshui.sandbox.sms;

import io.huoshui.sandbox.http.Limit;
import io.huoshui.sandbox.world.World;

/// What the carrier allows.
///
/// @param phonesPerCall of SendSms
/// @param phonesPerBatch of SendBatchSms
/// @param perMinute messages to one number in a minute of the sandbox's clock
/// @param perDay messages to one number in 24 h of the sandbox's clock
/// @param pageSize of QuerySendDetails
/// @param callsPerSecond per account; counted only when the clock is real, a virtual second may
///   hold a whole day's work
public record SmsLimits(
    Limit phonesPerCall,
    Limit phonesPerBatch,
    Limit perMinute,
    Limit perDay,
    Limit pageSize,
    Limit callsPerSecond) {
  public static final SmsLimits DEFAULT =
      new SmsLimits(
          Limit.of(1000, "help.aliyun.com/zh/sms SendSms PhoneNumbers", "2026-11-01"),
          Limit.of(100, "help.aliyun.com/zh/sms SendBatchSms PhoneNumberJson", "2026-11-01"),
          Limit.of(
              2, "Huawei marketing SMS, iotcom_06_0109, the narrower of the vendors", "2026-11-01"),
          Limit.of(
              10,
              "Huawei marketing SMS, iotcom_06_0109, the narrower of the vendors",
              "2026-11-01"),
          Limit.of(50, "help.aliyun.com/zh/sms QuerySendDetails PageSize", "2026-11-01"),
          Limit.of(5000, "help.aliyun.com/zh/sms SendSms QPS", "2026-11-01"));

  World.SmsQuota quota() {
    return new World.SmsQuota(perMinute.value(), perDay.value());
  }
}
