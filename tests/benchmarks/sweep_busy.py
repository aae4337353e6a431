"""How busy a sweep keeps its workers, and how much memory the process that hands out the work takes for it.

    python tests/benchmarks/sweep_busy.py --jobs 2

Runs 1,000 settings of prosper-shaped, 20 replications each, and prints a line: wall time from the study to the tables,
replications a second, the share of the time that there were workers in which they were at work (their processor time
over that time and their number; their start counts as work), and by how much the memory of the parent rose from the
first answer to the end. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

from cascadesim import read_study
from cascadesim.experiment.sweep.sweep import Progress, SweepOptions, sweep
from cascadesim.experiment.sweep.tasks import ProcessWorkers

ROOT = Path(__file__).parents[2]
STUDY = f"""
scenario = "{ROOT / "scenarios" / "prosper-shaped.toml"}"
design = {{ kind = "grid", levels = LEVELS }}
replications = 20
seed = 5

[factors]
"clients.start_probability" = {{ low = 0.60, high = 0.95 }}
"clients.continue_probability" = {{ low = 0.90, high = 0.99 }}
"clients.no_show_probability" = {{ low = 0.04, high = 0.20 }}
"""


class Timed(ProcessWorkers):
    """Workers that note for how long there were any."""

    seconds = 0.0

    def __enter__(self) -> Timed:
        self.began = time.perf_counter()
        return self

    def close(self) -> None:
        super().close()
        Timed.seconds = time.perf_counter() - self.began


def resident_mb() -> float:
    """The memory of this process that is in use now, in MB (Linux)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmRSS in /proc/self/status")


def main() -> None:
    """Run it once and print the line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--levels", type=int, default=10, help="of each of the three factors")
    asked = parser.parse_args()
    jobs = asked.jobs
    memory: list[float] = []

    def told(state: Progress) -> None:
        del state
        memory.append(resident_mb())

    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "study.toml"
        file.write_text(STUDY.replace("LEVELS", str(asked.levels)))
        study = read_study(file)
        began = time.perf_counter()
        swept = sweep(study, Path(scratch) / "out", SweepOptions(jobs, progress=told, workers=Timed))
        wall = time.perf_counter() - began
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = (spent.ru_utime + spent.ru_stime) / (jobs * Timed.seconds)
    runs = len(study.points) * study.replications.most
    print(
        f"{len(study.points):,} settings x {study.replications.most}: {swept.computed:,} tasks in {wall:.1f} s, "
        f"{runs / wall:,.0f} replications/s, workers busy {100 * busy:.0f} % of {Timed.seconds:.1f} s, "
        f"memory of the parent {memory[0]:.0f} MB, +{max(memory) - memory[0]:.1f} MB"
    )


if __name__ == "__main__":
    main()
