"""Where the time of the SimPy engine goes, by module. (No profiler looks into the compiled one.)"""

from __future__ import annotations

import cProfile
import pstats
from pathlib import Path

from cascadesim.engine.yardsticks.ours import SCENARIO
from cascadesim.errors import EnvironmentFault
from cascadesim.experiment.bench.engines import SIMPY, turn_on
from cascadesim.experiment.bench.measure import Turn
from cascadesim.experiment.bench.works import MM20, PROSPER, files_of
from cascadesim.scenario.compile import compile_scenario
from cascadesim.scenario.load import load

LEAST_SHARE = 0.01


def profile(folder: Path, quick: bool) -> dict[str, dict[str, float]]:
    """Each module's own share of the time, for prosper-shaped and the queue. Profiling makes calls dearer."""
    files = files_of(folder)
    if PROSPER not in files:
        hint = "Name the folder of the library, `scenarios` of the clone."
        raise EnvironmentFault(f"{folder} has no {PROSPER}.toml.", hint=hint, code="no_files", file=str(folder))
    asked = {PROSPER: (files[PROSPER], 2 if quick else 40), MM20: (SCENARIO, 1)}
    return {name: _shares(turn_on(SIMPY, compile_scenario(load(path))), count) for name, (path, count) in asked.items()}


def _module_of(file: str) -> str:
    """`engine/care` for a file of ours, `simpy/core` for one of SimPy's."""
    return "built-in functions" if file == "~" else f"{Path(file).parent.name}/{Path(file).stem}"


def _shares(turn: Turn, count: int) -> dict[str, float]:
    turn(0, 1)  # what is paid once is no part of it
    profiler = cProfile.Profile()
    profiler.runcall(turn, 0, count)
    spent: dict[str, float] = {}
    for (file, _, _), (_, _, own, _, _) in pstats.Stats(profiler).stats.items():  # type: ignore[attr-defined]
        spent[_module_of(file)] = spent.get(_module_of(file), 0.0) + own
    total = sum(spent.values())
    return {module: seconds / total for module, seconds in spent.items()}
