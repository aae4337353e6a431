"""Random numbers that depend on what they are for, never on who drew before (R11).

A draw is named by (seed, replication, entity, purpose, index). Seed and replication make a key, the rest makes a
counter, and Squares turns the two into 64 bits: B. Widynski, "Squares: A Fast Counter-Based RNG", arXiv:2004.06278,
the five-round version with 64 bits of output. Nothing here holds state. All words are unsigned, 64 bits.

**Collisions.** Two draws of a replication coincide only if their counters do.
- Within one entity: the counters of purposes 1 to 33 begin more than 2^58 apart, so two pairs (purpose, index) with
  indices below 2^58 never collide. An index that is a hash collides with another with probability 2^-64.
- Between entities: the difference of two counters is one of 2^64 values, all equally likely as `entity_stream` is a
  hash. Among n = 10^7 draws there are n^2 / 2 = 5e13 pairs, so the chance of any collision is 5e13 / 2^64 = 2.7e-6.
- Between replications the counters are the same on purpose, and the keys differ. There are 8 * 14 * (14! / 7!)^2 =
  3.4e16 keys, so the chance that any two of 10^4 replications share one is 5e7 / 3.4e16 = 1.5e-9.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

MASK = 0xFFFFFFFFFFFFFFFF
_GOLDEN = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio, odd: multiples stay far apart (Knuth, TAOCP 6.4)
_KIND = 0xD6E8FEB86659FD93  # odd; spreads the few small kinds over 64 bits before owners are added
_DIGITS = range(1, 16)
MAX_SEED = (1 << 63) - 1


def stable_hash(name: str) -> int:
    """64 bits that depend on the letters of `name` alone: the same on every machine, in every process."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")


def replication_key(seed: int, replication: int) -> int:
    """The Squares key of one replication; both numbers from 0 to 2^63 - 1, else `ValueError`.

    The digits follow the recipe for Squares keys: no hexadecimal digit is zero, the eight of each half are distinct,
    neighbours differ, and the last is odd. They are picked with 512 bits of BLAKE2b over (seed, replication), so
    neighbouring seeds and replications have unrelated keys, and every allowed key is equally likely.
    """
    if not (0 <= seed <= MAX_SEED and 0 <= replication <= MAX_SEED):
        raise ValueError(f"seed and replication must be from 0 to 2^63 - 1, not {seed} and {replication}.")
    named = seed.to_bytes(8, "little") + replication.to_bytes(8, "little")
    entropy = int.from_bytes(blake2b(named, digest_size=64, person=b"squares-key").digest(), "little")
    entropy, choice = divmod(entropy, 8)
    digits = [2 * choice + 1]  # from the last one up
    for half in range(2):
        if half == 1:
            entropy, choice = divmod(entropy, 14)
            digits.append([digit for digit in _DIGITS if digit != digits[-1]][choice])
        unused = [digit for digit in _DIGITS if digit != digits[-1]]
        for left in range(14, 7, -1):
            entropy, choice = divmod(entropy, left)
            digits.append(unused.pop(choice))
    return int("".join(f"{digit:x}" for digit in reversed(digits)), 16)


def mix64(word: int) -> int:
    """A bijection of 64-bit words in which every input bit flips every output bit about half of the time.

    D. Stafford's "Mix13" of MurmurHash3's finaliser, as SplitMix64 uses it (Steele, Lea and Flood 2014).
    """
    word = (word ^ word >> 30) * 0xBF58476D1CE4E5B9 & MASK
    word = (word ^ word >> 27) * 0x94D049BB133111EB & MASK
    return word ^ word >> 31


@lru_cache(maxsize=4096)
def owner_hash(kind: int, owner: int) -> int:
    """The part of a stream that is the same for every entity of this kind and owner."""
    return mix64(kind * _KIND + owner & MASK)


def entity_stream(kind: int, owner: int, ident: int) -> int:
    """64 bits for who an entity is: its kind, a level or the hash of a name, and up to 64 bits of identity.

    Entities of one kind and owner never share a stream (the mixing is a bijection); others do with probability 2^-64.
    """
    return mix64(owner_hash(kind, owner) ^ ident)


def squares64(counter: int, key: int) -> int:
    """64 random bits: Widynski's five-round Squares."""
    y = x = counter * key & MASK
    z = y + key & MASK
    for added in (y, z, y):
        x = x * x + added & MASK
        x = x >> 32 | (x & 0xFFFFFFFF) << 32
    t = x * x + z & MASK
    x = t >> 32 | (t & 0xFFFFFFFF) << 32
    return t ^ (x * x + y & MASK) >> 32


def counter_of(stream: int, purpose: int, index: int) -> int:
    """The counter of a draw. Consecutive indices are consecutive counters, as Squares is meant to be used."""
    return stream + purpose * _GOLDEN + index & MASK


def uniform(key: int, stream: int, purpose: int, index: int) -> float:
    """The draw of this name: ((z >> 12) + 0.5) * 2^-52 in (0, 1), with z = squares64(counter_of(...), key).

    Written out, since calls and loops would double its time. A round squares x with its halves swapped: where
    x = h 2^32 + l, that square is h (h + (x << 33)) modulo 2^64, which spares the swapping.
    """
    y = (stream + purpose * 0x9E3779B97F4A7C15 + index) * key & 0xFFFFFFFFFFFFFFFF
    z = y + key
    x = y * y + y & 0xFFFFFFFFFFFFFFFF
    h = x >> 32
    x = h * (h + (x << 33)) + z & 0xFFFFFFFFFFFFFFFF
    h = x >> 32
    x = h * (h + (x << 33)) + y & 0xFFFFFFFFFFFFFFFF
    h = x >> 32
    t = h * (h + (x << 33)) + z & 0xFFFFFFFFFFFFFFFF
    h = t >> 32
    return ((t >> 12 ^ (h * (h + (t << 33)) + y & 0xFFFFFFFFFFFFFFFF) >> 44) + 0.5) * 2.220446049250313e-16
