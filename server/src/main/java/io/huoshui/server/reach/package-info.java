/// Templates and their previews, the outbox's dispatcher, callbacks of platforms, tracked links,
/// verdicts.
@NullMarked
package io.huoshui.server.reach;

import org.jspecify.annotations.NullMarked;
