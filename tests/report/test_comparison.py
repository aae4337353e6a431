"""Variants side by side: the table on the terminal, the summary, the picture."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from analysis import frames
from matplotlib.colors import same_color

from cascadesim.analysis.variants import VariantRun
from cascadesim.report.comparison import comparison_page, comparison_text, draw_comparison, save_comparison
from cascadesim.report.style import BLUE, GREY
from cascadesim.scenario.overrides import LONGEST_VARIANT

LONG = "m" * LONGEST_VARIANT


@pytest.fixture
def three(tmp_path: Path) -> list[VariantRun]:
    """Base, one variant that completes more and waits less, one that is much the same."""
    scenario = frames.scenario(tmp_path, "start_date = 2018-09-03\n" + frames.CASCADE + frames.TARGET)
    values = {"base": ([2000, 3000, 4000], 3.0), "more": ([2400, 3400, 4300], 1.0), LONG: ([1999, 3002, 3998], 3.0)}
    found = []
    for name, (completed, wait) in values.items():
        at_40 = [value / 100 - 1 for value in completed]  # one run of the base misses the target of 20
        columns = {"clients.completed": completed, "clients.completed_at_week_40": at_40}
        kpis = frames.kpis(scenario, columns | {"clients.wait_mean_weeks": [wait] * 3}, 3)
        limit = "peer courses (too few candidates and trainers short of hours)"
        found.append(VariantRun(name, scenario, kpis, limit, 12.5))
    return found


def test_sentences_first_then_the_table(three: list[VariantRun]) -> None:
    lines = comparison_text(three[0], three[1:]).splitlines()
    assert lines[0] == "A cascade: base and 2 variants (3 runs each)"
    assert lines[4].startswith("more: 367 more clients completing care (223 to 510), mean wait for care 2 weeks")
    assert [line.split() for line in lines].index(["mean", "change", "95", "%", "interval"]) > 5


def test_a_window_is_named(three: list[VariantRun]) -> None:
    windowed = [replace(each, scenario=each.scenario.with_(measure_from_week=26)) for each in three]
    said = " ".join(comparison_text(windowed[0], windowed[1:]).split())
    assert "Measured from week 26 (4 Mar 2019) to week 40 (10 Jun 2019). Base and variants" in said
    assert "Measured" not in comparison_text(three[0], three[1:])


def test_rows_of_the_table(three: list[VariantRun]) -> None:
    lines = comparison_text(three[0], three[1:]).splitlines()
    place = lines.index("Clients completing care")
    assert [" ".join(line.split()) for line in lines[place + 1 : place + 4]] == [
        "base 3,000",
        "more 3,367 +367 +223 to +510 *",
        f"{LONG} 3,000 -0.33 -5.5 to +4.8 =",  # within 1 % of the base
    ]
    place = lines.index("Mean wait for care (weeks)")
    assert " ".join(lines[place + 2].split()) == "more 1 -2 -2 to -2 *"
    assert "Chance that at least 20 clients complete care by 10 Jun 2019" in lines
    assert "Peers delivering, 10 Jun 2019 (week 40)" in lines


def test_nothing_is_wider_than_a_terminal(three: list[VariantRun]) -> None:
    assert not [line for line in comparison_text(three[0], three[1:]).splitlines() if len(line) > 80]


def test_one_run_makes_no_claim(three: list[VariantRun]) -> None:
    first = [VariantRun(each.name, each.scenario, each.kpis[:1], each.binds) for each in three]
    text = comparison_text(first[0], first[1:])
    assert "(1 run each)" in text and "*" not in text and "may be chance" in text


def test_headings_are_styled_by_the_caller(three: list[VariantRun]) -> None:
    lines = comparison_text(three[0], three[1:], heading=lambda text: f"<{text}>").splitlines()
    assert sum(line.startswith("<") for line in lines) == 7


def test_the_summary_leads_to_everything(three: list[VariantRun]) -> None:
    folders = {"base": "base", "more": "more", LONG: "m"}
    text = comparison_page(three[0], three[1:], folders, command="cascadesim run a.toml", figure="figures/f.png")
    assert text.startswith("# A cascade: base and 2 variants (3 runs each)\n\nMade by `cascadesim run a.toml`.\n")
    assert "- more: 367 more clients completing care" in text and "](figures/f.png)" in text
    assert f"- [{LONG}](m/summary.md)" in text
    assert "![" not in comparison_page(three[0], three[1:], folders)


def test_the_figure_draws_every_difference_with_its_unit(three: list[VariantRun]) -> None:
    panels = [axes for axes in draw_comparison(three[0], three[1:]).axes if axes.axison]
    units = [axes.get_xlabel().removeprefix("Change from base ") for axes in panels]
    assert units == ["(percentage points)", "(people)", "(clients)", "(clients)", "(weeks)"]
    assert list(panels[0].lines[1].get_xdata()) == pytest.approx([100 / 3])
    completed = panels[3]
    assert completed.get_title(loc="left") == "Clients completing care"
    bar, dot = completed.lines[:2]
    assert list(bar.get_xdata()) == pytest.approx([223.2, 510.1], abs=0.1)
    assert list(dot.get_xdata()) == pytest.approx([366.67], abs=0.01)
    assert same_color(dot.get_markerfacecolor(), BLUE) and same_color(completed.lines[3].get_color(), GREY)
    assert same_color(completed.lines[3].get_markerfacecolor(), "white")
    assert panels[0].get_yticklabels()[0].get_text() == "more" and panels[0].yaxis_inverted()


def test_a_panel_without_any_difference_says_so(three: list[VariantRun]) -> None:
    """An axis of its own would show hundredths of nothing."""
    alike = draw_comparison(three[0], [replace(three[0], name="alike")])
    for axes in (axes for axes in alike.axes if axes.axison):
        assert axes.get_xlim() == (-1, 1)
        assert [text.get_text() for text in axes.texts] == ["no difference in any run"]
    panels = draw_comparison(three[0], three[1:]).axes
    assert not next(axes for axes in panels if "completing" in axes.get_title("left")).texts


def test_what_is_not_compared_or_has_fewer_pairs_is_said_at_its_row(three: list[VariantRun]) -> None:
    kpis = three[1].kpis.assign(**{"clients.wait_mean_weeks": [1.0, 1.5, math.nan]})
    longer = replace(three[1], scenario=three[1].scenario.with_(horizon_weeks=60), kpis=kpis)
    words = {
        axes.get_title("left"): [text.get_text() for text in axes.texts]
        for axes in draw_comparison(three[0], [longer]).axes
    }
    assert words["Clients completing care"] == ["not comparable"]
    assert words["Mean wait for care (weeks)"] == ["2 of 3 pairs"]
    lines = comparison_text(three[0], [longer]).splitlines()
    assert "    not compared: base is of weeks 0 to 40, more of weeks 0 to 60" in lines
    assert "    2 of 3 pairs: the other runs have no value in both" in lines


def test_the_figure_is_saved_the_same_every_time(three: list[VariantRun], tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        save_comparison(three[0], three[1:], tmp_path / name)
    files = {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    assert set(files) == {"comparison.png", "comparison.svg"}
    assert files == {path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()}
