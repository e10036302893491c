/// Segments, audiences and lookalikes over HTTP.
@NullMarked
package io.huoshui.server.audience;

import org.jspecify.annotations.NullMarked;
