/// Segments and audiences over HTTP.
@NullMarked
package io.huoshui.server.audience;

import org.jspecify.annotations.NullMarked;
