"""Names: what may be called what, and whether every name that is used is there; and who says so.

Warnings are of a quantity about the world that names no source, or that was probably meant otherwise.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from cascadesim.errors import nearest, suggestion
from cascadesim.model.units import YEAR_WEEKS
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.key_tree import Node, walk
from cascadesim.scenario.number_formats import shown
from cascadesim.scenario.problems import Finding
from cascadesim.scenario.schema import Scenario, scenario_keys
from cascadesim.scenario.workforce import RESERVED_REASONS

LONGEST_NAME = 60
_ALLOWED = f"letters, digits, _ and -, at most {LONGEST_NAME} of them"


def is_name(name: str) -> bool:
    """Whether a tier, site, stream, reason, source or scenario may be called so. Letters of any script are fine."""
    return 0 < len(name) <= LONGEST_NAME and all(
        character in "_-" or unicodedata.category(character)[0] in "LMN" for character in name
    )


def as_name(name: str) -> str:
    """The hint for what is no name: the name nearest to it, if there is one."""
    whole = (character if is_name(character) else " " for character in unicodedata.normalize("NFC", name))
    joined = "_".join("".join(whole).split())[:LONGEST_NAME]
    return f"Write {joined}." if is_name(joined) else ""


def check_names(scenario: Scenario, data: dict[str, Any], name: str) -> Iterator[Finding]:
    """Faults of naming in `data`, which has the form of `scenario`; `name` is that of the scenario itself."""
    if not is_name(name):
        yield Finding((), f"the file's name gives the results theirs; allowed: {_ALLOWED}.", "Rename the file.", "name")
    keys = list(walk(scenario_keys(), data))
    for path, node, value in keys:
        if node.kind == "names":
            yield from _each_once(((*path, name), name) for name in value)
            own = path[0] == "tier" and path[-1] == "events"
            for name in (name for name in value if own and name.casefold() in RESERVED_REASONS):
                message = f"{name} is a reason that the model gives by itself."
                yield Finding((*path, name), message, "Choose another name.", "name")
    yield from _each_once((("sites", place), name) for place, name in enumerate(scenario.sites))
    yield from _cascade(scenario)
    yield from _sources(scenario, keys)


def _each_once(names: Iterable[tuple[KeyPath, str]]) -> Iterator[Finding]:
    """What stand side by side, each at its path, have names, each another one."""
    earlier: dict[str, str] = {}
    for path, name in names:
        # Columns of the result tables are named by these, and tables are read without regard to capitals.
        twin = earlier.get(name.casefold())
        earlier[name.casefold()] = name
        if not is_name(name):
            yield Finding(path, f"not a name; allowed: {_ALLOWED}.", as_name(name), "name")
        elif twin is not None:
            message = f"{name} is there twice." if twin == name else f"differs from {twin} in capitals only."
            yield Finding(path, message, "Choose another name.", "name")


def _cascade(scenario: Scenario) -> Iterator[Finding]:
    """The cascade and the tier tables name the same tiers, each once."""
    spare = [tier for tier in scenario.tier if tier not in scenario.cascade]
    for place, name in enumerate(scenario.cascade):
        path: KeyPath = ("cascade", place)
        if not is_name(name):
            yield Finding(path, f"{shown(name)} is not a name; allowed: {_ALLOWED}.", as_name(name), "cascade")
        elif name in scenario.cascade[:place]:
            yield Finding(path, f"{name} is in the cascade twice.", "Each tier stands in it once.", "cascade")
        elif name not in scenario.tier and f"Write {name}." not in map(as_name, spare):
            close = nearest(name, filter(is_name, spare))
            hint = f"Did you mean {close}? Or rename [tier.{close}]." if close else f"Add the table [tier.{name}]."
            yield Finding(path, f"there is no [tier.{name}].", hint, "cascade", (("tier", name),))
    missing = [tier for tier in scenario.cascade if tier not in scenario.tier]
    for name in filter(is_name, spare):
        if nearest(name, missing):
            continue  # told above, from the other side
        close = nearest(name, scenario.cascade)
        hint = f"Did you mean {close}?" if close else "Put it in its place there, or take the table out."
        yield Finding(("tier", name), f"{name} is not in the cascade.", hint, "cascade", (("cascade",),))


def _sources(scenario: Scenario, keys: list[tuple[KeyPath, Node, Any]]) -> Iterator[Finding]:
    """Every source that is named is listed, and a listed one says where to find it in a form that can be followed."""
    for path, node, value in keys:
        if path and path[-1] == "source" and node.kind == "text" and value not in scenario.sources:
            hint = suggestion(value, scenario.sources) if scenario.sources else f"Add the table [sources.{value}]."
            yield Finding(path, f"there is no [sources.{value}].", hint, "no_such_source", (path, ("sources", value)))
    for name, source in scenario.sources.items():
        if source.doi is not None and not source.doi.startswith("10."):
            hint = "Leave out what stands before the 10."
            yield Finding(("sources", name, "doi"), f'got "{source.doi}"; a DOI begins with 10.', hint, "wrong_value")
        if source.url is not None and not source.url.startswith(("http://", "https://")):
            path = ("sources", name, "url")
            yield Finding(path, f'got "{source.url}"; a URL begins with https://.', code="wrong_value")


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
