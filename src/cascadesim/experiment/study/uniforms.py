"""The random numbers of designs: keyed as those of runs are, so that they are the same on every machine."""

from __future__ import annotations

from typing import Any

from cascadesim.model.rng import MASK, counter_of, replication_key, squares64, stable_hash, uniform

_BITS = 30


class Uniforms:
    """Draws for one use (`what`) of one seed and replicate, each named by two numbers."""

    def __init__(self, seed: int, replicate: int, what: str) -> None:
        self._key = replication_key(seed, replicate)
        self._stream = stable_hash(f"study {what}")

    def __call__(self, column: int, index: int) -> float:
        """A uniform of (0, 1); columns and indices from 0, indices below 2^32."""
        return uniform(self._key, self._stream, 1, column << 32 | index)

    def bits(self, column: int, index: int) -> int:
        """64 random bits, unlike those of the same names in `__call__`."""
        return squares64(counter_of(self._stream, 2, column << 32 | index), self._key)

    def below(self, count: int, column: int, index: int) -> int:
        """A whole number from 0 to count - 1."""
        return min(count - 1, int(self(column, index) * count))

    def order(self, count: int, column: int) -> list[int]:
        """The numbers from 0 to count - 1, shuffled."""
        return sorted(range(count), key=lambda index: (self(column, index), index))


def sobol_points(seed: int, replicate: int, log2: int, dims: int) -> Any:
    """2^log2 points of the scrambled Sobol sequence: an array of shape (points, dims) of numbers in (0, 1).

    The sequence is scipy's (S. Joe and F. Kuo, SIAM J. Sci. Comput. 30, 2008); the scrambling is a random linear one
    with a digital shift (J. Matousek, J. Complexity 14, 1998), with keyed bits: scipy's own depends on its version.
    """
    import numpy as np
    from scipy.stats import qmc  # type: ignore[import-untyped]

    plain = qmc.Sobol(dims, scramble=False).random_base2(log2)
    words = np.round(plain * 2.0**_BITS).astype(np.uint64)
    draw = Uniforms(seed, replicate, "sobol")
    found = np.empty((len(words), dims))
    for dim in range(dims):
        mixed = np.zeros(len(words), dtype=np.uint64)
        for bit in range(_BITS):  # from the highest down: each keeps itself and takes in some of those above
            own = 1 << (_BITS - 1 - bit)
            above = (MASK << (_BITS - bit)) & ((1 << _BITS) - 1)
            taken = words[:, dim] & np.uint64(own | (draw.bits(dim, bit) & above))
            for shift in (16, 8, 4, 2, 1):
                taken ^= taken >> np.uint64(shift)
            mixed |= (taken & np.uint64(1)) * np.uint64(own)
        shift_by = np.uint64(draw.bits(dim, _BITS) & ((1 << _BITS) - 1))
        found[:, dim] = ((mixed ^ shift_by).astype(float) + 0.5) * 2.0**-_BITS
    return found
