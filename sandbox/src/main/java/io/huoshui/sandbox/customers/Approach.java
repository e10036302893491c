package io.huoshui.sandbox.customers;

import io.huoshui.reach.ChannelKind;

/// One message the platform took for one customer.
///
/// @param address the phone in E.164, or the external_userid
/// @param sender the sign name of an SMS, the guide in WeCom
/// @param platformId BizId or msgid; says where receipts refer to, never what they say
/// @param outId the sender's own key, empty when it gave none
public record Approach(
    ChannelKind channel,
    String address,
    String text,
    String sender,
    String platformId,
    String outId,
    long acceptedMs) {}
