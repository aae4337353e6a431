"""What clients can need of a worker: every combination of site, language and format, and the minutes that it takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cascadesim.model.plan import ClientPlan, FormatPlan

Need = tuple[int, bool]
"""Minutes a week that a worker must have, and whether it is for a group, which only the certified facilitate."""


class Wanted(NamedTuple):
    """One combination; `far_need` is None where no interpreter is paid for."""

    site: int
    language: int  # -1 where any will do
    form: int
    need: Need
    far_need: Need | None


def need_of(plan: FormatPlan, interpreted: bool = False) -> int:
    """Minutes a week that a worker must have for one episode, or a full group, of this format.

    -1 without an interpreter.
    """
    research = plan.research_of(plan.group_max)
    if not interpreted:
        return plan.episode_rate + research + plan.assessment_rate
    if plan.interpreted_rate < 0:
        return -1
    return plan.interpreted_rate + research + plan.interpreted_assessment_rate


def needs_of(plan: ClientPlan) -> list[Need]:
    """Every different need, least first."""
    pairs = ((form, interpreted) for form in plan.formats for interpreted in (False, True))
    needs = {(need_of(form, interpreted), form.group_max > 1) for form, interpreted in pairs}
    return sorted(need for need in needs if need[0] >= 0)


def wanted_of(plan: ClientPlan) -> list[Wanted]:
    """Every combination that a client can have: their own, and individual care after a group has dissolved."""
    combinations = set()
    for stream in plan.streams:
        for language in {language for _, language in stream.languages} or {-1}:
            combinations |= {(stream.site, language, stream.format), (stream.site, language, plan.individual)}
    return [_wanted(plan, *combination) for combination in sorted(combinations)]


def _wanted(plan: ClientPlan, site: int, language: int, form: int) -> Wanted:
    of_form = plan.formats[form]
    far, grouped = need_of(of_form, interpreted=True), of_form.group_max > 1
    return Wanted(site, language, form, (need_of(of_form), grouped), (far, grouped) if far >= 0 else None)


def at_of(wanted: Sequence[Wanted], site: int, language: int, form: int) -> int:
    """The place of a combination, -1 where no client can have it."""
    return next(
        (at for at, each in enumerate(wanted) if (each.site, each.language, each.form) == (site, language, form)), -1
    )
