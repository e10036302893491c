/// Overview, campaign reports, layers, experiments and attribution over HTTP; the classic questions,
/// whose cells open their people ([SheetResource]); value realised and predicted, seasons with their
/// boards and reviews, the boss sheet, and reports as HTML, PDF and XLSX; what a table says, on the
/// command line: [InsightCommand] reads the words and lets a [TableQuestion] answer.
@NullMarked
package io.huoshui.server.insight;

import org.jspecify.annotations.NullMarked;
