/// Metric trees over HTTP (docs/metric-tree.md): the set in force, numbers from elsewhere, and a
/// tree computed for some days and a slice. The rules are core's `insight.tree`.
@NullMarked
package io.huoshui.server.insight.tree;

import org.jspecify.annotations.NullMarked;
