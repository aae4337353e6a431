"""Every outcome by the pattern of its name (`tier.NAME.certified`), for whoever looks one up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from cascadesim.model.measures.clients import CLASS_MEASURES, CLIENT_MEASURES, CLIENT_REPORTS, KINDS
from cascadesim.model.measures.costs import COSTS
from cascadesim.model.measures.tiers import (
    COMPETENCE,
    EXITS,
    STATE,
    TIER_MEASURES,
    TIER_REPORTS,
    TRAININGS,
    wave_measures,
)
from cascadesim.model.measures.types import Measure

AT_WEEK = "_at_week_W"


@cache
def catalogue() -> dict[str, Measure]:
    """The outcomes by pattern; NAME, REASON, STATE, SITE and W stand for names and report weeks of a scenario."""
    return dict(_rows())


def _rows() -> Iterator[tuple[str, Measure]]:
    for owner, measures, reports in (
        ("clients.", CLIENT_MEASURES, CLIENT_REPORTS),
        ("tier.NAME.", TIER_MEASURES, TIER_REPORTS),
    ):
        yield from ((owner + name, row) for name, row in measures.items())
        yield from ((owner + name + AT_WEEK, row) for name, row in reports.items())
    for what, (row, _) in CLASS_MEASURES.items():
        yield from ((f"clients.{kind}.NAME.{what}", row) for kind in KINDS)
    for name, row in COMPETENCE.items():
        yield from ((f"tier.NAME.{name}{end}", row) for end in ("", AT_WEEK))
    yield "tier.NAME.exits.REASON", EXITS
    yield from ((f"tier.NAME.wave.REASON.{what}", row) for what, row in wave_measures("REASON").items())
    yield "organisation.STATE.trainings", TRAININGS
    yield from ((f"organisation.STATE{site}{AT_WEEK}", STATE) for site in ("", ".SITE"))
    yield from ((f"cost.{name}", row) for name, row in COSTS.items())


def find_outcomes(words: str) -> dict[str, Measure]:
    """The outcomes that a name, a pattern, or the last words of one can mean; empty where it is none."""
    asked = words.strip()
    return {pattern: row for pattern, row in catalogue().items() if asked and _means(pattern, asked)}


_PLACEHOLDER = re.compile(r"NAME|REASON|STATE|SITE|W$")


def _means(pattern: str, asked: str) -> bool:
    """Whether `asked` is of this pattern, or the end of one with its last word in full."""
    missing = pattern.count(".") - asked.count(".")
    end = ".".join(pattern.split(".")[missing:]) if missing > 0 else pattern
    if missing < 0 or (missing > 0 and _PLACEHOLDER.fullmatch(end.rpartition(".")[2])):
        return False
    return re.fullmatch(_PLACEHOLDER.sub("[^.]+", end.replace(".", r"\.")), asked) is not None
