"""Arithmetic that both engines share: plain functions of `model/`, which compiled functions may call too (T12)."""

from __future__ import annotations

from numba.extending import register_jitable

from cascadesim.model import (
    distributions,
    dynamics,
    hazards,
    rng,
    units,
)

SHARED = (
    hazards.rate_integral,
    hazards.last_begun,
    hazards.time_from,
    dynamics.after_course,
    dynamics.after_refresher,
    dynamics.after_session,
    dynamics.approached,
    dynamics.decayed,
    rng.mix64,
    rng.uniform,
    hazards.raised,
    hazards.weibull_cumulative,
    hazards.weibull_tenure,
    units.committed_limit,
    units.available_rate,
    units.scaled_rate,
    units.whole_minutes_lost,
    dynamics.decayed_level,
    dynamics.lifted,
    dynamics.strain_after,
    dynamics.strain_target,
    distributions.rational,
    distributions.discrete,
    distributions.empirical,
    distributions.lognormal,
    distributions.normal_quantile,
    distributions.quantile,
    distributions.tabulated,
    distributions.triangular,
    distributions.uniform_between,
    distributions.weibull,
    units.at_minute,
    units.rate_up,
    units.to_minutes,
)

for function in SHARED:
    register_jitable(function)
