/// 相似人群: who is like the people of a seed, and by what.
///
/// Owns the questions asked of one timeline ([Features], answered by a [Traces]), the model
/// ([Likeness]: one weight per answer, added up) and how well it tells the seed from the others
/// ([Quality]). A host brings timelines to a [Vocabulary], makes [Features] of it, fills a
/// [Sample], trains, and scores whoever it likes. Refuses to know where people are, and to say
/// anything whose reason can not be read.
///
/// ```java
/// Likeness model = Likeness.of(sample, judged);       // judged: sample.judge(0) … judge(PARTS - 1)
/// double score = model.score(model.code(traces.of(timeline)));
/// ```
@NullMarked
package io.huoshui.audience.lookalike;

import org.jspecify.annotations.NullMarked;
