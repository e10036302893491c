/// Coupon templates and issued coupons; the table follows the log.
@NullMarked
package io.huoshui.server.loyalty;

import org.jspecify.annotations.NullMarked;
