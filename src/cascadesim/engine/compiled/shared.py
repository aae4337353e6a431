"""Arithmetic that both engines share: plain functions of `model/`, which compiled functions may call too (T12)."""

from __future__ import annotations

from numba.extending import register_jitable

from cascadesim.model import (
    asymptotic,
    beta,
    distributions,
    dynamics,
    gamma,
    hazards,
    normal,
    rng,
    units,
)

SHARED = (
    hazards.rate_integral,
    hazards.last_begun,
    hazards.time_from,
    asymptotic.deviation_from,
    beta.beta_from,
    beta.ends,
    beta.fraction,
    beta.less_exp,
    beta.log1p,
    beta.log_odds,
    beta.lower_tail,
    beta.nearly_gamma,
    beta.start,
    dynamics.after_course,
    dynamics.after_refresher,
    dynamics.after_session,
    dynamics.approached,
    dynamics.decayed,
    rng.mix64,
    rng.uniform,
    gamma.gamma_from,
    gamma.lower,
    gamma.series_terms,
    gamma.start,
    gamma.upper,
    hazards.raised,
    hazards.weibull_cumulative,
    hazards.weibull_tenure,
    units.committed_limit,
    units.available_rate,
    units.scaled_rate,
    units.whole_minutes_lost,
    normal.normal_quantile,
    normal.ratio,
    dynamics.decayed_level,
    dynamics.lifted,
    dynamics.strain_after,
    dynamics.strain_target,
    distributions.discrete,
    distributions.empirical,
    distributions.exponential,
    distributions.lognormal,
    distributions.triangular,
    distributions.uniform_between,
    distributions.weibull,
    units.at_minute,
    units.rate_up,
    units.to_minutes,
)

for function in SHARED:
    register_jitable(function)
