/// 社群 on the server: groups, their plans of posts, keyword replies, and moves between them.
///
/// Owns the rows of `community*`, `group_plan*`, `group_post`, `keyword_rules`, `group_answer`. Who
/// is in a group is on timelines and asked of the engine ([Communities]); what happened to a group
/// itself is its own log. Refuses to call a vendor but through the ports
/// [io.huoshui.reach.GroupChats] and [io.huoshui.reach.GroupPosts].
@NullMarked
package io.huoshui.server.community;

import org.jspecify.annotations.NullMarked;
