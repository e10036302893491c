/// 拼多多: orders over POP, and what is signed there.
///
/// Speaks the protocol only: records are handed on as they came, core's feed says what they mean.
@NullMarked
package io.huoshui.platforms.pdd;

import org.jspecify.annotations.NullMarked;
