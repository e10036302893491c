/// Templates and their previews, the outbox's dispatcher, tracked links, verdicts.
@NullMarked
package io.huoshui.server.reach;

import org.jspecify.annotations.NullMarked;
