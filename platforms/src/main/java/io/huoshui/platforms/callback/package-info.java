/// What platforms call back: who signed it, what is in it, and what it becomes.
///
/// [CallbackAccount] with its [CallbackKey]s opens an [Envelope] into a [Message]; [Kinds] is the
/// table that says which event of the catalogue each kind of message becomes. Nothing here is
/// durable and nothing here waits: the inbox (`server/callback`) writes down what was opened, and
/// asks the table afterwards.
///
/// ```
/// bytes → Envelope.open → Message → Kinds.read → events, told changes, or "kept without event"
/// ```
///
/// Refuses, by [Refusal]: a wrong signature, another corp's message, what is too large, malformed
/// XML; DOCTYPEs and entities of any kind do not exist for [StrictXml].
@NullMarked
package io.huoshui.platforms.callback;

import org.jspecify.annotations.NullMarked;
