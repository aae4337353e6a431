"""Scenarios at random that go to a limit: as many of something as a run can keep, and still a small plan.

What a scenario had already comes last in every order, so that it has the highest numbers.
"""

from __future__ import annotations

from collections.abc import Callable

from cascadesim.devtools.random_scenarios.choices import Choices, Document
from cascadesim.model.ids import MAX_ATTEMPTS, MAX_LANGUAGES, MAX_TIERS
from cascadesim.scenario.checks.programme import MAX_SITES, MAX_STAGES


def go_to_a_limit(choose: Choices, document: Document) -> None:
    """Change a scenario so that it has the most there can be of one thing; not all can have the most of all."""
    limits = [LIMITS["sites"]] * len(LIMITS) if "sites" in document else []  # which few scenarios have
    choose.one_of(*LIMITS.values(), *limits)(choose, document)


def _names(number: int) -> list[str]:
    """Names that come before all others."""
    return [f"00{place:02d}x" for place in range(number)]


def _languages(choose: Choices, document: Document) -> None:
    """Clients of one stream speak all of them, workers who do not speak everything anyhow each other one by chance."""
    if "clients" not in document:
        return
    tiers, streams = document["tier"].values(), document["clients"]["stream"].values()
    known = {name for each in (*tiers, *streams) for name in (*each.get("languages", ()), *each.get("also", ()))}
    known |= {each["language"] for each in streams if "language" in each}
    names = [*_names(MAX_LANGUAGES - len(known)), *sorted(known)]
    stream = choose.one_of(*streams)
    stream.pop("language", None)
    stream["languages"] = dict.fromkeys(names, 1 / MAX_LANGUAGES)
    for tier in tiers:
        if "languages" in tier:
            tier["also"] = dict.fromkeys(names, 0.5)


def _sites(choose: Choices, document: Document) -> None:
    """Nobody is at those that come on top."""
    del choose
    if "sites" in document:
        document["sites"] += _names(MAX_SITES - len(document["sites"]))


def _tiers(choose: Choices, document: Document) -> None:
    """The others are above, one person each who neither trains nor supervises."""
    del choose
    above = _names(MAX_TIERS - len(document["cascade"]))
    if not above:
        return
    staff: Document = {"initial": 1}
    if "sites" in document:
        staff = {"site": {document["sites"][0]: staff}}
    apart: Document = {"training": {"required": False}, "supervision": {"required": False}}
    document["tier"][document["cascade"][0]] |= apart
    document["tier"] |= {name: {"hours_per_week": 20, **staff, **apart} for name in above[1:]}
    document["tier"][above[0]] = {"hours_per_week": 20, **staff}
    document["cascade"] = above + document["cascade"]


def _stages(choose: Choices, document: Document) -> None:
    for tier in document["tier"].values():
        training = tier.get("training", {})
        if training.get("required", True) and "course_weeks" in training and "at_weeks" not in training:
            training["stages"] = [{"course_weeks": choose.weeks(0.05, 0.2)}] * MAX_STAGES


def _attempts(choose: Choices, document: Document) -> None:
    del choose
    for tier in document["tier"].values():
        if "course_weeks" in tier.get("training", {}):
            tier["training"] |= {"attempts": MAX_ATTEMPTS, "pass_probability": 0.3}


def _report_weeks(choose: Choices, document: Document) -> None:
    """Every week of the run."""
    del choose
    document["report_weeks"] = list(range(1, document["horizon_weeks"] + 1))


LIMITS: dict[str, Callable[[Choices, Document], None]] = {
    "languages": _languages,
    "sites": _sites,
    "tiers": _tiers,
    "stages": _stages,
    "attempts": _attempts,
    "report_weeks": _report_weeks,
}
