"""A quantile function laid down as a table, for `distributions.tabulated`: once, when a plan is compiled.

Normal scores from -8.25 to 8.25, beyond which no uniform lies, are cut into cells. In each the logarithm of the value
(on the interval from 0 to 1 its log odds) is the polynomial that agrees with it at Chebyshev's nodes. A cell in which
that leaves a relative error above `TOLERANCE` is halved, so that cells are small where the function bends: about 70 of
them do for a gamma or a beta of any shape from 0.001 on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cascadesim.model.distributions import TERMS

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]
    Inverse = Callable[[Array], Array]

TOLERANCE = 1e-11
_NOTHING = 1e-290  # smaller values lose digits
_FARTHEST = 8.25
_FIRST_CELLS = 64
_MOST_CELLS = 512  # where scipy's own last digits jump, halving does not help
_HALVINGS = 20
_LEAST, _MOST = -750.0, 40.0  # exp(-750) is 0; odds of exp(40) are certain


def quantile_table(below: Inverse, above: Inverse, on_interval: bool) -> tuple[float, ...]:
    """The cells of a distribution on (0, inf), or from 0 to 1: their number, first scores, and polynomials.

    `below` gives values by the probability of a smaller one, `above` by that of a larger one: scipy's `ppf` and `isf`,
    or the like. Both take arrays of probabilities up to 1/2.
    """
    import numpy as np

    nodes = np.cos((np.arange(TERMS) + 0.5) * np.pi / TERMS)
    fit = np.linalg.inv(np.vander(nodes, TERMS))
    checked = np.cos(np.arange(TERMS + 1) * np.pi / TERMS)
    powers = np.vander(checked, TERMS)
    edges = np.linspace(-_FARTHEST, _FARTHEST, _FIRST_CELLS + 1)
    left, right = edges[:-1], edges[1:]
    done: list[list[float]] = []
    for halving in range(_HALVINGS + 1):
        middle, half = (left + right) / 2, (right - left) / 2
        polynomials = _transformed(below, above, on_interval, middle[:, None] + half[:, None] * nodes) @ fit.T
        exact = _value(_transformed(below, above, on_interval, middle[:, None] + half[:, None] * checked), on_interval)
        error = np.abs(_value(polynomials @ powers.T, on_interval) - exact)
        good = np.all(error <= TOLERANCE * exact + _NOTHING, axis=1)
        if halving == _HALVINGS or len(done) + 2 * len(left) > _MOST_CELLS:
            good = np.full(len(left), True)
        cells = np.column_stack([left, middle, 1 / half, polynomials])
        done += cells[good].tolist()
        left, right = np.append(left[~good], middle[~good]), np.append(middle[~good], right[~good])
        if not len(left):
            break
    done.sort()
    return (float(len(done)), *(cell[0] for cell in done), *(number for cell in done for number in cell[1:]))


def _transformed(below: Inverse, above: Inverse, on_interval: bool, scores: Array) -> Array:
    """The logarithm or log odds of the value at each normal score, each tail by its own inverse."""
    import numpy as np
    from scipy.special import ndtr  # type: ignore[import-untyped]

    values = np.empty_like(scores)
    lower = scores < 0
    values[lower] = below(ndtr(scores[lower]))
    values[~lower] = above(ndtr(-scores[~lower]))
    with np.errstate(divide="ignore"):
        logarithms = np.log(values) - np.log1p(-values) if on_interval else np.log(values)
    clipped: Array = np.clip(logarithms, _LEAST, _MOST if on_interval else None)
    return clipped


def _value(transformed: Array, on_interval: bool) -> Array:
    import numpy as np

    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-transformed)) if on_interval else np.exp(transformed)
