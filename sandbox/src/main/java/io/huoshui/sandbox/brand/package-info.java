/// 合成品牌: a dairy and fresh-food brand with as many customers as wanted, none of whom exists.
///
/// Owns who the customers are, by which names each source knows them, and what they did: a pure
/// function of (seed, person), so that any person can be made alone and ten million stream in
/// constant memory. Refuses reactions to messages; those are `customers`.
///
/// ```java
/// var brand = new Brand(new Brand.Settings(42, 100_000, start, "corp"));
/// brand.history(7, event -> System.out.println(event));
/// ```
///
/// A person's process never ends at a border: [Brand#history] is what happened before the start of
/// the campaign, [Brand#between] what happens after it, of the same life.
@NullMarked
package io.huoshui.sandbox.brand;

import org.jspecify.annotations.NullMarked;
