/// Promotion seasons: their calendar, board and review over HTTP ([SeasonResource]); a closed
/// season's review is kept as it was ([SeasonStore]).
@NullMarked
package io.huoshui.server.insight.season;

import org.jspecify.annotations.NullMarked;
