"""The root cause of a wait, one rule of the chain at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis import frames
from cascadesim.analysis.causes import Tracer
from cascadesim.analysis.chain import Cause, say
from cascadesim.analysis.standing import read_waits, standings


def traced(folder: Path, **levels: float) -> tuple[Cause | None, str]:
    """The cause and its chain where these columns stand at these values (`__` for a dot)."""
    scenario = frames.scenario(folder)
    told = {name.replace("__", "."): {(0.0, 40.0): value} for name, value in levels.items()}
    readings = read_waits(scenario, frames.trajectories(scenario, [told]))
    trace = Tracer(scenario, standings(scenario, readings.columns, readings.values[0])).trace(0)
    return (None, "") if trace is None else (trace.cause, say(scenario, trace.links))


FULL_CARE = "6 clients waiting for care (every caseload full)"
FULL = {"clients__waiting__care__caseload": 6.0, "tier__peer__active": 8.0, "clients__in_care": 8.0}

CASES = [
    ({}, None, ""),
    # A wait too small to matter: below one person, or below a tenth of those at work.
    ({"clients__waiting__care__caseload": 0.9}, None, ""),
    ({"clients__waiting__care__caseload": 3.0, "clients__in_care": 31.0}, None, ""),
    (
        FULL,
        Cause("caseload", "peer", "peer"),
        f"{FULL_CARE}; no peer candidates or workers held up on the way",
    ),
    (
        FULL | {"tier__peer__waiting__course__trainer_hours": 3.0},
        Cause("training_hours", "mentor", "peer"),
        f"{FULL_CARE}; 3 candidates waiting for a peer course (trainers short of hours)",
    ),
    # The larger of two groups on the way is followed.
    (
        FULL | {"tier__peer__waiting__course__trainer_hours": 3.0, "tier__peer__waiting__seat__supervisor_hours": 4.0},
        Cause("supervision_hours", "mentor", "peer"),
        f"{FULL_CARE}; 4 peer workers waiting for a supervisor (supervisors short of hours)",
    ),
    (FULL | {"tier__peer__in_training": 5.0}, Cause("lead_time", "peer", "peer"), None),
    (FULL | {"tier__peer__apprentice": 5.0}, Cause("apprenticeship", "peer", "peer"), None),
    (
        FULL | {"tier__peer__apprentice": 5.0, "tier__peer__waiting__practice__no_client": 4.0},
        Cause("practice_clients", "peer", "peer"),
        None,
    ),
    ({"clients__waiting__care__too_few_workers": 6.0}, Cause("recruitment", "peer", "peer"), None),
    ({"clients__waiting__care__worker_hours": 6.0}, Cause("worker_hours", "peer", "peer"), None),
    # Up the tiers: no trainers, since mentors themselves wait for hours of the boss.
    (
        {
            "clients__waiting__care__too_few_workers": 6.0,
            "tier__peer__waiting__course__too_few_trainers": 8.0,
            "tier__mentor__waiting__course__trainer_hours": 4.0,
        },
        Cause("training_hours", "boss", "mentor"),
        "6 clients waiting for care (too few workers); 8 candidates waiting for a peer course (too few trainers); 4 "
        "candidates waiting for a mentor course (trainers short of hours)",
    ),
    (
        {
            "tier__peer__waiting__seat__supervisor_unsupervised": 3.0,
            "tier__mentor__waiting__seat__too_few_supervisors": 2.0,
        },
        Cause("recruitment", "boss", "boss"),
        None,
    ),
    (
        {"clients__waiting__care__worker_unsupervised": 3.0, "tier__peer__waiting__seat__supervisor_span": 2.0},
        Cause("supervision_span", "mentor", "peer"),
        None,
    ),
    # Nobody waits for care: the largest group of workers held up.
    ({"tier__peer__waiting__practice__no_client": 3.0}, Cause("practice_clients", "peer", "peer"), None),
    ({"tier__mentor__waiting__course__calendar": 3.0}, Cause("calendar", "boss", "mentor"), None),
    ({"tier__mentor__waiting__course__too_few_candidates": 3.0}, Cause("cohort", "boss", "mentor"), None),
    ({"tier__peer__waiting__course__gathering": 3.0}, Cause("gathering", "mentor", "peer"), None),
    ({"tier__peer__waiting__seat__own_hours": 3.0}, Cause("own_hours", "mentor", "peer"), None),
    # Several: only where it is more than half; what it stands for is said where it is known.
    (
        {
            "tier__peer__waiting__course__several": 3.0,
            "tier__peer__waiting__course__several.too_few_candidates+trainer_hours": 2.0,
            "tier__peer__waiting__course__several.gathering+trainer_hours": 1.0,
        },
        Cause("training_several", "mentor", "peer", "too_few_candidates+trainer_hours"),
        "3 candidates waiting for a peer course (too few candidates for a course and trainers short of hours)",
    ),
    (
        {"tier__peer__waiting__course__several": 3.0, "tier__peer__waiting__course__trainer_hours": 2.0},
        Cause("training_several", "mentor", "peer"),
        None,
    ),
    (
        {
            "tier__peer__waiting__course__several": 3.0,
            "tier__peer__waiting__course__trainer_hours": 2.0,
            "tier__peer__waiting__course__gathering": 1.5,
        },
        Cause("training_hours", "mentor", "peer"),
        None,
    ),
]


@pytest.mark.parametrize(("levels", "cause", "chain"), CASES)
def test_chain(tmp_path: Path, levels: dict[str, float], cause: Cause | None, chain: str | None) -> None:
    found, said = traced(tmp_path, **levels)
    assert found == cause
    assert chain is None or said == chain


def test_a_cause_names_the_resource_and_who_lacks_it() -> None:
    assert Cause("supervision_hours", "lead_mentor", "peer").words == "lead mentor hours for peer supervision"
    assert Cause("recruitment", "peer", "peer").words == "too little peer recruitment"
