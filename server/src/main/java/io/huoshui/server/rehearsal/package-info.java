/// 预演: journeys rehearsed while the server runs, over its own people or the synthetic brand.
///
/// Owns the asking ([RehearsalResource], [Asked]), the playing as a job ([RehearsalJob], day by
/// day) and the reports ([RehearsalStore]). What a rehearsal is, is the engine's
/// ([io.huoshui.engine.rehearsal]); the report is the one `./huoshui rehearse` makes.
///
/// ```
/// POST /api/v1/rehearsals ─▶ Asked ─▶ Jobs ─▶ RehearsalJob ─▶ Rehearsal (a day, a day, …) ─▶ store
///                                                 └ people: a copy of the log beside the engine
/// ```
@NullMarked
package io.huoshui.server.rehearsal;

import org.jspecify.annotations.NullMarked;
