"""`PYTHONPATH=tests python -m devtools.planted_faults [NAME...]`: after how many scenarios each fault in an engine is
found, and which never are."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from devtools.planted_faults.campaign import ENGINES, copy_to, faults, judge


def main() -> int:
    """0 if every fault is found, else 1."""
    parser = argparse.ArgumentParser(prog="devtools.planted_faults", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="of faults; all of them by default")
    parser.add_argument("--engine", choices=(*ENGINES, "both"), default="both", help="in which they are planted (both)")
    parser.add_argument(
        "--list", action="store_true", help="print the faults and when they were last found, run nothing"
    )
    options = parser.parse_args()
    every = faults()
    unknown = set(options.names) - {fault.name for fault in every}
    if unknown:
        known = ", ".join(dict.fromkeys(fault.name for fault in every))
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {known}")
    chosen = [
        fault
        for fault in every
        if options.engine in (fault.engine, "both") and (not options.names or fault.name in options.names)
    ]
    if options.list:
        for fault in chosen:
            print(f"{fault}: {fault.bug} Found after {fault.found_after}.")
        return 0
    found = 0
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        repository = copy_to(Path(folder))
        for fault in chosen:
            verdict = judge(fault, repository)
            print(verdict, flush=True)
            found += bool(verdict.scenarios)
    print(f"{found} of {len(chosen)} found")
    return 0 if found == len(chosen) else 1


sys.exit(main())
