"""R5.9, R6, R7: states of the organisation, strain and competence, worked out again from the log."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Check
from auditor.competence import BILLION
from auditor.people import Worker
from auditor.replay import Replay
from auditor.rows import Row

NOISE = 1e-6  # of a level from 0 to 1, worked out in another way
LEAST = 1e-9  # a change that is too small to ask for


def said(row: Row, level: float) -> bool:
    """Whether a row says this level, in billionths."""
    return abs(row.amount - level * BILLION) <= NOISE * BILLION


def reviewed_now(replay: Replay) -> bool:
    review = replay.programme.review
    return bool(review) and replay.now > 0 and replay.now % review == 0


# --- the organisation -------------------------------------------------------------------------------------------------


def workplace_training(replay: Replay, row: Row) -> Iterator[str]:
    """Held on its dates, once each (R7.1)."""
    state = replay.programme.states.get(row.detail)
    dates = state.sites[row.other][2] if state and row.other in state.sites else ()
    if row.minute not in dates or row.minute in replay.organisation.lifts.get((row.detail, row.other), ()):
        yield f"{row.detail} is lifted at {row.other or 'the site'} at {row.minute}, its dates are {dates}"


def trainings_overdue(replay: Replay) -> Iterator[str]:
    for name, state in replay.programme.states.items():
        for site, (_, _, dates) in state.sites.items():
            held = replay.organisation.lifts[name, site]
            for date in dates:
                if replay.now <= date < replay.until and date not in held:
                    yield f"{name} is not lifted at {site or 'the site'} at {date}"


def published(replay: Replay, row: Row) -> Iterator[str]:
    """A review publishes the level that decay and lifts have made, and only one that has changed (R7.2)."""
    place = (row.detail, row.other)
    if place not in replay.organisation.levels:
        return
    level = replay.organisation.level(place, row.minute)
    if not reviewed_now(replay):
        yield f"{row.detail} is published at {row.minute}, which is no review"
    elif not said(row, level):
        yield f"{row.detail} is published as {row.amount} billionths, it is {level}"
    elif level == replay.organisation.published[place]:
        yield f"{row.detail} is published as {level}, as before"


def published_all(replay: Replay) -> Iterator[str]:
    for place, level in replay.organisation.published.items() if reviewed_now(replay) else ():
        if abs(level - replay.organisation.level(place, replay.now)) > LEAST:
            yield f"{place[0]} at {place[1] or 'the site'} has changed and is not published"


# --- strain -----------------------------------------------------------------------------------------------------------


def strained(replay: Replay, row: Row) -> Iterator[str]:
    """Strain follows the load since the last review (R5.9)."""
    if not reviewed_now(replay):
        yield f"the strain of {row.key} changes at {row.minute}, which is no review"
    elif row.key not in replay.expected_strain:
        yield f"the strain of {row.key} changes to {row.amount} billionths, but it has not changed"
    elif not said(row, replay.expected_strain[row.key]):
        yield f"the strain of {row.key} is {row.amount} billionths, the load gives {replay.expected_strain[row.key]}"


def strained_all(replay: Replay) -> Iterator[str]:
    if reviewed_now(replay):
        noted = {row.key for row in replay.instant if row.event == "strained"}
        for label, strain in replay.expected_strain.items():
            worker = replay.workers[label]
            if worker.exited_at < 0 and label not in noted and abs(worker.strain - strain) > LEAST:
                yield f"the strain of {label} is {strain} and still noted as {worker.strain}"


# --- competence -------------------------------------------------------------------------------------------------------


def learned(replay: Replay, row: Row) -> Iterator[str]:
    """After the last course: what it teaches, watered down by its trainers, within the bounds (R6.1)."""
    worker = replay.worker(row.key)
    course = replay.courses.get(worker.course) if worker else None
    plan = worker.tier.competence if worker else None
    if not worker or not course:
        return
    if plan is None:
        if row.amount:
            yield f"{row.key} has a competence of {row.amount} billionths, which the scenario does not have"
        return
    taught = plan.course_level * (1.0 - plan.dilution * (1.0 - course.taught_by))
    if not plan.baseline - NOISE <= row.amount / BILLION <= plan.ceiling + NOISE:
        yield f"{row.key} has a competence of {row.amount} billionths, outside {plan.baseline} to {plan.ceiling}"
    elif not plan.noise and not said(row, min(plan.ceiling, max(plan.baseline, taught))):
        yield f"{row.key} has a competence of {row.amount} billionths, the course gives {taught}"


def certified(replay: Replay, row: Row) -> Iterator[str]:
    """At the certificate: what sessions and time have made of it (R6.2)."""
    worker = replay.worker(row.key)
    if worker and not said(row, _competence(worker)):
        yield f"{row.key} is certified with {row.amount} billionths, their competence is {worker.competence}"


def _competence(worker: Worker) -> float:
    return worker.competence if worker.tier.competence else 0.0


CHECKS = {
    "workplace training": Check("R7.1", "before", workplace_training, ("workplace_training",)),
    "workplace training overdue": Check("R7.1", "instant", trainings_overdue),
    "published level": Check("R7.2", "before", published, ("published",)),
    "level not published": Check("R7.2", "instant", published_all),
    "strain": Check("R5.9", "before", strained, ("strained",)),
    "strain not noted": Check("R5.9", "instant", strained_all),
    "competence after a course": Check("R6.1", "before", learned, ("passed",)),
    "competence at the certificate": Check("R6.2", "after", certified, ("certified",)),
}
