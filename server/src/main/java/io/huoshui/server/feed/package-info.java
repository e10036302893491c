/// 数据源: feeds of marketplaces, tills and other systems, by file, API and push.
///
/// Owns which feeds there are ([FeedStore]), the way of a record from them to the engine
/// ([FeedIntake]: rules of core, ledger of orders, quarantine), asking for changes on the engine's
/// clock ([Feeds]) and files as jobs ([FeedFileJob]). Refuses to know what a status or an amount
/// means: that is core's feed and the map's.
@NullMarked
package io.huoshui.server.feed;

import org.jspecify.annotations.NullMarked;
