"""What only a fresh process can tell: how much memory it needed, and how long a first run takes.

    python -m cascadesim.devtools.benchmark.fresh_process memory FILE [log]
    python -m cascadesim.devtools.benchmark.fresh_process first FILE

prints one JSON object. Both run the compiled engine. Whatever a run imports is imported where it is counted.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path


def peak_bytes() -> int | None:
    """The most memory that this process has held at once; None where the system does not tell.

    On Linux `VmHWM`, since `ru_maxrss` there begins with what the process that started this one held.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def memory(file: str, log: bool) -> dict[str, int | None]:
    """Bytes at most before the run (the program, its libraries, compiled code, the plan) and at most altogether."""
    from cascadesim.engine.backends import COMPILED, Runner, warm_up
    from cascadesim.model.counters import counter_layout
    from cascadesim.scenario.compile import compile_scenario
    from cascadesim.scenario.load import load

    plan = compile_scenario(load(file))
    run = Runner(plan, counter_layout(plan), COMPILED)
    warm_up()
    before = peak_bytes()
    tally = run(1, 0, log)
    return {"before": before, "peak": peak_bytes(), "events": tally.events, "rows": len(tally.log or ())}


def first(file: str) -> dict[str, float]:
    """Seconds on the wall for imports, the scenario, and the run, which compiles the engine or loads what was compiled.

    `processor` is the processor time of it all: less than `total` where the machine has other things to do.
    """
    began, processor = time.perf_counter(), time.process_time()
    from cascadesim.engine.backends import COMPILED, Runner
    from cascadesim.model.counters import counter_layout
    from cascadesim.scenario.compile import compile_scenario
    from cascadesim.scenario.load import load

    imported = time.perf_counter()
    plan = compile_scenario(load(file))
    loaded = time.perf_counter()
    Runner(plan, counter_layout(plan), COMPILED)(1, 0, False)
    ended = time.perf_counter()
    parts = {"import": imported - began, "load": loaded - imported, "run": ended - loaded}
    return {**parts, "total": ended - began, "processor": time.process_time() - processor}


if __name__ == "__main__":
    kind, scenario, *options = sys.argv[1:]
    print(json.dumps(first(scenario) if kind == "first" else memory(scenario, "log" in options)))
