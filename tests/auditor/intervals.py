"""How long it is to the next session: drawn for every slot, by transfer, session and try, and by session of a group.

A pure function of the names of the draws (R11.1): nobody is given the same interval twice, after a transfer neither.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from scipy import stats

from auditor.amounts import WEEK, exact
from auditor.clientele import Client, ClientGroup
from auditor.luck import CLIENT, CLIENT_GROUP, GROUP_INTERVAL, INTERVAL, WORD, Luck, named, stream_of
from auditor.rows import client_number

TRIES = 1 << 20


class Intervals:
    """What is drawn for the next session of a client who is seen alone, and of a group, in minutes."""

    def __init__(self, luck: Luck) -> None:
        self.luck = luck

    def of_client(self, client: Client) -> int:
        """From now on."""
        slot = (client.handed_over * TRIES + client.attended) * TRIES + client.tries
        owner = stream_of(CLIENT, named(client.stream.name), client_number(client.key))
        return _minutes(client.format.drawn, self.luck.uniform(owner, INTERVAL, slot))

    def of_group(self, group: ClientGroup) -> int:
        """From now on."""
        place = (named(group.site) if group.site else 0) + 3 * (named(group.language) if group.language else 0)
        number = int(group.key.rpartition(":")[2])
        owner = stream_of(CLIENT_GROUP, named(group.format.name), place + number & WORD)
        return _minutes(group.format.drawn, self.luck.uniform(owner, GROUP_INTERVAL, group.sessions))


def _minutes(amount: Mapping[str, Any], u: float) -> int:
    return max(1, math.floor(_weeks(amount, u) * WEEK + 0.5 + 1e-6))


def _weeks(amount: Mapping[str, Any], u: float) -> float:
    """The value that a distribution has at `u`, with the shape of the textbook, not of the engine."""
    given = {
        name: float(exact(amount[name])) for name in ("mean", "low", "mode", "high", "cv", "sd") if amount.get(name)
    }
    dist, low = amount.get("dist", "constant"), given.get("low", 0.0)
    width = given.get("high", 1.0) - low
    if dist == "constant":
        return float(exact(amount["value"]))
    if dist in ("discrete", "empirical"):
        return _one_of(amount, u)
    if dist == "uniform":
        return low + width * u
    if dist == "triangular":
        return float(stats.triang.ppf(u, (given["mode"] - low) / width if "mode" in given else 0.0, low, width))
    mean = given["mean"]
    if dist == "exponential":
        return -mean * math.log(1.0 - u)
    if dist == "weibull":
        shape = float(exact(amount["shape"]))
        return mean / math.gamma(1 + 1 / shape) * (-math.log(1.0 - u)) ** (1 / shape)
    cv = given["cv"] if "cv" in given else given["sd"] / mean
    if dist == "lognormal":
        spread = math.sqrt(math.log(1 + cv**2))
        return mean * math.exp(spread * float(stats.norm.ppf(u)) - spread**2 / 2)
    if dist == "gamma":
        return float(stats.gamma.ppf(u, cv**-2, scale=mean * cv**2))
    m = (mean - low) / width
    both = m * (1 - m) / (cv * mean / width) ** 2 - 1
    return float(stats.beta.ppf(u, m * both, (1 - m) * both, low, width))


def _one_of(amount: Mapping[str, Any], u: float) -> float:
    values = amount["values"]
    shares = amount.get("probabilities") or [1 / len(values)] * len(values)
    reached, value = 0.0, 0.0
    for each, share in sorted(zip(values, shares, strict=True)):
        if share > 0:
            reached, value = reached + float(share), float(exact(each))
            if u < reached:
                break
    return value
