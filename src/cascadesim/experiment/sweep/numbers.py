"""Outcomes as rows: the columns of a part, the same whoever found them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cascadesim.experiment.sweep.cells import Outcome
from cascadesim.experiment.tables import database, name_of, source

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

HEAD = ("cell", "point", "replication")


def replication_frame(done: Sequence[Outcome], measures: tuple[str, ...]) -> pd.DataFrame:
    """One row a replication: `cell`, `point`, `replication`, then the measures."""
    import numpy as np

    return _frame(done, [each.count for each in done], np.concatenate([_array(each.values) for each in done]), measures)


def trajectory_frame(done: Sequence[Outcome], columns: tuple[str, ...]) -> pd.DataFrame:
    """One row a replication and interval: `cell`, `point`, `replication`, `week`, then the columns."""
    import numpy as np

    paths = [_array(each.paths) for each in done]
    return _frame(done, [len(each) for each in paths], np.concatenate(paths), ("week", *columns))


def _array(found: np.ndarray | None) -> np.ndarray:
    assert found is not None
    return found


def _frame(done: Sequence[Outcome], lengths: list[int], values: np.ndarray, names: tuple[str, ...]) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    numbers = [
        np.repeat(each.first + np.arange(each.count), length // each.count)
        for each, length in zip(done, lengths, strict=True)
    ]
    head = {
        "cell": np.repeat([each.cell for each in done], lengths),
        "point": np.repeat([each.point for each in done], lengths),
        "replication": np.concatenate(numbers),
    }
    return pd.DataFrame(head | {name: values[:, column] for column, name in enumerate(names)})


def cells_in(part: Path) -> list[tuple[int, int, int, int]]:
    """(cell, point, first, count) of each cell with numbers in a part of replications."""
    with database(part, "read") as duck:
        columns = "cell, min(point), min(replication), count(*)"
        question = f"SELECT {columns} FROM {source(part)} GROUP BY cell ORDER BY cell"
        return duck.execute(question).fetchall()


def values_of(folder: Path, cells: Sequence[Sequence[Any]], measures: tuple[str, ...]) -> np.ndarray:
    """The measures of some cells (rows of the record), in the order of replications: a row for each."""
    import numpy as np

    if not cells:
        return np.zeros((0, len(measures)))
    found = []
    for name in sorted({cell[6] for cell in cells}):
        mine = ", ".join(str(int(cell[0])) for cell in cells if cell[6] == name)
        chosen = ", ".join(map(name_of, ("replication", *measures)))
        with database(folder / name, "read") as duck:
            rows = duck.execute(f"SELECT {chosen} FROM {source(folder / name)} WHERE cell IN ({mine})").df()
        found.append(rows.to_numpy(dtype=float))
    every = np.concatenate(found)
    return np.asarray(every[np.argsort(every[:, 0], kind="stable"), 1:])
