"""The published numbers: ranks of events, states, purposes of draws, what a row of the log means.

Changing one changes every result, which is a line under "Numbers that changed".
"""

from __future__ import annotations

from enum import IntEnum
from typing import TypeVar

E = TypeVar("E", bound=IntEnum)


def direct(kind: type[E]) -> type[E]:
    """Let the members be plain attributes of their class: Python 3.11 calls a function for each look at one."""
    for name, member in kind.__members__.items():
        type.__setattr__(kind, name, member)
    return kind


@direct
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


@direct
class WorkerState(IntEnum):
    """A worker is in exactly one."""

    CANDIDATE = 0
    IN_TRAINING = 1
    APPRENTICE = 2
    ACTIVE = 3
    ABSENT = 4
    EXITED = 5


@direct
class Purpose(IntEnum):
    """What a draw is for. Two purposes never share a number, and a number is never used again for another purpose."""

    HOURS = 1
    PASS = 2
    CANDIDATE_PATIENCE = 3
    THRESHOLD = 4  # the index is the reason's stable hash and the occurrence
    INTER_ARRIVAL = 5  # of a stream of referrals or recruits; the index is the ordinal
    PATIENCE = 6  # the index is the spell: 0 from referral, 1, 2, ... in transfer
    START = 7
    INTERVAL = 8  # the index is (transfer, session, try)
    SHOW = 9  # the index is (session, try)
    CONTINUE = 10  # the index is the session
    SELECTION = 11
    DEPLOYMENT = 12
    TRAINS = 13
    CONSEQUENCE = 14  # the index is the reason's stable hash and the occurrence
    ABSENCE_LENGTH = 15  # the index is the reason's stable hash and the occurrence
    SHOCK_TIME = 16  # the index is the reason's stable hash
    FRAILTY = 17
    COMPETENCE_NOISE = 18  # the index is the number of courses completed
    LANGUAGE = 19  # of a worker or a client
    ALSO = 20  # the index is the language's stable hash
    ELIGIBILITY = 21
    URGENT = 22
    GROUP_INTERVAL = 23  # of a client group; the index is the session


@direct
class Kind(IntEnum):
    """What an entity of the log or a key of a draw is."""

    WORKER = 1
    CLIENT = 2
    COURSE = 3
    GROUP = 4  # of supervision
    STREAM = 5
    RECRUITS = 6
    CLIENT_GROUP = 7
    REFRESHER = 8
    STATE = 9  # of the organisation
    SITE = 10


@direct
class Entry(IntEnum):
    """How a worker came in: part of who they are (R9.3)."""

    INITIAL = 0
    INTAKE = 1
    POISSON = 2
    VACANCY = 3


@direct
class Wait(IntEnum):
    """Who waits, in the C-phase; `constraints.py` has what can stand in the way of each."""

    COURSE = 0  # candidates of a tier, for a course given by the tier above
    SUPERVISION_PLACE = 1  # apprentices and actives of a tier, for a supervisor of the tier above
    PRACTICE = 2  # supervised apprentices with room, for a client
    CARE = 3  # clients, for a worker of a delivering tier
    REFRESHER = 4  # certified workers whose refresher is due, for one given by the tier above
    VACANCY = 5  # vacancies of a tier, for somebody to fill them
    CERTIFICATE = 6  # apprentices with enough practice, for the competence that the certificate asks for


@direct
class Event(IntEnum):
    """Rows of the event log. `docs/reference/events.md` says what `other`, `detail` and `amount` hold for each."""

    RECRUITED = 1  # worker; detail entry name and languages, `intake:Arabic`; amount available minutes a week
    ENTERED_COURSE = 2  # worker; other course
    REQUEUED = 3  # worker, candidate again: the course was cancelled; other course
    PASSED = 4  # worker, apprentice now; other course
    CERTIFIED = 5  # worker, active now
    NOTICE = 6  # worker; detail reason; amount the minute at which the notice ends
    EXITED = 7  # worker; detail reason
    JOINED_SUPERVISION = 8  # worker; other group
    LEFT_SUPERVISION = 9  # worker; other group; detail dissolved
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
    AWAITING_TRANSFER = 29  # client, waiting for another worker; other the worker left
    LOST_ON_EXIT = 30  # client; other the worker left, if any
    BINDING_CONSTRAINT = 31  # the failing tests of a wait changed; kind 0, key -1; detail `wait:test+test`, or `wait:`
    SCREENED_OUT = 32  # client, not eligible; detail stream
    LEFT = 33  # client, for a reason of their own; other worker, if in care; detail reason
    PAUSED = 34  # client, while their worker is away; other worker; amount minutes left of the interval
    UNPAUSED = 35  # client; other worker
    ABSENT = 36  # worker; detail reason; amount the minute at which the absence ends
    RETURNED = 37  # worker
    HOURS_CHANGED = 38  # worker; detail reason; amount available minutes a week from now on
    NOT_DEPLOYED = 39  # worker, certified but not deployed
    NO_TRAINER = 40  # worker, certified, who will give no course
    FAILED = 41  # worker, candidate again, with attempts left; other course
    STAGE_PASSED = 42  # worker, candidate for the next stage; other course; amount that stage
    LEFT_COURSE = 43  # worker, candidate again: away; other course
    REFRESHER_STARTED = 44  # refresher; amount participants
    JOINED_REFRESHER = 45  # worker; other refresher
    REFRESHED = 46  # worker; other refresher
    LEFT_REFRESHER = 47  # worker who will not complete it; other refresher
    REFRESHER_ENDED = 48  # refresher; detail held, empty or cancelled
    REFRESHER_MISSED = 49  # worker: due, and none has begun
    GROUP_SUSPENDED = 50  # group; other supervisor, away
    GROUP_RESUMED = 51  # group; other supervisor
    GROUP_SHED = 52  # group; other supervisor, whose hours have fallen
    PROMOTING = 53  # worker, takes nothing new; amount the minute by which they move up
    VACANCIES = 54  # site; level the tier; amount how many open now
    WORKPLACE_TRAINING = 55  # state of the organisation; key its place; other the site; detail name
    PUBLISHED = 56  # state; key its place; other the site; detail name; amount its level in billionths
    CLIENT_GROUP_STARTED = 57  # client group; detail format; amount members
    FACILITATOR_JOINED = 58  # client group; other worker
    JOINED_GROUP = 59  # client, in care; other client group; detail started or not_starting
    GROUP_SESSION = 60  # client group; amount sessions held so far
    CLIENT_GROUP_ENDED = 61  # client group; detail held, empty or dissolved
    STRAINED = 62  # worker, at a review; amount strain in billionths
