"""The draws of a replication, worked out again: each is a function of whose it is, what for, and which one (R11.1).

Squares with five rounds (Widynski 2020, arXiv:2004.06278) over a counter that names the draw, with a key for each seed
and replication; streams of people are mixed with the finaliser of SplitMix64.
"""

from __future__ import annotations

import math
from hashlib import blake2b

WORD = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
KINDS = 0xD6E8FEB86659FD93
WORKER, CLIENT, STREAM, RECRUITS, CLIENT_GROUP = 1, 2, 5, 6, 7
THRESHOLD, INTER_ARRIVAL, INTERVAL, CONSEQUENCE, SHOCK_TIME, FRAILTY, GROUP_INTERVAL = 4, 5, 8, 14, 16, 17, 23


def named(name: str) -> int:
    """64 bits of a name."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")


def stream_of(kind: int, owner: int, who: int) -> int:
    """Where the draws of somebody begin."""
    return _mixed(_mixed(kind * KINDS + owner & WORD) ^ who)


class Luck:
    """All draws of one replication."""

    def __init__(self, seed: int, replication: int) -> None:
        self.key = _key(seed, replication)

    def uniform(self, stream: int, purpose: int, index: int = 0) -> float:
        """Between 0 and 1, never one of them."""
        return ((_squares(stream + purpose * GOLDEN + index & WORD, self.key) >> 12) + 0.5) / 2**52

    def unit(self, stream: int, purpose: int, index: int = 0) -> float:
        """A draw of the unit exponential."""
        return -math.log(1.0 - self.uniform(stream, purpose, index))


def _key(seed: int, replication: int) -> int:
    """Sixteen digits of 1 to f, those of each half distinct, neighbours too; the last one is odd."""
    words = seed.to_bytes(8, "little") + replication.to_bytes(8, "little")
    left = int.from_bytes(blake2b(words, digest_size=64, person=b"squares-key").digest(), "little")
    key, place, before = 0, 0, 0
    for half in range(2):
        free = [digit for digit in range(1, 16) if digit != before]
        for taken in range(8):
            choices = [digit for digit in free if digit % 2] if half == taken == 0 else free
            left, choice = divmod(left, len(choices))
            before = choices[choice]
            key |= before << 4 * place
            place += 1
            # the digit before a half may come again within it
            free = [digit for digit in (range(1, 16) if taken == 0 else free) if digit != before]
    return key


def _mixed(word: int) -> int:
    word = (word ^ word >> 30) * 0xBF58476D1CE4E5B9 & WORD
    word = (word ^ word >> 27) * 0x94D049BB133111EB & WORD
    return word ^ word >> 31


def _squares(counter: int, key: int) -> int:
    x = y = counter * key & WORD
    z = y + key & WORD
    for round_of in (y, z, y):
        x = _halves_swapped(x * x + round_of & WORD)
    t = x * x + z & WORD
    x = _halves_swapped(t)
    return t ^ (x * x + y & WORD) >> 32


def _halves_swapped(word: int) -> int:
    return word >> 32 | word << 32 & WORD
