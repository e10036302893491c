/// OneID: which identifiers are one person.
///
/// Owns the [IdentityGraph]: identifiers are nodes, every event that carries two of them is a link
/// with its evidence, and a profile is what the links join. Vetoes keep people apart; a severed
/// link gives back exactly what was. Refuses to guess: weak identifiers are kept but never join.
///
/// Next: `profile`, the person's timeline.
@NullMarked
package io.huoshui.identity;

import org.jspecify.annotations.NullMarked;
