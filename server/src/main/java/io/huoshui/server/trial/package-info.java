/// Trials over HTTP: previewed, published, read as a table, scaled.
@NullMarked
package io.huoshui.server.trial;

import org.jspecify.annotations.NullMarked;
