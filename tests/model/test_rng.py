"""Draws: known answers, keys, streams and counters."""

from __future__ import annotations

import itertools

import pytest

from cascadesim.model.enums import Purpose
from cascadesim.model.rng import (
    MASK,
    MAX_SEED,
    counter_of,
    entity_stream,
    mix64,
    replication_key,
    squares64,
    stable_hash,
    uniform,
)

# (key, counter, output) as randomgen 2.5.1 gives them: Squares(key=key, counter=counter).random_raw(), an
# implementation in C that shares nothing with ours. The first key is the first of Widynski's published key file.
KNOWN = [
    (0xC58EFD154CE32F6D, 0x0000000000000000, 0x8352D81514C3F20F),
    (0xC58EFD154CE32F6D, 0x0000000000000001, 0x4D645C710DEA443C),
    (0xC58EFD154CE32F6D, 0x000000000098967F, 0x73F9C373E9ABC39E),
    (0xC58EFD154CE32F6D, 0x97B750923CEB3FFD, 0xD359EF7EE139192C),
    (0xC58EFD154CE32F6D, 0xFFFFFFFFFFFFFFFF, 0x89D8C127F819498B),
    (0x548C9DECBCE65297, 0x0000000000000000, 0x36D88366CEE633A5),
    (0x548C9DECBCE65297, 0x0000000000000001, 0x944716E00E60DFAA),
    (0x548C9DECBCE65297, 0x000000000098967F, 0xB01D7D0C64698D33),
    (0x548C9DECBCE65297, 0x216363698B529B4A, 0xC072915025FC2F78),
    (0x548C9DECBCE65297, 0xFFFFFFFFFFFFFFFF, 0x434506A445777020),
    (0xC7EC851D342AEC01, 0x0000000000000002, 0x30D014599F2CDC58),
    (0xC7EC851D342AEC01, 0xEA7B5BF55EB561A4, 0x554FB3CDBBA7CAD9),
    (0x59A7FDB4BD7CAF53, 0x0000000000000001, 0x0B48AC9F7F0A5CA2),
    (0x59A7FDB4BD7CAF53, 0x795B929E9A9A80FD, 0xEC8A69BDBF109AA2),
    (0x2FC16CA646B2DC31, 0x0000000000000002, 0x1F120D8C6025E6C6),
    (0x2FC16CA646B2DC31, 0x94B2B8FDA02F34A6, 0x0767800E568C7066),
    (0x5FC3B48ACE48A561, 0x0000000000000000, 0xEB9896FB17212817),
    (0x5FC3B48ACE48A561, 0x9B08923D10C67FD9, 0x1EF2E7723D296FED),
    (0x5FC3B48ACE48A561, 0xFFFFFFFFFFFFFFFF, 0xBD61CCA972F47C34),
]

KEY = replication_key(1, 0)


@pytest.mark.parametrize(("key", "counter", "output"), KNOWN)
def test_squares_gives_the_known_answers(key: int, counter: int, output: int) -> None:
    assert squares64(counter, key) == output
    stream = counter - counter_of(0, 5, 3) & MASK
    assert uniform(key, stream, 5, 3) == ((output >> 12) + 0.5) * 2.0**-52


def test_the_written_out_uniform_is_the_one_in_the_docstring() -> None:
    """For 20,000 names, also with words whose top bits are set and an index of 64 bits."""
    for i in range(20_000):
        stream, key, index = mix64(i), replication_key(i % 50, 0), mix64(i + 77) >> i % 64
        z = squares64(counter_of(stream, i % 11, index), key)
        assert uniform(key, stream, i % 11, index) == ((z >> 12) + 0.5) * 2.0**-52


def test_draws_stay_what_they_are() -> None:
    """Frozen: a change here changes every result, and is a line under "Numbers that changed"."""
    assert stable_hash("emigration") == 0x511AFABF0170DAD3
    assert KEY == 0x5FC3B48ACE48A561
    assert entity_stream(2, stable_hash("Arabic"), 41) == 0x2A1AEACCCFA6CACC
    assert uniform(KEY, entity_stream(1, 2, 7), 3, 0) == 0.4275551270460104


