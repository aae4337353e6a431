"""How often, from which seed, with whose luck, and when to stop: what a study says besides its factors."""

from __future__ import annotations

from typing import Any

from cascadesim.experiment.limits import MAX_REPLICATIONS, MAX_SEED
from cascadesim.experiment.study.ask import Ask
from cascadesim.experiment.study.measures import name_hint
from cascadesim.experiment.study.nouns import COMMON, INDEPENDENT, TARGET, Fixed, Until
from cascadesim.lookup import suggestion
from cascadesim.scenario.number_formats import shown

LEAST, MOST = 10, 1_000
"""Replications where a half-width is asked for, unless the file says: fewer than ten say nothing of a spread."""

_REPLICATIONS = ("least", "most", "relative", "absolute", "measures")
_FORMS = "a whole number, or a table { least = 10, most = 400, relative = 0.05 }"


def read_seed(ask: Ask) -> int:
    """The seed, 1 where the file gives none."""
    seed = ask.whole(("seed",), ask.data["seed"], 0, MAX_SEED) if "seed" in ask.data else 1
    return 1 if seed is None else seed


def read_luck(ask: Ask, usual: str) -> str:
    """Whose luck a point has; `usual` is the design's own."""
    if "luck" not in ask.data:
        return usual
    return ask.word(("luck",), ask.data["luck"], (COMMON, INDEPENDENT)) or usual


def read_max_failures(ask: Ask) -> int | None:
    """How many cells may fail; None for any number."""
    if "max_failures" not in ask.data:
        return None
    return ask.whole(("max_failures",), ask.data["max_failures"], 0, 10**9)


def read_replications(ask: Ask, usual: int, measures: tuple[str, ...], has_target: bool) -> Fixed | Until:
    """How many of each point; `usual` where the file does not say. With a target its chance can be asked for too."""
    path, value = ("replications",), ask.data.get("replications", usual)
    if not isinstance(value, dict):
        if isinstance(value, int) and not isinstance(value, bool):
            return Fixed(ask.whole(path, value, 1, MAX_REPLICATIONS) or usual)
        ask.not_one(path, value, _FORMS)
        return Fixed(usual)
    ask.known(path, value, _REPLICATIONS)
    least = ask.whole((*path, "least"), value.get("least", LEAST), LEAST, MAX_REPLICATIONS) or LEAST
    most = ask.whole((*path, "most"), value.get("most", max(MOST, least)), 1, MAX_REPLICATIONS) or MAX_REPLICATIONS
    if most < least:
        ask.fault((*path, "most"), f"got {most}; it must be at least `least`, which is {least}.")
    relative = _relative(ask, value["relative"]) if "relative" in value else None
    names = (*measures, TARGET) if has_target else measures
    absolute = _absolute(ask, value["absolute"], names) if "absolute" in value else ()
    if "relative" not in value and "absolute" not in value:
        hint = "Write relative = 0.05 for 5 % of the mean, or absolute = { NAME = 2.0 } in the measure's own unit."
        ask.fault(path, "a half-width to reach is needed.", hint, "missing")
    chosen = _chosen(ask, value["measures"], measures) if "measures" in value else measures
    return Until(
        least, most, relative, absolute, chosen if "relative" in value else tuple(name for name, _ in absolute)
    )


def _relative(ask: Ask, value: Any) -> float | None:
    path = ("replications", "relative")
    number = ask.positive(path, value)
    if number is not None and number >= 1:
        ask.fault(path, f"got {shown(value)}; allowed: a share of the mean, below 1.", "0.05 is 5 %.")
    return number


def _absolute(ask: Ask, value: Any, measures: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    path = ("replications", "absolute")
    if not isinstance(value, dict) or not value:
        ask.not_one(path, value, 'a table of measures and half-widths, { "clients.completed" = 2.0 }')
        return ()
    found = []
    for name, width in value.items():
        _kept(ask, (*path, name), name, measures)
        number = ask.positive((*path, name), width)
        if number is not None and name == TARGET and number >= 1:
            ask.fault((*path, name), f"got {shown(width)}; allowed: a share, below 1.", "0.05 is 5 points.")
        elif number is not None:
            found.append((name, number))
    return tuple(found)


def _chosen(ask: Ask, value: Any, measures: tuple[str, ...]) -> tuple[str, ...]:
    path = ("replications", "measures")
    names = ask.texts(path, value, len(measures) + 1, '["clients.completed"]')
    for name in names:
        _kept(ask, (*path, value.index(name)), name, measures)
    return tuple(names)


def _kept(ask: Ask, path: tuple[str | int, ...], name: str, measures: tuple[str, ...]) -> None:
    if measures and name not in measures:
        message = f"{shown(name)} is not among the measures that are kept."
        hint = suggestion(name, measures) if len(measures) <= 10 else name_hint(name, set(measures))
        hint = "Add the measure of the scenario's [target] to measures." if name == TARGET else hint
        ask.fault(path, message, hint, "no_such_measure")
