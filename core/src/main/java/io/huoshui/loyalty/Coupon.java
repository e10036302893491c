package io.huoshui.loyalty;

import java.time.Instant;

/// One coupon in somebody's hands. What it is worth and when it ends was settled when it was
/// issued; a later version of its template changes nothing about it.
///
/// @param profile whom it was issued to, as named then
/// @param journey the journey that issued it
/// @param thresholdFen the least cart it can be used on
/// @param expiresAt the first instant at which it is no longer good
/// @param usedBy the order it was used on, empty when unused
public record Coupon(
    String code,
    String template,
    int profile,
    String journey,
    long valueFen,
    long thresholdFen,
    Instant issuedAt,
    Instant expiresAt,
    String usedBy) {}
