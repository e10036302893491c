/// 淘宝 / 天猫: orders over TOP, and what is signed there.
///
/// Speaks the protocol only: records are handed on as they came, core's feed says what they mean.
@NullMarked
package io.huoshui.platforms.taobao;

import org.jspecify.annotations.NullMarked;
