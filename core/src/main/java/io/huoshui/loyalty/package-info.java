/// 会员与权益: what a brand gives back.
///
/// Owns the [CouponTemplate], from which journeys issue coupons, and what becomes of one coupon at
/// the till ([Redemption]). Refuses to know who a coupon belongs to beyond its code.
@NullMarked
package io.huoshui.loyalty;

import org.jspecify.annotations.NullMarked;
