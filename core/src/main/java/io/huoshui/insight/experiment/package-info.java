/// 实验: what a change does, told from chance.
///
/// Owns the [Design] of an experiment, what is known of its variants ([Moments]: merged from parts)
/// and what that says ([Analysis] → [Reading]): differences and lifts with intervals, CUPED,
/// ratios, several variants, guardrails, [Srm], bounds that hold at every look
/// ([ConfidenceSequence]); how many people it takes ([Power], [Planner]); whom it works on
/// ([UpliftModel], [Qini]); and, on outcomes that nothing was done to, how often each test is wrong
/// ([Aa]). Refuses a verdict where people were not assigned as planned, or are too few.
///
/// ```
/// var experiment = new Experiment(design);           // a control, variants, measures
/// experiment.add("b", values);                       // one person after the other
/// Reading reading = experiment.read();               // reading.verdict().zh()
/// ```
@NullMarked
package io.huoshui.insight.experiment;

import org.jspecify.annotations.NullMarked;
