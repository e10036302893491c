/// Overview, campaign reports and layers over HTTP; value realised and predicted, seasons with
/// their boards and reviews, the boss sheet, and reports as HTML, PDF and XLSX; what a table of
/// purchases says, on the command line ([InsightCommand]).
@NullMarked
package io.huoshui.server.insight;

import org.jspecify.annotations.NullMarked;
