/// 客户价值: how often somebody will buy again, whether they still would, and how much they spend.
///
/// Owns the models of buying "till you die": [BgNbd] and [ParetoNbd] (how often), [GammaGamma] (how
/// much), fitted by maximum likelihood ([Simplex]) to what each customer did up to a day
/// ([Purchases]). Refuses to know timelines: whoever folds them hands over three numbers a
/// customer.
///
/// ```
/// var fit = BgNbd.fit(purchases);           // r, alpha, a, b and the log-likelihood
/// fit.model().expected(39, purchases.of(0)) // purchases of the first in the next 39 weeks
/// ```
@NullMarked
package io.huoshui.insight.value;

import org.jspecify.annotations.NullMarked;
