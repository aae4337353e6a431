"""`PYTHONPATH=tests python -m faults KIND --n N --seed S`: so many trials of a kind, and what came of them."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from faults.commands import Commands
from faults.kinds import KINDS, harm
from faults.reference import Reference


def main() -> int:
    """0 if nothing was lost, done twice, wrong or left, else 1."""
    parser = argparse.ArgumentParser(prog="faults", description=__doc__)
    parser.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("--n", type=int, default=20, help="trials (20)")
    parser.add_argument("--seed", type=int, default=1, help="of what is drawn (1)")
    given = parser.parse_args()
    figures: Counter[str] = Counter()
    began = time.monotonic()
    with Commands(thorough=True) as commands, tempfile.TemporaryDirectory(prefix="faults-") as folder:
        reference = Reference(commands, Path(folder))
        for number in range(given.n):
            found: Counter[str] = Counter()
            KINDS[given.kind].trial(reference, number, random.Random(f"{given.seed} {number}"), found)
            for name, count in found.items():
                figures[name] = max(figures[name], count) if "most" in name else figures[name] + count
            if harm(found, given.kind):
                print(f"trial {number}: {harm(found, given.kind)}", flush=True)
    print(f"{given.kind}: {given.n} trials, seed {given.seed}, {time.monotonic() - began:.0f} s")
    for name, count in sorted(figures.items()):
        print(f"  {name}: {count:,}")
    return 1 if harm(figures, given.kind) else 0


sys.exit(main())
