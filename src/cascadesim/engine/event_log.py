"""Rows of the event log, and their details: numbers while a replication runs, words when it is read."""

from __future__ import annotations

from collections.abc import Sequence

from cascadesim.engine.records import Client, ClientGroup, Course, SupervisionGroup, Worker, World
from cascadesim.model.constraints import TESTS as TESTS_OF
from cascadesim.model.enums import Entry, Event, Kind, Wait
from cascadesim.model.plan import Plan
from cascadesim.model.replication import LogRow

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
    "lost_on_exit",
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
    LOST,
) = range(len(FIXED))

WORKER, CLIENT, GROUP, CLIENT_GROUP, SITE, STATE = (
    int(kind) for kind in (Kind.WORKER, Kind.CLIENT, Kind.GROUP, Kind.CLIENT_GROUP, Kind.SITE, Kind.STATE)
)
Entity = tuple[int, int, int]
"""(kind, key, level): whom a row is about."""
NOBODY = (0, -1, -1)
WORDS = 11
"""How many numbers a row is."""

# --- writing ----------------------------------------------------------------------------------------------------------


def write(world: World, event: int, subject: Entity, other: Entity, detail: tuple[int, int, int], amount: int) -> None:
    """One row: an event of a subject and another, with a detail (what it is, two numbers)."""
    row = (world.now, int(event), subject[0], subject[1], subject[2], other[0], other[1], *detail, amount)
    world.log.extend(row)


def note_detail(
    world: World, event: Event, subject: Entity, other: Entity, detail: tuple[int, int, int], amount: int
) -> None:
    """A row, where a log is kept."""
    if world.keeps_log:
        write(world, event, subject, other, detail, amount)


def note(
    world: World, event: Event, subject: Entity, other: Entity = NOBODY, text: int = NO_TEXT, amount: int = 0
) -> None:
    """A row with a text as its detail, where a log is kept."""
    if world.keeps_log:
        write(world, event, subject, other, (TEXT, text, 0), amount)


def of_worker(worker: Worker) -> Entity:
    """A worker in a row."""
    return WORKER, worker.key, worker.level


def of_client(client: Client) -> Entity:
    """A client in a row."""
    return CLIENT, client.key, -1


def seen_by(client: Client, worker: Worker) -> Entity:
    """A client in a row that has the tier of who sees them."""
    return CLIENT, client.key, worker.level


def of_group(group: SupervisionGroup) -> Entity:
    """A supervision group in a row."""
    return GROUP, group.key, group.unit.level


def of_client_group(group: ClientGroup) -> Entity:
    """A group of clients in a row."""
    return CLIENT_GROUP, group.key, -1


def of_course(course: Course) -> Entity:
    """A course or refresher in a row."""
    return course.kind, course.key, course.offering.level


def note_tests(
    world: World, event: Event, subject: Entity, site: int, detail: tuple[int, int, int], amount: int
) -> None:
    """A row about tests that stand in the way; the site (-1 for none) is said where there are several."""
    other = (SITE, site, -1) if world.n_sites > 1 and site >= 0 else NOBODY
    note_detail(world, event, subject, other, detail, amount)


# --- reading ----------------------------------------------------------------------------------------------------------

_BITS_A_SET = 16
_ENTRIES = (*(entry.name.lower() for entry in Entry), "promotion")


def in_words(wait: int, tests: int) -> str:
    """A set of tests as the log has it: a whole number, a bit for each of the wait's tests in their order."""
    return "+".join(name for bit, name in enumerate(TESTS_OF[Wait(wait)]) if tests >> bit & 1)


def log_rows(plan: Plan, texts: Sequence[str], log: Sequence[int]) -> tuple[LogRow, ...]:
    """Rows of (minute, event, kind, key, level, other kind, other, what the detail is, detail, more, amount)."""
    rows = zip(*[iter(log)] * WORDS, strict=True)
    return tuple(LogRow._make((*row[:7], _detail(plan, texts, row[7], row[8], row[9]), row[10])) for row in rows)


def _detail(plan: Plan, texts: Sequence[str], kind: int, detail: int, more: int) -> str:
    """The detail of a row of the log, in words."""
    if kind == TEXT:
        return texts[detail]
    if kind == RECRUITED:
        spoken = [name for bit, (name, _) in enumerate(plan.languages) if more >> bit & 1]
        return _ENTRIES[detail] + (f":{'+'.join(spoken)}" if spoken else "")
    if kind == TESTS:
        return in_words(detail, more)
    assert kind == BINDS
    sets = []
    while more:
        sets.append(in_words(detail, more & (1 << _BITS_A_SET) - 1))
        more >>= _BITS_A_SET
    return f"{Wait(detail).name.lower()}:{'|'.join(sets)}"
