/// 美团外卖: orders over 美团外卖开放平台, and what is signed there.
///
/// Speaks the protocol only: records are handed on as they came, core's feed says what they mean.
@NullMarked
package io.huoshui.platforms.meituan;

import org.jspecify.annotations.NullMarked;
