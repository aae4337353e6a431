"""The published numbers: ranks of events, states, purposes of draws, what a row of the log means.

The engine and the tests read these tables; changing one changes every result, which is a line under "Numbers that
changed".
"""

from __future__ import annotations

from enum import IntEnum

WEEK_MINUTES = 10_080
HOUR_MINUTES = 60


class Rank(IntEnum):
    """The order of kinds at one instant (R10.1); within a kind the key decides."""

    SESSION_END = 0
    PRACTICE_END = 1
    COURSE_END = 2
    ABSENCE_END = 3
    EXIT = 4
    HOURS_CHANGE = 5
    NOTICE = 6
    PATIENCE = 7
    ARRIVAL = 8
    LIFT = 9
    REVIEW = 10
    DEADLINE = 11


class State(IntEnum):
    """A worker is in exactly one."""

    CANDIDATE = 0
    IN_TRAINING = 1
    APPRENTICE = 2
    ACTIVE = 3
    EXITED = 4


class Purpose(IntEnum):
    """What a draw is for. Two purposes never share a number, and a number is never used again for another purpose."""

    HOURS = 1
    PASS = 2
    CANDIDATE_PATIENCE = 3
    THRESHOLD = 4  # the index is the reason's stable hash and the occurrence
    INTER_ARRIVAL = 5  # of a stream of referrals or recruits; the index is the ordinal
    PATIENCE = 6  # the index is the spell: 0 from referral, 1, 2, ... in hand-over
    START = 7
    INTERVAL = 8  # the index is (session, try)
    SHOW = 9  # the index is (session, try)
    CONTINUE = 10  # the index is the session


class Kind(IntEnum):
    """What an entity of the log or a key of a draw is."""

    WORKER = 1
    CLIENT = 2
    COURSE = 3
    GROUP = 4
    STREAM = 5
    RECRUITS = 6


class Entry(IntEnum):
    """How a worker came in: part of who they are (R9.3)."""

    INITIAL = 0
    INTAKE = 1
    POISSON = 2


BUILT_IN_REASONS = ("failed_training", "gave_up_waiting", "not_certified")
"""Reasons to exit that the model itself gives; a scenario may not use these names, nor those kept for later."""

RESERVED_REASONS = (*BUILT_IN_REASONS, "not_deployed", "promoted")


class Wait(IntEnum):
    """Who waits, in the C-phase. One set of constraints belongs to each."""

    COURSE = 0  # candidates of a tier, for a course given by the tier above
    SEAT = 1  # apprentices and actives of a tier, for a supervisor of the tier above
    PRACTICE = 2  # supervised apprentices with room, for a client
    CARE = 3  # clients, for a worker of a delivering tier


COURSE_TESTS = (
    "too_few_candidates",
    "too_few_trainers",
    "trainer_hours",
    "trainer_unsupervised",
    "calendar",
    "gathering",
)
SEAT_TESTS = ("too_few_supervisors", "supervisor_hours", "supervisor_span", "supervisor_unsupervised", "own_hours")
PRACTICE_TESTS = ("no_client",)
CARE_TESTS = ("too_few_workers", "caseload", "worker_hours", "worker_unsupervised")
"""A constraint is one of these tests failing alone, or `several` (R12.1)."""

TESTS: dict[Wait, tuple[str, ...]] = {
    Wait.COURSE: COURSE_TESTS,
    Wait.SEAT: SEAT_TESTS,
    Wait.PRACTICE: PRACTICE_TESTS,
    Wait.CARE: CARE_TESTS,
}
SEVERAL = "several"
_TRAINERS_FAIL = ("too_few_trainers", "trainer_hours", "trainer_unsupervised", "trainer_hours+trainer_unsupervised")
COMBINATIONS: dict[Wait, tuple[str, ...]] = {
    Wait.COURSE: (
        *(f"{cohort}+{trainers}" for cohort in ("too_few_candidates", "gathering") for trainers in _TRAINERS_FAIL),
        "trainer_hours+trainer_unsupervised",
    ),
    Wait.SEAT: (
        "supervisor_hours+supervisor_span",
        "supervisor_hours+supervisor_unsupervised",
        "supervisor_span+supervisor_unsupervised",
        "supervisor_hours+supervisor_span+supervisor_unsupervised",
    ),
    Wait.PRACTICE: (),
    Wait.CARE: (
        "caseload+worker_hours",
        "caseload+worker_unsupervised",
        "worker_hours+worker_unsupervised",
        "caseload+worker_hours+worker_unsupervised",
    ),
}
"""The sets of tests that `several` may stand for; each is booked beside it, as `several.` and the tests."""


class Event(IntEnum):
    """Rows of the event log. `docs/events.md` says what `other`, `detail` and `amount` hold for each."""

    RECRUITED = 1  # worker; other none; detail entry name; amount available minutes a week
    ENTERED_COURSE = 2  # worker; other course
    REQUEUED = 3  # worker, candidate again: the course was cancelled; other course
    PASSED = 4  # worker, apprentice now; other course
    CERTIFIED = 5  # worker, active now
    NOTICE = 6  # worker; detail reason; amount the minute at which the notice ends
    EXITED = 7  # worker; detail reason
    SEATED = 8  # worker; other group
    UNSEATED = 9  # worker; other group; detail dissolved
    MOVED = 10  # worker; other the group that absorbed theirs
    UNSUPERVISED = 11  # worker, from the end of this C-phase
    LAPSED = 12  # worker, grace over
    GROUP_OPENED = 13  # group; other supervisor
    GROUP_CLOSED = 14  # group; other supervisor; detail empty, merged or dissolved
    COURSE_STARTED = 15  # course; amount trainees
    TRAINER_JOINED = 16  # course; other trainer
    COURSE_ENDED = 17  # course; detail held, empty or cancelled
    COURSE_LAPSED = 18  # course date; detail the constraint; amount its week
    REFERRED = 19  # client; detail stream
    STARTED = 20  # client, in care; other worker; amount intervals to the next session end, in minutes
    NOT_STARTING = 21  # client who will not start, holding a place; other worker; amount minutes held
    RESUMED = 22  # client, in care again; other worker
    SESSION = 23  # client; other worker; detail supervised or unsupervised; amount sessions attended so far
    NO_SHOW = 24  # client; other worker; amount tries at this session
    COMPLETED = 25  # client; other worker
    DROPPED_OUT = 26  # client; other worker; detail continue or no_shows
    NEVER_STARTED = 27  # client; other worker
    RENEGED = 28  # client
    HANDED_OVER = 29  # client, waiting for another worker; other the worker left
    LOST_ON_EXIT = 30  # client; other the worker left, if any
    BINDS = 31  # the failing tests of a wait changed; kind 0, key -1; detail `wait:test+test`, `wait:` when it ends
