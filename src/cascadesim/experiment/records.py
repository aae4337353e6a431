"""The two shapes in which a run hands over its numbers: named KPIs, and rows under columns. Both are read-only."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

_INTEGERS = ("replication", "row", "minute", "amount")
_TEXTS = ("event", "kind", "key", "tier", "other", "detail")
_TYPES = {**dict.fromkeys(_INTEGERS, "int64"), **dict.fromkeys(_TEXTS, "str")}


class Kpis(Mapping[str, float]):
    """KPI name -> value, in a fixed order; nan where a KPI is undefined.

    A mapping that cannot be edited and, unlike `MappingProxyType`, can be sent to another process. Two are equal when
    they hold the same names with the same values, nan counting as equal to nan.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, float]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> float:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mapping):
            return NotImplemented
        return self.keys() == other.keys() and all(_same(self[name], other[name]) for name in self)

    def __hash__(self) -> int:
        return hash(frozenset(self._values))

    def __repr__(self) -> str:
        return f"Kpis({len(self)} values)"


@dataclass(frozen=True, repr=False, eq=False)
class Rows:
    """Rows under named columns: one tuple a row, in canonical order."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Rows):
            return NotImplemented
        return self.columns == other.columns and self.rows == other.rows

    def __hash__(self) -> int:
        return hash(self.columns)

    def __repr__(self) -> str:
        return f"Rows({len(self.rows)} rows of {len(self.columns)} columns)"

    def frame(self) -> pd.DataFrame:
        """The same as a pandas DataFrame; whole numbers, text and reals keep their type where there is no row."""
        import pandas as pd

        frame = pd.DataFrame(list(self.rows), columns=list(self.columns))
        return frame if self.rows else frame.astype({name: _TYPES.get(name, "float64") for name in self.columns})


def _same(one: object, other: object) -> bool:
    return one == other or (_is_nan(one) and _is_nan(other))


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


class LateRows(Rows):
    """Rows that are made when they are first asked for, by `make`: most callers keep the KPIs alone."""

    def __init__(self, columns: tuple[str, ...], make: Callable[[], Iterable[tuple[Any, ...]]]) -> None:
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "_make", make)

    @cached_property
    def rows(self) -> tuple[tuple[Any, ...], ...]:
        """One tuple a row, in canonical order."""
        return tuple(self.__dict__.pop("_make")())

    def __reduce__(self) -> tuple[Any, ...]:
        return Rows, (self.columns, self.rows)
