"""How fast the engine is: model events a second, and M/M/20+M beside an idiomatic SimPy model of the same queue.

    python tests/benchmarks/engine_speed.py [--repeats 7] [--quick] [--profile]

Interleaved and repeated; processor time of this process; medians with the smallest and largest. Times depend on the
machine, ratios less so. A model event is an entry of the calendar that was acted on; stale entries do not count.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from cascadesim import load
from cascadesim.engine.simulate import run_plan
from cascadesim.model.pack import pack

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
from idiomatic import Queue  # noqa: E402 - beside this file, which is run as a script

SCENARIOS = {
    "prosper-shaped": HERE.parents[1] / "scenarios" / "prosper-shaped.toml",
    "prosper-basic": HERE / "prosper-basic.toml",
    "M/M/20+M": HERE / "mm20.toml",
}
Work = Callable[[int], tuple[int, int]]
"""Does one repeat and gives (model events, clients)."""


def ours(path: Path, replications: int) -> Work:
    """Replications of a scenario, as every command runs them, from the plan to the tally."""
    plan = pack(load(path))

    def work(repeat: int) -> tuple[int, int]:
        events = clients = 0
        for replication in range(repeat * replications, (repeat + 1) * replications):
            tally = run_plan(plan, 1, replication)
            events += tally.events
            clients += len(tally.waits)
        return events, clients

    return work


def theirs(weeks: int) -> Work:
    """One long run of the idiomatic model; it has no model events to compare, only clients."""

    def work(repeat: int) -> tuple[int, int]:
        queue = Queue(repeat)
        queue.run(weeks)
        return 0, len(queue.waits)

    return work


def measure(works: dict[str, Work], repeats: int) -> dict[str, list[tuple[float, float]]]:
    """(events a second, clients a second) of every repeat, all works taking turns; the first round is not counted."""
    rates: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    for repeat in range(-1, repeats):
        for name, work in works.items():
            began = time.process_time()
            events, clients = work(max(repeat, 0))
            seconds = time.process_time() - began
            if repeat >= 0:
                rates[name].append((events / seconds, clients / seconds))
    return rates


def spread(values: list[float]) -> str:
    """Median, smallest and largest."""
    return f"{statistics.median(values):>10,.0f}  ({min(values):,.0f} to {max(values):,.0f})"


def report(rates: dict[str, list[tuple[float, float]]]) -> None:
    """The table, at most 80 columns wide."""
    print("model events a second of processor time: median (smallest to largest)")
    for name in SCENARIOS:
        print(f"  {name:<28}{spread([events for events, _ in rates[name]])}")
    print("clients served a second, M/M/20+M")
    for name in ("M/M/20+M", "idiomatic SimPy"):
        print(f"  {name if name != 'M/M/20+M' else 'cascadesim':<28}{spread([clients for _, clients in rates[name]])}")
    pairs = zip(rates["M/M/20+M"], rates["idiomatic SimPy"], strict=True)
    ratios = [mine[1] / other[1] for mine, other in pairs]
    print(f"  ratio, pair by pair: {statistics.median(ratios):.2f}  ({min(ratios):.2f} to {max(ratios):.2f})")


def module_of(file: str) -> str:
    """`engine/care` for a file of ours, `simpy/core` for one of SimPy's."""
    return "built-in functions" if file == "~" else f"{Path(file).parent.name}/{Path(file).stem}"


def shares(work: Work) -> dict[str, float]:
    """Each module's own share of the time of one repeat."""
    profiler = cProfile.Profile()
    profiler.runcall(work, 0)
    spent: dict[str, float] = {}
    for (file, _, _), (_, _, own, _, _) in pstats.Stats(profiler).stats.items():  # type: ignore[attr-defined]
        spent[module_of(file)] = spent.get(module_of(file), 0.0) + own
    total = sum(spent.values())
    return {module: seconds / total for module, seconds in spent.items()}


def profile(works: dict[str, Work]) -> None:
    """Where the time goes, by module: those that take one part in a hundred of some scenario, the greatest first."""
    by_scenario = {name: shares(work) for name, work in works.items()}
    modules = {module for spent in by_scenario.values() for module, share in spent.items() if share >= 0.01}
    total = {module: sum(spent.get(module, 0.0) for spent in by_scenario.values()) for module in modules}
    print("each module's own share of the time, profiled (which makes calls dearer)")
    print(f"{'':<24}" + "".join(f"{name:>16}" for name in by_scenario))
    for module in sorted(modules, key=lambda each: -total[each]):
        print(f"  {module:<22}" + "".join(f"{spent.get(module, 0.0):>16.1%}" for spent in by_scenario.values()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=7, help="counted rounds (7)")
    parser.add_argument("--quick", action="store_true", help="tiny sizes, to see that it works")
    parser.add_argument("--profile", action="store_true", help="where the time goes, instead of how much")
    asked = parser.parse_args()
    runs, weeks = (2, 500) if asked.quick else (40, 500)
    works = {name: ours(path, 1 if name == "M/M/20+M" else runs) for name, path in SCENARIOS.items()}
    if asked.profile:
        profile(works)
        return
    works["idiomatic SimPy"] = theirs(weeks)
    report(measure(works, 1 if asked.quick else asked.repeats))


if __name__ == "__main__":
    main()
