"""What trainers have brought about: who passed the last stage of a course, shared equally among those who gave it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from auditor.rows import Row

if TYPE_CHECKING:
    from auditor.replay import Replay

GRADUATE = 5040
"""Parts of one graduate, so that up to ten trainers share without a remainder."""


class Teaching:
    """Trainers of every course that was held, its graduates, and everybody ever certified, by tier."""

    def __init__(self) -> None:
        self.gave: dict[str, tuple[str, tuple[str, ...]]] = {}  # (tier of the trainers, their keys)
        self.graduates: Counter[str] = Counter()  # by course
        self.certified: dict[str, set[str]] = {}
        self.able: dict[str, list[float]] = {}  # competence after the last stage

    def note(self, replay: Replay, row: Row) -> None:
        """Look at a row before it changes anything."""
        course = replay.courses.get(row.key)
        if row.event == "course_ended" and row.detail == "held" and course:
            above = replay.programme.above(course.tier)
            by_key = sorted(course.trainers.items(), key=lambda each: each[1].order)
            self.gave[row.key] = (above.name if above else "", tuple(key for key, _ in by_key))
        elif row.event == "passed":
            self.graduates[row.other] += 1
            self.able.setdefault(row.tier, []).append(row.amount / 1e9)
        elif row.event == "certified":
            self.certified.setdefault(row.tier, set()).add(row.key)

    def taught(self, tier: str) -> list[int]:
        """For everybody ever certified in a tier the graduates whom they have brought about, in parts."""
        found = dict.fromkeys(self.certified.get(tier, ()), 0)
        for course, (trainers_of, trainers) in self.gave.items():
            if trainers_of != tier or not trainers:
                continue
            share, rest = divmod(self.graduates[course] * GRADUATE, len(trainers))
            for place, key in enumerate(trainers):  # the parts that are left over go to the first of them
                found[key] = found.get(key, 0) + share + (place < rest)
        return list(found.values())
