/// Overview, campaign reports, layers, experiments and attribution over HTTP; what a table says, on
/// the command line: [InsightCommand] reads the words and lets a [Question] answer.
@NullMarked
package io.huoshui.server.insight;

import org.jspecify.annotations.NullMarked;
