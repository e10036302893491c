/// Aliyun SMS: sending in batches, reconciling by what the platform says it sent, receipts and
/// replies as events.
@NullMarked
package io.huoshui.platforms.sms;

import org.jspecify.annotations.NullMarked;
