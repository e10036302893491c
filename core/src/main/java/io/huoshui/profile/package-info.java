/// 客户: a person as a timeline, and the folds that answer questions about it.
///
/// Owns the [Timeline] (what a host must offer), [Window]s in the brand's time zone, [Fold]s,
/// traits, tags and consents (folds too: nothing about a person is kept that the timeline does not
/// say), [Rfm] and [Lifecycle], the [Grain]s time is counted in, and what a [Total] over people is.
/// Refuses to know how a timeline is stored.
///
/// ```java
/// Fold.sum("amountFen").over(EventPattern.of("order_paid"), person.timeline(), Window.last("90d"), now, zone);
/// ```
///
/// Next: `audience`, rules over people.
@NullMarked
package io.huoshui.profile;

import org.jspecify.annotations.NullMarked;
