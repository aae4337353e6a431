"""Rows of the event log, and their details: numbers while a replication runs, words when it is read."""

from __future__ import annotations

from cascadesim.engine.records import Client, ClientGroup, Course, SupervisionGroup, Worker, World
from cascadesim.model.constraints import TESTS as TESTS_OF
from cascadesim.model.enums import Event, Kind, Wait

TEXT, RECRUITED, TESTS, BINDS = range(4)
"""What the detail of a row is: a text, an entry with languages, a set of tests, a wait with what binds."""

FIXED = (
    "",
    "dissolved",
    "empty",
    "merged",
    "held",
    "cancelled",
    "supervised",
    "unsupervised",
    "continue",
    "no_shows",
    "interpreter",
    "started",
    "not_starting",
)
(
    NO_TEXT,
    DISSOLVED,
    EMPTY,
    MERGED,
    HELD,
    CANCELLED,
    SUPERVISED,
    NOT_SUPERVISED,
    CONTINUE,
    NO_SHOWS,
    INTERPRETER,
    STARTED,
    NOT_STARTING,
) = range(len(FIXED))

_WORKER, _CLIENT, _GROUP, _CLIENT_GROUP, _SITE, _STATE = (
    int(kind) for kind in (Kind.WORKER, Kind.CLIENT, Kind.GROUP, Kind.CLIENT_GROUP, Kind.SITE, Kind.STATE)
)
NOBODY = (0, -1)


def in_words(wait: int, tests: int) -> str:
    """A set of tests as the log has it: a whole number, a bit for each of the wait's tests in their order."""
    return "+".join(name for bit, name in enumerate(TESTS_OF[Wait(wait)]) if tests >> bit & 1)


def write(
    world: World,
    event: int,
    subject: tuple[int, int, int],
    other: tuple[int, int],
    detail: tuple[int, int, int],
    amount: int,
) -> None:
    """One row: an event of a subject (kind, key, level) and another (kind, key), with a detail (kind, two numbers)."""
    world.rows.append((world.now, int(event), *subject, *other, *detail, amount))  # type: ignore[attr-defined]


def note_worker(world: World, event: Event, worker: Worker, text: int, amount: int) -> None:
    """A row about a worker alone."""
    if world.keeps_log:
        write(world, event, (_WORKER, worker.key, worker.level), NOBODY, (TEXT, text, 0), amount)


def note_recruited(world: World, worker: Worker, how: int) -> None:
    """A row about somebody new: how they came, which languages they speak and their minutes a week."""
    if world.keeps_log:
        spoken = 0 if worker.speaks < 0 else worker.speaks
        subject = (_WORKER, worker.key, worker.level)
        write(world, Event.RECRUITED, subject, NOBODY, (RECRUITED, how, spoken), worker.available)


def note_in_course(world: World, event: Event, worker: Worker, course: Course, amount: int) -> None:
    """A row about a worker in a course or refresher."""
    if world.keeps_log:
        write(world, event, (_WORKER, worker.key, worker.level), (course.kind, course.key), (TEXT, NO_TEXT, 0), amount)


def note_in_group(world: World, event: Event, worker: Worker, group: SupervisionGroup, text: int) -> None:
    """A row about a worker in a supervision group."""
    if world.keeps_log:
        write(world, event, (_WORKER, worker.key, worker.level), (_GROUP, group.key), (TEXT, text, 0), 0)


def note_group(world: World, event: Event, group: SupervisionGroup, supervisor: Worker, text: int) -> None:
    """A row about a supervision group and its supervisor."""
    if world.keeps_log:
        write(world, event, (_GROUP, group.key, group.level), (_WORKER, supervisor.key), (TEXT, text, 0), 0)


def note_course(world: World, event: Event, course: Course, text: int, amount: int) -> None:
    """A row about a course or refresher."""
    if world.keeps_log:
        write(world, event, (course.kind, course.key, course.level), NOBODY, (TEXT, text, 0), amount)


def note_trainer(world: World, course: Course, trainer: Worker) -> None:
    """A row about somebody who begins to give a course."""
    if world.keeps_log:
        subject = (course.kind, course.key, course.level)
        write(world, Event.TRAINER_JOINED, subject, (_WORKER, trainer.key), (TEXT, NO_TEXT, 0), 0)


def note_client(world: World, event: Event, client: Client, text: int, amount: int) -> None:
    """A row about a client alone."""
    if world.keeps_log:
        write(world, event, (_CLIENT, client.key, -1), NOBODY, (TEXT, text, 0), amount)


def note_screened_out(world: World, key: int, text: int) -> None:
    """A row about a referral that is not eligible."""
    if world.keeps_log:
        write(world, Event.SCREENED_OUT, (_CLIENT, key, -1), NOBODY, (TEXT, text, 0), 0)


def note_care(world: World, event: Event, client: Client, worker: Worker, text: int, amount: int) -> None:
    """A row about a client and the worker who sees them."""
    if world.keeps_log:
        write(world, event, (_CLIENT, client.key, worker.level), (_WORKER, worker.key), (TEXT, text, 0), amount)


def note_end_of_care(world: World, event: Event, client: Client, worker: Worker, text: int) -> None:
    """A row about a client who leaves the system, and the worker who saw them last (None for nobody)."""
    if world.keeps_log:
        other = NOBODY if worker is None else (_WORKER, worker.key)
        write(world, event, (_CLIENT, client.key, -1), other, (TEXT, text, 0), 0)


def note_member(world: World, event: Event, client: Client, group: ClientGroup, text: int, amount: int) -> None:
    """A row about a client in a group."""
    if world.keeps_log:
        write(world, event, (_CLIENT, client.key, -1), (_CLIENT_GROUP, group.key), (TEXT, text, 0), amount)


def note_client_group(world: World, event: Event, group: ClientGroup, text: int, amount: int) -> None:
    """A row about a group of clients."""
    if world.keeps_log:
        write(world, event, (_CLIENT_GROUP, group.key, -1), NOBODY, (TEXT, text, 0), amount)


def note_facilitator(world: World, group: ClientGroup, worker: Worker, text: int) -> None:
    """A row about somebody who begins to facilitate a group of clients."""
    if world.keeps_log:
        subject = (_CLIENT_GROUP, group.key, worker.level)
        write(world, Event.FACILITATOR_JOINED, subject, (_WORKER, worker.key), (TEXT, text, 0), 0)


def note_vacancies(world: World, level: int, site: int, number: int) -> None:
    """A row about vacancies that open now."""
    if world.keeps_log:
        write(world, Event.VACANCIES, (_SITE, site, level), NOBODY, (TEXT, NO_TEXT, 0), number)


def note_state(world: World, event: Event, place: int, site: int, text: int, amount: int) -> None:
    """A row about a state of the organisation at a site."""
    if world.keeps_log:
        write(world, event, (_STATE, place, -1), (_SITE, site), (TEXT, text, 0), amount)


def note_tests(
    world: World, event: Event, subject: tuple[int, int, int], site: int, detail: tuple[int, int, int], amount: int
) -> None:
    """A row about tests that stand in the way; the site (-1 for none) is said where there are several."""
    if world.keeps_log:
        other = (_SITE, site) if world.n_sites > 1 and site >= 0 else NOBODY
        write(world, event, subject, other, detail, amount)
