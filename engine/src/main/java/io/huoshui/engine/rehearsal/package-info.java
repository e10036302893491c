/// 预演: what journeys would do to people, before any of it is done.
///
/// A rehearsal is a replay with other definitions ([ADR
/// 18](../../../../../../../../docs/adr/0018-rehearsal-is-a-replay.md)): the engine's own state on
/// no log, a clock that nothing waits for, and a model of the outside. Nothing leaves: no platform
/// is called, no file is written.
///
/// ```
/// People ── what they do anyway ──▶ Replica (State, Lane, Gate) ──▶ what may leave
///    ▲                                  ▲                                │
///    └── how they order ── Outside ◀────┼──── quotas, guides' hours ─────┘
///                             └── receipts, clicks, answers, orders
/// ```
///
/// ```java
/// Report report = Rehearsal.run(ScriptJson.read(json), people, progress -> {});
/// ```
///
/// [Script] says what is played, [People] who is there, [Rates] how they answer, [Measured] how
/// they answered before, [Report] what came of it. The same script, people and seed make the same
/// report, byte for byte. Refuses to know files, HTTP and the synthetic brand; whoever knows them
/// hands them in as [People].
@NullMarked
package io.huoshui.engine.rehearsal;

import org.jspecify.annotations.NullMarked;
