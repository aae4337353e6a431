"""Published figures beside simulated ones, fitted and predicted kept apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cascadesim.analysis.intervals import Summary, summarise
from cascadesim.analysis.wording import json_ready
from cascadesim.engine.backends import AUTO
from cascadesim.experiment.replicate import replicate
from cascadesim.scenario.schema import Published, Scenario


@dataclass(frozen=True)
class PublishedComparison:
    """One published figure and what the runs give; `variant` is empty for the scenario itself."""

    variant: str
    figure: Published
    simulated: Summary

    @property
    def difference(self) -> float:
        """Simulated mean less published value, in the unit of the measure; nan where no run defines the measure."""
        return self.simulated.mean - self.figure.value

    def plain(self) -> dict[str, Any]:
        """For JSON; an undefined number is None."""
        means = self.simulated
        numbers = {"mean": means.mean, "low": means.low, "high": means.high, "p10": means.p10, "p90": means.p90}
        figure = {"variant": self.variant, **self.figure.model_dump(), "runs": means.runs, "defined": means.defined}
        return {**figure, "simulated": json_ready(numbers), **json_ready({"difference": self.difference})}


@dataclass(frozen=True)
class Validation:
    """All published figures of one scenario file and of its variants; `file` is how the page links to it."""

    file: str
    scenario: Scenario
    replications: int
    seed: int
    rows: tuple[PublishedComparison, ...]


def published_cases(scenario: Scenario) -> dict[str, Scenario]:
    """What has to be run: the scenario as "" if it has published figures, and each variant that has its own."""
    cases = {"": scenario} | {variant.name: scenario.variant(variant.name) for variant in scenario.variants}
    return {
        name: case
        for name, case in cases.items()
        if case.published and (not name or case.published != scenario.published)
    }


def compare_published(
    case: Scenario,
    replications: int,
    *,
    variant: str = "",
    seed: int = 1,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
    engine: str = AUTO,
) -> tuple[PublishedComparison, ...]:
    """Run `case` and set its published figures beside the runs, in the order of the file."""
    frame = replicate(case, replications, seed=seed, jobs=jobs, progress=progress, engine=engine).kpis_frame()
    return tuple(PublishedComparison(variant, figure, summarise(frame[figure.outcome])) for figure in case.published)
