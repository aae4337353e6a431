"""The text on the terminal and in summary.md."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from analysis import frames

from cascadesim.report.summary import run_page, run_text

Made = tuple


@pytest.fixture
def made_up(tmp_path: Path) -> Made:
    scenario = frames.scenario(tmp_path, frames.CASCADE + frames.TARGET)
    values = {
        "clients.completed": [30.0, 34.0, 26.0, 30.0],
        "clients.coverage": [0.7, 0.9, 0.8, 0.8],
        "clients.wait_mean_weeks": [1.0, 3.0, math.nan, 2.0],
        "tier.peer.supervised_share": [1.0, 1.0, 1.0, 0.6],
        "tier.mentor.full_strength_week": [math.nan] * 4,
    }
    runs = [{"tier.peer.waiting.supervision_place.supervisor_hours": {(0.0, 40.0): 2.0}}] * 4
    return scenario, frames.kpis(scenario, values, 4), frames.trajectories(scenario, runs)


def test_sentences_first_then_the_table(made_up: Made) -> None:
    text = run_text(*made_up)
    assert text.startswith(
        "A cascade (4 runs)\n\nTarget not reached. Chance that at least 20 clients complete care by week 40:\n  0 % "
    )
    assert text.index("Binding constraint: mentor hours for peer supervision all the time") < text.index(
        "10th to 90th\nClients\n"
    )


def test_rows_of_the_table(made_up: Made) -> None:
    lines = run_text(*made_up).splitlines()
    assert "  completed                                 30     24.8 to 35.2     27.2 to 32.8" in lines
    assert "  started, of those referred              80 %       67 to 93 %       73 to 87 %" in lines
    assert "  mean wait (weeks) [3/4]                    2         0 to 4.5       1.2 to 2.8" in lines
    assert "  week at full strength                      -                -                -" in lines
    assert lines[-2:] == [
        "[n/N]: only n of N runs have a value; the numbers are of these n runs.",
        "-: no value. It did not happen, or there was nothing to measure.",
    ]


def test_the_dash_of_one_run_is_explained(made_up: Made) -> None:
    scenario, kpis, trajectories = made_up
    first = trajectories[trajectories["replication"] == 0]
    lines = run_text(scenario, kpis.iloc[:1], first).splitlines()
    assert lines[-1] == "- for an interval: an interval needs two runs with a value."


def test_no_interval_goes_beyond_what_a_share_can_be(made_up: Made) -> None:
    lines = run_text(*made_up).splitlines()
    assert "  time supervised                         90 %    58.2 to 100 %      72 to 100 %" in lines


def test_nothing_is_wider_than_a_terminal(made_up: Made) -> None:
    assert max(map(len, run_text(*made_up).splitlines())) <= 80
    assert max(map(len, run_text(*made_up, width=100).splitlines())) <= 100


def test_long_names_and_titles_are_wrapped(made_up: Made, tmp_path: Path) -> None:
    del made_up
    site = "a_site_with_a_name_that_goes_on_and_on"
    text = frames.CAREERS.replace("east", site).replace('"Careers"', f'"{"Careers of many kinds " * 5}"')
    scenario = frames.scenario(tmp_path, text)
    lines = run_text(scenario, frames.kpis(scenario, {}, 2), frames.trajectories(scenario, [{}, {}])).splitlines()
    assert max(map(len, lines)) <= 80
    place = lines.index("  a site with a name that goes on and")
    assert lines[place + 1].startswith("    on: started      ")


def test_headings_are_styled_by_the_caller(made_up: Made) -> None:
    lines = run_text(*made_up, heading=lambda text: f"<{text}>").splitlines()
    assert [line for line in lines if line.startswith("<")] == [
        "<A cascade (4 runs)>",
        "<Clients>",
        "<Tier boss>",
        "<Tier mentor>",
        "<Tier peer>",
    ]


def test_only_what_a_tier_can_have_is_listed(made_up: Made) -> None:
    text = run_text(*made_up)
    boss = text[text.index("Tier boss") : text.index("Tier mentor")]
    assert "courses held" not in boss and "supervised" not in boss and "delivering" not in boss
    assert "delivering, mean over time" in text[text.index("Tier peer") :]


def test_who_left_for_want_of_a_certificate_is_told_apart(made_up: Made) -> None:
    lines = [line[:37].strip() for line in run_text(*made_up).splitlines()]
    place = lines.index("Tier peer")
    left = lines.index("left", place)
    assert lines[left + 1 : left + 3] == ["of them, failed the course", "of them, not certified in time"]
    assert "of them, failed the course" not in lines[: lines.index("Tier mentor")]


def test_new_lines_only_where_the_scenario_has_the_mechanism(made_up: Made, tmp_path: Path) -> None:
    scenario = frames.scenario(tmp_path, frames.CAREERS)
    values = {"cost.total": [1200.0, 1400.0], "tier.mentor.absent_mean": [0.5, 0.5]}
    text = run_text(scenario, frames.kpis(scenario, values, 2), frames.trajectories(scenario, [{}, {}]))
    lines = [line[:37].strip() for line in text.splitlines()]
    usual = run_text(*made_up)
    for new in (
        "not eligible",
        "left for their own reasons",
        "groups started",
        "Clients by language",
        "Arabic: started",
        "west: mean wait (weeks)",
        "away, mean over time",
        "not deployed, mean over time",
        "vacancies, mean over time",
        "promoted from below",
        "of them, promoted",
        "missed a refresher",
        "hours above the limit",
        "competence at the end",
        "Costs (CHF)",
        "cost per completed client",
        "cost of replacement, of the total",
    ):
        assert new in lines and new not in usual, new
    assert "  total                                  1,300    29.4 to 2,571   1,220 to 1,380" in text.splitlines()
    assert max(map(len, text.splitlines())) <= 80


def test_summary_says_the_currency(tmp_path: Path) -> None:
    scenario = frames.scenario(tmp_path, frames.CAREERS)
    text = run_page(scenario, frames.kpis(scenario, {"cost.total": [7.0]}, 1), frames.trajectories(scenario, [{}]))
    assert "### Costs (CHF)" in text and "### Organisation" in text
    assert "| total | money | 7 | - | - |" in text


def test_summary_has_answers_measures_and_figures(made_up: Made) -> None:
    text = run_page(*made_up, command="cascadesim run a.toml", figures={"target": "How often.", "staffing": "Who."})
    assert text.startswith(
        "# A cascade\n\n4 runs over 40 weeks. Made by `cascadesim run a.toml`.\n\n## Answers\n\n- Target not reached."
    )
    assert "| mentor hours for peer supervision | 40 | 100 % |" in text
    assert "| peers waiting for a supervisor | supervisors short of hours | 80 | 100 % | 40 |" in text
    assert "| completed | clients | 30 | 24.8 to 35.2 | 27.2 to 32.8 |" in text
    assert "| wait_mean_weeks [3/4] | weeks | 2 | 0 to 4.5 | 1.2 to 2.8 |" in text
    assert text.endswith("![target](figures/target.png)\n\nHow often.\n\n![staffing](figures/staffing.png)\n\nWho.\n")
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert headings == ["## Answers", "## Binding constraints", "## Outcomes", "## Figures"]


def test_summary_without_figures_or_waits(tmp_path: Path) -> None:
    scenario = frames.scenario(tmp_path)
    text = run_page(scenario, frames.kpis(scenario, {}, 1), frames.trajectories(scenario, [{}]))
    assert "## Figures" not in text
    assert "Nobody waited for a course, for a supervisor or for care." in text
    assert "1 run over 40 weeks.\n" in text
