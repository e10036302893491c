/// JSON as data: what rules and definitions are read from and written to, so that `core` needs no
/// library.
///
/// Stands under every other room and knows none of them. Event bodies do not pass here; hosts
/// stream those.
@NullMarked
package io.huoshui.json;

import org.jspecify.annotations.NullMarked;
