/// 圈人, fast: sets of people by stretches, and rules as operations on them.
///
/// Owns the algebra ([Plan]: all, any, not over leaves, the cheap and the rare first, ending as
/// soon as a stretch is decided) and the memory of what leaves said ([Answers]: per leaf and block,
/// as bits or as a short list, as long as neither an event nor time can have changed it). Refuses
/// to know people: where a leaf's answer comes from is the host's.
///
/// ```java
/// Plan plan = Plan.of(rule, leaf -> sources.get(leaf));
/// var evaluator = plan.evaluator();
/// long[] bits = evaluator.over(stretch);
/// ```
///
/// What a rule means is `Condition.test`'s to say; a law holds that whatever was kept, and in
/// whatever order parts are asked, the people are the same.
@NullMarked
package io.huoshui.engine.picks;

import org.jspecify.annotations.NullMarked;
