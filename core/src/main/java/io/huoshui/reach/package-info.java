/// 触达: may this message go to this person now, and what became of it.
///
/// Owns the gate (one decision per person and message, always with its reason), how fast messages
/// go ([Pace], [Turns]), what platforms allow towards one person ([PlatformRules]), who speaks for
/// the brand ([Guides]), the [Touchpoint]s, what a [Template] says on which channel and how long
/// that is, how far a mass task has come ([MassProgress]), and the ports behind which a vendor
/// delivers ([Channel]), keeps tags of its own on people ([PlatformTags]), and has groups of
/// customers ([GroupChats], [GroupPosts]). Refuses to know any vendor.
@NullMarked
package io.huoshui.reach;

import org.jspecify.annotations.NullMarked;
