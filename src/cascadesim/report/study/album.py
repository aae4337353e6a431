"""Which pictures of a study are wanted, and how they come to disk: each whole or not at all."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cascadesim.analysis.study.results import Results
from cascadesim.analysis.words import sentence
from cascadesim.errors import UsageError
from cascadesim.experiment.files import file_fault
from cascadesim.experiment.study.nouns import TARGET
from cascadesim.lookup import nearest, pick, suggestion
from cascadesim.report.marks import title
from cascadesim.report.study.kinds import KINDS
from cascadesim.report.study.scene import Scene, nothing
from cascadesim.report.style import new_figure, save, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ENDINGS = (".png", ".svg")


@dataclass(frozen=True)
class Picture:
    """One that is to be drawn."""

    kind: str
    scene: Scene

    @property
    def name(self) -> str:
        """Of its files, without ending."""
        return f"{self.kind}-{self.scene.measure}"

    def draw(self) -> Figure:
        """Draw it; one that has nothing to show says so. Save it within `style.styled()`."""
        with styled():
            if self.kind != "fan" and not self._any_number():
                return _empty(self.scene)
            return KINDS[self.kind].draw(self.scene)

    def _any_number(self) -> bool:
        import numpy as np

        measure, goal = self.scene.measure, self.scene.results.target
        if measure == TARGET and goal is not None:
            measure = goal.kpi
        return not np.isnan(self.scene.results.cube(measure)).all()


def pictures(
    results: Results,
    kind: str | None = None,
    names: Sequence[str] = (),
    x: str | None = None,
    y: str | None = None,
    at: float | None = None,
) -> list[Picture]:
    """Those of one kind, or all that suit the study; of all measures, or of those named.

    Raises `UsageError` for what there is not, for a kind that does not suit the study, and for options that no picture
    would heed.
    """
    suited = [name for name, each in KINDS.items() if not each.lacks(results)]
    if kind is not None:
        fault = pick(KINDS, kind, "picture").lacks(results)
        if fault:
            hint = f"These do: {', '.join(suited)}." if suited else "No picture does."
            raise UsageError(f"{kind} does not suit this study: {fault}.", hint=hint, code="picture")
    kinds = suited if kind is None else [kind]
    if not kinds:
        why = "; ".join(f"{name} wants {each.needs}" for name, each in KINDS.items())
        raise UsageError("no picture suits this study.", hint=f"{sentence(why)}.", code="picture")
    given = {"x": x is not None, "y": y is not None, "at": at is not None}
    for option in (name for name, there in given.items() if there):
        _heeded(option, kinds)
    _measured(results, kinds, names)
    places = {"x": _place(results, x, "--x"), "y": _place(results, y, "--y")}
    if places["x"] is not None and places["x"] == places["y"]:
        raise UsageError("--x and --y are the same factor.", hint="Choose two.", code="factor")
    found = []
    for each in kinds:
        row = KINDS[each]
        own = {option: place for option, place in places.items() if option in row.options}
        value = at if "at" in row.options else None
        shown = [name for name in row.shows(results) if not names or name in names]
        found += [Picture(each, Scene(results, name, **own, at=value)) for name in shown]
    return found


def save_pictures(wanted: Sequence[Picture], folder: Path) -> list[Path]:
    """Draw them into `folder`, made if need be, as NAME.png and NAME.svg; the paths of the former."""
    found = []
    for picture in wanted:
        with _drawn(picture, folder) as made:
            for path in made:
                path.replace(folder / path.name)
        found.append(folder / f"{picture.name}.png")
    return found


def save_picture(picture: Picture, path: Path) -> None:
    """Draw one into a file that ends in .png or .svg, whose folder must exist."""
    if path.suffix not in ENDINGS:
        raise UsageError(f"-o: got {path.name}; a picture ends in {' or '.join(ENDINGS)}.", code="wrong_value")
    if path.is_dir():
        raise UsageError(f"-o: {path} is a folder; name a file.", code="wrong_value")
    with _drawn(picture, path.parent, parents=False) as made:
        next(each for each in made if each.suffix == path.suffix).replace(path)


@contextlib.contextmanager
def _drawn(picture: Picture, folder: Path, parents: bool = True) -> Iterator[list[Path]]:
    """The finished files of a picture, in a hidden folder inside `folder` that is gone afterwards."""
    figure = picture.draw()
    try:
        if parents:
            folder.mkdir(exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".drawing-", dir=folder))
        try:
            with styled():
                save(figure, scratch, picture.name)
            yield [scratch / f"{picture.name}{ending}" for ending in ENDINGS]
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    except OSError as fault:
        raise file_fault(folder, "written", fault) from fault


def _empty(scene: Scene) -> Figure:
    figure = new_figure(2.2)
    nothing(figure.subplots(), "no point has a number for this")
    title(figure, scene.words, scene.note)
    return figure


def _heeded(option: str, kinds: Sequence[str]) -> None:
    if any(option in KINDS[kind].options for kind in kinds):
        return
    able = [name for name, each in KINDS.items() if option in each.options]
    what = kinds[0] if len(kinds) == 1 else "no picture of this study"
    takes = f"{what} does not take --{option}." if len(kinds) == 1 else f"{what} takes --{option}."
    raise UsageError(takes, hint=f"{', '.join(able)} do.", code="option")


def _measured(results: Results, kinds: Sequence[str], names: Sequence[str]) -> None:
    """Every name is of something that one of the kinds can show."""
    known = dict.fromkeys(name for kind in kinds for name in KINDS[kind].shows(results))
    for name in names:
        if name not in known:
            close = nearest(name, known)
            hint = f"Did you mean {close}?" if close else f"There are {', '.join(known)}."
            which = kinds[0] if len(kinds) == 1 else "no picture of this study"
            no = f"{which} cannot show" if len(kinds) == 1 else f"{which} shows"
            kept = results.target is not None
            goal = " (the scenario has no target whose measure the study kept)" if name == TARGET and not kept else ""
            raise UsageError(f"{no} {name}{goal}.", hint=hint, code="measure")


def _place(results: Results, name: str | None, option: str) -> int | None:
    if name is None:
        return None
    factors = [factor.name for factor in results.study.factors]
    if name not in factors:
        raise UsageError(f"{option}: no factor {name!r}.", hint=suggestion(name, factors), code="factor")
    return factors.index(name)
