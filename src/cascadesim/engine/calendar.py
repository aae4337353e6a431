"""What can be due, and how it is put on the calendar (R10.1). The calendars themselves are in `runtime/`."""

from __future__ import annotations

from typing import Any

from cascadesim.engine.records import World

SESSION, PATIENCE_ENDS, REFERRAL, DATED_REFERRAL, CLIENT_LEAVES, GROUP_SESSION = range(6)
ALARM, GRACE_ENDS, ABSENCE_ENDS, HOLD_ENDS, PRACTICE_ENDS, GIVES_UP, REFRESHER_LOOK = range(6, 13)
PROMOTION_DUE, TENURED = range(13, 15)
COURSE_ENDS, WINDOW_OPENS, WINDOW_CLOSES, GATHERED = range(15, 19)
INTAKE, RECRUIT, VACANCY_FILLED, LIFTED, TRAINING_ENDS, INCENTIVE, REVIEW = range(19, 26)
"""What an entry of the calendar is: of clients, of workers, of courses, of the programme (`replication.HANDLERS`)."""


def put(world: World, minute: int, rank: int, key: int, kind: int, who: Any, number: Any) -> None:
    """An entry for `minute`, among those of that instant in the place of (rank, key); none at or after the horizon.

    `who` and `number` are the caller's: who it is about, and by what an overtaken entry is known.
    """
    world.schedule(minute, rank, key, kind, who, number)  # type: ignore[attr-defined]
