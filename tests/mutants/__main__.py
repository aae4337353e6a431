"""`PYTHONPATH=tests python -m mutants [NAME...]`: which test finds each fault, and which faults nobody finds."""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor

from mutants.campaign import judge
from mutants.table import mutants


def main() -> int:
    """0 if a test fails for every mutant, else 1."""
    parser = argparse.ArgumentParser(prog="mutants", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="of mutants or chapters; all of them by default")
    parser.add_argument("--jobs", type=int, default=1, help="how many at once (1)")
    parser.add_argument("--likely", action="store_true", help="run the likely tests of each mutant only")
    parser.add_argument("--list", action="store_true", help="print the mutants and what found them, run nothing")
    given = parser.parse_args()
    every = mutants()
    chosen = [each for each in every if not given.names or {each.name, each.chapter} & set(given.names)]
    unknown = set(given.names) - {known for each in every for known in (each.name, each.chapter)}
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(each.name for each in every)}")
    if given.list:
        for each in chosen:
            print(f"{each.name} ({each.rule}): {each.bug}\n    found by {each.found_by}")
        return 0
    caught = 0
    with ThreadPoolExecutor(given.jobs) as pool:
        for verdict in pool.map(lambda mutant: judge(mutant, given.likely), chosen):
            print(verdict, flush=True)
            caught += bool(verdict.caught_by)
    print(f"{caught} of {len(chosen)} caught")
    return 0 if caught == len(chosen) else 1


sys.exit(main())
