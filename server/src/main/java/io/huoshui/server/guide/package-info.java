/// Stores and guides over HTTP (docs/guides.md): the organisation and how it follows the platform
/// ([Staff], [OrgSync]), whose customers are ([BindingResource]), what guides have to do
/// ([TaskResource]), handing customers over ([HandOvers]), what came of it by store, guide and
/// script line ([FiguresResource]), and the sheet beside the chat in WeCom ([SidebarResource]).
///
/// Everything here looks at who asks ([io.huoshui.server.access.Scope]): headquarters sees all, a
/// token of stores what belongs to those, a sidebar one guide's customers.
@NullMarked
package io.huoshui.server.guide;

import org.jspecify.annotations.NullMarked;
