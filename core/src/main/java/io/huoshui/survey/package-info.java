/// 问卷: what a brand asks people, and what their answers say.
///
/// Owns the definition ([Survey], [Question]), its reading ([SurveyJson]) and review
/// ([SurveyReview]), what an answer may be ([Reply]: errors per question, skipped questions left
/// out), what it becomes ([Reply.Given]: an event `survey_answered`, and traits), and what all
/// answers together say ([SurveyResults]: tables, means, NPS with their intervals). Refuses to know
/// how a person got the link.
///
/// ```java
/// switch (Reply.check(survey, fields)) {
///   case Reply.Wrong(var errors) -> show(errors);
///   case Reply.Given given -> take(given.properties(survey, version), given.traits(survey));
/// }
/// ```
///
/// An answer is an event like any other, so whoever gave it can be picked: each cell of the results
/// names its rule ([Cell#rule]). Next: `engine`, which puts events on timelines.
@NullMarked
package io.huoshui.survey;

import org.jspecify.annotations.NullMarked;
