"""One programme that has enough of everything, and for each constraint what to take away so that it binds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

AMPLE = """
horizon_weeks = 60
cascade = ["boss", "mentor", "peer"]

[tier.boss]
initial = 2
hours_per_week = 40

[tier.mentor]
initial = 2
hours_per_week = 80

[tier.mentor.training]
required = false

[tier.mentor.supervision]
meeting_hours = 1
group_size = 4
grace_weeks = 0

[tier.peer]
initial = 4
recruits_per_week = 0.6
hours_per_week = 40
caseload = 8

[tier.peer.training]
course_weeks = 2
max_cohort = 6
trainer_hours_per_week = 8
practice = "clients"
practice_cases = 1

[tier.peer.supervision]
meeting_hours = 1
group_size = 4
grace_weeks = 0

[clients]
sessions = 3
session_hours = 1

[clients.stream.all]
referrals_per_week = 4
"""

LATE_BOSS = ("tier.boss.initial=0", "tier.boss.intake=[{ week = 40, count = 2 }]")
MORE_RECRUITS = "tier.peer.recruits_per_week=1.2"
MORE_BOSSES, MORE_MENTORS = "tier.boss.initial=4", "tier.mentor.initial=4"
MENTOR_HOURS, PEER_HOURS = "tier.mentor.hours_per_week=160", "tier.peer.hours_per_week=80"
SPAN, CASELOAD = "tier.peer.supervision.max_supervisees=99", "tier.peer.caseload=16"
FEW_REFERRALS = "clients.stream.all.referrals_per_week=0.5"
NO_RECRUITS = "tier.peer.recruits_per_week=0"

ALSO = {
    "refresher": [
        "tier.peer.refresher={ every_weeks = 10, course_weeks = 2, max_cohort = 6, trainer_hours_per_week = 8 }"
    ],
    "vacancy": ["tier.peer.target=4"],
    "certificate": ["tier.peer.competence={ course_level = 0.7, certification_threshold = 0.6 }"],
}
"""What has to be there for this wait to come about at all; there is enough of it too."""

ABLE_AFTER_A_REFRESHER = (
    "tier.mentor.competence={ course_level = 0.5, min_trainer_competence = 0.6, refresher_gain = 0.5 }",
    "tier.mentor.refresher={ every_weeks = 30, window_weeks = 1, course_weeks = 1, max_cohort = 9, "
    "trainer_hours_per_week = 2 }",
)
SOONER = "tier.mentor.refresher.every_weeks=15"


@dataclass(frozen=True)
class Case:
    """What is taken away, more of the named resource, and more of others (one at a time)."""

    wait: str
    constraint: str
    scarce: Sequence[str]
    named: str
    others: Sequence[str]
    tier: str = "peer"


CASES = [
    Case(
        "course",
        "too_few_candidates",
        ["tier.peer.training.min_cohort=6"],
        MORE_RECRUITS,
        [MORE_MENTORS, MENTOR_HOURS, MORE_BOSSES],
    ),
    Case(
        "course",
        "too_few_trainers",
        ["tier.peer.training.trainers_per_course=3", "tier.mentor.intake=[{ week = 50, count = 1 }]"],
        MORE_MENTORS,
        [MENTOR_HOURS, MORE_BOSSES],
    ),
    Case(
        "course",
        "trainer_hours",
        ["tier.peer.training.trainer_hours_per_week=70", "tier.peer.training.max_cohort=1"],
        MENTOR_HOURS,
        [MORE_BOSSES, PEER_HOURS, SPAN],
    ),
    Case(
        "course",
        "trainer_unsupervised",
        [*LATE_BOSS],
        "tier.boss.intake=[{ week = 20, count = 2 }]",
        [MENTOR_HOURS, MORE_MENTORS, SPAN],
    ),
    Case(
        "course",
        "calendar",
        ["tier.peer.training.at_weeks=[20, 40]"],
        "tier.peer.training.at_weeks=[10, 20, 30, 40]",
        [MORE_MENTORS, MENTOR_HOURS, MORE_BOSSES],
    ),
    Case(
        "course",
        "gathering",
        ["tier.peer.training.gather_weeks=8", "tier.peer.training.max_cohort=20"],
        "tier.peer.training.gather_weeks=4",
        [MORE_MENTORS, MENTOR_HOURS, MORE_BOSSES],
    ),
    Case(
        "course",
        "no_room",
        ["tier.peer.training.parallel_courses=1", "tier.peer.training.max_cohort=1"],
        "tier.peer.training.parallel_courses=2",
        [MORE_MENTORS, MENTOR_HOURS, MORE_BOSSES],
    ),
    Case(
        "course",
        "trainer_competence",
        [*ABLE_AFTER_A_REFRESHER],
        SOONER,
        [MORE_MENTORS, MENTOR_HOURS, MORE_BOSSES],
    ),
    Case(
        "supervision_place",
        "too_few_supervisors",
        ["tier.mentor.initial=0", "tier.mentor.intake=[{ week = 30, count = 2 }]"],
        "tier.mentor.intake=[{ week = 15, count = 2 }]",
        [MENTOR_HOURS, MORE_BOSSES, SPAN],
    ),
    Case(
        "supervision_place",
        "supervisor_hours",
        ["tier.peer.supervision.preparation_hours=40"],
        MENTOR_HOURS,
        [SPAN, MORE_BOSSES, PEER_HOURS],
    ),
    Case(
        "supervision_place",
        "supervisor_span",
        ["tier.peer.supervision.max_supervisees=5"],
        "tier.peer.supervision.max_supervisees=10",
        [MENTOR_HOURS, MORE_BOSSES, PEER_HOURS],
    ),
    Case(
        "supervision_place",
        "supervisor_unsupervised",
        ["tier.peer.training.required=false", *LATE_BOSS],
        "tier.boss.intake=[{ week = 20, count = 2 }]",
        [MENTOR_HOURS, MORE_MENTORS, SPAN],
    ),
    Case(
        "supervision_place",
        "own_hours",
        [
            'tier.peer.hours_per_week={ dist = "discrete", values = [4, 40], probabilities = [0.5, 0.5] }',
            "tier.peer.supervision.meeting_hours=5",
        ],
        'tier.peer.hours_per_week={ dist = "discrete", values = [8, 40], probabilities = [0.5, 0.5] }',
        [MORE_MENTORS, MENTOR_HOURS, MORE_BOSSES, SPAN],
    ),
    Case(
        "supervision_place",
        "supervisor_absent",
        [
            NO_RECRUITS,
            'tier.mentor.events.ill={ time_to_event = { dist = "date", week = 20 }, absence_weeks = 5 }',
            "tier.mentor.absence.hold_weeks=8",
        ],
        "tier.mentor.events.ill.absence_weeks=3",
        [MORE_MENTORS, MENTOR_HOURS, MORE_BOSSES, SPAN],
    ),
    Case(
        "practice",
        "no_client",
        ["clients.stream.all.referrals_per_week=0.3"],
        "clients.stream.all.referrals_per_week=0.6",
        [MENTOR_HOURS, MORE_BOSSES, PEER_HOURS, CASELOAD],
    ),
    Case(
        "care",
        "too_few_workers",
        [
            FEW_REFERRALS,
            "tier.peer.initial=0",
            "tier.peer.recruits_per_week=0",
            "tier.peer.training.required=false",
            "tier.peer.intake=[{ week = 30, count = 6 }]",
        ],
        "tier.peer.intake=[{ week = 15, count = 6 }]",
        [PEER_HOURS, CASELOAD, MENTOR_HOURS, MORE_BOSSES],
    ),
    Case(
        "care",
        "caseload",
        ["tier.peer.recruits_per_week=0", "tier.peer.caseload=3"],
        "tier.peer.caseload=4",
        [PEER_HOURS, MENTOR_HOURS, MORE_BOSSES, MORE_MENTORS],
    ),
    Case(
        "care",
        "worker_hours",
        ["tier.peer.recruits_per_week=0", "tier.peer.hours_per_week=4"],
        "tier.peer.hours_per_week=5",
        [CASELOAD, MENTOR_HOURS, MORE_BOSSES, MORE_MENTORS],
    ),
    Case(
        "care",
        "worker_unsupervised",
        [
            FEW_REFERRALS,
            "tier.peer.recruits_per_week=0",
            "tier.mentor.initial=0",
            "tier.mentor.intake=[{ week = 30, count = 2 }]",
        ],
        "tier.mentor.intake=[{ week = 15, count = 2 }]",
        [PEER_HOURS, CASELOAD, MENTOR_HOURS, MORE_BOSSES],
    ),
    Case(
        "care",
        "language",
        [
            FEW_REFERRALS,
            "tier.mentor.supervision.required=false",
            "tier.boss={ initial = 0, hours_per_week = 40, delivers = true, caseload = 8, languages = { Farsi = 1 } }",
            "tier.boss.intake=[{ week = 30, count = 2 }]",
            "tier.peer.languages={ Arabic = 1 }",
            "clients.stream.all.languages={ Arabic = 0.5, Farsi = 0.5 }",
        ],
        "tier.boss.intake=[{ week = 15, count = 2 }]",
        [PEER_HOURS, CASELOAD, MENTOR_HOURS, MORE_MENTORS],
    ),
    Case(
        "care",
        "group_forming",
        [NO_RECRUITS, "clients.format.circle={ group_min = 6, group_max = 6 }", 'clients.stream.all.format="circle"'],
        "clients.format.circle.group_min=3",
        [PEER_HOURS, CASELOAD, MORE_MENTORS, MENTOR_HOURS],
    ),
    Case(
        "refresher",
        "own_hours",
        [
            'tier.peer.hours_per_week={ dist = "discrete", values = [4, 40], probabilities = [0.5, 0.5] }',
            "tier.peer.refresher.trainee_hours_per_week=6",
            FEW_REFERRALS,
        ],
        'tier.peer.hours_per_week={ dist = "discrete", values = [12, 40], probabilities = [0.5, 0.5] }',
        [MORE_MENTORS, MENTOR_HOURS, MORE_BOSSES, SPAN],
    ),
    Case(
        "refresher",
        "too_few_trainers",
        [NO_RECRUITS, "tier.peer.refresher.trainers_per_course=3", "tier.mentor.intake=[{ week = 50, count = 1 }]"],
        MORE_MENTORS,
        [MENTOR_HOURS, MORE_BOSSES],
    ),
    Case(
        "refresher",
        "trainer_hours",
        [NO_RECRUITS, "tier.peer.refresher.trainer_hours_per_week=70", "tier.peer.refresher.max_cohort=1"],
        MENTOR_HOURS,
        [MORE_BOSSES, PEER_HOURS, SPAN],
    ),
    Case(
        "refresher",
        "trainer_unsupervised",
        [*LATE_BOSS],
        "tier.boss.intake=[{ week = 20, count = 2 }]",
        [MENTOR_HOURS, MORE_MENTORS, SPAN],
    ),
    Case(
        "refresher",
        "trainer_competence",
        [*ABLE_AFTER_A_REFRESHER],
        SOONER,
        [MORE_MENTORS, MENTOR_HOURS, MORE_BOSSES],
    ),
    Case(
        "vacancy",
        "lag",
        [NO_RECRUITS, "tier.peer.target=10", "tier.peer.lag_weeks=8"],
        "tier.peer.lag_weeks=4",
        [MORE_MENTORS, MENTOR_HOURS, MORE_BOSSES, PEER_HOURS],
    ),
    Case(
        "vacancy",
        "promotion",
        [
            "tier.peer.initial=12",
            "tier.mentor.initial=6",
            "tier.mentor.target=6",
            "tier.mentor.promotion={ promotion_weeks = 8 }",
            'tier.mentor.events.work={ time_to_event = { dist = "exponential", mean_weeks = 40 } }',
            "clients.sessions=10",
        ],
        "tier.mentor.promotion.promotion_weeks=2",
        [MENTOR_HOURS, MORE_BOSSES, CASELOAD],
        tier="mentor",
    ),
    Case(
        "vacancy",
        "pool_empty",
        [NO_RECRUITS, "tier.peer.target=10", "tier.peer.pool=2"],
        "tier.peer.pool=4",
        [MORE_MENTORS, MENTOR_HOURS, MORE_BOSSES, PEER_HOURS],
    ),
    Case(
        "certificate",
        "competence",
        ["tier.peer.competence={ course_level = 0.5, certification_threshold = 0.6, gain_per_session = 0.02 }"],
        "tier.peer.competence.gain_per_session=0.05",
        [MENTOR_HOURS, MORE_BOSSES, PEER_HOURS, CASELOAD],
    ),
]
