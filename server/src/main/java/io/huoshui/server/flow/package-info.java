/// Processes that span rooms: time passing ([PassTime]), and tags on platforms ([TagSync]), which
/// asks rules, keeps records, calls vendors and takes events.
@NullMarked
package io.huoshui.server.flow;

import org.jspecify.annotations.NullMarked;
