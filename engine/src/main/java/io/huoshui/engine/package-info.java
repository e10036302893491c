/// The embedded host: carries people's timelines, and never forgets what it said it took.
///
/// Everything that changes the engine enters through the log as an [Entry]; the [State] is a
/// function of the log, so a restart is a replay. [Engine] is the door: it takes entries, makes
/// them durable, applies them, and answers questions. Refuses to know HTTP, SQL or vendors.
///
/// Where to look: [SegmentLog] (durability) on [io.huoshui.engine.disk.Disk], [EntryCodec] (bytes),
/// [EventStore] and [Timelines] (people's events), [State] (identity → timeline → segments →
/// journeys → gate → outbox), [Engine] (threads and questions).
@NullMarked
package io.huoshui.engine;

import org.jspecify.annotations.NullMarked;
