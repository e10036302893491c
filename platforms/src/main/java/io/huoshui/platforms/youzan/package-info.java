/// 有赞: orders over 有赞云, and what is signed there.
///
/// Speaks the protocol only: records are handed on as they came, core's feed says what they mean.
@NullMarked
package io.huoshui.platforms.youzan;

import org.jspecify.annotations.NullMarked;
