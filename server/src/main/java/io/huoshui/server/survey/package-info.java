/// 问卷: definitions published, pages to answer on, and what came of it.
///
/// Owns the rows ([SurveyStore]), the signed links ([SurveyLinks]), the page anybody answers on
/// ([SurveyPage], [AnswerResource]) and the operator's calls ([SurveyResource]). What an answer may
/// be, and what answers say, is `core`'s room of the same name.
@NullMarked
package io.huoshui.server.survey;

import org.jspecify.annotations.NullMarked;
