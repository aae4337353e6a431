"""Pictures of studies draw what the analysis found, name their axes with units, and say why they have nothing."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from analysis import frames
from matplotlib.axes import Axes
from matplotlib.colors import same_color
from matplotlib.figure import Figure

from cascadesim.analysis.intervals import wilson
from cascadesim.analysis.study.by_design import morris_of, sobol_of, tornado_of
from cascadesim.analysis.study.results import Results
from cascadesim.errors import EnvironmentFault, UsageError
from cascadesim.experiment.study.definition import Factor
from cascadesim.report import style
from cascadesim.report.study_figures import STUDY_FIGURES
from cascadesim.report.study_figures.data import StudyFigureData, factor_words, level_words
from cascadesim.report.study_figures.save import Picture, pictures, save_picture, save_pictures
from cascadesim.report.style import BLUE, GREY
from report.legible import illegible
from report.studied import DONE, WAIT, put_trajectories, results

GRID = 'design = "grid"\n[factors]\n"tier.boss.initial" = [2, 4, 6]\n"clients.sessions" = [2, 4]\n'
RANGES = """
[factors]
"tier.boss.hours_per_week" = { low = 10, high = 30 }
"clients.start_probability" = { low = 0.5, high = 1 }
"clients.sessions" = { low = 2, high = 6, whole = true }
"""
T_4 = 2.7764451  # of Student's t with 4 degrees of freedom, at 97.5 %
SESSIONS = "Clients: how many sessions make a completed course of care (sessions)"
SPREAD = (-2.0, -1.0, 0.0, 1.0, 2.0)  # five runs with a mean of 0 and a variance of 2.5
HALF = T_4 * math.sqrt(2.5 / 5)


def completed(levels: tuple[float, ...], run: int) -> float:
    return 10 + 3 * levels[0] - levels[1] + SPREAD[run]


def waited(levels: tuple[float, ...], run: int) -> float:
    del levels, run
    return 3.0


@pytest.fixture
def grid(tmp_path: Path) -> Results:
    """Six points of five runs: 14 to 26 clients completed, and a wait that is always the same."""
    return results(tmp_path, GRID, {DONE: completed, WAIT: waited}, 5)


def drawn(found: Results, kind: str, measure: str, **more: float) -> Figure:
    (picture,) = pictures(found, kind, [measure], **more)  # type: ignore[arg-type]
    return picture.draw()


def panels(figure: Figure) -> list[Axes]:
    return [axes for axes in figure.axes if axes.axison]


def texts(figure: Figure) -> str:
    """All that is written outside of the axes' own labels."""
    inside = [text.get_text() for axes in figure.axes for text in axes.texts]
    return " ".join([text.get_text() for text in figure.texts] + inside).replace("\n", " ")


def test_multiples_draw_means_with_intervals(grid: Results) -> None:
    figure = drawn(grid, "multiples", DONE)
    (axes,) = panels(figure)
    for line, sessions in zip(axes.lines, (2, 4), strict=False):
        assert line.get_label() == str(sessions)
        assert list(line.get_ydata()) == pytest.approx([16 - sessions, 22 - sessions, 28 - sessions])
        assert list(line.get_xdata()) == pytest.approx([2, 4, 6], abs=0.05)
    low, high = axes.collections[0].get_segments()[0][:, 1]
    assert (low, high) == pytest.approx((14 - HALF, 14 + HALF))
    assert axes.get_xlabel() == "Boss: workers who are there (people)"
    assert axes.get_ylabel().replace("\n", " ") == "Clients completed at week 40 (clients)"
    assert figure.legends[0].get_title().get_text() == SESSIONS
    assert axes.lines[2].get_label() == "target: at least 20" and set(axes.lines[2].get_ydata()) == {20}
    assert "6 settings, 5 runs each" in texts(figure)


def test_axes_are_chosen(grid: Results) -> None:
    (picture,) = pictures(grid, "multiples", [DONE], x="clients.sessions")
    (axes,) = panels(picture.draw())
    assert axes.get_xlabel().replace("\n", " ") == SESSIONS and len(axes.lines) == 4
    (picture,) = pictures(grid, "heatmap", [DONE], y="tier.boss.initial")
    assert panels(picture.draw())[0].get_ylabel() == "Boss: workers who are there (people)"


