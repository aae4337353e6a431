"""Which pictures of a study are chosen, and how they come to disk: each whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from cascadesim.analysis.study.results import Results
from cascadesim.analysis.wording import sentence
from cascadesim.errors import CascadeError, UsageError, pick, suggestion
from cascadesim.experiment.files import file_fault
from cascadesim.experiment.study.definition import TARGET
from cascadesim.report.study_figures import STUDY_FIGURES
from cascadesim.report.study_figures.data import StudyFigureData
from cascadesim.report.style import ENDINGS, attempt, check_picture, new_figure, save, say_why_empty, styled, title
from cascadesim.scenario.renames import outcome_hint


@dataclass(frozen=True)
class Picture:
    """One that was chosen to be drawn."""

    kind: str
    data: StudyFigureData

    @property
    def name(self) -> str:
        """Of its files, without ending."""
        return f"{self.kind}-{self.data.measure}"

    def draw(self) -> Figure:
        """Draw it; one that has nothing to show says so. Save it with `style.save`."""
        with styled():
            if self.kind != "fan" and not self._any_number():
                return _empty(self.data)
            return STUDY_FIGURES[self.kind].draw(self.data)

    def _any_number(self) -> bool:
        measure, results = self.data.measure, self.data.results
        if measure == TARGET and results.target is not None:
            measure = results.target.kpi
        return not np.isnan(results.cube(measure)).all()


def _empty(data: StudyFigureData) -> Figure:
    figure = new_figure(2.2)
    say_why_empty(figure.subplots(), "no setting has a result for this")
    title(figure, data.words, data.note)
    return figure


def pictures(
    results: Results,
    kind: str | None = None,
    outcomes: Sequence[str] = (),
    x: str | None = None,
    y: str | None = None,
    at: float | None = None,
) -> list[Picture]:
    """Those of one kind, or all that suit the study; of all outcomes, or of those named.

    Raises `UsageError` for what there is not, for a kind that does not suit the study, and for options that no picture
    would heed.
    """
    kinds = _kinds(results, kind)
    for option, value in (("x", x), ("y", y), ("at", at)):
        if value is not None:
            _check_option(option, kinds)
    _check_outcomes(results, kinds, outcomes)
    factors = {"x": _factor_index(results, x, "--x"), "y": _factor_index(results, y, "--y")}
    if factors["x"] is not None and factors["x"] == factors["y"]:
        raise UsageError("--x and --y are the same factor.", hint="Choose two.", code="factor")
    chosen = []
    for name in kinds:
        row = STUDY_FIGURES[name]
        options = {option: index for option, index in factors.items() if option in row.options}
        value = at if "at" in row.options else None
        shown = [measure for measure in row.shows(results) if not outcomes or measure in outcomes]
        chosen += [Picture(name, StudyFigureData(results, measure, **options, at=value)) for measure in shown]
    return chosen


def save_pictures(chosen: Sequence[Picture], folder: Path) -> dict[Path, CascadeError | None]:
    """Draw them into `folder`, made if need be, as NAME.png and NAME.svg.

    Returns what is wrong with each that cannot be drawn, None of the others, by the path of the former.
    """
    faults = {}
    for picture in chosen:
        files = [folder / f"{picture.name}{ending}" for ending in ENDINGS]
        faults[files[0]] = attempt(picture.name, partial(_save, picture, files, new_folder=True))
    return faults


def save_picture(picture: Picture, path: Path) -> CascadeError | None:
    """Draw one into a file that ends in .png or .svg, whose folder must exist; what is wrong if it fails."""
    check_picture(path)
    if path.is_dir():
        raise UsageError(f"-o: {path} is a folder; name a file.", code="wrong_value")
    return attempt(picture.name, lambda: _save(picture, [path]))


def _save(picture: Picture, files: Sequence[Path], new_folder: bool = False) -> None:
    """Draw it and write `files` of one folder, each in the format of its ending: first into a hidden folder there."""
    figure, folder = picture.draw(), files[0].parent
    try:
        if new_folder:
            folder.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".drawing-", dir=folder, ignore_cleanup_errors=True) as hidden:
            save(figure, Path(hidden), picture.name)
            for file in files:
                (Path(hidden) / f"{picture.name}{file.suffix}").replace(file)
    except OSError as fault:
        raise file_fault(folder, "written", fault) from fault


def _kinds(results: Results, kind: str | None) -> list[str]:
    """The one that is asked for, if it suits the study, or all that do."""
    suited = [name for name, row in STUDY_FIGURES.items() if not row.lacks(results)]
    if kind is not None:
        fault = pick(STUDY_FIGURES, kind, "picture").lacks(results)
        if fault:
            hint = f"These do: {', '.join(suited)}." if suited else "No picture does."
            raise UsageError(f"{kind} does not suit this study: {fault}.", hint=hint, code="picture")
        return [kind]
    if not suited:
        why = "; ".join(f"{name} needs {row.needs}" for name, row in STUDY_FIGURES.items())
        raise UsageError("no picture suits this study.", hint=f"{sentence(why)}.", code="picture")
    return suited


def _check_option(option: str, kinds: Sequence[str]) -> None:
    """That one of the kinds takes it."""
    if any(option in STUDY_FIGURES[kind].options for kind in kinds):
        return
    able = [name for name, row in STUDY_FIGURES.items() if option in row.options]
    takes = f"{kinds[0]} does not take" if len(kinds) == 1 else "no picture of this study takes"
    raise UsageError(f"{takes} --{option}.", hint=f"{', '.join(able)} do.", code="option")


def _check_outcomes(results: Results, kinds: Sequence[str], outcomes: Sequence[str]) -> None:
    """Every name is of something that one of the kinds can show."""
    known = dict.fromkeys(name for kind in kinds for name in STUDY_FIGURES[kind].shows(results))
    for name in outcomes:
        if name not in known:
            hint = outcome_hint(name, known)
            shows = f"{kinds[0]} cannot show" if len(kinds) == 1 else "no picture of this study shows"
            lost = name == TARGET and results.target is None
            goal = " (the scenario has no target whose outcome the study kept)" if lost else ""
            raise UsageError(f"{shows} {name}{goal}.", hint=hint, code="outcome")


def _factor_index(results: Results, name: str | None, option: str) -> int | None:
    if name is None:
        return None
    factors = [factor.name for factor in results.study.factors]
    if name not in factors:
        raise UsageError(f"{option}: no factor {name!r}.", hint=suggestion(name, factors), code="factor")
    return factors.index(name)
