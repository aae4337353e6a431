"""The diagram of a programme: what its rows say, and that the picture is written whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from engine.busy import CASCADE, EVERYTHING

from cascadesim.cli import group
from cascadesim.report.flows import Flow, rows_of
from cascadesim.scenario.load import load


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_that_can_happen_is_there(tmp_path: Path) -> None:
    boss, mentor, peer, clients = rows_of(load(_file(tmp_path, EVERYTHING)))
    assert boss.states == ("active", "absent") and not boss.from_above
    assert mentor.note == "intakes, target, promotion"
    assert peer.states == ("candidate", "in training", "apprentice", "active", "absent")
    assert Flow(1, 0, "2 stages, 2 attempts", back=True) in peer.flows
    assert peer.exits[0] == ("gave up waiting",) and peer.exits[2] == ("not certified",)
    assert peer.exits[3] == ("decision", "promoted", "tired", "wave")
    assert peer.from_above == {"trains": ("active", "in training"), "supervises": ("active", "active")}
    assert clients.exits[0] == ("screened out",) and clients.from_above == {"sees": ("active", "in care")}


def test_nothing_else_is_there(tmp_path: Path) -> None:
    text = CASCADE.replace("[clients]\n", '[clients]\non_worker_exit = "lose"\n')
    text = text.replace("handover_patience_weeks", "# handover_patience_weeks")
    *tiers, clients = rows_of(load(_file(tmp_path, text)))
    assert all("absent" not in row.states for row in tiers)
    assert clients.states == ("referred", "waiting", "in care", "completed")
    assert 0 not in clients.exits and "lost on exit" in clients.exits[2]


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_the_picture_is_written(tmp_path: Path, ending: str) -> None:
    path, out = _file(tmp_path, EVERYTHING), tmp_path / f"picture.{ending}"
    result = CliRunner().invoke(group, ["diagram", str(path), "-o", str(out)])
    assert result.exit_code == 0 and out.stat().st_size > 10_000
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_another_ending_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(group, ["diagram", str(_file(tmp_path, CASCADE)), "-o", str(tmp_path / "x.txt")])
    assert result.exception is not None and "ends in .png or .svg" in str(result.exception)
