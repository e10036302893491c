/// Overview, campaign reports, layers, experiments and attribution over HTTP; the classic
/// questions, whose cells open their people ([SheetResource]); value realised and predicted, and
/// the boss sheet. Below: metric trees, alerts, seasons, reports as files, and what a table says
/// without a server.
@NullMarked
package io.huoshui.server.insight;

import org.jspecify.annotations.NullMarked;
