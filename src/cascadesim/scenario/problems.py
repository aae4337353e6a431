"""What can be wrong with a file: faults of form, each with a repair so that the search goes on, and findings.

And what the checks share: walks over the scenario, and findings that many of them make.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cascadesim.scenario import defaults
from cascadesim.scenario.clients import Stream
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.fields import Quantity, Rate, Table
from cascadesim.scenario.key_tree import Node
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.workforce import Reason, Staff, Tier

MISSING: Any = object()
DROP: Any = object()


@dataclass(frozen=True)
class FormFault:
    """One fault of form at `path`. `repair` is a harmless value to put there, or `DROP`; to `repairs`, if given.

    `suspect_paths` are further paths of which nothing more should be said: what was probably meant.
    `together` marks a fault of several keys of one table, not worth saying if one of them is wrong by itself.
    """

    path: KeyPath
    message: str
    hint: str
    code: str
    repair: Any
    suspect_paths: tuple[KeyPath, ...] = ()
    together: bool = False
    repairs: KeyPath = ()


class FileHints:
    """What a kind of file knows of the slips that are made in it, besides the shape of its keys.

    Each rule gives None where it knows nothing; this class knows nothing at all.
    """

    def unknown_key(self, root: Node, data: dict[str, Any], path: KeyPath) -> FormFault | None:
        """What an unknown key stands for; `root` is the tree of the keys."""

    def missing_key(self, data: dict[str, Any], path: KeyPath) -> FormFault | None:
        """Why a key is missing."""

    def wrong_value(self, data: dict[str, Any], path: KeyPath, node: Node, value: Any) -> str | None:
        """The hint for a value that may not stand at `node`."""

    def example_name(self, data: dict[str, Any], path: KeyPath) -> str | None:
        """A name for the table of names at `path`, to write an example with."""

    def is_told(self, path: KeyPath, value: Any) -> bool | None:
        """Whether a key with this value, in the place of a name in the table at `path`, is told of by `unknown_key`."""

    def after_known_keys(self, path: KeyPath) -> str | None:
        """What is said of an unknown key that is like no other, after the list of those that are known."""


def stand_in(node: Node) -> Any:
    """A harmless value that may stand at `node`, so that the rest can be looked at."""
    if node.stand_in is not None:
        return node.stand_in
    if node.kind == "table":
        return {key: stand_in(child) for key, child in node.fields.items() if child.required}
    if node.kind == "names":
        return {"x": stand_in(node.item)} if node.fewest and node.item else {}
    if node.kind == "list":
        return [stand_in(node.item)] * node.fewest if node.item else []
    if node.kind in ("tagged", "forms"):
        name, variant = next(iter(node.variants.items()))
        return stand_in(variant) | {node.tag: name} if node.tag else stand_in(variant)
    if node.kind == "choice":
        return node.choices[0]
    if node.kind in ("whole", "number", "quantity"):
        bounds = node.bounds
        return 1 if bounds is None else next(filter(bounds.hold, (1, bounds.least, bounds.most)), 1)
    return {"amount": 1, "rate": 0, "flag": False, "date": "2000-01-01", "text": "x", "changes": {}, "any": 0}[
        node.kind
    ]


@dataclass(frozen=True)
class Finding:
    """One fault (or warning) at `path` of a scenario whose form is sound.

    `reads` are the keys that it was concluded from, if not from `path` alone.
    """

    path: KeyPath
    message: str
    hint: str = ""
    code: str = "inconsistent"
    reads: tuple[KeyPath, ...] = ()
    warning: bool = False


def presence_of(*path: str | int) -> KeyPath:
    """A read of whether there is anything at `path`, whatever is in it: nothing below it can cast doubt on that."""
    return (*path, "")


def holds(finding: Finding, suspect_paths: Iterable[KeyPath]) -> bool:
    """Whether a finding rests on nothing that is itself at fault."""
    reads = finding.reads or (finding.path,)
    for suspect in suspect_paths:
        size = len(suspect)
        if finding.path[:size] == suspect:
            return False
        if any(read[:size] == suspect or suspect[: len(read)] == read for read in reads):
            return False
    return True


SUM_NOISE = 1e-9
"""How far from their sum probabilities may be, for floats."""


def tiers(scenario: Scenario) -> Iterator[tuple[int, str, Tier, KeyPath]]:
    """(level, name, tier, path of its table), from the top."""
    for level, name in enumerate(scenario.cascade):
        yield level, name, scenario.tier[name], ("tier", name)


def staffs(scenario: Scenario) -> Iterator[tuple[str, Staff, KeyPath]]:
    """(site, staff, path of its table) of every tier; the site without a name is ""."""
    for _, _, tier, path in tiers(scenario):
        for site, staff in defaults.staff(tier).items():
            yield site, staff, (*path, "site", site) if site else path


def streams(scenario: Scenario) -> Iterator[tuple[Stream, KeyPath]]:
    """(stream, path of its table); none without clients."""
    for name, stream in scenario.clients.stream.items() if scenario.clients else ():
        yield stream, ("clients", "stream", name)


def tables(table: Table, path: KeyPath = ()) -> Iterator[tuple[Table, KeyPath]]:
    """A table and all tables in it, each with its path; quantities are none of them."""
    yield table, path
    for key, inner in vars(table).items():
        parts = inner if isinstance(inner, dict) else {}
        if isinstance(inner, tuple) and isinstance(next(iter(inner), None), Table):  # not a million dates
            parts = dict(enumerate(inner))
        inside = {(key,): inner} | {(key, part): each for part, each in parts.items()}
        for place, each in inside.items():
            if isinstance(each, Table) and not isinstance(each, Quantity):
                yield from tables(each, (*path, *place))


def reasons(scenario: Scenario) -> Iterator[tuple[Reason, KeyPath]]:
    """Every reason of every tier, with the path of its table."""
    for _, _, tier, path in tiers(scenario):
        yield from ((reason, (*path, "events", name)) for name, reason in tier.events.items())


def rates(scenario: Scenario) -> Iterator[tuple[Rate, KeyPath]]:
    """(rate, its key) of recruits and of referrals."""
    yield from ((staff.recruits_per_week, (*path, "recruits_per_week")) for _, staff, path in staffs(scenario))
    yield from ((stream.referrals_per_week, (*path, "referrals_per_week")) for stream, path in streams(scenario))


def gives_courses(scenario: Scenario, level: int) -> bool:
    """Whether the tier below takes courses or refreshers, which this one gives."""
    if level + 1 == len(scenario.cascade):
        return False
    below = scenario.tier[scenario.cascade[level + 1]]
    return defaults.trains(below, level + 1) or below.refresher is not None


def is_given(table: Table, key: str) -> bool:
    """Whether a key has another value than it has by default."""
    value, default = getattr(table, key), type(table).model_fields[key].get_default(call_default_factory=True)
    if isinstance(value, Quantity) and isinstance(default, Quantity):
        return value.value != default.value
    return bool(value != default)


def no_effect(path: KeyPath, why: str, *reads: KeyPath, hint: str = "") -> Finding:
    """A key that changes nothing, because of something else."""
    return Finding(path, f"has no effect: {why}.", hint, "no_effect", (path, *reads), warning=True)


def unused(
    table: Table, path: KeyPath, keys: Iterable[str], why: str, *reads: KeyPath, hint: str = ""
) -> Iterator[Finding]:
    """A finding for each of these keys of a table that is given and changes nothing."""
    return (no_effect((*path, key), why, *reads, hint=hint) for key in keys if is_given(table, key))


def shares_of_one(table: Mapping[str, Quantity], path: KeyPath) -> Iterator[Finding]:
    """Shares of one whole sum to 1."""
    total = math.fsum(share.value for share in table.values())
    if table and abs(total - 1) > SUM_NOISE:
        listed = " + ".join(f"{share.value:g}" for share in table.values())
        yield Finding(path, f"the shares sum to {total:.6g}, not to 1: {listed}.", "", "shares")


def given_twice(
    weeks: Iterable[float], path: KeyPath, hint: str = "", words: str = "week {:g} is given twice."
) -> Iterator[Finding]:
    """A week stands in a list once."""
    seen: set[float] = set()
    for place, week in enumerate(weeks):
        if week in seen:
            yield Finding((*path, place), words.format(week), hint)
        seen.add(week)


def recurring_dates(
    every_weeks: float | None, at_weeks: Sequence[float], horizon_weeks: float, path: KeyPath
) -> Iterator[Finding]:
    """Dates that come back have one before the horizon, and not more than a calendar can hold."""
    if every_weeks is None:
        return
    key = (*path, "every_weeks")
    reads = (key, ("horizon_weeks",))
    if every_weeks >= horizon_weeks and not at_weeks:
        message = f"no date lies before the horizon of {horizon_weeks:g} weeks."
        yield Finding(key, message, f"Less than {horizon_weeks:g}.", "impossible", reads)
    elif horizon_weeks / every_weeks > defaults.MAX_DATES:
        message = f"makes {horizon_weeks / every_weeks:,.0f} dates; at most {defaults.MAX_DATES:,}."
        yield Finding(key, message, "", "too_large", reads)
