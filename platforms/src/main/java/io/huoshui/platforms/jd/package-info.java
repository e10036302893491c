/// 京东: orders over JOS, and what is signed there.
///
/// Speaks the protocol only: records are handed on as they came, core's feed says what they mean.
@NullMarked
package io.huoshui.platforms.jd;

import org.jspecify.annotations.NullMarked;
