"""Clients and groups of clients, as the replay follows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from auditor.clinic import Demand, Format, Span, Stream
from auditor.people import HANDOVER, WAITING, Worker
from auditor.programme import Programme


@dataclass(eq=False)
class Client:
    """One client. `spans` are the closed spells (state, from, to); the state and since when are of the present one.

    `slot` are the earliest and the latest minute of the next session; `left` is what remains of the interval while the
    worker is away, -1 while nobody is.
    """

    key: str
    order: tuple[float, ...]
    referred_at: int
    stream: Stream
    language: str
    urgent: bool
    format: Format
    state: str = WAITING
    since: int = -1
    spans: list[tuple[str, int, int]] = field(default_factory=list)
    worker: str = ""
    group: str = ""
    interpreted: bool = False
    assessing: bool = False  # in the first interval of care
    started_at: int = -1
    attended: int = 0
    tries: int = 0
    slot: Span = (-1, None)
    slot_at: int = -1  # when the last session, no-show or start was
    wait: int = -1  # minutes from then to the next one, where they are known
    left: int = -1
    will_start: bool = True
    was_offered: bool = False
    attended_here: int = 0
    unsupervised_here: int = 0  # sessions with this worker that were not supervised
    unsupervised_total: int = 0
    no_shows: int = 0
    handed_over: int = 0
    held: int = 0  # sessions of their own, or of a group in their name
    interpreted_times: int = 0
    ended: str = ""

    @property
    def demand(self) -> Demand:
        """What they wait for, or are given."""
        resumed = self.state == HANDOVER and self.format.resumes_otherwise
        return self.stream.site, self.language, self.format.name, resumed

    @property
    def paused(self) -> bool:
        """In care with somebody who is away for a while."""
        return self.left >= 0

    def enter(self, state: str, minute: int) -> None:
        """Into another state now."""
        if self.state != state and self.since >= 0:
            self.spans.append((self.state, self.since, minute))
            self.since = minute
        self.state = state

    def wait_for(self, minute: int, drawn: int) -> None:
        """The next session comes an interval after this minute: that which is drawn, -1 where that is not known."""
        self.wait = drawn
        self.expect(minute, drawn)

    def expect(self, minute: int, exactly: int = -1) -> None:
        """The next session comes so many minutes after this one, or an interval of the format after it."""
        least, most = (exactly, exactly) if exactly >= 0 else self.format.interval
        self.slot = (minute + least, None if most is None else minute + most)
        self.left = -1


@dataclass(eq=False)
class ClientGroup:
    """One group of clients; `facilitators` says who needs an interpreter."""

    key: str
    order: tuple[float, ...]
    site: str
    language: str
    format: Format
    started_at: int
    announced: int
    first_in_line: tuple[str, ...]  # who waited for it when it started
    members: set[str] = field(default_factory=set)
    facilitators: dict[str, bool] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)  # facilitators, the last one last
    joined: int = 0
    lost_at: int = -1
    sessions: int = 0
    is_held: bool = False  # the last of them: somebody has come
    slot: Span = (-1, None)
    slot_at: int = -1  # when the last session or the start was
    wait: int = -1  # minutes from then to the next one, where they are known
    at_session: tuple[str, ...] = ()  # the starters among the members at the last session
    ended_at: int = -1
    ended_as: str = ""

    @property
    def demand(self) -> Demand:
        """What its members have waited for."""
        return self.site, self.language, self.format.name, False

    def expect(self, minute: int, drawn: int = -1) -> None:
        """The next session comes one interval later: that which is drawn, or one of the format where it is unknown."""
        self.slot_at, self.wait = minute, drawn
        least, most = (drawn, drawn) if drawn >= 0 else self.format.interval
        self.slot = (minute + least, None if most is None else minute + most)


def case_minutes(
    worker: Worker, clients: Mapping[str, Client], groups: Mapping[str, ClientGroup], booked: bool
) -> tuple[int, int]:
    """Minutes a week that open episodes and groups take of somebody: (for care, for research) (R8.1).

    Committed are those of the mean interval, `booked` those of the interval that is drawn.
    """
    care = research = 0
    for label in worker.cases:
        client, form = clients[label], clients[label].format
        rate = _rate(form, client.interpreted)
        if client.assessing:
            rate += form.interpreted_assessment_rate if client.interpreted else form.assessment_rate
        wait = client.wait if booked else -1
        care += _over(rate, form, wait)
        research += _over(form.research_rate, form, wait)
    for label in worker.facilitates:
        group = groups[label]
        wait = group.wait if booked else -1
        care += _over(_rate(group.format, group.facilitators[worker.key]), group.format, wait)
        research += _over(group.format.research(group.announced), group.format, wait)
    return care, research


def _over(rate: int, form: Format, wait: int) -> int:
    """The minutes of a mean interval, in one that is so long; -1 for the mean one."""
    return rate if wait < 0 else -(-rate * form.mean_interval // wait)


def _rate(form: Format, interpreted: bool) -> int:
    return form.rate if not interpreted or form.interpreted_rate is None else form.interpreted_rate


def client_group_of(programme: Programme, label: str) -> tuple[Format, str, str, tuple[float, ...]] | None:
    """(format, site, language, place among its kind) of a group by its label: `group@south:Farsi:0`."""
    owner, *rest = label.split(":")
    name, _, site = owner.partition("@")
    care = programme.care
    if not care or name not in care.formats or not rest:
        return None
    language = rest[0] if len(rest) > 1 else ""
    spoken = sorted({each for stream in care.streams.values() for each in stream.languages})
    places = (
        list(care.formats).index(name),
        spoken.index(language) if language in spoken else -1,
        programme.sites.index(site) if site in programme.sites else -1,
        int(rest[-1]),
    )
    return care.formats[name], site, language, tuple(map(float, places))
