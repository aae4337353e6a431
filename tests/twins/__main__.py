"""`PYTHONPATH=tests python -m twins [NAME...]`: after how many scenarios each fault is found, and which never are."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from twins.campaign import copy_to, judge
from twins.table import ENGINES, faults


def main() -> int:
    """0 if every fault is found, else 1."""
    parser = argparse.ArgumentParser(prog="twins", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="of faults; all of them by default")
    parser.add_argument("--engine", choices=(*ENGINES, "both"), default="both", help="in which they are planted (both)")
    given = parser.parse_args()
    every = faults()
    unknown = set(given.names) - {fault.name for fault in every}
    if unknown:
        known = ", ".join(dict.fromkeys(fault.name for fault in every))
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {known}")
    chosen = [
        fault
        for fault in every
        if given.engine in (fault.engine, "both") and (not given.names or fault.name in given.names)
    ]
    found = 0
    with tempfile.TemporaryDirectory(prefix="twins-") as folder:
        repository = copy_to(Path(folder))
        for fault in chosen:
            verdict = judge(fault, repository)
            print(verdict, flush=True)
            found += bool(verdict.scenarios)
    print(f"{found} of {len(chosen)} found")
    return 0 if found == len(chosen) else 1


sys.exit(main())
