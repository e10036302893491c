/// 获客: how people come to us, and who receives them.
///
/// Owns the live code ([LiveCode]: staff, group and official-account codes), its reading
/// ([LiveCodeJson]) and review ([LiveCodeReview]); who takes the next person and when that changes
/// ([Roster]); what a welcome says and whether it is tried again ([Welcome], [WelcomeTry]); which
/// groups a group code leads to ([GroupChoice]); where somebody came from first ([FirstTouch]) and
/// what became of those a code brought ([Brought]). Refuses to know the clock and the platform.
///
/// ```java
/// switch (Roster.at(code, tally, now, zone)) {
///   case Roster.Takes(String guide, boolean _, Tally after) -> show(guide, after);
///   case Roster.Nobody(Roster.Why why) -> say(why);
/// }
/// timer.at(Roster.next(code, now, zone));
/// ```
///
/// Next: `server/acquisition`, which keeps the counts in PostgreSQL and the codes at the platform.
@NullMarked
package io.huoshui.acquisition;

import org.jspecify.annotations.NullMarked;
