/// Processes that span rooms: time passing, and the demo.
@NullMarked
package io.huoshui.server.flow;

import org.jspecify.annotations.NullMarked;
