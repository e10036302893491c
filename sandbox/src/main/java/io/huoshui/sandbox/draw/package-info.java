/// 抽签: chance that depends on nothing but its seed.
///
/// Owns [Dice] (draws from a hash) and [Permutation] (a keyed one-to-one map of numbers). Refuses
/// clocks, threads and any state shared between two draws.
///
/// ```java
/// boolean reads = Dice.of(seed, address, text, "read").chance(0.62);
/// ```
@NullMarked
package io.huoshui.sandbox.draw;

import org.jspecify.annotations.NullMarked;
