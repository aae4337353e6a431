"""Several runs that are to be compared: a result folder each, inside one folder that appears whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cascadesim.experiment.folder import result_folder
from cascadesim.experiment.manifest import MANIFEST, Order, comparison_hash, comparison_text, folder_name
from cascadesim.experiment.results import TABLES, files_in, write_results

if TYPE_CHECKING:
    import pandas as pd

FIGURES = "figures"
FinishOne = Callable[[str, Path, "pd.DataFrame", "pd.DataFrame"], None]


def default_place(orders: Mapping[str, Order]) -> Path:
    """`results/<name>-variants-<hash>` under the current folder; the name is that of the first."""
    first = next(iter(orders.values()))
    return Path("results") / f"{folder_name(first.scenario.name)}-variants-{comparison_hash(orders)}"


def folders_for(names: Iterable[str]) -> dict[str, str]:
    """A folder for each name, in letters that every system takes; no two alike, none in the way of the tables."""
    found: dict[str, str] = {}
    taken = {TABLES, FIGURES}
    for name in names:
        plain = folder_name(name)
        tries = [plain, *(f"{plain}-{number}" for number in range(2, len(found) + 5))]
        found[name] = next(each for each in tries if each.casefold() not in taken)
        taken.add(found[name].casefold())
    return found


def store_together(
    orders: Mapping[str, Order],
    place: Path,
    *,
    jobs: int = 1,
    csv: bool = False,
    command: Sequence[str] = (),
    finish_one: FinishOne,
    finish_all: Callable[[Path], None],
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Path]:
    """Run `orders` one after the other, each into its folder inside `place`; where each went, by name.

    `finish_one(name, folder, kpis, trajectories)` may add files to each folder, `finish_all(folder)` to the one around
    them, before it is put in place. Raises `EnvironmentFault` where it cannot be written; nothing is left behind then.
    """
    folders, done = folders_for(orders), 0
    total = sum(order.replications for order in orders.values())
    with result_folder(place) as whole:
        for name, order in orders.items():
            (whole / folders[name]).mkdir()
            finish, count = partial(finish_one, name), partial(_count, progress, done, total)
            write_results(order, whole / folders[name], jobs, csv, command, finish, count)
            done += order.replications
        finish_all(whole)
        text = comparison_text(orders, folders, files_in(whole), command)
        (whole / MANIFEST).write_text(text, encoding="utf-8")
    return {name: place / folder for name, folder in folders.items()}


def _count(progress: Callable[[int, int], None] | None, before: int, total: int, done: int, of: int) -> None:
    """Progress of one run as progress of them all."""
    del of
    if progress is not None:
        progress(before + done, total)