@pytest.mark.parametrize("place", ["key", "stream", "purpose", "index"])
def test_every_part_of_the_name_counts(place: str) -> None:
    """Changing one part by one changes the draw, whatever the other parts are."""
    parts = ["key", "stream", "purpose", "index"]
    for i in range(200):
        name = {"key": replication_key(i, 1), "stream": mix64(i), "purpose": i % 11 + 1, "index": i % 7}
        other = {**name, place: name[place] + 1 if place != "key" else replication_key(i, 2)}
        assert uniform(*(name[part] for part in parts)) != uniform(*(other[part] for part in parts))


def test_uniforms_lie_on_the_lattice() -> None:
    """Odd multiples of 2^-53: inside (0, 1) at both ends, and 1 - u loses nothing, which the quantiles rely on."""
    assert (0 + 0.5) * 2.0**-52 > 0.0
    assert (2**52 - 1 + 0.5) * 2.0**-52 < 1.0
    for i in range(5_000):
        u = uniform(KEY, mix64(i), 3, i)
        assert (u * 2.0**53) % 2.0 == 1.0
        assert 0.0 < u < 1.0
        assert 1.0 - (1.0 - u) == u


def test_keys_follow_the_recipe() -> None:
    """Digits not zero, distinct in each half, different from their neighbour, the last one odd; keys all different."""
    numbers = [0, 1, 2, 3, 41, 2**31, 2**32 - 1, 2**32, 2**62, MAX_SEED - 1, MAX_SEED]
    names = list(itertools.product(numbers, numbers)) + [(7, r) for r in range(5_000)] + [(s, 7) for s in range(5_000)]
    keys = {name: replication_key(*name) for name in names}
    assert len(set(keys.values())) == len(keys)
    for key in keys.values():
        digits = f"{key:016x}"
        assert "0" not in digits
        assert len(set(digits[:8])) == len(set(digits[8:])) == 8
        assert digits[7] != digits[8]
        assert key % 2 == 1


@pytest.mark.parametrize(("seed", "replication"), [(-1, 0), (0, -1), (2**63, 0), (0, 2**63)])
def test_a_seed_out_of_range_is_refused(seed: int, replication: int) -> None:
    with pytest.raises(ValueError, match=r"must be from 0 to 2\^63 - 1"):
        replication_key(seed, replication)


def test_streams_of_an_owner_never_coincide_and_others_do_not_either() -> None:
    """300,000 entities of 3 kinds, 50 owners (levels and hashes) and 2,000 identities; a chance meeting has 2.4e-9."""
    owners = [*range(25), *(stable_hash(f"stream {i}") for i in range(25))]
    streams = {entity_stream(kind, owner, i) for kind in (1, 2, 5) for owner in owners for i in range(2_000)}
    assert len(streams) == 3 * 50 * 2_000


def test_mixing_is_a_bijection() -> None:
    """Undone step by step (each xor-shift and odd factor has an inverse), so no two words share an image."""
    for word in (0, 1, MASK, *(mix64(i) for i in range(500))):
        image = mix64(word)
        image ^= image >> 31 ^ image >> 62
        image = image * pow(0x94D049BB133111EB, -1, 1 << 64) & MASK
        image ^= image >> 27 ^ image >> 54
        image = image * pow(0xBF58476D1CE4E5B9, -1, 1 << 64) & MASK
        assert image ^ image >> 30 ^ image >> 60 == word


def test_purposes_begin_far_apart() -> None:
    """More than 2^58, as the docstring promises for purposes 1 to 33; all of ours are among them."""
    starts = sorted(counter_of(0, purpose, 0) for purpose in range(1, 34))
    gaps = [after - before for before, after in zip(starts, [*starts[1:], starts[0] + 2**64], strict=True)]
    assert min(gaps) > 2**58
    assert set(Purpose) <= set(range(1, 34))
