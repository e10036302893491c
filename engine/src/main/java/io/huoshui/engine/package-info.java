/// The embedded host: carries people's timelines, and never forgets what it said it took.
///
/// Everything that changes the engine enters through the log as an [Entry]; the [State] is a
/// function of the log, and a [Checkpoint] spares a restart most of the reading. When erased people
/// are cleaned away ([Cleaning]) the log is cut, and begins with a [Base]. [Engine] is the door: it
/// takes entries, makes them durable, applies them, and answers questions. Refuses to know HTTP,
/// SQL or vendors.
///
/// Where to look: [SegmentLog] (durability) on [io.huoshui.engine.disk.Disk], [EntryCodec] (bytes),
/// [State] (who is who, definitions) and its sixteen [Lane]s (timelines, memberships, journeys, the
/// gate), [Outgoing] (the outbox) and [Departure] (what stands in its way), [Timelines] (people's
/// events: fresh in an [EventStore], older in [io.huoshui.engine.columns.Block]s), [Timers],
/// [Picker] (those of whom a rule holds, out of [People]), [Everybody] (the same while nothing is
/// written), [Picture] (what is counted over all), [Vocabulary] (what was collected), [Lookalikes]
/// (who is like whom), [Engine] (threads and questions), [io.huoshui.engine.sim] (all of it in a
/// world that fails), [Replica] (a state without a log, for [io.huoshui.engine.rehearsal]).
@NullMarked
package io.huoshui.engine;

import org.jspecify.annotations.NullMarked;
