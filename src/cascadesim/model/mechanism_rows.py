"""The measures of what only some mechanism (`scenario/mechanisms.py`) brings about, by that mechanism."""

from __future__ import annotations

from cascadesim.model.kinds import HIGHER, LOWER, NEITHER, Measure, Rows, counted, mean_of, quotient, share_of
from cascadesim.model.readings import Readings, ratio
from cascadesim.model.skills import AFTER_COURSE, GRADUATES


def _reach(readings: Readings) -> float:
    """The share of all those in need who began care."""
    assert readings.plan.clients is not None
    return ratio(readings.count("started"), readings.plan.clients.population_in_need)


CLIENT_MECHANISMS: dict[str, Rows] = {
    "screening": {
        **counted("clients", NEITHER, "screened_out"),
        "eligible_share": quotient(NEITHER, "referred", "referred", "screened_out"),
    },
    "own_life": counted("clients", LOWER, "left_for_own_reason"),
    "adequate": {"adequate_share": quotient(HIGHER, "adequate", "closed")},
    "population": {"reach": Measure("share", HIGHER, _reach)},
    "groups": {
        **counted("groups", NEITHER, "client_groups_started"),
        "group_size_mean": quotient(HIGHER, "client_group_members", "client_groups_started", unit="clients"),
    },
    "interpreter": {"interpreted_share": quotient(NEITHER, "interpreted", "sessions_held")},
}


def _replaced(readings: Readings) -> float:
    """New certificates to each certified worker who left the tier (R12.3)."""
    return ratio(readings.newly("certified"), readings.count("certified_exited"))


TIER_MECHANISMS: dict[str, Rows] = {
    "delivers": {"idle_trained_share": share_of(LOWER, "idle_active", "active")},
    "absence": {**counted("absences", LOWER, "absences"), **mean_of("people", LOWER, "absent")},
    "hours_change": counted("changes", LOWER, "hours_changes"),
    "sheds": counted("groups", LOWER, "groups_shed"),
    "run_off": {"run_off_share": share_of(LOWER, "run_off_rate", "available_rate")},
    "duties": {"share.other_duties": share_of(NEITHER, "rate.other_duties", "available_rate")},
    "research": {"share.research": share_of(NEITHER, "rate.research", "available_rate")},
    "idle": mean_of("people", LOWER, "not_deployed"),
    "target": {
        **mean_of("vacancies", LOWER, "vacant"),
        **counted("people", NEITHER, "recruited_replacing"),
        "replacement_ratio": Measure("ratio", HIGHER, _replaced),
    },
    "promotion": {
        **counted("people", NEITHER, "promoted_in"),
        "replacement_from_below": quotient(HIGHER, "promoted_in", "certified_exited", unit="ratio"),
    },
    "calendar": counted("courses", NEITHER, "courses_planned"),
    "retakes": {
        **counted("people", LOWER, "failed"),
        **counted("people", NEITHER, "began_training"),
        "training_yield": quotient(HIGHER, "passed", "began_training"),
    },
    "refresher": {
        **counted("refreshers", NEITHER, "refreshers_started"),
        **counted("people", HIGHER, "refreshed"),
        **counted("people", LOWER, "refreshers_missed"),
        **mean_of("people", LOWER, "missed_refresher"),
    },
    "trains": GRADUATES,
    "learns": AFTER_COURSE,
}
