/// 饿了么: orders over NOP, and what is signed there.
///
/// Speaks the protocol only: records are handed on as they came, core's feed says what they mean.
@NullMarked
package io.huoshui.platforms.eleme;

import org.jspecify.annotations.NullMarked;
