"""Why somebody waits: which test alone stands in the way, or several (R12.1). Published at the end of every C-phase.

A test fails *alone* for a resource if everything else would let it be used. The constraint of a wait is the test that
fails alone for some resource; where different resources fail alone on different tests, or every resource fails more
than one, it is `several`. A test that holds back fewer than one in ten of the resources held back by a single test is
left out: in a large tier somebody is always on their own, and `several` would say nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.engine.classroom import Classroom
from cascadesim.engine.clients import ClientBook
from cascadesim.engine.enrolment import Enrolment
from cascadesim.engine.groups import Circle
from cascadesim.engine.offers import (
    CASELOAD,
    COURSE_GRACE,
    COURSE_HOURS,
    GRACE,
    GROUP_HOURS,
    HOURS,
    SPAN,
    UNSUPERVISED,
    Offers,
)
from cascadesim.engine.supervision import Supervision
from cascadesim.model.codes import SEVERAL, Event, Wait
from cascadesim.model.layout import booked_names

if TYPE_CHECKING:
    from cascadesim.engine.world import World

NEGLIGIBLE = 10
_CARE_NAMES = {CASELOAD: "caseload", HOURS: "worker_hours", UNSUPERVISED: "worker_unsupervised"}
_PLACES = {wait: {name: place for place, name in enumerate(booked_names(wait))} for wait in Wait}
_SEAT_NAMES = {GROUP_HOURS: "supervisor_hours", SPAN: "supervisor_span", GRACE: "supervisor_unsupervised"}


def failing(masks: list[int], names: dict[int, str], nobody: str, otherwise: str) -> tuple[str, ...]:
    """The tests that stand in the way, given how many resources fail which tests.

    `nobody` is the answer where there is no resource at all, `otherwise` where one passes every test and the unit that
    waits does not fit all the same.
    """
    if not any(masks):
        return (nobody,)
    if masks[0]:
        return (otherwise,)
    held = masks[1] + masks[2] + masks[4]
    if held:
        return tuple([name for bit, name in names.items() if masks[bit] * NEGLIGIBLE >= held])
    union = 0
    for mask, count in enumerate(masks):
        if count:
            union |= mask
    return tuple(name for bit, name in names.items() if union & bit)


class Constraints:
    """Keeps, for every wait, how many wait under which constraint."""

    def __init__(
        self, world: World, offers: Offers, enrolment: Enrolment, supervision: Supervision, book: ClientBook | None
    ) -> None:
        self.world = world
        self.record = world.record
        self.offers = offers
        self.rooms = list(enrolment.rooms.values())
        self.circles = list(supervision.circles.values())
        self.book = book
        self._booked: dict[tuple[int, int], dict[tuple[str, ...], int]] = {}
        self.course_tests: dict[int, tuple[str, ...]] = {}  # of each tier's next course, as last published
        self._waiting = 0
        self._masks: list[int] = []
        self._care: tuple[str, ...] = ()

    def publish(self) -> None:
        """Book everybody who waits under what binds them now; nothing is done where nothing changed."""
        book, levels = self.book, self.record.levels
        if book is not None:
            waiting = levels[book.waiting] + levels[book.in_handover]
            if waiting or self._waiting:
                self._publish_care(waiting)
        for room in self.rooms:
            if room.unpublished:
                room.unpublished = False
                tests = self.course_tests[room.level] = self.course(room)
                self._book(room.level, Wait.COURSE, {tests: len(room.candidates)})
        for circle in self.circles:
            if circle.unpublished:
                circle.unpublished = False
                self._book(circle.level, Wait.SEAT, self.seats(circle))
        if self.offers.changed:
            self.offers.changed = False
            for level in self.offers.practising_tiers:
                self._book(level, Wait.PRACTICE, {("no_client",): self.offers.free_apprentices[level]})

    def _publish_care(self, waiting: int) -> None:
        """The clients' wait changes with every referral: only the number is booked where the tests are the same."""
        tests: tuple[str, ...] = ()
        if waiting:
            tests, masks = self._care, self.offers.care_masks
            if masks != self._masks or not tests:
                self._masks = masks.copy()
                tests = failing(masks, _CARE_NAMES, "too_few_workers", "worker_hours")
        base = self.world.layout.care_wait
        if tests == self._care:
            if waiting != self._waiting:
                self._shift(Wait.CARE, base, tests, waiting - self._waiting)
        else:
            if self._waiting:
                self._shift(Wait.CARE, base, self._care, -self._waiting)
            if waiting:
                self._shift(Wait.CARE, base, tests, waiting)
            self.record.note(Event.BINDS, 0, -1, detail=f"care:{'+'.join(tests)}")
            self._care = tests
        self._waiting = waiting

    def course(self, room: Classroom) -> tuple[str, ...]:
        """What candidates wait for: the calendar; else the cohort, the trainers, the gathering time."""
        if room.plan.dates and not room.windows:
            return ("calendar",)
        tests = []
        if len(room.candidates) < room.plan.min_cohort:
            tests.append("too_few_candidates")
        elif room.gathering(self.world.clock.now):
            tests.append("gathering")
        return (*tests, *self._trainers(room))

    def _trainers(self, room: Classroom) -> tuple[str, ...]:
        masks = self.offers.course_masks[room.level - 1]
        needed = room.plan.trainers
        if masks[0] >= needed:
            return ()
        if masks[0] + masks[1] + masks[2] + masks[3] < needed:
            return ("too_few_trainers",)
        alone = tuple(
            name
            for bit, name in ((COURSE_HOURS, "trainer_hours"), (COURSE_GRACE, "trainer_unsupervised"))
            if masks[0] + masks[bit] >= needed
        )
        return alone or ("trainer_hours", "trainer_unsupervised")

    def seats(self, circle: Circle) -> dict[tuple[str, ...], int]:
        """What the unsupervised wait for, and how many of them."""
        own, others = circle.blocked, circle.waiting - circle.blocked
        masks = self.offers.seat_masks[circle.level - 1]
        tests = failing(masks, _SEAT_NAMES, "too_few_supervisors", "supervisor_hours")
        booked: dict[tuple[str, ...], int] = {("own_hours",): own}
        booked[tests] = booked.get(tests, 0) + others
        return booked

    def _book(self, level: int, wait: Wait, wanted: dict[tuple[str, ...], int]) -> None:
        wanted = {tests: units for tests, units in wanted.items() if units}
        booked = self._booked.get((level, wait), {})
        if wanted == booked:
            return
        base = self.world.layout.tier_waits[level][wait]
        for tests, units in booked.items():
            self._shift(wait, base, tests, -units)
        for tests, units in wanted.items():
            self._shift(wait, base, tests, units)
        if wanted.keys() != booked.keys():
            said = "|".join("+".join(tests) for tests in wanted)
            self.record.note(Event.BINDS, 0, -1, level, detail=f"{wait.name.lower()}:{said}")
        self._booked[(level, wait)] = wanted

    def _shift(self, wait: Wait, base: int, tests: tuple[str, ...], by: int) -> None:
        """`by` more wait under these tests; where there are several, under their combination too."""
        places = _PLACES[wait]
        if len(tests) == 1:
            self.record.shift(base + places[tests[0]], by)
        else:
            self.record.shift(base + places[SEVERAL], by)
            self.record.shift(base + places[f"{SEVERAL}.{'+'.join(tests)}"], by)