def test_more_factors_are_panels_and_the_rest_is_held(tmp_path: Path) -> None:
    text = GRID + '"clients.session_hours" = [1, 2]\n"tier.mentor.hours_per_week" = [18, 20]\n'
    figure = drawn(results(tmp_path, text, {DONE: completed}, 5), "multiples", DONE)
    assert [axes.get_title("left") for axes in panels(figure)] == [
        "Clients: how long a session is (hours): 1",
        "Clients: how long a session is (hours): 2",
    ]
    assert "with mentor hours per week 20" in texts(figure)  # as the scenario has it


def test_the_heat_map_has_a_cell_a_point_and_the_line_of_the_target(grid: Results) -> None:
    figure = drawn(grid, "heatmap", DONE)
    axes, bar = panels(figure)
    cells = np.asarray(axes.collections[0].get_array()).reshape(2, 3)
    assert cells == pytest.approx(np.array([[14, 20, 26], [12, 18, 24]]))
    lines = [each.get_paths()[0].vertices for each in axes.collections[1:]]
    for line in lines:  # 20 is met in the middle of the second cell below, a third of the way to the third above
        assert line[np.isclose(line[:, 1], 0.5)][0, 0] == pytest.approx(1.5)
        assert line[np.isclose(line[:, 1], 1.5)][0, 0] == pytest.approx(1.5 + 1 / 3)
    assert len(lines) == 2
    names = axes.get_xlabel(), axes.get_ylabel().replace("\n", " ")
    assert names == ("Boss: workers who are there (people)", SESSIONS)
    assert bar.get_ylabel() == "Clients completed at week 40 (clients)"
    assert f"14\n{14 - HALF:.0f} to {14 + HALF:.0f}" in [text.get_text() for text in axes.texts]


def test_another_value_in_place_of_the_target(grid: Results) -> None:
    axes = panels(drawn(grid, "heatmap", DONE, at=22))[0]
    line = axes.collections[1].get_paths()[0].vertices
    assert line[np.isclose(line[:, 1], 0.5)][0, 0] == pytest.approx(1.5 + 1 / 3)
    assert "every square is below" in texts(drawn(grid, "heatmap", DONE, at=99))
    assert len(panels(drawn(grid, "heatmap", DONE, at=99))[0].collections) == 1


def test_the_chance_of_the_target_is_a_measure(grid: Results) -> None:
    axes = panels(drawn(grid, "multiples", "target"))[0]
    line = axes.lines[0]  # means of 14, 20 and 26: none, three of five, all of them are 20 or more
    assert list(line.get_ydata()) == pytest.approx([0, 60, 100])
    low, high = axes.collections[0].get_segments()[1][:, 1]
    assert (low, high) == pytest.approx([100 * each for each in wilson(3, 5)])
    assert axes.lines[2].get_label() == "target: 80 %"
    assert axes.get_ylabel().replace("\n", " ") == "Chance that at least 20 clients complete care by week 40 (%)"


def test_a_point_that_failed_is_marked_and_counted(tmp_path: Path) -> None:
    found = results(tmp_path, GRID, {DONE: completed}, 5, {2: "failed"})
    figure = drawn(found, "heatmap", DONE)
    assert [text.get_text() for text in panels(figure)[0].texts].count("no result") == 1
    assert "5 settings (1 more without a result)" in texts(figure)
    assert len(panels(drawn(found, "multiples", DONE))[0].lines[0].get_xdata()) == 2


def test_differences_are_from_the_best_point(grid: Results) -> None:
    figure = drawn(grid, "differences", DONE)
    (axes,) = panels(figure)
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [float(dot.get_xdata()[0]) for dot in dots] == pytest.approx([-2, -6, -8, -12, -14])
    assert all(same_color(dot.get_markerfacecolor(), BLUE) for dot in dots)  # the same luck: they are exact
    assert axes.get_yticklabels()[0].get_text() == "boss initial 6, clients sessions 4"
    assert axes.get_xlabel().endswith("(clients)") and "95 % for all 15 comparisons together" in texts(figure)


def test_no_difference_is_said(grid: Results) -> None:
    figure = drawn(grid, "differences", WAIT)
    assert "no difference in any run" in texts(figure)
    assert panels(figure)[0].get_xlim() == (-1, 1)


def test_variants_are_compared_with_the_base(tmp_path: Path) -> None:
    text = 'variants = "all"\ndesign = "grid"\n'
    values = {DONE: lambda levels, run: 10.0 + 5 * (levels[0] == "two_more") + SPREAD[run] * (levels[0] == "base")}
    figure = drawn(results(tmp_path, text, values, 5), "differences", DONE)
    (axes,) = panels(figure)
    assert axes.get_xlabel() == "Difference from base in clients completed at week 40 (clients)"
    bar, dot = axes.lines[:2]
    assert list(bar.get_xdata()) == pytest.approx([5 - HALF, 5 + HALF]) and list(dot.get_xdata()) == [5]
    assert axes.get_yticklabels()[0].get_text() == "two more"


