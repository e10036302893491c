/// 任务: long work over many people that is done in parts, shows how far it is, and goes on after a
/// restart where it stopped.
///
/// Owns the rows ([JobStore]), the running ([Jobs]) and the asking ([JobResource]). What a part is
/// belongs to whoever offers a [JobKind]: tagging millions, sending an audience to a webhook,
/// playing the days of a rehearsal.
///
/// ```java
/// long id = jobs.begin("tag", "vip", spec, people, who);
/// ```
@NullMarked
package io.huoshui.server.job;

import org.jspecify.annotations.NullMarked;
