"""Why staff left, which dates of courses passed unused, and where clients are too few: from made-up results."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis import frames
from cascadesim.analysis.answers import dates_sentences, idle_sentences, leaving_sentences
from cascadesim.analysis.bottleneck.queue_states import WaitRow

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
    promoted = kpis.assign(**{"tier.peer.exits.promoted": [1.0, 3.0]})
    (said,) = leaving_sentences(scenario, promoted)
    assert said.endswith("1 for other reasons; 2 moved up.")
    few = frames.kpis(scenario, {"tier.peer.exits.left": [0.0, 1.0]}, 2)
    assert list(leaving_sentences(scenario, few)) == []


LITTLE = {
    "delivering_mean": 12.0,
    "wait_mean_weeks": 0.5,
    "reneged": 3.0,
    "waiting_at_end": 2.0,
    "supervised_share": 1.0,
}
OTHERWISE = {
    "few have nobody": {"delivering_mean": 15.1},
    "clients wait": {"wait_mean_weeks": 2.1},
    "clients give up, so that no wait is long": {"reneged": 4.0},
    "clients still wait": {"waiting_at_end": 3.0},
    "many have no supervisor, and may see nobody": {"supervised_share": 0.75},
}


def _idle(tmp_path: Path, **changes: float) -> list[str]:
    scenario = frames.scenario(tmp_path, frames.CASCADE)
    values = {"active_mean": [20.0], "referred": [100.0]} | {name: [each] for name, each in (LITTLE | changes).items()}
    clients = ("wait_mean_weeks", "reneged", "waiting_at_end", "referred")
    named = {f"clients.{name}" if name in clients else f"tier.peer.{name}": each for name, each in values.items()}
    return list(idle_sentences(scenario, frames.kpis(scenario, named, 1)))


def test_where_clients_are_too_few(tmp_path: Path) -> None:
    """Apprentices practise on clients here, and may be among those who deliver."""
    assert _idle(tmp_path) == [
        "Of 20 peer workers who might see clients, at least 8 on average had nobody to see, while clients waited 0.5 "
        "weeks: more of them would do little before more clients are referred."
    ]


@pytest.mark.parametrize("what", OTHERWISE)
def test_where_they_are_not(tmp_path: Path, what: str) -> None:
    assert _idle(tmp_path, **OTHERWISE[what]) == []


def test_who_is_not_deployed_has_no_clients_to_miss(tmp_path: Path) -> None:
    """Half of them are not, and the others are busy."""
    text = frames.CASCADE.replace(
        "life.left.clock", 'deployment_probability = 0.5\nnot_deployed = "idle"\nlife.left.clock'
    )
    scenario = frames.scenario(tmp_path, text)
    values = {
        "tier.peer.active_mean": [20.0],
        "tier.peer.not_deployed_mean": [10.0],
        "tier.peer.delivering_mean": [9.0],
    }
    values |= {"tier.peer.supervised_share": [1.0], "clients.referred": [100.0], "clients.wait_mean_weeks": [0.5]}
    assert list(idle_sentences(scenario, frames.kpis(scenario, values, 1))) == []


def _waited(constraint: str, unit_weeks: float, weeks: float = 1.0) -> WaitRow:
    return WaitRow("peer candidates", "course", "peer", constraint, f"[{constraint}]", unit_weeks, 0.5, weeks)


def test_dates_without_a_course_and_what_was_missing(tmp_path: Path) -> None:
    """The calendar itself is always in the way between two dates, and no reason why one passes."""
    scenario = frames.scenario(tmp_path, CALENDAR)
    kpis = frames.kpis(scenario, {"tier.peer.courses_planned": [4.0, 4.0], "tier.peer.courses_lapsed": [3.0, 2.0]}, 2)
    waits = (_waited("calendar", 900.0, 11.0), _waited("trainer_hours", 3.0), _waited("too_few_trainers", 2.0))
    assert list(dates_sentences(scenario, kpis, waits)) == [
        "Peer courses: 2.5 of 4 dates passed without one (mostly: [trainer_hours])."
    ]
    seldom = (_waited("calendar", 900.0, 9.0), *waits[1:])  # 11 of 40 weeks, where 5 in 8 dates passed
    for waited in (seldom, ()):
        assert list(dates_sentences(scenario, kpis, waited)) == [
            "Peer courses: 2.5 of 4 dates passed without one (mostly nobody waited for one)."
        ]
    held = frames.kpis(scenario, {"tier.peer.courses_planned": [6.0], "tier.peer.courses_lapsed": [1.0]}, 1)
    assert list(dates_sentences(scenario, held, waits)) == []
