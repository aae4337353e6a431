"""`PYTHONPATH=tests python -m oracle write FILE`, and `compare OLD NEW`: whether a change has changed a number.

A file of digests has one line a scenario: its name, a digest of everything, one of the logs, one of the numbers without
their names. Scenarios are those of the checkout from which `cascadesim` is imported: with `PYTHONPATH=OTHER/src:tests`
of another one, and then with `--old`, which brings the names of an older checkout up to those of today.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from oracle.compare import Values, read_list, verdict
from oracle.content import INVALID, Content, keep, kept, read
from oracle.digest import digests
from oracle.frozen import freeze
from oracle.renames import read_renames
from oracle.sides import KINDS, Side, root

EVERY = 20.0
"""Seconds between two lines that say how far it is."""
_SHOWN = 20


def main() -> int:
    """0 where all is well, 1 where something differs."""
    given = _arguments().parse_args()
    commands = {"write": _write, "again": _again, "compare": _compare, "freeze": _freeze}
    return commands[given.command](given)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="oracle", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    write = commands.add_parser("write", help="run scenarios and write their digests")
    again = commands.add_parser("again", help="write digests of values that were kept, without a run")
    again.add_argument("folder", type=Path, metavar="VALUES")
    for command in (write, again):
        command.add_argument("file", type=Path, metavar="FILE")
        command.add_argument("--old", action="store_true", help="these are of an older checkout: apply renames.toml")
    write.add_argument("--engine", choices=("compiled", "simpy"), default="compiled")
    write.add_argument("--which", default=",".join(KINDS), help=f"some of {','.join(KINDS)}; all of them by default")
    write.add_argument("--from", dest="first", type=int, default=1, help="the first generated scenario (1)")
    write.add_argument("--to", dest="last", type=int, default=2000, help="the last one (2000)")
    write.add_argument("--values", type=Path, metavar="DIR", help="keep the values too")
    write.add_argument("--root", type=Path, default=root(), help="where scenarios/ and tests/ are")
    commands.add_parser("freeze", help="write the digests of the tests again")
    compare = commands.add_parser("compare", help="compare two files of digests")
    compare.add_argument("old", type=Path, metavar="OLD")
    compare.add_argument("new", type=Path, metavar="NEW")
    compare.add_argument(
        "--values", type=Path, nargs=2, metavar=("OLD", "NEW"), help="folders of values: say what differs"
    )
    compare.add_argument("--within", type=float, default=0.0, help="relative differences up to this are none")
    return parser


def _freeze(_: argparse.Namespace) -> int:
    print(freeze())
    return 0


def _write(given: argparse.Namespace) -> int:
    kinds = given.which.split(",")
    unknown = set(kinds) - set(KINDS)
    if unknown:
        sys.exit(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(KINDS)}")
    return _list(given, _found(given, kinds))


def _found(given: argparse.Namespace, kinds: list[str]) -> Iterator[tuple[str, Content | str]]:
    """What every scenario gives; the name of its fault where one stopped."""
    side = Side(given.root, given.engine)
    for kind in kinds:
        for name, run in side.tasks(kind, given.first, given.last):
            try:
                content = run()
            except Exception as fault:
                print(f"{name}: {type(fault).__name__}: {fault}", file=sys.stderr, flush=True)
                yield name, f"stopped:{type(fault).__name__}"
                continue
            if given.values is not None:
                keep(given.values, name, content)
            yield name, content


def _again(given: argparse.Namespace) -> int:
    return _list(given, ((name, read(given.folder, name)) for name in kept(given.folder)))


def _list(given: argparse.Namespace, found: Iterator[tuple[str, Content | str]]) -> int:
    """One line a scenario, written as soon as it is known."""
    renames, began, told, number, stopped = read_renames(), time.monotonic(), time.monotonic(), 0, 0
    with given.file.open("w", encoding="utf-8") as lines:
        for number, (name, content) in enumerate(found, start=1):
            if isinstance(content, str):
                fields: tuple[str, ...] = (content,)
                stopped += 1
            elif content == INVALID:
                fields = ("invalid",)
            else:
                fields = digests(renames.old(content) if given.old else renames.new(content))
            lines.write(" ".join((renames.scenario(name) if given.old else name, *fields)) + "\n")
            lines.flush()
            if time.monotonic() - told > EVERY:
                told = time.monotonic()
                print(f"{told - began:.0f} s: {number} scenarios, {name}", file=sys.stderr, flush=True)
    print(f"{number} scenarios in {time.monotonic() - began:.0f} s, {stopped} stopped: {given.file}")
    return 1 if stopped else 0


def _compare(given: argparse.Namespace) -> int:
    old, new = read_list(given.old), read_list(given.new)
    common = [name for name in new if name in old]
    different = {name: told for name in common if (told := verdict(old[name], new[name]))}
    values = None if given.values is None else Values(given.values[0], given.values[1], read_renames())
    most, passed = 0.0, 0
    for shown, (name, told) in enumerate(different.items()):
        lines = f"{name}: {told}"
        if values is not None:
            size, words = values.explain(name)
            most, lines = max(most, size), f"{lines}\n{words}"
            passed += size <= given.within
        if shown < _SHOWN:
            print(lines)
    if len(different) > _SHOWN:
        print(f"... and {len(different) - _SHOWN} more")
    only = [name for name in new if name not in old]
    print(*(f"{name}: not in {given.old}" for name in only[:_SHOWN]), sep="\n", end="\n" if only else "")
    print(_summary(len(old), len(common), different, passed, most, given))
    return 0 if common and not only and len(different) == passed else 1


def _summary(
    of: int, common: int, different: dict[str, str], passed: int, most: float, given: argparse.Namespace
) -> str:
    told = f"{common} of {of} scenarios compared, {common - len(different)} identical, {len(different)} not"
    if given.values is None or not different:
        return told
    return f"{told}; {passed} of these within {given.within:g}; largest relative difference {most:.3g}"


if __name__ == "__main__":
    sys.exit(main())
