"""The uncertain parameters that a scenario marks itself: every quantity with a low and a high."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.experiment.study.factors import RANGE, Factor
from cascadesim.experiment.study.spots import Spot, Spots, unit_at
from cascadesim.scenario.document import dotted
from cascadesim.scenario.key_tree import walk
from cascadesim.scenario.schema import scenario_keys

if TYPE_CHECKING:
    from cascadesim.experiment.study.ask import Ask


def marked(ask: Ask, spots: Spots) -> list[Factor]:
    """Each range that the first scenario marks, as a uniform factor, in the order of the language.

    A range of which low and high are the same is left out: nothing is left to vary. Both ends of each are tried in the
    scenario by themselves. One that the scenario refuses stays in, and the points that it spoils are told of one by
    one; where it refuses both ends, the study is at fault and names the range. With several scenarios the range is that
    of the first, and each must have the key.
    """
    factors = []
    for _, data in list(spots.data.items())[:1]:
        for path, node, value in walk(scenario_keys(), data):
            if node.kind != "quantity" or not isinstance(value, dict) or dotted(path) != ".".join(map(str, path)):
                continue
            key = dotted(path[:-1] if path[-1] == "value" else path)
            spot = Spot(key, node, {"": value})
            if spot.marked is None or spot.marked[0] == spot.marked[1]:
                continue
            low, high = spot.marked
            if spots.find(("factors",), key) is None or _spoilt(ask, spots, key, low, high):
                continue
            factors.append(
                Factor(key, (key,), RANGE, spot.number, unit_at(key), low=low, high=high, spans=((low, high),))
            )
    if not factors and spots.bases:
        ask.fault(("scenario",), "the scenario marks no range to vary.", "Give [factors].", "no_factors")
    return factors


def _spoilt(ask: Ask, spots: Spots, key: str, low: float, high: float) -> bool:
    """Whether neither end of a range can be run in any scenario, which is noted."""
    why = [spots.refuses(("factors",), {key: end}, base, f"{key}: ") for base in spots.bases for end in (low, high)]
    if not all(why):
        return False
    hint = "Give [factors] without it, or mend its range."
    ask.fault(("scenario",), f"{key}: neither end of its range can be run: {why[0]}", hint, "inconsistent")
    return True
