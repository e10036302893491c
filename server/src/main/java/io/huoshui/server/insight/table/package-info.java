/// `./huoshui insight`: what a table says, without a server. [InsightCommand] reads the words and
/// lets a [TableQuestion] answer; the classics are core's sheets over a table's rows
/// ([TableTimelines]).
@NullMarked
package io.huoshui.server.insight.table;

import org.jspecify.annotations.NullMarked;
