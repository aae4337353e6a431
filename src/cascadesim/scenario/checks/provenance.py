"""Who says so: warnings of a quantity about the world that names no source, or that was probably meant otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cascadesim.model.units import YEAR_WEEKS
from cascadesim.scenario.diagnostics.problems import Finding
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.key_tree import Node, walk
from cascadesim.scenario.schema import scenario_keys

_WORLD = """
    selection_probability pass_probability deployment_probability attendance_probability
    time_to_event absence_weeks leave_probability candidate_patience_weeks recruits_per_week frailty_variance
    course_level dilution noise_sd gain_per_session half_life_weeks refresher_gain
    strain_half_life_weeks recovery_half_life_weeks leaving_ratio absence_ratio attendance_ratio
    referrals_per_week referral_ratio referral_factor recruitment_factor eligibility_probability urgent_probability
    start_probability continue_probability no_show_probability patience_weeks transfer_patience_weeks
"""
WORLD = frozenset(_WORLD.split())
"""Keys whose values nobody can choose. All others are choices of the programme, unless they are given a range."""

WORLD_TABLES = frozenset({"hazard_ratios", "lost_hours_per_week", "then"})
"""Tables of such values."""

MOST_RATE_PER_YEAR = 5
"""A hazard above this a year was probably meant as per cent."""
MOST_HOURS_FACTOR = 3
"""More than this many times the hours were probably meant as per cent."""
MOST_RATIO = 10
"""More than this many times as often was probably meant as per cent."""
MOST_MEETING_HOURS = 8
"""A session or meeting longer than this was probably meant in minutes."""
_RATIOS = frozenset(
    ["leaving_ratio", "absence_ratio", "attendance_ratio", "referral_ratio", "referral_factor", "recruitment_factor"]
)
WIDE = 50
"""From here on, high over low, a range is too wide to say much."""


def check_provenance(data: dict[str, Any]) -> Iterator[Finding]:
    """Warnings of every value in a document."""
    for path, node, value in walk(scenario_keys(), data):
        if _is_world(path) and _unsourced(node, value):
            message = "says something about the world, and names no source."
            hint = 'Write { value = ..., low = ..., high = ..., source = "..." }.'
            yield Finding(path, message, hint, "no_source", warning=True)
        number = value.get("value") if isinstance(value, dict) else value
        if path and isinstance(number, int | float) and abs(number) < 1e300:  # a whole number may be any length
            yield from _unit(path, float(number))
        if node.kind == "quantity" and isinstance(value, dict):
            yield from _range(path, node, value)


def _is_world(path: KeyPath) -> bool:
    return bool(path) and (path[-1] in WORLD or (len(path) > 1 and path[-2] in WORLD_TABLES))


def _unit(path: KeyPath, number: float) -> Iterator[Finding]:
    """A number that is possible, and was probably meant in another unit."""
    if path[-1] == "rate_per_year" and number > MOST_RATE_PER_YEAR:
        message = f"at {number:g} a year people stay {YEAR_WEEKS / number:.2g} weeks on average."
        yield Finding(path, message, f"{number:g} % a year is {number / 100:g}.", "unit", warning=True)
    if path[-1] in ("hours_factor", "interpreter_hours_factor") and number > MOST_HOURS_FACTOR:
        message = f"makes hours {number:g} times as many."
        yield Finding(path, message, f"{number:g} % is {number / 100:g}.", "unit", warning=True)
    if (path[-1] in _RATIOS or path[-2:-1] == ("hazard_ratios",)) and number > MOST_RATIO:
        message = f"multiplies by {number:g}: 1 changes nothing."
        yield Finding(path, message, f"{number:g} % is {number / 100:g}.", "unit", warning=True)
    if path[-1] == "interpreter_hours_factor" and number < 1:
        message = "a session with an interpreter would be shorter than one without."
        yield Finding(path, message, f"Half as long again is 1.5, not {number:g}.", "unit", warning=True)
    if path[-1] in ("session_hours", "meeting_hours") and number > MOST_MEETING_HOURS:
        message = f"{number:g} hours at one time."
        yield Finding(path, message, f"{number:g} minutes are {number / 60:.3g} hours.", "unit", warning=True)


def _unsourced(node: Node, value: Any) -> bool:
    """Whether a value claims something and names nobody; each step of a rate must name its own.

    A fixed date, and what is switched off (a probability of 0 or 1, a rate of 0), claims nothing.
    """
    if isinstance(value, list):
        return any(_unsourced(node, step["rate"]) for step in value)
    if isinstance(value, dict):
        if _names_source(value) or value.get("dist") == "date":
            return False
        if set(value) <= {"value", "dist"}:
            return _unsourced(node, value.get("value"))
        return True
    return not (value == 0 or (value == 1 and node.kind == "quantity"))


def _names_source(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_names_source, value))
    return isinstance(value, dict) and ("source" in value or any(map(_names_source, value.values())))


def _range(path: KeyPath, node: Node, value: dict[str, Any]) -> Iterator[Finding]:
    low, high = value.get("low"), value.get("high")
    if low is None or high is None:
        return
    share = node.bounds is not None and node.bounds.most == 1
    if (share and low <= 0 and high >= 1) or (low > 0 and high / low > WIDE):
        message = f"the range {low:g} to {high:g} is too wide to say much."
        yield Finding(path, message, "Is nothing more known?", "wide_range", warning=True)
