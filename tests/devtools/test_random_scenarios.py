"""The scenarios at random say everything that the language can say, each of it often enough."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from generate import seeded, to_toml

from cascadesim.scenario.key_tree import is_placeholder, patterns, walk
from cascadesim.scenario.schema import scenario_keys

NUMBER = 300
KEYS = list(patterns(scenario_keys()))
NAMES = {table: name for path, _ in KEYS for table, name in pairwise(path) if is_placeholder(name)}
NEVER = {"extends", "clients.stream.NAME.dates_csv"}
"""They name other files."""

OFTEN = 0.1
RARELY = 0.03
"""Enough for what belongs to one of several kinds of clock, or to one site of several."""


def pattern(path: tuple[str | int, ...]) -> str:
    """`tier.NAME.caseload` of a path."""
    parts: list[str] = []
    chosen = False  # whether this part is a name of the scenario's own
    for part in path:
        parts.append("N" if isinstance(part, int) else NAMES[parts[-1]] if chosen else part)
        chosen = not chosen and part in NAMES
    return ".".join(parts)


def test_every_key_is_given_in_one_scenario_of_ten() -> None:
    seen: Counter[str] = Counter()
    for seed in range(NUMBER):
        seen.update({pattern(path) for path, _, _ in walk(scenario_keys(), seeded(seed))})
    rare = {}
    for path, _ in KEYS:
        key = ".".join(path)
        least = RARELY if ".time_to_event." in key or key.startswith("organisation.STATE.site") else OFTEN
        if key not in NEVER and seen[key] < least * NUMBER:
            rare[key] = seen[key]
    assert not rare


def test_a_seed_is_a_scenario() -> None:
    assert to_toml(seeded(3)) == to_toml(seeded(3)) != to_toml(seeded(4))
