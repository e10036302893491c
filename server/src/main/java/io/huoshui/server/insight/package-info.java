/// Overview, campaign reports and layers over HTTP; what a table of purchases says, on the command
/// line ([InsightCommand]).
@NullMarked
package io.huoshui.server.insight;

import org.jspecify.annotations.NullMarked;