def test_the_spread_over_runs_with_the_chance(grid: Results) -> None:
    figure = drawn(grid, "cdf", DONE)
    (axes,) = panels(figure)
    first = axes.lines[0]
    assert list(first.get_xdata())[1:-1] == [10, 11, 12, 13, 14]  # boss 2, sessions 4: the lowest mean
    assert list(first.get_ydata())[:-1] == pytest.approx([0, 20, 40, 60, 80, 100])
    assert axes.get_xlabel() == "Clients completed at week 40 (clients)" and "%" in axes.get_ylabel()
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    low, high = (round(100 * each) for each in wilson(3, 5))
    assert (
        f"boss initial 4, clients sessions 2\n(60 %; {low} to {high} %)" in labels and "target: at least 20" in labels
    )


def test_a_mean_settles(grid: Results) -> None:
    axes = panels(drawn(grid, "convergence", DONE))[0]
    assert list(axes.lines[0].get_ydata()) == pytest.approx([12, 12.5, 13, 13.5, 14])
    corners = axes.collections[0].get_paths()[0].vertices
    assert sorted(corners[np.isclose(corners[:, 0], 5)][:, 1])[0] == pytest.approx(14 - HALF)
    assert [each.get_xlabel() for each in panels(drawn(grid, "convergence", DONE))][-1] == "Replications"


def test_a_tornado_goes_between_the_ends_of_each_factor(tmp_path: Path) -> None:
    """A level that is as the scenario has it is a row without a change, and of that factor alone."""
    text = 'design = "oat"\n' + RANGES + '"tier.boss.initial" = [2, 4]\n'
    values = {DONE: lambda levels, run: levels[0] + 10 * levels[1] - levels[2] + 2 * levels[3] + SPREAD[run]}
    found = results(tmp_path, text, values, 5)
    known, levels = tornado_of(found, DONE)
    assert {bar.factor: bar.swing.paired.mean for bar in known} == pytest.approx(
        {
            "tier.boss.hours_per_week": 20,
            "clients.start_probability": 5,
            "clients.sessions": -4,
            "tier.boss.initial": 4,
        }
    )
    assert levels["tier.boss.initial"] == (2, 4) and levels["clients.sessions"] == (2, 6)
    (axes,) = panels(drawn(found, "tornado", DONE))
    assert [round(patch.get_width(), 6) for patch in axes.patches][:4] == [-10, 10, -5, 0]
    name = axes.get_yticklabels()[0].get_text().replace("\n", " ")  # whom it is about, and as `explain` has it
    assert name == "boss: hours that a worker of this tier has for the cascade (hours a week)"
    assert axes.get_xlabel().replace("\n", " ").endswith("(clients)")
    assert {"10", "30", "0.5", "1"} <= {text.get_text() for text in axes.texts}


def test_a_long_tornado_shows_the_widest_and_says_so(tmp_path: Path) -> None:
    rates = "".join(f'"clients.stream.s{at}.referrals_per_week" = [1, 2]\n' for at in range(20))
    streams = "".join(f"stream.s{at}.referrals_per_week = 1\n" for at in range(20))
    cascade = frames.CASCADE.replace("stream.all.referrals_per_week = 1\n", streams)
    values = {WAIT: lambda levels, run: sum(at * level for at, level in enumerate(levels)) + 0.0 * run}
    found = results(tmp_path, f'design = "oat"\n[factors]\n{rates}', values, 2, cascade=cascade)
    figure = drawn(found, "tornado", WAIT)
    assert len(panels(figure)[0].get_yticklabels()) == 15 and "the widest 15 of 20 factors" in texts(figure)
    assert "1 factor without any difference" in texts(figure)


def _three(levels: tuple[float, ...], run: int) -> float:
    return levels[0] + 10 * levels[1] + random.Random(repr((levels, run))).gauss(0, 1)


