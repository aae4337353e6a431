"""Referrals on given dates, in the scenario or in a CSV file beside it, with or without a rate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cascadesim import load, simulate
from engine.clinic import clinic, told
from engine.scene import Scene, scene_of, write

Play = Callable[..., Scene]


def test_one_client_for_each_date(play: Play) -> None:
    """In the order of time, several at one minute too; at week 0 at minute 0; none at the horizon (R1.5)."""
    assert told(play(clinic("initial = 1", a="3.5, 1, 2, 2, 0, 20, 21")), "referred") == [
        "0 referred a0 a",
        "1 referred a1 a",
        "2 referred a2 a",
        "2 referred a3 a",
        "3+5040 referred a4 a",
    ]


def test_streams_at_one_minute_in_order_of_their_names(play: Play) -> None:
    text = clinic("initial = 1", streams={"b": "dates = [1]", "a": "dates = [1]"})
    assert told(play(text), "started") == ["1 started a0 w0", "3 started b0 w0"]


def test_dates_and_a_rate_together(play: Play) -> None:
    """The clients of the rate are who they are without the dates."""
    rate = "referrals_per_week = 2"
    alone = play(clinic("initial = 1", streams={"a": rate}))
    both = play(clinic("initial = 1", streams={"a": f"{rate}\ndates = [3, 5]"}))
    of_rate = [(row.minute, row.key) for row in alone.select("referred")]
    found = [(row.minute, row.key) for row in both.select("referred")]
    dated = [each for each in found if each not in of_rate]
    assert [each for each in found if each in of_rate] == of_rate
    assert [minute / 10_080 for minute, _ in dated] == [3, 5]
    assert both.kpi("clients.referred") == len(of_rate) + 2


def test_each_is_one_potential_referral(play: Play) -> None:
    scene = play(clinic("initial = 1", "eligibility_probability = 0.5", a="1, 2, 3, 4, 5, 6, 7, 8"))
    assert len(scene.select("referred")) + len(scene.select("screened_out")) == 8
    assert 0 < scene.kpi("clients.screened_out") < 8


def test_reach_is_a_share(play: Play) -> None:
    """Five clients start, where four people are in need: reach is 1."""
    scene = play(clinic("initial = 5", "population_in_need = 4", a="1, 2, 3, 4, 5"))
    assert (scene.kpi("clients.started"), scene.kpi("clients.reach")) == (5, 1)


def test_labels_can_be_read(play: Play) -> None:
    scene = play(clinic("initial = 5", a="1, 2"))
    assert [row.key for row in scene.select("referred")] == ["a:dated:0", "a:dated:1"]


def test_dates_in_a_file(tmp_path: Path) -> None:
    """Read beside the dates of the scenario itself; a path is relative to the scenario."""
    (tmp_path / "referrals.csv").write_text("week\n2.5\n1\n", encoding="utf-8")
    text = clinic("initial = 1", streams={"a": 'dates = [2]\ndates_csv = "referrals.csv"'})
    scene = scene_of(simulate(load(write(tmp_path, text)), events=True))
    assert told(scene, "referred") == ["1 referred a0 a", "2 referred a1 a", "2+5040 referred a2 a"]
