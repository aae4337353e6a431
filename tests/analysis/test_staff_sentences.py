"""Why staff left, which dates of courses passed unused, and where clients are too few: from made-up results."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis import frames
from cascadesim.analysis.staff_sentences import dates_sentences, idle_sentences, leaving_sentences
from cascadesim.analysis.waits import WaitRow

CALENDAR = frames.CASCADE.replace(
    "practice_cases = 1 }", 'practice_cases = 1, when = "calendar", every_weeks = 10, window_weeks = 2 }'
)


def test_reasons_are_told_with_the_most_frequent_first(tmp_path: Path) -> None:
    clock = 'clock = { dist = "exponential", mean_weeks = 90 }'
    more = "".join(f"life.{name}.{clock}\n" for name in ("move", "job", "ill"))
    scenario = frames.scenario(tmp_path, frames.CASCADE.replace("life.left.clock", f"{more}life.left.clock"))
    exits = {
        "left": [1.0, 2.0],
        "move": [4.0, 3.0],
        "ill": [0.0, 1.0],
        "job": [2.0, 2.0],
        "failed_training": [1.0, 0.0],
    }
    kpis = frames.kpis(scenario, {f"tier.peer.exits.{name}": values for name, values in exits.items()}, 2)
    assert list(leaving_sentences(scenario, kpis)) == [
        "Peer: 8 left (mean of runs): 3.5 move, 2 job, 1.5 left, 1 for other reasons."
    ]
    few = frames.kpis(scenario, {"tier.peer.exits.left": [0.0, 1.0]}, 2)
    assert list(leaving_sentences(scenario, few)) == []


@pytest.mark.parametrize(
    ("active", "delivering", "waited", "told"),
    [(20.0, 12.0, 0.5, True), (20.0, 15.1, 0.5, False), (20.0, 12.0, 2.1, False), (0.0, 0.0, 0.5, False)],
)
def test_where_clients_are_too_few(tmp_path: Path, active: float, delivering: float, waited: float, told: bool) -> None:
    scenario = frames.scenario(tmp_path, frames.CASCADE)
    values = {
        "tier.peer.active_mean": [active],
        "tier.peer.delivering_mean": [delivering],
        "clients.wait_mean_weeks": [waited],
    }
    said = list(idle_sentences(scenario, frames.kpis(scenario, values, 1)))
    words = "Of 20 active peer workers on average, 8 had nobody to see, while clients waited 0.5 weeks: "
    assert said == [f"{words}more of them would do little before more clients are referred."] * told


def _waited(constraint: str, unit_weeks: float) -> WaitRow:
    return WaitRow("peer candidates", "course", "peer", constraint, f"[{constraint}]", unit_weeks, 0.5, 1.0)


def test_dates_without_a_course_and_what_was_missing(tmp_path: Path) -> None:
    """The calendar itself is always in the way between two dates, and no reason why one passes."""
    scenario = frames.scenario(tmp_path, CALENDAR)
    kpis = frames.kpis(scenario, {"tier.peer.courses_planned": [4.0, 4.0], "tier.peer.courses_lapsed": [3.0, 2.0]}, 2)
    waits = (_waited("calendar", 900.0), _waited("trainer_hours", 3.0), _waited("too_few_trainers", 2.0))
    assert list(dates_sentences(scenario, kpis, waits)) == [
        "Peer courses: 2.5 of 4 dates passed without one (mostly: [trainer_hours])."
    ]
    assert list(dates_sentences(scenario, kpis, ())) == ["Peer courses: 2.5 of 4 dates passed without one."]
    held = frames.kpis(scenario, {"tier.peer.courses_planned": [6.0], "tier.peer.courses_lapsed": [1.0]}, 1)
    assert list(dates_sentences(scenario, held, waits)) == []
