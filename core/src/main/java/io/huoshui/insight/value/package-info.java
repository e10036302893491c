/// 客户价值: how often somebody will buy again, whether they still would, and how much they spend.
///
/// Owns the models of buying "till you die": [BgNbd] and [ParetoNbd] (how often), [GammaGamma] (how
/// much), fitted by maximum likelihood ([Simplex]) to what each customer did up to a day
/// ([Purchases]), which a timeline says by [PaidDays]; how good a fit is ([Calibration]); what they
/// say of one customer ([ValueModels]) and of everybody ([Predicted]). And what customers brought
/// since they were won, by source and month, against cost: [Acquisition], [Realised], [Cost].
/// Refuses to call what came after a message its return.
///
/// ```
/// var fit = BgNbd.fit(purchases);           // r, alpha, a, b and the log-likelihood
/// fit.model().expected(39, purchases.of(0)) // purchases of the first in the next 39 weeks
/// ```
@NullMarked
package io.huoshui.insight.value;

import org.jspecify.annotations.NullMarked;
