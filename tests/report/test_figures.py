"""Figures draw what they are given, name their axes with units, and come out the same every time."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from analysis import frames
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from cascadesim import Scenario, replicate
from cascadesim.analysis.bottleneck.queues import queue_columns
from cascadesim.errors import UsageError
from cascadesim.experiment.replicate import keep_run
from cascadesim.model.enums import Wait
from cascadesim.report import style
from cascadesim.report.figure_data import RunFigureData
from cascadesim.report.figures import FIGURES, draw, save_figures
from cascadesim.report.figures.binding_constraints import shown_queues
from cascadesim.report.figures.workforce import gates
from cascadesim.report.style import STYLES, label_ends, new_figure, save, styled
from report.legible import illegible

Result = tuple[Scenario, pd.DataFrame, pd.DataFrame]

UNITS = re.compile(r"people|clients|hours|weeks?\b|runs|%|CHF|scale", flags=re.IGNORECASE)
SIDEWAYS = ("exits", "pipeline", "costs", "classes")
TINY = 'schema = 1\nhorizon_weeks = 12\ncascade = ["solo"]\ntier.solo = { initial = 1, hours_per_week = 5 }\n'
LONG = "a_tier_whose_name_goes_on_until_it_no_longer_fits_a_panel"


def result(scenario: Scenario, runs: int) -> Result:
    kept = replicate(scenario, runs, keep=keep_run)
    return scenario, kept.kpis_frame(), kept.trajectories_frame()


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """Five runs of the cascade, with a start date and a target."""
    text = "start_date = 2018-09-03\n" + frames.CASCADE + frames.TARGET
    return result(frames.scenario(tmp_path_factory.mktemp("five"), text), 5)


@pytest.fixture(scope="module")
def careers(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """Three runs of a cascade with nearly everything, to which every figure but one applies."""
    return result(frames.scenario(tmp_path_factory.mktemp("careers"), frames.CAREERS + frames.TARGET), 3)


def panels(figure: Figure) -> list[Axes]:
    return [axes for axes in figure.axes if axes.axison]


def has_data(axes: Axes) -> bool:
    return bool(axes.lines or axes.collections or axes.patches or axes.texts)


WINDOWED = "warm_up"
"""The one figure that only a window brings about."""


@pytest.mark.parametrize("name", [name for name in FIGURES if name != WINDOWED])
def test_every_figure_draws_data_and_names_its_axes_with_units(name: str, careers: Result) -> None:
    figure = draw(name, *careers)
    assert panels(figure)
    for axes in panels(figure):
        assert has_data(axes)
        shares_y = [each for each in axes.get_shared_y_axes().get_siblings(axes) if each.get_ylabel()]
        shares_x = [each for each in axes.get_shared_x_axes().get_siblings(axes) if each.get_xlabel()]
        row = [each for each in panels(figure) if each.get_ylabel()] if name == "hours" else shares_y
        assert UNITS.search("".join(each.get_ylabel() for each in row)) or name in SIDEWAYS
        assert UNITS.search("".join(each.get_xlabel() for each in shares_x))


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_can_be_read(name: str, careers: Result, five: Result) -> None:
    assert illegible(draw(name, *careers)) == []
    if name not in lacking(five):
        assert illegible(draw(name, *five)) == []


@pytest.mark.parametrize("name", ["target", "clients", "costs", "hours", "staffing", "exits", "pipeline"])
def test_large_numbers_are_grouped(name: str, careers: Result) -> None:
    """As in tables: median 17,139 and 2.7M; of an axis all have one ending."""
    scenario, kpis, trajectories = careers
    more = [kpis.assign(**{each: 4285.625 * kpis[each] for each in kpis.columns if kpis[each].max() > 1})]
    counts = [each for each in trajectories.columns if each not in ("replication", "week")]
    many = trajectories.assign(**{each: 4285.625 * trajectories[each] for each in counts if "competence" not in each})
    assert illegible(draw(name, scenario, *more, many)) == []


def test_streams_that_are_the_sites_are_drawn_once(careers: Result) -> None:
    scenario, kpis, trajectories = careers
    names = {each: each.replace("clients.site.", "clients.language.") for each in kpis.columns}
    alike = {other: kpis[each] for each, other in names.items() if each != other}
    others = [each for each in kpis.columns if not each.startswith("clients.language.")]
    figure = draw("classes", scenario, kpis[others].assign(**alike), trajectories)
    assert [axes.get_title(loc="left") for axes in figure.axes[::2]] == ["By stream", "By language and site"]


def test_weeks_carry_calendar_labels(five: Result) -> None:
    axes = draw("clients", *five).axes[0]
    assert [tick.get_text() for tick in axes.get_xticklabels()][:2] == ["0\nSep 2018", "13\nDec 2018"]


def test_without_start_date_weeks_are_numbers(tmp_path: Path) -> None:
    axes = draw("staffing", *result(frames.scenario(tmp_path, TINY), 2)).axes[0]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["0", "4", "8", "12"]


def test_staffing_shows_the_median_of_runs(five: Result) -> None:
    scenario, _, trajectories = five
    figure = draw("staffing", *five)
    drawn = panels(figure)[-4].lines[0]  # the last row begins with the active peers
    expected = trajectories.groupby("week")["tier.peer.active"].median()
    assert np.array_equal(drawn.get_ydata(), expected.to_numpy())
    assert drawn.get_xdata()[0] == 0.5  # a mean of the first week stands in its middle
    assert len(panels(figure)[-4].collections) == 2
    assert len(figure.axes) == 4 * len(scenario.cascade)


def test_one_run_is_a_line_without_bands(tmp_path: Path) -> None:
    figure = draw("staffing", *result(frames.scenario(tmp_path), 1))
    assert not any(axes.collections for axes in panels(figure))


def test_clients_so_far_begin_at_nothing_and_mark_the_target(five: Result) -> None:
    _, kpis, _ = five
    axes = draw("clients", *five).axes[1]
    completed = next(line for line in axes.lines if line.get_label() == "completed")
    assert completed.get_ydata()[0] == 0
    assert completed.get_ydata()[-1] == kpis["clients.completed"].median()
    mark = next(line for line in axes.lines if line.get_marker() == "D")
    assert (mark.get_xdata()[0], mark.get_ydata()[0]) == (40, 20)


def test_hours_stack_up_to_what_is_committed(five: Result) -> None:
    _, _, trajectories = five
    axes = draw("hours", *five).axes[1]
    top = axes.collections[-1].get_paths()[0].vertices[:, 1].max()
    purposes = ("supervision_given", "supervision_received", "training_given", "clients")
    committed = trajectories[[f"tier.mentor.hours.{purpose}" for purpose in purposes]].sum(axis=1)
    assert top == pytest.approx(committed.groupby(trajectories["week"]).mean().max())


def test_hours_of_other_purposes_only_where_there_are_any(five: Result, careers: Result) -> None:
    def named_in(figure: Figure) -> set[str]:
        return {text.get_text() for text in figure.legends[0].get_texts()}

    scenario, kpis, _ = careers
    fell = {"tier.mentor.hours.run_off": {(20.0, 40.0): 2.0}, "tier.mentor.hours.clients": {(0.0, 40.0): 4.0}}
    told = named_in(draw("hours", scenario, kpis, frames.trajectories(scenario, [fell] * 3)))
    assert told == {"clients", "available", "above the limit, since hours fell"}  # and nothing that never happens
    assert "above the limit, since hours fell" not in named_in(draw("hours", *five))


def test_what_happens_to_no_client_is_not_named(five: Result) -> None:
    axes = draw("clients", *five).axes[2]
    assert not any("gave up" in text.get_text() for text in axes.texts)
    scenario, kpis, _ = five
    gone = frames.trajectories(scenario, [{"clients.dropped_out": {(20.0, 40.0): 2.0}}] * 5)
    axes = draw("clients", scenario, kpis, gone).axes[2]
    assert [text.get_text() for text in axes.texts] == ["dropped out"]


def test_dates_under_clients_do_not_touch(five: Result) -> None:
    figure = draw("clients", *five)
    with styled():
        figure.draw_without_rendering()
    for axes in figure.axes:
        boxes = [label.get_window_extent() for label in axes.get_xticklabels()]
        assert all(left.x1 < right.x0 for left, right in pairwise(boxes))


def lacking(result: Result) -> set[str]:
    """The figures that do not apply; `save_figures` heeds that, as those of a tier of one show."""
    data = RunFigureData(*result)
    return {name for name, kind in FIGURES.items() if not kind.applies(data)}


def test_figures_of_what_the_scenario_lacks_are_not_drawn(five: Result) -> None:
    assert lacking(five) == {"competence", "organisation", "classes", "costs", WINDOWED}


def test_costs_of_nothing_are_not_drawn(tmp_path: Path) -> None:
    """A unit cost that nobody ever causes: an axis around 0 would show nothing, in hundredths."""
    scenario = frames.scenario(tmp_path, frames.CAREERS)
    free = (scenario, frames.kpis(scenario, {}, 2), frames.trajectories(scenario, [{}, {}]))
    assert "costs" in lacking(free)
    some = frames.kpis(scenario, {"cost.total": [4.0, 5.0], "cost.tier.peer.clients": [4.0, 5.0]}, 2)
    (key,) = draw("costs", scenario, some, free[2]).legends
    assert [text.get_text() for text in key.get_texts()] == ["work with clients"]


def test_the_names_of_lines_stand_beside_the_panels(five: Result) -> None:
    figure = draw("staffing", *five)
    assert not any(axes.get_legend() for axes in figure.axes)
    (key,) = figure.legends
    assert [text.get_text() for text in key.get_texts()][:2] == ["active", "delivering (mean)"]


def test_dates_of_narrow_panels_do_not_touch(five: Result) -> None:
    figure = draw("staffing", *five)
    with styled():
        figure.draw_without_rendering()
    labels = [label for axes in figure.axes[-4:] for label in axes.get_xticklabels()]
    assert len(labels) == 8
    boxes = [label.get_window_extent() for label in labels]
    assert all(left.x1 + 4 < right.x0 for left, right in pairwise(boxes))


@pytest.mark.parametrize("names", [1, 4, 7])
def test_the_names_of_constraints_are_clear_of_the_data(tmp_path: Path, names: int) -> None:
    scenario = frames.scenario(tmp_path)
    found = list(queue_columns(scenario, (Wait.COURSE, 2)).values())[:names]
    told = {column: {(0.0, 40.0): 2.0} for column in found}
    figure = draw("bottleneck", scenario, frames.kpis(scenario, {}, 1), frames.trajectories(scenario, [told]))
    with styled():
        figure.draw_without_rendering()
    axes = next(axes for axes in figure.axes if axes.get_title(loc="left").startswith("Candidates"))
    legend = axes.get_legend()
    assert legend is not None and len(legend.get_texts()) == len(found)
    top = axes.transData.transform((0, 2.0 * len(found)))[1]
    assert legend.get_window_extent().y0 >= top - 1


def test_no_bar_of_the_target_is_cut(tmp_path: Path) -> None:
    scenario = frames.scenario(tmp_path, frames.CASCADE + frames.TARGET)
    kpis = frames.kpis(scenario, {"clients.completed_at_week_40": [0.0, 20.0, 400.0]}, 3)
    axes = draw("target", scenario, kpis, frames.trajectories(scenario, [{}] * 3)).axes[0]
    assert axes.get_xlim()[0] <= min(patch.get_x() for patch in axes.patches if patch.get_height())
    assert axes.get_xlabel() == "Clients completed by week 40"


def test_the_absent_have_a_column_where_anybody_can_be(careers: Result) -> None:
    figure = draw("staffing", *careers)
    titles = [axes.get_title(loc="left") for axes in figure.axes[:5]]
    assert titles[-1] == "Away"
    assert figure.axes[-1].texts[0].get_text() == "not in this tier"


def test_costs_are_the_means_of_runs(careers: Result) -> None:
    _, kpis, _ = careers
    axes = draw("costs", *careers).axes[0]
    owners = [tick.get_text() for tick in axes.get_yticklabels()]
    assert owners == ["programme as a whole", "workplace training", "clients", "mentor", "peer"]
    widths = [patch.get_width() for patch in axes.patches if round(patch.get_y() + patch.get_height() / 2) == 4]
    lines = ("recruitment", "training", "supervision", "clients")
    assert widths == pytest.approx([kpis[f"cost.tier.peer.{line}"].mean() for line in lines])
    begins = [patch.get_x() for patch in axes.patches if round(patch.get_y() + patch.get_height() / 2) == 4]
    assert begins == pytest.approx([0.0, *np.cumsum(widths)[:-1]])
    assert sum(patch.get_width() for patch in axes.patches) == pytest.approx(kpis["cost.total"].mean())
    assert axes.get_xlabel() == "Costs (CHF)"


def test_classes_show_who_began_care(careers: Result) -> None:
    _, kpis, _ = careers
    figure = draw("classes", *careers)
    streams, waits = figure.axes[:2]
    assert [axes.get_title(loc="left") for axes in figure.axes[::2]] == ["By stream", "By language", "By site"]
    assert [tick.get_text() for tick in streams.get_yticklabels()] == ["all", "some"]
    path = ("referred", "started", "completed")
    names = [f"clients.stream.{name}.{what}" for name in ("all", "some") for what in path]
    assert [patch.get_width() for patch in streams.patches] == [kpis[name].mean() for name in names]
    assert len({kpis[name].mean() for name in names[:3]}) == 3
    assert waits.patches[0].get_width() == pytest.approx(kpis["clients.stream.all.wait_mean_weeks"].mean())


def test_competence_begins_with_the_first_who_are_in_service(careers: Result) -> None:
    _, _, trajectories = careers
    axes = next(axes for axes in draw("competence", *careers).axes if axes.get_title(loc="left") == "peer")
    drawn = axes.lines[0].get_ydata()
    expected = trajectories.groupby("week")["tier.peer.competence"].median()
    assert np.array_equal(drawn, expected.to_numpy(), equal_nan=True)
    assert np.isnan(drawn[0]) and np.isfinite(drawn[-1])
    assert "required for\nthe certificate" in {text.get_text() for text in axes.texts}


def test_states_of_the_organisation_by_site(careers: Result) -> None:
    axes = draw("organisation", *careers).axes[0]
    assert [line.get_label() for line in axes.lines] == ["east", "west"]
    assert axes.lines[0].get_ydata()[0] == pytest.approx(80)
    assert axes.lines[0].get_ydata()[-1] == pytest.approx(80 * 0.5 ** (36 / 20))


def test_exits_are_the_mean_of_runs(five: Result) -> None:
    _, kpis, _ = five
    axes = next(axes for axes in draw("exits", *five).axes if axes.get_title(loc="left") == "peer")
    names = [tick.get_text() for tick in axes.get_yticklabels()]
    widths = dict(zip(names, (patch.get_width() for patch in axes.patches), strict=True))
    assert widths["left"] == kpis["tier.peer.exits.left"].mean()


@pytest.mark.parametrize("name", ["exits", "classes", "organisation"])
def test_a_figure_has_as_many_rows_as_can_be_read(tmp_path: Path, name: str) -> None:
    clock = {"dist": "exponential", "mean_weeks": 400}
    many = frames.scenario(tmp_path).with_(
        **{
            "tier.peer.events": {f"r{number}": {"time_to_event": clock} for number in range(40)},
            "clients.stream": {f"s{number}": {"referrals_per_week": number / 100} for number in range(1, 41)},
            "organisation": {f"o{number}": {"half_life_weeks": 50} for number in range(40)},
        }
    )
    figure = draw(name, *result(many, 2))
    drawn = len(figure.axes) if name == "organisation" else max(len(axes.get_yticklabels()) for axes in figure.axes)
    assert drawn == 30
    assert any(re.search(r"\b3\d of 4\d", text.get_text()) for text in figure.findobj(Text))


def test_the_pipeline_leaves_out_who_was_there_at_the_start(tmp_path: Path) -> None:
    data = RunFigureData(*result(frames.scenario(tmp_path, sets=["tier.peer.initial=3"]), 2))
    found = gates(data, "peer")
    assert list(found) == ["recruited", "entered_course", "passed", "certified", "active"]
    assert found["recruited"].tolist() == [8.0, 8.0]
    assert (found["certified"] <= found["passed"]).all()
    late = replace(data, scenario=data.scenario.with_(measure_from_week=5.0))
    assert "entered_course" not in gates(late, "peer")


def test_the_timeline_shows_shares_of_runs(tmp_path: Path) -> None:
    scenario = frames.scenario(tmp_path)
    seats = {"tier.peer.waiting.supervision_place.supervisor_hours": {(0.0, 40.0): 2.0}}
    trajectories = frames.trajectories(scenario, [seats, seats, seats, {}])
    axes = draw("bottleneck", scenario, frames.kpis(scenario, {}, 4), trajectories).axes[0]
    (band,) = axes.collections
    assert band.get_paths()[0].vertices[:, 1].max() == 75
    assert axes.get_ylim() == (0, 100)


def test_the_window_is_in_captions_notes_and_pictures(tmp_path: Path) -> None:
    """The timeline of causes begins with the window; every panel over time has a line there."""
    scenario = frames.scenario(tmp_path, sets=["measure_from_week=30"])
    seats = {"tier.peer.waiting.supervision_place.supervisor_hours": {(0.0, 40.0): 2.0}}
    made = scenario, frames.kpis(scenario, {}, 2), frames.trajectories(scenario, [seats, seats])
    figure = draw("bottleneck", *made)
    (band,) = figure.axes[0].collections
    assert band.get_paths()[0].vertices[:, 0].min() == 30
    assert all(30 in line.get_xdata() for axes in figure.axes if axes.get_xlabel() for line in axes.lines)
    assert "measured from week 30 to week 40" in RunFigureData(*made).note
    captions = save_figures(*made, tmp_path, [])
    assert all("Measured from week 30 to week 40." in caption for caption in captions.values())
    assert captions["clients"].endswith("a dotted line marks where measuring begins.")


def test_the_warm_up_is_drawn_where_measuring_begins_later(tmp_path: Path) -> None:
    """Clients in care from week 20 on: a dashed line there, a dotted one where measuring begins."""
    scenario = frames.scenario(tmp_path, sets=["horizon_weeks=100", "measure_from_week=40"])
    weeks = frames.trajectories(scenario, [{"clients.in_care": {(20.0, 100.0): 9.0}}] * 2)
    made = scenario, frames.kpis(scenario, {}, 2), weeks
    drawn = {axes.get_title(loc="left"): axes for axes in panels(draw(WINDOWED, *made))}
    care = drawn["Clients in care: steady from week 20"]
    assert {axes.get_ylabel() for axes in drawn.values()} == {"Clients", "People"}
    assert [line.get_xdata()[0] for line in care.lines if len(line.get_xdata()) == 2] == [20, 40]
    assert FIGURES[WINDOWED].applies(RunFigureData(*made))
    for late, horizon in ((0, 100), (10, 40)):
        sets = [f"horizon_weeks={horizon}", f"measure_from_week={late}"]
        scenario = frames.scenario(tmp_path, sets=sets)
        made = scenario, frames.kpis(scenario, {}, 1), frames.trajectories(scenario, [{}])
        assert not FIGURES[WINDOWED].applies(RunFigureData(*made))


def test_the_timeline_has_a_panel_for_each_queue_that_matters(tmp_path: Path) -> None:
    scenario = frames.scenario(tmp_path)
    told = {
        "tier.peer.waiting.supervision_place.supervisor_hours": {(0.0, 40.0): 2.0},
        "tier.mentor.waiting.course.calendar": {(0.0, 40.0): 0.05},
        "clients.waiting.care.caseload": {(10.0, 11.0): 4.0},
    }
    data = RunFigureData(scenario, frames.kpis(scenario, {}, 1), frames.trajectories(scenario, [told]))
    assert [(wait.name, level) for wait, level in shown_queues(data)] == [("CARE", -1), ("SUPERVISION_PLACE", 2)]


def test_the_target_splits_runs_at_its_number(tmp_path: Path) -> None:
    scenario = frames.scenario(tmp_path, frames.CASCADE + frames.TARGET)
    kpis = frames.kpis(scenario, {"clients.completed_at_week_40": [19.0, 20.0, 20.0, 31.0]}, 4)
    axes = draw("target", scenario, kpis, frames.trajectories(scenario, [{}] * 4)).axes[0]
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert "reaches the target (3)" in labels
    reached = [patch for patch in axes.patches if patch.get_height() and not patch.get_hatch()]
    assert min(patch.get_x() for patch in reached) == 19.5


@pytest.mark.parametrize("runs", [1, 3])
def test_nothing_happens_in_a_tier_of_one(tmp_path: Path, runs: int) -> None:
    scenario, kpis, trajectories = result(frames.scenario(tmp_path, TINY), runs)
    captions = save_figures(scenario, kpis, trajectories, tmp_path, [])
    assert list(captions) == ["bottleneck", "staffing", "hours", "pipeline"]


def test_long_and_odd_names_are_wrapped_not_cut(tmp_path: Path) -> None:
    text = frames.CASCADE.replace("peer", LONG).replace('"A cascade"', '"Costs $5 and $6 \\u4e2d\\u6587"')
    scenario, kpis, trajectories = result(frames.scenario(tmp_path, text), 2)
    figure = draw("staffing", scenario, kpis, trajectories)
    with styled():
        save(figure, tmp_path, "staffing")
    label = figure.axes[-4].get_ylabel()
    assert "\n" in label and label.replace("\n", " ").startswith(LONG.replace("_", " "))


def test_five_tiers(tmp_path: Path) -> None:
    middle = "training = { course_weeks = 2, max_cohort = 4, trainer_hours_per_week = 6 }\n"
    middle += (
        "supervision = { group_size = 4, meeting_hours = 1 }\nintake = [{ week = 0, count = 3 }]\nhours_per_week = 20\n"
    )
    text = 'schema = 1\nhorizon_weeks = 20\ncascade = ["a", "b", "c", "d", "e"]\n'
    text += "[tier.a]\ninitial = 2\nhours_per_week = 20\n" + "".join(f"[tier.{name}]\n{middle}" for name in "bcde")
    figure = draw("staffing", *result(frames.scenario(tmp_path, text), 2))
    assert {axes.get_ylabel() for axes in figure.axes} >= {f"{name}\n(people)" for name in "abcde"}


def test_an_unknown_figure(five: Result) -> None:
    with pytest.raises(UsageError, match="unknown figure 'stafing'") as caught:
        draw("stafing", *five)
    assert caught.value.problems[0].hint == "Did you mean staffing?"


def test_the_bytes_depend_on_the_input_alone(careers: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "DPI", 30)  # the same way in fewer dots
    folders = [tmp_path / name for name in ("all", "again")]
    for folder in folders:
        folder.mkdir()
    captions = save_figures(*careers, folders[0], [])
    assert captions == {name: kind.caption for name, kind in FIGURES.items() if name != WINDOWED}
    for name in ("bottleneck", "exits", "costs"):
        with styled():
            save(draw(name, *careers), folders[1], name)
    for again in folders[1].iterdir():
        assert again.read_bytes() == (folders[0] / again.name).read_bytes()
    assert len(list(folders[0].iterdir())) == 2 * len(captions)
    assert "dc:date" not in (folders[0] / "staffing.svg").read_text(encoding="utf-8")


def test_styles_differ_in_color_and_in_a_second_cue() -> None:
    for cue in ("color", "line", "hatch"):
        assert len({getattr(each, cue) for each in STYLES}) == len(STYLES)


def test_names_at_line_ends_do_not_cover_each_other() -> None:
    figure = new_figure(4)
    axes = figure.subplots()
    axes.set_ylim(0, 10)
    label_ends(axes, [(5.0, "a", "k"), (5.1, "b", "k"), (9.9, "c\nd", "k"), (9.95, "e", "k")], 3.0)
    figure.draw_without_rendering()
    boxes = sorted((text.get_window_extent() for text in axes.texts), key=lambda box: box.y0)
    assert all(low.y1 <= high.y0 + 2 for low, high in pairwise(boxes))
    upwards = sorted(axes.texts, key=lambda text: text.get_position()[1])
    assert [text.get_text() for text in upwards] == ["a", "b", "c\nd", "e"]
