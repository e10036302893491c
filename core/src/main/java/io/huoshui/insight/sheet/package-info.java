/// The classic questions about everybody, each answered as a sheet: funnel, cohorts, RFM and its
/// movement, lifecycle flow, repurchase, baskets, paths, concentration, new and old, coupons,
/// communities, replies, layers, leagues.
///
/// Owns what each [Question] means for one person ([Question#see]); a host shows it everybody and
/// adds up. Because one function both counts a cell and says who is in it, whoever opens a cell
/// finds exactly the people that were counted ([Finder]).
///
/// Refuses to know where timelines lie and how many threads look.
///
/// ```java
/// Question question = new NewAndOld(Grain.MONTH, Window.ever());
/// var tally = new Tally(question, FirstLook.NOTHING, scene);
/// people.forEach(person -> tally.add(person.timeline()));
/// Sheet sheet = question.sheet(tally, scene);
/// ```
///
/// Where to look: [Question] for the contract, [Sheet] for what is answered, [QuestionJson] for how
/// it is asked, one class per kind.
@NullMarked
package io.huoshui.insight.sheet;

import org.jspecify.annotations.NullMarked;
