/// 外呼话术: what a robot says on the phone, and what it understands.
///
/// Owns the definition ([CallFlow]), its reading ([CallFlowJson]) and review ([CallFlowReview]),
/// the machine that talks ([Dialogue]: what was heard goes in, what is to be done comes out), what
/// is read out of what people say ([SlotReader]), how meaning is heard ([Listener]: rules, then
/// [IntentModel]) and how well ([IntentTrial]), when somebody is called again ([Redial]), how fast
/// ([Pacing]), and the port to a vendor ([Calls]). Refuses to know lines, sound and who is called:
/// that is decided by the one gate in `reach`.
///
/// ```java
/// var dialogue = new Dialogue(flow, Listener.of(flow), zone);
/// Dialogue.Step step = dialogue.advance(talk, new Heard.Words("好的,可以", false), now);
/// ```
///
/// Next: `platforms/call`, which calls; `insight/call`, which counts.
@NullMarked
package io.huoshui.dialog;

import org.jspecify.annotations.NullMarked;
