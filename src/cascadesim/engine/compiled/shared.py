"""Arithmetic that both engines share: plain functions of `model/`, which compiled functions may call too (T12)."""

from __future__ import annotations

from numba.extending import register_jitable

from cascadesim.model import (
    arrivals,
    asymptotic,
    beta,
    competence,
    draws,
    gamma,
    hazards,
    hours,
    normal,
    organisation,
    quantiles,
)
from cascadesim.scenario import units

SHARED = (
    arrivals.area,
    arrivals.last_begun,
    arrivals.time_from,
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
    competence.after_course,
    competence.after_refresher,
    competence.after_session,
    competence.approached,
    competence.decayed,
    draws.mix64,
    draws.uniform,
    gamma.gamma_from,
    gamma.lower,
    gamma.series_terms,
    gamma.start,
    gamma.upper,
    hazards.raised,
    hazards.weibull_cumulative,
    hazards.weibull_tenure,
    hours.limit,
    hours.offered,
    hours.scaled,
    hours.whole_minutes_lost,
    normal.normal_quantile,
    normal.ratio,
    organisation.decayed_level,
    organisation.lifted,
    organisation.strain_after,
    organisation.strain_target,
    quantiles.discrete,
    quantiles.empirical,
    quantiles.exponential,
    quantiles.lognormal,
    quantiles.triangular,
    quantiles.uniform_between,
    quantiles.weibull,
    units.at_minute,
    units.rate_up,
    units.to_minutes,
)

for function in SHARED:
    register_jitable(function)
