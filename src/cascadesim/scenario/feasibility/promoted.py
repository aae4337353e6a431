"""Whether whoever is promoted, with the hours of the tier below (R9.2), can do what the upper tier is there for."""

from __future__ import annotations

from collections.abc import Iterator

from cascadesim.scenario import defaults
from cascadesim.scenario.checks.common import tiers
from cascadesim.scenario.feasibility.hours import taken_before, week_keys
from cascadesim.scenario.findings import Finding
from cascadesim.scenario.locate import Path
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.tiers import Tier
from cascadesim.scenario.week import (
    group_minutes,
    group_words,
    is_supervised,
    is_trained,
    trainer_minutes,
    trainer_words,
    week_of,
)


def promoted_hours(scenario: Scenario) -> Iterator[Finding]:
    """The longest week that the promoted can bring with them holds something of what the tier below receives.

    Whoever can supervise and not train, or train and not supervise, may be wanted for just that.
    """
    for level, name, tier, path in tiers(scenario):
        if tier.promotion is None or level + 1 == len(scenario.cascade) or defaults.delivers(scenario, level):
            continue
        below = scenario.cascade[level + 1]
        worker = scenario.tier[below]
        changes = [reason.then.hours_factor for reason in worker.life.values() if reason.then is not None]
        if any(factor is not None and factor.value > 1 for factor in changes):
            continue  # they may have come to more hours by then
        week = week_of(tier.model_copy(update={"hours_per_week": worker.hours_per_week}))
        duties = list(_duties(worker, below, level + 1))
        room = {reserve: week.limit - sum(taken_before(tier, reserve).values()) for reserve in (False, True)}
        if duties and all(need > room[reserve] for *_, need, reserve in duties):
            here: Path = (*path, "promotion")
            told = " and ".join(f"{what} takes {words} of a week" for what, words, *_ in duties)
            message = f"whoever is promoted keeps the hours of {below}, {week.words}, and can do nothing here: {told}."
            hint = f"Recruit {name} from outside, or raise tier.{below}.hours_per_week."
            reads = (here, *week_keys(path), ("tier", below))
            yield Finding(here, message, hint, "unlikely", reads, warning=True)


def _duties(tier: Tier, name: str, level: int) -> Iterator[tuple[str, str, int, bool]]:
    """(duty, its arithmetic, minutes a week, whether the training reserve goes before it) of those above this tier."""
    if is_trained(tier, level):
        stage = max(defaults.stages(tier.training), key=trainer_minutes)
        yield f"a course for {name}", trainer_words(stage), trainer_minutes(stage), False
    if is_supervised(tier, level):
        yield f"one group of {name}", group_words(tier), group_minutes(tier), True