def test_sobol_bars_are_the_indices(tmp_path: Path) -> None:
    text = 'design = { kind = "sobol_indices", settings = 16, scrambles = 4 }\n' + RANGES
    found = results(tmp_path, text, {DONE: _three}, 3)
    known = sobol_of(found, DONE)
    above, below = panels(drawn(found, "sobol", DONE))
    ranked = sorted(known.indices, key=lambda each: -each.total.value)
    widths = [patch.get_width() for patch in above.patches]
    assert widths == pytest.approx([100 * each.total.value for each in ranked] + [100 * e.first.value for e in ranked])
    assert above.get_yticklabels()[0].get_text().startswith("boss: hours that a worker of this tier has")
    assert below.patches[0].get_width() == pytest.approx(100 * known.chance.value)
    assert "%" in above.get_xlabel() and "%" in below.get_xlabel()
    lows = [segment[0][0] for each in above.collections for segment in each.get_segments()]
    assert lows[0] == pytest.approx(100 * ranked[0].total.low)


def test_the_morris_plane_has_dots_and_the_floor_of_luck(tmp_path: Path) -> None:
    text = 'design = { kind = "morris", trajectories = 10 }\n' + RANGES
    found = results(tmp_path, text, {DONE: _three}, 4)
    known = morris_of(found, DONE)
    figure = drawn(found, "morris", DONE)
    (axes,) = panels(figure)
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    spots = [(float(dot.get_xdata()[0]), float(dot.get_ydata()[0])) for dot in dots]
    assert np.array(spots) == pytest.approx(np.array([(each.mu_star.value, each.sigma) for each in known.effects]))
    assert [same_color(dot.get_color(), BLUE) for dot in dots] == [each.above for each in known.effects]
    assert known.effects[0].above and any(same_color(dot.get_color(), GREY) for dot in dots)
    floor = next(line for line in axes.lines if line.get_linestyle() == "--")
    assert set(floor.get_xdata()) == {known.effects[0].floor}
    assert "boss: hours that a worker" in texts(figure) and axes.get_xlabel().endswith("(clients)")


def test_fans_by_point(tmp_path: Path) -> None:
    column = "tier.peer.active"
    text = f'variants = "all"\ndesign = "grid"\ntrajectories = ["{column}", "clients.completed"]\n'
    found = results(tmp_path, text, {DONE: lambda *_: 1.0}, 5)
    put_trajectories(found, column, lambda point, run, week: point + week + SPREAD[run])
    figure = drawn(found, "fan", column)
    base, other = panels(figure)
    assert (base.get_title("left"), other.get_title("left")) == ("base", "two more")
    assert list(base.lines[0].get_ydata()) == list(range(1, 41))
    assert list(other.lines[0].get_ydata()) == list(range(2, 42))
    assert list(other.lines[1].get_ydata()) == list(range(1, 41))  # dashed, for comparison
    assert base.get_ylim() == other.get_ylim() and base.get_ylim()[1] > 41 + SPREAD[-1]  # none is cut
    assert illegible(figure) == []
    assert base.get_ylabel() == "Peer active (people)" and base.get_xlabel() == "Week of the programme"


DESIGNS = {
    "tornado": '"oat"',
    "morris": '{ kind = "morris", trajectories = 10 }',
    "sobol": '{ kind = "sobol_indices", settings = 16, scrambles = 4 }',
}


@pytest.mark.parametrize("kind", [kind for kind in STUDY_FIGURES if kind != "fan"])
@pytest.mark.parametrize("size", [1.0, 8571.25], ids=["small", "large"])
def test_every_picture_can_be_read(kind: str, size: float, tmp_path: Path) -> None:
    text = f"design = {DESIGNS[kind]}\n{RANGES}" if kind in DESIGNS else GRID
    found = results(tmp_path, text, {DONE: lambda levels, run: size * _three(levels, run)}, 5)
    assert illegible(drawn(found, kind, DONE)) == []
    if kind in ("heatmap", "multiples"):
        assert illegible(drawn(found, kind, DONE, at=20 * size)) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("tier.boss.initial", "boss: "),
        ("tier.peer.events.left.time_to_event.mean_weeks", "peer, left: mean time until this reason would occur"),
        ("clients.patience_weeks.mean", "clients: "),
        ("clients.stream.all.referrals_per_week", "clients, all: "),
        ("costs.start_up_cost", "what the programme costs once"),
        ("my_own_name", "my own name"),
    ],
)
def test_factors_are_called_as_people_named_them_or_as_keys_are_explained(name: str, words: str) -> None:
    paths = (name,) if "." in name else ("tier.boss.initial",)
    found = factor_words(Factor(name, paths, "numbers", None))
    assert found.startswith(words) and "_" not in found and "distribution" not in found


