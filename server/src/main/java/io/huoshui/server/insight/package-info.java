/// Overview, campaign reports and layers over HTTP.
@NullMarked
package io.huoshui.server.insight;

import org.jspecify.annotations.NullMarked;
