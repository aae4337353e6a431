"""The diagram of a programme: what its rows say, and that the picture is written whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from engine.busy import CASCADE, EVERYTHING

from cascadesim.cli import group
from cascadesim.report.diagram import Flow, draw_diagram, in_words, rows_of
from cascadesim.report.measures import CLIENT_ROWS, CLIENT_ROWS_OF
from cascadesim.scenario.load import load


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_that_can_happen_is_there(tmp_path: Path) -> None:
    boss, mentor, peer, clients = rows_of(load(_file(tmp_path, EVERYTHING)))
    assert boss.states == ("active", "absent") and not boss.from_above
    assert mentor.note == "intakes, vacancies filled, promotion"
    assert peer.states == ("candidate", "in training", "apprentice", "active", "absent")
    assert Flow(1, 0, "2 stages, 2 attempts", back=True) in peer.flows
    # The decision runs from recruitment and strikes everybody, being tired and the wave only who is certified.
    assert peer.exits == {
        0: ("decision", "gave up waiting"),
        1: ("decision", "failed training"),
        2: ("decision", "not certified"),
        3: ("decision", "promoted", "tired", "wave"),
        4: ("decision", "tired", "wave"),
    }
    assert boss.exits == {} and mentor.exits[3] == ("work",)
    assert peer.from_above == {
        "trains": (("active",), ("in training",)),
        "supervises": (("active",), ("apprentice", "active")),
    }
    assert clients.exits[0] == ("screened out",)
    assert clients.from_above == {"sees": (("apprentice", "active"), ("in care",))}


def test_nothing_else_is_there(tmp_path: Path) -> None:
    text = CASCADE.replace("[clients]\n", '[clients]\non_worker_exit = "lose"\n')
    text = text.replace("transfer_patience_weeks", "# transfer_patience_weeks")
    *tiers, clients = rows_of(load(_file(tmp_path, text)))
    assert all("absent" not in row.states for row in tiers)
    assert clients.states == ("referred", "waiting", "in care", "completed")
    assert 0 not in clients.exits and "lost on exit" in clients.exits[2]


def test_the_picture_speaks_as_tables_do() -> None:
    """Whoever gives up waiting is not said to renege here and to give up there."""
    said = set(CLIENT_ROWS.values()) | {word for rows in CLIENT_ROWS_OF.values() for word in rows.values()}
    for name in ("reneged", "lost on exit", "screened out", "never started", "dropped out", "left for own reason"):
        assert in_words(name) in said
    assert in_words("decision") == "decision"


def test_words_are_in_front_of_the_arrows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from matplotlib.figure import Figure

    drawn: list[Figure] = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, path, **_: (drawn.append(figure), Path(path).touch()))
    draw_diagram(load(_file(tmp_path, EVERYTHING)), tmp_path / "picture.png")
    texts = {text.get_text(): text for text in drawn[0].axes[0].texts if text.get_text()}
    exits = [text for words, text in texts.items() if "gave up waiting" in words or "failed the course" in words]
    assert len(exits) >= 2
    assert all(text.get_bbox_patch() is not None and text.get_zorder() > 3 for text in exits)
    assert texts["resumed"].get_position()[1] < texts["worker leaves"].get_position()[1]


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_the_picture_is_written(tmp_path: Path, ending: str) -> None:
    path, out = _file(tmp_path, EVERYTHING), tmp_path / f"picture.{ending}"
    result = CliRunner().invoke(group, ["diagram", str(path), "-o", str(out)])
    assert result.exit_code == 0 and out.stat().st_size > 10_000
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_another_ending_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(group, ["diagram", str(_file(tmp_path, CASCADE)), "-o", str(tmp_path / "x.txt")])
    assert result.exception is not None and "ends in .png or .svg" in str(result.exception)
