/// Alerts over HTTP (docs/alerts.md): rules and routes, looks when days are over, and notices to
/// webhooks, WeCom robots and by e-mail; and incidents, of which other rooms say that they begin
/// and end. What is a breach, and what is told, is core's `insight.alert`.
@NullMarked
package io.huoshui.server.insight.alert;

import org.jspecify.annotations.NullMarked;