@pytest.mark.parametrize(
    ("level", "words"),
    [(1040.0, "1,040"), (4000, "4,000"), (0.125, "0.125"), (2, "2"), (None, "unchanged"), ("two_more", "two more")],
)
def test_levels_are_written_without_powers(level: object, words: str) -> None:
    assert level_words(level) == words


@pytest.mark.parametrize("kind", ["multiples", "heatmap", "differences", "cdf", "convergence"])
@pytest.mark.parametrize("value", [lambda *_: math.nan, waited], ids=["nan", "constant"])
def test_nothing_and_always_the_same(kind: str, value: Callable[..., float], tmp_path: Path) -> None:
    figure = drawn(results(tmp_path, GRID, {WAIT: value}, 5), kind, WAIT)
    figure.draw_without_rendering()
    assert ("no setting has a result" in texts(figure)) == (value is not waited)


@pytest.mark.parametrize(
    ("kind", "design"),
    [
        ("tornado", '"oat"'),
        ("morris", '{ kind = "morris", trajectories = 4 }'),
        ("sobol", '{ kind = "sobol_indices", settings = 4, scrambles = 2 }'),
    ],
)
@pytest.mark.parametrize("value", [lambda *_: math.nan, waited], ids=["nan", "constant"])
@pytest.mark.parametrize("runs", [1, 3])
def test_designs_without_anything_to_see(
    kind: str, design: str, value: Callable[..., float], runs: int, tmp_path: Path
) -> None:
    figure = drawn(results(tmp_path, f"design = {design}\n{RANGES}", {WAIT: value}, runs), kind, WAIT)
    figure.draw_without_rendering()
    assert ("not differ" if kind == "sobol" and value is waited else "no ") in texts(figure)


def test_chance_alone_has_no_bars(tmp_path: Path) -> None:
    text = 'design = { kind = "sobol_indices", settings = 16, scrambles = 4 }\n' + RANGES
    luck = random.Random(3)
    figure = drawn(results(tmp_path, text, {DONE: lambda *_: luck.random()}, 2), "sobol", DONE)
    assert panels(figure) == []
    assert "The settings do not differ more than chance (p = " in texts(figure)


def test_what_is_too_small_to_matter_is_a_grey_band(tmp_path: Path) -> None:
    """1 % of a mean of 100 to either side; differences within it are not blue."""

    def little(levels: tuple[float, ...], run: int) -> float:
        return 100 + levels[0] / 10 + SPREAD[run] / 1000

    figure = drawn(results(tmp_path, GRID, {DONE: little}, 5), "differences", DONE)
    (axes,) = panels(figure)
    (band,) = (patch for patch in axes.patches if same_color(patch.get_facecolor()[:3], GREY))
    assert (band.get_x(), band.get_width()) == pytest.approx((-1.006, 2.012))
    assert all(same_color(line.get_color(), GREY) for line in axes.lines[:-1])
    figure = drawn(results(tmp_path, f'design = "oat"\n{RANGES}', {DONE: little}, 5), "tornado", DONE)
    assert "grey: too small to matter" in texts(figure)


def test_one_replication_has_no_interval(tmp_path: Path) -> None:
    found = results(tmp_path, GRID, {DONE: completed}, 1)
    assert {each.kind for each in pictures(found)} == {"heatmap", "multiples", "differences"}
    for kind in ("multiples", "heatmap", "differences"):
        assert "interval" not in texts(drawn(found, kind, DONE))
    assert not any(len(segment) for segment in panels(drawn(found, "multiples", DONE))[0].collections[0].get_segments())
    with pytest.raises(UsageError, match="cdf does not suit this study: it needs 5 replications per setting"):
        pictures(found, "cdf")


def test_without_a_kind_all_that_suit(grid: Results) -> None:
    found = pictures(grid)
    assert [kind for kind in STUDY_FIGURES if kind in {each.kind for each in found}] == [
        "heatmap",
        "multiples",
        "differences",
        "cdf",
        "convergence",
    ]
    assert len(found) == 2 * 3 + 3 * 2


