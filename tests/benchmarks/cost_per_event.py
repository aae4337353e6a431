"""What a model event costs now, beside another version of the source, in one interleaved run.

    python tests/benchmarks/cost_per_event.py --against REVISION_OR_FOLDER [--repeats 9]

The other version is a commit of this repository (its tree is written to a temporary folder) or a folder that holds
`src/`. Each repeat starts a fresh process for either in turn, runs the frozen `prosper-basic.toml` from the plan to the
tally, and gives microseconds of processor time for each model event. The ratio is taken pair by pair; median, smallest
and largest are printed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ONE = """
import sys, time
from cascadesim import load
try:
    from cascadesim.engine.runtime.simpy_calendar import run_plan
except ImportError:  # of a version with an engine apart for each way to run
    from cascadesim.engine.runtime.simpy_calendar import run_plan
from cascadesim.scenario.compile import pack
plan = pack(load(sys.argv[1]))
run_plan(plan, 1, 0)
began, events = time.process_time(), 0
for replication in range(int(sys.argv[2])):
    events += run_plan(plan, 1, replication).events
print((time.process_time() - began) / events * 1e6, events)
"""


def cost(source: Path, replications: int) -> tuple[float, int]:
    """(microseconds an event, events) of one fresh process on the source in this folder."""
    environment = {**os.environ, "PYTHONPATH": str(source)}
    command = [sys.executable, "-c", ONE, str(HERE / "prosper-basic.toml"), str(replications)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=source)
    microseconds, events = done.stdout.split()
    return float(microseconds), int(events)


def unpacked(revision: str, folder: Path) -> Path:
    """The source of another version."""
    if (Path(revision) / "src").is_dir():
        return Path(revision).resolve() / "src"
    archive = subprocess.run(["git", "archive", revision, "src"], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=BytesIO(archive)) as packed:
        packed.extractall(folder, filter="data")
    return folder / "src"


def main() -> None:
    """Parse, measure in turn, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--against", required=True, metavar="REVISION_OR_FOLDER")
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--replications", type=int, default=12)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        other = unpacked(asked.against, Path(folder))
        pairs = []
        for _ in range(asked.repeats):
            (now, events), (then, events_then) = cost(ROOT / "src", asked.replications), cost(other, asked.replications)
            pairs.append((now, then))
        print(f"prosper-basic, {asked.replications} replications, {asked.repeats} pairs")
        for name, costs in (("now", [now for now, _ in pairs]), (asked.against, [then for _, then in pairs])):
            middle = statistics.median(costs)
            print(f"  {name[:20]:<20} {middle:6.2f} us an event  ({min(costs):.2f} to {max(costs):.2f})")
        ratios = [now / then for now, then in pairs]
        print(f"  ratio, pair by pair  {statistics.median(ratios):6.3f}  ({min(ratios):.3f} to {max(ratios):.3f})")
        print(f"  events: {events:,} and {events_then:,}")


if __name__ == "__main__":
    main()
