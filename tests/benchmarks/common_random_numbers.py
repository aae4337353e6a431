"""What keyed draws are worth: the variance of a difference between two plans, under three ways of drawing.

    python tests/benchmarks/common_random_numbers.py [--replications 200] [--quick]

On prosper-shaped two small changes are compared with the plan as it is: a relocation hazard of 0.16 a year instead of
0.15, and one more mentor. Each replication of both is simulated with *independent* seeds, with *one shared stream* (a
sequential generator of the same seed for both, so that one more draw shifts all later ones), and with *keyed* draws,
as the program does. The smaller the variance of the difference, the fewer replications show it.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cascadesim import Scenario, load, simulate
from cascadesim.model import rng

PLAN = Path(__file__).parents[2] / "scenarios" / "prosper-shaped.toml"
RATE = "tier.peer.events.relocation.time_to_event.rate_per_year"
MEASURES = ("clients.completed", "tier.peer.delivering_mean")
WAYS = ("independent seeds", "one shared stream", "keyed draws")
HALF_WIDTH = {"clients.completed": 1.0, "tier.peer.delivering_mean": 0.1}
FAR = 1_000_000  # seeds of the second plan where they are to be independent of the first's

Results = dict[str, list[float]]


@contextmanager
def sequential(seed: int) -> Iterator[None]:
    """Every draw is the next number of one generator, whoever takes it for whatever: of runs on SimPy."""
    generator, keyed = random.Random(seed), rng.uniform
    rng.uniform = lambda *_: generator.uniform(2**-53, 1 - 2**-53)  # type: ignore[assignment]
    try:
        yield
    finally:
        rng.uniform = keyed


def runs(scenario: Scenario, way: str, second: bool, replications: int) -> Results:
    """Every measure of every replication."""
    found: Results = {measure: [] for measure in MEASURES}
    for replication in range(replications):
        if way == "one shared stream":
            with sequential(replication):
                kpis = simulate(scenario, seed=1, replication=replication, engine="simpy").kpis
        else:
            seed = 1 + FAR if second and way == "independent seeds" else 1
            kpis = simulate(scenario, seed=seed, replication=replication).kpis
        for measure in MEASURES:
            found[measure].append(kpis[measure])
    return found


def needed(variance: float, half_width: float) -> int:
    """Replications for a 95 % interval of the mean difference of this half-width, by the normal approximation."""
    return max(2, math.ceil(1.96**2 * variance / half_width**2))


def compare(name: str, first: Scenario, second: Scenario, replications: int) -> None:
    """One small change: a line for each measure and way of drawing."""
    print(f"\n{name}")
    differences: dict[tuple[str, str], list[float]] = {}
    for way in WAYS:
        before, after = (runs(plan, way, plan is second, replications) for plan in (first, second))
        for measure in MEASURES:
            pairs = zip(before[measure], after[measure], strict=True)
            differences[measure, way] = [new - old for old, new in pairs]
    for measure in MEASURES:
        half = HALF_WIDTH[measure]
        print(f"  {measure}")
        print(f"    {'':<20}{'difference':>11}{'its variance':>14}{'reduction':>11}{f'runs for +-{half:g}':>17}")
        independent = statistics.variance(differences[measure, WAYS[0]])
        for way in WAYS:
            values = differences[measure, way]
            variance = statistics.variance(values)
            reduction = f"{independent / variance:.1f} x" if variance else "-"
            mean, runs_needed = statistics.fmean(values), needed(variance, half)
            print(f"    {way:<20}{mean:>11.2f}{variance:>14.3f}{reduction:>11}{runs_needed:>17,}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replications", type=int, default=200, help="of each plan under each way (200)")
    parser.add_argument("--quick", action="store_true", help="ten replications, to see that it works")
    asked = parser.parse_args()
    replications = 10 if asked.quick else asked.replications
    plan = load(PLAN)
    print(f"{PLAN.stem}, {replications} replications of each plan under each way of drawing")
    milder = plan.with_(**{RATE: 0.15})
    compare("relocation hazard 0.16 a year instead of 0.15", milder, plan.with_(**{RATE: 0.16}), replications)
    mentors = plan.tier["mentor"].intake[0].count + 1
    more = plan.with_(**{"tier.mentor.intake": [{"week": 0, "count": mentors}], "tier.mentor.target": mentors})
    compare("one more mentor", plan, more, replications)


if __name__ == "__main__":
    main()
