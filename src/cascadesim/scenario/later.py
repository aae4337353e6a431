"""Keys that later versions of the scenario language will have. They are refused by name rather than as misspellings."""

from __future__ import annotations

from cascadesim.scenario.locate import Path

_TOP = """
    variant variants sites site costs cost organisation readiness role_clarity standing review_weeks shocks
    population_in_need languages research
"""
_TIER = """
    languages also deployment_probability not_deployed trains_probability other_duties_hours_per_week
    training_reserve_hours_per_week priority hazard_ratios absence absence_weeks frailty strain competence promotion
    target lag_weeks pool pool_size initial_competence sites site costs stipend comfort_utilisation
    recovery_half_life_weeks strain_half_life_weeks overtime_hours_per_week research_hours_per_client recognition
"""
_TRAINING = """
    attempts stages selection_probability every_weeks courses_per_date parallel_courses certification_threshold
    min_trainer_competence course_level dilution noise refresher_every_weeks refresher_window_weeks refresher_max
    refresher_weeks refresher_gain refresher_hours_per_week missed_refresher languages travel_hours priority
"""
_SUPERVISION = """
    attendance_probability gain_per_session ceiling half_life_weeks idle_decay_after_weeks lapse_stops hold_weeks
    travel_hours priority
"""
_REASON = """
    then external recurring absence_weeks hours_factor hazard_ratios exit kind promotion promotion_weeks
"""
_CLIENTS = """
    format group_min group_max facilitators eligibility_probability screening assessment_hours languages
    interpreter_hours_factor priority adequate_sessions life research_hours_per_client population_in_need
"""
_STREAM = """
    language languages priority site dates eligibility_probability at_weeks
"""

_LATER: dict[Path, frozenset[str]] = {
    (): frozenset(_TOP.split()),
    ("tier",): frozenset(_TIER.split()),
    ("training",): frozenset(_TRAINING.split()),
    ("supervision",): frozenset(_SUPERVISION.split()),
    ("life",): frozenset(_REASON.split()),
    ("clients",): frozenset(_CLIENTS.split()),
    ("stream",): frozenset(_STREAM.split()),
}
_CLOCKS = frozenset({"life_table", "piecewise", "shock", "wave"})


def is_later(path: Path) -> bool:
    """Whether the key at `path`, unknown today, belongs to a later version.

    Which table it is in is told by the last word of the language in its path: `tier.NAME.training.stages` is training.
    """
    words = [part for part in path[:-1] if (part,) in _LATER]
    return str(path[-1]) in _LATER[tuple(words[-1:])]


def is_later_clock(dist: object) -> bool:
    """Whether a clock's `dist` belongs to a later version."""
    return isinstance(dist, str) and dist in _CLOCKS
