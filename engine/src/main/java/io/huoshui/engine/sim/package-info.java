/// The deterministic simulator: one seed is one world, and the same world every time.
///
/// ```
/// Workload ─ events, definitions, decisions ─▶ network (lost, late, twice) ─▶ Engine ─▶ Platform
///                                                      │ what was taken         │ on MortalDisk
///                                                      ▼                        ▼ on SimulatedDisk
///                                                    Model ═══ must be equal ═══ Portrait
/// ```
///
/// [World] owns the clock, the faults and the order of everything; [Model] says what must be true.
/// The model is fed the entries the engine says it took, or is found to have taken after a crash,
/// and knows of the engine only those entries and the numbers of ADR 10. It is compared whole: who
/// is who, timelines, members, changes, positions, messages with reasons, coupons, outbox,
/// handovers. It shares with the engine the pure rules of core
/// ([io.huoshui.audience.Condition#test], [io.huoshui.journey.Advance],
/// [io.huoshui.reach.Gate#decide]) and nothing else; so a rule that is wrong in core is not found
/// here. What is only asserted, not modelled: that what a platform has is never sent to it again,
/// and that nobody of a hold-out gets anything.
///
/// What is weaker than a real machine: a checkpoint is written in one go, later than it was begun
/// and perhaps never, but nothing is taken in the middle of its writing; a log's next segment is
/// made at once; a platform that gets a request late, after it was asked for it, is not there; and
/// the crew is one thread. The clock of a rehearsal and the server's door are not in it.
///
/// Refuses threads, the wall clock, and any chance but the seed's. Entry: [Simulator].
@NullMarked
package io.huoshui.engine.sim;

import org.jspecify.annotations.NullMarked;