@pytest.mark.parametrize(
    ("given", "message", "hint"),
    [
        ({"kind": "heat_map"}, "unknown picture 'heat_map'", "Did you mean heatmap?"),
        ({"kind": "tornado"}, "the design is grid, and it is for oat", "These do: heatmap, multiples, differences"),
        ({"kind": "fan"}, "kept no trajectories", "These do"),
        ({"kind": "cdf", "outcomes": ["clients.wait_mean_week"]}, "cdf cannot show", f"Did you mean {WAIT}?"),
        ({"kind": "cdf", "outcomes": ["target"]}, "cdf cannot show target", "Known: "),
        ({"outcomes": ["nonsense"]}, "no picture of this study shows nonsense", "Known: "),
        ({"x": "tier.boss.initia"}, "--x: no factor", "Did you mean tier.boss.initial?"),
        ({"x": "clients.sessions", "y": "clients.sessions"}, "the same factor", "two"),
        ({"kind": "cdf", "x": "clients.sessions"}, "cdf does not take --x", "heatmap, multiples do"),
        ({"kind": "convergence", "at": 3.0}, "convergence does not take --at", "cdf"),
    ],
)
def test_what_there_is_not_is_said(grid: Results, given: dict[str, object], message: str, hint: str) -> None:
    with pytest.raises(UsageError) as fault:
        pictures(grid, **given)  # type: ignore[arg-type]
    (problem,) = fault.value.problems
    assert message in problem.message and hint in problem.hint


def test_a_study_that_no_picture_suits(tmp_path: Path) -> None:
    found = results(tmp_path, 'design = "grid"\n[factors]\n"tier.boss.initial" = [2]\n', {DONE: lambda *_: 1.0}, 1)
    with pytest.raises(UsageError, match="no picture suits this study"):
        pictures(found)


def test_saved_whole_and_the_same_every_time(grid: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "DPI", 30)  # the same way in fewer dots
    wanted = pictures(grid, "multiples", [DONE, "target"])
    for name in ("one", "two"):
        assert next(iter(save_pictures(wanted, tmp_path / name))) == tmp_path / name / f"multiples-{DONE}.png"
    files = {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    assert len(files) == 4 and all(name.endswith((".png", ".svg")) for name in files)
    assert files == {path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()}
    save_picture(wanted[0], tmp_path / "mine.svg")
    assert (tmp_path / "mine.svg").read_bytes() == files[f"multiples-{DONE}.svg"]


def test_a_picture_that_fails_is_reported_and_the_others_are_drawn(
    grid: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: StudyFigureData) -> Figure:
        raise ValueError("no such hatch")

    monkeypatch.setattr(style, "DPI", 30)
    wanted = [*pictures(grid, "cdf", [DONE]), *pictures(grid, "multiples", [DONE])]
    monkeypatch.setitem(STUDY_FIGURES, "cdf", replace(STUDY_FIGURES["cdf"], draw=fail))
    first, second = save_pictures(wanted, tmp_path / "figures").values()
    assert str(first).startswith(f"the picture cdf-{DONE} could not be drawn (ValueError: no such hatch).")
    assert second is None
    assert sorted(path.suffix for path in (tmp_path / "figures").iterdir()) == [".png", ".svg"]
    assert save_picture(wanted[0], tmp_path / "mine.png") is not None and not (tmp_path / "mine.png").exists()


def test_nothing_is_left_half_written(grid: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(figure: Figure, folder: Path, name: str) -> None:
        del figure
        (folder / f"{name}.png").write_bytes(b"half")
        raise OSError(28, "No space left on device")

    (wanted,) = pictures(grid, "multiples", [DONE])
    monkeypatch.setattr("cascadesim.report.study_figures.save.save", fail)
    with pytest.raises(EnvironmentFault, match="No space left on device"):
        save_pictures([wanted], tmp_path / "figures")
    assert list((tmp_path / "figures").iterdir()) == []
    with pytest.raises(UsageError, match=r"a picture ends in \.png or \.svg"):
        save_picture(wanted, tmp_path / "mine.pdf")
    with pytest.raises(EnvironmentFault):
        save_picture(wanted, tmp_path / "nowhere" / "mine.png")


@pytest.mark.parametrize("kind", STUDY_FIGURES)
def test_every_kind_is_told_of(kind: str) -> None:
    from cascadesim.cli.analyse import plot

    assert f"\n    {kind} " in f"\n{plot.help}" or f"\n{kind} " in f"\n{plot.help}"
    assert STUDY_FIGURES[kind].needs


def test_names_do_not_cover_each_other(grid: Results) -> None:
    figure = Picture("differences", StudyFigureData(grid, DONE)).draw()
    figure.draw_without_rendering()
    boxes = [label.get_window_extent() for label in panels(figure)[0].get_yticklabels()]
    assert all(not one.overlaps(other) for one, other in pairwise(boxes))
