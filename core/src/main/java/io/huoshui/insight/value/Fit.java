package io.huoshui.insight.value;

/// A model fitted by maximum likelihood.
///
/// @param logLikelihood at the maximum that was found
/// @param steps of the search
/// @param converged whether the search ended by itself; else its best is given and not to be relied
///   on
public record Fit<M>(M model, double logLikelihood, int steps, boolean converged) {}
