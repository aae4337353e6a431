"""Why somebody waits: which test alone stands in the way, or several (R12.1). Published at the end of every C-phase.

A test fails *alone* for a resource if everything else would let it be used. The constraint of a wait is the test that
fails alone for some resource; where different resources fail alone on different tests, or every resource fails more
than one, it is `several`. A test that holds back fewer than one in ten of the resources held back by a single test is
left out: in a large tier somebody is always on their own, and `several` would say nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.engine.apprenticeship import Apprenticeship
from cascadesim.engine.classroom import Classroom
from cascadesim.engine.demands import LANGUAGE, Demand, Demands
from cascadesim.engine.enrolment import Enrolment
from cascadesim.engine.groups import Circle
from cascadesim.engine.offers import (
    CASELOAD,
    COURSE_COMPETENCE,
    COURSE_GRACE,
    COURSE_HOURS,
    GRACE,
    GROUP_HOURS,
    HOURS,
    SPAN,
    UNSUPERVISED,
    Offers,
)
from cascadesim.engine.refreshers import RefresherRoom, Refreshers
from cascadesim.engine.supervision import Supervision
from cascadesim.engine.teaching import Venue
from cascadesim.engine.vacancies import Vacancies
from cascadesim.model.constraints import SEVERAL, booked_names
from cascadesim.model.enums import Event, Kind, Wait

if TYPE_CHECKING:
    from cascadesim.engine.world import World

NEGLIGIBLE = 10
_SITE = int(Kind.SITE)
_CARE_NAMES = {
    CASELOAD: "caseload",
    HOURS: "worker_hours",
    UNSUPERVISED: "worker_unsupervised",
    LANGUAGE: "language",
}
_PLACES = {wait: {name: place for place, name in enumerate(booked_names(wait))} for wait in Wait}
_SEAT_NAMES = {GROUP_HOURS: "supervisor_hours", SPAN: "supervisor_span", GRACE: "supervisor_unsupervised"}
_COURSE_NAMES = {
    COURSE_HOURS: "trainer_hours",
    COURSE_GRACE: "trainer_unsupervised",
    COURSE_COMPETENCE: "trainer_competence",
}


def failing(masks: list[int], names: dict[int, str], nobody: str, otherwise: str) -> tuple[str, ...]:
    """The tests that stand in the way, given how many resources fail which tests.

    `nobody` is the answer where there is no resource at all, `otherwise` where one passes every test and the unit that
    waits does not fit all the same.
    """
    if not any(masks):
        return (nobody,)
    if masks[0]:
        return (otherwise,)
    alone = [(masks[bit], name) for bit, name in names.items() if bit < len(masks)]
    held = 0
    for count, _ in alone:
        held += count
    if held:
        return tuple([name for count, name in alone if count * NEGLIGIBLE >= held])
    union = 0
    for mask, count in enumerate(masks):
        if count:
            union |= mask
    return tuple(name for bit, name in names.items() if union & bit)


def lacking(masks: list[int], needed: int, names: dict[int, str], nobody: str) -> tuple[str, ...]:
    """The same where several resources are needed at once: a test stands alone in the way if, without it, they suffice.

    `nobody` is the answer where there are fewer resources than are needed, whatever they fail.
    """
    if sum(masks) < needed:
        return (nobody,)
    alone = tuple(name for bit, name in names.items() if bit < len(masks) and masks[0] + masks[bit] >= needed)
    if alone:
        return alone
    union = 0
    for mask, count in enumerate(masks):
        if count:
            union |= mask
    return tuple(name for bit, name in names.items() if union & bit)


class Constraints:
    """Keeps, for every wait, how many wait under which constraint."""

    def __init__(
        self,
        world: World,
        offers: Offers,
        enrolment: Enrolment,
        refreshers: Refreshers,
        supervision: Supervision,
        apprenticeship: Apprenticeship,
        vacancies: Vacancies,
        demands: Demands | None,
    ) -> None:
        self.world = world
        self.record = world.record
        self.offers = offers
        self.rooms = enrolment.in_order
        self.refreshers = refreshers.in_order
        self.circles = supervision.in_order
        self.apprenticeship = apprenticeship
        self.vacancies = vacancies
        self.several_sites = len(world.plan.sites) > 1
        self.demands = demands.all if demands is not None else []
        self._booked: dict[tuple[int, int, int, int], dict[tuple[str, ...], int]] = {}
        self.course_tests: dict[Classroom, tuple[str, ...]] = {}  # of each next course, as last published
        self._waiting = [0] * len(self.demands)
        self._masks: list[list[int]] = [[] for _ in self.demands]
        self._care: list[tuple[str, ...]] = [() for _ in self.demands]
        self._awaiting = [0] * len(world.plan.tiers)

    def publish(self) -> None:
        """Book everybody who waits under what binds them now; nothing is done where nothing changed."""
        for demand in self.demands:
            if demand.waiting or self._waiting[demand.place]:
                self._publish_care(demand)
        for room in self.rooms:
            if room.unpublished:
                room.unpublished = False
                tests = self.course_tests[room] = self.course(room)
                self._book(room.level, room.site, room.plan.stage, Wait.COURSE, {tests: len(room.candidates)})
        for circle in self.circles:
            if circle.unpublished:
                circle.unpublished = False
                self._book(circle.level, circle.site, 0, Wait.SEAT, self.seats(circle))
        for refresher in self.refreshers:
            if refresher.unpublished:
                refresher.unpublished = False
                self._book(refresher.level, refresher.site, 0, Wait.REFRESHER, self.refresher(refresher))
        if self.offers.changed:
            self.offers.changed = False
            for level in self.offers.practising_tiers:
                self._book(level, -1, 0, Wait.PRACTICE, {("no_client",): self.offers.free_apprentices[level]})
        if self.apprenticeship.awaiting != self._awaiting:
            self._awaiting = self.apprenticeship.awaiting.copy()
            for level, awaiting in enumerate(self._awaiting):
                self._book(level, -1, 0, Wait.CERTIFICATE, {("competence",): awaiting})
        if self.vacancies.changed:
            self.vacancies.changed = False
            self._publish_vacancies()

    # --- care -------------------------------------------------------------------------------------------------------

    def _publish_care(self, demand: Demand) -> None:
        """The clients' wait changes with every referral: only the number is booked where the tests are the same."""
        place, waiting = demand.place, demand.waiting
        before, booked = self._care[place], self._waiting[place]
        tests: tuple[str, ...] = ()
        if waiting:
            tests, masks = before, demand.masks()
            if masks != self._masks[place] or not tests or demand.plan.group_max > 1:
                self._masks[place] = masks.copy()
                tests = self._care_tests(demand, masks)
        base = self.world.layout.care_wait
        if tests == before:
            if waiting != booked:
                self._shift(Wait.CARE, base, tests, waiting - booked)
        else:
            if booked:
                self._shift(Wait.CARE, base, before, -booked)
            if waiting:
                self._shift(Wait.CARE, base, tests, waiting)
            self.record.note(Event.BINDS, 0, -1, detail=f"care:{'+'.join(tests)}", amount=place)
            self._care[place] = tests
        self._waiting[place] = waiting

    def _care_tests(self, demand: Demand, masks: list[int]) -> tuple[str, ...]:
        if demand.waiting < demand.plan.group_min:
            return ("group_forming",)
        if demand.plan.facilitators > 1:
            return lacking(masks, demand.plan.facilitators, _CARE_NAMES, "too_few_workers")
        return failing(masks, _CARE_NAMES, "too_few_workers", "worker_hours")

    # --- courses ----------------------------------------------------------------------------------------------------

    def course(self, room: Classroom) -> tuple[str, ...]:
        """What candidates wait for: the calendar; else the cohort, the gathering time, a room, the trainers."""
        if room.plan.dates and not room.windows:
            return ("calendar",)
        tests = []
        if len(room.candidates) < room.plan.min_cohort:
            tests.append("too_few_candidates")
        elif room.gathering(self.world.clock.now):
            tests.append("gathering")
        if room.premises.full:
            tests.append("no_room")
        return (*tests, *self._trainers(room))

    def _trainers(self, venue: Venue) -> tuple[str, ...]:
        needed, ready = venue.needed, venue.on_offer()
        if ready >= needed:
            return ()
        if sum(venue.failing(mask) for mask in range(8)) < needed:
            return ("too_few_trainers",)
        alone = tuple(name for bit, name in _COURSE_NAMES.items() if ready + venue.failing(bit) >= needed)
        if alone:
            return alone
        union = 0
        for mask in range(8):
            if venue.failing(mask):
                union |= mask
        return tuple(name for bit, name in _COURSE_NAMES.items() if union & bit)

    def refresher(self, room: RefresherRoom) -> dict[tuple[str, ...], int]:
        """What those wait for who may be placed in a refresher, and how many of them."""
        tests = self._trainers(room) or ("trainer_hours",)
        booked: dict[tuple[str, ...], int] = {("own_hours",): len(room.blocked)}
        booked[tests] = booked.get(tests, 0) + len(room.participants)
        return booked

    # --- seats and vacancies ----------------------------------------------------------------------------------------

    def seats(self, circle: Circle) -> dict[tuple[str, ...], int]:
        """What the unsupervised wait for, and how many of them."""
        own, others = circle.blocked, circle.waiting - circle.blocked
        masks = circle.masks if circle.beyond is None else [circle.failing(mask) for mask in range(8)]
        tests = failing(masks, _SEAT_NAMES, "too_few_supervisors", "supervisor_hours")
        booked: dict[tuple[str, ...], int] = {("own_hours",): own, ("supervisor_absent",): circle.held}
        booked[tests] = booked.get(tests, 0) + others
        return booked

    def _publish_vacancies(self) -> None:
        for (level, site), openings in self.vacancies.desks.items():
            booked: dict[tuple[str, ...], int] = {
                ("lag",): openings.under_way,
                ("promotion",): openings.promised,
                ("pool_empty",): openings.unfillable,
            }
            self._book(level, site, 0, Wait.VACANCY, booked)

    # --- booking ----------------------------------------------------------------------------------------------------

    def _book(self, level: int, site: int, stage: int, wait: Wait, wanted: dict[tuple[str, ...], int]) -> None:
        wanted = {tests: units for tests, units in wanted.items() if units}
        place = (level, site, stage, int(wait))
        booked = self._booked.get(place, {})
        if wanted == booked:
            return
        base = self.world.layout.tier_waits[level][wait]
        for tests, units in booked.items():
            self._shift(wait, base, tests, -units)
        for tests, units in wanted.items():
            self._shift(wait, base, tests, units)
        if wanted.keys() != booked.keys():
            said = "|".join("+".join(tests) for tests in wanted)
            detail = f"{wait.name.lower()}:{said}"
            where = (_SITE, site) if self.several_sites and site >= 0 else (0, -1)
            self.record.note(Event.BINDS, 0, -1, level, *where, detail, stage)
        self._booked[place] = wanted

    def _shift(self, wait: Wait, base: int, tests: tuple[str, ...], by: int) -> None:
        """`by` more wait under these tests; where there are several, under their combination too."""
        places = _PLACES[wait]
        if len(tests) == 1:
            self.record.shift(base + places[tests[0]], by)
        else:
            self.record.shift(base + places[SEVERAL], by)
            self.record.shift(base + places[f"{SEVERAL}.{'+'.join(tests)}"], by)
