/// Overview, campaign reports and layers over HTTP; the classic questions, whose cells open their
/// people ([SheetResource]); what a table of purchases says, on the command line
/// ([InsightCommand]).
@NullMarked
package io.huoshui.server.insight;

import org.jspecify.annotations.NullMarked;
