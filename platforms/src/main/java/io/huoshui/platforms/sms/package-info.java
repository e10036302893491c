/// SMS of Aliyun and Tencent: sending in batches, reconciling by what the platform says it sent,
/// receipts and replies as events; and [AcsApi], by which the calling robot speaks to Aliyun, too.
@NullMarked
package io.huoshui.platforms.sms;

import org.jspecify.annotations.NullMarked;
