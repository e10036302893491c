/// 触达: may this message go to this person now, and what became of it.
///
/// Owns the gate (one decision per person and message, always with its reason), the [Touchpoint]s,
/// and the port behind which a vendor delivers ([Channel]). Refuses to know any vendor.
@NullMarked
package io.huoshui.reach;

import org.jspecify.annotations.NullMarked;
