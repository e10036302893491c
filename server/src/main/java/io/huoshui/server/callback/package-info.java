/// The inbox: what platforms call back is verified, written down, answered, and then worked on.
///
/// ```
/// CallbackDoor → Desk (verify, decrypt, read) → Inbox: one writer, many rows a transaction → "success"
///                                                 ├→ others are told (WecomCallbacks.Change)
///                                                 └→ events, in the order of the rows → Engine.take
/// ```
///
/// Owns the rows ([InboxStore], `callback_*`), who may call back ([CallbackAccounts]), pulling what
/// callbacks only announce ([KfPull]), and bringing back what was never called back
/// ([ReconcileJob]). Which event a kind becomes is data in `platforms/callback`. Design: ADR 27;
/// for operators: docs/callbacks.md.
@NullMarked
package io.huoshui.server.callback;

import org.jspecify.annotations.NullMarked;
