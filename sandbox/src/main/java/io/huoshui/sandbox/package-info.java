/// 沙箱: a process of its own that plays the platforms, a brand, and its customers.
///
/// Owns the flags, the shared secrets, the control calls and the wiring. Refuses the internet: it
/// listens on 127.0.0.1 and opens links of this machine only.
///
/// ```
/// ./huoshui sandbox --port 8090 --server http://localhost:8080 --secrets data/secrets.json
/// curl -s localhost:8090/sandbox/brand/events?toPerson=3
/// curl -s localhost:8090/sandbox/limits
/// ```
///
/// Tour: a message comes in at [io.huoshui.sandbox.sms.SmsApi] or
/// [io.huoshui.sandbox.wecom.WecomApi], is journaled by [io.huoshui.sandbox.world.World], answered
/// by a customer in [io.huoshui.sandbox.customers.Reactions], and told to the server by
/// [io.huoshui.sandbox.delivery.Courier] when the clock gets there.
@NullMarked
package io.huoshui.sandbox;

import org.jspecify.annotations.NullMarked;
